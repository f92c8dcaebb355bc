"""What a scanner types on a machine whose keyboard is laid out otherwise than the scanner believes.

A scanner presses keys by their place, mostly of a US keyboard; the machine reads off them what its own
layout prints there. The rows below are the rows of digits and letters of the layouts of the same names in
xkeyboard-config 2.35.1 (https://gitlab.freedesktop.org/xkeyboard-config/xkeyboard-config), where not said
otherwise. Spanish, Italian, Portuguese, Polish, Romanian, Turkish Q, Estonian, Latvian and the
Nordic layouts have what a code is made of where the US layout has it. Capitals mean what small letters mean,
so Caps Lock changes nothing.
"""

from collections.abc import Iterator
from itertools import islice, product, starmap
from typing import Final

_US: Final = "1234567890QWERTYUIOPASDFGHJKLZXCVBNM"

_COMMON: Final = {
    "1234567890qwertzuiopasdfghjklyxcvbnm": "",  # German, Austrian, Swiss, Croatian, Slovenian, Albanian
    "&é\"'(-è_çàazertyuiopqsdfghjklwxcvbn,": "?M",  # French
    "&é\"'(§è!çàazertyuiopqsdfghjklwxcvbn,": "?M",  # Belgian
    "+ěščřžýáíéqwertzuiopasdfghjklyxcvbnm": "",  # Czech
    "+ěščřžýáíéqwertyuiopasdfghjklzxcvbnm": "",  # Czech, with Y and Z as in the US
    "+ľščťžýáíéqwertzuiopasdfghjklyxcvbnm": "",  # Slovak
    "+ľščťžýáíéqwertyuiopasdfghjklzxcvbnm": "",  # Slovak, with Y and Z as in the US
    "123456789öqwertzuiopasdfghjklyxcvbnm": "",  # Hungarian
    "ąčęėįšųū90qwertyuiopasdfghjklzxcvbnm": "",  # Lithuanian of Windows
    "1234567890;ςερτυθιοπασδφγηξκλζχψωβνμ": ":QΣSΣW",  # Greek
    "1234567890йцукенгшщзфывапролдячсмить": "",  # Russian
    "1234567890йцукенгшщзфівапролдячсмить": "",  # Ukrainian
    "1234567890,уеишщксдзьяаожгтнвюйъэфхп": "ыQѝA",  # Bulgarian
    "1234567890љњертзуиопасдфгхјклѕџцвбнм": "",  # Serbian of Windows
}
"""Each with what Shift prints that is no capital of what stands there, and the key it is on, in pairs."""
_OTHER: Final = {
    "123456789öqwertyuiopasdfghjklzxcvbnm": "",  # Hungarian, with Y and Z as in the US
    "ąčęėįšųū„“qwertyuiopasdfghjklzxcvbnm": "",  # Lithuanian
    "!-/;:,.=()ąžertyuiopasdšghjklzūcvbnm": "",  # Lithuanian, standard
    "1234567890qüertyuiopasdfghjklzxcvbnm": "",  # Azerbaijani
    "1234567890fgğıodrnhpuieaütkmljövcçzs": "IRİS",  # Turkish F
    "1234567890явертыуиопасдфгхйклзьцжбнм": "",  # Russian, phonetic
    "1234567890явертыуиопасдфгчйклзхцжбнм": "",  # Russian, phonetic of Windows
    "1234567890явертиуіопасдфгхйклзьцжбнм": "",  # Ukrainian, phonetic
    "1234567890йцукенгшўзфывапролдячсміть": "",  # Belarusian
    "1234567890явертъуиопасдфгхйклзьцжбнм": "ѝX",  # Bulgarian, phonetic
    "1234567890чшертъуиопасдфгхйклзжцвбнм": "",  # Bulgarian, new phonetic
    "1234567890љњертзуиопасдфгхјклжџцвбнм": "",  # Serbian
    "1234567890љњертжуиопасдфгхјклзџцвбнм": "",  # Serbian, with Z as in the US
    "1234567890љњертѕуиопасдфгхјклзџцвбнм": "",  # Macedonian
    # Georgian
    "1234567890ქწერტყუიოპასდფგჰჯკლზხცვბნმ": "QQჭWEEღRთTYYUUIIOOPPAAშSDDFFGGHHჟJKKLLძZXXჩCVVBBNNMM",
}
"""The same, but undone only where a digit says that a text is no word, so that no more words are codes."""
_MOST: Final = 64
"""Readings of one layout in which a character stands for either of two keys, at most: six of sixteen do."""


def _keys_of(layout: str, shifted: str) -> dict[str, str]:
    """Return what the US layout has for each character; digits are digits where Shift prints them, too."""
    keys = dict(zip(layout, _US, strict=True))
    pairs = list(zip(shifted[::2], shifted[1::2], strict=True))
    capitals = {printed.upper(): meant for printed, meant in keys.items() if len(printed.upper()) == 1}
    capitals |= {printed: "".join(meant for one, meant in pairs if one == printed) for printed, _ in pairs}
    return {digit: digit for digit in _US[:10]} | capitals | keys


_KEYS_OF_COMMON: Final = tuple(starmap(_keys_of, _COMMON.items()))
_KEYS: Final = (*_KEYS_OF_COMMON, *starmap(_keys_of, _OTHER.items()))


def readings(typed: str) -> Iterator[str]:
    """Yield what a text may mean: as it stands, then with each layout undone that has all its characters."""
    yield typed
    may_be_word = typed.isalpha()
    for keys in _KEYS_OF_COMMON if may_be_word else _KEYS:
        if all(character in keys for character in typed):
            meant = product(*(keys[character] for character in typed))
            yield from map("".join, islice(meant, 1 if may_be_word else _MOST))
