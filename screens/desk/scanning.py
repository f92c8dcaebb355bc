"""A code that is scanned over any page of the desk: recognised by how fast it comes."""

from textual import events

from kiosk import handle
from kiosk.errors import HandleError

SECONDS = 0.1
"""A scanner leaves less time between two characters, and nobody types a whole code that fast."""


class ScanWatch:
    """Listens to keys, and tells when Enter ends a code that came in one burst."""

    def __init__(self) -> None:
        self.fresh = False
        """Whether the last key began a burst."""
        self._burst = ""
        self._last = float("-inf")

    def hear(self, key: events.Key) -> str:
        """Return the code that this key ends; empty where it ends none."""
        self.fresh = key.time - self._last > SECONDS
        if self.fresh:
            self._burst = ""
        self._last = key.time
        if key.key != "enter":
            # What does not print breaks it off.
            self._burst = f"{self._burst}{key.character}"[-handle.LENGTH :] if key.is_printable else ""
            return ""
        burst, self._burst = self._burst, ""
        return burst if _is_code(burst) else ""


def _is_code(text: str) -> bool:
    if len(text) != handle.LENGTH:
        return False
    try:
        handle.read(text)
    except HandleError:
        return False
    return True
