import errno
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.errors import DamageError
from kiosk.vault.log import Log
from kiosk.vault.log_lines import Clear, Drop, Fill, Header, Merge, Operation, Put, Remove, Tables, line_of
from tests.kiosk.vault.helpers import FaultyDisk, documents, line, names_in, put

HEADER = line_of(Header())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue" / "log"


@pytest.fixture
def log(path: Path, disk: FaultyDisk) -> Iterator[Log]:
    log = Log(path, disk=disk)
    yield log
    log.close()


def filled(path: Path, *bodies: bytes) -> Path:
    """A log made by hand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(HEADER + b"".join(bodies))
    return path


def test_what_is_committed_is_read_by_a_fresh_opener(log: Log, path: Path) -> None:
    put(log, "a", name="Amber Heron", year=1)
    put(log, "b", name="Élan")
    log.commit(lambda _: [Remove("t", "a"), Put("u", "c", {})])
    assert log.tables() == {"t": {"b": {"name": "Élan"}}, "u": {"c": {}}}
    assert Log(path, read_only=True).tables() == log.tables()


def test_a_commit_is_one_line_with_its_check_sum(log: Log, path: Path) -> None:
    put(log, "a", n=1)
    body = b'[["put","t","a",{"n":1}]]'
    assert path.read_bytes() == HEADER + b"%08x %b\n" % (zlib.crc32(body), body)


def test_every_operation_does_what_it_says(log: Log) -> None:
    def after(*operations: Operation) -> object:
        log.append(operations, flush=False)
        return log.tables()

    assert after(Merge("t", "a", {"x": 1, "more": {"2": "two"}})) == {
        "t": {"a": {"x": 1, "more": {"2": "two"}}}
    }
    assert after(Merge("t", "a", {"x": 2, "more": {"3": "three"}})) == {
        "t": {"a": {"x": 2, "more": {"2": "two", "3": "three"}}}
    }
    assert after(Fill("t", "a", {"x": 3, "y": 3, "more": {"2": "no", "4": "four"}})) == {
        "t": {"a": {"x": 2, "y": 3, "more": {"2": "two", "3": "three", "4": "four"}}}
    }
    assert after(Put("t", "a", {"x": 4}), Fill("t", "b", {"y": 1})) == {"t": {"a": {"x": 4}, "b": {"y": 1}}}
    assert after(Remove("t", "a"), Remove("t", "never")) == {"t": {"b": {"y": 1}}}
    assert after(Clear("t")) == {"t": {}}
    assert after(Drop("t")) == {}


@pytest.mark.parametrize("blind", [True, False])
def test_a_tail_torn_at_any_byte_is_cut_off_and_reported(path: Path, blind: bool) -> None:
    last = line("b", name="second")
    for kept in range(len(last)):
        filled(path, line("a", name="first"), last[:kept])
        log = Log(path)
        if blind:
            log.append([Put("t", "c", {"name": "third"})], flush=False)
        else:
            put(log, "c", name="third")
        assert log.damage.cut_bytes == kept
        assert log.tables()["t"] == {"a": {"name": "first"}, "c": {"name": "third"}}
        assert log.damage.cut_lines == (1 if kept else 0)
        assert log.damage.bad_lines == 0
        log.close()
        assert path.read_bytes() == HEADER + line("a", name="first") + line("c", name="third")


@pytest.mark.parametrize("blind", [True, False])
def test_last_lines_with_a_wrong_check_sum_are_cut_off(path: Path, blind: bool) -> None:
    bad = b"00000000 [nothing]\n" * 2 + b"\0" * 9000
    filled(path, line("a"), bad)
    log = Log(path)
    if blind:
        log.append([Put("t", "c", {})], flush=False)
    else:
        put(log, "c")
    assert log.tables()["t"] == {"a": {}, "c": {}}
    assert (log.damage.cut_bytes, log.damage.cut_lines) == (len(bad), 3)
    log.close()


@pytest.mark.parametrize("blind", [True, False])
def test_a_last_line_longer_than_the_look_back_is_whole(path: Path, blind: bool) -> None:
    filled(path, line("a", text="x" * 50_000))
    log = Log(path)
    if blind:
        log.append([Put("t", "c", {})], flush=False)
    else:
        put(log, "c")
    assert set(log.tables()["t"]) == {"a", "c"}
    assert log.damage.cut_bytes == 0
    log.close()


def test_a_damaged_line_in_the_middle_is_reported_and_loses_no_other(path: Path) -> None:
    bad = line("b", name="hurt").replace(b"hurt", b"hurl")
    filled(path, line("a"), bad, line("c"))
    log = Log(path)
    put(log, "d")
    assert set(log.tables()["t"]) == {"a", "c", "d"}
    assert (log.damage.bad_lines, log.damage.cut_lines) == (1, 0)
    assert bad in path.read_bytes()
    log.compact()
    assert bad in path.read_bytes()
    log.close()
    fresh = Log(path)
    assert set(fresh.tables()["t"]) == {"a", "c", "d"}
    assert fresh.damage.bad_lines == 1
    fresh.close()


def test_a_damaged_line_stays_when_compaction_leaves_nothing_else(path: Path) -> None:
    bad = b"00000000 []\n"
    filled(path, bad, line_of([Drop("t")]))
    log = Log(path)
    log.compact()
    put(log, "a")
    log.close()
    assert bad in path.read_bytes()
    assert documents(path) == {"a": {}}


FIRST_LINES = {
    "a byte": b"x" + HEADER[1:],
    "its first bytes": bytes(8) + HEADER[8:],
    "all of it": b"\xff" * (len(HEADER) - 1) + b"\n",
    "its end, and so the line after it": HEADER[:-1] + b"x",
    "more than one look back": b"x" * 10_000 + b"\n",
}


@pytest.mark.parametrize("first", FIRST_LINES.values(), ids=FIRST_LINES)
def test_a_damaged_first_line_counts_as_any_other_damaged_line(path: Path, first: bytes) -> None:
    filled(path, line("a"), line("b"), line("c"))
    path.write_bytes(first + path.read_bytes()[len(HEADER) :])
    before = path.read_bytes()
    reader = Log(path, read_only=True)
    there = {"b", "c"} if first[-1:] != b"\n" else {"a", "b", "c"}
    assert set(reader.tables()["t"]) == there
    assert reader.damage.bad_lines == 1
    reader.close()
    blind = Log(path)
    blind.append([Put("t", "d", {})], flush=True)
    assert path.read_bytes() == before + line("d")
    blind.compact()
    blind.close()
    damaged = before[: before.index(b"\n") + 1]
    assert path.read_bytes().startswith(HEADER + damaged)
    fresh = Log(path)
    assert set(fresh.tables()["t"]) == {*there, "d"}
    assert fresh.damage.bad_lines == 1
    fresh.close()


def test_a_log_whose_first_line_is_gone_has_all_of_the_others(path: Path) -> None:
    filled(path, line("a"), line("b"))
    path.write_bytes(line("a") + line("b"))
    assert documents(path) == {"a": {}, "b": {}}


@pytest.mark.parametrize("start", [b"", b"{}\n", HEADER[:-1], HEADER[:5], HEADER.replace(b"1}", b"2}")])
def test_a_file_that_is_no_log_is_refused_and_left_alone(path: Path, start: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(start)
    log = Log(path)
    with pytest.raises(DamageError):
        log.tables()
    with pytest.raises(DamageError):
        log.append([Put("t", "a", {})], flush=True)
    assert path.read_bytes() == start


def test_a_newer_version_is_told_apart_from_damage(path: Path) -> None:
    class Newer(Header, frozen=True, kw_only=True):
        version: int = 2

    path.parent.mkdir()
    path.write_bytes(line_of(Newer()))
    with pytest.raises(DamageError, match="newer version"):
        Log(path).tables()


def test_a_whole_line_with_an_unknown_operation_is_not_cut_off(path: Path) -> None:
    unknown = line_of([Put("t", "a", {})]).partition(b" ")[2].replace(b"put", b"new").rstrip()
    filled(path, b"%08x %b\n" % (zlib.crc32(unknown), unknown))
    before = path.read_bytes()
    log = Log(path)
    with pytest.raises(DamageError, match="newer version"):
        put(log, "b")
    log.close()
    assert path.read_bytes() == before


def test_a_failed_write_is_rolled_back_and_the_log_goes_on(log: Log, path: Path, disk: FaultyDisk) -> None:
    put(log, "a")
    before = path.read_bytes()
    disk.fails("write", number=errno.ENOSPC)
    with pytest.raises(OSError, match="No space"):
        put(log, "b")
    with pytest.raises(OSError, match="No space"):
        log.append([Put("t", "b", {})], flush=False)
    assert path.read_bytes() == before
    assert set(log.tables()["t"]) == {"a"}
    disk.is_well()
    put(log, "c")
    assert set(documents(path)) == {"a", "c"}


def test_a_failed_write_that_cannot_be_rolled_back_leaves_a_tail_that_is_cut(
    log: Log, path: Path, disk: FaultyDisk
) -> None:
    put(log, "a")
    disk.fails("write")
    disk.fails("truncate")
    with pytest.raises(OSError, match="Input/output"):
        put(log, "b")
    disk.is_well()
    with pytest.raises(OSError, match="opened again"):
        log.tables()
    log.close()
    put(log, "c")
    assert log.damage.cut_bytes > 0
    assert set(documents(path)) == {"a", "c"}


def test_a_failed_flush_poisons_the_log_until_it_is_opened_again(
    log: Log, path: Path, disk: FaultyDisk
) -> None:
    put(log, "a")
    disk.fails("fsync")
    with pytest.raises(OSError, match="Input/output"):
        put(log, "b")
    disk.is_well()
    for refused in (log.tables, lambda: put(log, "c"), lambda: log.append([], flush=False), log.compact):
        with pytest.raises(OSError, match="opened again"):
            refused()
    log.close()
    put(log, "c")
    assert set(documents(path)) == {"a", "c"}


def test_a_first_flushed_commit_flushes_the_folder_too(path: Path, disk: FaultyDisk) -> None:
    filled(path)
    log = Log(path, disk=disk)
    log.append([Put("t", "a", {})], flush=False)
    assert disk.calls.count("fsync") == 0
    put(log, "b")
    assert disk.calls.count("fsync") == 2
    put(log, "c")
    assert disk.calls.count("fsync") == 3
    log.close()


def test_reading_only_changes_no_byte_and_makes_no_file(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Log(path, read_only=True).tables()
    assert not path.parent.exists()
    filled(path, line("a"), b"torn")
    before = path.read_bytes()
    reader = Log(path, read_only=True)
    assert reader.tables() == {"t": {"a": {}}}
    assert (reader.damage.cut_bytes, reader.damage.cut_lines) == (4, 1)
    calls: list[Callable[[], None]] = [
        lambda: put(reader, "b"),
        lambda: reader.append([], flush=False),
        reader.compact,
    ]
    for refused in calls:
        with pytest.raises(OSError, match="reading only"):
            refused()
    reader.close()
    assert path.read_bytes() == before
    assert names_in(path.parent) == ["log"]


def test_what_one_opener_appends_another_reads(log: Log, path: Path) -> None:
    other = Log(path)
    put(log, "a")
    put(other, "b")
    log.append([Put("t", "c", {})], flush=False)
    assert set(other.tables()["t"]) == set(log.tables()["t"]) == {"a", "b", "c"}
    other.close()


def test_a_commit_sees_what_others_committed_before_it(log: Log, path: Path) -> None:
    other = Log(path)
    put(log, "a", n=1)
    other.tables()
    put(log, "a", n=2)
    seen: list[object] = []

    def look(tables: Tables) -> list[Operation]:
        seen.append(tables["t"]["a"]["n"])
        return []

    size = path.stat().st_size
    other.commit(look)
    assert seen == [2]
    assert path.stat().st_size == size
    other.close()


def test_a_commit_inside_a_commit_is_refused_and_reading_is_not(log: Log) -> None:
    put(log, "a")

    def nested(_: object) -> list[Operation]:
        assert log.tables() == {"t": {"a": {}}}
        put(log, "b")
        return []

    with pytest.raises(RuntimeError, match="inside another"):
        log.commit(nested)
    put(log, "c")
    assert set(log.tables()["t"]) == {"a", "c"}


def test_a_blind_append_reads_the_end_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path, b"no line of a log\n", *(line(str(number)) for number in range(100_000)))
    read = 0
    pread = os.pread

    def counted(descriptor: int, size: int, offset: int) -> bytes:
        nonlocal read
        data = pread(descriptor, size, offset)
        read += len(data)
        return data

    monkeypatch.setattr(os, "pread", counted)
    log = Log(path)
    for number in range(10):
        log.append([Put("t", f"new {number}", {})], flush=False)
    assert read < 11 * 4096 + 4096
    assert log.damage.bad_lines == 0
    assert len(log.tables()["t"]) == 100_010
    assert log.damage.bad_lines == 1
    log.close()


def test_compaction_comes_by_itself_and_another_open_log_sees_it(log: Log, path: Path) -> None:
    other = Log(path)
    put(log, "kept", n=1)
    other.tables()
    before, inode = os.fstat(other._descriptor), path.stat().st_ino
    for number in range(1100):
        log.commit(lambda _, n=number: [Put("t", "a", {"n": n})], flush=False)  # type: ignore[misc]
    assert path.stat().st_ino != inode
    assert path.stat().st_size < before.st_size + 10_000
    assert other.tables() == log.tables() == {"t": {"kept": {"n": 1}, "a": {"n": 1099}}}
    put(other, "b")
    assert set(log.tables()["t"]) == {"kept", "a", "b"}
    assert names_in(path.parent) == ["log", "log.lock"]
    other.close()


def test_what_is_committed_while_the_new_file_is_written_is_kept(path: Path) -> None:
    filled(path, line("a"), line("a"))
    other = Log(path)

    class Busy(FaultyDisk):
        """Somebody else commits at the moment the snapshot is flushed."""

        def fsync(self, descriptor: int) -> None:
            if self.calls.count("fsync") == 0:
                put(other, "meanwhile")
                other.append([Put("t", "blind", {})], flush=False)
            super().fsync(descriptor)

    log = Log(path, disk=Busy())
    log.compact()
    assert set(log.tables()["t"]) == {"a", "meanwhile", "blind"}
    put(log, "after")
    assert set(other.tables()["t"]) == {"a", "meanwhile", "blind", "after"}
    log.close()
    other.close()
    assert set(documents(path)) == {"a", "meanwhile", "blind", "after"}


def test_of_two_compactions_at_once_one_gives_way(path: Path) -> None:
    filled(path, line("a"), line("a"))
    other = Log(path)

    class Busy(FaultyDisk):
        def fsync(self, descriptor: int) -> None:
            if self.calls.count("fsync") == 0:
                other.compact()
                put(other, "after theirs")
            super().fsync(descriptor)

    log = Log(path, disk=Busy())
    log.compact()
    put(log, "b")
    assert set(other.tables()["t"]) == {"a", "after theirs", "b"}
    assert names_in(path.parent) == ["log", "log.lock"]
    log.close()
    other.close()


@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename"])
def test_a_compaction_that_fails_leaves_the_log_as_it_was(
    log: Log, path: Path, disk: FaultyDisk, call: str
) -> None:
    for number in range(3):
        put(log, "a", n=number)
    before = path.read_bytes()
    disk.fails(call, after=1 if call == "open" else 0)
    with pytest.raises(OSError, match="Input/output"):
        log.compact()
    disk.is_well()
    assert path.read_bytes() == before
    assert names_in(path.parent) == ["log", "log.lock"]
    put(log, "b")
    assert documents(path) == {"a": {"n": 2}, "b": {}}


def test_a_compaction_that_fails_does_not_fail_the_commit_before_it(
    log: Log, path: Path, disk: FaultyDisk
) -> None:
    put(log, "a")
    disk.fails("rename")
    for number in range(1100):
        log.commit(lambda _, n=number: [Put("t", "a", {"n": n})], flush=False)  # type: ignore[misc]
    assert log.compaction_error is not None
    assert documents(path) == {"a": {"n": 1099}}


def test_a_compaction_whose_rename_may_not_last_poisons_the_log(
    log: Log, path: Path, disk: FaultyDisk
) -> None:
    put(log, "a")
    disk.fails("fsync", after=1)
    with pytest.raises(OSError, match="Input/output"):
        log.compact()
    disk.is_well()
    with pytest.raises(OSError, match="opened again"):
        put(log, "b")
    log.close()
    put(log, "c")
    assert documents(path) == {"a": {}, "c": {}}


def test_empty_tables_and_counts_outlive_a_compaction(log: Log, path: Path) -> None:
    log.commit(lambda _: [Clear("empty"), Put("t", "a", {})])
    log.compact()
    assert Log(path, read_only=True).tables() == {"empty": {}, "t": {"a": {}}}


def test_a_document_that_json_cannot_hold_is_refused_before_anything_is_written(log: Log, path: Path) -> None:
    put(log, "a")
    before = path.read_bytes()
    with pytest.raises(TypeError):
        put(log, "b", what=object())
    assert path.read_bytes() == before


def test_a_log_that_nobody_closed_lets_go_of_its_file_when_it_is_dropped(path: Path) -> None:
    log = Log(path)
    put(log, "a", n=1)
    assert str(path) in open_files()
    del log
    assert str(path) not in open_files()


def open_files() -> set[str]:
    """What this process has open."""
    return {str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if os.path.lexists(entry)}
