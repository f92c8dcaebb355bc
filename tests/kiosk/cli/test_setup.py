"""Setting a venue up: where the private key is afterwards, and what Debian's age makes of it."""

import base64
import hashlib
import hmac
import itertools
import json
import shutil
import stat
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bech32
import pytest
from click.testing import CliRunner

from kiosk import seal
from kiosk.cli.main import main
from kiosk.dates import now
from kiosk.desk.keys import staff
from kiosk.desk.setup import set_up
from kiosk.entry.handle import HandleKeys, draw, keys
from kiosk.entry.pages import keep_back, page_from_bytes, page_of, page_to_bytes
from kiosk.errors import PassphraseError, SettingsError, StaffError
from kiosk.home import Home
from kiosk.seal import Costs
from kiosk.session import open_session
from kiosk.settings.settings import load_settings
from kiosk.visit.saving import Saver, Submission
from tests.kiosk.entry.answers import reflection
from tests.kiosk.machines import sheet_at
from tests.kiosk.sealed import PLACE
from tests.packs import default_pack

QUICK = Costs(memory_kib=64, passes=1)
PASSPHRASE = "velvet kettle orbit pumpkin"


def quick_home(tmp_path: Path) -> tuple[Home, Path]:
    home, recovery = Home(tmp_path / "home"), tmp_path / "recovery.txt"
    set_up(
        home,
        venue="Sandhill House",
        staff_name="Jo Smith",
        passphrase=PASSPHRASE,
        recovery_file=recovery,
        costs=QUICK,
    )
    return home, recovery


def identity_in(recovery: Path) -> str:
    (line,) = [line for line in recovery.read_text().splitlines() if not line.startswith("#")]
    return line


def raw_key(identity: str) -> bytes:
    _, symbols = bech32.bech32_decode(identity.lower())
    assert symbols is not None
    key = bech32.convertbits(symbols, 5, 8, False)
    assert key is not None
    assert len(key) == 32
    return bytes(key)


def test_the_private_key_is_in_the_recovery_file_and_otherwise_only_wrapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("tmp", "away"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    passphrase, recovery = tmp_path / "away" / "passphrase", tmp_path / "away" / "recovery.txt"
    passphrase.write_text(f"{PASSPHRASE}\r\nnot this line\n")
    arguments = ["setup", "--venue", "Sandhill House", "--staff", "Jo Smith"]
    arguments += ["--passphrase-file", str(passphrase), *sheet_at(recovery), "--printer", "/dev/usb/lp0"]
    result = CliRunner().invoke(
        main, arguments, env={"KIOSK_HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Sandhill House is set up" in result.stdout
    assert "Jo Smith can unlock the desk" in result.stdout
    assert "before the desk is\nfirst unlocked" in result.stdout  # later the desk reports each change
    assert str(recovery) in result.stdout
    printer = load_settings(tmp_path / "home" / "kiosk.toml").printer
    assert (printer.kind, printer.device) == ("receipt", "/dev/usb/lp0")

    identity = identity_in(recovery)
    assert identity not in result.stdout
    key = raw_key(identity)
    spellings = [key, key[::-1], key.hex().encode(), base64.b64encode(key).rstrip(b"="), PASSPHRASE.encode()]
    files = [file for file in tmp_path.rglob("*") if file.is_file() and file.parent != tmp_path / "away"]
    assert len(files) == 4  # kiosk.toml, the wrapped key, the roster and the first stock
    for file, spelling in itertools.product(files, spellings):
        assert spelling not in file.read_bytes(), file
    for file in files:
        assert b"age-secret-key" not in file.read_bytes().lower()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert staff.enter(tmp_path / "home" / "staff", "Jo Smith", PASSPHRASE).identity == identity


def test_the_recovery_file_is_for_its_owner_alone_and_says_what_it_is(tmp_path: Path) -> None:
    home, recovery = quick_home(tmp_path)
    assert stat.S_IMODE(recovery.stat().st_mode) == 0o600
    text = recovery.read_text()
    assert "Sandhill House" in text
    assert load_settings(home.settings).venue.key in text
    assert seal.recipient_of(identity_in(recovery)) == load_settings(home.settings).venue.key


def test_debians_age_opens_a_page_with_the_recovery_file(tmp_path: Path, age: Path) -> None:
    home, recovery = quick_home(tmp_path)
    pack = default_pack()
    question = next(question for _, question in pack.questions() if type(question).__name__ == "TextQuestion")
    with open_session(home).vault:
        saved = open_session(home).saver().save(Submission(pack, {question.id: "the bees on the roof"}))
    (page,) = home.vault.rglob("*.age")
    opened = subprocess.run([age, "-d", "-i", str(recovery), str(page)], capture_output=True, check=True)
    read = reflection(page_from_bytes(json.dumps(json.loads(opened.stdout)["page"]).encode()))
    assert read.name == saved.name
    assert "the bees on the roof" in [answered.value for answered in read.answers()]
    assert b"bees" not in page.read_bytes()


def test_what_age_seals_to_the_venue_and_the_customer_the_kiosk_opens(tmp_path: Path, age: Path) -> None:
    home, _ = quick_home(tmp_path)
    session = open_session(home)
    handle = draw()
    opens = keys(handle)
    customer_key = seal.recipient_of(opens.identity)
    made = page_of(default_pack(), {}, name=session.names.name_of(opens.id), made=now())
    page = page_to_bytes(keep_back(made, (), customer_key))
    venue_key = load_settings(home.settings).venue.key
    sealed = subprocess.run(
        [age, "-r", venue_key, "-r", customer_key],
        input=by_hand(opens, page),
        capture_output=True,
        check=True,
    ).stdout
    with session.vault as vault:
        vault.save(opens.id, made.name, sealed)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    result = CliRunner().invoke(
        main,
        ["open", str(handle), "--staff", "Jo Smith", "--passphrase-file", str(passphrase)],
        env={"KIOSK_HOME": str(home.root)},
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{made.name}\nSaved ")
    assert "is not shown" not in result.stdout


def by_hand(keys: HandleKeys, page: bytes) -> bytes:
    """What is inside a page's seal, made as docs/formats.md tells it and by no code of the kiosk."""

    def framed(*parts: bytes) -> bytes:
        return b"".join(len(part).to_bytes(8, "big") + part for part in parts)

    hash_ = hashlib.sha256(framed(keys.id.encode(), b"1", PLACE.encode(), b"", b"", page)).hexdigest()
    root = hmac.digest(b"strengths-kiosk tags v1", raw_key(keys.identity), "sha256")
    tag = hmac.new(
        hmac.digest(root, b"customer's page\x01", "sha256"), framed(hash_.encode()), hashlib.sha256
    )
    head = json.dumps({"id": keys.id, "counter": 1, "writer": PLACE})
    return b'{"version": 2, "head": %s, "page": %s, "by_code": "%s"}' % (
        head.encode(), page, tag.hexdigest().encode()
    )  # fmt: skip


def test_a_second_set_up_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    home, recovery = quick_home(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    with pytest.raises(SettingsError, match="already set up"):
        set_up(home, venue="Other", staff_name="Al", passphrase=PASSPHRASE, recovery_file=None, costs=QUICK)
    result = CliRunner().invoke(main, ["setup"], env={"KIOSK_HOME": str(home.root)})
    assert result.exit_code == 1
    assert result.stderr.startswith("A venue is already set up")
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    assert recovery.exists()


def test_a_home_with_entries_and_no_settings_is_not_set_up_anew(tmp_path: Path) -> None:
    home, _ = quick_home(tmp_path)
    home.vault.mkdir()
    home.settings.unlink()
    with pytest.raises(SettingsError, match="Put it back first"):
        set_up(home, venue="Other", staff_name="Al", passphrase=PASSPHRASE, recovery_file=None, costs=QUICK)


def test_a_set_up_that_broke_off_can_be_run_again(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    not_mounted = tmp_path / "usb" / "recovery.txt"
    with pytest.raises(SettingsError, match="could not be written"):
        set_up(
            home,
            venue="Sandhill House",
            staff_name="Jo",
            passphrase=PASSPHRASE,
            recovery_file=not_mounted,
            costs=QUICK,
        )
    assert not home.is_set_up()
    assert not not_mounted.parent.exists()
    quick_home(tmp_path)
    assert staff.names(home.staff) == ("Jo Smith",)


def test_a_recovery_file_never_goes_over_another_file(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("keep me")
    home = Home(tmp_path / "home")
    with pytest.raises(SettingsError, match="Choose another recovery file"):
        set_up(home, venue="V", staff_name="Jo", passphrase=PASSPHRASE, recovery_file=precious, costs=QUICK)
    assert precious.read_text() == "keep me"
    assert not home.root.exists()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"venue": " "}, SettingsError),
        ({"staff_name": "\x1b"}, StaffError),
        ({"passphrase": "short"}, PassphraseError),
    ],
)
def test_an_empty_name_or_a_short_passphrase_is_refused(
    tmp_path: Path, changed: dict[str, str], error: type[Exception]
) -> None:
    home = Home(tmp_path / "home")
    given: dict[str, Any] = {"venue": "V", "staff_name": "Jo", "passphrase": PASSPHRASE} | changed
    with pytest.raises(error):
        set_up(home, recovery_file=None, costs=QUICK, **given)
    assert not home.is_set_up()


def test_a_saver_of_the_kiosk_needs_no_private_key(tmp_path: Path) -> None:
    home, _ = quick_home(tmp_path)
    shutil.rmtree(home.staff)
    session = open_session(home)
    saver = Saver(session.vault, session.settings.venue.key, session.names, lambda: datetime.now(UTC))
    with session.vault:
        assert saver.save(Submission(default_pack(), {})).name
