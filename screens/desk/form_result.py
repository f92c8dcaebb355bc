"""What a page of the desk that is written on gives back."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from screens.i18n import _
from screens.widgets.keys import Key

SAVE = Key("f10", _("Save"), "keep")
"""Saves what is written; where one writes in several lines, Enter makes a line."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class FormResult(Generic[_T]):
    """What was written, saved or not: who goes back is asked first, where something would be lost."""

    value: _T = field(repr=False)
    saved: bool
