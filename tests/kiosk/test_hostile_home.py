"""A home, or a backup, with something strange in the place of a file: every command tells it, and soon."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from click.testing import Result

from kiosk import logbook, seal
from kiosk.dates import now
from kiosk.desk.keys import staff
from kiosk.desk.summaries import figures
from kiosk.desk.summaries.figures import Figures
from kiosk.entry.handle import HandleKeys
from kiosk.home import Home
from kiosk.places.card import file_text, fingerprint
from kiosk.settings.settings import load_settings
from kiosk.visit import comments
from kiosk.visit.drafts import Draft, Drafts
from tests.kiosk.machines import PASSPHRASE, Machine
from tests.kiosk.places.cards import card_of
from tests.kiosk.sealed import FIRST, SECOND, id_of
from tests.kiosk.strange import NAMES, STRANGE, a_device, a_folder, a_pipe, a_sparse_file
from tests.packs import small

Maker = Callable[[Path], None]


class Whole(Machine):
    """A machine with every file that a home can have, and a backup of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.code = self.entered({"good_day": "Somebody called"})["code"]
        self.enters({"good_day": "Nobody called"})
        self.says("note", *self.code.split(), "--file", self.file("note", "We spoke."))
        venue = load_settings(self.home.settings).venue.key
        comments.add(self.home, [seal.seal(b"{}", (venue,))], now())
        identity = staff.enter(self.home.staff, "Jo Smith", PASSPHRASE).identity
        figures.keep(self.home, identity, Figures(quarter="2025-Q1", counted="2025-04-01", packs=()))
        Drafts(self.home.drafts, reserve_bytes=0).keep(
            HandleKeys(id_of(2), seal.new_identity()), Draft(made=now(), pack=small(), answers={})
        )
        (self.home.staff / "older.age").write_bytes(seal.seal(b"", (venue,)))
        self.says("purge")
        card = self.file("card", file_text(card_of()))
        assert self.as_jo("place", "introduce", card, "--fingerprint", fingerprint(card_of())).exit_code == 0
        for file in (self.home.attempts, self.home.unlocks, self.home.log):
            file.touch()
        self.stick = folder / "stick"
        self.stick.mkdir()
        assert self.run("backup", str(self.stick)).exit_code == 0
        [self.backup] = self.stick.iterdir()
        # Each command looks into all shelves, so the empty ones cost more than all else that is tried here.
        for shelf in self.home.vault.glob("??"):
            if shelf.name != "00" and not any(shelf.iterdir()):
                shelf.rmdir()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return Whole(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def whole(template: Whole, tmp_path: Path) -> Whole:
    """A copy of the machine, for a test to spoil."""
    return template.copied(tmp_path / "whole")


def first(folder: Path, pattern: str) -> Path:
    return min(folder.rglob(pattern))


FILES: dict[str, Callable[[Path], Path]] = {
    "settings": lambda root: root / "kiosk.toml",
    "first page": lambda root: first(root / "vault", f"*.{FIRST}.age"),
    "second page": lambda root: first(root / "vault", f"*.{SECOND}.age"),
    "staff key": lambda root: first(root / "staff", "*.json"),
    "older keys": lambda root: root / "staff" / "older.age",
    "change": lambda root: root / "staff" / "change",
    "anew": lambda root: root / "staff" / "anew",
    "catalogue": lambda root: root / "catalogue" / "log",
    "catalogue lock": lambda root: root / "catalogue" / "log.lock",
    "audit": lambda root: root / "audit" / "log",
    "audit lock": lambda root: root / "audit" / "log.lock",
    "draft": lambda root: first(root / "drafts", "*.age"),
    "comments": lambda root: root / "comments" / "box",
    "comments folder": lambda root: root / "comments",
    "figures": lambda root: root / "summaries" / "2025-Q1.age",
    "attempts": lambda root: root / "attempts",
    "unlocks": lambda root: root / "unlocks",
    "clock": lambda root: root / "clock",
    "last backup": lambda root: root / "last-backup",
    "known places": lambda root: root / "places" / "known.json",
    "log": lambda root: root / "kiosk.log",
    "ready": lambda root: root / "vault" / ".ready",
    "unfinished": lambda root: root / "vault" / "00" / ".tmp-1.0000",
    "stray": lambda root: root / "vault" / "00" / "stray",
    "shelf": lambda root: first(root / "vault", f"*.{FIRST}.age").parent,
    "vault": lambda root: root / "vault",
    "staff": lambda root: root / "staff",
    "drafts": lambda root: root / "drafts",
    "catalogue folder": lambda root: root / "catalogue",
    "audit folder": lambda root: root / "audit",
}


def put(make: Maker, path: Path) -> None:
    """Put something strange in the place of what is there."""
    path.parent.mkdir(exist_ok=True)
    if path.is_dir():
        path.rename(path.with_name(f"{path.name}-away"))
    path.unlink(missing_ok=True)
    make(path)


def linked(path: Path) -> None:
    """Let what is there be reached by a link, and stay whole behind it."""
    away = path.parent / f"{path.name}-behind"
    if path.exists():
        path.rename(away)
    else:
        path.parent.mkdir(exist_ok=True)
        away.touch()
    path.symlink_to(away)


def spoil(how: Maker, path: Path) -> None:
    (how if how is linked else partial(put, how))(path)


MAKERS: tuple[Maker, ...] = (a_pipe, a_device, a_sparse_file, a_folder, linked)


def each_with(files: Iterable[str]) -> list[tuple[str, Maker]]:
    """Pair files with what is strange: all with all in the long form, each with one of the five in the short.

    Every file is read in one way (`test_reading`), which meets all that is strange (`test_untrusted`).
    """
    pairs = product(enumerate(files), enumerate(MAKERS))
    return [(file, make) for (at, file), (of, make) in pairs if "TORTURE" in os.environ or (at - of) % 5 == 0]


def spoilt(files: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("kind", "make"),
        [pytest.param(*pair, id=f"{pair[0]}-{pair[1].__name__}") for pair in each_with(files)],
    )


BACKED_UP = (
    "settings", "first page", "second page", "staff key", "older keys", "catalogue", "audit", "draft",
    "comments", "figures", "known places", "shelf", "vault", "staff", "drafts", "catalogue folder",
    "audit folder",
)  # fmt: skip


def ends_well(result: Result) -> None:
    """Look whether a command ended as it should, and printed letters alone."""
    printed = result.stdout + result.stderr
    assert result.exit_code in (0, 1), printed
    assert "Traceback" not in printed
    assert printed.replace("\n", "").isprintable()


@pytest.mark.timeout(60)
@spoilt(FILES)
def test_whatever_lies_in_the_place_of_a_file_every_command_ends(
    whole: Whole, make: Maker, kind: str
) -> None:
    """The desk is unlocked each time, which looks into most; in the short form half the rest is tried."""
    spoil(make, FILES[kind](whole.home.root))
    ends_well(whole.run("doctor"))
    ends_well(whole.run("backup", str(whole.stick)))
    commands = (
        ("list",),
        ("open", *whole.code.split()),
        ("note", *whole.code.split(), "--file", str(whole.folder / "note")),
        ("summary", "2026-Q1"),
        ("audit",),
    )
    start, step = (0, 1) if "TORTURE" in os.environ else ([*FILES].index(kind) % 2 == 0, 2)
    for command in (*commands[start::step], ("purge",)):
        ends_well(whole.as_jo(*command))


@pytest.mark.timeout(60)
@spoilt(["manifest", *BACKED_UP])
def test_a_backup_with_anything_strange_in_it_is_not_restored(
    whole: Whole, tmp_path: Path, make: Maker, kind: str
) -> None:
    spoil(make, whole.backup / "manifest.json" if kind == "manifest" else FILES[kind](whole.backup))
    whole.home = Home(tmp_path / "new")

    assert whole.refuses("restore", str(whole.backup))
    assert not whole.home.root.exists()


@pytest.mark.parametrize("make", [make for make in MAKERS if make is not a_folder])
def test_a_backup_with_anything_more_in_it_is_not_restored(whole: Whole, tmp_path: Path, make: Maker) -> None:
    spoil(make, whole.backup / "drafts" / "more")
    whole.home = Home(tmp_path / "new")

    assert "damaged" in whole.refuses("restore", str(whole.backup))


def test_a_backup_that_was_not_touched_is_restored(whole: Whole, tmp_path: Path) -> None:
    whole.home = Home(tmp_path / "new")
    result = whole.run("restore", str(whole.backup))
    assert result.exit_code == 0
    assert "compare it with the recovery sheet" in result.stderr  # nobody here could vouch for it
    assert whole.says("open", *whole.code.split())


def test_no_name_of_a_file_reaches_a_terminal_as_a_command(whole: Whole) -> None:
    folders = ("vault", "vault/00", "drafts", "comments", "summaries", "staff", "audit", "catalogue", ".")
    for folder, name in product(folders, NAMES):
        (whole.home.root / folder / os.fsdecode(name)).write_bytes(b"")
    ends_well(whole.run("doctor"))
    ends_well(whole.run("doctor", "--json"))
    ends_well(whole.run("backup", str(whole.stick)))
    ends_well(whole.as_jo("list"))
    ends_well(whole.as_jo("staff", "rekey", "--recovery-file", str(whole.folder / "sheet.txt")))


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_that_was_typed_reaches_a_terminal_as_a_command(whole: Whole, name: bytes) -> None:
    typed = os.fsdecode(bytes(whole.stick) + b"/" + name)
    for command in (("restore",), ("pack", "check"), ("enter",), ("note", *whole.code.split(), "--file")):
        ends_well(whole.run(*command, typed))
    root = whole.home.root
    whole.home = Home(root.with_name(os.fsdecode(name)))
    root.rename(whole.home.root)
    ends_well(whole.run("doctor"))
    ends_well(whole.as_jo("list"))


def test_no_name_reaches_the_log_as_a_line_of_its_own(tmp_path: Path) -> None:
    for name in NAMES:
        assert logbook.append(tmp_path / "log", f"{os.fsdecode(name)} is odd")
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(NAMES)
    assert all(line.isprintable() for line in lines)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("make", STRANGE, ids=lambda make: make.__name__)
def test_what_lies_in_the_place_of_the_log_keeps_nobody_waiting(tmp_path: Path, make: Maker) -> None:
    put(make, tmp_path / "log")
    assert logbook.append(tmp_path / "log", "x") is (make is a_sparse_file)


@pytest.mark.timeout(20)
def test_a_named_passphrase_file_may_be_a_pipe(whole: Whole) -> None:
    reading, writing = os.pipe()
    os.write(writing, Path(whole.passphrase).read_bytes())
    os.close(writing)
    whole.passphrase = f"/dev/fd/{reading}"
    assert whole.says("list")
    os.close(reading)


@pytest.mark.timeout(20)
def test_a_named_file_without_end_is_a_plain_line(whole: Whole) -> None:
    assert "too large" in whole.refuses("list", "--staff", "jo smith", "--passphrase-file", "/dev/zero")
    assert "too large" in whole.refuses("enter", "/dev/zero")
