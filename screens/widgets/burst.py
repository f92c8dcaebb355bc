"""What comes in one burst of keys, as a scanner types."""

from textual import events


class Burst:
    """Listens to keys, and tells what a burst of them typed when Enter ends it."""

    def __init__(self, seconds: float) -> None:
        """Listen. A burst leaves at most so many seconds between two keys."""
        self._seconds = seconds
        self._typed = ""
        self._last = float("-inf")
        self.number = 0
        """How many bursts have begun, each of a single key or of more."""
        self.keys = 0
        """How many keys have come in the last one."""

    @property
    def fresh(self) -> bool:
        """Whether the last key began a burst."""
        return self.keys == 1

    def hear(self, key: events.Key) -> str:
        """Return what the burst typed that this key ends; empty where it ends none."""
        if key.time - self._last > self._seconds:
            self._typed, self.keys, self.number = "", 0, self.number + 1
        self.keys, self._last = self.keys + 1, key.time
        if key.key == "enter":
            typed, self._typed = self._typed, ""
            return typed
        # What does not print breaks it off.
        self._typed = f"{self._typed}{key.character}" if key.is_printable else ""
        return ""
