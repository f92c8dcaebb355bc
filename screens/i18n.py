"""Words on the screen. English stands in the code; a translation is a gettext catalogue in `data/locales`."""

import gettext

from kiosk.content import content
from kiosk.pack.model import Pack

_translation = gettext.translation("kiosk", content() / "locales", fallback=True)

_ = _translation.gettext


def name_of(pack: Pack) -> str:
    """Return a pack's title and version, as both stand at the foot of a paper form."""
    return f"{pack.title}, {_('version {number}').format(number=pack.version)}"
