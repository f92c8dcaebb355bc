"""The console of Linux, which has sixteen colours: those of the theme are set in their place.

It paints a bold letter in the bright one of its colour, and what is behind a letter never in a bright one
(`csi_m` in drivers/tty/vt/vt.c). So each of the eight colours of a theme has a number below 8, and the same
colour 8 above it. Of its usual sixteen some are too close to be read, such as bold black on grey.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background
from textual.filter import LineFilter

_PLACES: Final = ("ground", "edge", "field", "key", "on-leaf", "leaf", "quiet", "ink")
"""The first and the last are what is painted in no colour of its own, as by the supervisor."""

Slots = tuple[ColorTriplet, ...]
"""Eight colours, by their numbers."""


@lru_cache(8)
def _slots(colours: tuple[str, ...]) -> Slots:
    return tuple(Color.parse(colour).get_truecolor() for colour in colours)


def slots_of(variables: Mapping[str, str]) -> Slots:
    """Return the eight colours of a theme, by the numbers that they are given."""
    return _slots(tuple(variables[name] for name in _PLACES))


def palette(slots: Slots) -> str:
    """Return what sets the console's colours to these (`console_codes(4)`: ESC ] P nrrggbb)."""
    return "".join(f"\x1b]P{place:x}{colour.hex[1:]}" for place, colour in enumerate((*slots, *slots)))


class ConsoleColours(LineFilter):
    """Paints each colour by the number of its place, or of the one that is nearest to it."""

    def __init__(self, variables: Callable[[], Mapping[str, str]]) -> None:
        """Paint in the colours of the theme that `variables` gives."""
        super().__init__()
        self._variables = variables

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        """Return the segments in those colours."""
        slots = slots_of(self._variables())
        return [Segment(text, style and _styled(style, slots), control) for text, style, control in segments]


@lru_cache(4096)
def _styled(style: Style, slots: Slots) -> Style:
    return style + Style(color=_placed(style.color, slots), bgcolor=_placed(style.bgcolor, slots))


def _placed(colour: Color | None, slots: Slots) -> Color | None:
    if colour is None or colour.triplet is None:
        return None
    wanted = colour.triplet
    place = min(
        range(len(slots)),
        key=lambda at: sum((one - other) ** 2 for one, other in zip(slots[at], wanted, strict=True)),
    )
    return Color(slots[place].hex, ColorType.STANDARD, place, slots[place])
