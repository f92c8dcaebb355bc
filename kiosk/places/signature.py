"""Signatures in minisign's format (https://jedisct1.github.io/minisign): Ed25519 over the data's BLAKE2b-512.

Four lines: a comment that nobody signs; the letters `ED`, the id of the key and the signature of the hash; a
comment that is signed; the signature of the first one and that comment. The id of a place's key is the
place's. So Debian's `minisign -Vm FILE -P KEY` verifies what a place signed.
"""

import binascii
import re
from base64 import b64decode, b64encode
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from kiosk.errors import SignatureError
from kiosk.text import is_line

KEY_ID_BYTES = 8
COMMENT_MOST = 1024
"""Bytes of a comment, a quarter of what minisign reads."""
MOST_BYTES = 2048
"""Of a signature."""
_PREHASHED = b"ED"
_KEY = b"Ed"
_SHAPE = re.compile(
    rb"untrusted comment: [^\r\n]*\n([A-Za-z0-9+/]{99}=)\n"
    rb"trusted comment: ([^\r\n]*)\n([A-Za-z0-9+/]{86}==)\n"
)


def sign(data: bytes, seed: bytes, key_id: bytes, comment: str) -> bytes:
    """Return the signature of some bytes, with a comment of one line that it covers too.

    `seed` is the 32 bytes of an Ed25519 key, `key_id` the 8 bytes of its place's id. Raises ValueError for
    other lengths, and for a comment that does not fit on a line.
    """
    said = comment.encode("utf-8", "surrogatepass")
    if len(said) > COMMENT_MOST or not is_line(comment):
        raise ValueError("a comment is one line that prints")
    if len(key_id) != KEY_ID_BYTES:
        raise ValueError(f"the id of a key has {KEY_ID_BYTES} bytes")
    key = SigningKey(seed)
    made = key.sign(_hash(data)).signature
    lines = (
        f"untrusted comment: signature of place {key_id.hex()}".encode(),
        b64encode(_PREHASHED + key_id + made),
        b"trusted comment: " + said,
        b64encode(key.sign(made + said).signature),
    )
    return b"".join(line + b"\n" for line in lines)


def verify(data: bytes, signature: bytes, public: bytes, key_id: bytes) -> str:
    """Return the comment that a place's key signed together with these bytes.

    `public` is the 32 bytes of its key, `key_id` the 8 of its id. Raises SignatureError.
    """
    found = _SHAPE.fullmatch(signature) if len(signature) <= MOST_BYTES else None
    if found is None:
        raise SignatureError(_UNREAD)
    try:
        first, comment, last = b64decode(found[1], validate=True), found[2].decode(), b64decode(found[3])
    except (binascii.Error, UnicodeDecodeError) as error:
        raise SignatureError(_UNREAD) from error
    kind, signer, made = first[:2], first[2:10], first[10:]
    canonical = b64encode(first) == found[1] and b64encode(last) == found[3]
    if kind != _PREHASHED or not canonical or not is_line(comment):
        raise SignatureError(_UNREAD)
    if signer != key_id:
        raise SignatureError("This was signed by another place than the one that it is said to come from.")
    try:
        key = VerifyKey(public)
        key.verify(_hash(data), made)
        key.verify(made + found[2], last)
    except CryptoError as error:
        raise SignatureError(
            "This was changed after it was signed. Copy it again from where it was made."
        ) from error
    return comment


def unverified_comment(signature: bytes) -> bytes | None:
    """Return the comment of what has the shape of a signature; None for what is none, or not all of one."""
    found = _SHAPE.fullmatch(signature) if len(signature) <= MOST_BYTES else None
    return found[2] if found else None


def minisign_key(public: bytes, key_id: bytes) -> str:
    """Return a place's public key as `minisign -P` takes it."""
    return b64encode(_KEY + key_id + public).decode()


_UNREAD = "The signature does not read: it is cut off, or was changed. Copy it again from where it was made."


def _hash(data: bytes) -> bytes:
    return blake2b(data).digest()
