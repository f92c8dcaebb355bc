"""A pack on paper, A4 in large print: to be reviewed, and to be filled in by hand.

All of it is in the pack's language, as far as the program speaks that.
"""

from collections.abc import Iterator, Mapping

from kiosk.devices.pdf_page import DOT, QUIET, RULED, PdfPages
from kiosk.language import joined, language_or_english, speaking
from kiosk.language import words as _
from kiosk.pack.fill import fill
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    Pack,
    ScaleQuestion,
    TextQuestion,
)

LARGE = 16
"""Points: what the UK Association for Accessible Formats calls large print (16 to 18)."""
_SMALLER = 14
_ASK = 18
_HEADING = 22
_GAP = 3
_FOOT = 12
_LINES = 6
"""For a text in somebody's own words."""

KEEP_PART = _("Keep this part for myself. Then only my code opens it.")
TALK = _("I would like to talk to someone.")
_ONE = _("Tick one.")
_SEVERAL = _("Tick as many as you like.")
_OWN_WORDS = _("In your own words: what else is strong about you?")
_HOW = (
    _("Tick a box, or write on the lines. You can leave any question open."),
    _("Give this form to a member of staff. They type your answers into the kiosk."),
    _("Then you get a slip with your code, and this form back."),
)
_REVIEW = (
    _("Read each question aloud. Then tick what should happen with it, and write why."),
    _("Write what people say. Do not write who said it."),
)
_VERDICTS = (_("Keep"), _("Change"), _("Take out"))


def form_pdf(pack: Pack, words: Mapping[str, str]) -> bytes:
    """Return a form to fill in by hand; `words` are what the settings say where the pack leaves room."""
    with speaking(language_or_english(pack.language)):
        return _form(fill(pack, words))


def _form(pack: Pack) -> bytes:
    with _sheet(pack) as sheet:
        _start(sheet, pack, _HOW)
        for title, lines in (
            (pack.welcome.title, pack.welcome.lines),
            (pack.privacy.title, (*pack.privacy.short, *pack.privacy.more)),
        ):
            _title(sheet, title)
            for line in (*lines, *([pack.writing_note] if title == pack.privacy.title else ())):
                sheet.text(line, LARGE)
                sheet.gap(_GAP)
        total, number = len(list(pack.questions())), 0
        for section in pack.sections:
            sheet.begin()
            _title(sheet, section.title)
            sheet.text(section.intro, LARGE)
            for question in section.questions:
                number += 1
                _asked(
                    sheet,
                    _("Question {number} of {count}").format(number=number, count=total),
                    question.ask,
                    question.why,
                    _height(sheet, pack, question),
                )
                _to_fill(sheet, pack, question)
            sheet.gap(3 * _GAP)
            sheet.rule()
            sheet.gap(_GAP)
            sheet.ticks((KEEP_PART,), LARGE)
        sheet.gap(_GAP)
        sheet.ticks((TALK,), LARGE)
        return sheet.pdf(pack.title, pack.language)


def review_pdf(pack: Pack, words: Mapping[str, str]) -> bytes:
    """Return a form on which a group says of each question: keep, change or take out, and why.

    `words` as for `form_pdf`: the group reads what customers will.
    """
    with speaking(language_or_english(pack.language)):
        return _review(fill(pack, words))


def _review(pack: Pack) -> bytes:
    with _sheet(pack) as sheet:
        _start(sheet, pack, _REVIEW)
        for title, lines in _around(pack):
            _asked(sheet, _("Around the questions"), title, "")
            _verdict(sheet, lines)
        for section in pack.sections:
            sheet.begin()
            _title(sheet, section.title)
            sheet.text(section.intro, LARGE)
            for question in section.questions:
                _asked(sheet, question.summary, question.ask, question.why)
                _verdict(sheet, tuple(_offered(pack, question)))
        _asked(sheet, _("At the end"), _("Is something missing? What should we ask as well?"), "")
        sheet.ruled(_LINES)
        return sheet.pdf(pack.title, pack.language)


def _sheet(pack: Pack) -> PdfPages:
    return PdfPages(joined(pack.title, _version(pack), between=f" {DOT} "), foot=_FOOT)


def _version(pack: Pack) -> str:
    return _("Version {number}").format(number=pack.version)


def _start(sheet: PdfPages, pack: Pack, lines: tuple[str, ...]) -> None:
    sheet.begin()
    sheet.text(pack.title, _HEADING, bold=True)
    sheet.text(_version(pack), _SMALLER, colour=QUIET)
    for line in lines:
        sheet.gap(_GAP)
        sheet.text(line, LARGE)


def _title(sheet: PdfPages, title: str) -> None:
    sheet.keep(4 * sheet.line(_HEADING))
    sheet.gap(2 * _GAP)
    sheet.mark(title, 0)
    sheet.text(title, _HEADING, bold=True)
    sheet.gap(_GAP)


def _asked(sheet: PdfPages, above: str, ask: str, why: str, follows: float = 0) -> None:
    """Set a question, on one page with what follows within so many mm."""
    sheet.keep(5 * sheet.line(_ASK) + max(follows, 2 * sheet.line(_ASK)))
    sheet.gap(3 * _GAP)
    sheet.text(above, _SMALLER, colour=QUIET)
    sheet.text(ask, _ASK, bold=True)
    if why:
        sheet.text(why, _SMALLER)
    sheet.gap(_GAP)


def _height(sheet: PdfPages, pack: Pack, question: AnyQuestion) -> float:
    """Return how high that is of an answer which stands on one page with its question."""
    match question:
        case ScaleQuestion() | ChoiceQuestion():
            return sheet.line(LARGE) * (len(list(_offered(pack, question))) + 1)
        case TextQuestion() | LinesQuestion():
            return RULED * (question.most if isinstance(question, LinesQuestion) else _LINES)
        case CardsQuestion() | GoalQuestion():
            return 5 * sheet.line(LARGE)


def _to_fill(sheet: PdfPages, pack: Pack, question: AnyQuestion) -> None:
    match question:
        case ScaleQuestion() | ChoiceQuestion():
            several = isinstance(question, ChoiceQuestion) and question.several
            offered = list(_offered(pack, question))
            sheet.text(_SEVERAL if several else _ONE, _SMALLER)
            for text in offered:
                sheet.ticks((text,), LARGE)
            if isinstance(question, ChoiceQuestion) and any(option.own_words for option in question.options):
                sheet.ruled(1)
        case CardsQuestion():
            deck = pack.decks[question.deck]
            sheet.text(_SEVERAL, _SMALLER)
            for group in question.groups or deck.groups:
                cards = deck.in_group(group)
                sheet.keep(sheet.line(LARGE) * (len(cards) + 2))
                sheet.gap(_GAP)
                sheet.text(deck.groups[group], LARGE, bold=True)
                for card in cards:
                    sheet.ticks((card.label,), LARGE)
            if question.own_words:
                sheet.keep(2 * sheet.line(LARGE) + RULED * _LINES / 2)
                sheet.gap(_GAP)
                sheet.text(_OWN_WORDS, LARGE)
                sheet.ruled(_LINES // 2)
        case TextQuestion():
            sheet.ruled(_LINES)
        case LinesQuestion():
            sheet.ruled(question.most)
        case GoalQuestion():
            for part in (question.want, question.first_step, question.who, question.when):
                sheet.keep(4 * sheet.line(LARGE))
                sheet.gap(_GAP)
                sheet.text(part, LARGE)
                sheet.ruled(2)


def _verdict(sheet: PdfPages, lines: tuple[str, ...]) -> None:
    """Set what a question offers, or a page says, and room for what should become of it."""
    sheet.bullets(lines, _SMALLER)
    sheet.keep(3 * sheet.line(LARGE) + 3 * RULED)
    sheet.gap(_GAP)
    sheet.ticks(_VERDICTS, LARGE)
    sheet.gap(_GAP)
    sheet.text(_("Why?"), LARGE)
    sheet.ruled(3)


def _around(pack: Pack) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what a pack says around its questions: the pages' titles, and their texts."""
    closing = pack.closing
    return (
        (pack.welcome.title, pack.welcome.lines),
        (pack.privacy.title, (*pack.privacy.short, *pack.privacy.more, pack.writing_note)),
        (
            closing.saved,
            (
                *closing.keep,
                f"{closing.feedback.ask} {', '.join(_offered(pack, closing.feedback))}",
                closing.feedback_line,
                *closing.cleared,
            ),
        ),
    )


def _offered(pack: Pack, question: AnyQuestion) -> Iterator[str]:
    match question:
        case ScaleQuestion():
            yield from (point.label for point in question.points)
        case ChoiceQuestion():
            yield from (option.label for option in question.options)
        case CardsQuestion():
            deck = pack.decks[question.deck]
            for group in question.groups or deck.groups:
                yield f"{deck.groups[group]}: {', '.join(card.label for card in deck.in_group(group))}"
        case GoalQuestion():
            yield from (question.want, question.first_step, question.who, question.when)
