"""Where files may go: removable disks, what kiosk.toml allows, and under which names."""

import os
from pathlib import Path

import pytest

from kiosk.desk.exports.destinations import Places, file_name
from kiosk.errors import DeskError
from kiosk.home import Home
from kiosk.settings.settings import Export
from tests.exporting import plugged_in


def folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def names(offered: Places) -> list[str]:
    return [place.name for place in offered.offered()]


# -- which folders


def test_unless_settings_say_more_files_go_to_removable_disks_alone(home: Home, tmp_path: Path) -> None:
    stick = folder(tmp_path / "media" / "OAK HOUSE")
    allowed = Places(home, Export(), plugged_in(stick))
    assert allowed.target(stick / "a.pdf", ".pdf").path == stick / "a.pdf"
    for elsewhere in (tmp_path / "a.pdf", tmp_path / "media" / "a.pdf", Path.home() / "a.pdf", stick):
        with pytest.raises(
            DeskError, match=rf"^{elsewhere} was not written\. Files may not be written there"
        ):
            allowed.target(elsewhere, ".pdf")


@pytest.mark.parametrize(
    "file", [".profile", ".bashrc", ".config/autostart/a.pdf", ".ssh/a.pdf", "bin/a.pdf", "a.pdf"]
)
def test_the_folder_of_the_kiosks_user_takes_no_file(home: Home, tmp_path: Path, file: str) -> None:
    for disks in (plugged_in(), plugged_in(folder(tmp_path / "stick"))):
        with pytest.raises(DeskError, match="Files can be written to"):
            Places(home, Export(), disks).target(Path.home() / file, ".pdf")


def test_removable_disks_come_first_and_then_the_folders_of_the_settings(home: Home, tmp_path: Path) -> None:
    stick, shelf = folder(tmp_path / "media" / "STICK"), folder(tmp_path / "shelf")
    both = Places(home, Export(folders=(str(shelf), str(stick))), plugged_in(stick))
    assert names(both) == ["STICK", str(shelf)]
    assert [place.folder for place in both.offered()] == [stick, shelf]
    assert both.offered()[1].free > 0
    neither = Places(home, Export(removable=False), plugged_in(stick))
    assert names(neither) == []
    with pytest.raises(DeskError, match=r"No folder is allowed at present\. To allow a folder, add it"):
        neither.target(stick / "a.pdf", ".pdf")


def test_disks_of_one_name_are_told_apart_by_their_paths(home: Home, tmp_path: Path) -> None:
    one, other, third = (folder(tmp_path / name) for name in ("jo/USB", "ali/USB", "jo/OAK"))
    assert names(Places(home, Export(), plugged_in(one, other, third))) == [str(one), str(other), "OAK"]


def test_what_a_disk_is_called_is_shown_plainly(home: Home, tmp_path: Path) -> None:
    stick = folder(tmp_path / "\x1b[31mUSB\u202e\nSTICK")
    assert names(Places(home, Export(), plugged_in(stick))) == ["[31mUSB STICK"]


def test_what_is_not_there_or_read_only_is_not_offered(home: Home, tmp_path: Path) -> None:
    stick, pulled = folder(tmp_path / "STICK"), tmp_path / "PULLED"
    (tmp_path / "file").touch()
    allowed = Places(
        home,
        Export(folders=(str(tmp_path / "none"), str(tmp_path / "file"))),
        plugged_in(stick, pulled, read_only=stick),
    )
    assert names(allowed) == []
    assert allowed.read_only() == ("STICK",)
    with pytest.raises(DeskError, match="not be written there"):
        allowed.target(stick / "a.pdf", ".pdf")


def test_the_kiosks_own_folder_is_never_one(home: Home, tmp_path: Path) -> None:
    vault = folder(home.root / "vault")
    link = tmp_path / "link"
    link.symlink_to(vault)
    for inside in (home.root, vault, link):
        for allowed in (
            Places(home, Export(folders=(str(inside),)), plugged_in()),
            Places(home, Export(), plugged_in(inside)),
        ):
            assert names(allowed) == []
            with pytest.raises(DeskError, match="not be written there"):
                allowed.target(inside / "a.pdf", ".pdf")


# -- how one is named


def test_what_is_typed_without_a_whole_path_tells_where_files_may_go(home: Home, tmp_path: Path) -> None:
    stick, shelf = folder(tmp_path / "STICK"), folder(tmp_path / "shelf")
    how = f" To allow a folder, add it to folders under [export] in {home.settings}."
    told = "answers.csv was not written. Give the whole path of the file. Files can be written to "
    for export, disks, where in (
        (Export(), plugged_in(stick), f"{stick}."),
        (Export(folders=(str(shelf),)), plugged_in(stick), f"{stick} or {shelf}."),
        (Export(), plugged_in(), "a removable disk (none is plugged in)."),
        (Export(folders=(str(shelf),)), plugged_in(), f"a removable disk (none is plugged in) or {shelf}."),
        (Export(removable=False, folders=(str(shelf),)), plugged_in(stick), f"{shelf}."),
    ):
        with pytest.raises(DeskError) as caught:
            Places(home, export, disks).target(Path("answers.csv"), ".csv")
        assert str(caught.value) == told + where + how


def test_a_path_is_taken_as_it_is_written(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = folder(tmp_path / "STICK")
    folder(stick / "2026")
    (tmp_path / "link").symlink_to(stick)
    allowed = Places(home, Export(), plugged_in(stick))
    assert allowed.target(stick / "2026" / "a", ".csv").path == stick / "2026" / "a.csv"
    monkeypatch.chdir(stick)
    for other in (
        Path("a.csv"),
        Path("~/a.csv"),
        tmp_path / "link" / "a.csv",
        tmp_path / "x" / ".." / "STICK" / "a.csv",
        tmp_path / "STICK2" / "a.csv",
        Path(f"/{stick}/a.csv"),
    ):
        with pytest.raises(DeskError, match="was not written"):
            allowed.target(other, ".csv")


@pytest.mark.parametrize(
    "inside", [".hidden", "..", "2026/.git", ".config/autostart", "a/..", "a\nb", "\x1b"]
)
def test_no_folder_on_the_way_has_a_dot_name_or_one_that_does_not_print(
    home: Home, tmp_path: Path, inside: str
) -> None:
    stick = folder(tmp_path / "STICK")
    with pytest.raises(
        DeskError, match=("starts with a dot, or has characters that cannot be printed")
    ) as caught:
        Places(home, Export(), plugged_in(stick)).target(stick / inside / "a.pdf", ".pdf")
    assert str(caught.value).isprintable()


def test_the_nearest_of_two_folders_counts(home: Home, tmp_path: Path) -> None:
    shelf = folder(tmp_path / "shelf")
    hidden = folder(shelf / ".stick")
    allowed = Places(home, Export(folders=(str(shelf),)), plugged_in(hidden))
    assert allowed.target(hidden / "a.pdf", ".pdf").allowed == hidden


def test_a_name_gets_its_ending_where_it_is_missing() -> None:
    for typed, name in (
        ("amber-heron", "amber-heron.pdf"),
        ("amber-heron.pdf", "amber-heron.pdf"),
        ("AMBER.PDF", "AMBER.PDF"),
        ("Amber Heron_2", "Amber Heron_2.pdf"),
        ("2026.Q3.pdf", "2026.Q3.pdf"),
        ("żółty-świt", "żółty-świt.pdf"),
        ("z\u0307o\u0301łty", "ż\u00f3łty.pdf"),
        ("日本", "日本.pdf"),
        ("pdf", "pdf.pdf"),
    ):
        assert file_name(typed, ".pdf") == name


@pytest.mark.parametrize("typed", ["a.sh", "a.pdf.exe", "a.csv", "amber.heron", "a.desktop", "a.html", "a.p"])
def test_another_ending_is_refused_in_words(typed: str) -> None:
    with pytest.raises(
        DeskError, match=r"^This file name must end in \.pdf, not \.[a-z]+\. Choose another name"
    ):
        file_name(typed, ".pdf")


STRANGE = [
    *(".pdf", ".profile", "..", ".", "-rf.pdf", " a.pdf", "_a.pdf", "a/b.pdf", "/etc/a.pdf", "a\\b.pdf"),
    *("a\nb.pdf", "a\x1b[2J.pdf", "a\0.pdf", "a\tb.pdf", "a\u202efdp.pdf", "a\u200bb.pdf", "a\u00a0b.pdf"),
    *("a\u3164.pdf", "a\u115f.pdf", "a\udc80.pdf", "a\ue000.pdf", "a\u2028b.pdf", "a\u0301\u0302\u0303.pdf"),
    *(f"a{sign}b.pdf" for sign in "\"'$`;&|<>()*?[]{}!#%^~=+:,@\N{GRINNING FACE}"),
]


@pytest.mark.parametrize("typed", STRANGE)
def test_a_name_with_anything_strange_in_it_is_refused(typed: str) -> None:
    with pytest.raises(DeskError, match="Choose another name") as caught:
        file_name(typed, ".pdf")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("typed", ["a .pdf", "a..pdf", "a.", "a. .pdf"])
def test_a_name_ends_before_its_ending(typed: str) -> None:
    with pytest.raises(DeskError, match=r"There is an extra space or dot before \.pdf"):
        file_name(typed, ".pdf")


@pytest.mark.parametrize("typed", ["", "  ", "\n"])
def test_a_name_is_asked_for(typed: str) -> None:
    with pytest.raises(DeskError, match="Enter the name"):
        file_name(typed, ".pdf")


def test_a_disk_that_does_not_answer_is_not_offered(home: Home, tmp_path: Path) -> None:
    stick, broken = folder(tmp_path / "STICK"), folder(tmp_path / "BROKEN")

    def free(path: Path) -> int:
        if path == broken:
            raise OSError(5, os.strerror(5))
        return 1

    assert names(Places(home, Export(), plugged_in(broken, stick), free)) == ["STICK"]
