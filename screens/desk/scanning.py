"""A code that is scanned over any page of the desk: recognised by how fast it comes."""

from textual import events

from kiosk import handle
from kiosk.errors import HandleError
from screens.widgets.burst import Burst

SECONDS = 0.1
"""A scanner leaves less time between two characters, and nobody types a whole code that fast."""


class ScanWatch(Burst):
    """Tells the code that came in one burst, and nothing else that did."""

    def __init__(self) -> None:
        super().__init__(SECONDS)

    def hear(self, key: events.Key) -> str:
        """Return the code that this key ends; empty where it ends none."""
        # What was typed just before may run into it.
        typed = super().hear(key)[-handle.LENGTH :]
        return typed if _is_code(typed) else ""


def _is_code(text: str) -> bool:
    if len(text) != handle.LENGTH:
        return False
    try:
        handle.read(text)
    except HandleError:
        return False
    return True
