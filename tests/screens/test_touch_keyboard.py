"""The keyboard on the screen: a text, a code, an accent and a sign without a key being pressed."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from kiosk.content import content
from kiosk.language import NAMES
from kiosk.pack.pack_files import translation_of
from kiosk.pack.shipped import pack_named
from kiosk.pack.translation import known_in
from kiosk.session import Session
from kiosk.settings.settings import Touch
from kiosk.text import JOINERS
from screens.widgets.code_field import CodeField
from screens.widgets.text_field import TextField
from screens.widgets.touch_keyboard import LONG, TouchKey, TouchKeyboard, written_by
from tests.person import Person
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.visit.test_languages import speaks, to_language
from tests.visitor import LARGE, SMALL, Visitor, leaves, visit


def key_of(person: Person, label: str) -> TouchKey:
    (key,) = (key for key in person.page.query(TouchKey) if str(key.content) == label)
    return key


async def taps(person: Person, *labels: str, seconds: float = 0.1) -> None:
    """Tap keys of it, each for so long."""
    for label in labels:
        column, row = key_of(person, label).region.offset
        person.clock.at += 1
        for end in "Mm":
            person._send(f"\x1b[<0;{column + 2};{row + 2}{end}")
            await person.settle()
            person.clock.at += seconds


def shown(person: Person) -> bool:
    return bool(person.page.query(TouchKeyboard))


def with_touch(session: Session, **touch: Any) -> Session:
    settings = structs.replace(session.settings, touch=Touch(**touch))
    return replace(session, settings=settings)


async def taps_into_field(visitor: Visitor) -> None:
    focused = visitor.app.focused
    assert focused is not None
    await visitor.clicks_on(focused)


async def test_a_text_is_written_by_taps_once_its_field_was_tapped(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day", size=SMALL) as visitor:
        assert not shown(visitor)
        await taps_into_field(visitor)
        assert shown(visitor)
        await taps(visitor, "⇧", "T", "e", "a", "space", "123", "2", "⌫", "3", "abc", ".")
        assert visitor.page.query_one(TextField).text == "Tea 3."
        await taps(visitor, "Next")
        assert visitor.given["day"] == "Tea 3."


@pytest.mark.parametrize(("size", "large"), [(LARGE, False), (LARGE, True), (SMALL, True)])
async def test_every_key_is_large_enough_and_nothing_is_hidden_beneath(
    kiosk: Kiosk, size: tuple[int, int], *, large: bool
) -> None:
    """On a small screen settings that want it large change nothing."""
    async with visit(with_touch(kiosk(), large=large), at="day", size=size) as visitor:
        assert visitor.page.has_class("-touch") is (large and size == LARGE)
        await taps_into_field(visitor)
        await taps(visitor, "a", "b")
        rows = 3 if size == LARGE else 2
        board = visitor.page.query_one(TouchKeyboard).region
        for key in visitor.page.query(TouchKey):
            assert key.region.height >= rows
            assert key.region.width >= 4
            assert board.contains_region(key.region)
        field = visitor.page.query_one(TextField)
        assert field.region.bottom <= board.y
        assert visitor.sees("ab")
        assert visitor.sees("Hide", "Next")
        assert visitor.sees("Continue") is not visitor.page.has_class("-touch")
        if size == LARGE:
            assert visitor.sees("What is a good day?")


async def test_a_long_tap_shows_the_letters_like_it(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await taps_into_field(visitor)
        await taps(visitor, "e", seconds=LONG)
        await taps(visitor, "ê")
        await taps(visitor, "⇧")
        await taps(visitor, "Z", seconds=LONG)
        await taps(visitor, "Ż", "a")
        await taps(visitor, "j", seconds=LONG)
        assert visitor.page.query_one(TextField).text == "êŻaj"
        assert key_of(visitor, "q")


async def test_a_language_with_letters_of_its_own_has_these_first(kiosk: Kiosk) -> None:
    async with visit(speaks(kiosk(), "uk"), at="good_day", size=SMALL) as visitor:
        visitor.app.speak("uk")
        await taps_into_field(visitor)
        await taps(visitor, "⇧", "Ї", "ж", "а", "пробіл", "123", "2", "abc", "o", "k", "йцу", "ґ")
        assert visitor.page.query_one(TextField).text == "Їжа 2okґ"


def test_what_stands_on_the_screens_of_each_language_can_be_written() -> None:
    pack = pack_named("strengths")
    for tag in [tag for tag in NAMES if tag != "en"]:
        file = content() / "packs" / translation_of(pack.id, tag)
        said = known_in(pack, tag, file.read_bytes()).values()
        letters = {one for text in said for one in text.lower() if one.isalpha() or one in JOINERS + "،؟"}
        assert letters - written_by(tag) == set(), tag


async def test_a_keyboard_is_not_mirrored_where_the_page_is(kiosk: Kiosk) -> None:
    async with visit(with_touch(speaks(kiosk(), "ar"), keyboard="always"), at="good_day") as visitor:
        await to_language(visitor, "العربية")
        first, second = (key_of(visitor, letter).region.x for letter in "ضص")
        assert first < second
        await taps(visitor, "س", "ل", "ا", "م", "؟")
        assert visitor.page.query_one(TextField).text == "سلام؟"


async def test_a_code_is_typed_in_its_own_letters_in_any_language(kiosk: Kiosk) -> None:
    async with visit(with_touch(speaks(kiosk(), "uk"), keyboard="always"), size=SMALL) as visitor:
        await visitor.presses("2", "f7")
        assert key_of(visitor, "q")


async def test_it_goes_when_it_is_not_wanted_and_with_its_page(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await taps_into_field(visitor)
        await taps(visitor, "Done")
        assert not shown(visitor)
        assert visitor.sees("Leave open")
        await taps_into_field(visitor)
        await visitor.touches("Leave open")
        assert not shown(visitor)


async def test_a_code_is_entered_by_taps(kiosk: Kiosk) -> None:
    session = with_touch(kiosk(practice=True), large=True)
    left = leaves(session, {"mood": 1})
    async with visit(session) as visitor:
        await visitor.touches("I have a code")
        await taps_into_field(visitor)
        field = visitor.page.find_widget(visitor.page.query_one(CodeField))
        assert field.visible_region == field.region, visitor.screen_text()
        begun, signs = left.handle.symbols[:8], False
        await visitor.presses(*begun)
        for symbol in left.handle.symbols.removeprefix(begun).lower():
            if symbol.isdigit() is not signs:
                signs = not signs
                await taps(visitor, "123" if signs else "abc")
            await taps(visitor, symbol)
        await taps(visitor, "Next")
        assert visitor.sees(left.name)


async def test_on_a_machine_without_a_keyboard_it_is_there_at_once_and_elsewhere_never(kiosk: Kiosk) -> None:
    async with visit(with_touch(kiosk(), keyboard="always"), at="day") as visitor:
        assert shown(visitor)
        await visitor.goes_back()
        assert not shown(visitor)
    async with visit(with_touch(kiosk(), keyboard="never"), at="day") as visitor:
        await taps_into_field(visitor)
        assert not shown(visitor)


async def test_the_desk_has_none(kiosk: Kiosk) -> None:
    async with unlocked(with_touch(kiosk(), keyboard="always")) as member:
        await member.types("am")
        assert not shown(member)
