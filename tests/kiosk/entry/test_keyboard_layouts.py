"""Codes that a scanner types on machines with keyboards of many countries."""

from itertools import product
from pathlib import Path
from random import Random

from kiosk.entry import handle
from kiosk.entry.handle import LENGTH, Handle
from kiosk.entry.keyboard_layouts import readings

ROWS = "1234567890qwertyuiopasdfghjklzxcvbnm"
PRINTS = {
    "de": ("1234567890qwertzuiopasdfghjklyxcvbnm", '!"§$%&/()=QWERTZUIOPASDFGHJKLYXCVBNM'),
    "fr": ("&é\"'(-è_çàazertyuiopqsdfghjklwxcvbn,", "1234567890AZERTYUIOPQSDFGHJKLWXCVBN?"),
    "be": ("&é\"'(§è!çàazertyuiopqsdfghjklwxcvbn,", "1234567890AZERTYUIOPQSDFGHJKLWXCVBN?"),
    "cz": ("+ěščřžýáíéqwertzuiopasdfghjklyxcvbnm", "1234567890QWERTZUIOPASDFGHJKLYXCVBNM"),
    "sk": ("+ľščťžýáíéqwertzuiopasdfghjklyxcvbnm", "1234567890QWERTZUIOPASDFGHJKLYXCVBNM"),
    "hu": ("123456789öqwertzuiopasdfghjklyxcvbnm", "'\"+!%/=()ÖQWERTZUIOPASDFGHJKLYXCVBNM"),
    "lt": ("ąčęėįšųū90qwertyuiopasdfghjklzxcvbnm", "ĄČĘĖĮŠŲŪ()QWERTYUIOPASDFGHJKLZXCVBNM"),
    "ru": ("1234567890йцукенгшщзфывапролдячсмить", '!"№;%:?*()ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ'),
    "gr": ("1234567890;ςερτυθιοπασδφγηξκλζχψωβνμ", "!@#$%^&*():ΣΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ"),
    "lt_xkb": ("ąčęėįšųū„“qwertyuiopasdfghjklzxcvbnm", "ĄČĘĖĮŠŲŪ()QWERTYUIOPASDFGHJKLZXCVBNM"),
    "lt_std": ("!-/;:,.=()ąžertyuiopasdšghjklzūcvbnm", "1234567890ĄŽERTYUIOPASDŠGHJKLZŪCVBNM"),
    "hu_qwerty": ("123456789öqwertyuiopasdfghjklzxcvbnm", "'\"+!%/=()ÖQWERTYUIOPASDFGHJKLZXCVBNM"),
    "az": ("1234567890qüertyuiopasdfghjklzxcvbnm", '!"Ⅶ;%:?*()QÜERTYUİOPASDFGHJKLZXCVBNM'),
    "tr": ("1234567890qwertyuıopasdfghjklzxcvbnm", "!'^+%&/()=QWERTYUIOPASDFGHJKLZXCVBNM"),
    "tr_f": ("1234567890fgğıodrnhpuieaütkmljövcçzs", "!\"^$%&'()=FGĞIODRNHPUİEAÜTKMLJÖVCÇZS"),
    "ro": ("1234567890qwertzuiopasdfghjklyxcvbnm", '!"#¤%&/()=QWERTZUIOPASDFGHJKLYXCVBNM'),
    "pt": ("1234567890qwertyuiopasdfghjklzxcvbnm", '!"#$%&/()=QWERTYUIOPASDFGHJKLZXCVBNM'),
    "ua": ("1234567890йцукенгшщзфівапролдячсмить", '!"№;%:?*()ЙЦУКЕНГШЩЗФІВАПРОЛДЯЧСМИТЬ'),
    "ua_phonetic": ("1234567890явертиуіопасдфгхйклзьцжбнм", '!"#*:,.;()ЯВЕРТИУІОПАСДФГХЙКЛЗЬЦЖБНМ'),
    "by": ("1234567890йцукенгшўзфывапролдячсміть", '!"№;%:?*()ЙЦУКЕНГШЎЗФЫВАПРОЛДЯЧСМІТЬ'),
    "ru_phonetic": ("1234567890явертыуиопасдфгхйклзьцжбнм", "!@ёЁъЪ&*()ЯВЕРТЫУИОПАСДФГХЙКЛЗЬЦЖБНМ"),
    "ru_winkeys": ("1234567890явертыуиопасдфгчйклзхцжбнм", "!@ёЁъЪ&*()ЯВЕРТЫУИОПАСДФГЧЙКЛЗХЦЖБНМ"),
    "bg": ("1234567890,уеишщксдзьяаожгтнвюйъэфхп", '!?+"%=:/–№ыУЕИШЩКСДЗѝЯАОЖГТНВЮЙЪЭФХП'),
    "bg_phonetic": ("1234567890явертъуиопасдфгхйклзьцжбнм", "!@№$%€§*()ЯВЕРТЪУИОПАСДФГХЙКЛЗѝЦЖБНМ"),
    "bg_bas": ("1234567890чшертъуиопасдфгхйклзжцвбнм", "!@№$%€§*()ЧШЕРТЪУИОПАСДФГХЙКЛЗЖЦВБНМ"),
    "rs": ("1234567890љњертзуиопасдфгхјклжџцвбнм", '!"#$%&/()=ЉЊЕРТЗУИОПАСДФГХЈКЛЖЏЦВБНМ'),
    "rs_yz": ("1234567890љњертжуиопасдфгхјклзџцвбнм", '!"#$%&/()=ЉЊЕРТЖУИОПАСДФГХЈКЛЗЏЦВБНМ'),
    "mk": ("1234567890љњертѕуиопасдфгхјклзџцвбнм", "!„“$%^&*()ЉЊЕРТЅУИОПАСДФГХЈКЛЗЏЦВБНМ"),
    "ge": ("1234567890ქწერტყუიოპასდფგჰჯკლზხცვბნმ", "!@#$%^&*()QჭEღთYUIOPAშDFGHჟKLძXჩVBNM"),
    "us": (ROWS, "!@#$%^&*()QWERTYUIOPASDFGHJKLZXCVBNM"),
}
"""What each key prints alone, and with Shift, as xkeyboard-config 2.35.1 has it."""


def codes(count: int = 20) -> list[Handle]:
    drawn = Random(7)
    return [handle.draw(drawn.randrange) for _ in range(count)]


def types(code: Handle, layout: str, *, shift: bool) -> str:
    """What a machine reads where a scanner presses digits alone, and letters with or without Shift."""
    alone, shifted = PRINTS[layout]
    places = [ROWS.index(symbol.lower()) for symbol in code.symbols]
    return "".join((shifted if shift and place >= 10 else alone)[place] for place in places)


def test_a_code_that_is_scanned_is_read_whatever_the_keyboard() -> None:
    for layout in PRINTS:
        for shift in (True, False):
            for code in codes():
                assert code in handle.scanned(types(code, layout, shift=shift)), (shift, code.symbols)


def test_few_words_of_sixteen_letters_are_taken_for_a_code() -> None:
    for letters, share in (
        ("abcdefghijklmnopqrstuvwxyz", 0.037),
        ("abcçdefgğhıijklmnoöprsştuüvyz", 0.004),
        ("αβγδεζηθικλμνξοπρστυφχψω", 0.017),
        ("абвгдежзийклмнопрстуфхцчшщъыьэюя", 0.002),
        ("абвгдѓежзѕијклљмнњопрстќуфхцчџш", 0.002),
        ("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", 0.001),
    ):
        drawn = Random(5)
        words = ["".join(drawn.choices(letters, k=LENGTH)) for _ in range(1_000)]
        for written in (words, [word.upper() for word in words]):
            assert sum(bool(handle.scanned(word)) for word in written) <= share * len(words)


def test_no_run_of_one_letter_takes_long() -> None:
    assert len(list(readings("Σ" * 15 + "1"))) < 100


def test_where_a_code_fits_twice_both_are_told() -> None:
    found = ((code, handle.scanned(types(code, "de", shift=True))) for code in codes(3_000))
    code, both = next((code, both) for code, both in found if len(both) > 1)
    assert code in both


def test_what_fits_as_it_stands_comes_first_and_what_stands_before_a_code_does_not_matter() -> None:
    for code in codes():
        assert handle.scanned(code.symbols)[0] == code
        for before in ("]Q1", "]d2", "$A&", "x", "Call on Monday ", "K7QX"):
            assert code in handle.scanned(before + code.symbols)


def test_only_a_code_and_its_aim_identifier_are_the_scanner_s() -> None:
    for by_hand in ("", "x", "Call on Monday ", "K7QX", "]"):
        for code, aim, between in product(codes(5), ("", "]Q1", "]d2"), ("", " ", "-")):
            assert handle.before_scan(by_hand + aim + between.join(code.groups)) == by_hand


def test_an_aim_identifier_is_the_scanner_s_on_other_keyboards_too() -> None:
    for layout, aim in (("de", "+Q1"), ("fr", "$A&"), ("cz", ")Q+"), ("ru", "ъй1")):
        for code in codes():
            assert handle.before_scan("Monday " + aim + types(code, layout, shift=False)) == "Monday "


def test_where_nothing_was_scanned_all_is_typed_by_hand() -> None:
    assert handle.before_scan("Call on Monday ]Q1") == "Call on Monday ]Q1"


def test_what_a_scanner_is_set_to_type_behind_a_code_is_the_scanner_s() -> None:
    for suffix in (" ", ";", ".", ", "):
        for code in codes():
            assert code in handle.scanned(f"Monday {code.symbols}{suffix}")
            assert handle.before_scan(f"Monday ]Q1{code.symbols}{suffix}") == "Monday "


def test_a_code_may_come_in_its_groups() -> None:
    for between in (" ", "-", "  ", " \u2013 "):
        (code,) = codes(1)
        assert code in handle.scanned(between.join(code.groups))


def test_what_is_no_code_is_none() -> None:
    for text in (
        *("", "4006381333931", "https://example.org/1", "K7QX4MPD9RTW2HNC", "€" * LENGTH),
        *("Last year I lost a friend.", "The garden is where I feel at ease."),
        "that will have been so good then",
    ):
        assert handle.scanned(text) == handle.scanned(text.replace(".", "")) == ()


def test_hardly_any_run_of_words_is_a_code() -> None:
    words = Path(__file__).parents[3].joinpath("docs", "staff.md").read_text(encoding="utf-8").split()
    taken = [
        run for run in zip(*(words[n:] for n in range(8)), strict=False) if handle.scanned(" ".join(run))
    ]
    assert len(taken) <= len(words) / 1_000
