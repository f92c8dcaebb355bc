"""A pass over what is sealed, by itself."""

from pathlib import Path

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.reseal import reseal
from kiosk.home import Home
from kiosk.vault.page_files import PageFiles
from kiosk.vault.vault import Vault
from tests.kiosk.desk.keyed import JO, Keyed, now
from tests.kiosk.sealed import id_of


def test_a_pass_over_what_is_done_changes_nothing(keyed: Keyed) -> None:
    keyed.rekeys()
    before = {file: file.stat().st_ino for file in keyed.home.vault.rglob("*.age")}
    done = reseal(keyed.home, keyed.enters().identity, vouched_by=[keyed.old], now=now)
    assert (done.sealed, done.kept) == (0, 3)
    assert {file: file.stat().st_ino for file in keyed.home.vault.rglob("*.age")} == before


def test_a_home_with_nothing_in_it_is_passed_over(tmp_path: Path) -> None:
    done = reseal(Home(tmp_path / "none"), seal.new_identity(), vouched_by=[], now=now)
    assert (done.sealed, done.kept, done.unread) == (0, 0, ())
    assert not (tmp_path / "none").exists()


def test_a_page_keeps_its_place_in_the_list_and_its_time(keyed: Keyed) -> None:
    pages = PageFiles(keyed.home.vault)
    before = {id_of(number): pages.times(id_of(number)) for number in range(1, 5)}
    keyed.rekeys()
    with Vault(keyed.home.root, clock=now, name_of=str) as vault:
        rows = {row.id: row.saved for row in vault.rows()}
    assert {id_of(number): pages.times(id_of(number)) for number in range(1, 5)} == before
    assert set(rows) == set(before)


def test_an_audit_that_was_tampered_with_goes_on_to_show_it_and_what_is_left_counts(keyed: Keyed) -> None:
    log = keyed.home.audit
    head, _, second = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(head + second)
    keyed.rekeys()
    audit = Audit(log, keyed.key, now, read_only=True)
    assert audit.broken_at() == 1
    trail = audit.read(keyed.sheet())
    assert ([event.did for event in trail.events], trail.forged, trail.unread) == (["added a note"], 0, 0)
    assert audit.read(keyed.old).unread == 1


def test_the_audit_is_chained_anew_and_goes_on(keyed: Keyed) -> None:
    keyed.rekeys()
    audit = Audit(keyed.home.audit, keyed.key, now)
    audit.vouch_with(keyed.sheet())
    audit.note(JO, "unlocked")
    assert audit.broken_at() is None
    assert [event.did for event in audit.read(keyed.sheet()).events] == [
        "unlocked",
        "added a note",
        "unlocked",
    ]
    assert len(audit.read(keyed.old).events) == 0
    assert audit.seal_anew(keyed.enters().identity) == 0
    audit.close()
