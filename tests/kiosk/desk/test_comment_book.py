"""Comments at the desk: read, put under themes, decided on, told of, and deleted in time."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from kiosk import seal
from kiosk.dates import now
from kiosk.desk import comment_book
from kiosk.desk.comment_book import Book, Decisions, Theme
from kiosk.desk.keys import stock
from kiosk.errors import DamageError, DeskError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.settings.settings import load_settings
from kiosk.visit import comments
from kiosk.visit.comments import BOX, OLDER, Comment, keep_comment
from kiosk.visit.you_said import paragraphs
from tests.kiosk.desk.conftest import NOON
from tests.kiosk.desk.keyed import Keyed
from tests.kiosk.machines import Office
from tests.packs import default_pack
from tests.pdf import words_in

LONG = "Nobody here ever asks me about my dog, and she is the best part of my week."


@pytest.fixture
def says(home: Home, venue: str, small_pack: Pack) -> Callable[..., None]:
    return partial(keep_comment, home, seal.recipient_of(venue), small_pack, now=NOON)


@pytest.fixture
def book(home: Home, venue: str, says: Callable[..., None]) -> Book:
    """Two comments on a question, one on another, one on the whole, and two that only rate it."""
    for text in (LONG, "Too many words"):
        says(question="mood", text=text)
    says(question="day", text="Good")
    says(text="Too long", rating=1)
    for rating in (2, 2):
        says(rating=rating)
    return comment_book.read(home, venue)


def of(book: Book, text: str) -> comments.Comment:
    return next(one for one in book.comments if one.text == text)


def themed(home: Home, venue: str, book: Book, *texts: str, title: str = "Pets") -> Theme:
    theme = comment_book.new_theme(title, [of(book, text) for text in texts])
    comment_book.keep(home, venue, lambda before: before.with_theme(theme))
    return theme


def decides(home: Home, venue: str, theme: Theme, decision: comment_book.Decision, answer: str) -> None:
    done = comment_book.decided(theme, decision, answer)
    comment_book.keep(home, venue, lambda before: before.with_theme(done))


def test_comments_are_read_by_version_and_question_with_the_closing_scale(book: Book) -> None:
    [(version, by_question)] = comment_book.said_by_question(book).items()
    assert version == ("small", 1)
    # Who only chose a point of the scale said nothing to be read.
    assert [(question, len(said)) for (question, _), said in by_question.items()] == [
        ("", 1), ("day", 1), ("mood", 2)
    ]  # fmt: skip
    assert [(one.point, one.times) for one in comment_book.ratings(book.comments)] == [(1, 1), (2, 2)]
    assert book.unread == 0


def test_what_has_words_waits_until_its_theme_has_a_decision(home: Home, venue: str, book: Book) -> None:
    waiting = partial(comment_book.undecided, home, venue, "small", (1, 2))
    assert waiting() == {1: 4, 2: 0}
    theme = themed(home, venue, book, LONG, "Good")
    assert waiting() == {1: 4, 2: 0}  # it is open still
    decides(home, venue, theme, "later", "In March, with the new questions.")
    assert waiting() == {1: 2, 2: 0}
    decides(home, venue, theme, "open", "")
    assert waiting() == {1: 4, 2: 0}


def test_a_comment_is_under_one_theme_and_waits_again_where_that_goes(
    home: Home, venue: str, book: Book
) -> None:
    first = themed(home, venue, book, LONG, "Good")
    second = themed(home, venue, book, LONG, title="Animals")
    decisions = comment_book.decisions_of(home, venue)
    assert decisions.theme_of(of(book, LONG)) == second
    assert decisions.theme(first.id).comments == (of(book, "Good").id,)
    comment_book.keep(home, venue, lambda before: before.without(second.id))
    assert comment_book.decisions_of(home, venue).theme_of(of(book, LONG)) is None
    with pytest.raises(DeskError, match="no longer here"):
        comment_book.decisions_of(home, venue).theme(second.id)


def test_a_theme_has_words_and_a_decision_a_sentence(book: Book) -> None:
    with pytest.raises(DeskError, match="own words"):
        comment_book.new_theme(" \u200b ")
    for decision in ("changed", "kept", "later"):
        with pytest.raises(DeskError, match="one sentence"):
            comment_book.decided(Theme(id="a", title="Pets"), decision, " ")


@pytest.mark.parametrize(
    "words", [LONG, "Somebody: NOBODY here—ever asks me about", "that she is the best  part of my week"]
)
def test_a_comments_own_words_are_never_published(home: Home, venue: str, book: Book, words: str) -> None:
    theme = comment_book.decided(comment_book.new_theme(words), "kept", "People like it.")
    answer = comment_book.decided(comment_book.new_theme("Pets"), "changed", words)
    for one in (theme, answer):
        with pytest.raises(DeskError, match="word for word"):
            comment_book.page_of([one], book.comments, NOON)


def test_what_is_published_is_plain_text_in_the_words_of_the_group(
    home: Home, venue: str, book: Book
) -> None:
    kept = comment_book.decided(comment_book.new_theme("There is a lot to read."), "kept", "Some need them.")
    done = comment_book.decided(comment_book.new_theme("You miss your [pets]."), "changed", "We ask of them.")
    page = comment_book.page_of([kept, done], book.comments, NOON)
    comment_book.publish(home, venue, page)
    assert home.you_said.read_text() == page
    assert paragraphs(home) == (
        "You said, we did\n1 March 2026",
        "You said: There is a lot to read.\nWe kept it: Some need them.",
        "You said: You miss your [pets].\nWe did: We ask of them.",
    )
    assert comment_book.page_is_ours(home, venue)
    comment_book.publish(home, venue, "")
    assert (paragraphs(home), home.you_said.exists()) == ((), False)
    assert comment_book.page_is_ours(home, venue)


def test_more_than_can_be_read_again_is_not_published(home: Home, venue: str, book: Book) -> None:
    with pytest.raises(DeskError, match="Nothing was changed"):
        comment_book.publish(home, venue, "x" * 100_001)
    assert comment_book.read(home, venue).decisions == book.decisions
    assert not home.you_said.exists()


def test_what_is_not_decided_is_not_published(book: Book) -> None:
    with pytest.raises(DeskError, match="no decision yet"):
        comment_book.page_of([comment_book.new_theme("Pets")], book.comments, NOON)


@pytest.mark.parametrize("planted", [b"You said: nothing", b"\xff"])
def test_a_page_that_no_desk_published_is_told(home: Home, venue: str, book: Book, planted: bytes) -> None:
    home.you_said.write_bytes(planted)
    assert not comment_book.page_is_ours(home, venue)


def test_nothing_of_decisions_is_in_clear_and_another_venues_count_for_nothing(
    home: Home, venue: str, book: Book
) -> None:
    themed(home, venue, book, LONG, title="Animals and plants")
    file = home.comments / comment_book.FILE
    assert b"Animals" not in file.read_bytes()
    forged = msgspec.json.encode(Decisions(number=9))
    tagged = msgspec.json.encode({"decisions": msgspec.Raw(forged), "tag": "0" * 64})
    for data in (
        b"",
        seal.seal(tagged, (seal.recipient_of(venue),)),
        seal.seal(forged, (seal.recipient_of(venue),)),
    ):
        file.write_bytes(data)
        with pytest.raises(DamageError, match="no desk of this venue"):
            comment_book.decisions_of(home, venue)
        again = comment_book.read(home, venue)  # comments can be read still, and wait for a decision
        assert (again.comments, again.decisions) == (book.comments, Decisions())
        assert "no desk of this venue" in again.doubt
        assert comment_book.undecided(home, venue, "small", (1,)) == {1: 4}
        with pytest.raises(DamageError):
            comment_book.keep(home, venue, lambda before: before.without("x"))
        assert comment_book.digest_of(home, venue) == ""


def test_what_does_not_read_as_a_comment_is_counted(home: Home, venue: str, book: Book) -> None:
    stranger = seal.recipient_of(seal.new_identity())
    comments.add(home, [seal.seal(b"{}", (stranger,)), seal.seal(b"{}", (seal.recipient_of(venue),))], NOON)
    assert comment_book.read(home, venue).unread == 2


def test_a_planted_comment_gives_no_question_other_words(home: Home, venue: str) -> None:
    keep_comment(home, seal.recipient_of(venue), default_pack(), now=NOON, question="good_day", text="Good")
    [true] = comment_book.read(home, venue).comments
    planted = msgspec.structs.replace(true, id="0" * 16, ask="Who is the worst?", rating=1, rated="Awful")
    comments.add(home, [comments.sealed_for(planted, seal.recipient_of(venue))], NOON)
    said = comment_book.read(home, venue).comments
    assert {one.ask for one in said} == {true.ask}
    assert "Awful" not in [one.rated for one in said]


def test_where_a_version_is_not_here_a_planted_comment_relabels_no_other(home: Home, venue: str) -> None:
    true = Comment(
        id="f" * 16,
        pack="gone",
        pack_version=7,
        question="day",
        ask="A good day?",
        week="2026-W10",
        text="Good",
    )
    rated = msgspec.structs.replace(true, id="e" * 16, question="", ask="How was this?", text="", rating=1)
    rated = msgspec.structs.replace(rated, rated="Fine")
    planted = msgspec.structs.replace(true, id="0" * 16, ask="Who is the worst?")
    awful = msgspec.structs.replace(rated, id="1" * 16, ask="How bad was it?", rated="Awful")
    sealed = [comments.sealed_for(one, seal.recipient_of(venue)) for one in (true, rated, planted, awful)]
    comments.add(home, sealed, NOON)
    book = comment_book.read(home, venue)
    assert comment_book.said_by_question(book) == {
        ("gone", 7): {
            ("", "How bad was it?"): [awful],
            ("", "How was this?"): [rated],
            ("day", "A good day?"): [true],
            ("day", "Who is the worst?"): [planted],
        }
    }
    assert [tuple(one) for one in comment_book.ratings(book.comments)] == [(1, "Awful", 1), (1, "Fine", 1)]


# -- in time


def test_a_comment_is_deleted_when_its_time_is_over_counted_from_the_start_of_its_week(
    home: Home, venue: str, says: Callable[..., None]
) -> None:
    says(text="old")  # of the week that begins on 23 February
    says(text="new", now=NOON + timedelta(days=1))
    week = NOON.replace(hour=0) - timedelta(days=6)
    sweep = partial(comment_book.sweep, home, venue, 30)
    assert sweep(week + timedelta(days=29)) == 0
    assert sweep(week + timedelta(days=30)) == 1
    assert [one.text for one in comment_book.read(home, venue).comments] == ["new"]
    assert sweep(week + timedelta(days=36)) == 0
    assert sweep(week + timedelta(days=37)) == 1


def test_a_short_period_leaves_a_comment_its_week(home: Home, venue: str, says: Callable[..., None]) -> None:
    says(text="today")
    assert comment_book.sweep(home, venue, 1, NOON + timedelta(hours=11)) == 0
    assert comment_book.sweep(home, venue, 1, NOON + timedelta(days=1)) == 1


def test_what_a_desk_puts_away_brings_both_files_together_and_tells_no_more(
    home: Home, venue: str, says: Callable[..., None]
) -> None:
    says(text="one")
    comments.expire(home, 60, NOON + timedelta(days=31))
    says(text="two", now=NOON + timedelta(days=32))
    copied = comments.sealed_in(home.comments / OLDER)
    comments.add(home, copied, NOON)  # as a restore does
    comments.add(home, [b"nobody opens this"], NOON)
    says(text="ahead", now=NOON + timedelta(days=3000))
    assert comment_book.sweep(home, venue, 60, NOON + timedelta(days=33)) == 0
    weeks = {one.text: one.week for one in comment_book.read(home, venue).comments}
    assert weeks == {"one": "2026-W09", "two": "2026-W14", "ahead": "2026-W14"}
    assert comments.sealed_in(home.comments / OLDER) == [b"nobody opens this"]
    assert len(comments.sealed_in(home.comments / BOX)) == 3
    dates = {path.stat().st_mtime for path in (home.comments / BOX, home.comments / OLDER)}
    assert dates == {comments.monday_of(NOON + timedelta(days=33)).timestamp()}


def test_a_change_of_the_key_vouches_again_for_what_was_decided(keyed: Keyed) -> None:
    theme = comment_book.new_theme("Pets")
    comment_book.keep(keyed.home, keyed.old, lambda before: before.with_theme(theme))
    keyed.rekeys()
    new = keyed.sheet().split("\n")[0]
    assert new != keyed.old
    assert comment_book.decisions_of(keyed.home, new).themes == (theme,)
    with pytest.raises(DamageError):
        comment_book.decisions_of(keyed.home, keyed.old)


# -- as somebody unlocks, and as commands


def decides_as_desk(office: Office) -> tuple[comments.Comment, Theme]:
    """Comment, and let the desk decide on it and publish that."""
    key = load_settings(office.home.settings).venue.key
    keep_comment(office.home, key, default_pack(), now=now(), question="good_day", text=LONG)
    identity = office.identity()
    [said] = comment_book.read(office.home, identity).comments
    theme = comment_book.decided(comment_book.new_theme("Pets", [said]), "changed", "We ask of them.")
    after = comment_book.keep(office.home, identity, lambda before: before.with_theme(theme))
    page = comment_book.page_of([theme], [said], now())
    after = comment_book.publish(office.home, identity, page)
    stock.remember(office.home, identity, decisions=comment_book.digest(after))
    return said, theme


def test_what_was_changed_between_two_unlocks_is_told(office: Office) -> None:
    office.says("list")  # a first stock is taken
    decides_as_desk(office)
    file, page = office.home.comments / comment_book.FILE, office.home.you_said
    assert office.as_jo("list").stderr == ""
    older = file.read_bytes()
    identity = office.identity()
    after = comment_book.keep(
        office.home, identity, lambda before: before.with_theme(comment_book.new_theme("X"))
    )
    stock.remember(office.home, identity, decisions=comment_book.digest(after))
    file.write_bytes(older)
    assert "is not what was here at the last unlock. Either this machine" in office.as_jo("list").stderr
    page.write_text("You said, we did\n\nCall this number.")
    for _ in range(2):
        said = office.as_jo("list").stderr
        assert "at Welcome is not what a desk of this venue published. Either this machine stopped" in said
    file.unlink()
    assert "What was decided on comments is missing" in office.as_jo("list").stderr
    file.write_bytes(seal.seal(b"{}", (load_settings(office.home.settings).venue.key,)))
    assert "no desk of this venue wrote it" in office.as_jo("list").stderr


def test_comments_whose_time_is_over_go_as_somebody_unlocks_and_the_audit_says_so(office: Office) -> None:
    key = load_settings(office.home.settings).venue.key
    for days in (0, 200, 201):
        keep_comment(office.home, key, default_pack(), now=now() - timedelta(days=days), text=f"{days}")
    office.says("list")
    assert [one.text for one in comment_book.read(office.home, office.identity()).comments] == ["0"]
    assert "the kiosk: deleted what had expired 2 comments" in office.noted()


def test_comments_are_shown_by_a_command_for_one_question_or_all(office: Office) -> None:
    said, theme = decides_as_desk(office)
    key = load_settings(office.home.settings).venue.key
    for text in ("", "Fine [b]\nby me", ""):
        keep_comment(office.home, key, default_pack(), now=now(), text=text, rating=1)
    shown = office.says("comments")
    assert f"good_day: {said.ask}\n    - {LONG}\n      (“Pets”, changed)\n" in shown
    assert f"The whole visit: {default_pack().closing.feedback_line}\n" in shown
    assert "    - Fine [b]\n      by me\n      (no theme yet)\n" in shown
    assert f"Closing scale: {default_pack().closing.feedback.points[0].label} 3" in shown
    assert said.week not in shown
    told = office.tells("comments", "--question", "good_day")
    [one] = told["comments"]
    assert (one["text"], one["theme"], one["pack_version"]) == (LONG, theme.id, default_pack().version)
    assert told["themes"] == [
        {"id": theme.id, "title": "Pets", "decision": "changed", "answer": theme.answer}
    ]
    assert office.says("comments", "--question", "none") == "There are no comments.\n"
    assert "Fine" in office.says("comments", "--question", "whole")
    assert office.noted().count("Jo Smith: read comments ") == 4


def test_the_log_of_a_pack_shows_the_decisions_on_its_comments(office: Office) -> None:
    said, theme = decides_as_desk(office)
    asked = ("pack", "log", said.pack)
    line = f"  “Pets”, changed: We ask of them. (1 comment on version {said.pack_version})\n"
    assert office.says(*asked, "--comments").endswith(f"Decisions on comments\n{line}")
    assert office.says("pack", "log", "short", "--comments").endswith("Decisions on comments\n  none\n")
    open_again = msgspec.structs.replace(theme, decision="open", answer="")
    comment_book.keep(office.home, office.identity(), lambda before: before.with_theme(open_again))
    assert "Pets" not in office.as_jo(*asked, "--comments").stdout
    assert office.noted().count("Jo Smith: read comments ") == 3
    assert office.run(*asked).stdout == "The change log is empty.\n"
    assert office.run(*asked, "--comments", "--add", said.question).exit_code == 2


def test_what_is_published_is_printed_without_a_key_and_as_a_pdf(office: Office, tmp_path: Path) -> None:
    assert office.refuses("you-said") == "Nothing is published here.\n"
    decides_as_desk(office)
    assert "You said: Pets\nWe did: We ask of them.\n" in office.run("you-said").stdout
    file = tmp_path / "notice.pdf"
    assert office.run("you-said", "--pdf", str(file)).exit_code == 0
    text = words_in(file.read_bytes())
    assert "You said, we did" in text
    assert "We did: We ask of them." in text
    assert LONG not in text
