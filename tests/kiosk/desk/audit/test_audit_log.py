"""The audit: sealed, chained, and never behind what was done."""

import json
import random
import subprocess
import sys
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zlib import crc32

import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import BLOCK, MOST, Audit, Event
from kiosk.errors import VaultError
from tests.kiosk.desk.audit.audit_lines import START, changed, desk_at, lines, rewritten, ticking
from tests.kiosk.vault.helpers import FaultyDisk, names_in

ROOT = Path(__file__).parents[4]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "log"


@pytest.fixture
def audit(path: Path, venue: str) -> Audit:
    return desk_at(path, venue)


def test_what_was_done_is_read_newest_first(audit: Audit, venue: str) -> None:
    assert audit.read(venue).events == ()
    audit.note("Jo", "unlocked")
    audit.note("Jo", "opened", entry="Amber Heron", detail="by code")
    trail = audit.read(venue)
    assert trail.unread == 0
    assert trail.events == (
        Event(
            when=START + timedelta(minutes=1), who="Jo", did="opened", entry="Amber Heron", detail="by code"
        ),
        Event(when=START, who="Jo", did="unlocked"),
    )
    assert audit.broken_at() is None


def test_the_disk_does_not_tell_who_was_looked_at(audit: Audit, path: Path, venue: str) -> None:
    audit.note("Jo Smith", "opened", entry="Amber Heron")
    audit.note("Jo Smith", "deleted", entry="Amber Heron", detail="The customer asked for it. " * 10)
    content = path.read_bytes()
    for word in (b"Jo Smith", b"Amber", b"opened", b"deleted", b"customer", b"2026-03"):
        assert word not in content
    sealed = [json.loads(line[9:])[0][3]["sealed"] for line in lines(path)]
    assert {len(seal.open_sealed(b64decode(one), venue)) for one in sealed} == {BLOCK}


def test_a_line_that_is_changed_moved_or_taken_out_shows(audit: Audit, path: Path, venue: str) -> None:
    for entry in ("Amber Heron", "Blue Otter", "Calm Plover"):
        audit.note("Jo", "opened", entry=entry)
    audit.close()
    first, second, third = lines(path)
    spoilt = {
        "taken out": [first, third],
        "changed": [first, changed(second, sealed=json.loads(third[9:])[0][3]["sealed"]), third],
        "without its hash": [first, changed(second, hash=""), third],
    }
    for what, kept in spoilt.items():
        rewritten(path, kept)
        assert audit.broken_at() == 2, what
        audit.close()
    rewritten(path, [first, second, third])
    assert audit.broken_at() is None


def test_a_line_that_cannot_be_written_is_told(audit: Audit, path: Path) -> None:
    path.parent.parent.mkdir(exist_ok=True)
    path.parent.write_text("a file where a folder should be")
    with pytest.raises(VaultError, match="so it was not done"):
        audit.note("Jo", "opened")
    with pytest.raises(VaultError, match="cannot be read"):
        audit.broken_at()


def test_a_line_that_does_not_read_or_is_of_a_later_version_or_kind_is_counted_and_the_others_stay(
    audit: Audit, path: Path, venue: str
) -> None:
    for _ in range(6):
        audit.note("Jo", "opened")
    audit.close()
    fields = {"version": 3, "when": "2026-03-04T09:30:00Z", "who": "Jo", "did": "opened"}
    strange = (
        json.dumps(fields | {"version": 4}),
        json.dumps(fields | {"did": "sang"}),
        json.dumps(fields | {"more": 1}),
        '{"version":1,"who":' + "[" * 200_000,
    )
    kept = lines(path)
    for place, text in enumerate(strange):
        sealed = seal.seal(text.encode(), (seal.recipient_of(venue),))
        kept[place] = changed(kept[place], sealed=b64encode(sealed).decode())
    kept[4] = changed(kept[4], sealed="junk")
    rewritten(path, kept)
    trail = audit.read(venue)
    assert ([event.did for event in trail.events], trail.unread) == (["opened"], 5)


def test_what_is_noted_is_one_clean_line_whatever_it_was(audit: Audit, venue: str) -> None:
    audit.note("Jo\x1b[2J\nSmith", "deleted", entry="Amber\u202eHeron", detail="\ud83d why\r\n" * 200)
    [event] = audit.read(venue).events
    assert (event.who, event.entry) == ("Jo[2J Smith", "AmberHeron")
    assert event.detail.startswith("why  why")
    assert len(event.detail) <= MOST


# -- reading only


def test_whoever_may_only_read_finds_nothing_where_nothing_was_noted_and_makes_nothing(
    path: Path, venue: str
) -> None:
    reader = Audit(path, seal.recipient_of(venue), ticking(), read_only=True)
    assert (reader.read(venue).events, reader.broken_at()) == ((), None)
    with pytest.raises(VaultError, match="so it was not done"):
        reader.note("Jo", "opened")
    assert names_in(path.parents[1]) == []


def test_whoever_may_only_read_sees_what_others_add_and_adds_nothing(
    audit: Audit, path: Path, venue: str
) -> None:
    audit.note("Jo", "unlocked")
    reader = Audit(path, seal.recipient_of(venue), ticking(), read_only=True)
    assert len(reader.read(venue).events) == 1
    audit.note("Jo", "opened")
    assert [event.did for event in reader.read(venue).events] == ["opened", "unlocked"]
    before = path.read_bytes()
    with pytest.raises(VaultError, match="so it was not done"):
        reader.note("Ali", "opened")
    assert path.read_bytes() == before
    assert len(reader.read(venue).events) == 2


def test_a_copy_that_nobody_may_write_to_is_read(
    audit: Audit, path: Path, venue: str, tmp_path: Path
) -> None:
    audit.note("Jo", "unlocked")
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "log").write_bytes(path.read_bytes())
    (copy / "log").chmod(0o400)
    copy.chmod(0o500)
    reader = Audit(copy / "log", "", ticking(), read_only=True)
    assert (len(reader.read(venue).events), reader.broken_at()) == (1, None)
    copy.chmod(0o700)
    assert names_in(copy) == ["log"]


# -- crashes, and a disk that fails


def test_a_line_that_a_crash_cut_anywhere_is_no_line_and_the_chain_goes_on(
    audit: Audit, path: Path, venue: str
) -> None:
    for entry in ("Amber Heron", "Blue Otter"):
        audit.note("Jo", "opened", entry=entry)
    audit.close()
    whole = path.read_bytes()
    last = len(lines(path)[-1])
    for left in (1, 2, 8, 9, 10, last // 2, last - 2, last - 1):
        path.write_bytes(whole[: len(whole) - last + left])
        torn = path.read_bytes()
        reader = Audit(path, "", ticking(), read_only=True)
        assert [event.entry for event in reader.read(venue).events] == ["Amber Heron"]
        assert reader.broken_at() is None
        reader.close()
        assert path.read_bytes() == torn
        audit.note("Ali", "opened", entry="Calm Plover")
        assert [event.entry for event in audit.read(venue).events] == ["Calm Plover", "Amber Heron"]
        assert audit.broken_at() is None
        audit.close()


def test_a_file_that_a_crash_left_without_a_line_goes_on(audit: Audit, path: Path, venue: str) -> None:
    audit.note("Jo", "opened")
    audit.close()
    rewritten(path, [])
    assert (audit.read(venue).events, audit.broken_at()) == ((), None)
    audit.note("Jo", "marked")
    assert [event.did for event in audit.read(venue).events] == ["marked"]
    assert audit.broken_at() is None


@pytest.mark.parametrize("place", [1, 2])
def test_a_line_that_the_disk_spoils_shows_and_those_after_it_stay_and_go_on(
    audit: Audit, path: Path, venue: str, place: int
) -> None:
    names = ["Amber Heron", "Blue Otter", "Calm Plover"]
    for entry in names:
        audit.note("Jo", "opened", entry=entry)
    audit.close()
    kept = lines(path)
    kept[place - 1] = kept[place - 1].replace(b"put", b"pit", 1)
    rewritten(path, kept)
    for entry in ("Dark Lark", "Eager Newt"):
        audit.note("Ali", "opened", entry=entry)
    expected = [name for name in names if name != names[place - 1]] + ["Dark Lark", "Eager Newt"]
    trail = audit.read(venue)
    assert [event.entry for event in reversed(trail.events)] == expected
    assert trail.unread == 1
    assert audit.broken_at() == place
    assert len(lines(path)) == 5


def test_a_last_line_that_somebody_changed_shows_and_does_not_stop_the_desk(
    audit: Audit, path: Path, venue: str
) -> None:
    audit.note("Jo", "unlocked")
    audit.note("Jo", "opened")
    audit.close()
    first, second = lines(path)
    spoilt: tuple[dict[str, object], ...] = ({"hash": ""}, {"hash": 7}, {"sealed": 7}, {"hash": None})
    for values in spoilt:
        rewritten(path, [first, changed(second, **values)])
        audit.note("Ali", "marked")
        assert audit.broken_at() == 2, values
        assert audit.read(venue).events[0].did == "marked", values
        audit.close()
    for number in (b"0000000001", b"0000000003", b"x"):
        body = second[9:-1].replace(b"0000000002", number)
        rewritten(path, [first, b"%08x %b\n" % (crc32(body), body)])
        assert audit.broken_at() in (1, 2)
        audit.close()


def test_a_document_that_is_none_is_told_in_words(audit: Audit, path: Path, venue: str) -> None:
    audit.note("Jo", "unlocked")
    audit.close()
    body = b'[["put","audit","0000000001",[1]]]'
    rewritten(path, [b"%08x %b\n" % (crc32(body), body)])
    for look in (lambda: audit.note("Jo", "opened"), lambda: audit.read(venue), audit.broken_at):
        with pytest.raises(VaultError, match="Tell the person who looks after this machine"):
            look()


@pytest.mark.parametrize("call", ["open", "write", "fsync"])
def test_a_note_that_the_disk_does_not_take_leaves_no_line_and_the_next_one_is_taken(
    path: Path, venue: str, call: str
) -> None:
    disk = FaultyDisk()
    audit = desk_at(path, venue, disk)
    audit.note("Jo", "unlocked")
    disk.fails(call)
    with pytest.raises(VaultError, match="so it was not done"):
        audit.note("Jo", "opened")
    disk.is_well()
    audit.note("Jo", "marked")
    assert [event.did for event in audit.read(venue).events] == ["marked", "unlocked"]
    assert audit.broken_at() is None


def test_a_line_is_flushed_before_it_counts_as_noted(path: Path, venue: str) -> None:
    disk = FaultyDisk()
    audit = desk_at(path, venue, disk)
    audit.note("Jo", "unlocked")
    disk.calls.clear()
    audit.note("Jo", "opened")
    assert disk.calls == ["open", "write", "fsync"]


# -- many at once, many in all


def _start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.kiosk.desk.audit.workers", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_four_processes_make_one_chain_with_every_line_of_each(path: Path, venue: str) -> None:
    names, times = [f"Member {number}" for number in range(4)], 20
    key = seal.recipient_of(venue)
    workers = [_start("note", str(path), venue, who, str(times)) for who in names]
    for worker in workers:
        with worker:
            assert worker.wait(timeout=100) == 0
    audit = Audit(path, key, ticking(), read_only=True)
    trail = audit.read(venue)
    assert (audit.broken_at(), trail.unread, len(trail.events)) == (None, 0, len(names) * times)
    for who in names:
        mine = [event.detail for event in reversed(trail.events) if event.who == who]
        assert mine == [str(number) for number in range(times)]


def test_threads_of_one_desk_make_one_chain(audit: Audit, venue: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: audit.note("Jo", "opened", detail=str(number)), range(40)))
    trail = audit.read(venue)
    assert {event.detail for event in trail.events} == {str(number) for number in range(40)}
    assert (len(trail.events), audit.broken_at()) == (40, None)


def test_whatever_was_noted_outlives_a_kill_and_the_chain_goes_on(path: Path, venue: str) -> None:
    """Kills a writer at random moments; what it said was noted is there, and at most one line more."""
    chance = random.Random(3)
    there = 0
    for _ in range(4):
        with _start("until-killed", str(path), venue, str(there)) as writer:
            assert writer.stdout is not None
            told = [writer.stdout.readline() for _ in range(chance.randrange(1, 40))]
            writer.kill()
            told += writer.stdout.readlines()
        numbers = [int(line) for line in told if line.endswith("\n")]
        audit = desk_at(path, venue)
        audit.note("Ali", "marked")
        trail = audit.read(venue)
        mine = [int(event.detail) for event in reversed(trail.events) if event.who == "Jo"]
        assert mine == list(range(len(mine)))
        assert len(mine) - 1 in (numbers[-1], numbers[-1] + 1)
        assert (audit.broken_at(), trail.unread) == (None, 0)
        audit.close()
        there = len(mine)


def test_many_lines_are_added_to_and_read(path: Path, venue: str) -> None:
    many = 500
    audit = desk_at(path, venue, FaultyDisk())
    for number in range(many):
        audit.note("Jo", "opened", detail=str(number))
    audit.close()
    audit.note("Ali", "marked")
    trail = audit.read(venue)
    assert (len(trail.events), trail.unread, audit.broken_at()) == (many + 1, 0, None)
    assert [event.detail for event in trail.events[1:]] == [str(number) for number in reversed(range(many))]
