"""Whether a store can be used: what `kiosk store check` tries, and what it leaves."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from kiosk.places.objects import Objects
from kiosk.places.store_probe import RACES, Tried, try_store
from kiosk.settings.settings import keep_settings, load_settings
from kiosk.settings.store import StoreSettings
from tests.kiosk.machines import Machine
from tests.kiosk.places.store.engine import PLACE
from tests.kiosk.places.store.stub_store import BUCKET, KEY, QUICK, SECRET, StubStore

ALL = ["Connection", "Writing", "Clock", "Old versions", "One writer", "Listing", "Other places", "Deleting"]


def now() -> datetime:
    return datetime.now(UTC)


def tried(objects: Objects) -> dict[str, Tried]:
    return {one.what: one for one in try_store(objects, PLACE, now)}


def test_a_store_that_is_fit_passes_and_is_left_as_it_was(store: StubStore) -> None:
    mine = f"v1/{PLACE}/j/0000000001"
    store.objects[mine] = b"x"
    store.trouble = lambda method, path: (
        (403, "AccessDenied") if method == "PUT" and not path.startswith(f"v1/{PLACE}/") else None
    )
    found = tried(store.client(**QUICK))
    assert [*found] == ALL
    assert {one.good for one in found.values()} == {True}
    assert store.objects == {mine: b"x"}


def test_a_store_where_the_last_of_two_writers_wins_is_refused(store: StubStore) -> None:
    store.overwrites = True
    found = tried(store.client(**QUICK))
    assert found["One writer"].good is False
    assert "must write an object only where there is none" in found["One writer"].says
    assert [*found] == ALL
    assert store.objects == {}


def test_two_writers_are_tried_several_times(store: StubStore) -> None:
    tried(store.client(**QUICK))
    raced = [path for method, path in store.asked if method == "PUT" and "/race-" in path]
    assert len(raced) >= 2 * RACES


def test_a_bucket_with_versions_is_refused(store: StubStore) -> None:
    store.versions = True
    found = tried(store.client(**QUICK))["Old versions"]
    assert found.good is False
    assert "switch versions off" in found.says


@pytest.mark.parametrize(
    ("behind", "says"),
    [
        (timedelta(minutes=7), "This machine's clock is 7 minutes ahead of the store's."),
        (timedelta(minutes=-90), "This machine's clock is 90 minutes behind the store's."),
    ],
)
def test_a_clock_that_is_off_is_told(store: StubStore, behind: timedelta, says: str) -> None:
    store.behind = behind + timedelta(seconds=10 if behind > timedelta(0) else -10)
    found = tried(store.client(**QUICK))["Clock"]
    assert (found.good, found.says) == (False, f"{says} Set this machine's clock.")


@pytest.mark.parametrize("minutes", [4, -4])
def test_a_clock_that_is_a_little_off_is_fine(store: StubStore, minutes: int) -> None:
    store.behind = timedelta(minutes=minutes)
    assert tried(store.client(**QUICK))["Clock"].good


def test_a_key_that_writes_for_other_places_is_told_and_not_refused(store: StubStore) -> None:
    found = tried(store.client(**QUICK))["Other places"]
    assert found.good is None
    assert f"below v1/{PLACE}/ only" in found.says


def test_a_key_that_may_not_delete_is_told(store: StubStore) -> None:
    store.keeps = True
    found = tried(store.client(**QUICK))
    assert [*found] == ALL
    assert found["Deleting"] == Tried(
        "Deleting",
        False,
        "The store does not let this machine's key do that. Ask whoever runs the store what the key may do: "
        "docs/setup.md says what it needs.",
    )


def test_a_store_that_goes_away_is_no_store_that_refuses_others(store: StubStore) -> None:
    store.trouble = lambda method, path: (
        (500, "InternalError") if method == "PUT" and not path.startswith(f"v1/{PLACE}/") else None
    )
    assert "error of its own" in tried(store.client(**QUICK))["Other places"].says


def test_what_does_not_go_on_ends_with_a_sentence(store: StubStore) -> None:
    store.trouble = lambda method, _path: (403, "AccessDenied") if method == "PUT" else None
    found = tried(store.client(**QUICK))
    assert [(one.what, one.good) for one in found.values()] == [("Connection", True), ("Writing", False)]
    store.trouble = lambda *_: (403, "SignatureDoesNotMatch")
    assert [*tried(store.client(**QUICK))] == ["Connection"]


def test_a_listing_that_leaves_something_out_is_told(store: StubStore) -> None:
    def forgets(method: str, path: str) -> None:
        if path == "?list":
            store.objects = {name: data for name, data in store.objects.items() if "race-2" not in name}

    store.trouble = forgets
    assert tried(store.client(**QUICK))["Listing"].good is False


# -- the command


def with_store(machine: Machine, endpoint: str, *, credentials: str = "") -> None:
    file = machine.folder / "store"
    file.write_text(f'key = "{KEY}"\nsecret = "{SECRET}"\n')
    file.chmod(0o600)
    settings = StoreSettings(endpoint=endpoint, bucket=BUCKET, credentials=credentials or str(file))
    keep_settings(machine.home, replace(load_settings(machine.home.settings), store=settings))


def test_the_command_prints_a_line_for_each_and_json(machine: Machine, store: StubStore) -> None:
    with_store(machine, store.endpoint)
    result = machine.run("store", "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line[7:].partition(":")[0] for line in result.stdout.splitlines()] == ALL
    assert "LOOK   Other places: " in result.stdout
    store.versions = True
    result = machine.run("store", "check", "--json")
    assert result.exit_code == 1
    assert [one["level"] for one in json.loads(result.stdout) if one["level"] != "OK"] == ["WRONG", "LOOK"]
    assert SECRET not in result.output


def test_the_command_says_so_where_no_store_is_set(machine: Machine) -> None:
    result = machine.run("store", "check")
    assert result.exit_code == 1
    assert "No store is set" in result.stderr
