"""A language in which each text of the program is marked, so that a test sees what is never translated."""

import gettext

from kiosk.language import Language


class _Marking(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"~{message}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"~{msgid1 if n == 1 else msgid2}"


MARKED = Language("xx", _Marking())
