"""The commands of a central desk: holding the keys of other venues."""

import pytest
from click.testing import Result

from kiosk import seal
from kiosk.desk.keys import held, recovery_sheet
from kiosk.desk.keys.identities import fingerprint
from kiosk.desk.keys.recovery_sheet import RecoverySheet
from tests.kiosk.desk.keyed import NOON
from tests.kiosk.machines import Office
from tests.kiosk.sealed import customer_of

ELM = customer_of(9)
SHOWN = fingerprint(seal.recipient_of(ELM))


def holds(office: Office, text: str, *options: str) -> Result:
    return office.as_jo("key", "hold", office.file("their-key.txt", text), *options)


def test_a_lead_holds_the_key_of_a_venue_by_its_sheet_and_releases_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = recovery_sheet.text_of(RecoverySheet("Elm House", ELM, NOON.date(), office.folder))
    asked = list[str]()
    monkeypatch.setattr("kiosk.cli.held.confirm", lambda question, _option: asked.append(question))
    assert holds(office, sheet).stderr == "Nothing was changed.\n"
    assert asked == [f"Elm House, venue key {SHOWN}. Hold this key here?"]
    assert office.says("key", "held") == "No keys of other venues are held here.\n"
    assert holds(office, sheet, "--yes").stdout.startswith("The key of Elm House is held here.")
    assert office.says("key", "held") == f"Elm House  {SHOWN}\n"
    assert office.noted() == [f"Jo Smith: held the key of a venue Elm House, {SHOWN}"]
    assert ELM.encode() not in b"".join(
        file.read_bytes() for file in office.home.root.rglob("*") if file.is_file()
    )

    assert (
        office.says("key", "release", "elm house", "--yes")
        == "The keys of Elm House are no longer held here.\n"
    )
    assert not (office.home.staff / held.VENUES).exists()


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("no key", (), "There is no recovery key here"),
        (ELM, (), "Give its name with --name"),
        (ELM, ("--name", "sandhill house"), "is this venue's own name"),
    ],
)
def test_what_is_no_other_venues_key_is_not_held(
    office: Office, text: str, options: tuple[str, ...], says: str
) -> None:
    told = holds(office, text, "--yes", *options)
    assert (told.exit_code, told.stdout) == (1, "")
    assert says in told.stderr


def test_that_takes_a_lead(office: Office) -> None:
    file = office.file("their-key.txt", ELM)
    for command in (("hold", file, "--name", "Elm House"), ("release", "Elm House")):
        assert "Only a lead may do this" in office.as_ali("key", *command, "--yes").stderr
