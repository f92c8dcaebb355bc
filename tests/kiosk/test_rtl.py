"""Letters that join, and lines from right to left."""

import re
import unicodedata
from gettext import NullTranslations

import pytest

from kiosk.language import Language, speaking, words
from kiosk.rtl import is_rtl, ordered, shaped, visual


def test_languages_from_right_to_left_are_told_from_the_others() -> None:
    assert all(map(is_rtl, ("ar", "fa", "fa-IR", "ur", "ckb", "he", "ku-Arab", "prs")))
    assert not any(map(is_rtl, ("en", "tr", "ku", "az-Latn", "ug-Cyrl", "uz", "")))


def test_each_letter_has_the_form_of_its_place() -> None:
    for text, forms in (
        ("باب", "ﺑﺎﺏ"),
        ("سلام", "ﺳﻼﻡ"),
        ("الآن", "ﺍﻵﻥ"),
        ("پگاه", "ﭘﮕﺎﻩ"),
        ("ژاله", "ﮊﺍﻟﻪ"),
        ("می\u200cخواهم", "ﻣﯽﺧﻮﺍﻫﻢ"),  # it parts two letters and takes no cell
        ("ه\u200d", "ﻫ"),
        ("\u200dلا", "ﻼ"),
        ("خانه\u0654 من", "ﺧﺎﻧﻪ ﻣﻦ"),
        ("سَلامٌ", "ﺳﻼﻡ"),
        ("Elm 12", "Elm 12"),
    ):
        assert shaped(text) == forms


def test_the_letters_are_told_from_their_forms() -> None:
    text = "ما الذي تفخر به؟ أولادي الثلاثة"
    assert unicodedata.normalize("NFKC", shaped(text)) == text


def test_a_line_is_seen_in_its_order() -> None:
    for line, seen in (
        ("אב 12, ג", "ג ,12 בא"),
        ("אב (Elm House).", ".(Elm House) בא"),
        ("אב: \u20680800 123\u2069", "\u20690800 123\u2068 :בא"),
        ("ب 0800 123", "123 0800 ب"),
        ("[א] ג", "ג [א]"),
        ("שלום, {code} א", "א {code} ,םולש"),
    ):
        assert visual(line) == seen


def test_a_line_from_left_to_right_stays() -> None:
    assert [at for at, _level in ordered("Elm (12)", "L")] == list(range(8))


def test_what_is_put_into_a_sentence_keeps_its_own_direction() -> None:
    arabic = Language("ar", NullTranslations())
    said = words("مساعدة: {help}").format(help="Call 0800 123 456")
    with speaking(arabic):
        assert "Call 0800 123 456" in re.sub("[\u2066-\u2069]", "", visual(str(said)))
        number = words("مساعدة: {help}").format(help="0800 123 456")
        assert "0800 123 456" in re.sub("[\u2066-\u2069]", "", visual(str(number)))
    assert "\u2068" not in str(said)


@pytest.mark.parametrize("sign", ["\u2066", "\u2067", "\u2068"])
def test_isolates_without_end_end_somewhere(sign: str) -> None:
    letters = [*"سلام", *sign * 3000, *"سلام"]
    assert sorted(at for at, _level in ordered(letters)) == list(range(len(letters)))
