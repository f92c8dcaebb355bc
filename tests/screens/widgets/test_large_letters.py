"""The letters of a code, three rows high: they differ, and stand where there is room."""

import pytest

from kiosk.entry.handle import ALPHABET
from screens.widgets.code_screen import HUGE, CodeScreen
from screens.widgets.large_letters import ROWS, WIDE, LargeLetters
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, visit


def _drawn(letters: str) -> list[str]:
    return str(LargeLetters(letters).content).split("\n")


def test_each_letter_has_a_picture_of_its_own() -> None:
    pictures = ["\n".join(_drawn(letter)) for letter in ALPHABET]
    assert len(set(pictures)) == len(ALPHABET)
    for picture in pictures:
        assert [len(row) for row in picture.split("\n")] == [WIDE] * ROWS
        assert set(picture) <= set(" \n▀▄█")


def test_between_letters_is_a_cell_of_air() -> None:
    one, two = _drawn("W"), _drawn("WW")
    assert [f"{row} {row}" for row in one] == two


@pytest.mark.parametrize(("rows", "large"), [(24, True), (23, False)])
async def test_the_letters_stand_large_beside_the_code_where_all_of_it_has_room(
    kiosk: Kiosk, rows: int, large: bool
) -> None:
    async with visit(kiosk(), at=CHECK, given={"mood": 2}, size=(80, rows)) as visitor:
        await visitor.saves()
        assert isinstance(visitor.page, CodeScreen)
        assert visitor.sees("The name of your answers")
        assert visitor.sees(*(group if large else " ".join(group) for group in visitor.code.split()))
        for group in visitor.code.split():
            assert visitor.sees(_drawn(group)[0].strip()) == large


@pytest.mark.parametrize(("size", "shown"), [((80, 24), False), (HUGE, True)])
async def test_where_a_font_has_few_signs_only_whole_blocks_are_drawn(
    kiosk: Kiosk, size: tuple[int, int], *, shown: bool
) -> None:
    async with visit(kiosk(), at=CHECK, given={"mood": 2}, size=size, few_signs=True) as visitor:
        await visitor.saves()
        assert visitor.sees(visitor.code)
        assert visitor.sees("██") is shown
        assert ("▀" in visitor.screen_text()) is not shown
