"""The one page before the first answer: who reads it, for how long, and what becomes of it in a hurry."""

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kiosk.pack.model import Privacy
from screens.i18n import _
from screens.widgets.key_row import CAP
from screens.widgets.keys import HIDE, Key
from screens.widgets.picks import Pick, Picks
from screens.widgets.plain import Led, Paragraph, Plain
from screens.widgets.reading_screen import ReadingScreen

CLEAR, KEEP = "clear", "keep"


class BeforeScreen(ReadingScreen):
    """Tells what is kept, in three sentences, and asks what becomes of the answers of who has to leave."""

    def __init__(self, privacy: Privacy, more: tuple[str, ...], *, keeps: bool, back: Key | None) -> None:
        """Tell. `more` stands behind one key; `keeps` is what was chosen before."""
        super().__init__(privacy.title, privacy.short, more=more, back=back)
        self.keeps = keeps
        """Whether the answers are to be kept, with a code, where the person has to leave."""

    def body(self) -> Iterable[Widget]:
        """Yield the sentences, the key that hides, and the choice."""
        for line in self._lines:
            lead, colon, rest = line.partition(": ")
            yield Led(lead + colon, rest, classes="line") if colon else Plain(line, classes="line")
        yield Static(_hides(), classes="line", markup=False)
        yield Picks(
            (
                Pick(CLEAR, 1, _("Clear them. You cannot get them back.")),
                Pick(KEEP, 2, _("Keep them. You get a code for them now.")),
            ),
            frozenset({KEEP if self.keeps else CLEAR}),
            several=False,
        )
        for line in self._more:
            yield Plain(line, classes="line more")

    def on_mount(self) -> None:
        """Stand ready to choose."""
        picks = self.query_one(Picks)
        picks.focus()
        self.watch(picks, "chosen", self._choose, init=False)

    def action_more(self) -> None:
        """Show the rest in place of the sentences and the choice, or these again."""
        super().action_more()
        more = self.has_class("-more")
        self.set_class(more, "-read")
        self.query_one(Picks).display = not more
        if not more:
            self.query_one(Picks).focus()

    def _choose(self, chosen: frozenset[str]) -> None:
        self.keeps = KEEP in chosen


def _hides() -> Content:
    """Return what is asked, with the key that hides drawn as a key."""
    says = _("If you go away, or press {key} to hide this, what happens to your answers?")
    asked, _key, then = str(says).partition("{key}")
    return Paragraph.assemble(asked, (f" {HIDE.shown} ", CAP), then)
