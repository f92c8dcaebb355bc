"""What comes of a page that one writes on at the desk."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Written(Generic[_T]):
    """What was written, kept or not: who goes back is asked first, where something would be lost."""

    what: _T = field(repr=False)
    keep: bool
