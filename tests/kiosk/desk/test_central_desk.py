"""A central desk: it holds the key of another venue, and writes into its entries as its own desk would."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from kiosk import seal
from kiosk.desk import lost_slip, new_code
from kiosk.desk.keys import held, recovery_sheet, stock
from kiosk.desk.keys.held import HeldVenue
from kiosk.desk.listing import flags_of
from kiosk.desk.plain_text import opened_text, rows_text
from kiosk.desk.rekey import change_key
from kiosk.desk.restore_as_lead import restore
from kiosk.desk.summaries import figures
from kiosk.entry.page_file import open_page
from kiosk.entry.staff_pages import Note, Plan, PlanGoal
from kiosk.errors import NewCodeError, NoKeyError, StaffError
from kiosk.places import known
from kiosk.settings.settings import keep_settings, load_settings
from kiosk.upkeep.backup import back_up
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.page_names import page_name
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Submission
from tests import packs
from tests.kiosk.desk.keyed import FIGURES
from tests.kiosk.desk.offices import ALI, JO, NOON, THIEF, Office
from tests.kiosk.places.cards import card_of
from tests.kiosk.sealed import PLACE

ELM, CENTRE = "Oak House", "Hill Street"


class Centre(Office):
    """A desk that has entries of another venue, and may hold that venue's key."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        settings = load_settings(self.home.settings)
        keep_settings(
            self.home, structs.replace(settings, venue=structs.replace(settings.venue, name=CENTRE))
        )

    def holds(self, venue: Office, sheet: str = "sheet.txt") -> None:
        found = held.in_file((venue.root / sheet).read_bytes())
        assert found.name == ELM
        held.hold(self.home.staff, self.enters().identity, found, note=lambda _name: None)
        stock.follow_held(self.home, self.enters().identity)

    def releases(self, name: str) -> None:
        gone = held.release(self.home.staff, self.enters().identity, name, note=lambda _name: None)
        stock.follow_held(self.home, self.enters().identity, released=gone.name)


def carries(here: Office, there: Office, *entries: str) -> None:
    """Bring entries of one home into another, with what its staff said of them, and what they erased."""
    pages = [file for id_ in entries for file in (here.home.vault / id_[:2]).glob(f"{id_}.*")]
    for file in pages:
        copy = there.home.vault / file.relative_to(here.home.vault)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    with (
        closing(Catalogue(here.home.catalogue)) as source,
        closing(Catalogue(there.home.catalogue)) as target,
    ):
        target.take_in({id_: one for id_, one in source.documents().items() if id_ in entries})
    with Vault(there.home.root, clock=lambda: NOON, name_of=there.session.names.name_of) as vault:
        vault.reconcile()


@pytest.fixture
def elm(begun_office: Office, tmp_path: Path) -> Office:
    return begun_office.copied(tmp_path / "elm")


@pytest.fixture(scope="module")
def begun_centre(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    return Centre(tmp_path_factory.mktemp("centre"))


@pytest.fixture
def centre(begun_centre: Centre, tmp_path: Path) -> Centre:
    return begun_centre.copied(tmp_path / "centre")


def test_what_a_centre_writes_counts_at_the_venues_own_desk(elm: Office, centre: Centre) -> None:
    saved, own = elm.saves(), centre.saves("at the centre")
    for office in (elm, centre):
        office.desk()
    carries(elm, centre, saved.id)
    centre.holds(elm)

    desk, greeting = centre.unlocks()
    assert greeting.warnings == ()
    assert [desk.venue_of(one.id) for one in (saved, own)] == [ELM, CENTRE]
    rows = desk.rows()
    lines = rows_text(rows, flags_of(desk, rows, 90, NOON)).split("\n")
    listed = {row.id: line for row, line in zip(rows, lines, strict=True)}
    assert listed[saved.id].endswith(f"1 Mar 2026  {ELM}    waiting")
    assert listed[own.id].endswith(f"1 Mar 2026  {CENTRE}  waiting")
    opened = desk.pick_up(desk.open(str(saved.handle)))
    assert (opened.doubts, opened.venue) == ((), ELM)
    assert f"Saved 1 Mar 2026 at {ELM}; picked up" in opened_text(opened, NOON)
    opened = desk.add_note(opened, "From the centre", NOON)
    opened = desk.agree(opened, [PlanGoal(want="A garden")], NOON)
    desk.change_state(opened, "agreed", NOON)
    desk.add_note(desk.open(str(own.handle)), "Our own", NOON)
    assert centre.unlocks()[1].warnings == ()  # what it wrote does not warn it

    for id_, theirs, others in ((saved.id, elm, centre), (own.id, centre, elm)):
        for file in centre.home.vault.rglob(f"{id_}.*.age"):
            assert open_page(file.read_bytes(), theirs.identity).head.venue == theirs.key
            with pytest.raises(NoKeyError):
                seal.open_sealed(file.read_bytes(), others.identity)

    carries(centre, elm, saved.id)
    desk, greeting = elm.unlocks()
    assert greeting.warnings == ()
    [row] = desk.rows()
    assert (row.state, row.picked_up_by) == ("agreed", JO)
    opened = desk.open(str(saved.handle))
    assert (opened.doubts, opened.venue) == ((), "")
    assert [note.text for note in opened.notes.values()] == ["From the centre"]
    assert opened.plan == Plan(made=NOON, by=JO, goals=(PlanGoal(want="A garden"),))


def test_a_new_code_and_a_deletion_at_a_centre_count_there_too(elm: Office, centre: Centre) -> None:
    lost, gone = elm.saves(), elm.saves()
    elm.desk()
    carries(elm, centre, lost.id, gone.id)
    centre.holds(elm)
    desk = centre.desk()
    search = lost_slip.begin(desk, ALI, "The customer asked")
    given = new_code.give(desk, search.open(desk.vault.row(lost.id)), ALI, new_code.drawn(desk), NOON)
    desk.erase(desk.open(str(gone.handle)), "The customer asked")
    assert desk.venue_of(given.saved.id) == ELM
    desk = centre.desk()
    assert desk.venue_of(given.saved.id) == ELM

    carries(centre, elm, lost.id, given.saved.id, gone.id)
    desk, greeting = elm.unlocks()
    assert greeting.warnings == ()
    assert [row.id for row in desk.rows()] == [given.saved.id]
    opened = desk.open(str(given.saved.handle))
    assert opened.doubts == ()
    assert [one.second for one in opened.new_codes] == [ALI]
    [count] = elm.home.vault.rglob(f"{given.saved.id}.*.count")
    assert seal.open_sealed(count.read_bytes(), elm.identity)
    desk.add_note(opened, "And on", NOON)


@pytest.mark.parametrize("is_held", [True, False])
def test_what_a_venues_own_desk_did_counts_at_a_centre_and_alarms_none(
    elm: Office, centre: Centre, is_held: bool
) -> None:
    saved, gone = elm.saves(), elm.saves()
    elm.desk()
    centre.desk()
    carries(elm, centre, saved.id, gone.id)
    if is_held:
        centre.holds(elm)
    centre.desk()
    desk = elm.desk()
    search = lost_slip.begin(desk, ALI, "The customer asked")
    given = new_code.give(desk, search.open(desk.vault.row(saved.id)), ALI, new_code.drawn(desk), NOON)
    desk.change_state(desk.open(str(given.saved.handle)), "agreed", NOON)
    desk.erase(desk.open(str(gone.handle)), "The customer asked")
    carries(elm, centre, saved.id, given.saved.id, gone.id)
    desk, greeting = centre.unlocks()
    assert [row.id for row in desk.rows()] == [given.saved.id]
    if not is_held:
        [line] = greeting.warnings
        assert f"a key that this desk does not hold: {given.saved.name}." in line
        return
    assert greeting.warnings == ()
    opened = desk.open(str(given.saved.handle))
    assert (opened.doubts, opened.row.state) == ((), "agreed")
    with pytest.raises(NewCodeError):
        desk.open(str(saved.handle))


def test_what_other_venues_places_sent_is_neither_told_nor_listed(elm: Office, centre: Centre) -> None:
    """It lies there for customers who come back; what was saved here to a wrong key is told, and listed."""
    card = structs.replace(card_of(), place=PLACE, venue_key=seal.recipient_of(elm.identity))
    saved = elm.saves()
    centre.desk()
    known.introduce(centre.home, card, now=NOON, identity=centre.identity)
    carries(elm, centre, saved.id)
    desk, greeting = centre.unlocks()
    assert [one for one in greeting.warnings if "key" in one] == []
    assert desk.rows() == ()
    centre.holds(elm)
    desk, _ = centre.unlocks()
    assert [row.id for row in desk.rows()] == [saved.id]


def test_what_no_key_here_opens_is_told_once_in_plain_words(elm: Office, centre: Centre) -> None:
    saved = elm.saves()
    elm.desk().change_state(elm.desk().open(str(saved.handle)), "closed", NOON)
    centre.desk()
    carries(elm, centre, saved.id)
    desk, greeting = centre.unlocks()
    assert greeting.warnings == (
        f"1 new entry is encrypted to a key that this desk does not hold: {saved.name}. What did not come "
        "from another venue, someone else may have read.",
    )
    assert greeting.found == ()
    assert desk.venue_of(saved.id) == "another venue"
    with pytest.raises(NoKeyError, match="a key that this desk does not hold"):
        desk.open(str(saved.handle))
    assert centre.unlocks()[1].warnings == ()

    # Once its key is held it is checked like any other, and no longer once it is released.
    planted = elm.home.vault / saved.id[:2] / f"{saved.id}.{page_name(9, PLACE)}.age"
    elm.plants(saved, 9, Note(made=NOON, by="Nobody", text="Forged"))
    elm.page(saved, 9).rename(planted)
    carries(elm, centre, saved.id)
    centre.unlocks()
    centre.holds(elm)
    desk, greeting = centre.unlocks()
    opened = desk.open(str(saved.handle))
    assert [opened.venue, opened.row.state] == [ELM, "closed"]
    assert opened.doubts == ("Page 9 is not shown: it claims to be from staff, but is not.",)
    assert "claims to be from staff, but is not" in greeting.warnings[0]
    figures.keep(centre.home.apart(desk.held[0].id), elm.identity, FIGURES)
    assert "statistics" not in centre.warned()
    centre.releases(ELM)
    centre.unlocks()  # the forged page is new to it, as one of another venue
    desk, greeting = centre.unlocks()
    assert (greeting.warnings, desk.venue_of(saved.id)) == ((), "another venue")
    with pytest.raises(StaffError, match="No key of a venue of that name"):
        centre.releases(ELM)


def test_a_page_of_another_venue_in_an_own_entry_is_named_as_that(elm: Office, centre: Centre) -> None:
    """Its customer came to another venue of the organisation, which added a page."""
    saved = elm.saves()
    elm.desk()
    carries(elm, centre, saved.id)
    centre.saver.amend(Submission(packs.small(), {"day": "at the centre"}), saved.handle)
    centre.holds(elm)
    opened = centre.desk().open(str(saved.handle))
    assert (opened.doubts, opened.venue, len(opened.pages)) == ((), ELM, 2)
    centre.desk().add_note(opened, "Both read", NOON)
    carries(centre, elm, saved.id)
    desk, greeting = elm.unlocks()
    assert [line.startswith("1 new entry is encrypted to a key") for line in greeting.warnings] == [True]
    opened = desk.open(str(saved.handle))
    assert opened.doubts == ("Page 2 is not shown: it is encrypted to a key that this desk does not hold.",)
    assert [note.text for note in opened.notes.values()] == ["Both read"]
    assert elm.unlocks()[1].warnings == ()


def test_held_keys_stay_through_a_new_key_a_backup_and_the_recovery_sheet(
    elm: Office, centre: Centre, tmp_path: Path
) -> None:
    saved = elm.saves()
    elm.desk()
    carries(elm, centre, saved.id)
    centre.holds(elm)
    centre.desk()
    (tmp_path / "stick").mkdir()
    elm.plants(saved, 2, Note(made=NOON, by="Nobody", text="Forged"))
    forged = Path(shutil.copy2(elm.page(saved, 2), centre.page(saved, 2)))
    folder = back_up(centre.home, tmp_path / "stick", centre.key, NOON).folder
    forged.unlink()
    sealed = {file: file.read_bytes() for file in centre.home.vault.rglob(f"{saved.id}.*.age")}

    done = change_key(centre.home, centre.enters(), tmp_path / "new.txt", now=lambda: NOON)
    assert (done.unread, done.kept) == ((), 0)
    assert {file: file.read_bytes() for file in sealed} == sealed  # they stay the venue's
    for name in (JO, ALI):
        desk, greeting = centre.unlocks(name)
        assert (greeting.warnings, desk.open(str(saved.handle)).doubts) == ((), ())

    # The sheet opens them by age alone, as it opens older keys.
    identity = recovery_sheet.identity_in((tmp_path / "new.txt").read_bytes())
    lines = seal.open_sealed((centre.home.staff / held.VENUES).read_bytes(), identity).decode()
    [theirs] = recovery_sheet.identities_in(lines.encode())
    assert theirs == elm.identity

    for file in sealed:
        file.unlink()
    restored, _ = restore(centre.home, centre.enters(), folder, merge=True, now=lambda: NOON)
    assert (restored.added, restored.aside) == (1, 1)
    assert centre.unlocks()[1].warnings == ()
    assert centre.desk().open(str(saved.handle)).doubts == ()


def test_a_newer_key_of_a_held_venue_comes_first_and_the_older_one_stays(elm: Office, centre: Centre) -> None:
    saved = elm.saves()
    elm.desk()
    carries(elm, centre, saved.id)
    centre.holds(elm)
    change_key(elm.home, elm.enters(), elm.root / "newer.txt", now=lambda: NOON)
    later = elm.saves("later")
    elm.desk()
    carries(elm, centre, later.id)
    centre.holds(elm, "newer.txt")
    desk, greeting = centre.unlocks()
    assert greeting.warnings == ()
    [venue] = desk.held
    assert venue.identities.split("\n")[1:] == [elm.identity]
    figures.keep(centre.home.apart(venue.id), elm.identity, FIGURES)  # with the older key
    desk = centre.desk()
    (centre.home.summaries / venue.id / f"{FIGURES.quarter}.age").unlink()
    assert f"The statistics of {FIGURES.quarter} of {ELM} are missing." in centre.warned()
    desk.add_note(desk.open(str(saved.handle)), "To the newest key", NOON)
    carries(centre, elm, saved.id)
    opened = elm.desk().open(str(saved.handle))
    assert [note.text for note in opened.notes.values()] == ["To the newest key"]

    with pytest.raises(StaffError, match="this venue's own key"):
        centre.holds(centre)
    other = HeldVenue("Mill Street", elm.identity)
    with pytest.raises(StaffError, match=f"the key of {ELM}"):
        held.hold(centre.home.staff, centre.enters().identity, other, note=lambda _name: None)


@pytest.mark.parametrize("made_by", ["a thief", "nobody"])
def test_a_file_of_keys_that_no_desk_made_is_not_used_and_locks_nobody_out(
    centre: Centre, made_by: str
) -> None:
    centre.desk()
    file = centre.home.staff / held.VENUES
    if made_by == "nobody":
        file.write_bytes(b"junk")
    else:
        held.write(centre.home.staff, [HeldVenue("Mill Street", THIEF)], THIEF)
        lines = seal.open_sealed(file.read_bytes(), THIEF)
        file.write_bytes(seal.seal(lines, [centre.key], block=1))
    desk, greeting = centre.unlocks()
    assert desk.held == ()
    assert "venues.age was changed outside the desk" in greeting.warnings[0]
    assert "The keys of other venues are not those that were held" in greeting.warnings[1]
