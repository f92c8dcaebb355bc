"""What a scanner types on a machine whose keyboard is laid out otherwise than the scanner believes.

A scanner presses keys by their place, mostly of a US keyboard; the machine reads off them what its own
layout prints there. The rows below are the rows of digits and letters of the layouts of the same names in
xkeyboard-config (https://gitlab.freedesktop.org/xkeyboard-config/xkeyboard-config). Spanish, Italian,
Portuguese, Polish, Turkish and the Nordic layouts have what a code is made of where the US layout has it.
Capitals mean what small letters mean, so Caps Lock changes nothing.
"""

from collections.abc import Iterator
from typing import Final

_US: Final = "1234567890QWERTYUIOPASDFGHJKLZXCVBNM"

_LAYOUTS: Final = (
    "1234567890qwertzuiopasdfghjklyxcvbnm",  # German, Austrian, Swiss, Croatian, Slovenian
    "&é\"'(-è_çàazertyuiopqsdfghjklwxcvbn,",  # French
    "&é\"'(§è!çàazertyuiopqsdfghjklwxcvbn,",  # Belgian
    "+ěščřžýáíéqwertzuiopasdfghjklyxcvbnm",  # Czech
    "+ěščřžýáíéqwertyuiopasdfghjklzxcvbnm",  # Czech, with Y and Z as in the US
    "+ľščťžýáíéqwertzuiopasdfghjklyxcvbnm",  # Slovak
    "+ľščťžýáíéqwertyuiopasdfghjklzxcvbnm",  # Slovak, with Y and Z as in the US
    "123456789öqwertzuiopasdfghjklyxcvbnm",  # Hungarian
    "ąčęėįšųū90qwertyuiopasdfghjklzxcvbnm",  # Lithuanian
    "1234567890;ςερτυθιοπασδφγηξκλζχψωβνμ",  # Greek
    "1234567890йцукенгшщзфывапролдячсмить",  # Russian
    "1234567890йцукенгшщзфівапролдячсмить",  # Ukrainian
    "1234567890,уеишщксдзьяаожгтнвюйъэфхп",  # Bulgarian
    "1234567890љњертзуиопасдфгхјклѕџцвбнм",  # Serbian
)
_SHIFTED: Final = {"?": "M", ":": "Q", "ы": "Q", "Σ": "S"}
"""What Shift prints in some of them that is no capital of what stands there (of S and W, S in Greek)."""


def _keys_of(layout: str) -> dict[str, str]:
    """Return what the US layout has for each character; digits are digits where Shift prints them, too."""
    keys = dict(zip(layout, _US, strict=True))
    capitals = {printed.upper(): meant for printed, meant in keys.items() if len(printed.upper()) == 1}
    return {digit: digit for digit in _US[:10]} | capitals | _SHIFTED | keys


_KEYS: Final = tuple(map(_keys_of, _LAYOUTS))


def readings(typed: str) -> Iterator[str]:
    """Yield what a text may mean: as it stands, then with each layout undone that has all its characters."""
    yield typed
    for keys in _KEYS:
        if all(character in keys for character in typed):
            yield "".join(keys[character] for character in typed)
