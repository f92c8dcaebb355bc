"""What a venue says was done with comments: plain text in `you-said`, for whoever stands at Welcome."""

from kiosk import untrusted
from kiosk.home import Home
from kiosk.text import clean

MOST_BYTES = 1 << 20


def paragraphs(home: Home) -> tuple[str, ...]:
    """Return what is published here, a paragraph each; nothing where there is nothing to read."""
    try:
        text = untrusted.read(home.you_said, MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(filter(None, (part.strip() for part in clean(text).split("\n\n"))))
