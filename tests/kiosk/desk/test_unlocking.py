"""What whoever unlocked the desk may still do, after something changed; and unlocking, which is noted."""

from pathlib import Path

import pytest

from kiosk import seal
from kiosk.desk import staff
from kiosk.desk.audit import Audit
from kiosk.desk.staff_files import LEAD
from kiosk.desk.unlocking import Standing, unlock
from kiosk.errors import LeadNeededError, PassphraseError, ShutOutError, StaffError
from kiosk.settings import Home, Settings, Venue, settings_text
from tests.kiosk.desk.conftest import NOON, OTHER, SECRET, Add


@pytest.fixture
def folder(home: Home) -> Path:
    return home.staff


@pytest.fixture
def standing(home: Home, venue: str, add: Add) -> Standing:
    """Ali, who is a member of staff beside a lead."""
    add("Jo Smith", role="lead")
    add("Ali Khan")
    return Standing(home, "Ali Khan", venue, seal.recipient_of(venue))


def test_a_member_of_staff_may_do_what_is_theirs_and_a_lead_everything(standing: Standing) -> None:
    standing.require("staff")
    with pytest.raises(LeadNeededError, match="Only a lead may do this"):
        standing.require(LEAD)
    staff.set_role(standing.home.staff, "Ali Khan", "lead")
    standing.require(LEAD)
    staff.set_role(standing.home.staff, "Ali Khan", "staff")
    with pytest.raises(LeadNeededError, match="you are no longer one"):
        standing.require(LEAD)


def test_whoever_was_removed_may_do_nothing_more(standing: Standing) -> None:
    staff.remove(standing.home.staff, "ali khan")
    for role in ("staff", LEAD):
        with pytest.raises(ShutOutError, match="You can no longer unlock this desk"):
            standing.require(role)


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


def test_unlocking_is_noted_and_so_is_a_wrong_passphrase(
    home: Home, venue: str, audit: Audit, add: Add
) -> None:
    add("Jo Smith", role="lead")

    def unlocks(passphrase: str, key: str) -> staff.Unlocked:
        return unlock(
            home,
            audit,
            "jo smith",
            passphrase,
            venue_key=key,
            now=lambda: NOON,
            pause=lambda _seconds: None,
        )

    with pytest.raises(PassphraseError):
        unlocks(OTHER, seal.recipient_of(venue))
    with pytest.raises(StaffError, match="another venue"):
        unlocks(SECRET, seal.recipient_of(seal.new_identity()))
    assert unlocks(SECRET, seal.recipient_of(venue)).identity == venue
    events = audit.read(venue).events
    assert [(event.who, event.did) for event in events] == [
        ("Jo Smith", "unlocked"),
        ("Jo Smith", "could not unlock"),
    ]


def test_a_wrong_passphrase_is_told_though_it_cannot_be_noted(home: Home, venue: str, add: Add) -> None:
    add("Jo Smith")
    home.root.joinpath("other").write_text("a file where a folder should be")
    audit = Audit(home.root / "other" / "log", seal.recipient_of(venue), lambda: NOON)
    with pytest.raises(PassphraseError):
        unlock(
            home,
            audit,
            "Jo Smith",
            OTHER,
            venue_key=seal.recipient_of(venue),
            now=lambda: NOON,
            pause=lambda _seconds: None,
        )
