"""Text that is never markup, and that has the width that it is laid out with."""

from textual.content import Content
from textual.widgets import Static

from kiosk.text import clean


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
