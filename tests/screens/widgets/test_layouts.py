"""How often a page is laid out: each time costs what a tenth of opening it does."""

from unittest import mock

from textual._compositor import Compositor, ReflowResult
from textual.geometry import Size
from textual.widget import Widget

from tests.screens.conftest import Kiosk
from tests.visitor import SMALL, visit


async def test_the_sizes_that_come_of_a_layout_ask_for_no_other(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="where") as visitor:
        page, lay_out, times = visitor.page, Compositor.reflow, list[Size]()

        def counted(self: Compositor, parent: Widget, size: Size) -> ReflowResult:
            times.extend([size] * (parent is page))
            return lay_out(self, parent, size)

        with mock.patch.object(Compositor, "reflow", counted):
            await visitor.resizes(SMALL)
        assert times == [Size(*SMALL)] * 2, "Textual itself does it twice"
