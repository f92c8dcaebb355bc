"""Words on the screen. English stands in the code; a translation is a gettext catalogue in `data/locales`."""

import gettext

from kiosk.content import content

_translation = gettext.translation("kiosk", content() / "locales", fallback=True)

_ = _translation.gettext
