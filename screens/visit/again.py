"""After a crash of the program: the question whether somebody was in the middle of a visit."""

from collections.abc import Callable
from typing import ClassVar

from textual import events

from screens.widgets.keys import HIDE
from screens.widgets.menu import ChooseScreen, Option
from screens.widgets.picks import Pick, Picks
from screens.words import _

NO, YES = "no", "yes"


class SlowPicks(Picks):
    """Takes a key only where none came just before it: a code that is scanned is no answer."""

    SOON = 0.3
    """Seconds. A scanner leaves less between two keys, and a person more between two answers."""

    def __init__(self, picks: tuple[Pick, ...], clock: Callable[[], float]) -> None:
        super().__init__(picks, frozenset(), several=False)
        self._clock = clock
        self._last = float("-inf")
        self.hurried = False
        """Whether the last key came so soon."""

    def on_key(self, event: events.Key) -> None:
        """Pass over what comes in a burst."""
        at = self._clock()
        self.hurried, self._last = at - self._last < self.SOON, at
        if self.hurried:
            event.prevent_default()  # the list's own handler of keys is not to see it


class AgainScreen(ChooseScreen):
    """Asks, without a word of the visit, and takes silence for a no. Gives a set with YES in it, or not."""

    PERSONAL: ClassVar[bool] = False

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        """Ask; `seconds` is how long the answers may still be shown: the rest of the idle time."""
        super().__init__(
            _("The kiosk had to start again"),
            (_("Were you at this screen just now?"),),
            (Option(NO, _("No, I have just come")), Option(YES, _("Yes, I was here"))),
            back=None,
            everywhere=(HIDE,),
        )
        self._seconds = seconds
        self._clock = clock

    def picks(self, picks: tuple[Pick, ...]) -> Picks:
        """Return a list that a scanner cannot choose from."""
        self._picks = SlowPicks(picks, self._clock)
        return self._picks

    def action_on(self) -> None:
        """Give back what is chosen, unless it came in one burst with Enter."""
        if not self._picks.hurried:
            super().action_on()

    def on_mount(self) -> None:
        """Stand ready to choose, and go by itself after a while."""
        super().on_mount()
        self.set_timer(self._seconds, self.expire)

    def expire(self) -> None:
        """Nobody said yes in time."""
        self.dismiss(frozenset({NO}))
