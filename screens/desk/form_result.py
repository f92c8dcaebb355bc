"""What a page of the desk that is written on gives back."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class FormResult(Generic[_T]):
    """What was written, saved or not: who goes back is asked first, where something would be lost."""

    value: _T = field(repr=False)
    saved: bool
