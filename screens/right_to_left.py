"""A screen from right to left: laid out as any other, then mirrored, its texts shaped and put in order.

Widgets are laid out from left to right, and hold what they show in the order of writing. The layout is
mirrored as a whole (`Mirror`), and each line of a widget as it is painted (`RightToLeft`): no widget knows of
it, but those that find what was tapped in them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual._compositor import Compositor, CompositorMap
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.map_geometry import MapGeometry
from textual.widget import Widget

from kiosk.rtl import APART, UNSEEN, cells, class_of, ordered, shaped_cells, turned

_SIDES = str.maketrans("╭╮╰╯┌┐└┘┏┓┗┛╔╗╚╝├┤▌▐▎▊▏▕←→⌫⌦", "╮╭╯╰┐┌┘└┓┏┛┗╗╔╝╚┤├▐▌▊▎▕▏→←⌦⌫")
"""What is drawn for one side, and for the other."""
_ENDS = " │┃║▌▐█"
"""What comes after a space where words have ended: more space, or the side of a frame."""
_INVISIBLE = frozenset(UNSEEN)
"""What has no cell."""
NOWHERE = -1
"""The column of what only fills a line up."""


class Cell(NamedTuple):
    """A letter of a line, with its marks."""

    letter: str
    style: Style | None
    column: int
    """Where it stands in the order of writing."""


def is_mirrored(widget: Widget) -> bool:
    """Tell whether a widget is painted from right to left."""
    return any(isinstance(one, RightToLeft) for one in widget.get_line_filters())


class Mirror(Compositor):
    """Lays a page out, and mirrors it where its App is written from right to left."""

    def _arrange_root(
        self, root: Widget, size: Size, visible_only: bool = True
    ) -> tuple[CompositorMap, set[Widget]]:
        placed, widgets = super()._arrange_root(root, size, visible_only)
        if is_mirrored(root):
            placed = {widget: _mirrored(place, size.width) for widget, place in placed.items()}
        return placed, widgets


def _mirrored(place: MapGeometry, width: int) -> MapGeometry:
    return place._replace(region=_turned(place.region, width), clip=_turned(place.clip, width))


def _turned(region: Region, width: int) -> Region:
    return Region(width - region.right, region.y, region.width, region.height)


class LeftToRight:
    """What is painted as it is on every screen, beside the class of its widget: a picture, a code.

    It is no widget itself: of several bases that are, Textual's style sheets know the first alone.
    """

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes what is painted, but for what mirrors it."""
        filters: Sequence[LineFilter] = super().get_line_filters()  # type: ignore[misc]
        return [one for one in filters if not isinstance(one, RightToLeft)]


class RightToLeft(LineFilter):
    """Paints a line of a widget from right to left, its letters joined."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of the line, as wide as before."""
        if not any(segment.text.strip() for segment in segments):
            return segments[::-1]
        return _segments(cell for cell in _laid(segments) if cell.letter not in _INVISIBLE)


def painted_at(segments: Iterable[Segment], column: int) -> int:
    """Return at which column of a line it is painted what stands at one in the order of writing."""
    laid = [cell for cell in _laid(segments) if cell_len(cell.letter)]
    places = [at for at, cell in enumerate(laid) if NOWHERE < cell.column <= column]
    nearest = max(places, key=lambda at: laid[at].column, default=0)
    return sum(cell_len(cell.letter) for cell in laid[:nearest])


def written_at(segments: Iterable[Segment], column: int) -> int:
    """Return at which column it stands in the order of writing what is painted at one."""
    at = 0
    for cell in _laid(segments):
        at += cell_len(cell.letter)
        if at > column and cell.column != NOWHERE:
            return cell.column
    return 0


def _laid(segments: Iterable[Segment]) -> list[Cell]:
    """Return the cells of a line from left to right, as they are painted."""
    if not (written := list(_cells(segments))):
        return []
    line = _filled(written)
    letters = [cell.letter for cell in line]
    order = ordered(letters, "R", _classes(letters))
    return [line[at]._replace(letter=turned(letters[at], level).translate(_SIDES)) for at, level in order]


def _cells(segments: Iterable[Segment]) -> Iterator[Cell]:
    column = 0
    for text, style, _control in segments:
        for letter in cells(text):
            yield Cell(letter, style, column)
            column += cell_len(letter)


def _filled(line: list[Cell]) -> list[Cell]:
    """Return a line in the shapes of its letters, filled up with spaces where its words end.

    A ligature takes a cell less than its letters; the next column of the line stays where it was.
    """
    filled, missing = list[Cell](), 0
    shapes = shaped_cells([cell.letter for cell in line])
    for cell, shape, behind in zip(line, shapes, [*line[1:], None], strict=True):
        missing += cell_len(cell.letter) - cell_len(shape)
        if shape:
            filled.append(cell._replace(letter=shape))
        elif filled and cell.style != filled[-1].style:  # the caret may stand on what went into that cell
            filled[-1] = filled[-1]._replace(style=cell.style)
        if missing and (behind is None or (shape == " " and behind.letter in _ENDS)):
            style = behind.style if behind and behind.letter == " " else cell.style
            filled += [Cell(" ", style, NOWHERE)] * missing
            missing = 0
    return filled


def _classes(letters: list[str]) -> list[str]:
    """Return the class of each letter; two spaces and more part a line into columns."""
    spaces = [letter == " " for letter in letters]
    beside = [one or other for one, other in zip([False, *spaces], [*spaces[1:], False], strict=False)]
    return [
        APART if space and also else class_of(letter)
        for letter, space, also in zip(letters, spaces, beside, strict=True)
    ]


def _segments(painted: Iterable[Cell]) -> list[Segment]:
    segments = list[Segment]()
    for letter, style, _column in painted:
        if segments and segments[-1].style == style:
            segments[-1] = Segment(segments[-1].text + letter, style)
        else:
            segments.append(Segment(letter, style))
    return segments
