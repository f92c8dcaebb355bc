"""The QR code of a code as an image, for printers that draw none themselves."""

from typing import TYPE_CHECKING

from kiosk.entry.handle import Handle, qr_modules

if TYPE_CHECKING:
    from PIL.Image import Image


def qr_image(handle: Handle, dots: int) -> "Image":
    """Return the QR code, dark on light with its quiet zone, each module `dots` wide and high."""
    from PIL import Image

    modules = qr_modules(handle)
    side = len(modules)
    drawn = Image.new("1", (side, side), 1)
    drawn.putdata([0 if dark else 1 for row in modules for dark in row])
    return drawn.resize((side * dots, side * dots), Image.Resampling.NEAREST)
