"""A signature is minisign's: Debian's program reads ours, we read its, and what was changed is refused."""

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from kiosk.errors import SignatureError
from kiosk.places.signature import COMMENT_MOST, minisign_key, sign, verify

SEED, PLACE = bytes(range(32)), bytes.fromhex("0123456789abcdef")
PUBLIC = bytes(SigningKey(SEED).verify_key)
DATA = b"what goes from one place to another"


def signed(comment: str = "consignment 7", data: bytes = DATA) -> bytes:
    return sign(data, SEED, PLACE, comment)


@pytest.mark.parametrize("data", [DATA, b"", bytes(1 << 20)])
def test_debians_minisign_verifies_what_we_sign(tmp_path: Path, minisign: Path, data: bytes) -> None:
    file = tmp_path / "manifest"
    file.write_bytes(data)
    file.with_suffix(".minisig").write_bytes(signed("consignment 7 of Elm House, Zürich", data))
    run = [str(minisign), "-Vm", str(file), "-P", minisign_key(PUBLIC, PLACE)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    assert "Trusted comment: consignment 7 of Elm House, Zürich" in done.stdout
    file.write_bytes(data + b"!")
    assert subprocess.run(run, check=False, capture_output=True).returncode != 0


def test_we_verify_what_debians_minisign_signs(tmp_path: Path, minisign: Path) -> None:
    (tmp_path / "manifest").write_bytes(DATA)
    for arguments in ("-G -W -p key.pub -s key", "-S -s key -m manifest -t hand"):
        run = [str(minisign), *arguments.split()]
        subprocess.run(run, check=True, capture_output=True, cwd=tmp_path)
    public = base64.b64decode((tmp_path / "key.pub").read_text(encoding="ascii").split("\n")[1])
    signature = (tmp_path / "manifest.minisig").read_bytes()
    assert verify(DATA, signature, public[10:], public[2:10]) == "hand"


def test_the_comment_that_was_signed_comes_back() -> None:
    assert verify(DATA, signed("consignment 7"), PUBLIC, PLACE) == "consignment 7"


def test_another_key_and_another_place_are_told_from_a_change() -> None:
    with pytest.raises(SignatureError, match="another place"):
        verify(DATA, signed(), PUBLIC, bytes(8))
    for public in (bytes(SigningKey(bytes(32)).verify_key), bytes(32), b"\xff" * 32):
        with pytest.raises(SignatureError, match="changed"):
            verify(DATA, signed(), public, PLACE)


@pytest.mark.parametrize("comment", ["two\nlines", "a\x1b[31m", "x" * (COMMENT_MOST + 1), "\ud800"])
def test_a_comment_is_one_line_that_prints(comment: str) -> None:
    with pytest.raises(ValueError, match="comment"):
        signed(comment)


def test_no_changed_byte_of_a_signature_passes() -> None:
    whole = signed()
    for at in range(whole.index(b"\n") + 1, len(whole)):  # before it stands what nobody signs
        for byte in {0, 0x0A, 0x80, whole[at] ^ 1, whole[at] ^ 0x20} - {whole[at]}:
            with pytest.raises(SignatureError):
                verify(DATA, whole[:at] + bytes([byte]) + whole[at + 1 :], PUBLIC, PLACE)


@given(st.binary(max_size=400) | st.integers(1, 300).map(lambda less: signed()[:-less]))
def test_what_is_no_signature_or_a_part_of_one_is_refused(strange: bytes) -> None:
    with pytest.raises(SignatureError):
        verify(DATA, strange, PUBLIC, PLACE)


def test_nothing_may_follow_a_signature() -> None:
    for more in (b"\n", b"x", signed()):
        with pytest.raises(SignatureError):
            verify(DATA, signed() + more, PUBLIC, PLACE)


def test_a_signature_without_the_hash_of_the_data_is_refused() -> None:
    """Minisign's older kind, whose signature may be one of other bytes than were meant."""
    with pytest.raises(SignatureError, match="does not read"):
        verify(DATA, signed().replace(b"\nRUQ", b"\nRWQ"), PUBLIC, PLACE)
