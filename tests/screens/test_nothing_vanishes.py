"""What a person writes stays as it is, and where something does not fit, a sentence says so."""

import pytest
from textual import events
from textual.widgets import Input

from kiosk.entry.answers import LINE_LIMIT, TEXT_LIMIT, Goal
from kiosk.visit.comments import TEXT_MOST
from screens.desk.line_screen import LineScreen
from screens.visit.comment_screen import CommentScreen
from screens.widgets.text_field import TextField
from tests.kiosk.test_text import TYPED
from tests.person import Person
from tests.screens.conftest import Kiosk, saved_pages, unlocked
from tests.visitor import SMALL, desk, leaves, visit

FULL = "This field is full. Make your text shorter if you want to add more."
PERSIAN = "می\u200cخواهم"  # noqa: RUF001
SRI = "ශ්\u200dරී"


def _field(person: Person, number: int = 0) -> TextField:
    return list(person.page.query(TextField))[number]


async def _pastes(person: Person, text: str) -> None:
    person.app.post_message(events.Paste(text))
    await person.settle()


# -- as typed


async def test_what_is_typed_key_by_key_is_saved_as_typed(kiosk: Kiosk) -> None:
    session = kiosk()
    typed = " ".join([*(typed for typed in TYPED if typed != "\ue000"), PERSIAN, SRI])
    # A space of another width is typed as a space: the key is the same.
    expected = "".join(" " if sign in "\u00a0\u3000" else sign for sign in typed)
    async with visit(session, at="day") as visitor:
        await visitor.types(expected)
        assert _field(visitor).text == expected
        await visitor.walks_to_check()
        await visitor.saves()
    (page,) = saved_pages(session)
    (answer,) = [answer for answer in page.answers() if answer.id == "day"]
    assert answer.value == expected


@pytest.mark.parametrize("question_id", ["day", "people", "goal"])
async def test_what_is_pasted_is_kept_as_it_was_and_painted_without_harm(
    kiosk: Kiosk, question_id: str
) -> None:
    text = " ".join(TYPED)
    async with visit(kiosk(), at=question_id) as visitor:
        await _pastes(visitor, text + "\x1b[2J\u202e\x9b\ud800")
        painted = "".join(cell.character for row in visitor.cells() for cell in row)
        assert painted.isprintable()
        columns, rows = visitor.app.size
        assert [len(row) for row in visitor.cells()] == [columns] * rows
        await visitor.walks_to_check()
        given = visitor.given[question_id]
        if isinstance(given, Goal):
            given = given.want
        if isinstance(given, tuple):
            (given,) = given
        assert given == text + "[2J"


async def test_a_comment_and_a_note_keep_their_joiners(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": PERSIAN})
    async with unlocked(session, opens=left) as member:
        await member.presses("f7")
        await _pastes(member, SRI)
        assert _field(member).words == SRI


@pytest.mark.parametrize("unknown", ["\U0001fae8", "\u0378"])
async def test_a_sign_that_nothing_here_knows_is_seen_wherever_it_was_written(
    kiosk: Kiosk, unknown: str
) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types(unknown)
        assert visitor.sees("\ufffd")
        await visitor.walks_to_check()
        await visitor.opens_part("second")
        assert visitor.given == {"day": unknown}
        assert "\ufffd" in await visitor.reads()


UNSEEN = ("\u200b\u2060", "\u200d", "\u3164", "\u2800", " \u00ad ", "\ufe0f")


@pytest.mark.parametrize(
    ("question_id", "unseen"), [("day", UNSEEN), ("people", UNSEEN[:1]), ("goal", UNSEEN[1:2])]
)
async def test_what_shows_nothing_is_no_answer(
    kiosk: Kiosk, question_id: str, unseen: tuple[str, ...]
) -> None:
    async with visit(kiosk(), at=question_id) as visitor:
        for sign in unseen:
            await _pastes(visitor, sign)
            page = visitor.page
            await visitor.goes_on()
            assert visitor.page is not page
            assert question_id not in visitor.given
            await visitor.goes_back()
            await visitor.walks_to(question_id)
            _field(visitor).load_text("")


async def test_a_goal_of_nothing_that_shows_is_asked_for_again(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "Sun"})
    async with unlocked(session, opens=left) as member:
        await member.presses("f2", "f7")
        assert isinstance(member.page, LineScreen)
        await _pastes(member, "\u200d\u3164")
        await member.presses("enter")
        assert isinstance(member.page, LineScreen)


async def test_letters_of_any_width_stay_within_their_rows(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day", size=SMALL) as visitor:
        for text in (
            "漢" * 300,
            "a" + "漢" * 300,
            "e\u0301" * 300,
            "\N{WOMAN}\u200d\N{ROCKET}" * 100,
            "\U0001f1ec\U0001f1e7" * 100,
            "שלום " * 60,
            "\u0915\u094d\u200d\u0937 " * 60,
            "a" + "\u0301" * 5_000,
        ):
            _field(visitor).load_text("")
            await _pastes(visitor, text)
            for _ in range(4):
                columns, rows = visitor.app.size
                assert [len(row) for row in visitor.cells()] == [columns] * rows
                await visitor.presses("left")
            assert _field(visitor).text == text


# -- what does not fit


@pytest.mark.parametrize("question_id", ["day", "people", "goal"])
async def test_a_full_field_says_so_in_view_of_whoever_types(kiosk: Kiosk, question_id: str) -> None:
    async with visit(kiosk(), at=question_id, size=SMALL) as visitor:
        for field in visitor.page.query(TextField):
            field.focus()
            limit = LINE_LIMIT if question_id == "people" else TEXT_LIMIT
            await _pastes(visitor, "a" * limit)
            await visitor.types("b")
            assert "b" not in field.text
            assert " ".join(FULL.split()) in " ".join(visitor.screen_text().split())
            assert field.region.height > 0
            body = visitor.page.query_one("#body")
            assert body.content_region.contains_region(field.region) or body.content_region.overlaps(
                field.region
            )


async def test_a_full_comment_says_so(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.presses("f3", "1", "enter")
        assert isinstance(visitor.page, CommentScreen)
        await _pastes(visitor, "a" * (TEXT_MOST - 1))
        assert not visitor.sees(FULL)
        await visitor.types("bc")
        assert visitor.sees(FULL)


async def test_a_full_note_and_a_full_line_at_the_desk_say_so(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "Sun"})
    async with desk(session) as member:
        await member.types("x" * 70)
        assert member.sees("This field is full.")
        await member.presses("escape")
    async with unlocked(session) as member:
        await _pastes(member, "K7QX " * 20)
        assert member.sees("This field is full.")
        await member.presses(*["backspace"] * 60)
        assert not member.sees("This field is full.")
        await member.opens(left.code)
        await member.presses("f7")
        await _pastes(member, "a" * TEXT_LIMIT + "lost words")
        assert member.sees("This field is full.", "lost words")


@pytest.mark.parametrize("sign", ["\u0301", "\u200d", "\ue000"])
async def test_a_field_full_of_what_is_hard_to_see_says_so_too(kiosk: Kiosk, sign: str) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await _pastes(visitor, sign * TEXT_LIMIT)
        await visitor.types("kept?")
        assert visitor.sees(FULL)


async def test_what_was_left_out_of_a_paste_is_told_by_its_first_words(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await _pastes(visitor, "a" * (TEXT_LIMIT - 5) + " end\nThe garden is behind the house")
        assert _field(visitor).text.endswith(" end\n")
        assert visitor.sees(FULL, "Left out, from here on: “The garden is behind the…”")
        # The next key says that it was read.
        await visitor.presses("left")
        assert not visitor.sees("Left out")


async def test_a_paste_of_6_300_letters_in_lines_is_whole(kiosk: Kiosk) -> None:
    text = "\n".join(f"Line {number}: {'word ' * 15}end" for number in range(75))
    assert len(text) > 6_300
    async with visit(kiosk(), at="day") as visitor:
        await _pastes(visitor, text)
        assert _field(visitor).text == text
        assert visitor.sees("You have written a lot. There is still room.")
        assert visitor.question == "day"
        await visitor.goes_on()
        assert visitor.given == {"day": text}


async def test_lines_that_are_pasted_go_into_one_field_each(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people") as visitor:
        fields = list(visitor.page.query(TextField))
        await visitor.types("My ")
        await _pastes(visitor, "mother\r\n\r\nAli\n")
        assert [field.text for field in fields[:2]] == ["My mother", "Ali"]
        assert fields[1].has_focus
        assert visitor.question == "people"
        assert not visitor.sees("Left out")


async def test_more_lines_than_fields_go_on_in_the_last_field_and_the_rest_is_told(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people") as visitor:
        fields = list(visitor.page.query(TextField))
        names = [f"Person{number}" for number in range(len(fields) + 2)]
        await _pastes(visitor, "\n".join(names))
        assert [field.text for field in fields] == [*names[:2], " ".join(names[2:])]
        await visitor.presses("backspace")
        await _pastes(visitor, "\n".join(["Somebody"] * 50))
        assert len(fields[2].text) == LINE_LIMIT
        assert visitor.sees(FULL, "Left out, from here on: “")


async def test_numbers_alone_are_no_lines_and_stay_until_that_is_told(kiosk: Kiosk) -> None:
    """Who chose cards by their numbers goes on typing numbers."""
    told = "A number or sign alone is not kept."
    async with visit(kiosk(), at="people", size=SMALL) as visitor:
        fields = list(visitor.page.query(TextField))
        await visitor.types("3")
        assert not visitor.sees(told)
        await visitor.presses("enter")
        assert visitor.sees(told)
        assert (visitor.question, fields[0].text) == ("people", "3")
        await visitor.types(" cats")
        assert not visitor.sees(told)
        await visitor.presses("enter", "4", "f10")
        assert visitor.sees(told)
        await visitor.presses("escape")
        assert visitor.given == {"people": ("3 cats",)}


async def test_lines_never_write_over_what_stands_there(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people") as visitor:
        fields = list(visitor.page.query(TextField))
        fields[1].load_text("Zoe")
        await _pastes(visitor, "Ali\nBea")
        assert [field.text for field in fields[:2]] == ["Ali", "Zoe"]
        assert fields[2].text == "Bea"


async def test_a_line_of_the_desk_takes_all_lines_as_one(kiosk: Kiosk) -> None:
    async with desk(kiosk()) as member:
        await _pastes(member, "Jo\nSmith")
        assert member.page.query_one("#name", Input).value == "Jo Smith"


async def test_a_joiner_in_a_name_is_typed_at_the_desk(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=(SRI,))
    async with desk(session) as member:
        await member.types(SRI)
        assert member.page.query_one("#name", Input).value == SRI


@pytest.mark.parametrize("text", [SRI, "\u0915\u094d\u200d\u0937", PERSIAN, "\N{WOMAN}\u200d\N{ROCKET}"])
async def test_every_letter_is_painted_though_a_joiner_stands_before_it(kiosk: Kiosk, text: str) -> None:
    letters = [sign for sign in text if sign.isalpha() or sign in "\N{WOMAN}\N{ROCKET}"]
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types(text)
        assert [sign for sign in visitor.screen_text() if sign in letters] == letters
        await visitor.presses("left", "left")
        assert [sign for sign in visitor.screen_text() if sign in letters] == letters
        await visitor.walks_to_check()
        await visitor.opens_part("second")
        assert [sign for sign in await visitor.reads() if sign in letters][: len(letters)] == letters


async def test_undo_and_correction_leave_a_joiner_where_it_was_typed(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types(PERSIAN)
        await visitor.types(" x")
        await visitor.presses("backspace", "backspace")
        assert _field(visitor).text == PERSIAN


@pytest.mark.parametrize("question_id", ["day", "goal"])
async def test_the_cursor_stays_in_view_when_it_is_told_that_a_field_is_full(
    kiosk: Kiosk, question_id: str
) -> None:
    async with visit(kiosk(), at=question_id, size=SMALL) as visitor:
        await _pastes(visitor, "A few words of mine. " * 1_000)
        assert visitor.sees(FULL)
        row, column = _field(visitor).cursor_screen_offset.y, _field(visitor).cursor_screen_offset.x
        body = visitor.page.query_one("#body").content_region
        assert _field(visitor).content_region.contains(column, row)
        assert body.contains(column, row)
