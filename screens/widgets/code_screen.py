"""A code: name, letters and QR code, alone on the screen."""

from collections.abc import Iterable
from enum import Enum

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.entry.handle import Handle, qr_modules
from screens.i18n import _
from screens.widgets.keys import HIDE, MORE, PRINT, Key, KeyBar
from screens.widgets.large_letters import LargeLetters
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.widgets.qr import QrCode

KEEP = _("Take a photo, or copy it.")
NAME = _("The name of your answers")


class CodeResult(Enum):
    """What is done with a code."""

    KEPT = "kept"
    PRINT = "print"
    MORE = "more"


class CodeScreen(Page[CodeResult]):
    """Shows a code, and what to do with it. The QR code takes the height of the smallest screen.

    On a tall one its letters stand beside it three rows high, and what comes next below.
    """

    TALL_FROM = 24
    own = True
    EVERYWHERE = ()

    def __init__(
        self,
        code: Handle,
        words: str,
        *,
        name: str = "",
        called: str = NAME,
        prints: bool = False,
        after: tuple[str, ...] = (),
        shown: int = 1,
    ) -> None:
        """Show a code; `name` is what the entry is called, empty where there is none yet, under `called`.

        `after` is what happens next; so many of its lines stand on the page, and all of them behind one key.
        """
        more = (MORE.gives(CodeResult.MORE),) if after else ()
        kept = Key("enter", _("I have my code"), result=CodeResult.KEPT)
        printing = PRINT.gives(CodeResult.PRINT)
        super().__init__(here=(kept, *((printing,) if prints else ()), *more, HIDE))
        self._lines = after[:shown]
        self._code = code
        self._called = name
        self._label = called
        self._words = words

    def compose(self) -> ComposeResult:
        """Lay the QR code beside its letters."""
        self.fit()
        yield self.banner("banner")
        with Vertical(id="column"):
            with Vertical(id="above"):
                yield Plain(self._words, classes="strong")
                if self._called:
                    yield Plain(f"{self._label}: {self._called}", classes="strong")
            with Horizontal(id="code"):
                yield QrCode(qr_modules(self._code.symbols))
                with Vertical(id="side"):
                    yield from self._side()
                with Vertical(id="large"):
                    yield from map(LargeLetters, self._code.groups)
            with Vertical(id="after"):
                yield Plain(f"{_('Your code')}: {self._code}  {KEEP}", id="below")
                yield from (Plain(line, classes="next") for line in self._lines)
            yield KeyBar(self._here, ())

    def _side(self) -> Iterable[Widget]:
        first, second, third, fourth = self._code.groups
        yield self.banner("practice")
        yield Plain(self._words, classes="part")
        if self._called:
            yield Plain(self._label, classes="label")
            yield Plain(self._called, classes="part strong")
        yield Plain(_("Your code"), classes="label")
        yield Plain(f"{first} {second}\n{third} {fourth}", classes="part strong", id="letters")
        yield Plain(KEEP, id="keep")
        # The first line of what comes next has no room there.
        yield from (Plain(line, classes="next") for line in self._lines[1:])

    def remark(self, said: str) -> None:
        """Say it where it says otherwise how to keep the code: there is no room elsewhere."""
        self.query_one("#keep", Plain).show(said or KEEP)
        self.query_one("#below", Plain).show(said or f"{_('Your code')}: {self._code}  {KEEP}")
