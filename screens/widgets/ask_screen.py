"""One clear question with two ways out, on a page of its own."""

from collections.abc import Iterable

from textual.widget import Widget

from screens.widgets.key_row import KeyRow
from screens.widgets.keys import BACK, FINAL, HIDE, Key
from screens.widgets.page import Page, PageResult
from screens.widgets.plain import Plain


class AskScreen(Page[PageResult]):
    """One clear question with two ways out.

    Where one of them is final, Enter takes the other one, as Esc does: it is pressed to go on, from page to
    page, and destroys nothing. Del does it, or one tap on its line.
    """

    def __init__(
        self,
        title: str,
        lines: tuple[str, ...],
        *,
        on: str,
        back: str,
        final: bool = False,
        everywhere: tuple[Key, ...] = (HIDE,),
    ) -> None:
        """Ask. `on` and `back` are the words of the two ways out; `final` says that `on` cannot be undone."""
        ways: tuple[Key, ...] = (
            Key("enter", on, result=PageResult.ON),
            Key(BACK.key, back, result=PageResult.BACK),
        )
        if final:
            ways = (Key("enter", back, result=PageResult.BACK, also=BACK.key),)
        super().__init__(here=ways, everywhere=everywhere)
        self._heading = title
        self._lines = lines
        self._final = (Key(FINAL, on, result=PageResult.ON),) if final else ()

    def body(self) -> Iterable[Widget]:
        """Yield the question and what it means."""
        yield Plain(self._heading, classes="line strong")
        for line in self._lines:
            yield Plain(line, classes="line")
        if self._final:
            yield KeyRow(*self._final, id="final")

    def keys(self) -> tuple[Key, ...]:
        """Return the final one too, which stands apart."""
        return (*super().keys(), *self._final)
