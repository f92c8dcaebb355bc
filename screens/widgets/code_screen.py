"""A code: name, letters and QR code, alone on the screen."""

from collections.abc import Iterable
from enum import Enum
from textwrap import wrap

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.entry.handle import Handle, qr_modules
from kiosk.rtl import END, LEFT
from screens.i18n import _
from screens.widgets.fitted_screen import SIDES, WIDEST
from screens.widgets.key_row import KeyBar, KeyRow
from screens.widgets.keys import HIDE, LANGUAGE, MORE, PRINT, Key
from screens.widgets.large_letters import LargeLetters
from screens.widgets.page import Page
from screens.widgets.plain import Plain, Straight
from screens.widgets.qr import QrCode

KEEP = _("Take a photo, or copy it.")
NAME = _("The name of your answers")
HUGE = 116, 42
"""Columns and rows from which on there is room for a large QR code beside larger letters."""
CODE = 15
"""Rows of the QR code as small as it can be."""
BESIDE = 32
"""Columns of it, with what parts it from what stands beside it on a small screen."""


class CodeResult(Enum):
    """What is done with a code."""

    KEPT = "kept"
    PRINT = "print"
    MORE = "more"


class CodeScreen(Page[CodeResult]):
    """Shows a code, and what to do with it. The QR code takes the height of the smallest screen.

    On a tall one its letters stand beside it three rows high, and what comes next below. Where there is room
    for it, code and letters are twice as large.
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
        kept = Key("enter", _("I have my code"), result=CodeResult.KEPT, brief=_("I have it"))
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
        self.fit_code()
        yield from self.banner("banner")
        with Vertical(id="column"):
            with Vertical(id="above"):
                yield Plain(self._words, classes="strong")
                if self._called:
                    yield Plain(f"{self._label}: {self._called}", classes="strong")
            with Horizontal(id="code"):
                yield QrCode(qr_modules(self._code.symbols), large=self.has_class("-huge"))
                with Vertical(id="side"):
                    yield from self._side()
                with Vertical(id="large"):
                    for group in self._code.groups:
                        yield LargeLetters(group, larger=self.has_class("-huge"))
            with Vertical(id="after"):
                yield Plain(self._told, id="below")
                yield from (Plain(line, classes="next") for line in self._lines)
            yield KeyBar(*self.rows_of_keys())

    @on(events.Resize)
    def fit_code(self) -> None:
        """Be huge, and with air above the code, where there is room for it."""
        columns, rows = self.app.size
        huge = columns >= HUGE[0] and rows >= HUGE[1]
        below = sum(len(wrap(str(line), min(columns, WIDEST) - SIDES)) for line in (self._told, *self._lines))
        needed = CODE + 1 + bool(self._called) + below + 2
        self.set_class(huge, "-huge").set_class(rows - 1 > needed, "-apart")
        beside, air = self._rows_beside(columns - BESIDE)
        tells = beside < CODE
        self.set_class(tells, "-tells").set_class(tells and beside + air > CODE, "-close")
        for code in self.query(QrCode):
            code.enlarge(large=huge)
        for letters in self.query(LargeLetters):
            letters.enlarge(larger=huge)

    def make_room(self) -> None:
        """Leave out what has no room beside the code or below it: the key for more has all of it."""
        short = self.has_class("-short")
        for row in self.query("KeyBar KeyRow").results(KeyRow):
            # The code takes all rows of the smallest screen but one.
            for left_out in ((), (LANGUAGE.key,), (LANGUAGE.key, MORE.key)):
                row.leave_out(*left_out)
                if not (short and row.lines > 1):
                    break
        room, every = ("#code", "#side .next, #side .label") if short else ("#after", "#after .next")
        with self.app.batch_update():
            lines = list(self.query(every))
            for line in lines:
                line.styles.display = None
            for line in reversed(lines):
                self._lay_out_now()
                where = self.query_one(room)
                if where.virtual_size.height <= where.size.height:
                    break
                line.styles.display = "none"

    def _rows_beside(self, columns: int) -> tuple[int, int]:
        """Return the rows of all that is to stand beside the code, so wide, and those of air between."""
        practice = "".join(str(says.content) for says in self.banner("practice"))
        called = (self._label, self._called) if self._called else ()
        texts = (practice, self._words, *called, _("Your code"), KEEP, *self._lines)
        return sum(len(wrap(str(text), columns)) for text in texts) + 2, 2 + bool(practice) + bool(called)

    @property
    def _told(self) -> str:
        return _("Your code: {code}  {keep}").format(code=f"{LEFT}{self._code}{END}", keep=KEEP)

    def _side(self) -> Iterable[Widget]:
        yield from self.banner("practice")
        yield Plain(self._words, classes="part")
        if self._called:
            yield Plain(self._label, classes="label")
            yield Plain(self._called, classes="part strong")
        yield Plain(_("Your code"), classes="label")
        # Apart, for there is no room for larger ones.
        apart = (" ".join(group) for group in self._code.groups)
        yield Straight("{}   {}\n{}   {}".format(*apart), classes="part strong", id="letters")
        yield Plain(KEEP, id="keep")
        # The first line of what comes next is left to the key that has all of it where there is no room.
        yield from (
            Plain(line, classes=f"next{' more' * bool(place)}") for place, line in enumerate(self._lines)
        )

    def remark(self, said: str, *, stays: bool = False) -> None:
        """Say it where it says otherwise how to keep the code: there is no room elsewhere."""
        super().remark(said, stays=stays)
        self.query_one("#keep", Plain).show(said or KEEP)
        self.query_one("#below", Plain).show(said or self._told)
