"""A QR code as an image, for paper and for printers that draw none themselves."""

from typing import TYPE_CHECKING

from kiosk.entry.handle import qr_modules

if TYPE_CHECKING:
    from PIL.Image import Image


def qr_image(text: str, dots: int, *, dense: bool = False) -> "Image":
    """Return capitals and digits as a QR code, dark on light, each module `dots` wide and high.

    `dense` is as for `qr_modules`.
    """
    from PIL import Image

    modules = qr_modules(text, dense=dense)
    side = len(modules)
    drawn = Image.new("1", (side, side), 1)
    drawn.putdata([0 if dark else 1 for row in modules for dark in row])
    return drawn.resize((side * dots, side * dots), Image.Resampling.NEAREST)
