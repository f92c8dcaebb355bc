"""Machines with a venue set up, and the commands on them."""

import json
import shutil
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner, Result

from kiosk import dates, session
from kiosk.cli.main import main
from kiosk.dates import now
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.keys import staff
from kiosk.desk.setup import set_up
from kiosk.entry.names import shipped_names
from kiosk.home import Home
from kiosk.seal import Costs
from kiosk.visit.saving import Submission
from tests.conftest import FAST
from tests.exporting import allow
from tests.kiosk.sealed import id_of
from tests.kiosk.upkeep.kept import Kept, few_shelves
from tests.packs import default_pack

PASSPHRASE = "velvet kettle orbit pumpkin"
NEW = "plover tundra saucer mitten"
CHEAPLY = """
from kiosk.cli.main import main
from kiosk.desk.keys import stretching
from kiosk.seal import Costs
stretching.for_this_machine = lambda: Costs(memory_kib=8, passes=1)
main()
"""
"""A program that is the command `kiosk`, past its start, and stretches new passphrases cheaply."""
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def sheet_at(file: object) -> tuple[str, ...]:
    """The options that write a recovery sheet to a file of a test, which lies on the disk of its home."""
    return ("--recovery-file", str(file), "--same-disk")


class Machine:
    """A machine with a venue set up, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "home")
        self.passphrase = self.file("passphrase", f"{PASSPHRASE}\n")
        set_up(
            self.home,
            venue="Sandhill House",
            staff_name="Jo Smith",
            passphrase=PASSPHRASE,
            recovery_file=None,
            costs=Costs(memory_kib=64, passes=1),
        )
        allow(self.home, folder)

    def copied(self, folder: Path) -> Self:
        """Return the same machine in another folder; its files may go where they might."""
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        other = deepcopy(self)
        for name, value in vars(self).items():
            if isinstance(value, str | Path):
                setattr(other, name, type(value)(str(value).replace(str(self.folder), str(folder))))
        other.home = Home(folder / "home")
        return other

    def moved(self, folder: Path) -> Self:
        """Return the same machine in another folder, where its files may go."""
        other = self.copied(folder)
        allow(other.home, folder)
        return other

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=stdin, env={"KIOSK_HOME": str(self.home.root)})

    @property
    def jo(self) -> tuple[str, ...]:
        """The options with which Jo, who is a lead, unlocks."""
        return ("--staff", "jo smith", "--passphrase-file", self.passphrase)

    def as_jo(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        return self.run(*arguments, *self.jo, stdin=stdin)

    def says(self, *arguments: str, stdin: str | bytes | None = None) -> str:
        """Run a command of the desk that must succeed, and return what it prints."""
        result = self.as_jo(*arguments, stdin=stdin)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    def tells(self, *arguments: str, stdin: str | bytes | None = None) -> Any:
        """Run a command of the desk that must succeed, and return what its JSON holds."""
        return json.loads(self.says(*arguments, "--json", stdin=stdin))

    def refuses(self, *arguments: str, stdin: str | bytes | None = None) -> str:
        """Run a command that must fail with one plain line, and return the line."""
        result = self.run(*arguments, stdin=stdin)
        assert result.exit_code == 1, result.output
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.stderr
        return result.stderr

    def name_of(self, entry_id: str) -> str:
        """The two words of an entry."""
        return shipped_names().name_of(entry_id)

    def denies(self, *arguments: str, stdin: str | bytes | None = None) -> str:
        """Run a command of the desk that must fail and print nothing, and return why it does."""
        result = self.as_jo(*arguments, stdin=stdin)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        return result.stderr

    def enters(self, answers: dict[str, Any], pack: str = "strengths") -> Result:
        file = self.file("answers.json", json.dumps({"pack": pack, "answers": answers}))
        return self.run("enter", file, "--json")

    def entered(self, answers: dict[str, Any], pack: str = "strengths") -> dict[str, str]:
        """Enter a paper form, and return the entry's code, name and id."""
        told: dict[str, str] = json.loads(self.enters(answers, pack).stdout)
        return told

    def asks_to_talk(self) -> str:
        """Leave an entry whose customer asks to talk, and return its code."""
        kept = session.open_session(self.home)
        with kept.vault:
            return str(kept.saver().save(Submission(kept.pack, {}, talk=True)).handle)


class Office(Machine):
    """A machine with Jo, who is a lead, Ali, who is none, and the recovery sheet of its set-up."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.new = self.file("new", f"{NEW}\n")
        self.alis = self.file("alis", "quarry window saddle plum\n")
        self.sheet = folder / "sheet.txt"
        self.sheet.write_text(f"# a sheet\n{self.identity()}\n")
        staff.add(self.home.staff, "Ali Khan", "quarry window saddle plum", self.identity(), costs=FAST)

    def identity(self) -> str:
        return staff.enter(self.home.staff, "Jo Smith", PASSPHRASE).identity

    def as_ali(self, *arguments: str) -> Result:
        return self.run(*arguments, "--staff", "ali khan", "--passphrase-file", self.alis)

    def roles(self) -> dict[str, str]:
        return {member.name: member.role for member in staff.members(self.home.staff)}

    def noted(self) -> list[str]:
        """What the audit says besides who unlocked, oldest first."""
        audit = Audit(self.home.audit, "", now, read_only=True)
        events = reversed(audit.read(self.identity()).events)
        return [f"{event.who}: {event.did} {event.detail}" for event in events if event.did != "unlocked"]


class Keeper(Machine):
    """A machine whose clock a test turns."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        few_shelves(Home(folder / "home"))
        (folder / "home" / "vault").rename(folder / "vault")
        super().__init__(folder)
        (folder / "vault").rename(self.home.vault)
        self.now = START
        monkeypatch.setattr(dates, "now", lambda: self.now)
        self.kept = Kept(self.home.root, set_up=False, name_of=self.name_of)

    def name(self, number: int) -> str:
        """The two words of an entry that was saved."""
        return self.name_of(id_of(number))

    def saves(self, number: int) -> None:
        self.kept.clock.now = self.now
        self.kept.saves(number)
        self.kept.vault.close()

    def passes(self, days: float) -> None:
        """Time passes, and the kiosk does its daily chore."""
        for _ in range(int(days)):
            self.now += timedelta(days=1)
            self.says("purge")

    def names(self) -> list[str]:
        return [row["name"] for row in self.tells("list")]


@cache
def kinds() -> dict[str, str]:
    """One question of the shipped pack for each kind: kind → id."""
    found: dict[str, str] = {}
    for _, question in default_pack().questions():
        found.setdefault(str(question.__struct_config__.tag), question.id)
    return found
