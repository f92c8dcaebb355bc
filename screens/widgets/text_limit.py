"""How much room a field has left, and what of a text it did not take: told by its page, always in view."""

from textual.message import Message
from textual.widget import Widget

from kiosk.text import one_line
from screens.i18n import _, joined

_QUOTED = 24
"""Characters of what was left out, so that one finds the place."""


class LimitChanged(Message):
    """There is more or less room in a field, or it did not take all of a text."""


class LimitedField(Widget):
    """A field that never stops taking letters without a word."""

    @property
    def is_full(self) -> bool:
        """Whether it takes no letter more."""
        return False

    left_out = ""
    """The end of what came in one piece, as far as it did not fit."""

    @property
    def room(self) -> str:
        """What is to be said of how much is written; mostly nothing."""
        if not (self.is_full or self.left_out):
            return ""
        full = _("This field is full. Make your text shorter if you want to add more.")
        if not self.left_out:
            return full
        begins = one_line(self.left_out, _QUOTED)
        return joined(full, _("Left out, from here on: “{begins}…”").format(begins=begins))

    def forget_left_out(self) -> None:
        """Say no longer what did not fit: whoever presses a key has had the time to read it."""
        if self.left_out:
            self.leave_out("")

    def leave_out(self, text: str) -> None:
        """Say which text does not fit; none, where all of it does."""
        self.left_out = text
        self.post_message(LimitChanged())
