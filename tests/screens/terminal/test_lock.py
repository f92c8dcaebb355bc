"""The lock as an app meets it, under Textual's Pilot."""

import asyncio
import webbrowser

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import WorkerFailed

from kiosk.hardening import CRASHED
from screens.lock import KEYS, LockedApp, is_allowed


class Desk(LockedApp[str]):
    BINDINGS = [("ctrl+o", "own", ""), ("f3", "own", ""), ("f4", "quit", ""), ("f5", "fail", "")]

    def __init__(self) -> None:
        self.told: list[BaseException] = []
        self.done: list[str] = []
        super().__init__(report=self.told.append)

    def compose(self) -> ComposeResult:
        yield Input("strong coffee", id="line")
        yield TextArea("sweet tea", id="area")

    def action_own(self) -> None:
        self.done.append("own")

    def action_fail(self) -> None:
        raise ValueError("sweet tea")


@pytest.mark.parametrize("widget", ["line", "area"])
async def test_no_key_with_a_modifier_does_anything(widget: str) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        field = app.query_one(f"#{widget}")
        field.focus()
        await pilot.press(
            *(f"ctrl+{letter}" for letter in "acdekopquvwxyz"),
            "ctrl+shift+k",
            "alt+backspace",
            "super+x",
            "f1",
        )
        assert app.is_running
        assert app.screen_stack == [app.screen]
        assert app.query_one(Input).value == "strong coffee"
        assert app.query_one(TextArea).text == "sweet tea"
        assert app.clipboard == ""
        assert app.done == []
        await pilot.press("f3", "X", "space", "ż")
        assert app.done == ["own"]
        assert "X ż" in app.query_one(Input).value + app.query_one(TextArea).text


async def test_the_keys_for_writing_and_moving_work() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("home", "delete", "S", "end", "backspace", "ctrl+left", "left", "plus")
        assert app.query_one(Input).value == "Strong+ coffe"
        await pilot.press("tab")
        assert app.focused is app.query_one(TextArea)
        await pilot.press("enter", "up", "a")
        assert app.query_one(TextArea).text == "a\nsweet tea"


@pytest.mark.parametrize("held", ["shift", "ctrl", "alt", "ctrl+shift"])
async def test_a_key_that_moves_or_takes_out_is_itself_whatever_is_held_with_it(held: str) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(f"{held}+home", f"{held}+delete", f"{held}+f3")
        assert app.query_one(Input).value == "trong coffee"
        assert app.done == ["own"]
        assert app.query_one(Input).selection.is_empty
        app.query_one(TextArea).focus()
        await pilot.press(f"{held}+end", f"{held}+up", "!")
        assert app.query_one(TextArea).text == "!sweet tea"


@pytest.mark.parametrize(
    ("key", "character", "allowed"),
    [
        ("a", "a", True),
        ("plus", "+", True),
        ("+", "+", True),
        ("space", " ", True),
        ("alt+x", "x", False),
        ("ctrl+q", None, False),
        ("f13", None, False),
        ("private", "\ue000", False),
        ("nothing", None, False),
        ("escape", "\x1b", True),
        *((key, None, True) for key in sorted(KEYS)),
    ],
)
def test_which_keys_there_are(key: str, character: str | None, allowed: bool) -> None:
    assert is_allowed(events.Key(key, character)) is allowed


@pytest.mark.parametrize(
    "action",
    [
        "quit",
        "suspend_process",
        "screenshot",
        "command_palette",
        "help_quit",
        "show_help_panel",
        "toggle_dark",
    ],
)
async def test_what_every_textual_app_can_do_is_refused(action: str) -> None:
    app = Desk()
    async with app.run_test():
        assert not await app.run_action(f"app.{action}")
        assert app.is_running


async def test_a_key_bound_to_quit_by_mistake_does_not_quit() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("f4")
        assert app.is_running


async def test_nothing_is_ever_copied() -> None:
    app = Desk()
    async with app.run_test():
        app.copy_to_clipboard("secret")
        app.query_one(TextArea).select_all()
        app.query_one(TextArea).action_copy()
        assert app.clipboard == app._clipboard == ""


async def test_no_address_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    app = Desk()
    async with app.run_test():
        app.open_url("https://example.org")
    assert opened == []


async def test_nothing_is_printed_at_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    app = Desk()
    async with app.run_test():
        app._exit_renderables.append("sweet tea")
    assert capfd.readouterr() == ("", "")


async def test_a_paste_is_cleaned_before_a_widget_sees_it() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        app.query_one(TextArea).focus()
        await pilot.pause()
        app.post_message(events.Paste("a\x1b[31m\u202e\tb\r\nc"))
        await pilot.pause()
        assert app.query_one(TextArea).text == "a[31m b\ncsweet tea"


async def test_an_error_ends_the_app_with_its_code_and_is_reported_once(
    capfd: pytest.CaptureFixture[str],
) -> None:
    app = Desk()
    with pytest.raises(ValueError, match="sweet tea"):
        async with app.run_test() as pilot:
            await pilot.press("f5")
    assert app.return_code == CRASHED
    assert [type(error) for error in app.told] == [ValueError]
    assert capfd.readouterr() == ("", "")


async def test_the_error_of_a_worker_is_reported_as_itself() -> None:
    app = Desk()

    async def fail() -> None:
        raise KeyError("sweet tea")

    async def run() -> None:
        async with app.run_test() as pilot:
            app.run_worker(fail())
            await pilot.pause()

    with pytest.raises(WorkerFailed, match="sweet tea"):
        await run()
    assert app.return_code == CRASHED
    assert [type(error) for error in app.told] == [KeyError]


async def test_a_crash_in_css_or_composing_shows_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    class Broken(Desk):
        def compose(self) -> ComposeResult:
            raise LookupError("sweet tea")
            yield Input()

    app = Broken()
    with pytest.raises(LookupError):
        async with app.run_test():
            pass
    assert app.return_code == CRASHED
    assert capfd.readouterr() == ("", "")


async def test_leaving_after_a_crash_keeps_the_code_of_the_crash() -> None:
    app = Desk()

    async def run() -> None:
        async with app.run_test():
            app._handle_exception(ValueError("sweet tea"))
            app.exit("done", return_code=0)

    with pytest.raises(ValueError, match="sweet tea"):
        await run()
    assert app.return_code == CRASHED


async def test_what_no_task_waited_for_is_reported() -> None:
    app = Desk()
    async with app.run_test():
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "sweet tea", "exception": OSError("sweet tea")})
        loop.call_exception_handler({"message": "a task was destroyed"})
    assert [type(error) for error in app.told] == [OSError, RuntimeError]


async def test_an_app_s_own_result_and_code_come_out() -> None:
    app = Desk()
    async with app.run_test():
        app.exit("saved", return_code=3, message="never shown")
    assert app.return_value == "saved"
    assert app.return_code == 3


def test_no_binding_of_textual_s_own_is_left_on_the_app() -> None:
    assert {key for key, _ in Desk()._bindings} == {"ctrl+o", "f3", "f4", "f5"}
    assert {key for key, _ in App[None]()._bindings} >= {"ctrl+q", "ctrl+c", "ctrl+p"}


async def test_another_screen_obeys_the_same_lock() -> None:
    class Other(Screen[None]):
        BINDINGS = [("ctrl+s", "app.own", "")]

    app = Desk()
    async with app.run_test() as pilot:
        await app.push_screen(Other())
        await pilot.press("ctrl+s", "ctrl+c", "ctrl+p")
        assert app.done == []
        assert len(app.screen_stack) == 2
