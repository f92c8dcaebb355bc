"""What stands in for Textual's own search for style rules finds the same."""

import pytest
from textual.css.styles import Styles

from tests.person import Person
from tests.screens.conftest import Kiosk
from tests.screens.shared_styles import PARTS, Finder, SharedStylesheet
from tests.visitor import visit


def has_what_textual_finds(person: Person) -> None:
    assert isinstance(person.app.stylesheet, SharedStylesheet)
    widgets = person.page.walk_children(with_self=True)
    for node in [one for widget in widgets for one in (widget, *widget.__dict__.get(PARTS, {}).values())]:
        expected = Styles()
        for name, value in (Finder.looks_up(node, person.app.stylesheet) or {}).items():
            setattr(expected, name, value)
        assert node.styles.base.css == expected.css, node


@pytest.mark.parametrize("place", ["mood", "day", "cards"])
async def test_each_widget_has_the_rules_that_textual_finds(kiosk: Kiosk, place: str) -> None:
    """Also once another widget has the focus, in other colours, at another size, and on a page that comes."""
    async with visit(kiosk(practice=True), at=place) as visitor:
        has_what_textual_finds(visitor)
        for key in ("tab", "down", "f4", "f3"):
            await visitor.presses(key)
            has_what_textual_finds(visitor)
        await visitor.resizes((56, 16))
        has_what_textual_finds(visitor)
