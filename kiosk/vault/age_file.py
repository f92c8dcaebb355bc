"""What can be told of a sealed page without a key: that it begins as an age file, and that its size fits.

The header is text (https://age-encryption.org/v1): a version line, a stanza for each recipient, and a line
with its check sum. A nonce and the content follow it, in chunks of 64 KiB that each carry a tag.
"""

import os
import re
from pathlib import Path

from kiosk import untrusted
from kiosk.seal import BLOCK

HEADER_MOST = 8192
"""Bytes within which a header ends: many times what two recipients take."""

MOST_BYTES = 16 << 20
"""A larger file is no page: one with every answer of a long pack written to its limit has less."""

_VERSION = b"age-encryption.org/v1\n"
_STANZA = re.compile(rb"-> ([^\n]+)\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n")
_END = re.compile(rb"--- [A-Za-z0-9+/]{43}\n")
_KEY = re.compile(rb"X25519 [A-Za-z0-9+/]{43}")
_NONCE = _TAG = 16
_CHUNK = 65_536 + _TAG


def is_sealed(start: bytes, size: int, *, keys: int = 2) -> bool:
    """Tell whether a file of `size` bytes with this start can be a page, sealed to so many keys.

    `start` is the file's first `HEADER_MOST` bytes, or all of a shorter one.
    """
    if not start.startswith(_VERSION):
        return False
    found, end = _stanzas(start)
    last = _END.match(start, end)
    return last is not None and found == keys and _fits(size - last.end() - _NONCE)


def key_count(start: bytes) -> int:
    """Return how many keys a file with this start is sealed to; 0 for what is no age file."""
    return _stanzas(start)[0] if start.startswith(_VERSION) else 0


def seems_sealed(path: Path, *, keys: int = 2) -> bool:
    """Tell whether a file can be a page; one that the disk does not give back cannot."""
    try:
        with untrusted.opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            return size <= MOST_BYTES and is_sealed(file.read(HEADER_MOST), size, keys=keys)
    except OSError:
        return False


def _stanzas(start: bytes) -> tuple[int, int]:
    end, found = len(_VERSION), 0
    while stanza := _STANZA.match(start, end):
        # age tools add a stanza that means nothing, so that readers learn to pass over what they do not know.
        found += _KEY.fullmatch(stanza[1]) is not None
        end = stanza.end()
    return found, end


def _fits(content: int) -> bool:
    """Tell whether so many bytes of chunks and tags hold a padded plaintext, which is never empty."""
    if content <= 0 or 0 < content % _CHUNK <= _TAG:
        return False  # a last chunk holds something besides its tag
    plaintext = content - _TAG * -(-content // _CHUNK)
    return plaintext % BLOCK == 0
