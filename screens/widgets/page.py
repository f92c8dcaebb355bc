"""What every screen is made of: the practice banner, a heading with its progress, a body, the keys."""

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from typing import Any, ClassVar

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from kiosk.language import in_use
from screens.i18n import _, joined
from screens.widgets.caret import Body, keep_in_view
from screens.widgets.fitted_screen import FittedScreen
from screens.widgets.key_row import KeyBar, KeyRow
from screens.widgets.keys import ACTING, HIDE, LANGUAGE, LEAVE, MENU, PAGE_DOWN, PAGE_UP, TALKS, Key
from screens.widgets.paint_hold import PaintHold
from screens.widgets.plain import Plain
from screens.widgets.standing import Standing
from screens.widgets.text_field import TextField
from screens.widgets.text_limit import LimitChanged, LimitedField
from screens.widgets.touch_keyboard import TouchKeyboard

OVERLAP = 2
"""Rows that stay on the screen when a page is turned."""


ANEW: Any = object()
"""What a page gives back that is to be made anew, since another language was chosen over it."""


class PageResult(Enum):
    """Where a page leads."""

    ON = "on"
    BACK = "back"


class Progress(Static):
    """A line of which a part is filled. The words above it say the same."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__()
        self._done = done
        self._total = total

    def render(self) -> Content:
        """Draw as much heavy line as is done, the rest light."""
        filled = round(self.size.width * self._done / self._total)
        return Content.assemble(("━" * filled, "$leaf"), ("─" * (self.size.width - filled), "$edge"))


class Page(FittedScreen[ScreenResultType]):
    """A screen of the kiosk. Subclasses give `body()` and the keys of the page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"press('{key}')") for key in (*ACTING, "space")),
        Binding("up", "scroll_body(-1)"),
        Binding("down", "scroll_body(1)"),
        Binding("home", "scroll_body(-100000)"),
        Binding("end", "scroll_body(100000)"),
        Binding("pageup", "turn_body(-1)"),
        Binding("pagedown", "turn_body(1)"),
    ]
    KEYS: ClassVar[tuple[Key, ...]] = ()
    """This page's own keys, the first row."""
    EVERYWHERE: ClassVar[tuple[Key, ...]] = (LEAVE, HIDE)
    """The keys that every page has, the second row."""

    PERSONAL: ClassVar[bool] = True
    """Whether it belongs to somebody's visit, and so is watched for idle time and can be cleared."""

    own = False
    """Whether what its body shows is somebody's own: answers, a note, a code."""

    PASSES: ClassVar[bool] = False
    """Whether it goes by itself: nothing may come over it, and what changes on it is no news to say."""

    SPEAKS: ClassVar[bool] = True
    """Whether the languages can be reached from it, where there are several: not from what leads there."""

    TAKES_BURSTS: ClassVar[bool] = False
    """Whether Enter does its work though all of what it ends came in one burst, as from a scanner."""

    def __init__(
        self,
        title: str = "",
        place: str = "",
        progress: tuple[int, int] | None = None,
        here: tuple[Key, ...] | None = None,
        everywhere: tuple[Key, ...] | None = None,
    ) -> None:
        """Lay out a page. `here` and `everywhere` are its keys where its class does not say them."""
        super().__init__()
        self.spoken = in_use()
        self.standing: Standing | None = None
        """How it stood when it went for another language, or the page before that did."""
        self._here = self.KEYS if here is None else here
        self._everywhere = self.EVERYWHERE if everywhere is None else everywhere
        self._title = title
        self._place = place
        self._progress = progress
        self.ready = False
        """Whether it is laid out and takes keys: from its first resume to its answer."""
        self._covered = False
        self._following = False
        """Whether it is about to be scrolled to where the keys are."""
        self.passing = False
        """Whether it says something of what was just done, which goes with what is done next."""
        self.until = float("inf")
        """When it goes by itself (`expire`), by the App's clock, which runs on while the machine sleeps."""
        self.held = False
        """Whether more would be lost, if it went away by itself, than what is written on it."""

    @property
    def unsaved(self) -> bool:
        """Whether something was written on it that would be lost if it went away by itself."""
        return False

    @property
    def writing(self) -> bool:
        """Whether people write here, and so are given longer before the idle warning."""
        return False

    def on_mount(self) -> None:
        """Offer ways up and down on a page that is only read; elsewhere the keys go through what is on it."""
        # Its styles are worked out when it is resumed, before it is seen.
        self.set_class(not self.focus_chain, "-read", update=False)
        self.set_class(self._shown("down") is None, "-turns", update=False)
        self.offer_ways()
        if self.standing is not None:
            self.standing.take(self)

    def on_screen_resume(self) -> None:
        """Let the page be painted, and take keys; until now the one before it was."""
        if self._covered:
            return
        self.ready = True
        self.call_later(self._appear)

    def _appear(self) -> None:
        """Be painted, now that it is laid out, as high as it is long: nobody sees it grow."""
        self.make_room()
        if isinstance(self.app, PaintHold):
            self.app.release_paint()

    @property
    def digits_act(self) -> bool:
        """Whether a digit alone does something, and no key has to follow it."""
        return False

    def remark(self, said: str, *, stays: bool = False) -> None:
        """Say something of what was just done, above the keys; empty, say nothing.

        It goes with the next key or tap, unless it `stays`, until the page says something else.
        """
        self.passing = bool(said) and not stays
        self._say_above_keys("told", said)

    def _say_above_keys(self, name: str, said: str) -> None:
        """Say something below the body, in a widget that is there once there is something to say."""
        if known := self.query(f"#{name}"):
            known.last(Plain).show_if_any(said)
        elif said and (above := [*self.query("#column > #body, #column > #told")]):
            self.query_one("#column").mount(Plain(said, id=name), after=above[-1])

    def forget_digits(self) -> None:
        """Let the next digit begin a number, whatever came before."""

    def expire(self) -> None:
        """Go by itself: its time is over."""

    def take_burst(self, typed: str) -> bool:
        """Tell whether something comes of a burst that is no code and fell into no field."""
        return False

    @on(LimitChanged)
    @on(events.DescendantFocus)
    def tell_room(self) -> None:
        """Say how much room the field has that one writes in, where that is worth a word."""
        says = self.focused.room if isinstance(self.focused, LimitedField) else ""
        self._say_above_keys("room", says)

    @on(events.Click)
    @on(events.DescendantFocus)
    def offer_keyboard(self, event: events.Click | events.DescendantFocus) -> None:
        """Show the keyboard on the screen once a field is tapped, or has the keys, as is set."""
        wanted = getattr(self.app, "touch_keyboard", "never")
        tapped = isinstance(event, events.Click) and event.widget is self.focused
        if isinstance(self.focused, LimitedField) and (wanted == "always" or (wanted == "tap" and tapped)):
            self._show_keyboard()

    def _show_keyboard(self) -> None:
        if not self.query(TouchKeyboard):
            self.add_class("-typing")
            self.query_one("#column").mount(TouchKeyboard(), before=self.query_one(KeyBar))

    @on(TouchKeyboard.Done)
    async def put_keyboard_away(self) -> None:
        """Show the page whole again."""
        await self.query(TouchKeyboard).remove()
        self.remove_class("-typing")
        self.fit()

    def cover(self) -> None:
        """Stay unseen and take no key while several pages, one after the other, come over this one."""
        self._covered, self.ready = True, False

    def uncover(self) -> None:
        """Be seen again, and take keys; where another language was chosen meanwhile, be made anew."""
        self._covered = False
        if self.spoken is not in_use() and self.is_active:
            self.ready = True
            self.dismiss(ANEW)
            return
        if TALKS in self.keys():
            self.show_place(self._by_title)
        if self.is_active:
            self.on_screen_resume()

    def take_over(self, before: "Page[Any]") -> None:
        """Go on as the same page stood in another language: what is written and chosen, and where."""
        self.standing = before.standing

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Give an answer, once. A second key of a burst must not take the page below off as well."""
        if not (self.ready and self.is_active):
            return AwaitComplete()
        self.ready = False
        if result is ANEW:
            self.standing = Standing.of(self)
        return super().dismiss(result)

    def show_keys(self, *keys: Key) -> None:
        """Show another label on keys, where the page has them."""
        for row in self.query(KeyRow):
            for key in keys:
                row.show(key)

    async def action_press(self, name: str) -> None:
        """Do what comes of a key that this page shows. Any other key is left to the App."""
        if not await self._press(name):
            raise SkipAction

    @on(Input.Submitted)
    async def press_enter(self) -> None:
        """Press Enter: a field of one line took it."""
        await self._press("enter")

    async def _press(self, name: str) -> bool:
        key = self._shown(name)
        if key is None:
            return False
        if key.leaves:
            self.dismiss(key.result)
            return True
        return bool(key.action) and await self.app.run_action(key.action, self)

    def _shown(self, name: str) -> Key | None:
        return next((key for key in self.keys() if name in key.names), None)

    def action_scroll_body(self, rows: int) -> None:
        """Move the body of a page that is only read; elsewhere the keys go through what is on it."""
        if self.focused is None:
            self._scroll(rows)

    def action_turn_body(self, pages: int) -> None:
        """Move the body by a screenful; the last lines of one are the first of the next."""
        for body in self.query(Body):
            self._scroll(pages * max(1, body.size.height - OVERLAP))

    def _scroll(self, rows: int) -> None:
        """Move the body where there is one: a page of a code has none."""
        for body in self.query(Body):
            body.scroll_relative(y=rows, animate=False)

    @on(TextArea.Changed)
    @on(TextArea.SelectionChanged)
    @on(TextField.Grown)
    @on(events.DescendantFocus)
    @on(events.Resize)
    def keep_caret_in_view(self) -> None:
        """Bring what is written, or stood on, into view once it is laid out, in a terminal of any size."""
        if not self._following:
            self._following = True
            self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        self._following = False
        keep_in_view(self)

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give a widget the keys. What follows them scrolls: Textual's own way goes by the layout before."""
        super().set_focus(widget, scroll_visible=False, from_app_focus=from_app_focus)

    def compose(self) -> ComposeResult:
        """Lay the page out; the body scrolls where it does not fit."""
        self.fit()
        yield from self.banner("banner")
        with Vertical(id="column"):
            if self._title:
                title = Plain(self._title, id="title")
                placed = self._by_title or TALKS in self.keys()
                yield Horizontal(title, Plain(self._by_title, id="place"), id="heading") if placed else title
            if self._progress:
                yield Progress(*self._progress)
            with Body(id="body"):
                yield from self.body()
            if self._shown("down") is None:
                yield KeyRow(PAGE_UP, PAGE_DOWN, id="ways")
            yield KeyBar(*self.rows_of_keys())

    def banner(self, name: str) -> Iterable[Plain]:
        """Yield what says, in practice alone, that this is one; of a draft, that it is none yet in use.

        While a card is played, its slip's code is the App's second title.
        """
        if self.app.has_class("-practice"):
            draft = self.app.has_class("-draft")
            says = _("Draft. Nothing is kept.") if draft else _("Practice. Nothing is kept.")
            slip = _(" Slip: {code}").format(code=self.app.sub_title) if self.app.sub_title else ""
            yield Plain(joined(says, slip, between=""), id=name)

    @property
    def _by_title(self) -> str:
        """What stands beside the title: where one is, or where F3 asks for it, the wish to talk."""
        wish = getattr(self.app, "wish", "") if TALKS in self.keys() else ""
        return self._place or wish

    def show_place(self, place: str) -> None:
        """Show, beside the title, another place where one is."""
        for shown in self.query("#place").results(Plain):
            shown.show(place)

    def body(self) -> Iterable[Widget]:
        """Yield the widgets of the body."""
        return ()

    def keys(self) -> tuple[Key, ...]:
        """Return all keys that do something here."""
        return (*self._here, *self._everywhere, *self._language)

    def rows_of_keys(self) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
        """Return the keys at its foot. Where a menu leads to the languages as well, it is called so."""
        here, everywhere = self._here, self._everywhere
        if HIDE in here:
            here = (*(key for key in here if key != HIDE), *self._language, HIDE)
        else:
            everywhere = (*self._language, *everywhere)
        if not self._speaks:
            return here, everywhere
        return tuple(map(_as_menu, here)), tuple(map(_as_menu, everywhere))

    @property
    def _speaks(self) -> bool:
        """Whether its customer may choose another language here."""
        return self.PERSONAL and self.SPEAKS and bool(getattr(self.app, "offers_languages", False))

    @property
    def _language(self) -> tuple[Key, ...]:
        """The key that leads to the languages, where no menu does, and no key hides."""
        every = (*self._here, *self._everywhere)
        free = HIDE in every and not any(key.key == MENU.key for key in every)
        return (LANGUAGE,) if free and self._speaks else ()


def _as_menu(key: Key) -> Key:
    """Return a key under the name of a menu, where it leads to one."""
    return replace(key, label=MENU.label) if key.key == MENU.key and key != LANGUAGE else key
