"""The figures of a quarter, or of a whole year: made once from the true counts, kept, and never made again.

`summaries/2026-Q3.age` below the home is JSON, sealed to the venue's key. It holds what may be shown
(`kiosk.counts.disclosure`) and the words for it; the true counts are kept nowhere.

A year that a venue counts as a whole has figures, `2026.age`, and none of its quarters has: of the same
entries nobody is shown two sums that could be subtracted. What was kept first stands
(`kiosk.desk.summaries.periods.is_whole`).

What is listed must not tell of hidden counts. A reflection or a scale is listed where one of its counts is
shown, or where the venue's pack asks it anyway; a card only where its count is shown, since somebody must
have picked it for it to be known at all. The words for a hidden point come from a pack, never from the page
of somebody who chose it; and those for a band never do, since they name each of its points.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.counts.disclosure import Scale, Table, banded, bands, in_bands, may_be_more, protect
from kiosk.counts.quarters import Quarter, named, with_figures
from kiosk.counts.tally import Counted, ScaleAsked
from kiosk.desk.keys import staff_files
from kiosk.entry.pages import POINTS_MOST
from kiosk.errors import DamageError, DeskError, EntryError, NoRoomError, SealError
from kiosk.home import Home
from kiosk.os_errors import explained
from kiosk.pack.find import pack_named
from kiosk.pack.model import CardsQuestion, Pack, ScaleQuestion
from kiosk.text import one_line
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.vault import NO_ROOM, RESERVE

FOLDER = "summaries"
FIGURES = "figures"
"""The purpose of the key of their tag (`kiosk.mac.key_from`)."""
MOST_BYTES = 1 << 20
"""Of a file. Even one for other venues, of ten years and several packs, has less than half of it."""
STRANGERS_MOST = 40
"""So many quarters that the desk does not know are looked at when it is unlocked: those of ten years."""
PARTS_MOST, PACKS_MOST = 10_000, 1000
"""Scales, or cards, of a reflection, and reflections of a quarter."""
LABEL, ASK = 80, 240
"""Characters of a label, or a question, that a page gives."""
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class ScaleFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A scale, as it may be shown."""

    question: untrusted.Name
    section: untrusted.Line
    """The title of the part it is asked in."""
    title: untrusted.Line
    """The question in a few words."""
    ask: untrusted.Line = ""
    """The question itself."""
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
        return Scale(self.question, len(self.points), self.bands_of)


class CardFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A card, as it may be shown."""

    id: untrusted.Name
    label: untrusted.Line
    picked: untrusted.Count


class PackFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The entries of one reflection, as they may be shown."""

    id: untrusted.Name
    title: untrusted.Line
    entries: untrusted.Count
    scales: Annotated[tuple[ScaleFigures, ...], msgspec.Meta(max_length=PARTS_MOST)]
    """In the order in which the pack asks them."""
    cards: Annotated[tuple[CardFigure, ...], msgspec.Meta(max_length=PARTS_MOST)]
    cards_ask: untrusted.Line = ""
    """The question that cards answer; one after the other where there are several."""


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be shown of a quarter. A count that is hidden is 0."""

    version: Literal[1] = 1
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


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is in the seal: figures, and the tag by which they are known to be the desk's."""

    figures: msgspec.Raw
    tag: str


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
            durable.create_once(file, _sealed(figures, identity), disk=disk)
    except OSError as error:
        raise DeskError(explained(error, file, "So nothing is shown of that quarter.")) from error


def digest(figures: Figures) -> str:
    """Return by what the desk knows figures again, however they are sealed."""
    return mac.digest(msgspec.json.encode(figures))[:32]


def digests(home: Home, identity: str, known: Iterable[str]) -> dict[str, str]:
    """Return each quarter that has figures, such as `2026-Q3`, and their digest.

    That is empty where they cannot be read, or the desk does not vouch for them. Of quarters that are not
    `known` only `STRANGERS_MOST` are looked at, the newest: somebody may have put any number there.
    """
    there = {str(quarter): quarter for quarter in with_figures(home)}
    strangers = sorted(there.keys() - frozenset(known), reverse=True)[STRANGERS_MOST:]
    return {name: _digest_of(home, there[name], identity) for name in there.keys() - frozenset(strangers)}


def _digest_of(home: Home, quarter: Quarter, identity: str) -> str:
    try:
        return digest(read(home, quarter, identity))
    except DamageError:
        return ""


def read(home: Home, quarter: Quarter, identity: str) -> Figures:
    """Return a quarter's figures, opened with the venue's identity. Raises DamageError."""
    file = file_of(home, quarter)
    damage = DamageError(
        f"{file} cannot be read. Run 'kiosk restore' with a backup. Do not delete it: counted again, the "
        "quarter could be subtracted from what was shown before."
    )
    try:
        told = untrusted.json(seal.open_sealed(untrusted.read(file, MOST_BYTES), identity), _File)
        figures = untrusted.json(bytes(told.figures), Figures)
    except (SealError, msgspec.DecodeError, OSError) as error:
        raise damage from error
    if figures.quarter != str(quarter) or not _is_vouched(told, staff_files.counting(home.staff, identity)):
        raise damage
    return figures


def _is_vouched(told: _File, identities: Iterable[str]) -> bool:
    return any(mac.fits(told.tag, mac.key_from(one, FIGURES), bytes(told.figures)) for one in identities)


def is_vouched(plaintext: bytes, identities: Iterable[str]) -> bool:
    """Tell whether opened figures are those of a desk that held one of these identities of the venue."""
    try:
        told = untrusted.json(plaintext, _File)
    except msgspec.DecodeError:
        return False
    return _is_vouched(told, identities)


def vouched_again(plaintext: bytes, before: str, now: str) -> bytes:
    """Return opened figures with the tag of another identity of the venue, where they had that of the first.

    What does not read as figures comes back as it is.
    """
    try:
        told = untrusted.json(plaintext, _File)
    except msgspec.DecodeError:
        return plaintext
    if not _is_vouched(told, [before]):
        return plaintext
    tag = mac.tag(mac.key_from(now, FIGURES), bytes(told.figures))
    return seal.pad(msgspec.json.encode(_File(figures=told.figures, tag=tag)))


def _sealed(figures: Figures, identity: str) -> bytes:
    raw = msgspec.json.encode(figures)
    tag = mac.tag(mac.key_from(identity, FIGURES), raw)
    file = _File(figures=msgspec.Raw(raw), tag=tag)
    return seal.seal(msgspec.json.encode(file), (seal.recipient_of(identity),))


def figures_of(
    quarter: Quarter, counted: Counted, own_pack: str, today: str, *, by_bands: bool = False
) -> Figures:
    """Return what may be shown of a quarter. `own_pack` is the id of the venue's pack.

    With `by_bands` scales are counted in bands: the venue has said so, and no count has a part in it.

    Raises PackError for a mistake in an installed pack.
    """
    tables = {own_pack: Table()}
    for group, table in counted.tables.items():
        if group.quarter in quarter.parts():
            tables.setdefault(group.pack, Table()).add(table)
    packs = [
        _pack_figures(id_, table, counted.told, own=id_ == own_pack, by_bands=by_bands)
        for id_, table in tables.items()
    ]
    return Figures(
        quarter=str(quarter),
        counted=today,
        packs=tuple(
            sorted(
                (pack for pack in packs if pack.entries or pack.id == own_pack),
                key=lambda pack: (pack.id != own_pack, pack.id),
            )
        ),
    )


def _pack_figures(
    id_: str, true: Table, told: Mapping[tuple[str, Scale], ScaleAsked], *, own: bool, by_bands: bool
) -> PackFigures:
    pack = _installed(id_)
    asked = _asked(pack) if pack else {}
    if by_bands:
        true = in_bands(true)
        told = {
            (of, banded(scale)): one if banded(scale) == scale else one._replace(words={})
            for (of, scale), one in told.items()
        }
        asked = {banded(scale): _in_bands(scale, one) for scale, one in asked.items()}
    if own:
        for scale in asked:
            true.answers(scale)
    shown = protect(true)
    order = [scale for scale in asked if scale in shown.scales] + sorted(shown.scales.keys() - asked.keys())
    listed = [scale for scale in order if any(shown.scales[scale].points) or (own and scale in asked)]
    cards = {card.id: card.label for deck in pack.decks.values() for card in deck.cards} if pack else {}
    return PackFigures(
        id=_line(id_),
        title=_line(pack.title if pack else id_),
        entries=shown.entries,
        scales=tuple(
            _scale_figures(shown, scale, asked.get(scale), told.get((id_, scale))) for scale in listed
        ),
        cards=tuple(
            CardFigure(id=_line(card), label=_line(cards.get(card, card.replace("_", " "))), picked=picked)
            for card, picked in sorted(shown.cards.items())
        ),
        cards_ask=_line(_cards_ask(pack), ASK) if pack else "",
    )


def _cards_ask(pack: Pack) -> str:
    return " ".join(question.ask for _, question in pack.questions() if isinstance(question, CardsQuestion))


def _scale_figures(
    shown: Table, scale: Scale, asked: ScaleAsked | None, told: ScaleAsked | None
) -> ScaleFigures:
    """Return the figures of a scale, in the words of its pack, else of the pages that answered it."""
    answers = shown.scales[scale]
    words = asked.words if asked else {}
    if asked is None and told is not None:
        words = {place: word for place, word in told.words.items() if answers.points[place - 1]}
    named = asked or told
    higher, same, lower = answers.moves
    return ScaleFigures(
        question=_line(scale.question),
        section=_line(named.section) if named else "",
        title=_line(named.summary) if named else _line(scale.question),
        ask=_line(named.ask, ASK) if named else "",
        labels=tuple(_line(words.get(place, unnamed)) for place, unnamed in _unnamed(scale).items()),
        points=tuple(answers.points),
        moves=(higher, same, lower),
        may_be_more=may_be_more(shown, scale),
        bands_of=scale.bands_of,
    )


def _in_bands(scale: Scale, asked: ScaleAsked) -> ScaleAsked:
    """Return how a scale is asked, with the words for its bands where those for its points are known."""
    if banded(scale) == scale:
        return asked
    every = [asked.words.get(place, "") for place in range(1, scale.points + 1)]
    return asked._replace(words=_band_words(every) if all(every) else {})


def _band_words(points: Sequence[str]) -> dict[int, str]:
    ends = (
        (points[band[0]], points[band[-1]], " / " if len(band) < 3 else " to ") for band in bands(len(points))
    )
    return {
        place: first if first == last else first + between + last
        for place, (first, last, between) in enumerate(ends, 1)
    }


def _unnamed(scale: Scale) -> dict[int, str]:
    """Return what the points or bands of a scale are called for which there are no words."""
    many = scale.bands_of or scale.points
    points = [f"point {place} of {many}" for place in range(1, many + 1)]
    return _band_words(points) if scale.bands_of else dict(enumerate(points, 1))


def _installed(id_: str) -> Pack | None:
    """Return a pack by the id that a page gives; None where it is not here any more."""
    with suppress(EntryError):
        return pack_named(id_)
    return None


def _asked(pack: Pack) -> dict[Scale, ScaleAsked]:
    """Return the scales of a pack, in order, with its words for them."""
    return {
        Scale(question.id, len(question.points)): ScaleAsked(
            section.title,
            question.summary,
            {place: point.label for place, point in enumerate(question.points, 1)},
            question.ask,
        )
        for section, question in pack.questions()
        if isinstance(question, ScaleQuestion)
    }


def _line(text: str, most: int = LABEL) -> str:
    return one_line(text, most)
