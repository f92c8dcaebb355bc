"""Letters that a printer does not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.letters import spelled

LATIN_1 = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Zażółć gęślą jaźń", "Zazolc gesla jazn"),
        ("Tŷ Newydd, ŵy", "Ty Newydd, wy"),
        ("Iași, Țăndărei", "Iasi, Tandarei"),
        ("İzmir, Iğdır, Şırnak", "Izmir, Igdir, Sirnak"),  # noqa: RUF001
        ("Олена Ґалаґан, Їжакевич, Щука", "Olena Galagan, Izhakevych, Shchuka"),
        ("Straße, cœur, Æbler", "Strasse, coeur, AEbler"),
        ("“It’s fine” – 5 €…", '"It\'s fine" - 5 EUR...'),  # noqa: RUF001
        ("½ № ﬁ Ａ", "1/2 No fi A"),  # noqa: RUF001
        ("ọ̀rọ̀", "oro"),
        ("日本 😀", "?? ?"),
    ],
)
def test_what_is_not_there_is_written_with_what_is(text: str, plain: str) -> None:
    assert spelled(text, lambda _: False) == plain


def test_what_is_there_stays() -> None:
    assert spelled("Zażółć", "ż".__contains__) == "Zażolc"
    assert spelled("Iași", "ş".__contains__) == "Iaşi"
    assert spelled("two\nlines", lambda _: False) == "two\nlines"


@given(st.text(), st.sets(st.characters()))
def test_any_text_comes_out_in_letters_that_are_there(text: str, there: set[str]) -> None:
    for character in spelled(text, (there | LATIN_1).__contains__):
        assert character.isascii() or character in there | LATIN_1
