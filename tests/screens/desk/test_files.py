"""At the desk: which disk a file goes to, and under which name."""

from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from kiosk.devices.mounts import Mount
from kiosk.session import Session
from screens.desk.entry_screen import EntryScreen
from screens.widgets.choose_screen import ChooseScreen
from tests.exporting import allow, plugged_in
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import events, more_of_it, saved
from tests.screens.looks import is_well
from tests.visitor import LARGE, SMALL

AS_CSV = more_of_it("export", "csv")
"""From an entry to the page that asks where its table goes to."""


def disk(folder: Path, name: str) -> Path:
    path = folder / "media" / name
    path.mkdir(parents=True)
    return path


def limited(session: Session, *folders: Path, removable: bool = True) -> Session:
    """Return a kiosk whose files go to removable disks, and to some folders."""
    return replace(session, settings=allow(session.home, *folders, removable=removable))


async def test_the_disks_that_are_plugged_in_are_named_with_their_free_room(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    session = limited(kiosk(), shelf)
    entry = saved(session)
    disks = plugged_in(disk(tmp_path, "OAK HOUSE"), disk(tmp_path, "MILL"))
    async with unlocked(session, disks=disks, opens=entry, answers=more_of_it("export")) as member:
        await member.presses("4", "enter")
        shown = " ".join(member.screen_text().split())
        assert "Where to?" in shown
        for place in ("1 ○ OAK HOUSE, ", "2 ○ MILL, ", "3 ○ "):
            assert place in shown
        assert shown.count("B free") == 3
        await member.presses("2", "enter")
        assert member.sees("It will be saved on MILL.")
        await member.presses("enter")
        assert member.sees("The file is saved", "It is not encrypted")
    name = entry.name.lower().replace(" ", "-")
    [target] = (tmp_path / "media" / "MILL").iterdir()
    assert (target.name, target.stat().st_mode & 0o777) == (f"{name}.csv", 0o600)
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list((tmp_path / "media" / "OAK HOUSE").iterdir()) == []
    assert events(session)[0] == "exported"


async def test_everything_held_on_an_entry_goes_to_two_files(kiosk: Kiosk, tmp_path: Path) -> None:
    session = limited(kiosk())
    entry = saved(session)
    disks = plugged_in(disk(tmp_path, "STICK"))
    async with unlocked(session, disks=disks, opens=entry, answers=more_of_it()) as member:
        assert member.sees("6 ○ Export all held on it")
        await member.presses("6", "enter", "1", "enter", "enter")
        assert member.sees("The file is saved", "has the same in a form for programs.")
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
    name = entry.name.lower().replace(" ", "-")
    written = sorted(file.name for file in (tmp_path / "media" / "STICK").iterdir())
    assert written == [f"{name}-access-pack.json", f"{name}-access-pack.pdf"]
    assert events(session)[0] == "exported"


async def test_where_no_disk_is_plugged_in_one_is_asked_for_and_looked_for_again(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    session = limited(kiosk())
    entry = saved(session)
    disks: list[Mount] = []
    async with unlocked(session, disks=lambda: disks, opens=entry, answers=AS_CSV) as member:
        assert member.sees("There is no disk to write to", "Plug in a removable disk", "kiosk.toml")
        await member.presses("enter")
        assert member.sees("There is no disk to write to")
        disks.append(Mount(disk(tmp_path, "STICK")))
        await member.presses("enter")
        assert member.sees("Where to?", "1 ● STICK")
        disks.clear()
        await member.presses("1", "enter", "enter")
        assert member.sees("is no longer there")
        await member.presses("escape")
        assert member.sees("There is no disk to write to")
        await member.presses("escape")
        assert isinstance(member.page, ChooseScreen)
        await member.presses("escape")
        assert isinstance(member.page, EntryScreen)
    assert "exported" not in events(session)
    assert list((tmp_path / "media" / "STICK").iterdir()) == []


async def test_where_nothing_is_there_the_folders_of_the_settings_are_named(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    session = limited(kiosk(), tmp_path / "one", tmp_path / "two", removable=False)
    async with unlocked(session, opens=saved(session), answers=AS_CSV) as member:
        assert member.sees("There is no disk", "The settings allow these folders, but they do not exist:")
        shown = "".join(member.screen_text().split())  # long paths are broken where the line ends
        assert f"{tmp_path}/one,{tmp_path}/two." in shown
        assert not member.sees("Plug in a removable disk")
        (tmp_path / "two").mkdir()
        await member.presses("enter")
        assert member.sees("Where to?")


async def test_settings_that_allow_nothing_say_so(kiosk: Kiosk) -> None:
    session = limited(kiosk(), removable=False)
    async with unlocked(session, opens=saved(session), answers=AS_CSV) as member:
        assert member.sees("The settings do not allow files anywhere.")
        assert not member.sees("Plug in")


async def test_a_disk_that_is_read_only_is_told_and_not_offered(kiosk: Kiosk, tmp_path: Path) -> None:
    session = limited(kiosk())
    entry = saved(session)
    stick, other = disk(tmp_path, "STICK"), disk(tmp_path, "OTHER")
    for folders, told in (((stick,), "There is no disk"), ((stick, other), "1 ● OTHER")):
        async with unlocked(
            session, disks=plugged_in(*folders, read_only=stick), opens=entry, answers=AS_CSV
        ) as member:
            assert member.sees(told, "STICK is plugged in", "read-only")


async def test_a_name_that_does_not_do_is_asked_for_again(kiosk: Kiosk, tmp_path: Path) -> None:
    session = limited(kiosk())
    entry = saved(session)
    stick = disk(tmp_path, "STICK")
    (stick / "taken.csv").write_text("before")
    async with unlocked(session, disks=plugged_in(stick), opens=entry, answers=AS_CSV) as member:
        await member.presses("1", "enter")
        for typed, said in (
            ("../a.csv", "A file name starts with"),
            ("taken", "already exists"),
        ):
            member.page.query_one(Input).value = typed
            await member.presses("enter")
            assert member.sees(said)
            assert member.page.query_one(Input).value == typed
        member.page.query_one(Input).value = "given"
        await member.presses("enter")
        assert member.sees("The file is saved")
    assert {path.name for path in stick.rglob("*")} == {"taken.csv", "given.csv"}
    assert (stick / "taken.csv").read_text() == "before"
    assert events(session).count("exported") == 1


async def test_its_pages_look_well_to_their_ends(kiosk: Kiosk, tmp_path: Path) -> None:
    shelf = tmp_path / "a folder of the settings"
    session = limited(kiosk(), shelf)
    entry = saved(session)
    many = [disk(tmp_path, f"A STICK WITH A LONG NAME, OF NUMBER {number}") for number in range(1, 5)]
    every: list[Mount] = []
    async with unlocked(session, size=SMALL, disks=lambda: every, opens=entry, answers=AS_CSV) as member:
        for page in ("There is no disk", "Where to?"):
            for size in (SMALL, LARGE):
                await member.resizes(size)
                assert member.sees(page)
                await is_well(member)
            shelf.mkdir(exist_ok=True)
            every.extend(plugged_in(*many, read_only=many[0])())
            await member.presses("enter")
