"""Practice: made-up entries in every state, and cards that know when they are done."""

import re
from pathlib import Path

import pytest

from kiosk import launch, practice
from kiosk.content import content
from kiosk.desk import rehearsal, training
from kiosk.desk.desk import Desk
from kiosk.desk.exports.training_sheet import handout_pdf
from kiosk.desk.keys import staff
from kiosk.desk.keys.lockout import Throttle
from kiosk.desk.listing import flags_of
from kiosk.desk.unlock import unlock_desk
from kiosk.entry.handle import keys
from kiosk.entry.names import NameWords
from kiosk.errors import PackError
from kiosk.home import Home, training_beside
from kiosk.pack.library import Library
from kiosk.session import Practice, open_session
from tests.kiosk.desk.conftest import NOON
from tests.kiosk.machines import Machine
from tests.pdf import pages_of

SHIPPED = content() / training.NAME
SHIPS = Library(content() / "none")


@pytest.fixture
def prepared(home: Home, desk: Desk, names: NameWords) -> tuple[rehearsal.ShownCard, ...]:
    home.root.mkdir(exist_ok=True)
    practice.keep_training(home, SHIPPED, SHIPS)
    assert not rehearsal.is_prepared(home)
    rehearsal.prepare(home, desk, names, NOON)
    assert rehearsal.is_prepared(home)
    return rehearsal.cards(home, desk)


def test_what_is_shipped_has_six_to_eight_cards_and_no_mistake() -> None:
    assert training.check_training(SHIPPED, SHIPS.named) == []
    assert 6 <= len(training.load_training(SHIPPED, SHIPS.named).cards) <= 8


def test_practice_opens_with_entries_in_every_state(
    desk: Desk, prepared: tuple[rehearsal.ShownCard, ...]
) -> None:
    rows = desk.rows()
    flags = flags_of(desk, rows, 90, NOON)
    assert {"waiting", "picked up", "talked through", "agreed"} <= {row.state for row in rows}
    assert flags.talk
    assert flags.leaving
    opened = [desk.read_without_code(row) for row in rows]
    assert any(one.keeps_back for one in opened)
    assert any(sum(page.kind == "reflection" for page in one.pages) == 3 for one in opened)
    assert any((0, 1) < one.plan.done < one.plan.done[::-1] for one in opened if one.plan)
    assert not any(card.done for card in prepared)
    assert {card.slip.name for card in prepared} == {row.name for row in rows}
    assert all(card.slip.name in card.title + card.tells for card in prepared)


def test_a_card_is_done_when_what_it_names_stands_in_the_audit(
    home: Home, desk: Desk, prepared: tuple[rehearsal.ShownCard, ...]
) -> None:
    first, wish, *others, last = prepared

    def done() -> set[str]:
        return {card.title for card in rehearsal.cards(home, desk) if card.done}

    opened = desk.open(first.slip.code)
    assert done() == set()
    desk.pick_up(opened)
    assert done() == {first.title}
    desk.talked(desk.open(wish.slip.code), NOON)
    desk.erase(desk.open(last.slip.code), "asked for it")
    assert done() == {first.title, wish.title, last.title}
    for card in others:
        if "lost the slip" in card.title:
            opened = desk.open_without_code(desk.vault.row(card.slip.id), "asked for it", "Ali Practice")
            desk.note("gave a new code", opened.row)
            continue
        opened = desk.open(card.slip.code)
        if "kept something back" in card.title:
            desk.reveal(opened)
        elif "next step" in card.title:
            desk.agree(opened, opened.plan.goals if opened.plan else (), NOON)
        else:
            desk.add_note(opened, "We agreed.", NOON)
    assert done() == {card.title for card in prepared}


BROKEN = {
    'entry = "talk"': ('entry = "talks"', "card 2, entry", "did you mean `talk`"),
    'did = "marked"': ('did = "markt"', "card 1, done 2, did", "did you mean `marked`"),
    'status = "agreed"': ('status = "agred"', "entry 5, status", "did you mean `agreed`"),
    "feeling = 3\nhome": ("feeling = 9\nhome", "entry 1, answers", "feeling"),
    'private = ["home"]': ('private = ["house"]', "entry 3, answers", "house"),
    "{name} asks": ("{nam} asks", "card 2, title", "{name} alone in braces"),
    "days_ago = 82": ("days_ago = 99", "entry 8, days_ago", "from 0 to 85"),
    'id = "talk"': ('id = "first"', "entry 2, id", "is there already"),
    'pack = "strengths"': ('pack = "strength"', "pack", "no pack with that name"),
    "version = 1": ("version = 0", "version", "from 1 on"),
    "version = 1\ntitle": ("version = 2\ntitle", "version", "expected [[changes]] for version 2"),
    "handout = [": ("handouts = [", "handouts", "did you mean `handout`"),
    'afterwards = "Could': ('after = "Could', "card 3, after", "afterwards"),
}


@pytest.mark.parametrize("good", BROKEN)
def test_a_mistake_is_named_by_its_line_and_what_is_expected(tmp_path: Path, good: str) -> None:
    bad, place, says = BROKEN[good]
    file = tmp_path / training.NAME
    text = SHIPPED.read_text(encoding="utf-8")
    assert good in text
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    found = training.check_training(file, SHIPS.named)
    assert any(says in str(one) for one in found), found
    assert place in [one.path for one in found]
    line = text[: text.index(good)].count("\n") + 1
    assert any(one.line and abs(one.line - line) <= 8 for one in found), (line, found)
    with pytest.raises(PackError):
        training.load_training(file, SHIPS.named)


def test_a_version_says_what_changed_why_and_how_many_asked(tmp_path: Path) -> None:
    file = tmp_path / training.NAME
    text = SHIPPED.read_text(encoding="utf-8").replace("version = 1\ntitle", "version = 2\ntitle")
    line = 'version = 2\nwhat = "A card"\nwhy = "Nobody had practised it."\nasked = "both"\ncount = 4\n'
    change = f'\n[[changes]]\n{line}meeting = "January"\n'
    file.write_text(text + change, encoding="utf-8")
    assert training.check_training(file, SHIPS.named) == []
    spoilt = change.replace('"both"', '"everybody"').replace("count = 4", "count = 0")
    file.write_text(text + spoilt.replace("version = 2", "version = 3"), encoding="utf-8")
    assert [one.path for one in training.check_training(file, SHIPS.named)] == [
        "version", "change 1, version", "change 1, asked", "change 1, count"
    ]  # fmt: skip


def test_a_venues_own_file_is_taken_in_place_of_the_shipped_one(home: Home) -> None:
    assert training.file_for(home) == SHIPPED
    home.root.mkdir()
    home.training.write_text("version = 2")
    assert training.file_for(home) == home.training
    with pytest.raises(PackError):
        practice.keep_training(home, training.file_for(home), SHIPS)


def test_the_handout_is_two_pages_with_every_card_and_no_name() -> None:
    loaded = training.load_training(SHIPPED, SHIPS.named)
    pages = pages_of(handout_pdf(loaded, NOON))
    assert len(pages) == 2
    assert all(" ".join(line.split()) in pages[0] for line in loaded.handout)
    assert all(f"{number}. The customer" in pages[1] for number in range(1, len(loaded.cards) + 1))
    assert not re.search(r"[{}]|\. the customer", "".join(pages))


def test_the_longest_cards_fit_on_the_second_page_too() -> None:
    loaded = training.load_training(SHIPPED, SHIPS.named)
    words = "Word " * (training.TEXT // 5)
    title, after = "T" * training.TITLE, words[: training.AFTER]
    card = training.Card(entry="first", title=title, tells=words, afterwards=after, done=())
    longest = training.Training(
        version=1,
        title=loaded.title,
        pack=loaded.pack,
        handout=("Line " * 32,) * training.HANDOUT_MOST,
        entries=loaded.entries,
        cards=(card,) * training.CARDS_MOST,
    )
    assert len(pages_of(handout_pdf(longest, NOON))) == 2


# -- as commands


def test_practice_never_touches_the_home_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where that home has a training file of its own, which practice opens with."""
    monkeypatch.setattr(launch, "forbid_dumps", list)
    machine = Machine(tmp_path)
    own = SHIPPED.read_text(encoding="utf-8").replace("{name} asks to talk", "{name} wants to talk")
    (machine.home.root / training.NAME).write_text(own, encoding="utf-8")

    def looked() -> dict[Path, tuple[int, int, bytes]]:
        return {
            path: (path.stat().st_mtime_ns, path.stat().st_ctime_ns, path.read_bytes())
            for path in machine.home.root.rglob("*")
            if path.is_file()
        }

    before = looked()
    with practice.practice_home(tmp_path) as made:
        launch._practised(made, None, venue=machine.home)
        assert training_beside(made).read_text(encoding="utf-8") == own
        assert made.root.parent.parent == tmp_path
        assert {one.name for one in staff.members(made.staff)} == {practice.STAFF, rehearsal.COLLEAGUE}
    assert looked() == before
    assert not made.root.parent.exists()


OURS = """
version = 1
title = "Practice together"
pack = "ours@draft"
handout = ["In twos."]
[[entries]]
id = "first"
days_ago = 1
answers = { good_now = "Our garden." }
[[cards]]
entry = "first"
title = "{name} comes"
tells = "Open it."
afterwards = "Whose idea?"
done = [{ did = "opened" }]
"""


def test_a_venue_practises_any_version_of_its_own_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: NameWords
) -> None:
    monkeypatch.setattr(launch, "forbid_dumps", list)
    machine = Machine(tmp_path)
    assert machine.run("pack", "new", "ours").exit_code == 0
    draft = Library(machine.home.packs).draft("ours")
    text = draft.read_text(encoding="utf-8")
    first = text.index("[[sections.questions]]")
    question = (
        '[[sections.questions]]\nid = "good_now"\nkind = "text"\nask = "What is good?"\nsummary = "Good"\n\n'
    )
    draft.write_text(text[:first] + question + text[first:], encoding="utf-8")
    machine.home.training.write_text(OURS, encoding="utf-8")
    assert "1 entry and 1 card." in machine.run("practice", "--check", str(machine.home.training)).stdout
    assert "no version 7" in machine.refuses(
        "practice", "--check", machine.file("other.toml", OURS.replace("@draft", "@7"))
    )
    with practice.practice_home(tmp_path) as made:
        go = launch._practised(made, None, venue=machine.home)
        session = open_session(made, Practice(*go.practice or ("", "")))
        assert session.pack.id == "ours"
        _unlocked, desk, _greeting = unlock_desk(
            made,
            session.vault,
            Throttle(made.unlocks, "screen"),
            *go.practice or ("", ""),
            known_key=session.settings.venue.key,
            now=lambda: NOON,
            pause=lambda _seconds: None,
            derive=keys,
        )
        rehearsal.prepare(made, desk, names, NOON)
        [card] = rehearsal.cards(made, desk)
        newest = desk.open(card.slip.code).newest
        assert newest
        assert (newest.pack, [said.words for said in newest.sections[0].answers][:1]) == (
            "ours",
            [("Our garden.",)],
        )


def test_the_handout_is_written_and_a_training_file_checked(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    file = tmp_path / "handout.pdf"
    assert machine.run("practice", "--handout", str(file)).stdout == f"{file} is saved.\n"
    assert len(pages_of(file.read_bytes())) == 2
    assert "already exists" in machine.refuses("practice", "--handout", str(file))
    assert machine.run("practice", "--handout", str(tmp_path / "handout.txt")).exit_code == 2
    own = machine.home.root / training.NAME
    own.write_text(SHIPPED.read_text(encoding="utf-8").replace("marked", "markt"), encoding="utf-8")
    assert machine.run("practice", "--check", str(SHIPPED)).stdout == (
        f"{SHIPPED} is correct: 8 entries and 8 cards.\n"
    )
    assert "did you mean `marked`" in machine.refuses("practice", "--check", str(own))
    assert "did you mean `marked`" in machine.refuses("practice", "--handout", str(tmp_path / "other.pdf"))
