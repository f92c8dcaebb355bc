"""Keys and sealing, against pyrage here and against Debian's `age`."""

import json
import subprocess
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.entry import handle
from kiosk.errors import KioskError, SealError
from kiosk.seal import BLOCK, Costs

IDENTITY = seal.identity_from(bytes(range(32)))  # always the same: tests are named after it
RECIPIENT = seal.recipient_of(IDENTITY)
SEALED = seal.seal(b"{}", (RECIPIENT,))


def run(*command: str | Path, data: bytes = b"") -> bytes:
    done = subprocess.run(list(map(str, command)), input=data, capture_output=True, check=True, timeout=20)
    return done.stdout


@pytest.fixture(params=["the venue's key", "a customer's key"])
def identity(request: pytest.FixtureRequest) -> str:
    if request.param == "the venue's key":
        return seal.new_identity()
    return handle.keys(handle.draw()).identity


@given(st.binary(max_size=3 * BLOCK))
def test_what_is_sealed_opens_again_with_spaces_after_it(plaintext: bytes) -> None:
    opened = seal.open_sealed(seal.seal(plaintext, (RECIPIENT,)), IDENTITY)
    assert opened == seal.pad(plaintext)
    assert opened[: len(plaintext)] == plaintext
    assert opened[len(plaintext) :].strip(b" ") == b""


def test_every_length_within_a_block_gives_a_file_of_one_length() -> None:
    """Beside a header that knows nothing of the plaintext: pyrage adds lines of random length to it."""

    def size(length: int) -> int:
        header, payload = seal.seal(b"x" * length, (RECIPIENT, RECIPIENT)).split(b"\n--- ", 1)
        assert header.count(b"-> X25519 ") == 2
        return len(payload)

    lengths = (1, 2, 1000, BLOCK - 1, BLOCK)
    assert len({size(length) for length in lengths}) == 1
    assert len({size(BLOCK + length) for length in lengths}) == 1
    assert size(BLOCK + 1) == size(BLOCK) + BLOCK


def test_padding_leaves_json_as_it_reads() -> None:
    value = {"text": "ünïcödé 😀", "list": [1, 2, None]}
    padded = seal.pad(msgspec.json.encode(value))
    assert len(padded) % BLOCK == 0
    assert json.loads(padded) == msgspec.json.decode(padded) == value


def test_the_same_page_never_seals_to_the_same_bytes() -> None:
    assert seal.seal(b"{}", (RECIPIENT,)) != seal.seal(b"{}", (RECIPIENT,))


def test_each_reader_opens_it_alone_and_nobody_else_does() -> None:
    readers = [seal.new_identity() for _ in range(3)]
    sealed = seal.seal(b"{}", [seal.recipient_of(reader) for reader in readers])
    assert {seal.open_sealed(sealed, reader) for reader in readers} == {seal.pad(b"{}")}
    with pytest.raises(SealError, match="does not open with the key given"):
        seal.open_sealed(sealed, IDENTITY)


@given(st.binary(max_size=300))
def test_bytes_that_are_no_age_file_are_refused_in_words(junk: bytes) -> None:
    with pytest.raises(SealError):
        seal.open_sealed(junk, IDENTITY)


@given(st.integers(0, len(SEALED) - 1), st.integers(0, 7))
def test_one_changed_bit_or_a_cut_off_end_is_noticed(place: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= 1 << bit
    for damaged in (bytes(changed), SEALED[:place]):
        with pytest.raises(SealError):
            seal.open_sealed(damaged, IDENTITY)


def test_of_several_identities_any_opens_and_the_first_is_sealed_to() -> None:
    first, second = seal.new_identity(), seal.new_identity()
    both = f"{first}\n{second}"
    for reader in (first, second):
        assert seal.open_sealed(seal.seal(b"{}", (seal.recipient_of(reader),)), both) == seal.pad(b"{}")
    assert seal.recipient_of(both) == seal.recipient_of(first)
    with pytest.raises(SealError):
        seal.open_sealed(seal.seal(b"{}", (RECIPIENT,)), both)
    for wrong in (f"{first}\n", f"\n{first}", f"{first}\njunk", f"{first} {second}"):
        with pytest.raises(SealError, match="AGE-SECRET-KEY-1"):
            seal.recipient_of(wrong)


def test_a_page_without_a_reader_is_never_made() -> None:
    with pytest.raises(ValueError, match="sealed to somebody"):
        seal.seal(b"{}", ())


@pytest.mark.parametrize("wrong", ["", "age1", "AGE-SECRET-KEY-1", RECIPIENT[:-1], RECIPIENT + "q", "\x00"])
def test_what_is_no_key_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(SealError, match="age1"):
        seal.check_recipient(wrong)
    with pytest.raises(SealError, match="AGE-SECRET-KEY-1"):
        seal.recipient_of(wrong)
    with pytest.raises(SealError):
        seal.seal(b"{}", (wrong,))


def test_no_message_holds_the_key_it_is_about() -> None:
    wrong = IDENTITY[:-1]
    for refuse in (seal.recipient_of, seal.check_recipient):
        with pytest.raises(KioskError) as caught:
            refuse(wrong)
        assert wrong[20:40] not in f"{caught.value} {caught.value.__cause__}"


@given(st.binary(min_size=32, max_size=32))
def test_32_bytes_always_make_an_identity(key: bytes) -> None:
    identity = seal.identity_from(key)
    assert identity == identity.upper()
    assert seal.recipient_of(identity).startswith("age1")


@pytest.mark.parametrize("length", [0, 31, 33])
def test_another_length_makes_none(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal.identity_from(bytes(length))


def test_age_keygen_takes_an_identity_of_32_bytes(age: Path) -> None:
    for key in (bytes(32), bytes(range(32)), b"\xff" * 32):
        identity = seal.identity_from(key)
        made = run(age.with_name("age-keygen"), "-y", data=f"{identity}\n".encode())
        assert made.decode().strip() == seal.recipient_of(identity)


def test_age_opens_what_the_kiosk_seals(age: Path, tmp_path: Path, identity: str) -> None:
    (tmp_path / "key").write_text(f"{identity}\n")
    sealed = seal.seal(b'{"a": 1}', (RECIPIENT, seal.recipient_of(identity)))
    assert json.loads(run(age, "-d", "-i", tmp_path / "key", data=sealed)) == {"a": 1}


def test_the_kiosk_opens_what_age_seals(age: Path, identity: str) -> None:
    sealed = run(age, "-r", seal.recipient_of(identity), "-r", RECIPIENT, data=b'{"a": 1}')
    assert seal.open_sealed(sealed, identity) == b'{"a": 1}'


@pytest.mark.usefixtures("short_of_memory")
def test_a_hash_that_wants_more_memory_than_there_is_says_so() -> None:
    with pytest.raises(SealError, match="short of memory"):
        seal.stretch("secret", bytes(16), 32, Costs(memory_kib=256 * 1024, passes=1))


@pytest.mark.parametrize(
    "costs",
    ["[7,1,1]", "[8,0,1]", "[8,1,0]", "[8,1,2]", "[8,65,1]", "[262145,1,1]", "[65536,13,1]", "[262144,4,1]"],
)
def test_costs_read_from_a_file_are_held_within_reason(costs: str) -> None:
    values = dict(zip(("memory_kib", "passes", "lanes"), json.loads(costs), strict=True))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(values, Costs)


@pytest.mark.parametrize("costs", ["[65536,3,1]", "[65536,12,1]", "[131072,6,1]", "[262144,3,1]"])
def test_costs_that_a_machine_gives_are_read(costs: str) -> None:
    memory, passes, lanes = json.loads(costs)
    values = {"memory_kib": memory, "passes": passes, "lanes": lanes}
    assert msgspec.convert(values, Costs) == Costs(memory, passes, lanes)


@given(st.binary(max_size=50), st.integers(0, 50))
def test_only_spaces_after_an_object_are_taken_away(inside: bytes, spaces: int) -> None:
    written = b"{" + inside + b"}"

    assert seal.unpad(written + b" " * spaces) == written


def test_what_does_not_end_with_an_object_and_spaces_stays_as_it_is() -> None:
    for data in (b"", b"  ", b"{} x ", b"{}\n", b"{}\0  "):
        assert seal.unpad(data).strip(b" ") == data.strip(b" ")
