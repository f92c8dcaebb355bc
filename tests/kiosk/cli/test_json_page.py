"""docs/json.md: it names each key that a command prints as JSON with its type, and no other."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import click
import pytest

from kiosk import dates, seal
from kiosk.cli.exchange import received_value, sent_value, standing_value
from kiosk.cli.main import main
from kiosk.dates import now
from kiosk.errors import VaultError
from kiosk.places import known
from kiosk.places.receive import ReceivedReport, Waiting
from kiosk.places.send import SentReport
from kiosk.places.standing import Standing
from kiosk.places.ways import Way
from kiosk.settings.settings import load_settings
from kiosk.vault.rows import Sign
from kiosk.vault.vault import Vault
from kiosk.visit.comments import keep_comment
from tests.kiosk.cli.test_summary import saves
from tests.kiosk.desk.summaries.many import NOW
from tests.kiosk.desk.test_comment_book import decides_as_desk
from tests.kiosk.machines import Keeper, Machine, Office, sheet_at
from tests.kiosk.places.cards import card_of
from tests.kiosk.places.store.stub_store import stub_store
from tests.kiosk.places.store.test_probe import with_store
from tests.packs import default_pack

DOCS = Path(__file__).parents[3] / "docs"
PAGES = "list of pages"
"""The type of what formats.md tells of, key by key."""

Keys = dict[str, set[str]]
"""By path, the types of what stands there."""


def chapters() -> dict[str, Keys]:
    """The keys that the page names for each command."""
    found: dict[str, Keys] = {}
    for chapter in (DOCS / "json.md").read_text(encoding="utf-8").split("\n## kiosk ")[1:]:
        command, _, text = chapter.partition("\n")
        found[command] = {}
        for names, types in re.findall(r"^\| (`.+?`) \| ([^|`]+) \|", text, re.MULTILINE):
            for name in re.findall(r"`(.+?)`", names):
                assert name not in found[command], f"kiosk {command}: {name} stands there twice"
                found[command][name] = set(types.split(" or ")) if types != "true or false" else {types}
    return found


NAMED = chapters()


def type_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                return "day"
            return "time" if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value) else "text"
        case dict():
            return "object"
        case [first, *_]:
            return f"list of {type_of(first)}s"
    return "list"


def keys_in(value: Any, named: Keys, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the type of each thing in a value; of an empty list, that it is one."""
    if isinstance(value, list):
        for item in value:
            yield from keys_in(item, named, above)
    elif isinstance(value, dict):
        for key, inside in value.items():
            path = f"{above}{key}"
            if named.get(path) == {PAGES}:
                assert {"version", "kind", "made"} <= inside[0].keys()
                yield path, PAGES
            else:
                yield path, type_of(inside)
                yield from keys_in(inside, named, f"{path}.")


def fits(command: str, *printed: Any) -> None:
    """Check that the page names for a command just what all that it printed holds."""
    found: Keys = defaultdict(set)
    for value in printed:
        for path, kind in keys_in(value, NAMED[command]):
            found[path] |= {kind} - {"list"}
    assert dict(found) == NAMED[command]


def prints(machine: Machine, *arguments: str, code: int = 0) -> Any:
    result = machine.as_jo(*arguments, "--json")
    assert result.exit_code == code, result.stderr
    return json.loads(result.stdout)


def entered(machine: Machine) -> dict[str, str]:
    return machine.entered({"good_day": "Sun", "home_happy": 4})


def damages_a_page(machine: Machine) -> None:
    """Have a page that no key opens."""
    next(machine.home.vault.rglob("*.age")).write_bytes(b"junk")


# -- which commands


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{above}{name}", command


JSON = {name for name, command in commands(main) if any("--json" in param.opts for param in command.params)}


def test_every_command_that_prints_json_has_a_chapter_and_no_other() -> None:
    assert NAMED.keys() - {"purge --dry-run", "plan"} == JSON


def test_the_list_of_commands_says_which_print_json() -> None:
    rows = (DOCS / "commands.md").read_text(encoding="utf-8").split("\n")
    for command in JSON:
        written = [row.split("` |")[0] for row in rows if re.match(rf"\| `kiosk {command}\b", row)]
        assert any("--json" in row for row in written), command


# -- entries


def test_list_lost_open_and_enter(office: Office) -> None:
    one, _other = told = [entered(office), entered(office)]
    fits("enter", *told)
    opened = prints(office, "open", one["code"])
    listed = prints(office, "list")
    second = ("--second", "Ali Khan", "--second-passphrase-file", office.alis, "--reason", "Lost")
    assert prints(office, "lost", *second) == listed
    assert prints(office, "lost", *second, "--open", code=1) == listed
    assert prints(office, "lost", *second, "--name", "nobody", code=1) == []
    waiting = next(row["name"] for row in listed if row["id"] != one["id"])
    fits("open", opened, prints(office, "lost", *second, "--name", waiting, "--open"))
    assert NAMED["lost"] == {}
    given = prints(office, "lost", *second, "--name", waiting, "--new-code", "--yes")
    fits("enter", given, *told)
    office.asks_to_talk()
    office.says("plan", one["code"], "--file", office.file("plan.json", OVERDUE))
    fits("list", prints(office, "list", "--shared"), late(office))


OVERDUE = '{"review": "2026-03-04", "goals": [{"want": "A garden"}]}'


def late(office: Office) -> Any:
    """Have the list told when its entries go in a few days, and cannot be read."""
    office.says("retention", "3", "--yes")
    [*pages] = office.home.vault.rglob("*.age")
    sealed = [page.read_bytes() for page in pages]
    for page in pages:
        page.write_bytes(b"junk")
    told = prints(office, "list", "--shared")
    for page, data in zip(pages, sealed, strict=True):
        page.write_bytes(data)
    return told


def test_note_state_and_erase(office: Office) -> None:
    code = entered(office)["code"]
    note = office.file("note.txt", "We spoke.")
    fits("note", prints(office, "note", code, "--file", note))
    fits("state", prints(office, "state", "closed", code))
    fits("talked", prints(office, "talked", office.asks_to_talk()))
    office.says("open", code, "--csv", str(office.folder / "table.csv"))
    fits("erase", prints(office, "erase", code, "--reason", "They asked", "--yes"))


def test_plan(office: Office) -> None:
    goal = {"want": "A garden", "first_step": "Buy seeds", "who": "Ali"}
    code = office.entered({"my_goal": goal})["code"]
    begun = office.says("plan", code)
    dated = begun.replace('"due": null', '"due": "2026-03-04"').replace(
        '"review": null', '"review": "2026-04-01"'
    )
    office.says("plan", code, "--file", office.file("plan.json", dated))
    fits("plan", json.loads(begun), json.loads(office.says("plan", code)))


def test_comments_audit_doctor_and_staff(office: Office) -> None:
    decides_as_desk(office)
    keep_comment(
        office.home, load_settings(office.home.settings).venue.key, default_pack(), now=dates.now(), rating=1
    )
    fits("comments", prints(office, "comments"))
    fits("audit", prints(office, "audit"))
    fits("staff list", prints(office, "staff", "list"))
    fits("staff suggest", json.loads(office.run("staff", "suggest", "--json").stdout))
    fits("doctor", json.loads(office.run("doctor", "--json").stdout))


# -- staff and places


def test_rekey(office: Office) -> None:
    entered(office)
    damages_a_page(office)
    sheet = str(office.folder / "new.txt")
    fits("staff rekey", prints(office, "staff", "rekey", "--yes", *sheet_at(sheet), code=1))


def test_keys_and_places(office: Office) -> None:
    fits("key", json.loads(office.run("key", "--json").stdout))
    for key in (seal.new_identity(), seal.new_identity()):
        office.says("key", "hold", office.file("key.txt", key), "--name", "Elm House", "--yes")
    fits("key held", prints(office, "key", "held"))
    fits("place show", json.loads(office.run("place", "show", "--json").stdout))
    known.introduce(office.home, card_of(1), now=dates.now())
    known.introduce(office.home, card_of(2), now=dates.now())
    known.revoke(office.home, card_of(2), now=dates.now())
    fits("place list", json.loads(office.run("place", "list", "--json").stdout))


# -- keeping


def test_purge_and_retention(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper.saves(1)
    keeper.now += timedelta(days=2)
    keeper.saves(2)
    keeper.says("retention", "1", "--yes")
    fits("retention", prints(keeper, "retention", "1", "--yes"))
    fits("purge --dry-run", prints(keeper, "purge", "--dry-run"))
    erase: Callable[[Vault, str, Sign], None] = Vault.erase

    monkeypatch.setattr(
        Vault, "erase", Mock(side_effect=VaultError("The entry is not deleted yet. Try again."))
    )
    failed = prints(keeper, "purge", code=1)
    monkeypatch.setattr(Vault, "erase", erase)
    fits("purge", failed, prints(keeper, "purge"))


def test_backup_and_restore(office: Office) -> None:
    entered(office)
    damages_a_page(office)
    assert office.run("pack", "new", "short").exit_code == 0
    made = json.loads(office.run("backup", str(office.folder), "--json").stdout)
    (office.home.packs / "short" / "draft" / "short.toml").write_text("another draft")
    fits("backup", made)
    prints(office, "staff", "rekey", "--yes", *sheet_at(office.folder / "new.txt"), code=1)
    fits("restore", prints(office, "restore", made["folder"], "--merge", code=1))


def test_store_check(office: Office) -> None:
    with stub_store() as store:
        with_store(office, store.endpoint)
        fits("store check", json.loads(office.run("store", "check", "--json").stdout))


def test_exchange() -> None:
    way = Way("stick", "KINGSTON", Mock())
    sent = SentReport([1], 2, 3, 4, 1, {"Elm House": 1}, 5, ("Elm House",))
    fits("send", [sent_value(way, sent, None), sent_value(way, SentReport(), "It is full.")])
    report = ReceivedReport(missing={"Elm House": (1, 2)}, gaps={"Oak House": 3}, held={"Elm House": 1})
    report.figures["Elm House"] = ["2026-Q3"]
    found = Waiting(coming=["Elm House"], refused=["It was changed."], strangers=["0" * 16])
    values = [received_value(way, found, report, None), received_value(way, Waiting(), None, "It is full.")]
    fits("receive", values)
    one = Standing(card_of(), now(), 1, 2, 3)
    fits("places", [standing_value(one), standing_value(Standing(card_of(), None, 0, 0, 0))])


# -- summaries


def test_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)
    machine = Machine(tmp_path)
    for _ in range(12):
        saves(machine, 4)
    fits("summary", prints(machine, "summary", "2026-Q3"))
