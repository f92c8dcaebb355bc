"""Text that is never markup, and that has the width that it is laid out with."""

from textual.content import Content
from textual.widgets import Static

from kiosk.text import clean


class Led(Static):
    """A text after the words that lead it, in bold."""

    def __init__(self, lead: str, text: str, *, classes: str | None = None) -> None:
        super().__init__(Content.assemble((clean(lead), "bold"), clean(text)), classes=classes, markup=False)


class Plain(Static):
    """Shows a text as it is: nothing in it is read as markup, style or link."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(Content(clean(text)), id=id, classes=classes, markup=False)

    def show(self, text: str) -> None:
        """Show another text."""
        self.update(Content(clean(text)))

    def show_if_any(self, text: str) -> None:
        """Show another text, and take no room where there is none."""
        self.show(text)
        self.display = bool(text)
