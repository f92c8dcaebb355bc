"""Who has read a translation: the first remarks of its PO file say so, and are read without Babel."""

import re

READ_BY = "Read by:"
"""Stands in a first remark of a PO file, before who speaks the language and has read all of it."""
_READ_BY = re.compile(r"^#[ \t]*read by[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE | re.IGNORECASE)


def read_by(data: bytes) -> str:
    """Return who speaks the language of a PO file and has read all of it; empty where nobody has."""
    remarks = (b"\n" + data).partition(b"\nmsgid")[0].decode(errors="replace").replace("\r", "")
    found = _READ_BY.search(remarks)
    return found[1] if found else ""


def reader_of(data: bytes) -> str:
    """Return the same in words."""
    return reader(read_by(data))


def reader(who: str) -> str:
    """Return in words who has read a translation; `who` is empty where nobody has."""
    return f"read by {who}" if who else "not yet read by a native speaker"
