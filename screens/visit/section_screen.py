"""The opening of a section."""

from screens.widgets.keys import VISITING
from screens.widgets.reading_screen import ReadingScreen


class SectionScreen(ReadingScreen):
    """Opens a section: its title, alone, and what it is about."""

    EVERYWHERE = VISITING
