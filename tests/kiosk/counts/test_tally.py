"""What is read of sealed pages to be counted: which points and cards were chosen, and nothing else."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import seal
from kiosk.counts.disclosure import HIGHER, LOWER, SAME, Answers, Card, Table
from kiosk.counts.meanings import Meanings
from kiosk.counts.quarters import Quarter, quarter_of
from kiosk.counts.tally import Counted, Group, Job, Reader, Told, entries_in
from kiosk.entry.answers import Answer, Cards
from kiosk.entry.pages import PAGE_VERSION, Reflection, page_of
from kiosk.entry.staff_pages import Plan, StatusChange
from kiosk.pack.model import Answerable, Pack, Point, ScaleQuestion
from kiosk.vault.page_files import Strays
from tests.conftest import LONDON, SetZone
from tests.kiosk.desk.summaries.many import NOW, SUMMER, Many
from tests.kiosk.entry.answers import FULL
from tests.kiosk.sealed import FIRST, SECOND
from tests.kiosk.strange import a_link_to_itself, a_link_to_nothing, a_pipe
from tests.packs import asked_in, newer, question, scale_in, small

MOOD = scale_in(small(), "mood")
CARDS = asked_in(small(), "cards")
LATER = SUMMER + timedelta(days=1)
FOURTH = Quarter(2026, 4)
STATES: tuple[Answerable, ...] = ("live", "pilot")
LABELS = {card.id: card.label for deck in small().decks.values() for card in deck.cards}


@pytest.fixture
def many(tmp_path: Path) -> Many:
    return Many(tmp_path / "home", small())


def with_points(points: int) -> Pack:
    """The small pack, with more points to how one feels."""
    pack = small()
    first, *rest = pack.sections
    mood, *others = first.questions
    assert isinstance(mood, ScaleQuestion)
    scale = tuple(Point(value=place, label=f"Word {place}") for place in range(1, points + 1))
    questions = (msgspec.structs.replace(mood, points=scale), *others)
    return msgspec.structs.replace(
        pack, sections=(msgspec.structs.replace(first, questions=questions), *rest)
    )


# -- what is counted


def test_points_and_cards_are_counted_by_entry(many: Many) -> None:
    many.saves({"mood": 1})
    many.saves({"mood": 2, "cards": Cards(("kind", "friend"), ("I can sing",))})
    many.saves(FULL)
    many.saves({})
    assert many.table().entries == 4
    assert many.table().scales == {MOOD: Answers([1, 2])}
    assert many.table().cards == {Card(CARDS, "I am kind"): 2, Card(CARDS, "I am a friend"): 1}


def test_what_was_shared_and_left_open_is_counted_by_question(many: Many) -> None:
    many.saves({"mood": 1})
    many.saves({**FULL, "cards": Cards((), ("I can sing",))})
    many.saves({"day": "Sun"}, kept_back=["second"])
    assert {asked.question: number for asked, number in many.table().left_open.items()} == {
        "mood": 1, "where": 2, "likes": 2, "cards": 1, "day": 1, "people": 1, "goal": 1,
    }  # fmt: skip


def test_how_a_question_was_asked_is_told_once_with_the_words_of_all_its_points(many: Many) -> None:
    for mood in (1, 2, 2):
        many.saves({"mood": mood})
    told = many.counted().told
    assert told["small", MOOD.asked] == Told("First", "How I feel", "How do you feel?", ("Bad", "Good"))
    assert {asked.question for _, asked in told} == {one.id for _, one in small().questions()}


def test_a_card_that_a_page_names_twice_counts_once(many: Many) -> None:
    many.saves({"cards": Cards(("kind", "kind"))})
    assert many.table().cards == {Card(CARDS, "I am kind"): 1}


def test_what_was_kept_back_is_in_no_count(many: Many) -> None:
    many.saves(FULL, kept_back=["second"])
    assert (many.table().scales[MOOD].points, many.table().cards) == ([0, 1], {})
    many.saves(FULL, kept_back=["first", "second"])
    assert (many.table().entries, many.table().scales[MOOD].points) == (2, [0, 1])


def test_what_was_written_is_neither_kept_nor_told(many: Many) -> None:
    many.saves({**FULL, "cards": Cards(("kind",), ("UNMISTAKABLE",)), "day": "UNMISTAKABLE"})
    assert "UNMISTAKABLE" not in repr(many.counted())


# -- several pages


def test_of_several_reflections_the_newest_counts_in_its_own_quarter(many: Many) -> None:
    entry = many.saves({"mood": 1, "cards": Cards(("kind",))})
    many.amends(entry, {"mood": 2}, made=NOW)
    assert many.table().entries == 0
    assert (many.table(FOURTH).entries, many.table(FOURTH).scales) == (1, {MOOD: Answers([0, 1], [1, 0, 0])})


def test_it_is_the_first_reflection_that_the_newest_is_held_against(many: Many) -> None:
    entry = many.saves({"mood": 1})
    many.amends(entry, {"mood": 2})
    many.amends(entry, {"mood": 1}, made=LATER)
    assert many.table().scales[MOOD] == Answers([1, 0], [0, 1, 0])


@pytest.mark.parametrize(
    ("then", "now"), [({}, {"mood": 2}), ({"mood": 1}, {}), ({"mood": 1}, {"day": "Sun"})]
)
def test_what_was_left_open_then_or_now_has_not_moved(
    many: Many, then: dict[str, Answer], now: dict[str, Answer]
) -> None:
    many.amends(many.saves(then), now, made=LATER)
    assert all(not any(one.moves) for one in many.table().scales.values())


@pytest.mark.parametrize(("then", "now"), [(["first"], []), ([], ["first"]), (["first"], ["first"])])
def test_what_was_kept_back_then_or_now_has_not_moved(many: Many, then: list[str], now: list[str]) -> None:
    entry = many.saves({"mood": 1}, kept_back=then)
    many.amends(entry, {"mood": 2}, made=LATER, kept_back=now)
    assert many.table().scales == ({} if now else {MOOD: Answers([0, 1])})


def test_what_was_asked_in_another_form_or_another_pack_has_not_moved(many: Many) -> None:
    other = msgspec.structs.replace(small(), id="other")
    for pack in (with_points(3), other):
        many.amends(many.saves({"mood": 1}, pack=pack), {"mood": 2}, made=LATER)
    assert (many.table().entries, many.table().scales) == (2, {MOOD: Answers([0, 2])})


def turned(since: int = 0) -> Pack:
    """The next version, in which the scale is turned round."""
    mood = question("mood")
    assert isinstance(mood, ScaleQuestion)
    good, bad = (point.label for point in reversed(mood.points))
    points = (Point(value=1, label=good), Point(value=2, label=bad))
    return newer(small(), "mood", points=points, since=since)


def test_two_meanings_of_a_question_are_counted_apart_and_nobody_moves_between_them(many: Many) -> None:
    many.amends(many.saves({"mood": 1}), {"mood": 2}, pack=turned(), made=LATER)
    many.saves({"mood": 2})
    now = scale_in(turned(), "mood")
    assert many.table().scales == {MOOD: Answers([0, 1]), now: Answers([0, 1])}
    table = Meanings([turned()]).table(many.table())
    assert table.scales == {
        now: Answers([0, 1]),
        MOOD._replace(form=MOOD.form._replace(version=0)): Answers([0, 1]),
    }


def test_what_is_declared_to_mean_the_same_is_counted_together(many: Many) -> None:
    reworded = newer(small(), "mood", ask="How are you?", since=1)
    many.amends(many.saves({"mood": 1}), {"mood": 2}, pack=reworded, made=LATER)
    many.saves({"mood": 2})
    table = Meanings([reworded]).table(many.table())
    assert table.scales == {scale_in(reworded, "mood"): Answers([0, 2], [1, 0, 0])}
    # Nobody can say that of other points.
    third = newer(
        reworded, "mood", points=(Point(value=2, label="Bad"), Point(value=1, label="Good")), since=1
    )
    assert len(Meanings([third]).table(many.table()).scales) == 2


def test_the_same_words_that_began_to_mean_something_else_are_counted_apart(many: Many) -> None:
    again = newer(small(), "mood", since=2)
    many.saves({"mood": 1})
    many.saves({"mood": 2}, pack=again)
    scales = Meanings([again]).table(many.table()).scales
    assert scales[scale_in(again, "mood")].points == [0, 1]
    assert len(scales) == 2


def test_of_a_version_that_is_used_again_the_same_words_count(many: Many) -> None:
    many.saves({"mood": 1}, pack=newer(small(), "mood", why="To know it."))
    many.saves({"mood": 2}, pack=turned())
    assert Meanings([small()]).table(many.table()).scales[MOOD].points == [1, 0]


def test_what_was_answered_while_a_pack_was_tried_out_is_a_group_of_its_own(many: Many) -> None:
    many.saves({"mood": 1})
    many.saves({"mood": 2}, pack=msgspec.structs.replace(small(), state="pilot"))
    tables = many.counted().tables
    live, pilot = (tables[Group(Quarter(2026, 3), "small", state)] for state in STATES)
    assert (live.scales, pilot.scales) == ({MOOD: Answers([1, 0])}, {MOOD: Answers([0, 1])})


def test_cards_are_counted_by_their_words(many: Many) -> None:
    [deck] = small().decks.values()
    kind, *others = deck.cards
    cards = (msgspec.structs.replace(kind, label="I am patient"), *others)
    later = msgspec.structs.replace(
        small(), version=2, decks={deck.id: msgspec.structs.replace(deck, cards=cards)}
    )
    for pack in (small(), later):
        many.saves({"cards": Cards(("kind", "friend"), ("I am kind",))}, pack=pack)
    picked = Meanings([later]).table(many.table()).cards
    assert {card.label: number for card, number in picked.items()} == {
        "I am kind": 1, "I am patient": 1, "I am a friend": 2,
    }  # fmt: skip


def test_what_staff_added_is_passed_over(many: Many) -> None:
    entry = many.saves({"mood": 1})
    many.notes(entry)
    many.amends(entry, {"mood": 2}, made=LATER)
    many.adds(entry, StatusChange(made=NOW, by="Jo", state="picked up"))
    many.adds(entry, Plan(made=NOW, by="Jo", goals=()))
    many.notes(many.saves({"mood": 2}))
    assert (many.table().entries, many.table().scales) == (2, {MOOD: Answers([0, 2], [1, 0, 0])})
    assert many.counted().unread == 0


# -- quarters


def test_a_quarter_begins_with_the_days_of_the_venue(set_zone: SetZone) -> None:
    moment = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    assert quarter_of(moment) == (2026, 3)
    assert str(quarter_of(moment)) == "2026-Q3"
    set_zone(LONDON)
    assert quarter_of(moment) == (2026, 4)


def test_the_zone_says_in_which_quarter_an_entry_counts(many: Many, set_zone: SetZone) -> None:
    entry = many.saves({}, made=datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    set_zone(LONDON)
    job = Job(many.home.vault, many.identity)
    assert set(Reader(job).count([(entry, [FIRST])]).tables) == {Group(FOURTH, "small")}


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_month_is_in_one_of_four_quarters(moment: datetime) -> None:
    found = quarter_of(moment)
    assert found.year == moment.year
    assert moment.month in range(3 * found.number - 2, 3 * found.number + 1)


# -- what does not read


@pytest.mark.parametrize("make", [a_link_to_nothing, a_pipe, a_link_to_itself])
def test_pages_of_a_folder_that_does_not_open_are_told(many: Many, make: Callable[[Path], None]) -> None:
    lost = many.saves({"mood": 1})
    many.amends(lost, {"mood": 2}, made=LATER)
    shelf = many.file(lost).parent
    reader = Reader(Job(many.home.vault, many.identity))
    shelf.rename(shelf.with_name("away"))
    make(shelf)

    assert reader.count([(lost, [FIRST, SECOND])]) == Counted(unread=2)


def test_where_the_newest_reflection_is_damaged_the_one_before_it_counts(many: Many) -> None:
    entry = many.saves({"mood": 1})
    many.amends(entry, {"mood": 2}, made=LATER)
    many.file(entry, 2).write_bytes(b"junk")
    assert many.counted().unread == 1
    assert many.table().scales == {MOOD: Answers([1, 0])}


def test_where_the_first_reflection_is_damaged_the_next_one_is_then(many: Many) -> None:
    entry = many.saves({"mood": 1})
    many.amends(entry, {"mood": 2})
    many.amends(entry, {"mood": 1}, made=LATER)
    many.file(entry).write_bytes(b"junk")
    assert many.table().scales[MOOD].moves == [0, 0, 1]


def page(**changes: object) -> Reflection:
    return msgspec.structs.replace(page_of(small(), FULL, name="Amber Heron", made=SUMMER), **changes)


def put(many: Many, entry: str, spoils: Callable[[bytes], bytes]) -> None:
    """Put something else in the place of what is in the seal of an entry's file."""
    plaintext = seal.open_sealed(many.file(entry).read_bytes(), many.identity).rstrip()
    many.file(entry).write_bytes(seal.seal(spoils(plaintext), (seal.recipient_of(many.identity),)))


PAGE_NOW = b'"page":{"version":%d' % PAGE_VERSION
ODD: dict[str, Callable[[bytes], bytes]] = {
    "a list": lambda _: b"[]",
    "nothing": lambda _: b"",
    "only a version": lambda _: b'{"version":1}',
    "no page": lambda file: re.sub(rb'"page":.*,"by_code"', b'"page":[],"by_code"', file),
    "a page of a later version": lambda file: file.replace(
        PAGE_NOW, b'"page":{"version":%d' % (PAGE_VERSION + 1)
    ),
    "a page of no version": lambda file: file.replace(PAGE_NOW, b'"page":{"version":0'),
    "a file of a later version": lambda file: file.replace(b'{"version":2,"head"', b'{"version":3,"head"'),
    "a time of no zone": lambda file: file.replace(b'00Z"', b'00"'),
    "a card that is no list": lambda file: file.replace(b'["kind"]', b'"kind"'),
    "a title that is a number": lambda file: file.replace(b'"summary":"How I feel"', b'"summary":7'),
    "cut off": lambda file: file[:-1],
    "deep": lambda _: b"[" * 100_000,
    "no text": lambda file: file.replace(b"How I feel", b"\xff"),
    "no counter": lambda file: file.replace(b'"counter":1', b'"counter":"1"'),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_opens_and_is_no_page_is_told_and_in_no_count(many: Many, odd: str) -> None:
    entry = many.saves(FULL)
    before = many.file(entry).read_bytes()
    put(many, entry, lambda file: file)
    assert (many.counted().unread, many.table().entries) == (0, 1)
    many.file(entry).write_bytes(before)
    put(many, entry, ODD[odd])
    assert many.counted() == Counted(unread=1)


def test_a_page_that_is_not_what_it_says_is_told_and_in_no_count(many: Many) -> None:
    """Somebody who knows the venue's public key can seal any; they do not know who an entry's customer is."""
    mine, theirs = many.saves({"mood": 1}), many.saves({"mood": 2})
    whole, other = many.file(mine).read_bytes(), many.file(theirs).read_bytes()
    forged = msgspec.structs.replace(page(), reader=seal.recipient_of(seal.new_identity()))
    planted = {
        "another entry's": other,
        "of another number": many.sealed(page(reader=many.reader_of(mine)), mine, 2),
        "of another customer": many.sealed(forged, mine),
        "of nobody": many.sealed(page(), mine),
    }
    for what, sealed in planted.items():
        many.file(mine).write_bytes(sealed)
        assert many.counted().unread == 1, what
        assert many.table().scales == {MOOD: Answers([0, 1])}, what
    many.file(mine).write_bytes(whole)
    assert many.table().scales == {MOOD: Answers([1, 1])}


SOME = {id_: answer for id_, answer in FULL.items() if id_ != "likes"}
FORGED: dict[str, Callable[[bytes], bytes]] = {
    "other words": lambda file: file.replace(b'"ask":"How do you feel?"', b'"ask":"Do you feel bad?"'),
    "no such point": lambda file: file.replace(b'"chosen":{"mood":2}', b'"chosen":{"mood":3}'),
    "no point": lambda file: file.replace(b'"chosen":{"mood":2}', b'"chosen":{"mood":0}'),
    "no such scale": lambda file: file.replace(b'"chosen":{"mood":2}', b'"chosen":{"food":2}'),
    "no such cards": lambda file: file.replace(b'"cards":{"cards":', b'"cards":{"decks":'),
    "answered and left open": lambda file: file.replace(b'"left_open":[', b'"left_open":["mood",'),
    "nothing": lambda file: re.sub(rb'"count":.*,"page"', b'"count":null,"page"', file),
}


@pytest.mark.parametrize("what", FORGED)
@pytest.mark.parametrize("first", [True, False])
def test_what_nobody_can_have_answered_is_told_and_in_no_count(many: Many, what: str, *, first: bool) -> None:
    """Whichever page is met first: others that say that they were asked the same count as they were."""
    forged, honest = many.saves(SOME), many.saves(SOME)
    put(many, forged, FORGED[what])
    entries = [(id_, [FIRST]) for id_ in ((forged, honest) if first else (honest, forged))]
    counted = Reader(Job(many.home.vault, many.identity)).count(entries)
    is_unseen = what == "other words" and not first
    assert counted.unread == (not is_unseen)
    table = counted.tables[Group(Quarter(2026, 3), "small")]
    assert (table.entries, table.scales) == (1 + is_unseen, {MOOD: Answers([0, 1 + is_unseen])})
    assert counted.told["small", MOOD.asked].ask == "How do you feel?"


@pytest.mark.parametrize("scale", [(3, 2), (1, 1), (12, 12)])
def test_a_place_that_no_scale_has_is_not_counted(many: Many, scale: tuple[int, int]) -> None:
    entry = many.saves({})
    made = page(reader=many.reader_of(entry))
    first, *rest = made.sections
    mood, *others = first.answers
    answers = (msgspec.structs.replace(mood, scale=scale), *others)
    sections = (msgspec.structs.replace(first, answers=answers), *rest)
    many.file(entry).write_bytes(many.sealed(msgspec.structs.replace(made, sections=sections), entry))
    assert (many.table().entries, many.table().scales) == (1, {})


def test_an_entry_that_was_erased_meanwhile_is_left_out(many: Many) -> None:
    gone, amended = many.saves({"mood": 1}), many.saves({"mood": 1})
    many.amends(amended, {"mood": 2})
    entries = many.entries()
    many.vault.erase(gone)
    many.vault.erase(amended)
    assert Reader(Job(many.home.vault, many.identity)).count(entries) == Counted()


def test_of_an_entry_that_was_erased_nothing_counts_and_of_one_that_lacks_a_page_the_others_do(
    many: Many,
) -> None:
    erased, lacking = (many.saves({"mood": 1}) for _ in range(2))
    for entry in (erased, lacking):
        many.amends(entry, {"mood": 2})
        many.file(entry).unlink()
    assert list(entries_in(many.home.vault, {erased}, Strays())) == [(lacking, [SECOND])]


def test_what_lies_where_no_page_lies_is_told(many: Many) -> None:
    entry = many.saves({})
    strange = many.file(entry).with_name("strange")
    strange.touch()
    strays = Strays()
    assert [found for found, _ in entries_in(many.home.vault, (), strays)] == [entry]
    assert strays.unreadable == [strange]


# -- adding up


def test_what_two_readers_found_adds_up(many: Many) -> None:
    many.saves({"mood": 1})
    many.saves(FULL)
    many.saves(FULL, made=NOW)
    entries = many.entries()
    many.file(entries[0][0]).write_bytes(b"junk")
    job = Job(many.home.vault, many.identity)
    for place in range(len(entries) + 1):
        every = Reader(job).count(entries[:place])
        every.add(Reader(job).count(entries[place:]))
        assert every == Reader(job).count(entries)


moods = st.none() | st.sampled_from([1, 2])
picks = st.sets(st.sampled_from(["kind", "friend"])).map(lambda ids: Cards(tuple(sorted(ids))))


@settings(max_examples=25)
@given(st.lists(st.tuples(moods, moods, picks), max_size=4))
def test_counts_are_those_of_the_answers_that_were_given(
    people: list[tuple[int | None, int | None, Cards]],
) -> None:
    expected = Table()
    with TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as folder:
        many = Many(Path(folder), small())
        for then, now, cards in people:
            entry = many.saves({"mood": then} if then else {})
            many.amends(entry, {"cards": cards} | ({"mood": now} if now else {}))
            expected.cards.update(Card(CARDS, LABELS[card]) for card in cards.picked)
            if now:
                expected.answers(MOOD).points[now - 1] += 1
            if then and now:
                direction = HIGHER if now > then else LOWER if now < then else SAME
                expected.answers(MOOD).moves[direction] += 1
        found = many.table()
        assert (found.entries, found.scales, found.cards) == (len(people), expected.scales, expected.cards)
