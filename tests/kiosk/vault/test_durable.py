import errno
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.vault import durable
from tests.kiosk.vault.helpers import NOON, FaultyDisk, StoppingDisk, names_in


def test_a_created_file_holds_the_bytes_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "page"
    durable.create_once(path, b"sealed")
    assert path.read_bytes() == b"sealed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.stat().st_nlink == 1
    assert names_in(path.parent) == ["page"]


def test_a_name_that_is_taken_is_refused_and_the_old_bytes_stay(tmp_path: Path) -> None:
    path = tmp_path / "page"
    durable.create_once(path, b"first")
    with pytest.raises(FileExistsError):
        durable.create_once(path, b"second")
    assert path.read_bytes() == b"first"
    assert names_in(tmp_path) == ["page"]


def test_every_folder_in_which_a_name_was_made_is_flushed(tmp_path: Path) -> None:
    flushed: list[str] = []

    class Watched(durable.Disk):
        def fsync(self, descriptor: int) -> None:
            flushed.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
            super().fsync(descriptor)

    durable.create_once(tmp_path / "a" / "b" / "page", b"x", disk=Watched())
    temporary, *folders = flushed
    assert Path(temporary).name.startswith(".tmp-")
    assert folders == [str(tmp_path / "a" / "b"), str(tmp_path / "a"), str(tmp_path)]


def test_a_file_says_when_it_was_written_where_that_is_given(tmp_path: Path) -> None:
    path, when = tmp_path / "page", 1_700_000_000_123_456_789
    durable.create_once(path, b"first", modified=when)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (b"first", when)
    durable.replace(path, b"second", modified=when + 1)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (b"second", when + 1)
    durable.replace(path, b"third")
    assert path.stat().st_mtime_ns > when + 1
    durable.create_once(path.with_name("other"), b"first")
    assert path.with_name("other").stat().st_mtime_ns > when + 1


def test_a_folder_says_when_its_names_changed_where_that_is_given(tmp_path: Path) -> None:
    disk, when = FaultyDisk(), 1_700_000_000_123_456_789
    durable.flush_folder(tmp_path, modified=when, disk=disk)
    assert tmp_path.stat().st_mtime_ns == when
    assert disk.calls == ["open", "date", "fsync"]
    durable.flush_folder(tmp_path)
    assert tmp_path.stat().st_mtime_ns == when


def test_a_time_is_on_the_medium_with_the_bytes_before_the_file_has_its_name(tmp_path: Path) -> None:
    for number, make_folders in enumerate((True, False)):
        disk = FaultyDisk()
        path = tmp_path / str(number)
        durable.create_once(path, b"x", modified=10**18, make_folders=make_folders, disk=disk)
        # The file's flush before the name, then its folder's.
        calls = [call for call in disk.calls if call in ("write", "date", "fsync", "link")]
        assert calls == ["write", "date", "fsync", "link", "fsync"]
        disk.calls.clear()
        durable.replace(path, b"x", modified=10**18, disk=disk)
        calls = [call for call in disk.calls if call in ("write", "date", "fsync", "rename")]
        assert calls == ["write", "date", "fsync", "rename", "fsync"]


def test_a_removed_file_is_gone_once_its_folder_is_flushed(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"x")
    disk = FaultyDisk()
    durable.remove(tmp_path / "page", disk=disk)
    assert names_in(tmp_path) == []
    assert disk.calls == ["unlink", "open", "fsync"]


def test_where_no_folder_is_missing_a_file_costs_two_flushes(tmp_path: Path) -> None:
    disk = FaultyDisk()
    durable.create_once(tmp_path / "page", b"x", disk=disk)
    assert disk.calls.count("fsync") == 2


def test_an_unfinished_file_bears_the_name_of_what_it_is_to_be(tmp_path: Path) -> None:
    names = {durable.temporary_name(tmp_path / "page").name for _ in range(9)}
    assert len(names) == 9
    assert all(name.startswith(".tmp-page.") for name in names)


@pytest.mark.parametrize("call", ["open", "make_folder", "write", "date", "fsync", "link"])
@pytest.mark.parametrize("after", range(5))
def test_whatever_call_fails_nothing_is_left_behind(tmp_path: Path, call: str, after: int) -> None:
    disk = FaultyDisk()
    disk.fails(call, after=after)
    path = tmp_path / "a" / "b" / "page"
    try:
        durable.create_once(path, b"sealed", modified=10**18, disk=disk)
    except OSError:
        assert names_in(tmp_path) == []
    else:
        assert disk.calls.count(call) <= after
        assert path.read_bytes() == b"sealed"


def test_a_temporary_name_that_cannot_be_removed_does_not_fail_a_file_that_is_there(tmp_path: Path) -> None:
    disk = FaultyDisk()
    disk.fails("unlink")
    durable.create_once(tmp_path / "page", b"sealed", disk=disk)
    left, page = names_in(tmp_path)
    assert left.startswith(".tmp-")
    assert (tmp_path / page).read_bytes() == b"sealed"


def test_a_missing_folder_is_an_error_where_it_must_not_be_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        durable.create_once(tmp_path / "gone" / "page", b"x", make_folders=False)
    assert names_in(tmp_path) == []


def test_a_disk_that_takes_few_bytes_at_a_time_gets_them_all(tmp_path: Path) -> None:
    class Slow(durable.Disk):
        def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
            return super().write(descriptor, data[:3], offset)

    durable.create_once(tmp_path / "page", b"0123456789", disk=Slow())
    assert (tmp_path / "page").read_bytes() == b"0123456789"


def test_replacing_gives_a_file_new_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a" / "settings"
    durable.replace(path, b"old")
    durable.replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert names_in(path.parent) == ["settings"]


@pytest.mark.parametrize("call", ["open", "write", "date", "rename"])
def test_a_replacing_that_fails_leaves_the_old_bytes(tmp_path: Path, call: str) -> None:
    path = tmp_path / "settings"
    durable.replace(path, b"old")
    disk = FaultyDisk()
    disk.fails(call, number=errno.ENOSPC)
    with pytest.raises(OSError, match="No space"):
        durable.replace(path, b"new", modified=10**18, disk=disk)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["settings"]


def test_the_room_of_a_path_that_is_not_made_yet_is_that_of_its_disk(tmp_path: Path) -> None:
    assert durable.free_bytes(tmp_path / "not" / "yet") > 0
    disk = FaultyDisk()
    disk.room = 7
    assert durable.free_bytes(tmp_path, disk=disk) == 7


def test_only_old_unfinished_files_are_swept(tmp_path: Path) -> None:
    old, young = tmp_path / ".tmp-old", tmp_path / ".tmp-young"
    for path, age in ((old, 61), (young, 59)):
        path.write_bytes(b"")
        when = (NOON - timedelta(minutes=age)).timestamp()
        os.utime(path, (when, when))
    paths = [old, young, tmp_path / ".tmp-gone-meanwhile"]
    assert durable.sweep(paths, NOON - timedelta(hours=1)) == 1
    assert names_in(tmp_path) == [".tmp-young"]


# -- files for people


def test_a_file_for_people_has_its_name_once_it_is_flushed_and_its_folder_is_flushed_then(
    tmp_path: Path,
) -> None:
    disk = FaultyDisk()
    durable.write_out(tmp_path / "a.pdf", b"what was written", disk=disk)
    assert disk.calls == ["open", "write", "fsync", "link", "unlink", "open", "fsync"]
    assert names_in(tmp_path) == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"what was written"


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def test_a_disk_without_links_takes_a_file_for_people_and_nothing_is_written_over(
    tmp_path: Path, number: int
) -> None:
    disk = FaultyDisk()
    disk.fails("link", number=number)
    durable.write_out(tmp_path / "a.pdf", b"first", disk=disk)
    with pytest.raises(FileExistsError):
        durable.write_out(tmp_path / "a.pdf", b"second", disk=disk)
    with pytest.raises(FileExistsError):  # it comes meanwhile
        durable.write_out(tmp_path / "b.pdf", b"second", (tmp_path / "b.pdf").touch, disk=disk)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.pdf": b"first", "b.pdf": b""}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_where_a_folder_cannot_be_flushed_its_whole_disk_is(tmp_path: Path, number: int) -> None:
    disk = FaultyDisk()
    disk.fails("fsync", number=number, after=1)
    durable.write_out(tmp_path / "a.pdf", b"x", disk=disk)
    assert disk.calls[-2:] == ["fsync", "flush_all"]
    disk.fails("fsync", number=number, after=1)
    disk.fails("flush_all")
    with pytest.raises(OSError, match="Input/output error"):
        durable.write_out(tmp_path / "b.pdf", b"x", disk=disk)
    assert names_in(tmp_path) == ["a.pdf"]


def test_the_whole_disk_of_a_folder_is_flushed_by_the_system(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    durable.DISK.flush_all(descriptor)
    os.close(descriptor)
    with pytest.raises(OSError, match="Bad file descriptor"):
        durable.DISK.flush_all(descriptor)


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("call", ["open", "write", "fsync", "link", "rename", "unlink"])
@pytest.mark.parametrize("after", range(3))
@pytest.mark.parametrize("kind", [FaultyDisk, StoppingDisk])
def test_whatever_call_fails_no_half_file_has_its_name(
    tmp_path: Path,
    kind: type[FaultyDisk],
    call: str,
    after: int,
    links: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk, path = kind(), tmp_path / "a.pdf"
    if not links:
        monkeypatch.setattr(disk, "link", refuse_links)
    disk.fails(call, after=after)
    try:
        durable.write_out(path, b"what was written", disk=disk)
    except OSError:
        if kind is FaultyDisk and call != "unlink":
            assert names_in(tmp_path) == []
    else:
        assert names_in(tmp_path) == ["a.pdf"]
    assert not path.exists() or path.read_bytes() == b"what was written"
    assert all(name == "a.pdf" or name.startswith("unfinished-") for name in names_in(tmp_path))


def refuse_links(_source: Path, _target: Path) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))
