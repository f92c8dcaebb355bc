"""The one way to read what comes from outside."""

import errno
import io
import os
import threading
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from kiosk import untrusted
from kiosk.text import shown
from tests.kiosk.strange import STRANGE, a_folder, a_link, a_pipe, a_sparse_file

MOST = 1000


class Pair(NamedTuple):
    """A moment among others."""

    number: int
    when: untrusted.Moment


class Dated(msgspec.Struct):
    """Moments in every place where they can lie."""

    one: untrusted.Moment | None = None
    several: tuple[untrusted.Moment, ...] = ()
    pair: tuple[int, untrusted.Moment] | None = None
    named: dict[str, untrusted.Moment] = {}
    inner: "Dated | None" = None
    pairs: dict[str, list[Pair]] = {}


@pytest.mark.timeout(5)
@pytest.mark.parametrize("make", STRANGE)
def test_what_is_no_regular_file_is_an_error_at_once_and_passes_for_none(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "one"
    make(path)
    before = len([*Path("/proc/self/fd").iterdir()])

    with pytest.raises(OSError, match="one") as caught:
        untrusted.read(path, MOST)
    with untrusted.folder(tmp_path) as inside, pytest.raises(OSError, match="one") as within:
        untrusted.read_in(inside, "one", MOST)

    for error in (caught.value, within.value):  # there is something, and it is not passed over
        assert not isinstance(error, FileNotFoundError)
    assert caught.value.strerror
    assert caught.value.filename == str(path)
    assert len([*Path("/proc/self/fd").iterdir()]) == before
    assert untrusted.is_file(path) is (make is a_sparse_file)


def test_what_is_not_there_passes_for_no_file(tmp_path: Path) -> None:
    assert not untrusted.is_file(tmp_path / "none")
    assert not untrusted.is_file(Path("a\0b"))


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_bytes(b"x" * MOST)

    assert untrusted.read(path, MOST) == b"x" * MOST
    with untrusted.folder(tmp_path) as inside:
        assert untrusted.read_in(inside, "one", MOST) == b"x" * MOST
        with pytest.raises(untrusted.UnfitFileError):
            untrusted.read_in(inside, "one", MOST - 1)
    with pytest.raises(untrusted.UnfitFileError) as caught:
        untrusted.read(path, MOST - 1)
    assert caught.value.errno == errno.EFBIG


def test_a_file_comes_whole_from_a_disk_that_gives_it_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one"
    path.write_bytes(bytes(range(200)))
    whole = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, most: whole(descriptor, min(most, 7)))

    assert untrusted.read(path, MOST) == bytes(range(200))
    path.write_bytes(b"")
    assert untrusted.read(path, MOST) == b""


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one"
    path.write_bytes(b"x")
    whole = os.read

    def grown(descriptor: int, most: int) -> bytes:
        path.write_bytes(b"x" * MOST)
        return whole(descriptor, most)

    monkeypatch.setattr(os, "read", grown)
    with pytest.raises(untrusted.UnfitFileError):
        untrusted.read(path, MOST)


def test_reading_leaves_no_time(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_bytes(b"x")
    os.utime(path, ns=(1, 2))

    untrusted.read(path, MOST)
    with untrusted.folder(tmp_path) as inside:
        untrusted.read_in(inside, "one", MOST)
    with untrusted.opened(path, below=tmp_path) as file:
        file.read()

    assert path.stat().st_atime_ns == 1


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "one"
    path.write_bytes(b"x")
    before = len([*Path("/proc/self/fd").iterdir()])

    for make in (a_pipe, a_link, a_folder):
        strange = tmp_path / "in" / make.__name__
        make(strange)
        with pytest.raises(OSError, match=r"."):
            untrusted.read(strange, MOST, below=tmp_path)
    untrusted.read(path, MOST, below=tmp_path)
    with untrusted.folder(tmp_path / "in", below=tmp_path) as inside:
        assert {one.name for one in os.scandir(inside)} > {"one"}

    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_below_a_folder_none_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "real" / "deep" / "one").write_bytes(b"x")
    (tmp_path / "home").symlink_to("real")
    (tmp_path / "real" / "linked").symlink_to("deep")

    assert untrusted.read(tmp_path / "home" / "deep" / "one", MOST, below=tmp_path / "home") == b"x"
    with pytest.raises(NotADirectoryError) as caught:
        untrusted.read(tmp_path / "home" / "linked" / "one", MOST, below=tmp_path / "home")
    assert caught.value.filename == str(tmp_path / "home" / "linked" / "one")
    with pytest.raises(OSError, match="linked"), untrusted.folder(tmp_path / "home" / "linked"):
        pass
    with pytest.raises(untrusted.UnfitFileError):
        untrusted.read(tmp_path / "home" / ".." / "real" / "one", MOST, below=tmp_path / "home")
    with pytest.raises(ValueError, match="not below"):
        untrusted.read(tmp_path / "real" / "deep" / "one", MOST, below=tmp_path / "home")


@pytest.mark.timeout(5)
def test_what_somebody_named_may_be_a_pipe_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "one"
    a_pipe(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"word",))
    writer.start()

    assert untrusted.read_named(path, MOST) == b"word"
    writer.join()
    a_link(tmp_path / "link")
    assert untrusted.read_named(tmp_path / "link", MOST) == b"there"
    with pytest.raises(untrusted.UnfitFileError):
        untrusted.read_named(Path("/dev/zero"), MOST)
    with pytest.raises(untrusted.UnfitFileError):
        untrusted.read_from(io.BytesIO(b"x" * (MOST + 1)), MOST)
    file = tmp_path / "small"
    file.write_bytes(b"x")
    with file.open("rb") as opened:  # a bound is no size: a small machine has no room for it
        assert untrusted.read_from(opened, 1 << 60) == b"x"


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        {"one": "{}"},
        {"several": [NOW, "{}"]},
        {"pair": [1, "{}"]},
        {"named": {"a": "{}"}},
        {"inner": {"inner": {"one": "{}"}}},
        {"pairs": {"a": [[1, "{}"]]}},
        {"inner": {"pairs": {"a": [[1, "{}"]]}}},
    ],
)
def test_a_moment_that_nobody_can_count_with_is_a_decode_error(value: Any) -> None:
    good = msgspec.json.encode(value).replace(b"{}", b"2100-01-01T00:00:00+14:00")
    assert isinstance(untrusted.json(good, Dated), Dated)
    for year in (b"0001", b"1969", b"2300", b"9999"):
        with pytest.raises(msgspec.DecodeError):
            untrusted.json(good.replace(b"2100", year), Dated)


def test_a_moment_needs_its_zone() -> None:
    with pytest.raises(msgspec.DecodeError):
        untrusted.json(b'{"one": "2026-01-01T00:00:00"}', Dated)


@pytest.mark.parametrize("data", [b"", b"[" * 100_000, b'"\xff"', b"1" * 10_000, b"{}", b'{"one":"\xff"}'])
def test_what_is_no_json_of_a_shape_is_a_decode_error(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        untrusted.json(data, list[object])


def test_toml_of_a_sane_depth_is_read() -> None:
    text = 'a.b.c = 1\n[[x]]\ny = [[{z = [1]}]]\nday = 2026-01-01\nnote = "and. so. on. ......"\n'

    assert untrusted.toml(text)["x"][0]["y"] == [[{"z": [1]}]]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "[" * 30 + "]" * 30,
        "a = " + "{a=" * 30 + "1" + "}" * 30,
        ".".join("a" * 200_000) + " = 1",
        ".".join(['"a"'] * 100_000) + " = 1",
        " . ".join(["'a'", "a"] * 100_000) + " = 1",
        "[" + ".".join("a" * 200_000) + "]",
        "[[" + ".".join("a" * 200_000) + "]]",
        "a" * 500_000,
        '"' * 500_000,
        "a" + " " * 500_000,
        "a = " + "9" * 5000,
        "a = " + "9" * 30,
        "a = 0x" + "f" * 100_000,
        "a = 2026-13-45",
        "a = 2026-02-31",
        "a = \0",
    ],
    ids=lambda text: text[:12],
)
def test_what_is_no_sane_toml_is_a_toml_error_and_soon(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        untrusted.toml(text)


def test_a_path_is_shown_as_one_harmless_line() -> None:
    name = os.fsdecode(b"a\n\x1b[31mb\xff\xe2\x80\xaec\x07.age")

    assert shown(Path("/home") / name) == "/home/a [31mb?c.age"
