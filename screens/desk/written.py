"""What pages have in common that one writes on at the desk."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from screens.i18n import _
from screens.widgets.keys import Key

SAVE = Key("f10", _("Save"), "keep")
"""Saves what is written; where one writes in several lines, Enter makes a line."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Written(Generic[_T]):
    """What was written, kept or not: who goes back is asked first, where something would be lost."""

    what: _T = field(repr=False)
    keep: bool
