"""The file of an export: new, for its owner alone, where files may go, and whole or not there."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from kiosk.desk.exports.destinations import Places, Target, file_name
from kiosk.desk.exports.files import require_free, suggested, typed_path, write
from kiosk.entry.opened import Opened
from kiosk.errors import DeskError, VaultError
from kiosk.home import Home
from kiosk.settings.settings import Export
from kiosk.vault.durable import Disk
from tests.exporting import plugged_in
from tests.kiosk.desk.exports.entries import ATTACKS, row


class Stick:
    """A stick that is plugged in, with the home of a kiosk on it too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "STICK"
        self.home = Home(self.folder / "home")
        self.home.vault.mkdir(parents=True)
        self.places = Places(self.home, Export(), plugged_in(self.folder))

    def file(self, name: str, ending: str = ".pdf") -> Target:
        return self.places.target(self.folder / name, ending)

    def there(self) -> list[str]:
        return [path.name for path in self.folder.iterdir() if path != self.home.root]


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    return Stick(tmp_path)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def refused(target: Target, data: bytes = b"x") -> str:
    """Return what is said, which is the same before anything is opened."""
    with pytest.raises(DeskError) as caught:
        write(target, data)
    with pytest.raises(DeskError) as before:
        require_free(target)
    assert str(before.value) == str(caught.value)
    return str(caught.value)


@pytest.mark.usefixtures("open_umask")
def test_a_file_is_its_owners_alone_and_said_to_be_unsealed(stick: Stick) -> None:
    file = stick.folder / "entry.pdf"
    require_free(stick.file("entry"))
    assert write(stick.file("entry"), b"what was written") == (
        f"{file} is saved. It is not encrypted: anyone who has it can read it. Delete it when you no "
        "longer need it."
    )
    assert file.read_bytes() == b"what was written"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stick.there() == ["entry.pdf"]


def test_a_file_may_go_to_a_folder_that_is_there(stick: Stick) -> None:
    (stick.folder / "2026" / "spring").mkdir(parents=True)
    write(stick.file("2026/spring/entry"), b"x")
    assert (stick.folder / "2026" / "spring" / "entry.pdf").read_bytes() == b"x"
    assert refused(stick.file("2027/entry")) == (
        f"The folder {stick.folder}/2027 does not exist. Choose another folder."
    )


def test_it_is_noted_when_there_is_a_file_and_before_anything_is_in_it(stick: Stick) -> None:
    seen: list[bytes] = []

    def look() -> None:
        (name,) = stick.there()
        assert name.startswith("unfinished-")
        seen.append((stick.folder / name).read_bytes())

    write(stick.file("a"), b"what was written", look)
    assert seen == [b""]

    with pytest.raises(VaultError):
        write(stick.file("other"), b"x", Mock(side_effect=VaultError("This could not be noted.")))
    with pytest.raises(DeskError):
        write(stick.file("none/file"), b"x", lambda: seen.append(b"noted"))
    assert (seen, stick.there()) == ([b""], ["a.pdf"])


def test_nothing_is_written_over_nor_through_a_link(stick: Stick, tmp_path: Path) -> None:
    (stick.folder / "file.pdf").write_text("before")
    (stick.folder / "folder.pdf").mkdir()
    os.mkfifo(stick.folder / "pipe.pdf")
    (stick.folder / "link.pdf").symlink_to(tmp_path / "target")
    for name in ("file", "folder", "pipe", "link"):
        said = refused(stick.file(name))
        assert said == f"{stick.folder / name}.pdf already exists. Choose another name."
    assert (stick.folder / "file.pdf").read_text() == "before"
    assert not (tmp_path / "target").exists()


def test_a_file_that_comes_meanwhile_is_not_written_over(stick: Stick) -> None:
    target = stick.file("entry")
    require_free(target)
    target.path.write_text("before")
    with pytest.raises(DeskError, match="already exists"):
        write(target, b"after")
    assert target.path.read_text() == "before"


def test_no_folder_on_the_way_is_a_link(stick: Stick, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (stick.folder / "link").symlink_to(tmp_path / "elsewhere")
    (stick.folder / "inside").symlink_to(stick.folder)
    (stick.folder / "circle").symlink_to(stick.folder / "circle")
    (stick.folder / "file").touch()
    for name in ("link", "link/deep", "inside", "circle", "file"):
        said = refused(stick.file(f"{name}/a"))
        assert said.startswith(f"{stick.folder}/{name.partition('/')[0]} is a link or a file, not a folder.")
    assert [*(tmp_path / "elsewhere").rglob("*.pdf")] == []


def test_a_folder_that_becomes_a_link_meanwhile_is_not_gone_through(stick: Stick, tmp_path: Path) -> None:
    (stick.folder / "2026").mkdir()
    (tmp_path / "elsewhere").mkdir()
    target = stick.file("2026/a")
    require_free(target)

    def swaps() -> None:
        (stick.folder / "2026").rename(stick.folder / "before")
        (stick.folder / "2026").symlink_to(tmp_path / "elsewhere")

    write(target, b"x", swaps)
    assert (stick.folder / "before" / "a.pdf").read_bytes() == b"x"
    with pytest.raises(DeskError, match="is a link"):
        write(stick.file("2026/b"), b"x")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_fails_is_taken_away_where_it_was_made(stick: Stick, tmp_path: Path) -> None:
    (stick.folder / "2026").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.pdf").write_text("another's")

    def swaps() -> None:
        (stick.folder / "2026").rename(stick.folder / "before")
        (stick.folder / "2026").symlink_to(tmp_path / "elsewhere")
        raise VaultError("This could not be noted.")

    with pytest.raises(VaultError):
        write(stick.file("2026/a"), b"x", swaps)
    assert list((stick.folder / "before").iterdir()) == []
    assert (tmp_path / "elsewhere" / "a.pdf").read_text() == "another's"


def test_the_kiosks_own_folder_is_refused(stick: Stick) -> None:
    for name in ("home/a", "home/vault/a"):
        assert refused(stick.file(name)).startswith(f"Choose a place outside {stick.home.root}: ")
    assert [*stick.home.root.rglob("*.pdf")] == []


def test_a_disk_that_is_pulled_out_meanwhile_takes_no_file(stick: Stick) -> None:
    disks = [*plugged_in(stick.folder)()]
    allowed = Places(stick.home, Export(), lambda: disks)
    target = allowed.target(stick.folder / "a.pdf", ".pdf")
    disks.clear()  # its folder is still there, and on the machine's own disk now
    assert refused(target).startswith(
        f"{stick.folder} is no longer there. Files can be written to a removable disk"
    )
    assert stick.there() == []


def test_a_place_that_cannot_be_written_is_told_plainly(stick: Stick, tmp_path: Path) -> None:
    told = refused(stick.file(f"{'x' * 296}.pdf"))
    assert re.fullmatch(
        r"This file name is too long\. /[^ ]{80,116}xxx\.pdf could not be written\. Choose a shorter one\.",
        told,
    )
    assert "...xxx" in told
    gone = Places(stick.home, Export(folders=(str(tmp_path / "none"),)), plugged_in())
    target = gone.target(tmp_path / "none" / "a.pdf", ".pdf")
    assert refused(target) == f"The folder {tmp_path}/none does not exist. Choose another folder."


class Failing(Disk):
    """A disk on which a call fails, the first or a later one."""

    def __init__(self, call: str, error: BaseException, after: int = 0) -> None:
        self.failing, self.error, self.after = call, error, after
        self.calls: list[str] = []

    def count(self, call: str) -> None:
        self.calls.append(call)
        if call == self.failing and self.calls.count(call) > self.after:
            raise self.error

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        self.count("write")
        return super().write(descriptor, bytes(data[:3]), offset)

    def fsync(self, descriptor: int) -> None:
        self.count("fsync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "fsync file")
        super().fsync(descriptor)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize(
    ("call", "after"), [("write", 0), ("write", 2), ("fsync file", 0), ("fsync folder", 0)]
)
def test_what_fails_at_any_step_leaves_no_part_of_a_file(
    stick: Stick, error: BaseException, call: str, after: int
) -> None:
    expected = DeskError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as told:
        write(stick.file("a"), b"what was written", disk=Failing(call, error, after))
    if expected is DeskError:
        assert str(told.value) == (
            f"There is no room left on the disk of {stick.folder}: 1 KB are needed. "
            f"{stick.folder / 'a.pdf'} could not be written. Free some space, then try again."
        )
    assert stick.there() == []


def test_a_file_and_its_folder_are_flushed_before_it_is_said_to_be_written(stick: Stick) -> None:
    disk = Failing("nothing", OSError())
    write(stick.file("a"), b"written", disk=disk)
    assert disk.calls == ["write", "write", "write", "fsync file", "fsync folder"]
    assert (stick.folder / "a.pdf").read_bytes() == b"written"


def test_a_name_is_offered() -> None:
    for name, told in (
        ("Amber Heron", "amber-heron.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("-rf \x1b[2J", "rf-2j.pdf"),
        ("Żółty Świt", "żółty-świt.pdf"),
        ("", "entry.pdf"),
        ("…/.", "entry.pdf"),
        ("\u3164\u3164", "entry.pdf"),
        ("İstanbul", "i-stanbul.pdf"),
        ("x" * 300, "x" * 60 + ".pdf"),
        ("x" * 59 + " y", "x" * 59 + ".pdf"),
    ):
        assert suggested(Opened(row(name), (), None), ".pdf") == told


def test_an_offered_name_is_one_that_is_taken(stick: Stick) -> None:
    for text in ATTACKS:
        name = suggested(Opened(row(text), (), None), ".pdf")
        assert file_name(name, ".pdf") == name
        write(stick.file(name), b"x")
        assert stick.there() == [name]
        (stick.folder / name).unlink()


def test_a_typed_path_may_be_in_ones_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_path(" ~/a.json ") == tmp_path / "a.json"
    assert typed_path("a.json").is_absolute()
    with pytest.raises(DeskError, match="Enter the path"):
        typed_path(" ")
    with pytest.raises(DeskError, match="The folder ~nobody-of-that-name"):
        typed_path("~nobody-of-that-name/a.json")


def test_what_is_told_of_a_file_is_plain(tmp_path: Path, home: Home) -> None:
    stick = tmp_path / "a\x1b[2J"
    stick.mkdir()
    target = Places(home, Export(), plugged_in(stick)).target(stick / "a", ".pdf")
    assert write(target, b"x").isprintable()
    assert refused(target).isprintable()
