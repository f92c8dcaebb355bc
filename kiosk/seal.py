"""Keys and sealing: age files, through pyrage, and the slow hash that turns a secret into a key.

A sealed page is an ordinary age v1 file (https://age-encryption.org/v1), so any age tool opens it with a
key that may open it. Plaintext is JSON padded with spaces, which any JSON reader passes over.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal, cast

import bech32
import msgspec
import pyrage
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from kiosk.errors import NoKeyError, NoMemoryError, SealError

BLOCK = 4096
"""Plaintext is padded to a multiple of this many bytes, so that a length tells little of the content."""

KEY_BYTES = 32
_DIGITS = str.maketrans(bech32.CHARSET, "0123456789abcdefghijklmnopqrstuv")
"""From a digit of Bech32 to the digit of as much in base 32, as `int` reads it."""

MEMORY_MOST = 256 * 1024
"""KiB: a machine with 1 GiB bears it. `kiosk.desk.keys.stretching` never asks for more."""
_CLOSED = "This does not open with the key given, or it is damaged."
_NO_KEY = "No matching keys found"
"""What pyrage says of a file that is sealed to others alone."""
_LEFT = 32 << 20
"""Bytes that have to stay free while it runs."""
WORK_MOST = 3 * MEMORY_MOST
"""KiB filled in all passes together: about a second on one core."""
SHORT_OF_MEMORY = (
    "This machine is short of memory. Wait a moment, then try again; if it stays so, restart it."
)


class Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one run of argon2id costs (RFC 9106). Costs read from a file may not stall the machine."""

    memory_kib: Annotated[int, msgspec.Meta(ge=8, le=MEMORY_MOST)] = 64 * 1024
    passes: Annotated[int, msgspec.Meta(ge=1, le=64)] = 3
    lanes: Literal[1] = 1

    def __post_init__(self) -> None:
        if self.memory_kib * self.passes > WORK_MOST:
            raise ValueError("one run of argon2id would take too long")


def stretch(secret: str, salt: bytes, length: int, costs: Costs) -> bytes:
    """Return `length` bytes of argon2id over a secret in UTF-8.

    Raises NoMemoryError where the machine has not the memory that this costs, and some that has to stay free.
    """
    if _is_short_of(costs.memory_kib * 1024 + _LEFT):
        raise NoMemoryError(SHORT_OF_MEMORY)
    try:
        return hash_secret_raw(
            secret.encode(), salt, costs.passes, costs.memory_kib, costs.lanes, length, Type.ID
        )
    except HashingError as error:
        raise NoMemoryError(SHORT_OF_MEMORY) from error


def free_memory(meminfo: Path = Path("/proc/meminfo")) -> int:
    """Return how many bytes of memory a program can have. Raises OSError."""
    fields = dict(line.split(":", 1) for line in meminfo.read_text(encoding="ascii").splitlines())
    return int(fields["MemAvailable"].split()[0]) * 1024


def _is_short_of(size: int) -> bool:
    """Tell whether so many bytes are too many: the system would give them, and end a program for it later."""
    try:
        return free_memory() < size
    except OSError:  # it is not told
        return False


def new_identity() -> str:
    """Return a fresh age identity, `AGE-SECRET-KEY-1…`, from the system's randomness."""
    return str(pyrage.x25519.Identity.generate())


def identity_from(key: bytes) -> str:
    """Return 32 bytes as an age identity: Bech32 (BIP 173) with age's own prefix, in upper case.

    Raises ValueError for another length.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"an X25519 key has {KEY_BYTES} bytes, not {len(key)}")
    data = cast("list[int]", bech32.convertbits(key, 8, 5))
    return bech32.bech32_encode("age-secret-key-", data).upper()


def private_key(identity: str) -> bytes:
    """Return the 32 bytes of an identity; of several, one a line, those of the first.

    Raises SealError if it is none.
    """
    first = identity.split("\n", 1)[0]
    _identities(first)
    return _key_in(first)


def recipient_of(identity: str) -> str:
    """Return the public half, `age1…`, of an identity; of several, one a line, that of the first.

    Raises SealError if it is none.
    """
    return str(_identities(identity)[0].to_public())


def recipients_of(identities: str) -> tuple[str, ...]:
    """Return the public halves of identities, one a line. Raises SealError if one is none."""
    return tuple(map(recipient_of, identities.split("\n")))


def recipient_from(key: bytes) -> str:
    """Return the 32 bytes of a public key as an age recipient. Raises ValueError for another length."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"an X25519 key has {KEY_BYTES} bytes, not {len(key)}")
    return bech32.bech32_encode("age", cast("list[int]", bech32.convertbits(key, 8, 5)))


def public_key(recipient: str) -> bytes:
    """Return the 32 bytes of an age recipient. Raises SealError if it is none."""
    _recipient(recipient)
    return _key_in(recipient)


def check_recipient(recipient: str) -> None:
    """Raise SealError unless the text is an age X25519 recipient."""
    _recipient(recipient)


def pad(plaintext: bytes, block: int = BLOCK) -> bytes:
    """Return JSON bytes with spaces added up to a whole number of blocks."""
    return plaintext + b" " * (-len(plaintext) % block)


def unpad(plaintext: bytes) -> bytes:
    """Return the bytes of a JSON object without the spaces after it.

    A reader of JSON passes over these one by one, which takes as long as to read the rest of a page.
    """
    end = plaintext.rfind(b"}") + 1
    return plaintext[:end] if plaintext.endswith(b" " * (len(plaintext) - end)) else plaintext


def seal(plaintext: bytes, recipients: Sequence[str], *, block: int = BLOCK) -> bytes:
    """Return the plaintext, padded to blocks of so many bytes and sealed to each of the recipients (`age1…`).

    Raises SealError for a recipient that is none, ValueError where there is no recipient at all.
    """
    if not recipients:
        raise ValueError("a page is sealed to somebody")
    return pyrage.encrypt(pad(plaintext, block), [_recipient(recipient) for recipient in recipients])


def open_sealed(sealed: bytes, identity: str) -> bytes:
    """Return the padded plaintext of a sealed page.

    `identity` may be several, one a line, of which any will do. Raises SealError if none opens it, a
    NoKeyError where the file itself is whole.
    """
    return opener(identity)(sealed)


def opener(identity: str) -> Callable[[bytes], bytes]:
    """Return what opens many sealed pages with one identity, as `open_sealed` does."""
    identities = _identities(identity)

    def open_(sealed: bytes) -> bytes:
        try:
            return pyrage.decrypt(sealed, identities)
        except pyrage.DecryptError as error:
            if str(error) == _NO_KEY:
                raise NoKeyError(_CLOSED) from error
            raise SealError(_CLOSED) from error

    return open_


def _key_in(text: str) -> bytes:
    """Return the 32 bytes in a text of Bech32 that was found sound: whoever unlocks asks for them often.

    They are 52 digits of five bits, of which the last four bits are nothing, before a checksum of six digits.
    """
    return (int(text.lower()[-58:-6].translate(_DIGITS), 32) >> 4).to_bytes(KEY_BYTES, "big")


def _identities(text: str) -> list[pyrage.x25519.Identity]:
    try:
        return [pyrage.x25519.Identity.from_str(identity) for identity in text.split("\n")]
    except pyrage.IdentityError as error:
        raise SealError("This is not an age identity. It starts with AGE-SECRET-KEY-1.") from error


def _recipient(recipient: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise SealError("This is not an age public key. It starts with age1.") from error
