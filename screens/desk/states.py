"""What became of an entry, in words."""

from screens.words import _

STATES = {"waiting": _("waiting"), "picked up": _("picked up")}
