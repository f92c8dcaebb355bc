"""My page: what was answered, as something to be proud of, before it is saved and after a change."""

from collections.abc import Iterable
from enum import Enum

from textual.widget import Widget

from kiosk.entry.blocks import my_page_blocks
from kiosk.entry.my_page import MyPageOf
from screens.i18n import _, _n, joined
from screens.visit.talk_wish import ASKED, NO_TALK, TALK
from screens.widgets.blocks import MyPageView
from screens.widgets.keys import BACK, CONTINUE, HIDE, MENU, MORE, VISITING, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain


class MyPageResult(Enum):
    """Where My page leads."""

    ON = "on"
    BACK = "back"
    TALK = "talk"
    TOP = "top"


CODE_STAYS = _("Your code stays the same.")
_CHOOSE = MORE.called(_("Choose three")).gives(MyPageResult.TOP)


class MyPageScreen(Page[MyPageResult]):
    """Shows My page. Enter goes on to the answers, F3 asks for somebody to talk to.

    F6 chooses which strengths stand on top, where there are more than do.
    """

    own = True
    EVERYWHERE = VISITING

    def __init__(self, mine: MyPageOf, *, talk: bool) -> None:
        wish = MENU.called(NO_TALK if talk else TALK).gives(MyPageResult.TALK)
        ways = (CONTINUE.gives(MyPageResult.ON), BACK.gives(MyPageResult.BACK), wish)
        super().__init__(here=ways)
        self._mine = mine
        self._choose = _CHOOSE if len(mine.strengths) > len(mine.top) else None
        self._talk = talk
        self.set_class(talk, "-talks")

    def body(self) -> Iterable[Widget]:
        """Yield My page, and the wish to talk where there is one."""
        if self._talk:
            yield Plain(ASKED, classes="talk")
        yield MyPageView(my_page_blocks(self._mine), self._mine, self._choose)

    def keys(self) -> tuple[Key, ...]:
        """Return all keys that do something here, the one beside the strengths too."""
        return (*super().keys(), *((self._choose,) if self._choose else ()))


class ChangedScreen(Page[None]):
    """Shows My page as it is after a change that was saved, and says what grew and which code counts."""

    KEYS = (CONTINUE.gives(None),)
    EVERYWHERE = (HIDE,)

    def __init__(self, mine: MyPageOf, new: int, code: str) -> None:
        """Show it, with so many `new` strengths. `code` says what became of that."""
        super().__init__()
        self._code = code
        self._mine = mine
        self.add_class("-talks")
        self._new = new

    def body(self) -> Iterable[Widget]:
        """Yield what was done, and My page."""
        yield Plain(joined(_("Your new answers are saved."), self._code), classes="talk")
        if self._new:
            leaves = _n("Your tree has 1 new leaf.", "Your tree has {count} new leaves.", self._new)
            yield Plain(leaves, classes="new")
        yield MyPageView(my_page_blocks(self._mine), self._mine)
