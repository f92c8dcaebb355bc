"""Which removable disks are plugged in, as the system's list of mounts has it."""

from pathlib import Path

from kiosk.devices.mounts import Mount, disks

MACHINE = """\
22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
23 22 0:21 / /proc rw,nosuid shared:5 - proc proc rw
24 22 259:1 / /boot/efi rw,relatime shared:9 - vfat /dev/nvme0n1p1 rw
25 22 0:50 / /home rw - ext4 /dev/sda3 rw
26 22 0:51 / /run/media-of-another rw - tmpfs tmpfs rw
27 22 0:52 / /mediaeval rw - tmpfs tmpfs rw
"""


def found(folder: Path, *lines: str) -> tuple[Mount, ...]:
    file = folder / "mountinfo"
    file.write_text(MACHINE + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return disks(file)


def line(folder: str, options: str = "rw", system: str = "vfat /dev/sdb1 rw") -> str:
    return f"90 22 8:17 / {folder} {options} shared:40 master:2 - {system}"


def test_what_is_mounted_below_the_folders_for_it_is_a_removable_disk_and_nothing_else(
    tmp_path: Path,
) -> None:
    for folder in ("/media/usb", "/media/jo/USB", "/run/media/jo/USB", "/mnt/stick"):
        assert found(tmp_path, line(folder)) == (Mount(Path(folder)),)
    for folder in ("/media", "/run/media", "/mnt"):
        assert found(tmp_path, line(folder)) == ()
    assert found(tmp_path) == ()
    waits_for_its_disk = line("/media/usb", system="autofs systemd-1 rw,fd=61")
    assert found(tmp_path, waits_for_its_disk) == ()


def test_a_disk_has_the_name_that_the_system_escaped(tmp_path: Path) -> None:
    file = tmp_path / "mountinfo"
    for written, name in (
        (rb"OAK\040HOUSE", b"OAK HOUSE"),
        (rb"a\011b\012c", b"a\tb\nc"),
        (rb"back\134slash", b"back\\slash"),
        (rb"\134040", rb"\040"),
        (rb"no\04escape", rb"no\04escape"),
        (rb"\043one", b"#one"),
        ("Łódź".encode(), "Łódź".encode()),
        (b"a\rb", b"a\rb"),
        ("a\u2028b".encode(), "a\u2028b".encode()),
        (b"caf\xe9", b"caf\xe9"),  # in another encoding it is the same bytes
    ):
        file.write_bytes(line("/media/NAME").encode().replace(b"NAME", written) + b"\n")
        [disk] = disks(file)
        assert (bytes(disk.folder), disk.read_only) == (b"/media/" + name, False)


def test_a_disk_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    assert found(
        tmp_path,
        line("/media/a", options="ro,nosuid"),
        line("/media/b", system="iso9660 /dev/sr0 ro,nojoliet"),
        line("/media/c", options="rw,nosuid", system="ext4 /dev/sdc1 rw,errors=remount-ro"),
    ) == (
        Mount(Path("/media/a"), read_only=True),
        Mount(Path("/media/b"), read_only=True),
        Mount(Path("/media/c")),
    )


def test_what_was_mounted_last_on_a_folder_counts(tmp_path: Path) -> None:
    lines = (line("/media/usb"), line("/media/usb", options="ro"))
    assert found(tmp_path, *lines) == (Mount(Path("/media/usb"), read_only=True),)


def test_optional_fields_may_be_none_or_many_and_a_broken_line_is_passed_over(tmp_path: Path) -> None:
    assert found(
        tmp_path,
        "91 22 8:17 / /media/none rw - vfat /dev/sdb1 rw",
        "92 22 8:17 / /media/many rw shared:1 master:2 propagate_from:3 unbindable - vfat /dev/sdb1 rw",
        "93 22 8:17 / /media/broken",
        "",
        " - ",
    ) == (Mount(Path("/media/none")), Mount(Path("/media/many")))


def test_the_list_of_this_machine_is_read_and_where_there_is_none_there_is_no_disk(tmp_path: Path) -> None:
    assert disks(tmp_path / "none") == ()
    assert all(disk.folder.is_absolute() for disk in disks())
