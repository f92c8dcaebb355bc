"""The figures of a quarter, or of a whole year: made once from the true counts, kept, and never made again.

`summaries/2026-Q3.age` below the home is JSON, sealed to the venue's key. It holds what may be shown
(`kiosk.counts.disclosure`) and the words for it; the true counts are kept nowhere.

A year that a venue counts as a whole has figures, `2026.age`, and none of its quarters has: of the same
entries nobody is shown two sums that could be subtracted. What was kept first stands
(`kiosk.desk.summaries.periods.is_whole`).

What is listed must not tell of hidden counts. A reflection or a scale is listed where one of its counts is
shown, or where the venue's pack asks it anyway; a card, and how often a question was left open, only where
that count is shown. The words for a scale come from the venue's pack, else from a page that was asked it so:
whichever point was chosen there, it has the words of all of them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.counts.disclosure import Asked, Scale, Table, bands, in_bands, may_be_more, protect
from kiosk.counts.meanings import Meanings
from kiosk.counts.quarters import Quarter, named, with_figures
from kiosk.counts.tally import Counted, Told
from kiosk.counts.visits import Visits
from kiosk.counts.visits import protect as protect_visits
from kiosk.desk.keys import staff_files
from kiosk.entry.meaning import Form
from kiosk.entry.pages import POINTS_MOST
from kiosk.errors import DamageError, DeskError, EntryError, NoRoomError, PackError, SealError
from kiosk.home import Home
from kiosk.os_errors import explained
from kiosk.pack.change_log import read_log
from kiosk.pack.library import Library
from kiosk.pack.model import Answerable, Pack
from kiosk.pack.pack_files import LOG
from kiosk.text import one_line
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.vault import NO_ROOM, RESERVE

FOLDER = "summaries"
VOUCHED = mac.Vouched("figures", "figures")
"""What is in the seal."""
MOST_BYTES = 1 << 20
"""Of a file. Even one for other venues, of ten years and several packs, has less than half of it."""
STRANGERS_MOST = 40
"""So many quarters that the desk does not know are looked at when it is unlocked: those of ten years."""
PARTS_MOST, PACKS_MOST = 10_000, 1000
"""Scales, or cards, of a reflection, and reflections of a quarter."""
LABEL, ASK = 80, 240
"""Characters of a label, or a question, that a page gives."""

Day = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d\d-\d\d)?\Z")]


class AskedFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is shown at a question, and in which of its forms it was asked."""

    question: untrusted.Name
    form: Form = Form()
    """The newest form of it in which it means the same."""
    began: Day = ""
    """The day on which it began to be asked so; empty where that is not known."""
    ask: untrusted.Line = ""
    """The question itself."""


class TitledFigures(AskedFigures, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same, with where it is asked."""

    section: untrusted.Line
    """The title of the part it is asked in."""
    title: untrusted.Line
    """The question in a few words."""


class ScaleFigures(TitledFigures, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A scale, as it may be shown."""

    labels: Annotated[tuple[untrusted.Line, ...], msgspec.Meta(max_length=POINTS_MOST)]
    """The words of its points, or bands."""
    points: Annotated[tuple[untrusted.Count, ...], msgspec.Meta(max_length=POINTS_MOST)]
    moves: tuple[untrusted.Count, untrusted.Count, untrusted.Count]
    """Higher, the same, lower."""
    may_be_more: tuple[bool, bool, bool]
    """Which of the moves may have been lowered."""
    bands_of: Annotated[int, msgspec.Meta(ge=0, le=POINTS_MOST)] = 0
    """Where `points` are bands: with how many points it was asked."""

    @property
    def scale(self) -> Scale:
        """Which scale it is."""
        return Scale(self.question, len(self.points), self.bands_of, self.form)


class CardFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A card, as it may be shown."""

    label: untrusted.Line
    picked: untrusted.Count


class CardsFigures(AskedFigures, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The cards that answer a question, as they may be shown."""

    cards: Annotated[tuple[CardFigure, ...], msgspec.Meta(max_length=PARTS_MOST)]


class QuestionFigure(TitledFigures, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How often something was done at a question, as it may be shown."""

    number: untrusted.Count


Questions = Annotated[tuple[QuestionFigure, ...], msgspec.Meta(max_length=PARTS_MOST)]


class PackFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The entries of one reflection, as they may be shown."""

    id: untrusted.Name
    state: Answerable = "live"
    """Whether they were made while the reflection was being tried out: then they count apart."""
    title: untrusted.Line
    entries: untrusted.Count
    scales: Annotated[tuple[ScaleFigures, ...], msgspec.Meta(max_length=PARTS_MOST)]
    """In the order in which the pack asks them."""
    cards: Annotated[tuple[CardsFigures, ...], msgspec.Meta(max_length=PARTS_MOST)]
    left_open: Questions = ()
    went_back: Questions = ()
    """From where visits went back, …"""
    stopped: Questions = ()
    """… at which question those ended that were not saved, …"""
    times: tuple[untrusted.Count, untrusted.Count, untrusted.Count] = (0, 0, 0)
    """… and how many were short, neither, long (`kiosk.counts.visits`)."""


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be shown of a quarter. A count that is hidden is 0."""

    version: Literal[3] = 3
    quarter: str
    """Such as `2026-Q3`, or `2026` for a whole year."""
    counted: str
    """The day on which they were made, such as `2026-10-05`."""
    packs: Annotated[tuple[PackFigures, ...], msgspec.Meta(max_length=PACKS_MOST)]
    """The venue's own first."""

    def parts(self) -> tuple[Quarter, ...]:
        """Return of which quarters they are. Raises ValueError where it does not say so."""
        return named(self.quarter).parts()

    def is_in_bands(self) -> bool:
        """Tell whether scales are counted in bands."""
        return any(scale.bands_of for pack in self.packs for scale in pack.scales)


def file_of(home: Home, quarter: Quarter) -> Path:
    """Return where a quarter's figures are kept."""
    return home.summaries / f"{quarter}.age"


def keep(home: Home, identity: str, figures: Figures, *, disk: Disk = DISK) -> None:
    """Keep a quarter's figures, sealed to the venue's key, unless it has some: then those stay.

    `identity` is the venue's, which vouches for them. Raises NoRoomError or another DeskError or VaultError
    where they could not be kept, or were in another form meanwhile. Nothing of them may be shown then.
    """
    file = home.summaries / f"{figures.quarter}.age"
    mine = named(figures.quarter)
    if any(one != mine and not {*one.parts()}.isdisjoint(mine.parts()) for one in with_figures(home)):
        raise DeskError(f"{mine} has just been counted in another form. Try again.")
    try:
        if durable.free_bytes(home.root, disk=disk) < RESERVE:
            raise NoRoomError(NO_ROOM)
        with suppress(FileExistsError):
            durable.create_once(file, VOUCHED.sealed(msgspec.json.encode(figures), identity), disk=disk)
    except OSError as error:
        raise DeskError(explained(error, file, "So nothing is shown of that quarter.")) from error


def digests(
    home: Home, identities: str, known: Iterable[str], vouching: Sequence[str] | None = None
) -> dict[str, str]:
    """Return each quarter that has figures, such as `2026-Q3`, and their digest (`mac.value_digest`).

    That is empty where they cannot be read (`read`). Of quarters that are not
    `known` only `STRANGERS_MOST` are looked at, the newest: somebody may have put any number there.
    """
    there = {str(quarter): quarter for quarter in with_figures(home)}
    strangers = sorted(there.keys() - frozenset(known), reverse=True)[STRANGERS_MOST:]
    return {
        name: _digest_of(home, there[name], identities, vouching)
        for name in there.keys() - frozenset(strangers)
    }


def _digest_of(home: Home, quarter: Quarter, identities: str, vouching: Sequence[str] | None) -> str:
    try:
        return mac.value_digest(read(home, quarter, identities, vouching))
    except DamageError:
        return ""


def read(home: Home, quarter: Quarter, identities: str, vouching: Sequence[str] | None = None) -> Figures:
    """Return a quarter's figures, opened with a venue's identities. Raises DamageError.

    One of those that are `vouching` is to have vouched for them; of the venue itself, those that count now.
    """
    file = file_of(home, quarter)
    damage = DamageError(
        f"{file} cannot be read. Run 'kiosk restore' with a backup. Do not delete it: counted again, the "
        "quarter could be subtracted from what was shown before."
    )
    try:
        opened = seal.open_sealed(untrusted.read(file, MOST_BYTES), identities)
        counting = staff_files.counting(home.staff, identities) if vouching is None else vouching
        raw = VOUCHED.value(opened, counting)
        figures = untrusted.json(raw, Figures) if raw is not None else None
    except (SealError, msgspec.DecodeError, OSError) as error:
        raise damage from error
    if figures is None or figures.quarter != str(quarter):
        raise damage
    return figures


def figures_of(
    quarter: Quarter,
    counted: Counted,
    library: Library,
    today: str,
    *,
    by_bands: bool = False,
    held: str = "",
) -> Figures:
    """Return what may be shown of a quarter. `library` has the packs of the venue.

    `held` is the name of the held venue that it is of; empty for the venue itself.
    With `by_bands` scales are counted in bands: the venue has said so, and no count has a part in it.
    """
    own: tuple[str, Answerable] = (library.start_id, "live")
    tables: dict[tuple[str, Answerable], Table] = {own: Table()}
    for group, table in counted.tables.items():
        if group.quarter in quarter.parts() and group.held == held:
            tables.setdefault((group.pack, group.state), Table()).add(table)
    went: dict[tuple[str, Answerable], Visits] = {}
    for group, visits in counted.visits.items():
        if group.quarter in quarter.parts() and group.held == held:
            tables.setdefault((group.pack, group.state), Table())
            went.setdefault((group.pack, group.state), Visits()).add(visits)
    packs = [
        _pack_figures(
            library,
            which,
            table,
            went.get(which, Visits()),
            counted.told,
            own=which == own,
            by_bands=by_bands,
        )
        for which, table in tables.items()
    ]
    return Figures(
        quarter=str(quarter),
        counted=today,
        packs=tuple(
            sorted(
                (pack for pack in packs if pack.entries or any(pack.times) or (pack.id, pack.state) == own),
                key=lambda pack: (pack.id != library.start_id, pack.id, pack.state),
            )
        ),
    )


def _pack_figures(
    library: Library,
    which: tuple[str, Answerable],
    true: Table,
    visits: Visits,
    told: Mapping[tuple[str, Asked], Told],
    *,
    own: bool,
    by_bands: bool,
) -> PackFigures:
    id_, state = which
    pack, meanings = _installed(library, id_, state)
    true = meanings.table(true)
    listed = meanings.in_use if own else frozenset[Asked]()
    for asked in listed:
        if asked.form.values:
            true.answers(Scale(asked.question, len(asked.form.values), 0, asked.form))
    shown = protect(in_bands(true) if by_bands else true)
    went = protect_visits(meanings.visits(visits))
    short, middle, long = went.times
    words = _Words(meanings, {meanings.of(asked): one for (of, asked), one in told.items() if of == id_})
    return PackFigures(
        id=_line(id_),
        state=state,
        title=_line(pack.title if pack else id_),
        entries=shown.entries,
        scales=words.scales(shown, listed),
        cards=words.cards(shown, listed),
        left_open=words.at_questions(shown.left_open),
        went_back=words.at_questions(went.went_back),
        stopped=words.at_questions(went.stopped),
        times=(short, middle, long),
    )


class _Words:
    """Gives shown counts the words and the order of a pack's questions."""

    def __init__(self, meanings: Meanings, told: Mapping[Asked, Told]) -> None:
        """Take what the installed versions ask, and what pages told, which counts for other questions."""
        self._told = {**told, **meanings.told}
        self._began = meanings.began
        self._order = {asked: place for place, asked in enumerate(meanings.told)}

    def scales(self, shown: Table, listed: Collection[Asked]) -> tuple[ScaleFigures, ...]:
        """Return the scales of which something is shown, and those that are listed anyway."""
        return tuple(
            self._scale(shown, scale)
            for scale in sorted(shown.scales, key=lambda scale: self._place(scale.asked))
            if any(shown.scales[scale].points) or scale.asked in listed
        )

    def cards(self, shown: Table, listed: Collection[Asked]) -> tuple[CardsFigures, ...]:
        """Return the cards that are shown, by question."""
        picked = {card.asked for card in shown.cards} | {one for one in listed if one.form.kind == "cards"}
        return tuple(self._cards(shown, asked) for asked in sorted(picked, key=self._place))

    def at_questions(self, shown: Counter[Asked]) -> tuple[QuestionFigure, ...]:
        """Return how often something was done at each question."""
        return tuple(
            QuestionFigure(**self._titled(asked), number=shown[asked])
            for asked in sorted(shown, key=self._place)
        )

    def _place(self, asked: Asked) -> tuple[int, Asked]:
        return self._order.get(asked, len(self._order)), asked

    def _of(self, asked: Asked) -> Told:
        return self._told.get(asked) or Told("", asked.question)

    def _asked(self, asked: Asked) -> dict[str, Any]:
        """Return the fields of `AskedFigures`."""
        question, ask = _line(asked.question), _line(self._of(asked).ask, ASK)
        return {
            "question": question,
            "form": asked.form,
            "began": str(self._began.get(asked, "")),
            "ask": ask,
        }

    def _titled(self, asked: Asked) -> dict[str, Any]:
        """Return the fields of `TitledFigures`."""
        told = self._of(asked)
        return {**self._asked(asked), "section": _line(told.section), "title": _line(told.summary)}

    def _cards(self, shown: Table, asked: Asked) -> CardsFigures:
        found = sorted((card.label, number) for card, number in shown.cards.items() if card.asked == asked)
        cards = tuple(CardFigure(label=_line(label), picked=picked) for label, picked in found)
        return CardsFigures(**self._asked(asked), cards=cards)

    def _scale(self, shown: Table, scale: Scale) -> ScaleFigures:
        """Return the figures of a scale, in the words of its pack, else of the pages that answered it."""
        answers, words = shown.scales[scale], self._of(scale.asked).labels
        points = scale.bands_of or scale.points
        words = words if len(words) == points else ()
        labels = words or [f"point {place} of {points}" for place in range(1, points + 1)]
        higher, same, lower = answers.moves
        return ScaleFigures(
            **self._titled(scale.asked),
            labels=tuple(map(_line, _band_words(labels) if scale.bands_of else labels)),
            points=tuple(answers.points),
            moves=(higher, same, lower),
            may_be_more=may_be_more(shown, scale),
            bands_of=scale.bands_of,
        )


def _band_words(points: Sequence[str]) -> Iterator[str]:
    for band in bands(len(points)):
        first, last = points[band[0]], points[band[-1]]
        yield first if first == last else f"{first}{' / ' if len(band) < 3 else ' to '}{last}"


def _installed(library: Library, id_: str, state: Answerable) -> tuple[Pack | None, Meanings]:
    """Return the version that is in use of a pack that a page names; and what all of its versions ask.

    A version that cannot be used is passed over; of a pack that is not here any more there is none.
    """
    packs: list[Pack] = []
    days: dict[int, date] = {}
    with suppress(EntryError, PackError):
        versions = sorted(library.states(id_).versions, key=lambda one: (one.state != state, -one.number))
        for one in versions:
            with suppress(PackError):
                packs.append(library.version(id_, one.number))
        for step in reversed(read_log(library.folder / id_ / LOG).steps):
            if step.did == state:
                days[step.version] = step.day
    return packs[0] if packs else None, Meanings(packs, days)


def _line(text: str, most: int = LABEL) -> str:
    return one_line(text, most)
