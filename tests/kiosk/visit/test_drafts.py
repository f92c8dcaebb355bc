"""Drafts: a visit that stopped half-way is kept for whoever has its code, and for nobody else."""

import errno
import itertools
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from kiosk import seal
from kiosk.entry import handle
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.errors import DamageError, EntryError, NoEntryError, NoRoomError, SaveError, SealError
from kiosk.home import Home
from kiosk.session import open_session
from kiosk.upkeep import clock
from kiosk.vault.durable import Disk
from kiosk.vault.vault import RESERVE
from kiosk.visit.drafts import Draft, Drafts, RunningDraft, open_draft, seal_draft, sweep_running
from tests.kiosk.entry.answers import attempt, raw_answers
from tests.kiosk.sealed import everything_under
from tests.kiosk.upkeep.kept import Kept
from tests.kiosk.vault.helpers import CALLS, FaultyDisk, StoppingDisk, names_in
from tests.packs import small

Derive = Callable[[Handle], HandleKeys]

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = ("snapdragon", "accordion", "grandmother", "pantomime", "marmalade", "hippopotamus")
ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "where": "out",
    "likes": ("tea", "milk"),
    "cards": Cards(("kind",), (f"I play the {WORDS[0]}",)),
    "people": (f"My {WORDS[1]}",),
    "goal": Goal(want=f"To see the {WORDS[2]}", first_step=WORDS[3]),
}
SET_ASIDE: dict[str, Answer] = {"day": f"A {WORDS[4]}\nin the window"}
DRAFT = Draft(made=NOON, pack=small(), answers=ANSWERS, set_aside=SET_ASIDE, at="day", talk=True)
KEY = bytes(range(32))


@pytest.fixture
def drafts(home: Home) -> Drafts:
    return Drafts(home.drafts, reserve_bytes=0, clock=lambda: NOON)


@pytest.fixture
def keys(derive: Derive) -> HandleKeys:
    return derive(handle.draw())


def changed(**values: object) -> Draft:
    return msgspec.structs.replace(DRAFT, **values)


def aged(path: Path, age: timedelta) -> None:
    when = (NOON - age).timestamp()
    os.utime(path, (when, when))


# -- there and back


@given(raw_answers)
def test_a_draft_survives_the_way_to_bytes_and_back_with_every_kind_of_answer(raw: dict[str, object]) -> None:
    read = {id_: attempt(id_, value)[0] for id_, value in raw.items()}
    answers = {id_: answer for id_, answer in read.items() if answer is not None}
    identity = seal.identity_from(KEY)
    for draft in (
        changed(answers=answers, set_aside={}),
        changed(answers={}, set_aside=answers, at="", private=("first", "second")),
    ):
        assert open_draft(seal_draft(draft, seal.recipient_of(identity)), identity) == draft


def test_a_code_without_a_draft_says_so(drafts: Drafts, keys: HandleKeys, home: Home) -> None:
    with pytest.raises(NoEntryError, match="no paused visit with that code"):
        drafts.read(keys)
    assert drafts.sweep(NOON) == 0
    assert not home.root.exists()


def test_the_keys_of_another_code_do_not_open_a_draft(
    drafts: Drafts, keys: HandleKeys, home: Home, derive: Derive
) -> None:
    drafts.keep(keys, DRAFT)
    other = derive(handle.draw())
    with pytest.raises(NoEntryError):
        drafts.read(other)
    with pytest.raises(SealError):
        drafts.read(HandleKeys(keys.id, other.identity))
    [file] = home.drafts.iterdir()
    assert file.read_bytes().count(b"-> X25519 ") == 1


def test_nothing_on_the_disk_holds_a_word_the_code_or_a_key(
    drafts: Drafts, home: Home, derive: Derive
) -> None:
    code, amended = handle.draw(), handle.draw()
    keys = derive(code)
    running = RunningDraft(home.running, KEY)
    for draft in (changed(amends=amended.symbols), changed(talk=False)):
        drafts.keep(keys, draft)
        running.keep(draft)
    found = everything_under(home.root)
    assert keys.id.encode() in found
    secrets = [
        *WORDS[:5],
        *code.groups,
        *amended.groups,
        keys.identity,
        seal.recipient_of(keys.identity),
        "SECRET-KEY",
        KEY.hex(),
        seal.identity_from(KEY),
        small().title,
        *(one.ask for _, one in small().questions()),
    ]
    for secret in secrets:
        assert secret.encode() not in found
        assert secret.encode().hex().encode() not in found
    assert KEY not in found


def test_a_draft_is_for_its_owner_alone(drafts: Drafts, keys: HandleKeys, home: Home) -> None:
    drafts.keep(keys, DRAFT)
    RunningDraft(home.running, KEY).keep(DRAFT)
    [file] = home.drafts.iterdir()
    assert stat.S_IMODE(home.drafts.stat().st_mode) == 0o700
    running = RunningDraft(home.running, KEY).file
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, running)] == [0o600, 0o600]


def test_what_is_no_id_never_becomes_a_path(drafts: Drafts, keys: HandleKeys) -> None:
    for id_ in ("", "../kiosk.toml", "A" * 32, "*"):
        with pytest.raises(ValueError, match="32 hexadecimal digits"):
            drafts.drop(id_)
        with pytest.raises(ValueError, match="32 hexadecimal digits"):
            drafts.keep(HandleKeys(id_, keys.identity), DRAFT)


def test_a_damaged_draft_and_what_is_none_are_refused_in_words(
    drafts: Drafts, keys: HandleKeys, home: Home
) -> None:
    home.drafts.mkdir(parents=True)
    file = home.drafts / f"{keys.id}.age"
    for left in (b"", b"junk", b"age-encryption.org/v1\n"):
        file.write_bytes(left)
        with pytest.raises(SealError, match="damaged"):
            drafts.read(keys)
    for plain in (b"{}", b"\xff", b"null", b'{"version":1}', b'{"version":2,"pack":' + b"[" * 100_000):
        file.write_bytes(seal.seal(plain, (seal.recipient_of(keys.identity),)))
        with pytest.raises(EntryError, match="cannot be read as a paused"):
            drafts.read(keys)


def test_a_draft_that_the_disk_does_not_give_back_is_told(
    drafts: Drafts, keys: HandleKeys, home: Home
) -> None:
    (home.drafts / f"{keys.id}.age").mkdir(parents=True)
    with pytest.raises(DamageError, match="cannot be read"):
        drafts.read(keys)


# -- replaced, dropped, swept


def test_a_later_draft_of_the_same_code_takes_the_place_of_the_first(
    drafts: Drafts, keys: HandleKeys, home: Home
) -> None:
    for number in range(3):
        drafts.keep(keys, changed(answers={"mood": 1 + number % 2}))
    assert drafts.read(keys) == changed(answers={"mood": 1})
    assert names_in(home.drafts) == [f"{keys.id}.age"]


@pytest.mark.parametrize("call", [*CALLS, "write", "fsync"])
@pytest.mark.parametrize("older", [True, False])
def test_whatever_call_fails_a_draft_is_the_newest_or_the_one_before_and_always_whole(
    tmp_path: Path, keys: HandleKeys, call: str, older: bool
) -> None:
    for after in range(20):
        home = Home(tmp_path / str(after))
        if older:
            Drafts(home.drafts).keep(keys, changed(answers={}))
        disk = FaultyDisk()
        disk.fails(call, after=after)
        try:
            Drafts(home.drafts, disk=disk).keep(keys, DRAFT)
        except SaveError:
            wanted = [DRAFT, changed(answers={}) if older else None]
        else:
            wanted = [DRAFT]
        assert kept_in(home, keys) in wanted
        assert [path for path in home.root.rglob(".tmp-*") if call != "unlink"] == []
        disk.is_well()
        Drafts(home.drafts, disk=disk).keep(keys, changed(talk=False))
        assert kept_in(home, keys) == changed(talk=False)
        if disk.calls.count(call) <= after:
            break
    else:
        pytest.fail(f"{call} is called without end")


def kept_in(home: Home, keys: HandleKeys) -> Draft | None:
    try:
        return Drafts(home.drafts).read(keys)
    except NoEntryError:
        return None


def test_where_there_is_no_room_the_older_draft_stays_and_staff_are_to_be_told(
    drafts: Drafts, keys: HandleKeys, home: Home
) -> None:
    drafts.keep(keys, DRAFT)
    down_to_its_reserve, full = FaultyDisk(), FaultyDisk()
    down_to_its_reserve.room = RESERVE + 1000
    full.fails("write", number=errno.ENOSPC)
    for disk in (down_to_its_reserve, full):
        with pytest.raises(NoRoomError, match="no room left"):
            Drafts(home.drafts, disk=disk).keep(keys, changed(talk=False))
        assert drafts.read(keys) == DRAFT
        assert names_in(home.drafts) == [f"{keys.id}.age"]


def test_a_folder_that_cannot_be_made_keeps_nothing_and_says_so(home: Home, keys: HandleKeys) -> None:
    home.root.mkdir()
    home.drafts.write_text("a file in the way")
    with pytest.raises(SaveError, match="Nothing was saved"):
        Drafts(home.drafts, reserve_bytes=0).keep(keys, DRAFT)


def test_a_dropped_draft_is_gone_flushed_and_may_be_dropped_again(
    home: Home, keys: HandleKeys, derive: Derive
) -> None:
    disk = FaultyDisk()
    drafts = Drafts(home.drafts, disk=disk)
    drafts.drop(keys.id)
    other = derive(handle.draw())
    for one in (keys, other):
        drafts.keep(one, DRAFT)
    for _ in range(2):
        disk.calls.clear()
        drafts.drop(keys.id)
        assert disk.calls[-1] == "fsync"
    with pytest.raises(NoEntryError):
        drafts.read(keys)
    assert drafts.read(other) == DRAFT


def test_what_a_crash_left_of_a_draft_goes_with_it(drafts: Drafts, keys: HandleKeys, home: Home) -> None:
    drafts.keep(keys, DRAFT)
    left = home.drafts / f".tmp-{keys.id}.age.0123456789abcdef"
    left.write_bytes(b"half")
    drafts.drop(keys.id)
    assert names_in(home.drafts) == []


def test_a_draft_that_cannot_be_dropped_is_an_error_and_still_there(
    drafts: Drafts, keys: HandleKeys, home: Home
) -> None:
    drafts.keep(keys, DRAFT)
    disk = FaultyDisk()
    disk.fails("unlink")
    with pytest.raises(OSError, match="error"):
        Drafts(home.drafts, disk=disk).drop(keys.id)
    assert drafts.read(keys) == DRAFT


def test_only_what_was_last_kept_before_a_time_is_swept_finished_or_not(
    drafts: Drafts, home: Home, derive: Derive
) -> None:
    old, young = (derive(handle.draw()) for _ in range(2))
    for keys, age in ((old, 31), (young, 29)):
        drafts.keep(keys, DRAFT)
        left = home.drafts / f".tmp-{keys.id}.age.0123456789abcdef"
        left.write_bytes(b"half")
        for path in (home.drafts / f"{keys.id}.age", left):
            aged(path, timedelta(days=age))
    assert drafts.sweep(NOON - timedelta(days=30)) == 1
    assert names_in(home.drafts) == [f".tmp-{young.id}.age.0123456789abcdef", f"{young.id}.age"]
    drafts.keep(young, DRAFT)  # and so it counts from today
    assert drafts.sweep(NOON) == 0


@pytest.mark.parametrize("earliest", [None, NOON - timedelta(days=9000), NOON + timedelta(days=100)])
def test_a_draft_is_dated_to_now_or_under_a_clock_that_went_back_to_when_it_was_last_right(
    home: Home, keys: HandleKeys, earliest: datetime | None
) -> None:
    drafts = Drafts(home.drafts, reserve_bytes=0, clock=lambda: NOON, not_before=lambda: earliest)
    drafts.keep(keys, DRAFT)
    dated = max(NOON, earliest or NOON)
    assert drafts.sweep(dated) == 0
    assert drafts.sweep(dated + timedelta(seconds=1)) == 1


@pytest.mark.parametrize("call", ["fsync", "rename"])
@pytest.mark.parametrize("older", [True, False])
def test_wherever_a_pause_stops_no_draft_is_dated_to_a_clock_that_went_back(
    tmp_path: Path, keys: HandleKeys, call: str, older: bool
) -> None:
    before, later = NOON + timedelta(days=99), NOON + timedelta(days=100)

    def keeps(home: Home, not_before: datetime, disk: Disk) -> None:
        Drafts(home.drafts, clock=lambda: NOON, not_before=lambda: not_before, disk=disk).keep(keys, DRAFT)

    for after in itertools.count():
        home, disk = Home(tmp_path / str(after)), StoppingDisk()
        if older:
            keeps(home, before, Disk())
        disk.fails(call, after=after)
        with suppress(SaveError):
            keeps(home, later, disk)
        assert times_in(home.drafts) <= {before, later}
        if not disk.stopped:
            break
        keeps(home, later, Disk())
        assert times_in(home.drafts) == {later}
    assert after > 0
    assert times_in(home.drafts) == {later}


def times_in(folder: Path) -> set[datetime]:
    """When the drafts of a folder, finished or not, say that they were written."""
    return {datetime.fromtimestamp(file.stat().st_mtime, UTC) for file in folder.glob("*")}


# -- the draft of the visit that runs


@pytest.fixture
def running(home: Home) -> RunningDraft:
    home.running.mkdir(parents=True)
    return RunningDraft(home.running, KEY)


def test_the_running_draft_is_always_the_last_that_was_kept(running: RunningDraft, home: Home) -> None:
    assert running.read() is None
    for number in range(3):
        running.keep(changed(answers={"mood": 1 + number % 2}))
        assert RunningDraft(home.running, KEY).read() == changed(answers={"mood": 1 + number % 2})
    assert names_in(home.running) == [running.file.name]


def test_two_visits_at_once_keep_their_drafts_apart(running: RunningDraft, home: Home) -> None:
    other = RunningDraft(home.running, bytes(32))
    running.keep(DRAFT)
    assert other.read() is None
    other.keep(changed(answers={"mood": 1}))
    assert running.read() == DRAFT
    other.drop()
    assert running.read() == DRAFT


def test_what_a_power_cut_left_is_swept_and_what_runs_is_not(running: RunningDraft, home: Home) -> None:
    now = datetime.now(UTC)
    running.keep(DRAFT)
    for old in (RunningDraft(home.running, bytes(32)).file, home.running / ".tmp-00.age"):
        old.write_bytes(b"left")
        os.utime(old, (now.timestamp() - 86_401,) * 2)
    assert sweep_running(home.running, now) == 2
    assert names_in(home.running) == [running.file.name]
    assert sweep_running(home.running, now) == 0


def test_what_was_being_saved_does_not_lie_behind_the_code_of_a_pause() -> None:
    draft = changed(saved="K7QX4MPD9RTW2HN9", saved_id="0" * 32)
    assert draft.behind_its_code() == DRAFT


def test_a_key_of_another_length_is_refused(home: Home) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        RunningDraft(home.running, b"short")


def test_a_dropped_running_draft_leaves_nothing(running: RunningDraft, home: Home) -> None:
    running.drop()
    running.keep(DRAFT)
    (home.running / f".tmp-{running.file.name}").write_bytes(b"half")  # a visit was killed
    running.drop()
    running.drop()
    assert names_in(home.running) == []
    assert running.read() is None


@pytest.mark.parametrize(
    "left", [b"", b"junk", seal.seal(b"{}", (seal.recipient_of(seal.identity_from(KEY)),)), None]
)
def test_a_running_draft_that_does_not_read_is_none(
    running: RunningDraft, home: Home, left: bytes | None
) -> None:
    if left is None:
        running.file.mkdir()
    else:
        running.file.write_bytes(left)
    assert running.read() is None


def test_a_running_draft_that_cannot_be_kept_is_told_and_leaves_the_one_before(
    running: RunningDraft, home: Home
) -> None:
    running.file.mkdir()
    with pytest.raises(OSError, match="directory"):
        running.keep(DRAFT)
    assert names_in(home.running) == [running.file.name]
    running.drop()  # what is no file stays, and nobody is told


def test_a_process_goes_on_from_what_the_crashed_one_kept_where_it_has_the_same_key(tmp_path: Path) -> None:
    home = Kept(tmp_path).home
    first = open_session(home, draft_key=KEY)
    assert first.running is not None
    assert first.crashed is None
    first.running.keep(DRAFT)
    second = open_session(home, draft_key=KEY, crashed_seconds=2.5)
    assert second.crashed is not None
    assert (second.crashed.draft, second.crashed.seconds) == (DRAFT, 2.5)
    for session in (
        open_session(home, draft_key=KEY),
        open_session(home, draft_key=bytes(32), crashed_seconds=2.5),
        open_session(home, crashed_seconds=2.5),
    ):
        assert session.crashed is None
    assert open_session(home).running is None


def test_a_session_pauses_under_the_time_at_which_the_clock_was_last_right(tmp_path: Path) -> None:
    home = Kept(tmp_path).home
    later = datetime.now(UTC) + timedelta(days=100)
    clock.write(home.clock, clock.Known(trusted=later))
    keys = HandleKeys("a" * 32, seal.identity_from(KEY))
    drafts = open_session(home).drafts()
    drafts.keep(keys, DRAFT)
    assert drafts.sweep(later - timedelta(days=1)) == 0
    assert drafts.read(keys) == DRAFT
