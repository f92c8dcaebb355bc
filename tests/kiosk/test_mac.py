"""Tags: the vectors of their standards, and that no tag stands for anything else than it was made for."""

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import mac, seal
from kiosk.desk import comment_book, entries, rekey
from kiosk.desk.audit import audit_log as audit_of_staff
from kiosk.desk.keys import held, identities, staff_files, stock
from kiosk.desk.summaries import figures
from kiosk.entry.page_file import BY_CODE, BY_DESK
from kiosk.errors import SealError
from kiosk.places import known
from kiosk.upkeep import manifest, pack_store

IDENTITY, OTHER = (seal.identity_from(bytes([number]) * 32) for number in (1, 2))
KEY = bytes(range(32))
PURPOSES = (
    BY_CODE, BY_DESK, entries.ROWS, audit_of_staff.LINE, figures.VOUCHED.purpose,
    comment_book.VOUCHED.purpose, identities.OLDER_KEYS, held.VENUES_KEYS, stock.VOUCHED.purpose,
    staff_files.STAFF_FILE, staff_files.STAFF_ROSTER, staff_files.STAFF_LETTER, rekey.CHANGE_OF_KEY,
    manifest.VOUCHED, pack_store.PACKS, known.KNOWN_PLACE,
)  # fmt: skip

part = st.binary(max_size=12) | st.text(max_size=12)
parts = st.lists(part, max_size=4)


def as_bytes(one: str | bytes) -> bytes:
    return one.encode() if isinstance(one, str) else one


def test_a_key_is_the_first_block_of_hkdf_by_rfc_5869_test_case_1() -> None:
    made = mac.hkdf(bytes([0x0B] * 22), bytes(range(0x0D)), bytes(range(0xF0, 0xFA)))
    assert made.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


def test_the_key_of_a_tag_comes_from_the_private_key_the_schemes_name_and_the_purpose() -> None:
    root = hmac.digest(b"strengths-kiosk tags v1", bytes([1] * 32), "sha256")
    for purpose in PURPOSES:
        assert mac.key_from(IDENTITY, purpose) == hmac.digest(root, purpose.encode() + b"\x01", "sha256")


def test_every_purpose_and_every_identity_has_a_key_of_its_own() -> None:
    keys = {mac.key_from(identity, purpose) for identity in (IDENTITY, OTHER) for purpose in PURPOSES}
    assert len(keys) == 2 * len(PURPOSES) == 2 * len({*PURPOSES})


def test_of_several_identities_the_first_makes_the_key() -> None:
    assert mac.key_from(f"{IDENTITY}\n{OTHER}", BY_DESK) == mac.key_from(IDENTITY, BY_DESK)


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1", seal.recipient_of(IDENTITY), f"\n{IDENTITY}"])
def test_what_is_no_identity_makes_no_key(text: str) -> None:
    with pytest.raises(SealError):
        mac.key_from(text, BY_DESK)


@given(parts)
def test_a_tag_is_hmac_sha256_over_each_part_after_its_length(made_of: list[str | bytes]) -> None:
    framed = b"".join(len(data).to_bytes(8, "big") + data for data in map(as_bytes, made_of))
    assert mac.tag(KEY, *made_of) == hmac.new(KEY, framed, sha256).hexdigest()
    assert mac.digest(*made_of) == sha256(framed).hexdigest()
    assert mac.fits(mac.tag(KEY, *made_of), KEY, *made_of)


@given(parts, parts)
def test_other_parts_have_another_tag_and_another_digest(
    one: list[str | bytes], other: list[str | bytes]
) -> None:
    same = [*map(as_bytes, one)] == [*map(as_bytes, other)]
    assert (mac.tag(KEY, *one) == mac.tag(KEY, *other)) == same
    assert (mac.digest(*one) == mac.digest(*other)) == same


@given(st.binary(min_size=1, max_size=20), st.data())
def test_bytes_that_move_between_parts_change_the_tag(data: bytes, draw: st.DataObject) -> None:
    cut, elsewhere = (draw.draw(st.integers(0, len(data))) for _ in range(2))
    one, other = (data[:cut], data[cut:]), (data[:elsewhere], data[elsewhere:])
    assert (mac.tag(KEY, *one) == mac.tag(KEY, *other)) == (cut == elsewhere)
    assert mac.tag(KEY, data) not in (mac.tag(KEY, *one), mac.tag(KEY, data, b""))


@given(st.integers(0, 255), st.sampled_from("0123456789abcdefABCDEF_"))
def test_no_flip_in_a_tag_or_a_key_passes(bit: int, digit: str) -> None:
    made = mac.tag(KEY, "a page")
    flipped = bytearray(bytes.fromhex(made))
    flipped[bit // 8] ^= 1 << bit % 8
    assert not mac.fits(flipped.hex(), KEY, "a page")
    key = bytearray(KEY)
    key[bit // 8] ^= 1 << bit % 8
    assert not mac.fits(made, bytes(key), "a page")
    place = bit // 4
    changed = made[:place] + digit + made[place + 1 :]
    assert mac.fits(changed, KEY, "a page") == (changed == made)


def test_what_is_no_tag_fits_nothing() -> None:
    for found in ("", "é", "0" * 64, "x"):
        assert not mac.fits(found, KEY, "a page")


def test_a_tag_is_written_in_lower_case_and_has_no_other_spelling() -> None:
    made = mac.tag(KEY, "a page")
    assert made == made.lower()
    for other in (made.upper(), made + "0", made[:-1], f" {made}", made + "\n"):
        assert not mac.fits(other, KEY, "a page")
