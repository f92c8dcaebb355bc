"""Letters that a printer does not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.transliteration import NOT_PRINTED, spelled, spelled_slip, spelled_whole
from kiosk.entry.slip import Bullet, Line, Slip, Title, Tree


def _none(_character: str) -> bool:
    return False


LATIN_1 = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Zażółć gęślą jaźń", "Zazolc gesla jazn"),
        ("Tŷ Newydd, ŵy", "Ty Newydd, wy"),
        ("Iași, Țăndărei", "Iasi, Tandarei"),
        ("İzmir, Iğdır, Şırnak", "Izmir, Igdir, Sirnak"),
        ("Олена Ґалаґан, Їжакевич, Щука", "Olena Galagan, Izhakevych, Shchuka"),
        ("Straße, cœur, Æbler", "Strasse, coeur, AEbler"),
        ("“It’s fine” – 5 €…", '"It\'s fine" - 5 EUR...'),
        ("½ № ﬁ Ａ", "1/2 No fi A"),
        ("ọ̀rọ̀", "oro"),
        ("日本 😀", "RiBen (grinning)"),
        ("\ue000", "?"),
    ],
)
def test_what_is_not_there_is_written_with_what_is(text: str, plain: str) -> None:
    assert spelled(text, lambda _: False) == plain


def test_every_letter_has_a_near_one() -> None:
    for text, plain in (
        ("ʻokina, ʿAlī, ɔkɔ, ɛyɛ, ɗan, Əli, ŋmɛ, Ƙano", "'okina, 'Ali, oko, eye, dan, Eli, ngme, Kano"),
        ("ქართული ამარ አማርኛ", "kartuli amar 'amarnya"),
        ("I like ❤️ and \U0001f44d\U0001f3fd", "I like (heart) and (thumbsup)"),
        ("\N{WOMAN}\u200d\N{ROCKET}", "(woman)(rocket)"),
        ("\U0001f1ec\U0001f1e7", "GB"),
        ("\u200fa\u200c\u00adb\ufeff", "ab"),
        ("My friend 王小明 helps me", "My friend WangXiaoMing helps me"),
    ):
        assert spelled(text, _none) == spelled_whole(text, _none) == plain


def test_where_a_whole_text_could_only_be_guessed_at_a_sentence_stands_in_its_place() -> None:
    for text in (
        "سلام من دوست دارم",
        "日本が好きです",
        "മലയാളം",
        "මම සිංහල කතා කරමි",
        "ไทย",
        "שלום",
        "\ue000\ue001",
        "\ufffd",
        "\ue000\N{COMBINING ACUTE ACCENT}",
    ):
        assert spelled_whole(text, _none) == NOT_PRINTED


def test_what_a_printer_has_is_not_guessed_at() -> None:
    for text in ("سلام من", "日本が好き", "മലയാളം", "මම සිංහල කතා කරමි"):
        assert spelled_whole(text, lambda _: True) == text


def test_of_one_sentence_after_another_a_slip_has_one() -> None:
    slip = Slip((Title("日本"), Bullet("سلام"), Bullet("سلام"), Line("اب"), Bullet("I sing"), Bullet("اب")))
    assert spelled_slip(slip, _none) == Slip(
        (Title("RiBen"), Bullet(NOT_PRINTED), Line(NOT_PRINTED), Bullet("I sing"), Bullet(NOT_PRINTED))
    )


def test_a_new_emoji_on_a_slip_leaves_a_sign_in_its_place() -> None:
    assert spelled_slip(Slip((Line("I sing \U000fffff"),)), _none) == Slip((Line("I sing ?"),))
    assert spelled_slip(Slip((Line("\ue000"),)), _none) == Slip((Line(NOT_PRINTED),))


def test_a_tree_is_drawn_whole_in_signs_that_are_there() -> None:
    for there in ("●█▄", "█▄", ""):
        (drawn,) = spelled_slip(Slip((Tree(5),)), there.__contains__).blocks
        assert drawn == Tree(5, is_plain=there != "●█▄")


def test_what_is_there_stays() -> None:
    assert spelled("Zażółć", "ż".__contains__) == "Zażolc"
    assert spelled("Iași", "ş".__contains__) == "Iaşi"
    assert spelled("two\nlines", lambda _: False) == "two\nlines"


@given(st.text(), st.sets(st.characters()))
def test_any_text_comes_out_in_letters_that_are_there(text: str, there: set[str]) -> None:
    for character in spelled(text, (there | LATIN_1).__contains__):
        assert character.isascii() or character in there | LATIN_1
