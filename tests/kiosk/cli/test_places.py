"""`kiosk place`: two machines are introduced to each other, and whoever is not, is refused in plain words."""

import json
import shutil
from pathlib import Path

from msgspec.structs import replace

from kiosk import seal
from kiosk.dates import now
from kiosk.home import Home
from kiosk.places import known
from kiosk.places.card import Card, file_text, fingerprint, letters, own_card, qr_texts
from kiosk.places.known import known_places
from kiosk.settings.settings import Venue, load_settings
from tests.kiosk.command_terminal import CommandTerminal
from tests.kiosk.machines import Machine, Office, sheet_at
from tests.kiosk.places.cards import card_of

ELM = card_of()
AS_IT_IS = ("--fingerprint", fingerprint(ELM))


def card_file(machine: Machine, card: Card = ELM) -> str:
    return machine.file("card.txt", file_text(card))


def introduced(machine: Machine, card: Card = ELM) -> None:
    told = machine.as_jo("place", "introduce", card_file(machine, card), "--fingerprint", fingerprint(card))
    assert told.exit_code == 0, told.stderr


def greeting(machine: Machine) -> str:
    """What whoever unlocks is told."""
    return machine.as_jo("staff", "list").stderr


def test_two_machines_are_introduced_by_files_and_the_same_fingerprint(
    office: Office, tmp_path: Path
) -> None:
    (tmp_path / "oak").mkdir()
    oak = Machine(tmp_path / "oak")
    file = tmp_path / "card.txt"
    shown = json.loads(office.run("place", "show", "--json").stdout)
    assert shown["fingerprint"] in office.run("place", "show", "--file", str(file)).stdout
    told = oak.as_jo("place", "introduce", str(file), "--fingerprint", shown["fingerprint"].lower())
    assert told.exit_code == 0
    assert told.stderr == (
        f"Sandhill House, a machine with a desk\nPlace        {shown['place']}\n"
        f"Fingerprint  {shown['fingerprint']}\n"
    )
    assert told.stdout == "Sandhill House is known here now.\n"
    [one] = known_places(oak.home)
    assert (one.card, one.by) == (own_card(office.home), "Jo Smith")
    assert greeting(oak) == ""
    [listed] = json.loads(oak.run("place", "list", "--json").stdout)
    assert (listed["fingerprint"], listed["revoked"]) == (shown["fingerprint"], None)
    assert (
        f"{shown['place']}  Sandhill House  {shown['fingerprint']}  since " in oak.run("place", "list").stdout
    )


def test_what_is_shown_is_read_from_letters_and_codes_and_written_over_no_file(office: Office) -> None:
    card = own_card(office.home)
    shown = office.run("place", "show").stdout
    assert letters(card) in shown
    assert shown.count("█" * 45) == 4  # the quiet zones of two codes, above and below
    assert f"Fingerprint  {fingerprint(card)}" in shown
    assert json.loads(office.run("place", "show", "--json").stdout)["lines"][0] in qr_texts(card)[0]
    assert max(map(len, shown.splitlines())) < 80
    file = office.file("there.txt", "mine")
    assert "already exists" in office.refuses("place", "show", "--file", file)
    assert Path(file).read_text() == "mine"


def test_a_lead_introduces_and_revokes_and_it_is_noted(office: Office) -> None:
    file = card_file(office)
    assert "lead" in office.as_ali("place", "introduce", file, *AS_IT_IS).stderr
    assert known_places(office.home) == ()
    introduced(office)
    assert "Elm House, reception (Elm House) is revoked" in office.says("place", "revoke", ELM.place, "--yes")
    assert office.noted() == [
        f"Jo Smith: introduced a place Elm House, reception (Elm House), {ELM.place}",
        f"Jo Smith: revoked a place Elm House, reception (Elm House), {ELM.place}",
    ]
    assert greeting(office) == ""
    assert "revoked" in office.run("place", "list").stdout
    assert known.unvouched(office.home, office.identity()) == ()


def test_the_card_and_the_fingerprint_are_asked_of_a_person(office: Office) -> None:
    rows = letters(ELM).split("\n")
    with CommandTerminal(office.home.root, "place", "introduce", *office.jo, columns=120) as terminal:
        terminal.wait_for("Line 1:")
        terminal.type("https://example.org/menu\r")
        terminal.wait_for("This is not the card of a place.")
        terminal.type(f"{qr_texts(ELM)[0]}\r")
        terminal.wait_for("Line 7 of 10:")
        terminal.type(f"{rows[6][4:-1]}U\r")
        terminal.wait_for("Check line 7: it holds a character that no card has.")
        for row in rows[6:]:
            terminal.type(f"{row[4:].lower()}\r")
        terminal.wait_for("show the same fingerprint? [y/N]:")
        assert fingerprint(ELM) in terminal.text()
        terminal.type("y\r")
        terminal.wait_for("is known here now.")
        assert terminal.exit_code() == 0
    assert [one.card for one in known_places(office.home)] == [ELM]


def test_what_is_no_whole_card_is_refused(office: Office) -> None:
    file = office.folder / "card"
    for data, says in (
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "not the card of a place"),
        (b"https://example.org/menu\n", "not the card of a place"),
        (b"", "not the card of a place"),
        (letters(ELM).encode()[:170], "lines 6 to 10 are missing"),
        (letters(ELM).replace(" 5  ", " 4  ").encode(), "line 4 is wrong"),
        (bytes(5 << 20), "too large"),
    ):
        file.write_bytes(data)
        told = office.refuses("place", "introduce", str(file), *AS_IT_IS).lower()
        assert says in told.replace("check", ""), data[:40]
        if len(data) < 1 << 20:
            assert says in office.refuses("place", "introduce", "-", *AS_IT_IS, stdin=data).lower()
    assert not office.home.known_places.exists()


def test_another_fingerprint_the_own_card_and_other_keys_are_refused(office: Office) -> None:
    refused = office.as_jo("place", "introduce", card_file(office), "--fingerprint", "3F9A")
    assert refused.exit_code == 1
    assert refused.stderr.endswith(
        f"The fingerprint of this card is {fingerprint(ELM)}, and not the one given. Nothing was changed. "
        "Take the card from that machine again: this one is not the card it shows.\n"
    )
    assert "this machine itself" in office.refuses(
        "place", "introduce", card_file(office, own_card(office.home)), *AS_IT_IS
    )
    assert "needs a terminal" in office.as_jo("place", "introduce", card_file(office)).stderr
    introduced(office)
    other = replace(ELM, verify_key=bytes(32))
    assert f"run 'kiosk place revoke {ELM.place}' first" in office.refuses(
        "place", "introduce", card_file(office, other), "--fingerprint", fingerprint(other)
    )
    assert [one.card for one in known_places(office.home)] == [ELM]
    assert "No place 'Oak' is known" in office.refuses("place", "revoke", "Oak", "--yes")
    again = card_of(2)  # another place of the same name
    compared = ("--fingerprint", fingerprint(again))
    told = office.as_jo("place", "introduce", card_file(office, again), *compared).stdout
    assert f"run 'kiosk place revoke {ELM.place}'" in told


def test_a_name_is_no_command_to_a_terminal(office: Office) -> None:
    hostile = replace(ELM, name="\x1b[2J[red]Elm\u202e\nHouse")
    file = office.file("hostile.txt", letters(hostile))
    shown = office.as_jo("place", "introduce", file, "--fingerprint", fingerprint(hostile))
    assert shown.stdout == "[2J[red]Elm House (Elm House) is known here now.\n"
    assert not set("\x1b\u202e") & set(shown.output)


def test_the_next_unlock_names_a_planted_place_until_a_lead_revokes_it(office: Office) -> None:
    introduced(office)
    known.introduce(office.home, card_of(2, "Oak House"), now=now())
    for _ in range(2):
        assert "no lead of this venue introduced as they are: Oak House (Elm House)." in greeting(office)
    assert office.as_jo("place", "revoke", "Oak House", "--yes").exit_code == 0
    assert greeting(office) == ""


def test_an_older_list_and_a_missing_one_are_noticed(office: Office) -> None:
    introduced(office)
    before = office.home.known_places.read_bytes()
    office.says("place", "revoke", ELM.place, "--yes")
    office.home.known_places.write_bytes(before)
    assert "The known places are not those of the last unlock" in greeting(office)
    office.home.known_places.unlink()
    assert "The known places are not those of the last unlock" in greeting(office)
    office.home.known_places.write_text("{}x")
    assert "cannot be read" in greeting(office)


def test_a_new_venue_key_vouches_for_the_known_places_again(office: Office) -> None:
    introduced(office)
    office.says("staff", "rekey", "--yes", *sheet_at(office.folder / "new.txt"))
    assert greeting(office) == ""
    assert known.unvouched(office.home, office.identity()) == ()
    assert (
        json.loads(office.run("place", "show", "--json").stdout)["venue_key"]
        == own_card(office.home).venue_key
    )


def test_where_nothing_is_set_up_there_is_no_card(tmp_path: Path) -> None:
    machine = object.__new__(Machine)
    machine.home = Home(tmp_path / "none")
    for arguments in (["show"], ["introduce", "-"], ["list"], ["revoke", "Elm", "--yes"]):
        assert "Nothing is set up" in machine.refuses("place", *arguments)
    assert not machine.home.root.exists()


# -- a kiosk that only collects


class Collecting(Machine):
    """A kiosk without a desk, set up from the card of an office."""

    def __init__(self, office: Office, *more: str) -> None:
        self.folder = office.folder / "reception"
        self.folder.mkdir(exist_ok=True)
        self.home = Home(self.folder / "home")
        card = own_card(office.home)
        self.made = self.run(
            "setup", "--collect", card_file(self, card), "--fingerprint", fingerprint(card), *more
        )


def test_a_kiosk_that_only_collects_has_the_key_of_the_desk_and_no_private_one(office: Office) -> None:
    kiosk = Collecting(office, "--place", "Sandhill House, reception", "--printer", "/dev/usb/lp0")
    assert kiosk.made.exit_code == 0
    assert "picked up\nat Sandhill House.\n" in kiosk.made.stdout
    assert not kiosk.home.has_desk()
    settings = load_settings(kiosk.home.settings)
    assert (settings.venue, settings.printer.device) == (
        Venue(
            name="Sandhill House",
            key=load_settings(office.home.settings).venue.key,
            place="Sandhill House, reception",
        ),
        "/dev/usb/lp0",
    )
    assert {path.name for path in kiosk.home.root.rglob("*")} == {
        "kiosk.toml",
        "place",
        "places",
        "known.json",
    }
    [desk] = known_places(kiosk.home)
    assert (desk.card, desk.by, desk.tag) == (own_card(office.home), "", "")
    assert (own_card(kiosk.home).desk, own_card(kiosk.home).name) == (False, "Sandhill House, reception")
    assert "already set up" in kiosk.refuses("setup", "--collect", card_file(kiosk))


def test_it_does_all_that_a_kiosk_without_a_desk_does(office: Office) -> None:
    kiosk = Collecting(office)
    entered = kiosk.entered({"good_day": "Sun"})
    [page] = kiosk.home.vault.rglob("*.age")
    assert b"Sun" in seal.open_sealed(page.read_bytes(), office.identity())
    assert kiosk.run("retention", "1", "--yes").exit_code == 0
    assert kiosk.run("purge").exit_code == 0
    assert kiosk.run("backup", str(kiosk.folder), "--same-disk").exit_code == 0
    found = json.loads(kiosk.run("doctor", "--json").stdout)
    assert {one["what"] for one in found if one["level"] != "OK"} == {"Settings"}
    for command in (["desk"], ["list"], ["open", entered["code"]], ["staff", "list"]):
        assert "No desk is set up on this machine" in kiosk.refuses(*command)
    introduced(office, own_card(kiosk.home))
    assert kiosk.run("place", "revoke", "Sandhill House", "--yes").exit_code == 0
    assert not kiosk.home.audit.exists()


def test_what_a_set_up_left_that_broke_off_does_not_make_it_a_desk(office: Office) -> None:
    folder = office.folder / "reception"
    shutil.copytree(office.home.staff, folder / "home" / "staff")
    known.introduce(Home(folder / "home"), ELM, now=now())
    kiosk = Collecting(office)
    assert not kiosk.home.has_desk()
    assert [one.card for one in known_places(kiosk.home)] == [own_card(office.home)]


def test_a_card_that_is_not_the_desks_sets_nothing_up(tmp_path: Path) -> None:
    machine = object.__new__(Machine)
    machine.folder, machine.home = tmp_path, Home(tmp_path / "home")
    kiosk = card_of(desk=False)
    for card, compared, says in (
        (kiosk, fingerprint(kiosk), "has no desk, so nobody picks entries up there"),
        (ELM, "3F9A", "and not the one given"),
    ):
        told = machine.run("setup", "--collect", card_file(machine, card), "--fingerprint", compared)
        assert (told.exit_code, told.stdout) == (1, "")
        assert says in told.stderr
    for wrong in (["--collect", "x", "--staff", "Jo"], ["--collect", "x", "--same-disk"], ["--place", "x"]):
        assert machine.run("setup", *wrong).exit_code == 2
    assert not machine.home.root.exists()
