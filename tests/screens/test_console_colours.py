"""The colours of the themes on the console of Linux, by number."""

import pytest
from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background
from textual.theme import Theme

from screens.console_colours import ConsoleColours, palette, slots_of
from screens.themes import THEMES


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_on_a_console_every_colour_of_a_theme_has_a_number_of_its_own(theme: Theme) -> None:
    """So what is told of its contrast is true there; bold letters, 8 above, have the same colour."""
    slots = slots_of(theme.variables)
    painted = ConsoleColours(lambda: theme.variables)
    for colour in theme.variables.values():
        segments = painted.apply(
            [Segment("a", Style.parse(f"bold {colour} on {colour}"))], Background(0, 0, 0)
        )
        (style,) = (style for _, style, _ in segments)
        assert style is not None
        for there in (style.color, style.bgcolor):
            assert there is not None
            assert there.number is not None
            assert (there.type, there.number < 8) == (ColorType.STANDARD, True)
            assert there.triplet == slots[there.number] == Color.parse(colour).triplet
    assert palette(slots) == "".join(f"\x1b]P{at:x}{(slots * 2)[at].hex[1:]}" for at in range(16))
