"""The lock: an App that a customer cannot leave, cannot copy from, and whose crash shows nothing.

One rule says which keys there are (`is_allowed`), and it is applied in one place, `LockedApp.on_event`, so
that a test's Pilot and a real terminal meet the same one.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed

from kiosk.hardening import CRASHED
from kiosk.text import is_text, kept
from screens.printable import PrintableFilter
from screens.terminal import KioskDriver

Result = TypeVar("Result")

KEYS: Final = frozenset(
    {
        *("enter", "escape", "tab", "shift+tab", "backspace", "delete"),
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "ctrl+left", "ctrl+right"),
        *(f"f{number}" for number in range(1, 13)),
    }
)
"""The keys that write nothing and are let through, by Textual's names."""

_WHATEVER_IS_HELD = KEYS - {"enter", "escape", "tab", "backspace"}
"""Of these, the ones that are themselves with Shift, Ctrl or Alt too."""

_KEPT_ACTIONS = frozenset({"focus_next", "focus_previous"})
"""Of the actions that every Textual App has, the ones that Tab needs."""


def plain(key: str) -> str:
    """Return the key that is meant by one with Shift, Ctrl or Alt held, such as shift+down."""
    bare = key.rpartition("+")[2]
    return bare if bare in _WHATEVER_IS_HELD and key not in KEYS else key


def is_allowed(key: events.Key) -> bool:
    """Whether a key exists on this kiosk: one that writes a printable character, or one of `KEYS`."""
    if key.key in KEYS:
        return True
    character = key.character
    # Some keyboards send a key that writes nothing as a character of private use.
    writes = is_text(character) and unicodedata.category(character or " ") != "Co"
    return writes and (len(key.key) == 1 or "+" not in key.key)


class LockedApp(App[Result], inherit_bindings=False):
    """An App without Textual's ways out: no palette, no quit, no clipboard, no links, no screenshots.

    After an unexpected error `return_code` is `kiosk.hardening.CRASHED` and nothing has been printed;
    `report` is called with the error, to log `kiosk.logbook.describe(error)` of it and nothing more.

    `report` runs in the app's thread and must not raise. `driver_class` is `KioskDriver`, or
    `SupervisedDriver` below a supervisor that owns the screen. `ansi_color` is Textual's own.
    """

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    COMMANDS: ClassVar[set[Any]] = set()
    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(
        self,
        *,
        report: Callable[[BaseException], None],
        driver_class: type[Driver] = KioskDriver,
        ansi_color: bool | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class, ansi_color=ansi_color)
        self._report = report
        # Last, so that it sees what the others made.
        self._filters.append(PrintableFilter())

    # -- keys and actions

    def post_message(self, message: Message) -> bool:
        """Queue a message; a key is heard before."""
        if isinstance(message, events.Key) and not message.is_forwarded:
            message.key = self.meant(message)
            if self.hears(message):
                return True
        return super().post_message(message)

    def meant(self, key: events.Key) -> str:
        """Return Textual's name of the key that is meant, whatever is held with it."""
        return plain(key.key)

    def hears(self, key: events.Key) -> bool:
        """Hear a key when it comes, however many wait before it. True takes it, and it waits for nothing."""
        return False

    async def on_event(self, event: events.Event) -> None:
        """Let a key pass only if there is such a key here; clean text that comes in one piece."""
        if isinstance(event, events.Key) and not is_allowed(event):
            return
        if isinstance(event, events.Paste):
            event.text = kept(event.text)
        await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse what every Textual App can do (quit, suspend, screenshot, …), but for moving the focus.

        Name an action of your own that Textual does not have: `leave`, not `quit`.
        """
        if action not in _KEPT_ACTIONS and hasattr(App, f"action_{action}"):
            return False
        return super().check_action(action, parameters)

    @property
    def clipboard(self) -> str:
        """Always empty."""
        return ""

    def copy_to_clipboard(self, text: str) -> None:
        """Copy nothing, neither here nor to the terminal."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        # Just before the first paint, not after: whoever sees the screen may press a key at once.
        if isinstance(self._driver, KioskDriver) and renderable is not None and not self._batch_count:
            self._driver.listen()
        super()._display(screen, renderable)

    async def push_screen_wait(self, screen: Screen[Any] | str, *, mode: str | None = None) -> Any:
        """Show a page from a worker, and wait for its answer.

        Textual waits there for the page before it to be gone, in the worker itself: who cancels the worker
        would cancel what the App waits for too, and end its loop with it.
        """
        if self._next_callbacks:
            await asyncio.shield(self._flush_next_callbacks())
        return await asyncio.shield(self.push_screen(screen, wait_for_dismiss=True, mode=mode))

    # -- the last resort

    def on_load(self) -> None:
        """Have what no task waited for reported; asyncio would print it, message and all."""
        asyncio.get_running_loop().set_exception_handler(self._report_from_loop)

    def _report_from_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._report(error if isinstance(error, BaseException) else RuntimeError(context["message"]))

    def exit(
        self, result: Result | None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """End the app. `message` is not shown; after a crash the code stays that of the crash."""
        super().exit(result, CRASHED if self._return_code == CRASHED else return_code)

    def panic(self, *renderables: RenderableType) -> None:
        """End the app as crashed. Nothing of `renderables` is shown."""
        self._fatal_error()

    def _handle_exception(self, error: Exception) -> None:
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()
        # A worker's error comes in an envelope, which knows no places.
        self._report(error.error if isinstance(error, WorkerFailed) else error)

    def _fatal_error(self) -> None:
        self._return_code = CRASHED
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()
