"""Entering a code: to come back with it, or to try one that was just shown."""

from collections.abc import Awaitable, Callable, Iterable
from enum import Enum
from functools import partial

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from kiosk.entry import handle
from kiosk.entry.handle import Handle, groups_of, is_begun, is_whole
from kiosk.errors import HandleError
from kiosk.language import listed
from screens.customer_words import ORDINALS, OTHER_LETTERS, for_customer
from screens.i18n import _, joined
from screens.widgets.code_field import CodeField, Scanned
from screens.widgets.field_screen import FieldScreen
from screens.widgets.keys import BACK, CONTINUE, HIDE, Key
from screens.widgets.plain import Plain, Straight

SEE_AGAIN = Key(BACK.key, _("See my code again"))


class CodeTrial(Enum):
    """What came of trying a code."""

    RIGHT = "right"
    UNTRIED = "untried"
    """The person went on without."""
    WRONG = "wrong"
    """The person went on after something that is not the code."""
    SEE_AGAIN = "see again"


class Groups(Straight):
    """How a code reads so far, in its groups."""


class EnterCodeScreen(FieldScreen[str | Scanned | None]):
    """Takes a code, typed or scanned, and shows it in its groups meanwhile. None where one went back."""

    EVERYWHERE = (HIDE,)
    TAKES_BURSTS = True

    def __init__(
        self,
        title: str,
        lines: tuple[str, ...],
        *,
        on: Key,
        back: Key = BACK,
        typed: str = "",
        problem: str = "",
        noted: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask for a code. `noted` is called once something of one stands there."""
        super().__init__(title, here=(on.does("give"), back.gives(None)))
        self._lines = lines
        self._typed = typed
        self._problem = problem
        self._noted = noted

    def body(self) -> Iterable[Widget]:
        """Yield what it is for, the field, how it reads so far, and what was wrong."""
        for line in self._lines:
            yield Plain(line, classes="line")
        yield CodeField(self._typed, goes_on=is_begun(self._typed))
        yield Groups(_spaced(self._typed), id="groups")
        if self._problem:
            yield Plain(self._problem, id="problem")

    @on(Input.Changed)
    def show_groups(self, event: Input.Changed) -> None:
        """Show how the code reads so far, and no longer what was wrong with the one before."""
        if event.value:
            self._noted()
        if event.value != self._typed:
            for problem in self.query("#problem").results(Plain):
                problem.show_if_any("")
        self.query_one(Groups).show(_spaced(self._meant))

    def action_give(self) -> None:
        """Give back what was typed."""
        self.dismiss(self._meant)

    @property
    def _meant(self) -> str:
        """What was typed; of a whole code behind the beginning of another one, that code alone."""
        added = self.words.removeprefix(self._typed)
        return added if is_whole(added) else self.words


async def try_code(
    show: Callable[[Callable[[], EnterCodeScreen]], Awaitable[str | Scanned | None]],
    code: Handle,
    title: str,
    lines: tuple[str, ...],
    *,
    needed: str = "",
) -> CodeTrial:
    """Ask for a code that was shown until it is right, or the person goes on without, or to see it again.

    Whoever only presses Enter goes on without. `needed` is what to say where nothing is typed, and then
    nobody goes on without, and the first group is enough; empty where one may.
    """
    typed, problem = "", ""
    while True:
        page = partial(
            EnterCodeScreen, title, lines, on=CONTINUE, back=SEE_AGAIN, typed=typed, problem=problem
        )
        given = await show(page)
        if given is None:
            return CodeTrial.SEE_AGAIN
        before, typed = typed, _one_of(code, given) if isinstance(given, Scanned) else given
        if not (needed or typed.strip()):
            return CodeTrial.WRONG if problem else CodeTrial.UNTRIED
        if problem and not needed and given == before:
            return CodeTrial.WRONG
        problem = _mistake(code, typed, least=1 if needed else len(code.groups)) if typed.strip() else needed
        if not problem:
            return CodeTrial.RIGHT
        if not needed:
            problem = joined(problem, _("Or press Enter again to continue without it."))


def _one_of(code: Handle, scanned: Scanned) -> str:
    return str(code if code in scanned.codes else scanned.codes[0])


def _mistake(code: Handle, typed: str, least: int) -> str:
    """Return what is wrong with what was typed of a code, at least so many groups; nothing where it fits.

    Where a character is missing, or one too many, the groups after it are no others: the first is named.
    """
    if handle.has_other_letters(typed):
        return OTHER_LETTERS
    groups = zip(ORDINALS, groups_of(typed), code.groups, strict=True)
    wrong = [
        ordinal
        for place, (ordinal, group, right) in enumerate(groups)
        if group != right and (place < least or group.strip("_"))
    ]
    if len(wrong) > 1 and is_whole(typed):
        told = _("Check these groups: {ordinals}. They are not the same as in your code.")
        return told.format(ordinals=listed(wrong))
    if wrong:
        return _("Check the {ordinal} group. It is not the same as in your code.").format(ordinal=wrong[0])
    if not groups_of(typed)[-1].strip("_"):
        return ""  # those that are asked for are right
    try:
        handle.read(typed)
    except HandleError as error:
        return for_customer(error)
    return ""


def _spaced(typed: str) -> str:
    return "  ".join(groups_of(typed))
