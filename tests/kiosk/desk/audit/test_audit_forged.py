"""The audit, and somebody who can write to the disk and has the venue's public key alone."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import START, Audit, AuditHead
from tests.kiosk.desk.audit.audit_lines import changed, desk_at, lines, rewritten, ticking


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "log"


@pytest.fixture
def audit(path: Path, venue: str) -> Audit:
    return desk_at(path, venue)


def stored(line: bytes) -> dict[str, str]:
    """Return what a line of the log holds."""
    told: dict[str, str] = json.loads(line[9:])[0][3]
    return told


def by_anybody(venue: str, **fields: object) -> str:
    """Return an event as anybody can seal it to the venue."""
    told = {"version": 3, "when": "2026-03-04T09:30:00Z", "who": "Jo", "did": "deleted", **fields}
    return b64encode(seal.seal(json.dumps(told).encode(), (seal.recipient_of(venue),))).decode()


def rechained(kept: list[bytes]) -> list[bytes]:
    """Give lines the hashes that fit, as anybody can."""
    before, fitting = START, list[bytes]()
    for line in kept:
        before = sha256(before.encode() + b64decode(stored(line)["sealed"])).hexdigest()
        fitting.append(changed(line, hash=before))
    return fitting


def test_a_line_that_no_desk_wrote_is_left_out_and_counted(audit: Audit, path: Path, venue: str) -> None:
    audit.note("Jo", "unlocked")
    audit.close()
    forging = Audit(path, seal.recipient_of(venue), ticking())
    for did in ("deleted", "opened", "unlocked"):
        forging.note("Jo", did)
    forging.close()
    audit.note("Jo", "marked")
    trail = audit.read(venue)
    assert [event.did for event in trail.events] == ["marked", "unlocked"]
    assert (trail.forged, trail.unread, audit.broken_at()) == (3, 0, None)


def test_a_forged_unlock_hides_no_wrong_passphrase_from_whoever_unlocks_next(
    audit: Audit, path: Path, venue: str
) -> None:
    assert audit.wrong_since("Jo", venue) == (0, False)
    audit.note("Jo", "unlocked")
    audit.note("Ali", "could not unlock")
    audit.note("Ali", "unlocked")
    audit.close()
    forging = Audit(path, seal.recipient_of(venue), ticking())
    for did in ("could not unlock", "unlocked"):
        forging.note("Jo", did)
    forging.close()
    rewritten(path, [*lines(path), b"junk\n"])
    found = {who: audit.wrong_since(who, venue) for who in ("Jo", "Ali", "Eve")}
    assert found == {"Jo": (2, True), "Ali": (1, True), "Eve": (2, False)}


@pytest.mark.parametrize("tag", ["", "0" * 64, "é" * 64, 7, None, [], {}, True])
def test_a_tag_of_any_kind_that_is_not_the_desks_is_none(
    audit: Audit, path: Path, venue: str, tag: object
) -> None:
    audit.note("Jo", "unlocked")
    audit.note("Jo", "opened")
    audit.close()
    first, second = lines(path)
    rewritten(path, [first, changed(second, tag=tag)])
    trail = audit.read(venue)
    assert ([event.did for event in trail.events], trail.forged, trail.unread) == (["unlocked"], 1, 0)
    assert audit.broken_at() is None


def test_nothing_else_is_told_under_the_tag_of_a_line(audit: Audit, path: Path, venue: str) -> None:
    for entry in ("Amber Heron", "Blue Otter", "Calm Plover"):
        audit.note("Jo", "opened", entry=entry)
    audit.close()
    first, second, third = lines(path)
    forged = by_anybody(venue, entry="Blue Otter")
    spoilt = {
        "another event": ([first, changed(second, sealed=forged), third], ["Calm Plover", "Amber Heron"], 1),
        "another line's event": (
            [first, changed(second, sealed=stored(third)["sealed"]), third],
            ["Calm Plover", "Amber Heron"],
            1,
        ),
        "another event in a chain that fits": (
            rechained([first, changed(second, sealed=forged), third]),
            ["Amber Heron"],
            2,
        ),
        "without the one before it": (rechained([first, _renumbered(third, 2)]), ["Amber Heron"], 1),
        "a line once more": (
            [first, second, third, _renumbered(second, 4)],
            ["Calm Plover", "Blue Otter", "Amber Heron"],
            1,
        ),
    }
    for what, (kept, entries, forgeries) in spoilt.items():
        rewritten(path, kept)
        trail = audit.read(venue)
        assert [event.entry for event in trail.events] == entries, what
        assert (trail.forged, trail.unread) == (forgeries, 0), what
        audit.close()


def test_that_somebody_could_not_unlock_is_noted_by_the_kiosk_itself_and_needs_no_tag(
    path: Path, venue: str
) -> None:
    Audit(path, seal.recipient_of(venue), ticking()).note("Jo", "could not unlock")
    desk = desk_at(path, venue)
    desk.note("Jo", "unlocked")
    trail = desk.read(venue)
    assert ([event.did for event in trail.events], trail.forged) == (["unlocked", "could not unlock"], 0)


def test_who_held_a_key_that_the_venue_had_before_writes_no_line_after_the_change(
    audit: Audit, path: Path, venue: str
) -> None:
    audit.note("Jo", "unlocked")
    now = seal.new_identity()
    held = f"{now}\n{venue}"
    desk = desk_at(path, held)
    assert desk.seal_anew(held) == 1
    with_older_key = desk_at(path, venue)
    with_older_key.note("Ali", "deleted")
    trail = desk.read(held)
    assert [(event.who, event.did) for event in trail.events] == [("Jo", "unlocked")]
    assert trail.forged == 1


def test_while_the_key_is_changed_the_one_before_vouches_still(audit: Audit, path: Path, venue: str) -> None:
    now = seal.new_identity()
    held = f"{now}\n{venue}"
    audit.note("Jo", "unlocked")
    desk = Audit(path, "", ticking())
    desk.vouch_with(now, before=venue)
    desk.note("Jo", "opened")
    assert [event.did for event in desk.read(held).events] == ["opened", "unlocked"]
    assert desk.read(held).forged == 0


def test_to_seal_anew_vouches_for_what_was_vouched_for_and_for_nothing_else(
    audit: Audit, path: Path, venue: str
) -> None:
    audit.note("Jo", "unlocked")
    audit.close()
    Audit(path, seal.recipient_of(venue), ticking()).note("Jo", "deleted")
    first, second = lines(path)
    rewritten(path, [first, changed(second, tag=7)])
    audit.note("Jo", "marked")
    audit.close()
    held = f"{seal.new_identity()}\n{venue}"
    desk = desk_at(path, held)
    assert desk.seal_anew(held) == 3
    trail = desk.read(held)
    assert [event.did for event in trail.events] == ["marked", "unlocked"]
    assert (trail.forged, trail.unread, desk.broken_at()) == (1, 0, None)


BREAKS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int, list[str], int]] = {
    "spoilt": (
        lambda kept: [kept[0], kept[1].replace(b"put", b"pit", 1), *kept[2:]],
        2,
        ["Amber Heron", "Calm Plover", "Dark Lark"],
        0,
    ),
    "taken out": (lambda kept: [kept[0], *kept[2:]], 2, ["Amber Heron", "Calm Plover", "Dark Lark"], 0),
    "another hash": (
        lambda kept: [kept[0], changed(kept[1], hash="0" * 64), *kept[2:]],
        2,
        ["Amber Heron", "Calm Plover", "Dark Lark"],
        1,
    ),
    "a hash that is none": (
        lambda kept: [kept[0], changed(kept[1], hash=7), *kept[2:]],
        2,
        ["Amber Heron", "Calm Plover", "Dark Lark"],
        1,
    ),
    "what it says": (
        lambda kept: [kept[0], changed(kept[1], sealed=stored(kept[2])["sealed"]), *kept[2:]],
        2,
        ["Amber Heron", "Calm Plover", "Dark Lark"],
        1,
    ),
    "taken out, in a chain that fits": (lambda kept: rechained([kept[0], *kept[2:]]), 2, ["Amber Heron"], 2),
}


@pytest.mark.parametrize("what", BREAKS)
def test_to_seal_anew_shows_where_the_chain_is_broken_and_keeps_what_is_good_of_it(
    audit: Audit, path: Path, venue: str, what: str
) -> None:
    """One line that a disk spoils must not make forgeries of all the others."""
    for entry in ("Amber Heron", "Blue Otter", "Calm Plover", "Dark Lark"):
        audit.note("Jo", "opened", entry=entry)
    audit.close()
    breaks, place, entries, forged = BREAKS[what]
    rewritten(path, breaks(lines(path)))
    now = seal.new_identity()
    desk = desk_at(path, now)
    assert desk.seal_anew(f"{now}\n{venue}") > 0
    desk.note("Jo", "opened", entry="Eager Newt")
    desk.close()
    trail = desk.read(now)
    assert [event.entry for event in reversed(trail.events)] == [*entries, "Eager Newt"]
    assert trail.forged == forged
    assert desk.broken_at() == place
    assert desk.seal_anew(f"{now}\n{venue}") == 0
    assert audit.read(venue).events == ()


def test_an_audit_that_was_cut_off_or_is_another_does_not_go_back_to_where_it_was(
    audit: Audit, path: Path, venue: str
) -> None:
    assert audit.goes_back_to(AuditHead())
    for entry in ("Amber Heron", "Blue Otter"):
        audit.note("Jo", "opened", entry=entry)
    head = audit.head()
    assert head.lines == 2
    audit.note("Jo", "marked")
    assert audit.goes_back_to(head)
    assert audit.goes_back_to(AuditHead())
    audit.close()
    whole = lines(path)
    others = {
        "cut off": whole[:1],
        "empty": [],
        "changed": rechained([changed(whole[0], sealed=by_anybody(venue)), *whole[1:]]),
        "the other way round": [_renumbered(whole[1], 1), _renumbered(whole[0], 2), whole[2]],
    }
    for what, kept in others.items():
        rewritten(path, kept)
        assert not audit.goes_back_to(head), what
        audit.close()
    rewritten(path, whole)
    assert audit.goes_back_to(head)


def _renumbered(line: bytes, number: int) -> bytes:
    """Return a line under another number, and a right check sum."""
    operations = json.loads(line[9:])
    operations[0][2] = f"{number:010}"
    body = json.dumps(operations).encode()
    return b"%08x %b\n" % (crc32(body), body)
