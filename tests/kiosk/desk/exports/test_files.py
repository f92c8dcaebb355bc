"""The file of an export: new, for its owner alone, outside of the kiosk, and whole or not there."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.desk.exports import files
from kiosk.desk.exports.files import place, require_free, suggested, write
from kiosk.desk.opened import Opened
from kiosk.errors import DeskError, VaultError
from tests.kiosk.desk.exports.entries import ATTACKS, row


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_a_file_is_its_owners_alone_and_said_to_be_unsealed(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "entry.pdf"
    assert write(file, b"what was written", home) == (
        f"{file} is written. It is not sealed: whoever has it can read it. "
        "Delete it when you no longer need it."
    )
    assert file.read_bytes() == b"what was written"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_noted_when_there_is_a_file_and_before_anything_is_in_it(tmp_path: Path, home: Path) -> None:
    seen: list[bytes] = []
    write(tmp_path / "file", b"what was written", home, lambda: seen.append((tmp_path / "file").read_bytes()))
    assert seen == [b""]

    def refuses() -> None:
        raise VaultError("This could not be noted.")

    with pytest.raises(VaultError):
        write(tmp_path / "other", b"x", home, refuses)
    assert not (tmp_path / "other").exists()
    with pytest.raises(DeskError):
        write(tmp_path / "none" / "file", b"x", home, lambda: seen.append(b"noted"))
    assert seen == [b""]


def test_nothing_is_written_over(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "entry.pdf"
    file.write_text("before")
    with pytest.raises(DeskError, match=r"is already there\. Choose another name\."):
        write(file, b"after", home)
    assert file.read_text() == "before"


def test_a_file_that_came_meanwhile_is_not_written_over(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "entry.pdf"
    file.write_text("before")
    monkeypatch.setattr(files, "require_free", lambda *_: None)
    with pytest.raises(DeskError, match="already there"):
        write(file, b"after", home)
    assert file.read_text() == "before"


@pytest.mark.parametrize("free", [True, False])
def test_a_link_is_not_followed(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, *, free: bool
) -> None:
    target, link = tmp_path / "target", tmp_path / "entry.pdf"
    link.symlink_to(target)
    if free:
        monkeypatch.setattr(files, "require_free", lambda *_: None)
    with pytest.raises(DeskError, match="already there"):
        write(link, b"x", home)
    assert not target.exists()


def test_the_kiosks_own_folder_is_refused_however_it_is_named(tmp_path: Path, home: Path) -> None:
    (home / "vault").mkdir()
    (tmp_path / "by-another-name").symlink_to(home)
    (tmp_path / "home-of-somebody").mkdir()
    for file in (
        home / "a.pdf",
        home / "vault" / "a.pdf",
        tmp_path / "by-another-name" / "a.pdf",
        tmp_path / "home-of-somebody" / ".." / "home" / "a.pdf",
    ):
        with pytest.raises(DeskError, match="Choose a file outside"):
            write(file, b"x", home)
    with pytest.raises(DeskError, match="Choose a file outside"):
        require_free(tmp_path / "a.pdf", tmp_path / "by-another-name" / "..")
    write(tmp_path / "home-of-somebody" / "a.pdf", b"x", home)
    assert [*home.rglob("*.pdf")] == []


def test_a_place_that_cannot_be_written_is_told_plainly(tmp_path: Path, home: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(DeskError, match=rf"There is no folder {folder}\. Choose another place\."):
            require_free(folder / "a.pdf", home)
    with pytest.raises(DeskError, match="could not be written"):
        write(tmp_path / "nul\0.pdf", b"x", home)
    with pytest.raises(DeskError, match="could not be written"):
        write(tmp_path / "nul\0" / "a.pdf", b"x", home)
    with pytest.raises(DeskError, match="File name too long"):
        write(tmp_path / ("x" * 300), b"x", home)
    with pytest.raises(DeskError, match="already there"):
        write(tmp_path, b"x", home)


def test_a_circle_of_links_is_told_plainly(tmp_path: Path, home: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(DeskError, match="could not be written"):
        write(tmp_path / "a" / "x.pdf", b"x", home)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_leaves_no_part_of_a_file(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    real = os.fdopen

    class Full:
        def __init__(self, descriptor: int, mode: str) -> None:
            self._file = real(descriptor, mode)

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def write(self, data: bytes) -> None:
            self._file.write(data[:3])
            self._file.flush()
            raise error

    monkeypatch.setattr(os, "fdopen", Full)
    expected = DeskError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as told:
        write(tmp_path / "a.pdf", b"what was written", home)
    if expected is DeskError:
        assert "could not be written. No space left on device." in str(told.value)
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Amber Heron", "amber-heron.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("-rf \x1b[2J", "rf-2j.pdf"),
        ("Żółty Świt", "żółty-świt.pdf"),
        ("", "entry.pdf"),
        ("…/.", "entry.pdf"),
        ("x" * 300, "x" * 60 + ".pdf"),
    ],
)
def test_a_name_is_offered(name: str, told: str) -> None:
    assert suggested(Opened(row(name), (), None), ".pdf") == told


@pytest.mark.parametrize("text", ATTACKS)
def test_an_offered_name_is_a_plain_file(text: str, tmp_path: Path, home: Path) -> None:
    name = suggested(Opened(row(text), (), None), ".pdf")
    assert name.isprintable()
    write(tmp_path / name, b"x", home)
    assert [file.name for file in tmp_path.iterdir() if file != home] == [name]


def test_a_typed_place_may_be_in_ones_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert place(" ~/a.pdf ") == tmp_path / "a.pdf"
    assert place("a.pdf").is_absolute()
    with pytest.raises(DeskError, match="Enter where"):
        place(" ")
    with pytest.raises(DeskError, match="could not be written"):
        place("~nobody-of-that-name/a.pdf")


def test_what_is_told_of_a_file_is_plain(tmp_path: Path, home: Path) -> None:
    assert "\x1b" not in write(tmp_path / "a\x1b[2J.pdf", b"x", home)
