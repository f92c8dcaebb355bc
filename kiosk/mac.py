"""Tags that tell who made something: HMAC-SHA256 under a key that comes from an age identity.

Sealing keeps others from reading, and everybody who knows a public key can seal. What only the holder of a
private key may make carries a tag besides. The key of a tag comes from the private key by HKDF-SHA256
(RFC 5869), another one for each purpose, so that no tag can stand for something else.
"""

import hmac
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from kiosk import seal, untrusted

SALT = b"strengths-kiosk tags v1"
"""Constant: whoever holds the identity must come to the same keys. It names the scheme and its version."""

FINGERPRINT_GROUPS = 5


def key_from(identity: str, purpose: str) -> bytes:
    """Return the 32 bytes with which the holder of an identity makes tags for one purpose.

    `identity` may be several, one a line: the first of them counts. Raises SealError for what is none.
    """
    return hkdf(seal.private_key(identity), SALT, purpose.encode())


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA256 (RFC 5869): one block of its output."""
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\x01", "sha256")


def tag(key: bytes, *parts: str | bytes) -> str:
    """Return the tag of some parts, in order, as 64 hexadecimal digits."""
    return hmac.digest(key, b"".join(_framed(parts)), "sha256").hex()


def fits(found: object, key: bytes, *parts: str | bytes) -> bool:
    """Tell whether what was found in the place of a tag is that of these parts under a key."""
    return isinstance(found, str) and hmac.compare_digest(found.encode(), tag(key, *parts).encode())


def digest(*parts: str | bytes) -> str:
    """Return the SHA-256 of some parts, in order, as 64 hexadecimal digits."""
    return sha256(b"".join(_framed(parts))).hexdigest()


def fingerprint(*parts: str | bytes) -> str:
    """Return what people compare of some parts: 80 bits of their SHA-256, as `3F9A 22C1 7B0E …`."""
    digits = digest(*parts)[: 4 * FINGERPRINT_GROUPS].upper()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def value_digest(value: object) -> str:
    """Return 32 hexadecimal digits by which a value, as JSON, is known again, however it is sealed."""
    return digest(msgspec.json.encode(value))[:32]


@dataclass(frozen=True)
class Vouched:
    """JSON of `{NAME: …, "tag": …}`: a value, and the tag of who vouches for it, for one purpose."""

    name: str
    purpose: str

    def encoded(self, value: bytes, identity: str) -> bytes:
        """Return a value, which is JSON, with the tag of the holder of an identity."""
        made = tag(key_from(identity, self.purpose), value)
        return msgspec.json.encode({self.name: msgspec.Raw(value), "tag": made})

    def sealed(self, value: bytes, identity: str) -> bytes:
        """Return the same, sealed to the holder of that identity alone."""
        return seal.seal(self.encoded(value, identity), (seal.recipient_of(identity),))

    def unchecked(self, plaintext: bytes) -> tuple[bytes, str]:
        """Return the value, for which nobody vouches yet, and its tag. Raises msgspec.DecodeError."""
        parts = untrusted.json(plaintext, dict[str, msgspec.Raw])
        if parts.keys() != {self.name, "tag"}:
            raise msgspec.ValidationError(f"It does not hold {self.name} and a tag")
        return bytes(parts[self.name]), untrusted.json(bytes(parts["tag"]), str)

    def value(self, plaintext: bytes, identities: Iterable[str]) -> bytes | None:
        """Return the value; None where no holder of these identities vouches. Raises msgspec.DecodeError."""
        value, found = self.unchecked(plaintext)
        return value if any(fits(found, key_from(one, self.purpose), value) for one in identities) else None

    def is_vouched(self, plaintext: bytes, identities: Iterable[str]) -> bool:
        """Tell whether it reads, and a holder of one of these identities vouches for it."""
        with suppress(msgspec.DecodeError):
            return self.value(plaintext, identities) is not None
        return False

    def again(self, plaintext: bytes, before: str, now: str) -> bytes:
        """Return it with the tag of another identity, where it had that of the first; else as it is."""
        with suppress(msgspec.DecodeError):
            value = self.value(plaintext, [before])
            if value is not None:
                return seal.pad(self.encoded(value, now))
        return plaintext


def _framed(parts: Iterable[str | bytes]) -> Iterable[bytes]:
    """Yield the parts, each after its length, so that what is at the end of one cannot move to the next."""
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        yield len(data).to_bytes(8, "big")
        yield data
