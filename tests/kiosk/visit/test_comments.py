"""Comments: who can open them, and that the disk does not tell when one was made."""

import itertools
import os
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from kiosk import seal
from kiosk.dates import nanoseconds
from kiosk.desk.keys.tampering import comments_say
from kiosk.errors import SaveError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.vault.durable import Disk
from kiosk.visit import comments
from kiosk.visit.comments import BOX, OLDER, Comment, keep_comment, level
from tests.kiosk.vault.helpers import FaultyDisk, StoppingDisk

# A Thursday, in ISO week 10 of 2026.
NOW = datetime(2026, 3, 5, 15, 4, 5, 678_901, UTC)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
Says = Callable[..., None]


@pytest.fixture
def says(home: Home, venue: str, small_pack: Pack) -> Says:
    """Comment, this Thursday, on the pack as a whole."""

    def says(text: str = "Good", *, now: datetime = NOW, **more: object) -> None:
        keep_comment(home, seal.recipient_of(venue), small_pack, now=now, text=text, **more)  # type: ignore[arg-type]

    return says


def kept(home: Home, venue: str, name: str = BOX) -> list[Comment]:
    """What opens of a file, in the order in which it lies there."""
    sealed = comments.sealed_in(home.comments / name)
    return [msgspec.json.decode(seal.open_sealed(one, venue), type=Comment) for one in sealed]


def texts(home: Home, venue: str, name: str = BOX) -> list[str]:
    return sorted(one.text for one in kept(home, venue, name))


def test_a_comment_opens_for_the_venue_alone_and_says_what_it_is_about(
    home: Home, venue: str, says: Says, small_pack: Pack
) -> None:
    says(" Too\x1b[2J long ", question="day")
    line = (home.comments / BOX).read_bytes()
    sealed = b64decode(line)
    assert sealed.count(b"-> X25519 ") == 1
    [comment] = kept(home, venue)
    ask = next(one.ask for _, one in small_pack.questions() if one.id == "day")
    about = Comment(id=comment.id, pack="small", pack_version=1, question="day", ask=ask, week="", text="")
    assert comment == msgspec.structs.replace(about, week="2026-W10", text="Too[2J long")
    assert b"2026-03-05" not in seal.open_sealed(sealed, venue)


def test_the_closing_words_are_kept_with_their_rating_and_the_question_that_they_answer(
    home: Home, venue: str, says: Says, small_pack: Pack
) -> None:
    closing = small_pack.closing
    for text, ask in (("", closing.feedback.ask), ("Shorter", closing.feedback_line)):
        says(text, rating=2)
        [comment] = [one for one in kept(home, venue) if one.text == text]
        assert (comment.question, comment.rating, comment.ask) == ("", 2, ask)
        assert comment.rated == closing.feedback.points[1].label


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), "2026-W10"),
        (datetime(2026, 3, 8, 23, 59, 59, 999_999, UTC), "2026-W10"),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "2026-W53"),
        # Monday in London already; the week is that of UTC.
        (datetime(2026, 6, 8, 0, 30, tzinfo=timezone(timedelta(hours=1))), "2026-W23"),
    ],
)
def test_a_comment_says_its_week_and_no_closer(
    home: Home, venue: str, says: Says, now: datetime, week: str
) -> None:
    says(now=now)
    assert [one.week for one in kept(home, venue)] == [week]


def traces(home: Home) -> dict[str, tuple[int, ...]]:
    """What a disk tells of each file and folder of comments, besides when it was written last as a whole.

    Of the size the number of comments: the heads of age files are of random lengths.
    """
    found: dict[str, tuple[int, ...]] = {}
    for path in (home.comments, *home.comments.iterdir()):
        told, lines = path.lstat(), path.read_bytes().count(b"\n") if path.is_file() else 0
        found[path.name] = (told.st_mode, told.st_nlink, lines, told.st_mtime_ns, told.st_uid)
    return found


def test_the_disk_tells_of_no_comment_when_it_was_made(home: Home, venue: str, says: Says) -> None:
    """However many weeks lie between them, all of them share the traces of one file."""
    times = (NOW + timedelta(days=days) for days in (0, 1, 9, 40))
    for number, now in enumerate(times):
        says(f"{number}", now=now)
    assert [*home.comments.iterdir()] == [home.comments / BOX]
    assert home.comments.stat().st_mtime == (home.comments / BOX).stat().st_mtime == MONDAY.timestamp()
    lines = (home.comments / BOX).read_bytes().splitlines()
    assert lines == sorted(lines)
    assert {len(one) - one.index(b"\n--- ") for one in map(b64decode, lines)} == {4177}  # padded alike


def test_what_the_disk_tells_after_a_visit_is_the_same_whenever_its_comments_came(
    tmp_path: Path, venue: str, small_pack: Pack
) -> None:
    """Said in one week or over a year, once a visit has ended: a stat tells no two homes apart."""
    told, births = [], []
    for number, apart in enumerate((0, 1, 70)):
        home = Home(tmp_path / f"{number}")
        level(home, NOW)
        for at in range(4):
            now = NOW + timedelta(days=at * apart)
            keep_comment(home, seal.recipient_of(venue), small_pack, now=now, text="Good")
        before = (home.comments / BOX).stat()
        level(home, NOW + timedelta(days=300))
        told.append(traces(home))
        births.append((before, (home.comments / BOX).stat()))
    assert told[0] == told[1] == told[2]
    # It was written anew as a whole: its inode, and when that was made or changed, are no comment's.
    for before, after in births:
        assert before.st_ino != after.st_ino
        assert before.st_ctime_ns <= after.st_ctime_ns


def test_the_order_of_the_lines_is_not_that_in_which_they_came(home: Home, venue: str, says: Says) -> None:
    for number in range(12):
        says(f"{number:02}")
    order = [one.text for one in kept(home, venue)]
    assert sorted(order) == [f"{number:02}" for number in range(12)] != order


def test_two_visits_that_comment_at_once_lose_nothing(home: Home, venue: str, says: Says) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(says, map(str, range(24)))] == [None] * 24
    assert texts(home, venue) == sorted(map(str, range(24)))


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "date"])
def test_wherever_the_keeping_of_a_comment_stops_no_file_says_when_and_none_is_lost(
    tmp_path: Path, venue: str, small_pack: Pack, call: str
) -> None:
    for after in itertools.count():
        home, disk = Home(tmp_path / f"{after}"), StoppingDisk()

        def keeps(text: str, disk: Disk, home: Home = home) -> None:
            keep_comment(home, seal.recipient_of(venue), small_pack, now=NOW, text=text, disk=disk)

        keeps("before", Disk())
        disk.fails(call, after=after)
        with suppress(SaveError):
            keeps("half", disk)
        if not disk.stopped:
            break
        assert "before" in texts(home, venue)
        keeps("after", Disk())
        assert {*texts(home, venue)} >= {"before", "after"}
        assert [*home.comments.iterdir()] == [home.comments / BOX]
        assert (home.comments / BOX).stat().st_mtime == home.comments.stat().st_mtime == MONDAY.timestamp()
    assert after > 0


def test_a_comment_that_cannot_be_kept_says_so(home: Home, says: Says) -> None:
    home.root.mkdir()
    home.comments.write_text("a file in the way")
    with pytest.raises(SaveError, match="could not be kept"):
        says()
    assert list(home.root.iterdir()) == [home.comments]


def test_what_somebody_wrote_into_the_box_is_passed_over(home: Home, venue: str, says: Says) -> None:
    says("one")
    with (home.comments / BOX).open("ab") as box:
        box.write(b"\xff\xfe\n\n%%%\n")
    says("two")
    assert texts(home, venue) == ["one", "two"]


def expire(home: Home, *, days_on: int) -> int:
    return comments.expire(home, 60, MONDAY + timedelta(days=days_on))


def test_without_a_desk_a_comment_is_kept_for_half_the_period_at_least_and_all_of_it_at_most(
    home: Home, venue: str, says: Says
) -> None:
    says("first")
    assert expire(home, days_on=29) == 0
    assert texts(home, venue) == ["first"]
    assert expire(home, days_on=30) == 0
    says("second", now=MONDAY + timedelta(days=31))
    assert (texts(home, venue), texts(home, venue, OLDER)) == (["second"], ["first"])
    assert expire(home, days_on=59) == 1
    assert (texts(home, venue), texts(home, venue, OLDER)) == ([], ["second"])


def test_after_a_long_time_away_nothing_is_left(home: Home, venue: str, says: Says) -> None:
    says("first")
    expire(home, days_on=30)
    says("second", now=MONDAY + timedelta(days=31))
    assert expire(home, days_on=100) == 2
    assert texts(home, venue) == texts(home, venue, OLDER) == []


def test_a_date_that_somebody_set_ahead_keeps_no_comment_for_longer(
    home: Home, venue: str, says: Says
) -> None:
    says("first")
    far = nanoseconds(MONDAY + timedelta(days=3650))
    os.utime(home.comments / BOX, ns=(far, far))
    assert expire(home, days_on=20) == 0
    assert texts(home, venue) == ["first"]
    assert expire(home, days_on=100) == 1


@pytest.mark.parametrize("name", [BOX, OLDER])
def test_a_folder_in_the_place_of_comments_stops_no_change_of_the_key(
    home: Home, says: Says, name: str
) -> None:
    says("first")
    (home.comments / name).unlink(missing_ok=True)
    (home.comments / name).mkdir()
    assert comments.change(home, bytes.upper) == (1 if name == OLDER else 0)


def test_nothing_is_made_where_nobody_ever_commented(home: Home) -> None:
    assert expire(home, days_on=100) == 0
    assert not home.root.exists()


def test_a_box_whose_second_half_could_not_be_written_loses_nothing(
    home: Home, venue: str, says: Says
) -> None:
    says("first")
    disk = FaultyDisk()
    disk.fails("rename", after=1)
    with pytest.raises(OSError, match="Input/output"):
        comments.expire(home, 60, MONDAY + timedelta(days=30), disk=disk)
    assert expire(home, days_on=30) == 1  # the copy that went to the older ones already
    assert texts(home, venue, OLDER) == ["first"]
    assert (home.comments / OLDER).stat().st_mtime_ns == nanoseconds(MONDAY + timedelta(days=28))


@pytest.mark.parametrize("name", [BOX, OLDER])
@pytest.mark.parametrize("how", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_stands_in_the_place_of_comments_is_named(
    home: Home, says: Says, name: str, how: Callable[[Path], None]
) -> None:
    says("first")
    assert comments.unfit(home) == []
    (home.comments / name).unlink(missing_ok=True)
    how(home.comments / name)
    assert comments.unfit(home) == [home.comments / name]
    assert [one.once for one in comments_say(home, 9, comments.number(home), since=NOW, now=NOW)] == [False]


def test_of_a_box_full_of_planted_lines_no_more_are_read_than_there_can_be_comments(home: Home) -> None:
    home.comments.mkdir(parents=True)
    (home.comments / BOX).write_bytes(b"YWJj\n" * (comments.MOST_LINES + 5))
    assert len(comments.sealed_in(home.comments / BOX)) == comments.MOST_LINES


@pytest.mark.parametrize("letter", ["a", '"', "\n", "\u0915", "\U0001f600"])
def test_the_longest_comment_is_as_large_as_the_shortest(
    home: Home, venue: str, small_pack: Pack, letter: str
) -> None:
    """Whatever it is made of, about a pack whose every id and word is as long as can be."""
    ask, label = f"A{letter * 1998}?", letter * 2000
    point = msgspec.structs.replace(small_pack.closing.feedback.points[0], label=label, value=-100)
    feedback = msgspec.structs.replace(small_pack.closing.feedback, points=(point,), ask=ask)
    closing = msgspec.structs.replace(small_pack.closing, feedback=feedback, feedback_line=ask)
    pack = msgspec.structs.replace(small_pack, id="a" * 100, version=9999, closing=closing)
    for text in ("", "b", f"b{letter * 30_000}b"):
        keep_comment(home, seal.recipient_of(venue), pack, now=NOW, text=text, rating=-100)
    opened = [seal.open_sealed(one, venue) for one in comments.sealed_in(home.comments / BOX)]
    assert [len(one) for one in opened] == [seal.BLOCK] * 3
    longest = max(kept(home, venue), key=lambda one: len(one.text))
    assert longest.text == f"b{letter * 30_000}"[: comments.TEXT_MOST].strip()
    of_a_question = msgspec.structs.replace(longest, question="a" * 100)
    assert (
        len(seal.open_sealed(comments.sealed_for(of_a_question, seal.recipient_of(venue)), venue))
        == seal.BLOCK
    )


def test_a_full_box_takes_no_comment_and_loses_none(home: Home, venue: str, says: Says) -> None:
    says("first")
    with pytest.raises(OSError, match="too large"):
        comments.add(home, [bytes(comments.MOST_BYTES)], NOW)
    assert texts(home, venue) == ["first"]
