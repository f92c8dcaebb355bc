"""After a crash of the program: the question whether somebody was in the middle of a visit."""

from typing import ClassVar

from screens.i18n import _
from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.keys import HIDE

NO, YES = "no", "yes"


class AfterCrashScreen(ChooseScreen):
    """Asks, without a word of the visit, and takes silence for a no. Gives a set with YES in it, or not."""

    PERSONAL: ClassVar[bool] = False

    def __init__(self, until: float) -> None:
        """Ask; `until` is when the idle time is over, by the App's clock: then the answers are not shown."""
        super().__init__(
            _("This machine had to start again"),
            (_("Were you at this screen just now?"),),
            (MenuOption(NO, _("No, I have just come")), MenuOption(YES, _("Yes, I was here"))),
            back=None,
            everywhere=(HIDE,),
        )
        self.until = until

    @property
    def _speaks(self) -> bool:
        """Whether the languages can be chosen: whoever was here may have used another one."""
        return bool(getattr(self.app, "offers_languages", False))

    def expire(self) -> None:
        """Nobody said yes in time."""
        self.dismiss(frozenset({NO}))
