"""Whether two paths lie on one disk."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.desk.keys.same_disk import same_disk

HOME, STICK = "var/lib/kiosk", "media/stick"


class Machine:
    """A tree with mounts, each of which has a device number of its own, over made-up block devices."""

    def __init__(self, root: Path, mounts: dict[str, str]) -> None:
        self.root = root
        self.mounted = {root / place: source for place, source in mounts.items()}
        for place in self.mounted:
            place.mkdir(parents=True, exist_ok=True)
        lines = [
            f"{number} 1 8:{number} / {str(place).replace(' ', chr(92) + '040')} rw - ext4 {source} rw"
            for number, (place, source) in enumerate(self.mounted.items(), 30)
        ]
        (root / "mountinfo").write_text("\n".join(lines) + "\n")
        devices, blocks = root / "devices", root / "blocks"
        blocks.mkdir()
        for disk, parts in (("sda", ("sda1", "sda2")), ("sdb", ("sdb1",)), ("dm-0", ()), ("dm-1", ())):
            for folder in (devices / disk, *(devices / disk / part for part in parts)):
                folder.mkdir(parents=True, exist_ok=True)
                (blocks / folder.name).symlink_to(folder)
                if folder.name != disk:
                    (folder / "partition").write_text("1\n")
        for upper, lower in (("dm-0", "sda2"), ("dm-1", "dm-0")):
            (devices / upper / "slaves").mkdir()
            (devices / upper / "slaves" / lower).symlink_to(blocks / lower)

    def one_disk(self, one: str, other: str) -> bool:
        return same_disk(
            self.root / one,
            self.root / other,
            device=self.number,
            mounts=self.root / "mountinfo",
            blocks=self.root / "blocks",
        )

    def number(self, path: Path) -> int:
        places = list(self.mounted)
        return next(places.index(part) for part in (path, *path.parents) if part in places)


Made = Callable[..., Machine]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(home: str, stick: str, place: str = STICK) -> Machine:
        return Machine(tmp_path, {"": "/dev/sda1", HOME: home, place: stick})

    return make


@pytest.mark.parametrize(
    ("home", "stick", "same"),
    [
        ("/dev/sda2", "/dev/sdb1", False),
        ("/dev/sda2", "/dev/sdb", False),
        ("/dev/sda2", "/dev/sda1", True),
        ("/dev/sda2", "/dev/sda2", True),
        ("/dev/sda2", "/dev/sda", True),
        ("/dev/dm-0", "/dev/sda1", True),
        ("/dev/dm-1", "/dev/sda1", True),
        ("/dev/dm-1", "/dev/sdb1", False),
        ("tmpfs", "tmpfs", False),
        ("server:/share", "/dev/sdb1", False),
        ("/dev/nvme0n1", "/dev/nvme0n1", True),
    ],
)
def test_parts_of_one_disk_are_one_disk(made: Made, home: str, stick: str, same: bool) -> None:
    machine = made(home, stick)
    assert machine.one_disk(HOME, f"{STICK}/sheet.pdf") == same
    assert machine.one_disk(f"{STICK}/a/b/sheet.pdf", f"{HOME}/not/there/yet") == same


def test_what_has_one_device_number_is_on_one_disk(made: Made) -> None:
    assert made("tmpfs", "/dev/sdb1").one_disk(f"{HOME}/a", f"{HOME}/b")


def test_a_link_and_a_space_in_a_name_hide_nothing(made: Made) -> None:
    machine = made("/dev/sda2", "/dev/sdb1", "media/my stick")
    (machine.root / "way").symlink_to(machine.root / HOME)
    assert not machine.one_disk(HOME, "media/my stick/sheet.pdf")
    assert machine.one_disk(HOME, "way/sheet.pdf")
    (machine.root / HOME / "round").symlink_to("round")
    assert machine.one_disk(HOME, f"{HOME}/round/sheet.pdf")


def test_it_reads_what_this_machine_tells(tmp_path: Path) -> None:
    assert same_disk(tmp_path / "home", tmp_path / "sheet.pdf")
    assert Path("/proc").stat().st_dev != tmp_path.stat().st_dev
    assert not same_disk(tmp_path, Path("/proc"))
