"""What an unlock found and the next one would not find again: it is said until a lead acknowledges it.

And quarters' figures, which are among what somebody who can write to the disk may take away or replace.
"""

import msgspec
import pytest

from kiosk import mac
from kiosk.counts.quarters import Quarter
from kiosk.desk.keys import stock, stocktaking
from kiosk.desk.keys.stock_pages import Seen
from kiosk.desk.rekey import change_key
from kiosk.desk.summaries import figures
from kiosk.desk.summaries.figures import Figures, file_of, keep
from kiosk.errors import LeadNeededError
from kiosk.visit.saving import Saved
from tests.kiosk.desk.offices import ALI, JO, NOON, THIEF, Office, office
from tests.kiosk.sealed import FIRST

__all__ = ["office"]

GONE = "Pages are missing from 1 entry"
EARLIER, LATER = Quarter(2025, 1), Quarter(2025, 2)


@pytest.fixture
def robbed(office: Office) -> Saved:
    """An entry of two pages, of which somebody took one away since the desk was unlocked."""
    saved = office.saves()
    desk = office.desk()
    desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
    desk.vault.close()
    office.page(saved, 2).unlink()
    return saved


def noted(office: Office, did: str) -> list[tuple[str, str]]:
    desk = office.desk()
    return [(one.who, one.detail) for one in desk.audit.read(desk.identity).events if one.did == did]


def test_what_a_member_of_staff_clicks_past_is_said_to_the_lead_too_with_who_saw_it_first(
    office: Office, robbed: Saved
) -> None:
    assert office.warned(ALI).startswith(f"{GONE}: {robbed.name}.")
    for name in (JO, ALI, JO):
        said = office.warned(name)
        assert said.startswith(f"Found when {ALI} unlocked on 1 March 2026, 12:00: {GONE}: {robbed.name}.")
        assert said.count(GONE) == 1
    [(who, detail)] = noted(office, "found a change")
    assert who == ALI
    assert detail.startswith(f"{GONE}: {robbed.name}.")


def test_once_a_lead_acknowledges_it_nobody_is_told_again_and_the_audit_says_who_did(
    office: Office, robbed: Saved
) -> None:
    office.warned(ALI)
    desk, greeting = office.unlocks()
    assert [one.by for one in greeting.found] == [ALI]
    desk.acknowledge(greeting.found)
    assert stock.to_acknowledge(office.home) == 0
    assert office.warned(ALI) == office.warned() == ""
    assert noted(office, "acknowledged what was found") == [(JO, "1")]


def test_only_a_lead_acknowledges_it(office: Office, robbed: Saved) -> None:
    desk, greeting = office.unlocks(ALI)
    with pytest.raises(LeadNeededError):
        desk.acknowledge(greeting.found)
    assert stock.to_acknowledge(office.home) == 1
    assert GONE in office.warned()


def test_what_was_found_since_a_lead_looked_stays(office: Office, robbed: Saved) -> None:
    desk, greeting = office.unlocks()
    office.page(robbed).unlink()
    office.warned(ALI)
    desk.acknowledge(greeting.found)
    said = office.warned()
    assert said.count(GONE) == 1
    assert f"Found when {ALI} unlocked" in said


def test_it_outlasts_a_change_of_the_venues_key(office: Office, robbed: Saved) -> None:
    office.warned(ALI)
    change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    assert GONE in office.warned(ALI)
    assert GONE in office.warned()


def test_what_lasts_is_said_while_it_does_and_needs_no_acknowledging(office: Office) -> None:
    office.desk()
    planted = office.home.staff / "strange.json"
    planted.write_bytes(b"junk")
    assert "give no access: strange.json" in office.warned()
    assert "give no access: strange.json" in office.warned()
    planted.unlink()
    assert office.warned() == ""
    assert noted(office, "found a change") == []


def test_however_often_somebody_changes_things_the_stock_stays_small(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stocktaking, "FOUND_MOST", 3)
    text = office.home.settings.read_text()
    for seconds in range(100, 105):
        office.desk()
        office.home.settings.write_text(text.replace("warn = 90", f"warn = {seconds}"))
        saved = office.saves()
        office.desk()
        office.page(saved).unlink()
    greeting = office.unlocks()[1]
    assert len(greeting.found) == 3
    assert greeting.found[-1].says.startswith(GONE)
    assert len(noted(office, "found a change")) > 5


def test_a_stock_in_which_somebody_acknowledged_for_the_lead_is_told(office: Office, robbed: Saved) -> None:
    office.warned(ALI)
    data = office.home.stock.read_bytes()
    told = msgspec.json.decode(data)
    told["stock"]["found"] = []
    office.home.stock.write_bytes(msgspec.json.encode(told))
    assert "is missing or was changed" in office.warned()
    assert len(noted(office, "found a change")) == 2


# -- figures


def counted(office: Office, quarter: Quarter = EARLIER, day: str = "2025-10-01") -> None:
    keep(office.home, office.identity, Figures(quarter=str(quarter), counted=day, packs=()))


@pytest.fixture
def with_figures(office: Office) -> Office:
    for quarter in (EARLIER, LATER):
        counted(office, quarter)
    assert office.warned() == ""
    return office


def test_figures_that_are_gone_are_told_until_a_lead_acknowledges_it(with_figures: Office) -> None:
    file_of(with_figures.home, EARLIER).unlink()
    for _ in range(2):
        assert "The statistics of 2025-Q1 are missing. Restore a backup" in with_figures.warned(ALI)
    desk, greeting = with_figures.unlocks()
    desk.acknowledge(greeting.found)
    assert with_figures.warned() == ""


def test_figures_that_are_not_the_desks_or_of_another_quarter_are_told_each_time(
    with_figures: Office,
) -> None:
    file, other = (file_of(with_figures.home, quarter) for quarter in (EARLIER, LATER))
    before = file.read_bytes()
    forged = Figures(quarter=str(EARLIER), counted="2025-10-01", packs=())
    for data in (b"", figures.VOUCHED.sealed(msgspec.json.encode(forged), THIEF), other.read_bytes()):
        file.write_bytes(data)
        for _ in range(2):
            assert "The statistics of 2025-Q1 cannot be read, or no desk" in with_figures.warned()
    file.write_bytes(before)
    assert with_figures.warned() == ""


def test_figures_that_were_taken_away_and_counted_again_are_told(with_figures: Office) -> None:
    file_of(with_figures.home, EARLIER).unlink()
    counted(with_figures, EARLIER, "2025-12-01")
    assert (
        "The statistics of 2025-Q1 are not those that were here at the last unlock." in with_figures.warned()
    )


def test_figures_that_the_desk_sealed_again_are_the_same(with_figures: Office) -> None:
    change_key(with_figures.home, with_figures.enters(), with_figures.root / "new.txt", now=lambda: NOON)
    assert with_figures.warned() == with_figures.warned(ALI) == ""


def test_what_the_desk_counted_since_it_was_unlocked_cannot_be_taken_away_unseen(office: Office) -> None:
    office.desk()
    counted(office)
    digest = mac.value_digest(figures.read(office.home, EARLIER, office.identity))
    stock.remember(office.home, office.identity, quarters={str(EARLIER): digest})
    file_of(office.home, EARLIER).unlink()
    assert "The statistics of 2025-Q1 are missing" in office.warned()


def test_any_number_of_planted_figures_costs_an_unlock_little(with_figures: Office) -> None:
    for year in range(1000, 1100):
        for number in range(1, 5):
            file_of(with_figures.home, Quarter(year, number)).write_bytes(b"junk")
    found = figures.digests(with_figures.home, with_figures.identity, [str(EARLIER), str(LATER)])
    assert len(found) == 2 + figures.STRANGERS_MOST
    assert {quarter for quarter, digest in found.items() if digest} == {str(EARLIER), str(LATER)}


def test_the_stock_of_now_knows_pages_and_quarters(with_figures: Office) -> None:
    saved = with_figures.saves()
    with_figures.desk()
    told = stock.read(with_figures.home, with_figures.identity)
    assert told is not None
    assert isinstance(told.pages[saved.id][FIRST], Seen)
    assert told.quarters.keys() == {str(EARLIER), str(LATER)}
