"""The figures of a quarter: what is listed and in which words, and that they are made once."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from kiosk import mac, seal
from kiosk.counts.disclosure import Answers, Asked, Card, Scale, Table
from kiosk.counts.quarters import Quarter
from kiosk.counts.tally import Counted, Group, Told
from kiosk.counts.visits import Visits
from kiosk.dates import short_day
from kiosk.desk.summaries import figures
from kiosk.desk.summaries.figures import Figures, PackFigures, figures_of
from kiosk.desk.summaries.periods import Period
from kiosk.desk.summaries.summary import summary_of
from kiosk.desk.summaries.venues import VenueFigures
from kiosk.entry.meaning import Form
from kiosk.errors import DamageError, DeskError, NoRoomError
from kiosk.home import Home
from kiosk.pack.model import ScaleQuestion
from tests.kiosk.desk.summaries.many import THIRD, key_of
from tests.kiosk.upkeep.packs import NOW as PUBLISHED
from tests.kiosk.upkeep.packs import Group as PublishingGroup
from tests.kiosk.vault.helpers import FaultyDisk, files_below
from tests.packs import SHIPPED, asked_in, default_pack, scale_in

OWN = default_pack()
FEELING = scale_in(OWN, "feeling")
CARDS = asked_in(OWN, "my_strengths")
SCALES = [
    scale_in(OWN, question.id) for _, question in OWN.questions() if isinstance(question, ScaleQuestion)
]
GONE = Scale("gone", 3)
VENUE = seal.recipient_of(key_of("venue"))


def counted(pack: str, table: Table, told: dict[Scale, Told] | None = None) -> Counted:
    return Counted(
        {Group(THIRD, pack): table}, {(pack, scale.asked): one for scale, one in (told or {}).items()}
    )


def made(found: Counted, quarter: Quarter = THIRD, *, by_bands: bool = False) -> Figures:
    return figures_of(quarter, found, SHIPPED, "2026-10-05", by_bands=by_bands)


def only(found: Counted, *, by_bands: bool = False) -> PackFigures:
    (pack,) = made(found, by_bands=by_bands).packs
    return pack


# -- what is listed


def test_the_venues_own_reflection_is_listed_with_all_its_scales_whatever_the_counts() -> None:
    for table in (Table(), Table(9, {FEELING: Answers([9, 0, 0, 0, 0])}), Table(200)):
        pack = only(counted(OWN.id, table))
        assert [one.scale for one in pack.scales] == SCALES
        assert (pack.id, pack.title) == (OWN.id, OWN.title)
    assert [one.scale for one in only(Counted()).scales] == SCALES


def test_a_quarter_of_nobody_looks_like_one_of_nine() -> None:
    nine = Table(
        9,
        {FEELING: Answers([9, 0, 0, 0, 0], [9, 0, 0]), GONE: Answers([9, 0, 0])},
        Counter({Card(CARDS, "a"): 9}),
        Counter({FEELING.asked: 9}),
    )
    assert made(counted(OWN.id, nine)) == made(Counted())
    assert made(counted("other", nine)) == made(Counted())


def test_another_reflection_is_listed_where_it_has_entries_to_show() -> None:
    packs = made(counted("other", Table(10, {GONE: Answers([10, 0, 0])}))).packs
    assert [pack.id for pack in packs] == [OWN.id, "other"]
    assert [one.scale for one in packs[1].scales] == [GONE]


def test_a_scale_that_its_pack_does_not_ask_is_listed_where_a_count_of_it_is_shown() -> None:
    for points, listed in (([9, 9, 9], []), ([9, 9, 10], [GONE])):
        pack = only(counted(OWN.id, Table(100, {GONE: Answers(points)})))
        assert [one.scale for one in pack.scales] == SCALES + listed


def test_a_card_is_listed_where_its_count_is_shown() -> None:
    picked = Counter({Card(CARDS, "I am kind"): 10, Card(CARDS, "I am brave"): 9})
    [cards] = only(counted(OWN.id, Table(100, {}, picked))).cards
    assert [(card.label, card.picked) for card in cards.cards] == [("I am kind", 10)]
    [none] = only(Counted()).cards
    assert none == msgspec.structs.replace(cards, cards=())


def test_a_question_that_was_left_open_is_listed_where_that_count_is_shown() -> None:
    left_open = Counter({FEELING.asked: 10, asked_in(OWN, "good_day"): 12, asked_in(OWN, "proud"): 9})
    pack = only(counted(OWN.id, Table(100, left_open=left_open)))
    assert [(one.question, one.title, one.number) for one in pack.left_open] == [
        ("feeling", "My last week", 10),
        ("good_day", "A good day", 10),
    ]


def test_two_meanings_of_a_scale_are_listed_the_packs_own_first() -> None:
    old = FEELING._replace(form=FEELING.form._replace(words="other"))
    told = {old: Told("A part", "A question", "How was it?", ("Good", "OK", "So", "Poor", "Bad"))}
    table = Table(100, {old: Answers([30, 0, 0, 0, 0]), FEELING: Answers([20] * 3 + [0, 0])})
    now, *_, then = only(counted(OWN.id, table, told)).scales
    assert (now.points, now.title) == ((20, 20, 20, 0, 0), "My last week")
    assert (then.points, then.title, then.labels[0]) == ((30, 0, 0, 0, 0), "A question", "Good")


def test_another_quarter_is_in_no_figures() -> None:
    table = Table(200, {FEELING: Answers([40] * 5)}, Counter({Card(CARDS, "I am kind"): 40}))
    assert made(counted(OWN.id, table), Quarter(2026, 2)).packs == made(Counted()).packs


# -- in which words


def test_points_and_cards_have_the_words_of_the_installed_pack() -> None:
    picked = Counter({Card(CARDS, "I am kind"): 12})
    pack = only(counted(OWN.id, Table(100, {FEELING: Answers([20] * 5)}, picked)))
    assert pack.scales[0].labels == ("Very bad", "Bad", "In between", "Good", "Very good")
    assert (pack.scales[0].section, pack.scales[0].title) == ("How I am", "My last week")
    assert pack.scales[0].ask == "How did you feel most of the time in the last week?"
    assert pack.cards[0].ask == "Which of these are true for you?"


def test_a_pack_that_is_gone_has_the_words_of_its_pages_for_all_points_whoever_chose_them() -> None:
    told = {GONE: Told("A part", "A question", labels=("Low", "Middle", "High"))}
    for chosen in (0, 9):
        table = Table(100, {GONE: Answers([30, 0, chosen])})
        (_, other) = made(counted("gone_pack", table, told)).packs
        assert other.scales[0].labels == ("Low", "Middle", "High")
        assert (other.scales[0].section, other.scales[0].title) == ("A part", "A question")
    (_, other) = made(counted("gone_pack", table)).packs
    assert other.scales[0].labels == ("point 1 of 3", "point 2 of 3", "point 3 of 3")


def test_what_pages_say_of_themselves_is_cut_and_cleaned() -> None:
    hostile = "\x1b[2J\u202eword\n" * 50
    told = {GONE: Told(hostile, hostile, hostile, (hostile,) * 3)}
    table = Table(
        100,
        {GONE: Answers([30, 0, 0])},
        Counter({Card(Asked(hostile), hostile): 20}),
        Counter({GONE.asked: 20}),
    )
    (_, other) = made(counted("../" + hostile, table, told)).packs
    scale, [cards], [left_open] = other.scales[0], other.cards, other.left_open
    texts = (other.id, other.title, scale.section, scale.title, scale.labels[0], cards.cards[0].label)
    for text in (*texts, cards.question, left_open.title, left_open.section):
        assert 0 < len(text) <= figures.LABEL
        assert text.isprintable()
    assert 0 < len(scale.ask) <= figures.ASK
    assert scale.ask.isprintable()


# -- how visits went


def test_how_visits_went_is_protected_and_shown_where_there_is_something_to_show() -> None:
    group, day = Group(THIRD, OWN.id), asked_in(OWN, "good_day")
    few = Visits([9, 9, 9], Counter({day: 9}), Counter({day: 9}))
    many = Visits([9, 22, 9], Counter({day: 12, FEELING.asked: 9}), Counter({FEELING.asked: 13}))
    assert made(Counted(visits={group: few})) == made(Counted())
    figures_ = made(Counted(visits={group: many}))
    [pack] = figures_.packs
    assert (pack.entries, pack.times) == (0, (0, 20, 0))
    assert [(one.title, one.number) for one in pack.went_back] == [("A good day", 10)]
    assert [(one.title, one.number) for one in pack.stopped] == [("My last week", 15)]
    venues = [VenueFigures(venue="Oak House", quarters=(figures_,))]
    charts = [one for one in summary_of(Period("", (THIRD,)), venues).charts if one.figure == "visits"]
    assert [[(cell.label, cell.says) for cell in one.cells] for one in charts] == [
        [("under 5 minutes", "not shown"), ("5 to 30 minutes", "about 20"), ("over 30 minutes", "not shown")],
        [("A good day", "about 10")],
        [("My last week", "about 15")],
    ]


# -- versions of a venue's pack


def test_all_published_versions_give_words_and_the_log_the_days(tmp_path: Path) -> None:
    venue = PublishingGroup(tmp_path / "packs")
    first = venue.library.start()
    second = venue.goes_live("strengths", "How is your day?")
    was, now = (scale_in(pack, "mood") for pack in (first, second))
    true = Counted({Group(THIRD, "strengths"): Table(100, {was: Answers([0, 30]), now: Answers([20, 0])})})
    [pack] = figures_of(THIRD, true, venue.library, "2026-10-05").packs
    assert [(one.ask, one.points, one.began) for one in pack.scales] == [
        ("How is your day?", (20, 0), str(PUBLISHED.date())),
        ("How do you feel?", (0, 30), ""),
    ]
    summary = summary_of(
        Period("", (THIRD,)),
        [VenueFigures(venue="Oak House", quarters=(figures_of(THIRD, true, venue.library, "2026-10-05"),))],
    )
    day = short_day(PUBLISHED.date())
    assert [one.when for one in summary.charts if one.figure == "ratings"] == [
        f"Asked like this since {day}.",
        f"Asked like this until {day}.",
    ]


def test_what_was_answered_while_a_pack_was_tried_out_is_counted_apart() -> None:
    tried = Group(THIRD, OWN.id, "pilot")
    true = Counted({Group(THIRD, OWN.id): Table(40), tried: Table(20, {FEELING: Answers([20, 0, 0, 0, 0])})})
    live, pilot = made(true).packs
    assert [(one.id, one.state, one.entries) for one in (live, pilot)] == [
        (OWN.id, "live", 40),
        (OWN.id, "pilot", 20),
    ]
    assert [one.points for one in pilot.scales] == [(20, 0, 0, 0, 0)]
    summary = summary_of(Period("", (THIRD,)), [VenueFigures(venue="Oak House", quarters=(made(true),))])
    assert {one.pack for one in summary.charts} == {OWN.title, f"{OWN.title}, while it was tried out"}
    few = Counted({Group(THIRD, OWN.id): Table(40), tried: Table(9)})
    assert made(few) == made(Counted({Group(THIRD, OWN.id): Table(40)}))


# -- in bands


def test_whether_scales_are_in_bands_is_the_venues_to_say_and_no_counts() -> None:
    in_threes = [one._replace(points=3, bands_of=one.points) if one.points > 3 else one for one in SCALES]
    for table in (
        Table(),
        Table(9, {FEELING: Answers([9, 0, 0, 0, 0])}),
        Table(200, {FEELING: Answers([40] * 5)}),
    ):
        assert [one.scale for one in only(counted(OWN.id, table), by_bands=True).scales] == in_threes
        assert [one.scale for one in only(counted(OWN.id, table)).scales] == SCALES


def test_a_band_has_the_words_of_its_points() -> None:
    table = Table(30, {FEELING: Answers([6] * 5, [12, 0, 0])})
    scale = only(counted(OWN.id, table), by_bands=True).scales[0]
    assert scale.labels == ("Very bad / Bad", "In between", "Good / Very good")
    assert (scale.points, scale.bands_of, scale.title) == ((10, 0, 10), 5, "My last week")


def test_a_band_of_a_pack_that_is_gone_has_the_words_of_its_pages() -> None:
    seven = Scale("gone", 7, form=Form("scale", "seven"))
    told = {
        seven: Told("A part", "A question", "How is it?", tuple("ABCDEFG")),
        GONE: Told("A part", "Three", labels=("One", "Two", "Three")),
    }
    table = Table(100, {seven: Answers([30, 0, 9, 9, 9, 0, 0]), GONE: Answers([30, 0, 0])})
    (_, other) = made(counted("gone_pack", table, told), by_bands=True).packs
    three, wide = other.scales
    assert wide.labels == ("A / B", "C to E", "F / G")
    assert (wide.points, wide.title, wide.ask) == ((30, 25, 0), "A question", "How is it?")
    assert three.labels == ("One", "Two", "Three")


# -- kept once


def kept(home: Home, found: Counted) -> Figures:
    figures.keep(home, key_of("venue"), made(found))
    return figures.read(home, THIRD, key_of("venue"))


def test_figures_are_kept_sealed_and_read_back(home: Home) -> None:
    found = counted(
        OWN.id, Table(100, {FEELING: Answers([20] * 5, [12, 0, 30])}, Counter({Card(CARDS, "I am kind"): 40}))
    )
    assert kept(home, found) == made(found)
    assert files_below(home.root) == {"summaries/2026-Q3.age"}
    file = figures.file_of(home, THIRD)
    assert b"feeling" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_first_figures_of_a_quarter_stay(home: Home) -> None:
    first = kept(home, counted(OWN.id, Table(100)))
    assert kept(home, counted(OWN.id, Table(200))) == first


def test_true_counts_are_in_no_file(home: Home) -> None:
    kept(home, counted(OWN.id, Table(104, {FEELING: Answers([23, 8, 21, 31, 17], [12, 13, 9])})))
    opened = seal.open_sealed(figures.file_of(home, THIRD).read_bytes(), key_of("venue"))
    numbers = {
        number
        for one in msgspec.json.decode(opened)["figures"]["packs"][0]["scales"]
        for number in (*one["points"], *one["moves"])
    }
    assert all(number % 5 == 0 for number in numbers)


def sealed(figures: Figures, tag: str) -> bytes:
    """A file of figures, as somebody can make it who has the venue's public key alone."""
    return seal.seal(msgspec.json.encode({"figures": figures, "tag": tag}), (VENUE,))


def tag_by(identity: str, figures: Figures, purpose: str = figures.VOUCHED.purpose) -> str:
    return mac.tag(mac.key_from(identity, purpose), msgspec.json.encode(figures))


def own_file(home: Home, quarter: Quarter) -> bytes:
    """What the desk itself keeps of a quarter."""
    figures.keep(home, key_of("venue"), made(Counted(), quarter))
    return figures.file_of(home, quarter).read_bytes()


DEEP = b'{"tag":"","figures":' + b"[" * 100_000
FORGED = made(counted(OWN.id, Table(100, {FEELING: Answers([100, 0, 0, 0, 0])})))
NOT_OURS: dict[str, Callable[[Home], bytes]] = {
    "junk": lambda _: b"junk",
    "no figures": lambda _: seal.seal(b"{}", (VENUE,)),
    "deep figures": lambda _: seal.seal(DEEP, (VENUE,)),
    "text that is none": lambda _: seal.seal(b'{"tag":"\xff","figures":{}}', (VENUE,)),
    "sealed to another key": lambda _: seal.seal(b"{}", (seal.recipient_of(key_of("other")),)),
    "figures as they are, with no tag": lambda _: seal.seal(msgspec.json.encode(FORGED), (VENUE,)),
    "an empty tag": lambda _: sealed(FORGED, ""),
    "a tag of nobody": lambda _: sealed(FORGED, "0" * 64),
    "a tag that is no ASCII": lambda _: sealed(FORGED, "é" * 64),
    "the tag of somebody else": lambda _: sealed(FORGED, tag_by(key_of("thief"), FORGED)),
    "the tag of other figures": lambda _: sealed(FORGED, tag_by(key_of("venue"), made(Counted()))),
    "a tag for another purpose": lambda _: sealed(FORGED, tag_by(key_of("venue"), FORGED, "audit line")),
    "the desk's own of another quarter": lambda home: own_file(home, Quarter(2026, 2)),
    "another quarter under the desk's tag": lambda _: sealed(
        made(Counted(), Quarter(2026, 2)), tag_by(key_of("venue"), made(Counted(), Quarter(2026, 2)))
    ),
}


@pytest.mark.parametrize("what", NOT_OURS)
def test_figures_that_are_not_the_desks_are_refused_with_what_to_do(home: Home, what: str) -> None:
    first = kept(home, Counted())
    file = figures.file_of(home, THIRD)
    ours = file.read_bytes()
    file.write_bytes(NOT_OURS[what](home))
    with pytest.raises(DamageError, match="with a backup"):
        figures.read(home, THIRD, key_of("venue"))
    file.write_bytes(ours)
    assert figures.read(home, THIRD, key_of("venue")) == first


@pytest.mark.parametrize("is_folder", [True, False], ids=["a folder", "gone"])
def test_figures_that_are_not_there_are_told_with_what_to_do(home: Home, is_folder: bool) -> None:
    kept(home, Counted())
    file = figures.file_of(home, THIRD)
    file.unlink()
    if is_folder:
        file.mkdir()
    with pytest.raises(DamageError, match="with a backup"):
        figures.read(home, THIRD, key_of("venue"))


def test_figures_of_a_key_that_the_venue_had_before_are_refused_until_they_are_vouched_for_again(
    home: Home,
) -> None:
    """Who left with the older key makes none after the venue's key was changed."""
    first = kept(home, counted(OWN.id, Table(100)))
    now, file = key_of("the next"), figures.file_of(home, THIRD)
    plaintext = seal.open_sealed(file.read_bytes(), key_of("venue"))
    file.write_bytes(seal.seal(plaintext, (seal.recipient_of(now),)))
    with pytest.raises(DamageError):
        figures.read(home, THIRD, now)
    again = figures.VOUCHED.again(plaintext, key_of("venue"), now)
    file.write_bytes(seal.seal(again, (seal.recipient_of(now),)))
    assert figures.read(home, THIRD, now) == first
    assert figures.VOUCHED.is_vouched(again, [now])
    assert not figures.VOUCHED.is_vouched(again, [key_of("venue")])


def test_only_what_was_vouched_for_is_vouched_for_again() -> None:
    for tag in ("", "0" * 64, tag_by(key_of("thief"), FORGED), tag_by(key_of("the next"), made(Counted()))):
        plaintext = seal.open_sealed(sealed(FORGED, tag), key_of("venue"))
        assert figures.VOUCHED.again(plaintext, key_of("venue"), key_of("the next")) == plaintext
        assert not figures.VOUCHED.is_vouched(plaintext, [key_of("venue"), key_of("the next")])
    for plaintext in (b"", b"{}", b"\xff", b'{"tag":"\xff","figures":{}}', DEEP):
        assert figures.VOUCHED.again(plaintext, key_of("venue"), key_of("the next")) == plaintext
        assert not figures.VOUCHED.is_vouched(plaintext, [key_of("venue")])


def test_where_they_cannot_be_kept_there_are_none(home: Home) -> None:
    disk = FaultyDisk()
    home.root.mkdir(parents=True)
    disk.fails("link")
    with pytest.raises(DeskError, match="nothing is shown"):
        figures.keep(home, key_of("venue"), made(Counted()), disk=disk)
    disk.is_well()
    disk.room = 1000
    with pytest.raises(NoRoomError):
        figures.keep(home, key_of("venue"), made(Counted()), disk=disk)
    assert files_below(home.root) == set()
