"""Slips to print, and texts that somebody may have typed."""

from datetime import date

from hypothesis import strategies as st

from kiosk.entry.handle import Handle, draw
from kiosk.entry.slip import Bar, Bullet, Code, Gap, Line, Quiet, Rule, Slip, Strong, Title, Tree, code_slip

HANDLE = draw(lambda below: 7 % below)

ALPHABETS = {
    "cy": "ÂÊÎÔÛŴŶâêîôûŵŷÁÉÍÓÚẂÝáéíóúẃýÄËÏÖÜẄŸäëïöüẅÿÀÈÌÒÙẀỲàèìòùẁỳ",
    "pl": "ĄĆĘŁŃÓŚŹŻąćęłńóśźż",
    "ro": "ĂÂÎȘȚăâîșț",
    "uk": "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "so": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'",
}
"""Letters of languages that the kiosk speaks, besides those of English; Somali has no others than those."""

SENTENCES = {
    "ar": "شكرًا لك، والسلامُ عليكم: نحفظ إجاباتك (كلّها) في مكان آمن حتى الآن، ولا بأس.",
    "fa": "من می\u200cخواهم کتاب\u200cها را (همین امروز) بخوانم؛ خانهٔ ما شمارهٔ ۱۲ است، گپ و چای.",
    "cy": "Dŵr, tŷ, môr a gŵyl: beth sy'n mynd yn dda i chi?",
    "pl": "Zażółć gęślą jaźń. Co u Ciebie idzie dobrze?",
    "ro": "Își țin promisiunea. Ce vă merge bine în viață?",
    "so": "Waa maxay waxa kuu fiican? Ma'aha su'aal adag.",
    "uk": "Що у Вас виходить добре? Ґанок, їжак, є, щастя.",
}


def a_slip(*lines: str, handle: Handle = HANDLE) -> Slip:
    return code_slip("Amber Heron", handle, venue="Sandhill House", lines=lines, keep_until=date(2027, 2, 22))


def a_long_slip() -> Slip:
    return Slip((*a_slip().blocks, *[Line("A line that is long enough to fill its row.")] * 1200))


ATTACKS = [
    "\x1b@", "\x1bp\x00\x19\xfa", "\x1dV\x00", "\x10\x04\x01", "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",
    "\x1c.", "\x1d(k\x03\x001Q0", "\x1b=\x02", "\x1d|\x08", "\x0c", "\x07", "\x00", "\x9b", "\x7f", "\r",
    "\n", "\x85", "\u2028", "\ud800", "\u202e", "\ue000", "\N{COMBINING ACUTE ACCENT}" * 30,
    "日本語", "مرحبا", "س\u200d\u064b1", "\u2067", "\u2069", "😀", "{nb}",
]  # fmt: skip
"""Commands of ESC/POS, and characters that are none for a printer."""

typed = st.lists(st.sampled_from(ATTACKS) | st.text(max_size=30), max_size=6).map("".join)

words = st.one_of(*(st.builds(block, typed) for block in (Title, Line, Strong, Quiet, Bullet)))
bars = st.integers(1, 40).flatmap(lambda of: st.builds(Bar, typed, st.integers(0, of), st.just(of), typed))
slips = st.builds(
    Slip,
    st.lists(
        words
        | bars
        | st.builds(Tree, st.integers(0, 99))
        | st.just(Rule())
        | st.just(Gap())
        | st.just(Code(HANDLE)),
        max_size=8,
    ).map(tuple),
)
