"""The opening of a section."""

from pathlib import PurePath
from typing import ClassVar

from screens.widgets.keys import VISITING
from screens.widgets.reading import ReadingScreen


class OpeningScreen(ReadingScreen):
    """Opens a section: its title, alone, and what it is about."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [*ReadingScreen.CSS_PATH, "reading.tcss"]
    EVERYWHERE = VISITING
