"""A day with three kiosks and an office, as docs/places.md has it: a stick, Syncthing, and a store.

`make places-test` plays it: it takes a minute, and Debian's syncthing.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from kiosk.devices import mounts
from kiosk.devices.mounts import Mount
from kiosk.places.card import fingerprint, own_card
from kiosk.settings.settings import load_settings
from kiosk.vault import place, vault
from tests.kiosk.cli.test_exchange import Collecting, shares
from tests.kiosk.machines import Machine, Office
from tests.kiosk.places.store.engine import free_ports, node
from tests.kiosk.places.store.stub_store import BUCKET, KEY, SECRET

PATIENCE = 60.0


class Syncthing:
    """A node of Syncthing on loopback, which speaks to no server and to one other node."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder = home, folder
        folder.mkdir()
        subprocess.run(["syncthing", f"-generate={home}"], check=True, capture_output=True)
        self.port, self._gui = free_ports(2)
        told = subprocess.run(
            ["syncthing", f"-home={home}", "-device-id"], check=True, capture_output=True, text=True
        )
        self.id = told.stdout.strip()

    def start(self, other: "Syncthing", stack: ExitStack) -> None:
        """Share the folder with another node."""
        devices = "".join(
            f'<device id="{one.id}" compression="never"><address>tcp://127.0.0.1:{one.port}</address></device>'
            for one in (self, other)
        )
        shared = "".join(f'<device id="{one.id}"></device>' for one in (self, other))
        off = ("globalAnnounceEnabled", "localAnnounceEnabled", "relaysEnabled", "natEnabled", "startBrowser")
        (self.home / "config.xml").write_text(
            f'<configuration version="36"><folder id="kiosk" path="{self.folder}" type="sendreceive" '
            f'rescanIntervalS="1" fsWatcherEnabled="true" fsWatcherDelayS="1">{shared}</folder>{devices}'
            f'<gui enabled="true"><address>127.0.0.1:{self._gui}</address></gui><options>'
            f"<listenAddress>tcp://127.0.0.1:{self.port}</listenAddress><urAccepted>-1</urAccepted>"
            f"{''.join(f'<{name}>false</{name}>' for name in off)}<crashReportingEnabled>false"
            "</crashReportingEnabled><autoUpgradeIntervalH>0</autoUpgradeIntervalH></options></configuration>"
        )
        log = stack.enter_context((self.home / "log").open("wb"))
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "syncthing", f"-home={self.home}", "-no-browser"],
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home), "STNOUPGRADE": "1"},
            stdout=log,
            stderr=log,
        )
        stack.callback(process.wait)
        stack.callback(process.terminate)


def until(done: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def same(one: Path, other: Path) -> bool:
    """Tell whether two folders hold the same files."""

    def files(folder: Path) -> dict[str, bytes]:
        every = (path for path in folder.rglob("*") if path.is_file() and ".st" not in str(path))
        return {str(path.relative_to(folder)): path.read_bytes() for path in every}

    with suppress(FileNotFoundError):  # it is being renamed
        return files(one) == files(other)
    return False


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    """SeaweedFS, with the settings that name it."""
    (tmp_path / "weed").mkdir()
    with node(tmp_path / "weed") as engine:
        yield engine.endpoint


class Day:
    """The office, three kiosks, and what there is between them."""

    def __init__(
        self, folder: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch, stack: ExitStack
    ) -> None:
        monkeypatch.setattr(vault, "place_id", place.place_id)
        self.folder, self._patch = folder, monkeypatch
        self.unplugged()
        self.office = Office(folder)
        self.elm, self.oak, self.ash = (self._kiosk(name) for name in ("Elm House", "Oak House", "Ash House"))
        here, there = (
            Syncthing(folder / f"{name}-node", folder / f"{name}-sync") for name in ("office", "oak")
        )
        here.start(there, stack)
        there.start(here, stack)
        self.here, self.there = here.folder, there.folder
        shares(self.here, self.office)
        shares(self.there, self.oak)
        credentials = self.office.file("store", f'key = "{KEY}"\nsecret = "{SECRET}"\n')
        for machine in (self.office, self.ash):
            self._with_store(machine, endpoint, credentials)

    def _kiosk(self, name: str) -> Collecting:
        """Set a kiosk up from the office's card, and introduce it there."""
        card = self.folder / f"{name}.office.txt"
        assert self.office.run("place", "show", "--file", str(card)).exit_code == 0
        kiosk = Collecting(self.folder / name, str(card), fingerprint(own_card(self.office.home)), name)
        card = self.folder / f"{name}.txt"
        assert kiosk.run("place", "show", "--file", str(card)).exit_code == 0
        shown = fingerprint(own_card(kiosk.home))
        told = self.office.as_jo("place", "introduce", str(card), "--fingerprint", shown)
        assert told.exit_code == 0, told.output
        return kiosk

    @staticmethod
    def _with_store(machine: Machine, endpoint: str, credentials: str) -> None:
        Path(credentials).chmod(0o600)
        text = machine.home.settings.read_text()
        head, _, rest = text.partition("[store]")
        for key, value in (("endpoint", endpoint), ("bucket", BUCKET), ("credentials", credentials)):
            rest = re.sub(rf'\n{key} = "[^"]*"', f'\n{key} = "{value}"', rest, count=1)
        machine.home.settings.write_text(f"{head}[store]{rest}")

    def plugged(self, name: str) -> tuple[str, ...]:
        """Plug a stick in, and return the options that name it."""
        stick = self.folder / "media" / name
        stick.mkdir(parents=True, exist_ok=True)
        self._patch.setattr(mounts, "disks", lambda: (Mount(stick),))
        return ("--stick", name)

    def unplugged(self) -> None:
        self._patch.setattr(mounts, "disks", lambda: ())

    def done(self, machine: Machine, *arguments: str) -> str:
        told = machine.run(*arguments)
        assert told.exit_code == 0, told.output
        return told.output

    def by_stick(self, name: str = "KINGSTON") -> None:
        """Somebody carries a stick from Elm House to the office and back."""
        self.done(self.elm, "send", *self.plugged(name))
        self.done(self.office, "receive", "--yes", *self.plugged(name))
        self.done(self.office, "send", *self.plugged(name))
        self.done(self.elm, "receive", "--yes", *self.plugged(name))
        self.done(self.elm, "send", *self.plugged(name))
        self.unplugged()

    def by_itself(self) -> None:
        """What the timers do at night: Oak House by Syncthing, Ash House by the store, and the office."""
        for _ in range(2):
            for machine in (self.oak, self.ash, self.office):
                self.done(machine, "send")
                until(lambda: same(self.here, self.there), "Syncthing did not bring all of it")
                self.done(machine, "receive", "--yes")

    def all_around(self) -> None:
        self.by_stick()
        self.by_itself()
        self.by_stick()
        self.by_itself()


@pytest.mark.timeout(600)
def test_a_day_with_three_places(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        day = Day(tmp_path, store, monkeypatch, stack)
        office, elm, oak, ash = day.office, day.elm, day.oak, day.ash
        everywhere = (office, elm, oak, ash)

        # Each kiosk collects; all of it gets to the office, and everywhere else.
        codes = {kiosk: kiosk.saves() for kiosk in (elm, oak, ash)}
        day.all_around()
        for code in codes.values():
            told = office.as_jo("open", code)
            assert told.exit_code == 0, told.output
        assert {pages_of(machine) for machine in everywhere} == {3}

        # A customer of Elm House comes back at Ash House; staff write a note in the same hours.
        ash.changes(codes[elm])
        note = office.file("note", "Good to see you.")
        assert office.as_jo("note", codes[elm], "--file", note).exit_code == 0
        day.all_around()
        assert {pages_of(machine) for machine in everywhere} == {5}
        assert "Good to see you." in office.as_jo("open", codes[elm]).stdout

        # The customer of Oak House asks to be deleted.
        assert office.as_jo("erase", codes[oak], "--reason", "asked", "--yes").exit_code == 0
        day.all_around()
        assert {pages_of(machine) for machine in everywhere} == {4}

        # A stick is lost on its way, and nothing with it.
        late = elm.saves()
        day.done(elm, "send", *day.plugged("LOST"))
        shutil.rmtree(day.folder / "media" / "LOST")
        day.by_stick("ANOTHER")
        assert office.as_jo("open", late).exit_code == 0

        # A new venue key gets to all kiosks, and what they save then opens.
        sheet = ("--recovery-file", str(tmp_path / "new.txt"), "--same-disk", "--yes")
        assert office.as_jo("staff", "rekey", *sheet).exit_code == 0
        day.all_around()
        keys = {load_settings(machine.home.settings).venue.key for machine in everywhere}
        assert len(keys) == 1
        last = {kiosk: kiosk.saves() for kiosk in (elm, oak, ash)}
        day.all_around()
        for code in [*last.values(), codes[elm], codes[ash], late]:
            told = office.as_jo("open", code)
            assert told.exit_code == 0, told.output
        assert {pages_of(machine) for machine in everywhere} == {8}
        assert all("confirmed" not in day.done(kiosk, "places") for kiosk in (elm, oak, ash))


def pages_of(machine: Machine) -> int:
    return len(list(machine.home.vault.rglob("*.age")))
