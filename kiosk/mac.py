"""Tags that tell who made something: HMAC-SHA256 under a key that comes from an age identity.

Sealing keeps others from reading, and everybody who knows a public key can seal. What only the holder of a
private key may make carries a tag besides. The key of a tag comes from the private key by HKDF-SHA256
(RFC 5869), another one for each purpose, so that no tag can stand for something else.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256

from kiosk import seal

SALT = b"strengths-kiosk tags v1"
"""Constant: whoever holds the identity must come to the same keys. It names the scheme and its version."""


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


def _framed(parts: Iterable[str | bytes]) -> Iterable[bytes]:
    """Yield the parts, each after its length, so that what is at the end of one cannot move to the next."""
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        yield len(data).to_bytes(8, "big")
        yield data
