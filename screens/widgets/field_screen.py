"""A page that people write on."""

from textual.screen import ScreenResultType

from screens.widgets.line_field import LineField
from screens.widgets.page import Page
from screens.widgets.text_field import TextField


class FieldScreen(Page[ScreenResultType]):
    """A page with fields to write in. The keys begin in the first one."""

    @property
    def writing(self) -> bool:
        """People write here."""
        return True

    @property
    def field(self) -> LineField | TextField:
        """The first field."""
        return next(field for field in self.query("*") if isinstance(field, LineField | TextField))

    @property
    def words(self) -> str:
        """What is written in it."""
        return self.field.words

    def on_mount(self) -> None:
        """Stand ready to write, behind what is written already."""
        self.field.focus()
