"""What whoever unlocked the desk may still do, after something changed; and unlocking, which is noted."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff, staff_files, stock
from kiosk.desk.keys.identities import fingerprint
from kiosk.desk.keys.lockout import Throttle
from kiosk.desk.keys.staff import Unlocked
from kiosk.desk.keys.staff_files import LEAD, ROSTER
from kiosk.desk.rekey import change_key
from kiosk.desk.unlock import UNKNOWN, Greeting, Standing, lift_delay, open_desk, unlock
from kiosk.entry import handle
from kiosk.errors import DeskError, LeadNeededError, PassphraseError, ShutOutError, StaffError, VaultError
from kiosk.home import Home
from kiosk.seal import Costs
from kiosk.settings.settings import Settings, Venue, settings_text
from kiosk.upkeep.clock import Known, write
from kiosk.vault.page_files import READY
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved
from tests.conftest import FAST, LONDON, SetZone
from tests.kiosk.desk.conftest import NOON, OTHER, SECRET, Add, Clock, key_file, key_files, page_file
from tests.kiosk.sealed import FIRST
from tests.kiosk.vault.helpers import FaultyDisk


@pytest.fixture
def folder(home: Home) -> Path:
    return home.staff


@pytest.fixture
def standing(home: Home, venue: str, add: Add) -> Standing:
    """Ali, who is a member of staff beside a lead."""
    add("Jo Smith", role="lead")
    add("Ali Khan")
    return Standing(home, "Ali Khan", venue)


def test_a_member_of_staff_may_do_what_is_theirs_and_a_lead_everything(standing: Standing) -> None:
    standing.require("staff")
    with pytest.raises(LeadNeededError, match="Only a lead may do this"):
        standing.require(LEAD)
    staff.set_role(standing.home.staff, "Ali Khan", "lead", standing.identity)
    standing.require(LEAD)
    staff.set_role(standing.home.staff, "Ali Khan", "staff", standing.identity)
    with pytest.raises(LeadNeededError, match="you are no longer a lead"):
        standing.require(LEAD)


def test_after_a_change_of_the_venues_key_one_unlocks_again(standing: Standing) -> None:
    other = Settings(venue=Venue(name="V", key=seal.recipient_of(seal.new_identity())))
    standing.home.settings.write_text(settings_text(other))
    with pytest.raises(ShutOutError, match="Unlock the desk again"):
        standing.require("staff")


def test_where_no_staff_file_reads_nobody_is_said_to_be_removed_and_nobody_is_a_lead(
    standing: Standing,
) -> None:
    for file in standing.home.staff.iterdir():
        file.write_bytes(b"junk")
    standing.require("staff")
    with pytest.raises(LeadNeededError):
        standing.require(LEAD)


def test_whoever_was_removed_or_whose_file_somebody_changed_may_do_nothing_more(standing: Standing) -> None:
    file = key_file(standing.home.staff, "Ali Khan")
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"role": "lead"}))
    for _ in range(2):
        for role in ("staff", LEAD):
            with pytest.raises(ShutOutError, match="You can no longer unlock this desk"):
                standing.require(role)
        if file.exists():
            staff.remove(standing.home.staff, "ali khan", standing.identity)


# -- unlocking


THEIRS = "kettle biplane walnut sextant"
WRONG = "a wrong one"
WRONG_NAMES = ("Eve", "Jo", "Ali Khan Smith", "", "\ud800", "x" * 10_000, "../staff")


class Door:
    """A locked desk, which Jo, who is a lead, and Ali can unlock; and somebody before it."""

    def __init__(self, home: Home, vault: Vault, venue: str, clock: Clock) -> None:
        self.home = home
        self.vault = vault
        self.venue = venue
        self.clock = clock
        self.key = seal.recipient_of(venue)
        self.audit = Audit(home.audit, self.key, clock)
        self.tries = Throttle(home.unlocks, "screen")
        home.settings.write_text(settings_text(Settings(venue=Venue(name="Oak House", key=self.key))))
        stock.begin(home, venue, NOON)

    def unlocks(self, name: str = "jo smith", passphrase: str = SECRET, key: str | None = None) -> Unlocked:
        return unlock(
            self.home,
            self.audit,
            self.tries,
            name,
            passphrase,
            venue_key=self.key if key is None else key,
            now=self.clock,
            pause=lambda _seconds: None,
        )

    def refuses(self, name: str, passphrase: str = WRONG) -> str:
        """Try, and return what is said."""
        with pytest.raises(PassphraseError) as caught:
            self.unlocks(name, passphrase)
        return str(caught.value)

    def opens(self, name: str = "jo smith", passphrase: str = SECRET) -> tuple[Desk, Greeting]:
        return open_desk(
            self.home,
            self.vault,
            self.audit,
            self.unlocks(name, passphrase),
            now=self.clock,
            derive=handle.keys,
        )

    def noted(self) -> list[tuple[str, str]]:
        """Who did what, oldest first."""
        return [(event.who, event.did) for event in reversed(self.audit.read(self.venue).events)]


@pytest.fixture
def door(home: Home, vault: Vault, venue: str, clock: Clock, add: Add) -> Door:
    add("Jo Smith", role="lead")
    add("Ali Khan", OTHER)
    return Door(home, vault, venue, clock)


def test_unlocking_is_noted_once_the_desk_is_open_and_a_wrong_passphrase_at_once(door: Door) -> None:
    with pytest.raises(PassphraseError):
        door.unlocks(passphrase=OTHER)
    assert door.noted() == [("Jo Smith", "could not unlock")]
    assert door.unlocks().identity == door.venue
    assert len(door.noted()) == 1
    desk, _ = door.opens()
    assert (desk.staff, desk.identity) == ("Jo Smith", door.venue)
    assert door.noted() == [("Jo Smith", "could not unlock"), ("Jo Smith", "unlocked")]


def test_settings_that_name_a_key_of_somebody_elses_are_told_with_both_fingerprints(door: Door) -> None:
    other = seal.recipient_of(seal.new_identity())
    with pytest.raises(StaffError, match="names a key that is not this venue's") as told:
        door.unlocks(key=other)
    assert fingerprint(other) in str(told.value)
    assert fingerprint(door.key) in str(told.value)
    assert door.noted() == []
    assert door.unlocks(key="").identity == door.venue


def test_a_wrong_passphrase_is_told_though_it_cannot_be_noted(door: Door) -> None:
    door.home.root.joinpath("other").write_text("a file where a folder should be")
    door.audit = Audit(door.home.root / "other" / "log", door.key, door.clock)
    with pytest.raises(PassphraseError):
        door.unlocks(passphrase=OTHER)


def test_an_unlock_that_cannot_be_noted_opens_no_desk(door: Door) -> None:
    unlocked = door.unlocks()
    door.home.root.joinpath("other").write_text("a file where a folder should be")
    audit = Audit(door.home.root / "other" / "log", door.key, door.clock)
    with pytest.raises(VaultError):
        open_desk(door.home, door.vault, audit, unlocked, now=door.clock, derive=handle.keys)


def test_whoever_unlocks_has_the_list_that_was_lost_again(door: Door, saved: Saved) -> None:
    door.vault.close()
    shutil.rmtree(door.home.catalogue.parent)
    desk, greeting = door.opens()
    assert [row.id for row in desk.rows()] == [saved.id]
    assert greeting.trouble == ""


def test_entries_that_cannot_be_read_are_counted_for_as_long_as_they_are_there(
    door: Door, saved: Saved
) -> None:
    page = page_file(door.home, saved)
    page.rename(page.with_name(page.name.replace(FIRST, "0009")))
    says = "Entries that cannot be read: 2. Tell the person who looks after this machine."
    assert [door.opens()[1].trouble for _ in range(2)] == [says, says]


def test_a_desk_whose_list_cannot_be_repaired_is_open_and_says_so(
    door: Door, saved: Saved, disk: FaultyDisk
) -> None:
    (door.home.vault / READY).unlink()
    disk.fails("make_folder")
    desk, greeting = door.opens()
    assert greeting.trouble == (
        "This machine's disk was taken out, or is broken. The list of entries could not be repaired. Tell "
        "the person who looks after this machine."
    )
    assert [row.id for row in desk.rows()] == [saved.id]


def test_a_wrong_passphrase_puts_nothing_right(door: Door, saved: Saved) -> None:
    door.vault.close()
    shutil.rmtree(door.home.catalogue.parent)
    door.refuses("Jo Smith")
    assert not door.home.catalogue.exists()


def test_a_desk_that_cannot_take_stock_is_not_open_and_says_so(door: Door) -> None:
    door.home.stock.unlink()
    door.home.stock.mkdir()
    with pytest.raises(VaultError, match="could not be written"):
        door.opens()
    assert door.noted() == []


def test_whoever_unlocks_is_told_who_did_before_and_by_which_key(door: Door) -> None:
    first = door.opens()[1]
    assert first.lines() == (f"This desk has not been unlocked before. Venue key {fingerprint(door.key)}.",)
    assert (first.last_by, first.last_at) == ("", None)
    before = door.clock.now
    second = door.opens("Ali Khan", OTHER)[1]
    third = door.opens()[1]
    assert (second.last_by, third.last_by) == ("Jo Smith", "Ali Khan")
    assert second.last_at is not None
    assert second.last_at <= before
    assert third.says().startswith("Last unlocked by Ali Khan, 1 March 2026, 12:")
    assert third.warnings == ()


def test_the_time_of_the_last_unlock_is_told_by_the_clock_on_the_wall(door: Door, set_zone: SetZone) -> None:
    set_zone(LONDON)
    door.clock.now = datetime(2026, 7, 1, 23, 29, tzinfo=UTC)
    door.opens()
    said = door.opens()[1].says()
    assert said.startswith("Last unlocked by Jo Smith, 2 July 2026, 00:")


# -- what somebody did to the staff keys since


def test_a_planted_or_a_changed_staff_file_is_named_to_whoever_unlocks_and_lets_nobody_in(
    door: Door, tmp_path: Path
) -> None:
    door.opens()
    thief, elsewhere = seal.new_identity(), tmp_path / "elsewhere"
    staff.add(elsewhere, "Eve", THEIRS, thief, role="lead", costs=FAST)
    [theirs] = key_files(elsewhere)
    theirs.rename(door.home.staff / f"{'f' * 16}.json")
    ali = key_file(door.home.staff, "Ali Khan")
    ali.write_text(json.dumps(json.loads(ali.read_bytes()) | {"role": "lead"}))
    told = "was changed outside the desk"
    for name, passphrase, says in (("Ali Khan", OTHER, told), ("Eve", THEIRS, "passphrase is wrong")):
        with pytest.raises(DeskError, match=says):
            door.unlocks(name, passphrase)
    [warning] = door.opens()[1].warnings
    assert re.search(r"give no access: (Ali Khan, Eve|Eve, Ali Khan)\.", warning)
    staff.remove(door.home.staff, "Eve", door.venue)
    staff.remove(door.home.staff, "Ali Khan", door.venue)
    assert door.opens()[1].warnings == ()


def test_a_list_that_somebody_changed_lets_nobody_in(door: Door) -> None:
    roster = door.home.staff / ROSTER
    roster.write_bytes(roster.read_bytes().replace(b'"number":3', b'"number":9'))
    with pytest.raises(StaffError, match="was changed or is missing, so nobody can unlock the desk"):
        door.unlocks()


def test_settings_of_before_a_change_of_the_key_are_told_to_whoever_unlocks(door: Door) -> None:
    lead = door.unlocks()
    change_key(door.home, lead, door.home.root.parent / "sheet.txt", now=door.clock)
    assert door.opens()[1].warnings == ()
    door.home.settings.write_text(settings_text(Settings(venue=Venue(name="Oak House", key=door.key))))
    [warning] = door.opens()[1].warnings
    assert warning.startswith("kiosk.toml names an earlier venue key")
    assert "'kiosk key --put-right'" in warning


# -- whether a name exists


@pytest.mark.parametrize("damage", [False, True])
def test_a_name_that_nobody_has_is_refused_in_the_words_of_a_wrong_passphrase(
    door: Door, *, damage: bool
) -> None:
    if damage:
        door.home.staff.joinpath("0123456789abcdef.json").write_bytes(b"junk")
    said = {door.refuses(name) for name in ("Jo Smith", "Ali Khan", *WRONG_NAMES)}
    said |= {door.refuses(name, SECRET) for name in WRONG_NAMES}  # which opens for Jo
    [line] = said
    assert line.startswith("The name or the passphrase is wrong.")
    assert ("cannot be read" in line) is damage
    assert not any(secret in line for secret in ("Jo", "Ali", "0123", str(door.home.staff)))


def test_where_every_staff_key_is_damaged_that_is_said_and_no_more(door: Door) -> None:
    for file in door.home.staff.iterdir():
        file.write_bytes(b"junk")
    assert door.refuses("Jo Smith", SECRET) == door.refuses("Eve")
    assert "A staff key on this machine cannot be read." in door.refuses("Eve")


def test_a_name_that_nobody_has_costs_one_run_of_argon2_as_somebodys_does(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Costs] = []
    stretch = seal.stretch

    def watched(secret: str, salt: bytes, length: int, costs: Costs) -> bytes:
        runs.append(costs)
        return stretch(secret, salt, length, costs)

    monkeypatch.setattr(seal, "stretch", watched)
    for number, name in enumerate(("Jo Smith", *WRONG_NAMES), 1):
        door.refuses(name)
        assert runs == [FAST] * number, name


def test_where_costs_differ_names_that_nobody_has_differ_alike_and_each_always_costs_the_same(
    door: Door, venue: str
) -> None:
    dear = Costs(memory_kib=128, passes=2)
    staff.add(door.home.staff, "Bo", SECRET, venue, costs=dear)

    def costs_for(name: str) -> Costs:
        [key] = staff_files.named_or_decoy(door.home.staff, name).values()
        return key.costs

    names = [f"Nobody {number}" for number in range(40)]
    costs = [costs_for(name) for name in names]
    assert {cost.memory_kib for cost in costs} == {FAST.memory_kib, dear.memory_kib}
    assert costs == [costs_for(name.upper()) for name in names]


def test_each_wrong_try_is_noted_whether_or_not_somebody_has_the_name(door: Door) -> None:
    for name in ("ALI KHAN", "a passphrase typed as a name", "Jo Smith"):
        door.refuses(name)
    assert door.noted() == [(name, "could not unlock") for name in ("Ali Khan", UNKNOWN, "Jo Smith")]


def test_the_same_files_are_written_for_a_name_that_nobody_has(door: Door) -> None:
    def grown(name: str) -> set[str]:
        before = _states(door.home)
        door.refuses(name)
        return {path for path, state in _states(door.home).items() if state != before.get(path)}

    door.refuses("Jo Smith")
    assert grown("Ali Khan") == grown("Eve") == {"audit/log", "unlocks"}


def _states(home: Home) -> dict[str, bytes]:
    files = (path for path in home.root.rglob("*") if path.is_file())
    return {str(path.relative_to(home.root)): path.read_bytes() for path in files}


# -- the delay


def test_the_delay_is_lifted_once_that_is_noted(door: Door) -> None:
    for _ in range(8):
        door.refuses("Eve")
    notes: list[str] = []

    with pytest.raises(VaultError):
        lift_delay(door.home, NOON, note=Mock(side_effect=VaultError("This could not be noted.")))
    assert door.tries.begin(NOON) == 30
    lift_delay(door.home, NOON, note=notes.append)
    assert notes == ["wrong: 9 at the screen, 0 in commands"]
    assert door.tries.begin(NOON) == 0


def test_at_a_screen_nobody_is_told_to_run_a_command_for_the_clock(door: Door) -> None:
    write(door.home.clock, Known(trusted=door.clock.now + timedelta(days=1)))
    greeting = door.opens()[1]
    [desk], [command] = greeting.first, greeting.news()
    assert "Ask whoever looks after this machine to set the clock." in desk
    assert "'kiosk" not in desk
    assert "'kiosk purge --clock-is-right'" in command
