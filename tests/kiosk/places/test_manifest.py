"""What a place says that it sends is taken as it was signed, for whoever it was sealed to, or not at all."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk import seal
from kiosk.errors import ManifestError, SealError
from kiosk.places import manifest as manifests
from kiosk.places import signature
from kiosk.places.carrier import Signed
from kiosk.places.manifest import (
    Before,
    Manifest,
    NewKey,
    Receipt,
    digest,
    is_piece,
    is_whole,
    opened,
    opened_receipt,
    sealed,
    signed_receipt,
)
from kiosk.places.place_keys import PlaceKeys
from tests.kiosk.places.places import CARD, DESK, ELM, NOON, OTHER, introduced, listed, made, manifest

ANOTHER_VENUE = OTHER.recipient
THREE = [listed(number) for number in range(3)]


def forged(plaintext: bytes | dict[str, Any], *, keys: PlaceKeys = ELM, place: str = ELM.id) -> Signed:
    """Something else than a kiosk seals, and signs."""
    data = seal.seal(
        plaintext if isinstance(plaintext, bytes) else json.dumps(plaintext).encode(), [DESK.recipient]
    )
    comment = f"strengths-kiosk consignment {place} 1 {len(data)}"
    return Signed(data, signature.sign(data, keys.seed, keys.key_id, comment))


def told(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(msgspec.json.encode(manifest(THREE)))
    return fields | changes


def refused(signed: Signed, *, identity: str = DESK.transport, number: int = 1) -> str:
    with pytest.raises(ManifestError) as error:
        opened(signed, identity, CARD, number)
    return str(error.value).removeprefix(f"What Elm House sent (number {number}) was not taken. ")


def test_a_manifest_opens_for_each_place_that_it_is_sealed_to() -> None:
    said = manifest(
        THREE, number=7, before=Before(number=6, manifest="a" * 64),
        tombstones={"1" * 32: {"v": 3, "erased": "2026-03-01T12:00:00.000000Z", "tag": "ab"}},
        marks={"2" * 32: {"turn": 2, "state": "closed", "picked_up": None}},
        letters=(NewKey(key=ANOTHER_VENUE, since=NOON),), receivers=(DESK.id, OTHER.id),
    )  # fmt: skip
    signed = sealed(said, [DESK.recipient, OTHER.recipient], ELM)
    assert [opened(signed, keys.transport, CARD, 7) for keys in (DESK, OTHER)] == [said, said]
    assert "not sent to this machine" in refused(signed, identity=ELM.transport, number=7)


def test_debians_minisign_verifies_a_manifest(tmp_path: Path, minisign: Path) -> None:
    signed, file = made(THREE), tmp_path / "manifest.age"
    file.write_bytes(signed.data)
    file.with_name("manifest.age.minisig").write_bytes(signed.signature)
    key = signature.minisign_key(ELM.verify_key, ELM.key_id)
    subprocess.run([str(minisign), "-Vm", str(file), "-P", key], check=True, capture_output=True)


def test_its_length_tells_little() -> None:
    assert {len(seal.open_sealed(made(some).data, DESK.transport)) for some in ([], THREE)} == {seal.BLOCK}


def test_what_was_changed_or_is_not_signed_is_refused() -> None:
    signed = made(THREE)
    assert "changed after it was signed" in refused(signed._replace(data=signed.data + b"!"))
    assert "signature does not read" in refused(signed._replace(signature=b""))
    assert "another place" in refused(sealed(manifest(THREE), [DESK.recipient], OTHER))


@pytest.mark.parametrize("field", ["place", "number"])
def test_what_another_place_made_and_this_one_signed_is_refused(field: str) -> None:
    assert "Another place made it" in refused(forged(told(**{field: OTHER.id if field == "place" else 2})))


def test_what_was_renamed_is_refused_and_so_is_a_receipt_in_its_place() -> None:
    assert "renamed" in refused(made(THREE, number=3), number=2)
    receipt = Receipt(receiver=ELM.id, place=ELM.id, number=1, manifest="0" * 64)
    assert "renamed" in refused(signed_receipt(receipt, ELM))


def test_another_organisations_is_refused_and_a_new_key_of_this_one_is_not() -> None:
    moved = {"venue": ANOTHER_VENUE}
    assert "another organisation's" in refused(forged(told(**moved)))
    letter = {"key": ANOTHER_VENUE, "since": "2026-03-01T12:00:00Z"}
    told_so = forged(told(**moved, letters=[letter]))
    assert opened(told_so, DESK.transport, introduced(ELM, "Elm House", desk=True), 1).venue == ANOTHER_VENUE
    assert opened(told_so, DESK.transport, CARD, 1, venues=[ANOTHER_VENUE]).venue == ANOTHER_VENUE
    assert "another organisation's" in refused(told_so)  # it has no desk, which alone changes keys


def test_a_newer_versions_is_refused_whatever_it_holds() -> None:
    assert "newer version" in refused(forged({"version": 2, "goods": []}))


PATHS = (
    "../../kiosk.toml", "/etc/passwd", "", f"{'a' * 32}.0000-{'b' * 16}.age", f"{THREE[0].name}\n",
    THREE[0].name.upper(), f"{'a' * 32}.2026-Q5.count", f"{'a' * 32}.erased", f"{'a' * 32}.moving",
)  # fmt: skip


def with_piece(**changes: Any) -> dict[str, Any]:
    first, *rest = told()["pieces"]
    return told(pieces=[first | changes, *rest])


HOSTILE: dict[str, Callable[[], bytes | dict[str, Any]]] = {
    "no JSON": lambda: b"pieces",
    "nested": lambda: b"[" * 100_000,
    "nested inside": lambda: b'{"version":1,"marks":{"' + b"1" * 32 + b'":' + b'{"a":' * 50_000,
    "another format": lambda: told(format="strengths-kiosk-backup"),
    "a field too many": lambda: told(run="rm -rf /\x1b[2J"),
    "overlapping": lambda: with_piece(at=1),
    "past the end": lambda: with_piece(at=manifests.PART_MOST - 10),
    "nowhere": lambda: with_piece(part=0),
    "in both": lambda: with_piece(object="c" * 64),
    "twice": lambda: with_piece(name=THREE[1].name, part=2),
    "large": lambda: with_piece(size=1 << 30),
    "negative": lambda: with_piece(at=-1),
    "late": lambda: with_piece(modified=1 << 63),
    "no digest": lambda: with_piece(sha256="z" * 64),
    "in no year": lambda: told(made="9999-01-01T00:00:00Z"),
    "before itself": lambda: told(before={"number": 1, "manifest": "a" * 64}),
    "before nothing": lambda: told(number=2, before={"number": 1, "manifest": ""}),
    "no id": lambda: told(tombstones={"../" * 10 + "ab": {}}),
    "an id and a line": lambda: told(marks={"1" * 32 + "\n": {}}),
    "a list for a mark": lambda: told(marks={"1" * 32: {"seen": [[], []]}}),
    "a long mark": lambda: told(marks={"1" * 32: {"name": "x" * (22 * 9999 + 1)}}),
    "a wide mark": lambda: told(marks={"1" * 32: {f"{number}": 1 for number in range(11)}}),
    "a deep mark": lambda: told(marks={"1" * 32: {"more": {"0002": "x"}}}),
    "no key": lambda: told(venue="AGE-SECRET-KEY-1"),
    **{f"named {name!r}": lambda name=name: with_piece(name=name) for name in PATHS},  # type: ignore[misc]
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_no_kiosk_makes_is_refused_in_plain_words_that_it_did_not_choose(what: str) -> None:
    assert refused(forged(HOSTILE[what]())) == (
        "It holds what no kiosk sends. Tell the person who looks after the machine that it comes from."
    )


def test_more_than_is_sent_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    three = told()
    monkeypatch.setattr(manifests, "MOST", 2)
    assert "holds what no kiosk sends" in refused(forged(three))
    with pytest.raises(ValueError, match="too much"):
        manifest(THREE)
    monkeypatch.setattr(manifests, "MOST", 3)
    monkeypatch.setattr(manifests, "MOST_BYTES", 5000)
    assert opened(made(THREE), DESK.transport, CARD, 1).pieces == tuple(THREE)
    monkeypatch.setattr(manifests, "MOST_BYTES", seal.BLOCK)
    assert "larger than anything" in refused(forged(three))
    with pytest.raises(ManifestError, match="Send it in two"):
        made(THREE)


def test_a_key_that_is_none_seals_nothing() -> None:
    with pytest.raises(SealError):
        sealed(manifest(), ["age1x"], ELM)


@pytest.mark.parametrize(
    ("name", "fits"),
    [(THREE[0].name, True), (f"{'a' * 32}.2026-Q3.count", True), *((path, False) for path in PATHS)],
)
def test_a_piece_has_the_name_of_a_page_or_of_figures(name: str, fits: bool) -> None:
    assert is_piece(name) == fits


def test_what_is_there_in_part_is_not_whole_yet() -> None:
    signed = made(THREE)
    assert is_whole(signed)
    assert not any(
        is_whole(signed._replace(data=signed.data[:cut])) for cut in range(0, len(signed.data), 100)
    )
    assert not any(
        is_whole(signed._replace(signature=signed.signature[:cut])) for cut in range(len(signed.signature))
    )
    for cut in range(1, len(signed.signature)):
        assert not is_whole(signed._replace(signature=bytes(cut) + signed.signature[cut:]))


def test_a_receipt_says_what_its_receiver_signed() -> None:
    receipt = Receipt(receiver=ELM.id, place=DESK.id, number=4, manifest=digest(made(THREE)))
    signed = signed_receipt(receipt, ELM)
    assert opened_receipt(signed, CARD, DESK.id, 4) == receipt
    other = signed_receipt(msgspec.structs.replace(receipt, number=5), ELM)
    data = signed.data.replace(b'"number":4', b'"number":5')
    comment = f"strengths-kiosk receipt {ELM.id} {DESK.id} 4 {len(data)}"
    lying = Signed(data, signature.sign(data, ELM.seed, ELM.key_id, comment))
    for wrong in (
        other,
        lying,
        signed._replace(data=other.data),
        signed_receipt(receipt, OTHER),
        made(THREE),
    ):
        with pytest.raises(
            ManifestError, match=r"What Elm House sent \(the receipt for number 4\) was not taken"
        ):
            opened_receipt(wrong, CARD, DESK.id, 4)


def test_a_manifest_that_fits_together_is_made_alone() -> None:
    assert isinstance(manifest(THREE), Manifest)
    with pytest.raises(ValueError, match="over one another"):
        manifest([listed(0), listed(1, at=299)])
