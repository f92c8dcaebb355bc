"""What became of an entry, in words."""

from kiosk.vault.states import State
from screens.i18n import _

STATE_NAMES: dict[State, str] = {
    "waiting": _("waiting"),
    "picked up": _("picked up"),
    "talked through": _("talked through"),
    "agreed": _("plan agreed"),
    "closed": _("closed"),
}
SHORT_STATE_NAMES: dict[State, str] = {**STATE_NAMES, "talked through": _("talked"), "agreed": _("agreed")}
"""The same in at most nine characters, for the list."""
