"""What comes in one burst of keys, as a scanner types."""

from textual import events


class Burst:
    """Listens to keys, and tells what a burst of them typed when Enter ends it."""

    def __init__(self, seconds: float) -> None:
        """Listen. A burst leaves at most so many seconds between two keys."""
        self._seconds = seconds
        self._typed = ""
        self._last = float("-inf")
        self.fresh = False
        """Whether the last key began a burst."""

    def hear(self, key: events.Key) -> str:
        """Return what the burst typed that this key ends; empty where it ends none."""
        self.fresh = key.time - self._last > self._seconds
        if self.fresh:
            self._typed = ""
        self._last = key.time
        if key.key == "enter":
            typed, self._typed = self._typed, ""
            return typed
        # What does not print breaks it off.
        self._typed = f"{self._typed}{key.character}" if key.is_printable else ""
        return ""
