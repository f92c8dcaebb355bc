"""Words on the screen: English stands in the code, and is shown in the language in use (`kiosk.language`)."""

from collections.abc import Callable

from kiosk.language import COMMA, joined, many, words
from kiosk.pack.model import Pack

__all__ = ["COMMA", "_", "_n", "joined", "name_of"]

_: Callable[[str], str] = words
_n: Callable[..., str] = many
"""Takes the words of one and of more, how many there are, and facts by name."""


def name_of(pack: Pack) -> str:
    """Return a pack's title and version, as both stand at the foot of a paper form."""
    return joined(pack.title, _("version {number}").format(number=pack.version), between=COMMA)
