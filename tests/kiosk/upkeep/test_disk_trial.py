"""A disk that lacks what saving takes is told of before anybody writes on it, not at a visit's last step."""

import errno
import os
import pty
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner

from kiosk.cli.main import main
from kiosk.doctor import examine
from kiosk.errors import NoRoomError, SettingsError
from kiosk.health import Level
from kiosk.home import Home
from kiosk.launch import run_desk, run_kiosk
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.disk_trial import lack, require_fit
from kiosk.upkeep.restore import restore
from kiosk.vault import durable
from kiosk.vault.durable import RESERVE_FILES, Disk
from kiosk.vault.vault import Vault
from tests.kiosk.machines import Machine, sheet_at
from tests.kiosk.upkeep.kept import Kept
from tests.kiosk.vault.helpers import Clock


class Lacking(Disk):
    """A disk on which one call fails."""

    def __init__(self, call: str, number: int) -> None:
        self.call, self.number = call, number

    def _fail(self, call: str) -> None:
        if call == self.call:
            raise OSError(self.number, os.strerror(self.number))

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        self._fail("write")
        return super().write(descriptor, data, offset)

    def fsync(self, descriptor: int) -> None:
        self._fail("flush a folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "flush a file")
        super().fsync(descriptor)

    def lock(self, descriptor: int) -> None:
        self._fail("lock")
        super().lock(descriptor)

    def link(self, source: Path, target: Path) -> None:
        self._fail("link")
        super().link(source, target)

    def rename(self, source: Path, target: Path) -> None:
        self._fail("rename")
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        self._fail("remove")
        super().unlink(path)

    def open(self, path: Path, flags: int) -> int:
        if flags & os.O_CREAT:
            self._fail("create")
        return super().open(path, flags)


class FewFiles(Disk):
    """A disk on which few more files can be made; None for one that has no limit."""

    def __init__(self, files: int | None) -> None:
        self.files = files

    def free_files(self, path: Path) -> int | None:
        return self.files


LACKS = [
    ("lock", errno.ENOLCK, "has no file locks", True),
    ("lock", errno.ENOTSUP, "has no file locks", True),
    ("lock", errno.ENOSYS, "has no file locks", True),
    ("lock", errno.EINVAL, "has no file locks", True),
    ("link", errno.EPERM, "has no hard links", True),
    ("link", errno.ENOTSUP, "has no hard links", True),
    ("link", errno.ENOSYS, "has no hard links", True),
    ("rename", errno.EPERM, "cannot rename files", True),
    ("flush a folder", errno.EINVAL, "lost in a power cut", True),
    ("flush a folder", errno.ENOTSUP, "lost in a power cut", True),
    ("flush a file", errno.EINVAL, "Nothing can be written", True),
    ("remove", errno.EPERM, "cannot remove files", True),
    ("create", errno.EACCES, "Nothing can be written", True),
    ("create", errno.EROFS, "is read-only", False),
    ("create", errno.ENOSPC, "There is no room left on", False),
    ("write", errno.ENOSPC, "There is no room left on", False),
    ("create", errno.EDQUOT, "quota", False),
    ("write", errno.EDQUOT, "quota", False),
    ("flush a file", errno.EIO, "is broken", False),
]


def test_a_disk_that_takes_all_lacks_nothing_and_keeps_nothing(tmp_path: Path) -> None:
    assert lack(tmp_path) is None
    assert lack(tmp_path / "not" / "there") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("call", "number", "says", "lasting"), LACKS)
def test_what_a_disk_lacks_is_said_by_its_name_and_what_can_never_save_does_not_start(
    tmp_path: Path, call: str, number: int, says: str, lasting: bool
) -> None:
    disk = Lacking(call, number)
    found = lack(tmp_path, disk=disk)
    assert found is not None
    assert (says in found.says, str(tmp_path) in found.says, found.lasting) == (True, True, lasting)
    assert call == "remove" or list(tmp_path.iterdir()) == []
    with pytest.raises(SettingsError):
        require_fit(tmp_path, disk=disk)
    with pytest.raises(SettingsError) if lasting else nullcontext():
        require_fit(tmp_path, lasting=True, disk=disk)


def test_doctor_says_what_the_homes_disk_lacks(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "home")
    for call, number, says, _ in (LACKS[0], LACKS[-1]):
        found = {one.what: one for one in examine(kept.home, kept.now, disk=Lacking(call, number))}
        assert (found["Disk"].level, says in found["Disk"].says) == (Level.WRONG, True)


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine's own disk have no hard links."""

    monkeypatch.setattr(Disk, "link", Mock(side_effect=OSError(errno.EPERM, os.strerror(errno.EPERM))))


@pytest.mark.usefixtures("no_links")
def test_set_up_refuses_such_a_disk_before_it_asks_for_anything(tmp_path: Path) -> None:
    home = tmp_path / "home"
    result = CliRunner().invoke(main, ["setup", *sheet_at(tmp_path / "sheet")], env={"KIOSK_HOME": str(home)})
    assert (result.exit_code, result.stdout) == (1, "")
    assert "has no hard links" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("run", [run_kiosk, run_desk])
def test_the_kiosk_and_the_desk_refuse_such_a_disk_before_they_take_the_terminal(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, run: Callable[..., int]
) -> None:
    monkeypatch.setattr(durable, "try_all", lambda *_, **__: ("link", OSError(errno.EPERM, "No")))
    person, program = pty.openpty()
    try:
        with pytest.raises(SettingsError, match="has no hard links"):
            run({"KIOSK_HOME": str(machine.home.root)}, program, program)
    finally:
        os.close(person)
        os.close(program)


# -- files that can be made


def test_doctor_counts_files_that_can_be_made_as_it_counts_bytes(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "home")
    for files, level in (
        (0, Level.WRONG),
        (RESERVE_FILES - 1, Level.WRONG),
        (RESERVE_FILES, Level.LOOK),
        (4 * RESERVE_FILES, Level.OK),
        (None, Level.OK),
    ):
        found = examine(kept.home, kept.now, free=lambda _: 1 << 40, files=Mock(return_value=files))
        (room,) = [one for one in found if one.what == "Free space"]
        assert room.level is level, files
        assert ("more files" in room.says) is (level is not Level.OK), files


@pytest.mark.parametrize(
    ("files", "room"), [(0, False), (RESERVE_FILES - 1, False), (RESERVE_FILES, True), (None, True)]
)
def test_saving_keeps_a_reserve_of_files(tmp_path: Path, files: int | None, room: bool) -> None:
    vault = Vault(tmp_path, clock=Clock(), name_of=str, disk=FewFiles(files))
    saves: list[Callable[[], object]] = [vault.try_saving, lambda: vault.save("ab" * 16, "Name", b"sealed")]
    for save in saves:
        with nullcontext() if room else pytest.raises(NoRoomError):
            save()


def test_a_restore_that_would_run_out_of_files_is_refused_before_it_begins(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "home")
    kept.saves(1, 2)
    kept.vault.close()
    made = back_up(kept.home, tmp_path, kept.venue, kept.now)
    other = Home(tmp_path / "other")
    with pytest.raises(NoRoomError):
        restore(other, made.folder, disk=FewFiles(RESERVE_FILES + 1))
    assert not other.vault.exists()
    restore(other, made.folder, disk=FewFiles(RESERVE_FILES + 2))


def test_a_disk_that_counts_no_files_has_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = os.statvfs(tmp_path)

    class Told:
        f_bavail, f_frsize, f_favail, f_files = there.f_bavail, there.f_frsize, 0, 0

    monkeypatch.setattr(os, "statvfs", lambda _: Told)
    assert durable.free_files(tmp_path) is None
    assert durable.free_bytes(tmp_path) > 0
    monkeypatch.setattr(Told, "f_files", 100)
    assert durable.free_files(tmp_path) == 0
    assert durable.free_bytes(tmp_path) == 0
