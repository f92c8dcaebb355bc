"""What customers said of one question, or what lies under one theme, to read."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from screens.widgets.keys import COLOURS, DOWN, EITHER_BACK, UP, Key
from screens.widgets.page import Page, PageResult
from screens.widgets.plain import Plain


class CommentsScreen(Page[PageResult]):
    """Shows comments, each with where it stands. F2 does something with them; else one goes back."""

    own = True
    EVERYWHERE = (COLOURS, UP, DOWN)

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        said: Sequence[tuple[str, str]],
        *,
        does: str,
        place: str = "",
        rest: str = "",
    ) -> None:
        """Show `lines`, then each comment with what is said of it, and `rest`. `does` says what F2 does."""
        here = (EITHER_BACK.gives(PageResult.BACK), Key("f2", does, result=PageResult.ON))
        super().__init__(title, place, here=here)
        self._lines = lines
        self._said = said
        self._rest = rest

    def body(self) -> Iterable[Widget]:
        """Yield what it is about, and the comments."""
        for line in self._lines:
            yield Plain(line, classes="line strong")
        for number, (text, says) in enumerate(self._said, 1):
            yield Plain(f"{number}. {text}\n({says})\n")
        if self._rest:
            yield Plain(self._rest, classes="line quiet")
