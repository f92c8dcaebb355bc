"""Text that is never markup, and that has the width that it is laid out with."""

from rich.segment import Segment
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Static

from kiosk.text import painted
from screens.right_to_left import LeftToRight


class Paragraph(Content):
    """Text whose last line is not one word alone, where the lines above it can be shorter instead."""

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Draw it, in as many lines as it would have anyway."""
        if options.rules.get("text_wrap") == "nowrap":
            return super().render_strips(width, height, style, options)
        strips = [
            strip
            for part in self.split(allow_blank=True)
            for strip in Content.render_strips(part, _even(part, width), None, style, options)
        ]
        return strips[:height]


def _even(part: Content, width: int) -> int:
    """Return the most columns, up to a width, at which a text ends in more than one word, or in a date."""
    rows = len(part.wrap(width)) if width else 0
    for narrower in range(width, width // 2, -1):
        *above, last = (line.plain.strip() for line in part.wrap(narrower))
        if len(above) + 1 != rows:
            break
        if not above or (" " in last and not above[-1][-1:].isdigit()):
            return narrower
    return width


class Hanging(Visual):
    """A text after a head in one line: its further lines begin below its first word."""

    def __init__(self, head: str, text: str | Content, further: str = "") -> None:
        """Hang a text on a head. `further` begins the lines below it."""
        self._head = head
        self._below = further.ljust(len(head))
        self._text = Paragraph(text) if isinstance(text, str) else text

    def __str__(self) -> str:
        return f"{self._head}{self._text.plain}"

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Draw it."""
        strips = self._text.render_strips(width - len(self._head), height, style, options)
        heads = (self._head, *([self._below] * (len(strips) - 1)))
        drawn = style.rich_style
        return [
            Strip.join([Strip([Segment(head, drawn)]), strip])
            for head, strip in zip(heads, strips, strict=True)
        ]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the columns that it takes in one line."""
        return len(self._head) + self._text.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return how many lines it takes."""
        return self._text.get_height(rules, width - len(self._head))


class Led(Static):
    """A text after the words that lead it, in bold."""

    def __init__(self, lead: str, text: str, *, classes: str | None = None) -> None:
        super().__init__(
            Paragraph.assemble((painted(lead), "bold"), painted(text)), classes=classes, markup=False
        )


class Plain(Static):
    """Shows a text as it is: nothing in it is read as markup, style or link."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(Paragraph(painted(text)), id=id, classes=classes, markup=False)

    def show(self, text: str) -> None:
        """Show another text."""
        content = Paragraph(painted(text))
        if content != self.content:  # the page is laid out again otherwise
            self.update(content)

    def show_if_any(self, text: str) -> None:
        """Show another text, and take no room where there is none."""
        self.show(text)
        if self.display != bool(text):
            self.display = bool(text)


class Hung(Plain):
    """The same after what leads it, a word or a sign: its further lines begin below its first one."""

    def __init__(self, lead: str, text: str, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.update(Hanging(painted(lead), painted(text)))


class Straight(LeftToRight, Plain):
    """The same from left to right on every screen: a code."""
