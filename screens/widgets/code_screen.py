"""A code: name, letters and QR code, alone on the screen."""

from collections.abc import Iterable
from enum import Enum

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.entry.handle import Handle, qr_modules
from screens.i18n import _
from screens.widgets.keys import HIDE, Key, KeyBar
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.widgets.qr import QrCode

KEEP = _("Take a photo, or copy it.")


class CodeResult(Enum):
    """What is done with a code."""

    KEPT = "kept"
    PRINT = "print"


class CodeScreen(Page[CodeResult]):
    """Shows a code. It takes the whole screen, so that the QR code fits 56 by 16 cells."""

    EVERYWHERE = ()

    def __init__(self, code: Handle, words: str, *, name: str = "", prints: bool = False) -> None:
        """Show a code; `name` is what the entry is called, empty where there is none yet."""
        kept = Key("enter", _("I have kept my code"), result=CodeResult.KEPT)
        printing = Key("f5", _("Print"), result=CodeResult.PRINT)
        super().__init__(here=(kept, *((printing,) if prints else ()), HIDE))
        self._code = code
        self._name = name
        self._words = words

    def compose(self) -> ComposeResult:
        """Lay the QR code beside its letters."""
        self.fit()
        yield self.banner("banner")
        with Vertical(id="column"):
            with Horizontal(id="code"):
                yield QrCode(qr_modules(self._code.symbols))
                with Vertical(id="side"):
                    yield from self._side()
            yield KeyBar(self._here, ())

    def _side(self) -> Iterable[Widget]:
        first, second, third, fourth = self._code.groups
        yield self.banner("practice")
        yield Plain(self._words, classes="part")
        if self._name:
            yield Plain(_("The name of your answers"), classes="label")
            yield Plain(self._name, classes="part strong")
        yield Plain(_("Your code"), classes="label")
        yield Plain(f"{first} {second}\n{third} {fourth}", classes="part strong", id="letters")
        yield Plain(KEEP, id="keep")

    def remark(self, said: str) -> None:
        """Say it where it says otherwise how to keep the code: there is no room elsewhere."""
        self.query_one("#keep", Plain).show(said or KEEP)
