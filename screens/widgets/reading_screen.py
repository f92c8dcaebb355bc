"""Pages to read: a few short lines, or a notice."""

from collections.abc import Iterable

from textual.widget import Widget

from screens.i18n import _
from screens.widgets.keys import BACK, CONTINUE, MORE, Key
from screens.widgets.page import Page, PageResult
from screens.widgets.plain import Plain

TELL = MORE.called(_("Tell me more")).does("more")
LESS = TELL.called(_("Show less"))


class ReadingScreen(Page[PageResult]):
    """A heading and a few short lines. Enter goes on, Esc goes back, and one key may tell more."""

    def __init__(
        self,
        title: str,
        lines: tuple[str, ...],
        *,
        place: str = "",
        progress: tuple[int, int] | None = None,
        more: tuple[str, ...] = (),
        on: Key = CONTINUE,
        back: Key | None = BACK,
        everywhere: tuple[Key, ...] | None = None,
    ) -> None:
        ways = (on.gives(PageResult.ON), *((back.does("back"),) if back else ()))
        super().__init__(title, place, progress, (*ways, *((TELL,) if more else ())), everywhere)
        self._lines = lines
        self._more = more

    def body(self) -> Iterable[Widget]:
        """Yield the lines; more of them stay hidden until they are asked for."""
        for line in self._lines:
            yield Plain(line, classes="line")
        for line in self._more:
            yield Plain(line, classes="line more")

    def action_back(self) -> None:
        """Go back: from more to the short lines, and from those off the page."""
        if self.has_class("-more"):
            self.action_more()
        else:
            self.dismiss(PageResult.BACK)

    def action_more(self) -> None:
        """Show the rest in place of the short lines, or the short lines again."""
        self.toggle_class("-more")
        self.show_keys(LESS if self.has_class("-more") else TELL)
        self.query_one("#body").scroll_home(animate=False)
        self.fit()
        self.call_after_refresh(self.make_room)
