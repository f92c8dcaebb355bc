"""The library: which version of a pack a customer gets, and what comes in its place."""

import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest

from kiosk import untrusted
from kiosk.errors import EntryError, PackError
from kiosk.pack.library import Library, Published, State, States
from kiosk.pack.pack_files import STATES, files_in, hash_of
from tests.kiosk.pack.small import DECK, PACK


class Shelf:
    """A venue's packs, and a folder of shipped ones with `strengths` (version 1) alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "packs"
        self.shipped = folder / "shipped"
        self.write(self.shipped, "strengths", 1)

    def library(self, start: str = "strengths", *offered: str) -> Library:
        return Library(self.folder, start, offered, shipped=self.shipped)

    def write(self, folder: Path, pack_id: str, number: int) -> None:
        (folder / "decks").mkdir(parents=True, exist_ok=True)
        text = PACK.replace('id = "small"', f'id = "{pack_id}"').replace("version = 1", f"version = {number}")
        (folder / f"{pack_id}.toml").write_text(text)
        (folder / "decks" / "tiny.toml").write_text(DECK)

    def publish(self, pack_id: str, *was_live: int, **states: State) -> None:
        """Let a pack have versions in these states: `v1="retired"`."""
        versions = []
        for name, state in states.items():
            number = int(name[1:])
            self.write(folder := self.version(pack_id, number), pack_id, number)
            versions.append(Published(number=number, state=state, hash=hash_of(files_in(folder))))
        told = States(versions=tuple(versions), was_live=was_live)
        (self.folder / pack_id / STATES).write_bytes(msgspec.json.encode(told))

    def version(self, pack_id: str, number: int) -> Path:
        return self.folder / pack_id / "versions" / str(number)

    def spoil(self, pack_id: str, number: int, how: str) -> None:
        folder = self.version(pack_id, number)
        match how:
            case "changed":
                (folder / "decks" / "tiny.toml").write_text(DECK.replace("kind", "mind"))
            case "added to":
                (folder / "decks" / "other.toml").write_text(DECK)
            case "missing":
                shutil.rmtree(folder)
            case "a link":
                folder.rename(folder.with_name("elsewhere"))
                folder.symlink_to(folder.with_name("elsewhere"))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def got(library: Library) -> list[tuple[str, int, str]]:
    return [(pack.id, pack.version, pack.state) for pack in library.offered()]


def test_a_kiosk_without_packs_of_its_own_starts_the_shipped_one(shelf: Shelf) -> None:
    library = shelf.library()
    assert got(library) == [("strengths", 1, "live")]
    assert library.start() == library.live("strengths") == library.version("strengths", 1)
    assert library.start().hash == hash_of(files_in(shelf.shipped))
    assert (library.problems(), library.ids()) == ((), ("strengths",))


def test_customers_get_the_live_version_and_may_choose_the_one_that_is_tried_out(shelf: Shelf) -> None:
    shelf.publish("strengths", 1, 2, v1="retired", v2="live", v3="pilot")
    shelf.publish("brief", 1, v1="live")
    library = shelf.library("strengths", "brief")
    assert got(library) == [("strengths", 2, "live"), ("strengths", 3, "pilot"), ("brief", 1, "live")]
    assert library.version("strengths", 1).version == 1
    assert library.problems() == ()


def test_a_pack_that_was_never_live_starts_as_it_is_tried_out(shelf: Shelf) -> None:
    shelf.publish("ours", v1="pilot")
    assert got(shelf.library("ours")) == [("ours", 1, "pilot")]
    assert shelf.library("ours").problems() == ()


def test_a_pack_that_is_retired_is_not_offered(shelf: Shelf) -> None:
    shelf.publish("brief", 1, v1="retired")
    assert got(shelf.library("strengths", "brief")) == [("strengths", 1, "live")]
    [problem] = shelf.library("strengths", "brief").problems()
    assert (problem.id, problem.version, problem.instead) == ("brief", None, None)


def test_a_file_whose_name_is_no_text_belongs_to_no_pack(shelf: Shelf) -> None:
    shelf.publish("strengths", 2, v2="live")
    for name in (b"\xff.toml", b"a\nb.toml", b"\x1b[2J.toml"):
        (shelf.library().versions_folder("strengths") / "2" / os.fsdecode(name)).touch()
    assert got(shelf.library()) == [("strengths", 2, "live")]
    assert shelf.library().problems() == ()


@pytest.mark.parametrize("how", ["changed", "added to", "missing", "a link"])
def test_a_live_version_that_cannot_be_used_falls_back_to_the_last_good_one(shelf: Shelf, how: str) -> None:
    shelf.publish("strengths", 2, 3, 4, v2="retired", v3="retired", v4="live")
    shelf.spoil("strengths", 4, how)
    assert got(shelf.library()) == [("strengths", 3, "live")]
    shelf.spoil("strengths", 3, "changed")
    assert got(shelf.library()) == [("strengths", 2, "live")]
    shelf.spoil("strengths", 2, "missing")
    assert got(shelf.library()) == [("strengths", 1, "live")]  # the shipped one
    [problem] = shelf.library().problems()
    assert (problem.id, problem.version, problem.instead) == ("strengths", 4, shelf.library().start())
    assert "versions/4" in problem.why


def test_what_was_rolled_back_is_never_fallen_back_to(shelf: Shelf) -> None:
    shelf.publish("strengths", 1, 2, v1="retired", v2="live", v3="retired")
    shelf.spoil("strengths", 2, "missing")
    assert got(shelf.library()) == [("strengths", 1, "live")]


def test_a_pilot_that_cannot_be_used_is_not_offered(shelf: Shelf) -> None:
    shelf.publish("strengths", 1, v1="live", v2="pilot")
    shelf.spoil("strengths", 2, "changed")
    assert got(shelf.library()) == [("strengths", 1, "live")]
    [problem] = shelf.library().problems()
    assert (problem.version, problem.instead) == (2, None)


@pytest.mark.parametrize("states", [b"", b"{", b'{"version": 1}', b"\xff", b'{"versions": [1]}'])
def test_states_that_do_not_read_fall_back_to_the_shipped_pack(shelf: Shelf, states: bytes) -> None:
    shelf.publish("strengths", 2, v2="live")
    shelf.publish("ours", 1, v1="live")
    for pack_id in ("strengths", "ours"):
        (shelf.folder / pack_id / STATES).write_bytes(states)
        library = shelf.library(pack_id)
        assert got(library) == [("strengths", 1, "live")]
        [problem] = [one for one in library.problems() if one.id == pack_id]
        assert (problem.version, problem.instead) == (None, library.start())
        assert STATES in problem.why


def test_states_that_are_gone_are_told_where_there_are_versions(shelf: Shelf) -> None:
    shelf.publish("strengths", 2, v2="live")
    (shelf.folder / "strengths" / STATES).unlink()
    assert got(shelf.library()) == [("strengths", 1, "live")]
    [problem] = shelf.library().problems()
    assert (problem.version, problem.instead, problem.is_damage) == (None, shelf.library().start(), True)


def test_a_pack_that_is_reached_by_a_link_is_told(shelf: Shelf) -> None:
    shelf.publish("strengths", 2, v2="live")
    (shelf.folder / "strengths").rename(shelf.shipped / "elsewhere")
    (shelf.folder / "strengths").symlink_to(shelf.shipped / "elsewhere")
    assert got(shelf.library()) == [("strengths", 1, "live")]
    assert [problem.id for problem in shelf.library().problems()] == ["strengths"]


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "I/O error")])
def test_a_folder_of_packs_that_cannot_be_read_is_told_and_the_shipped_pack_starts(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    shelf.folder.mkdir()
    monkeypatch.setattr(Path, "iterdir", Mock(side_effect=error))
    library = shelf.library()
    assert (got(library), library.ids()) == ([("strengths", 1, "live")], ("strengths",))
    [problem] = library.problems()
    assert (problem.id, problem.version, problem.instead) == ("strengths", None, library.start())
    assert str(shelf.folder) in problem.why


def test_a_start_pack_that_is_not_there_is_told_and_the_shipped_one_starts(shelf: Shelf) -> None:
    library = shelf.library("none", "brief")
    assert got(library) == [("strengths", 1, "live")]
    assert [(one.id, one.instead) for one in library.problems()] == [
        ("none", library.start()),
        ("brief", None),
    ]


def test_a_broken_pack_of_another_id_is_not_replaced_by_its_pilot(shelf: Shelf) -> None:
    shelf.publish("ours", 1, v1="live", v2="pilot")
    shelf.spoil("ours", 1, "missing")
    assert got(shelf.library("ours"))[0] == ("strengths", 1, "live")


def test_a_name_leads_to_a_version_a_draft_or_what_is_in_use(shelf: Shelf) -> None:
    shelf.publish("strengths", 1, 2, v1="retired", v2="live")
    shelf.write(shelf.folder / "strengths" / "draft", "strengths", 3)
    library = shelf.library()
    named = [library.named(name) for name in ("strengths", "strengths@1", "strengths@draft")]
    assert [(pack.version, pack.state) for pack in named] == [(2, "live"), (1, "live"), (3, "pilot")]
    for name in (
        "strengths@9",
        "strengths@",
        "strengths@x",
        f"strengths@{'9' * 5000}",
        "none@draft",
        "none",
        "../x",
        "../x@draft",
    ):
        with pytest.raises(EntryError):
            library.named(name)


def test_what_is_loaded_is_what_was_read_for_the_hash(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.publish("strengths", 2, v2="live")
    shelf.write(shelf.folder / "strengths" / "draft", "strengths", 3)
    reads = Counter[Path]()
    read = untrusted.read

    def counted(file: Path, *limits: Any, **how: Any) -> bytes:
        reads[file] += 1
        return read(file, *limits, **how)

    monkeypatch.setattr(untrusted, "read", counted)
    for folder, load in (
        (shelf.version("strengths", 2), shelf.library().live),
        (shelf.folder / "strengths" / "draft", shelf.library().load_draft),
    ):
        reads.clear()
        assert load("strengths")
        assert {file.name: times for file, times in reads.items() if file.is_relative_to(folder)} == {
            "strengths.toml": 1,
            "tiny.toml": 1,
        }


def test_what_an_editor_leaves_beside_a_version_is_no_part_of_it(shelf: Shelf) -> None:
    shelf.publish("strengths", 2, v2="live")
    for name in (".strengths.toml.swp", ".#strengths.toml", "strengths.toml~", ".DS_Store", "notes.txt"):
        (shelf.version("strengths", 2) / name).write_text("left")
    assert got(shelf.library()) == [("strengths", 2, "live")]


def test_a_program_without_its_own_pack_says_so(shelf: Shelf) -> None:
    shutil.rmtree(shelf.shipped)
    with pytest.raises(PackError):
        shelf.library().start()


@pytest.mark.parametrize("key", ["hash", "state"])
def test_what_the_library_finds_out_is_no_key_of_a_pack(shelf: Shelf, key: str) -> None:
    file = shelf.shipped / "strengths.toml"
    file.write_text(f'{key} = "live"\n{PACK.replace("small", "strengths")}')
    with pytest.raises(PackError, match=f"no key `{key}`"):
        shelf.library().start()
