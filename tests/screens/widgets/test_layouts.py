"""How often a page is laid out: each time costs what a tenth of opening it does."""

from textual.geometry import Size
from textual.widget import Widget

from tests.screens.conftest import Kiosk
from tests.visitor import LARGE, visit


async def test_the_sizes_that_come_of_a_layout_ask_for_no_other(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="where", size=LARGE) as visitor:
        columns, rows = LARGE
        before = visitor.page.query_one("#ask").size
        visitor.page._refresh_layout(Size(columns - 20, rows))
        assert visitor.page.query_one("#ask").size != before
        assert [one for one in visitor.page.walk_children(Widget) if one._layout_required] == []
