"""The handle: the customer's code of 16 symbols, its check, its keys and its QR code.

15 symbols of Crockford's base 32 (https://www.crockford.com/base32.html) are drawn at random: 75 bits.
The 16th is a check symbol over GF(32) = GF(2)[x] / (x⁵ + x² + 1): symbol i has the weight x^(15-i), and
the weighted sum of all 16 is zero. The weights are distinct and not zero, so one wrong symbol changes
the sum by w·e ≠ 0, and a swap of two different symbols by (wᵢ - wⱼ)·(sᵢ - sⱼ) ≠ 0: both are always seen.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product, takewhile
from typing import Final

from kiosk import mac
from kiosk.entry.keyboard_layouts import readings
from kiosk.entry.names import is_name
from kiosk.errors import CodeTrouble, HandleError, NewCodeError
from kiosk.mac import digest
from kiosk.seal import KEY_BYTES, Costs, identity_from, recipient_of, stretch

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4

SALT = b"strengths-kiosk handle v2"
"""Constant: the code alone must lead to the entry. It names the scheme and its version."""

ID_BYTES = 16
_ID = "strengths-kiosk entry id v1"
_REST = "strengths-kiosk kept back id v1"
"""Name what an id is a hash of."""

_ALPHANUMERIC: Final = 2
"""`qrcode.util.MODE_ALPHA_NUM`, as the literal that its type asks for."""

Modules = tuple[tuple[bool, ...], ...]

_MISREAD = str.maketrans("OIL" + "٠١٢٣٤٥٦٧٨٩" + "۰۱۲۳۴۵۶۷۸۹", "011" + 2 * "0123456789")
"""Letters for the digits that they look like, and the digits of Arabic and Farsi."""
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_.·]+")  # noqa: RUF001 - dashes people and keyboards produce
_WORD = re.compile(rf"\S{{{LENGTH}}}$")
_GROUPS = re.compile(rf"(?:[^\s]{{{GROUP}}}{_SEPARATORS.pattern}){{3}}[^\s]{{{GROUP}}}$")
_SUFFIXES = " ;.,"
"""What a scanner may be set to type behind a code, before its last key."""
_AIM_FLAG = re.compile(r"[^\w\s]|[äúъїђ]", re.IGNORECASE)
"""What an AIM identifier (ISO/IEC 15424) begins with: `]`, or what another layout prints in its place."""
_AIM = re.compile(r"[A-Z][0-9]", re.IGNORECASE)
"""Its code letter and modifier."""
_OTHER_LETTERS = (
    "A code has only letters from A to Z and numbers. The keyboard may be set to another language."
)
_ORDINALS = ("first", "second", "third", "fourth")


def _powers() -> tuple[int, ...]:
    """Return x^0 … x^30 in GF(32)."""
    powers = [1]
    for _ in range(30):
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 0b100000 else doubled)
    return tuple(powers)


_EXP = _powers()
_LOG = {power: exponent for exponent, power in enumerate(_EXP)}


def _times(a: int, b: int) -> int:
    return _EXP[(_LOG[a] + _LOG[b]) % 31] if a and b else 0


def _over(a: int, b: int) -> int:
    return _EXP[(_LOG[a] - _LOG[b]) % 31] if a else 0


def check_sum(symbols: str, length: int = LENGTH) -> int:
    """Return the weighted sum of what is to have so many symbols, at most 31; zero where that holds together.

    Of the first ones, all but the last, it is the place of the last one in the alphabet.
    """
    total = 0
    for place, symbol in enumerate(symbols[:length]):
        total ^= _times(_EXP[length - 1 - place], ALPHABET.index(symbol))
    return total


@dataclass(frozen=True)
class Handle:
    """A code that holds together. Its text stays out of `repr`, and so out of every log."""

    symbols: str = field(repr=False)

    @property
    def groups(self) -> tuple[str, ...]:
        """The code in four groups of four."""
        return tuple(self.symbols[start : start + GROUP] for start in range(0, LENGTH, GROUP))

    def __str__(self) -> str:
        return " ".join(self.groups)


@dataclass(frozen=True)
class HandleKeys:
    """What a code leads to."""

    id: str
    """The entry's id and file name: 32 lower-case hexadecimal digits."""
    identity: str = field(repr=False)
    """The customer's age identity."""


def draw(below: Callable[[int], int] = secrets.randbelow) -> Handle:
    """Draw a new handle. `below(n)` gives a random whole number from 0 to n - 1."""
    return Handle(with_check("".join(ALPHABET[below(len(ALPHABET))] for _ in range(LENGTH - 1))))


def with_check(symbols: str) -> str:
    """Return the first 15 symbols of a code with the one that makes it hold together."""
    return symbols + ALPHABET[check_sum(symbols)]


def read(typed: str) -> Handle:
    """Read a code as a person or a scanner typed it.

    Case, spaces, dashes and whose digits they are do not matter, and O, I, L are taken for 0, 1, 1; a name
    before it is passed over.
    Raises HandleError, which names the group that looks wrong where that can be told.
    """
    name, typed = after_name(typed)
    if name and not typed:
        if not re.search(r"[A-Z]", name, re.IGNORECASE | re.ASCII):
            raise HandleError(_OTHER_LETTERS, CodeTrouble.SCRIPT)
        raise HandleError(
            "This is no code. A code has four groups of four characters.", CodeTrouble.NAME_ALONE
        )
    parts = [part for part in _SEPARATORS.split(typed.upper().translate(_MISREAD)) if part]
    symbols = "".join(parts)
    if not symbols:
        raise HandleError("Enter the code: four groups of four characters.", CodeTrouble.NOTHING)
    strange = [place for place, symbol in enumerate(symbols) if symbol not in ALPHABET]
    if strange:
        group = _group_of(strange[0], parts)
        if has_other_letters(symbols):
            raise HandleError(_OTHER_LETTERS, CodeTrouble.SCRIPT, group)
        raise HandleError(
            f"Check {group_words(group)}. It holds a character that no code has.",
            CodeTrouble.CHARACTER,
            group,
        )
    if len(symbols) != LENGTH:
        raise _wrong_length(parts, len(symbols))
    if check_sum(symbols):
        raise HandleError("Something in this code is wrong. Check each group again.", CodeTrouble.CHECK)
    return Handle(symbols)


def after_name(typed: str) -> tuple[str, str]:
    """Return the name that begins a text, empty where none does, and the rest, which is meant for a code.

    Slips show the one above the other. A name has two words of letters alone, and a code of letters alone has
    all its 16. Words that entries are named with are a name unless the whole is a code: some have as many
    letters as a group.
    """
    words = typed.split()
    if is_name(words[:2]) and not _holds_together(typed):
        return " ".join(words[:2]), " ".join(words[2:])
    lengths = {len("".join(words[at:])) for at in range(3)}
    if words and all(map(str.isalpha, words)) and LENGTH not in lengths:
        return " ".join(words), ""
    leading = sum(1 for _ in takewhile(lambda word: word.isalpha() and len(word) > 2, words[:2]))
    is_one = len(symbols_of("".join(words[1:]))) == LENGTH
    if _is_shaped(words) or not (leading == 2 or (leading and (is_one or len(words[0]) > GROUP))):
        return "", typed
    at = 1 if is_one else leading
    return " ".join(words[:at]), " ".join(words[at:])


def _holds_together(typed: str) -> bool:
    return is_whole(typed) and not check_sum(symbols_of(typed))


def _is_shaped(words: list[str]) -> bool:
    if not words:
        return True
    *whole, last = map(len, words)
    in_groups = len(words) <= LENGTH // GROUP and set(whole) <= {GROUP} and last <= GROUP
    in_four = len(words) == LENGTH // GROUP and {*whole[:2]} == {GROUP}  # and another too short or too long
    return in_groups or in_four or len(symbols_of("".join(words))) == LENGTH


def scanned(typed: str) -> tuple[Handle, ...]:
    """Return the codes that a scanner may have read that typed this; none where it was no code.

    What stands before the code, such as an AIM identifier (ISO/IEC 15424) or what was typed just before, does
    not matter; neither does a keyboard laid out otherwise than the scanner believes. There is more than one
    code where the check symbol fits with and without that: whoever may look into the vault can tell which.
    What people write is none: a code is one word, or four groups of four with a digit in them.
    """
    return tuple(dict.fromkeys(code for _, codes in _found(typed) for code in codes))


def before_scan(typed: str) -> str:
    """Return what was typed before the code that ends a text, and before its AIM identifier.

    Without a code it is the whole text.
    """
    for start, codes in _found(typed):
        if codes:
            before, aim = typed[:start], typed[:start][-3:]
            is_aim = _AIM_FLAG.match(aim) and any(map(_AIM.fullmatch, readings(aim[1:])))
            return before.removesuffix(aim) if is_aim else before
    return typed


def _found(typed: str) -> Iterator[tuple[int, list[Handle]]]:
    """Yield for each way in which a text may end in a code: where that begins, and the codes it may mean."""
    # On some keyboards a comma is a letter of the code, so a suffix is looked for last.
    read = dict.fromkeys((typed, typed.rstrip(_SUFFIXES)))
    for text, pattern in product(read, (_WORD, _GROUPS)):
        if match := pattern.search(text):
            code = match[0] if pattern is _WORD else "".join(_SEPARATORS.split(match[0]))
            meant = map(symbols_of, readings(code))
            yield (
                match.start(),
                [
                    Handle(symbols)
                    for symbols in meant
                    if _holds_together(symbols) and not (pattern is _GROUPS and symbols.isalpha())
                ],
            )


def is_whole(typed: str) -> bool:
    """Tell whether a text has the length and the characters of a code, right or wrong."""
    symbols = symbols_of(typed)
    return len(symbols) == LENGTH and set(symbols) <= set(ALPHABET)


def is_begun(typed: str) -> bool:
    """Tell whether a text is the beginning of a code: all that it needs is more behind it."""
    symbols = symbols_of(typed)
    return not is_name(typed.split()[:2]) and 0 < len(symbols) < LENGTH and set(symbols) <= set(ALPHABET)


def has_other_letters(typed: str) -> bool:
    """Tell whether a text has letters that are none from A to Z, as of a keyboard in another language."""
    return any(sign.isalpha() and not sign.isascii() for sign in typed)


def group_words(group: int | None) -> str:
    """Return how a group, 1 to 4, is called; None is what comes after them."""
    return f"the {_ORDINALS[group - 1]} group" if group else "the end of the code"


def groups_of(typed: str) -> tuple[str, ...]:
    """Return how a code reads while it is typed: four groups, `_` for what is missing.

    A character that no code has shows as `?`; what is beyond 16 is not shown.
    """
    symbols = symbols_of(typed)[:LENGTH]
    shown = "".join(symbol if symbol in ALPHABET else "?" for symbol in symbols).ljust(LENGTH, "_")
    return tuple(shown[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def repairs(typed: str) -> tuple[tuple[int, Handle], ...]:
    """Return the codes that differ from a typed one in one symbol or in one swap of neighbours.

    Each comes with its group, 1 to 4. There are about 17; whoever may look into the vault can tell which
    one exists, and so which group to look at again. A text that is no 16 symbols has none.
    """
    if not is_whole(typed):
        return ()
    symbols = symbols_of(typed)
    error = check_sum(symbols)
    if not error:
        return ()
    found = []
    for place in range(LENGTH):
        right = ALPHABET[ALPHABET.index(symbols[place]) ^ _over(error, _EXP[LENGTH - 1 - place])]
        found.append((place // GROUP + 1, Handle(symbols[:place] + right + symbols[place + 1 :])))
    for place in range(LENGTH - 1):
        swapped = symbols[:place] + symbols[place + 1] + symbols[place] + symbols[place + 2 :]
        if not check_sum(swapped):
            found.append((place // GROUP + 1, Handle(swapped)))
    return tuple(found)


def keys(handle: Handle, costs: Costs | None = None) -> HandleKeys:
    """Derive the entry's id and the customer's key from the code alone.

    argon2id (64 MiB, 3 passes, 1 lane unless a test says otherwise) gives the 32 bytes of the X25519 key. So
    the disk never holds the code, and an id does not give the key.
    """
    identity = identity_from(stretch(handle.symbols, SALT, KEY_BYTES, costs or Costs()))
    return HandleKeys(id_of(recipient_of(identity)), identity)


def id_of(recipient: str) -> str:
    """Return the id of the entry whose customer has this age recipient: 16 bytes of its SHA-256.

    So an id says who its customer is, and nobody can name another reader for it.
    """
    return digest(_ID, recipient)[: 2 * ID_BYTES]


def rest_id_of(recipient: str) -> str:
    """Return the id of what the customer with this age recipient kept back, once there is a new code.

    The entry has another id then, and another reader (docs/new-code.md).
    """
    return digest(_REST, recipient)[: 2 * ID_BYTES]


def told_tag(recipient: str, entry_id: str, erased: str) -> str:
    """Return the tag by which whoever has the old code knows that the desk gave a new one.

    It is under the customer's recipient, which only those know who can open the entry. `erased` is when that
    was, as the tombstone has it.
    """
    return mac.tag(recipient.encode(), "new code", entry_id, erased)


def rest_keys(keys: HandleKeys, gone: NewCodeError) -> HandleKeys | None:
    """Return what an old code leads to now; None where somebody planted what says that there is a new one."""
    reader = recipient_of(keys.identity)
    if not hmac.compare_digest(told_tag(reader, keys.id, gone.erased), gone.told):
        return None
    return HandleKeys(rest_id_of(reader), keys.identity)


def qr_modules(text: str, *, dense: bool = False) -> Modules:
    """Return a text as a QR code: rows of modules, True for dark, with its quiet zone of four.

    ISO/IEC 18004, level Q, alphanumeric mode: capitals, digits and the dash. A code has 16 characters, just
    enough for version 1 with its 29 by 29 modules. A long text is at level L where it is to be `dense`.
    """
    # qrcode takes 25 ms to import; only the page that shows a code needs it.
    from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_Q
    from qrcode.main import QRCode
    from qrcode.util import QRData

    code = QRCode(error_correction=ERROR_CORRECT_L if dense else ERROR_CORRECT_Q, border=4)
    code.add_data(QRData(text, mode=_ALPHANUMERIC))
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def symbols_of(typed: str) -> str:
    """Return the characters of a code as they are read, without what stands between its groups."""
    return "".join(_SEPARATORS.split(typed.upper().translate(_MISREAD)))


def _group_of(place: int, parts: list[str]) -> int | None:
    """Return the group of the symbol at a place, by how it was typed where that is in four groups."""
    if len(parts) == LENGTH // GROUP:
        for group, part in enumerate(parts, 1):
            if place < len(part):
                return group
            place -= len(part)
    return place // GROUP + 1 if place < LENGTH else None


def _wrong_length(parts: list[str], length: int) -> HandleError:
    if len(parts) == LENGTH // GROUP:
        odd = [group for group, part in enumerate(parts, 1) if len(part) != GROUP]
        if len(odd) == 1:
            count = len(parts[odd[0] - 1])
            return HandleError(
                f"Check {group_words(odd[0])}. Each group has 4 characters, and this has {count}.",
                CodeTrouble.GROUP_LENGTH,
                odd[0],
                count=count,
            )
    missing = LENGTH - length
    told = f": {missing} {'is' if missing == 1 else 'are'} missing" if missing > 0 else ""
    return HandleError(
        f"A code has 16 characters, and this has {length}{told}. Check each group again.",
        CodeTrouble.LENGTH,
        count=length,
    )
