"""What a person writes stays as it is, and where something does not fit, a sentence says so."""

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
from tests.visitor import CHECK, SMALL, desk, leaves, visit

FULL = "This field is full. Make your text shorter if you want to add more."
PERSIAN = "می\u200cخواهم"
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
        await visitor.goes_on()
        leaves(session, visitor.given)
    (page,) = saved_pages(session)
    (answer,) = [answer for answer in page.answers() if answer.id == "day"]
    assert answer.value == expected


async def test_what_is_pasted_is_kept_as_it_was_and_painted_without_harm(kiosk: Kiosk) -> None:
    text = " ".join(TYPED)
    async with visit(kiosk(), at="day") as visitor:
        for _question in range(3):
            await _pastes(visitor, text + "\x1b[2J\u202e\x9b\ud800")
            painted = "".join(cell.character for row in visitor.cells() for cell in row)
            assert painted.isprintable()
            columns, rows = visitor.app.size
            assert [len(row) for row in visitor.cells()] == [columns] * rows
            await visitor.goes_on()
        kept = text + "[2J"
        assert visitor.given == {"day": kept, "people": (kept,), "goal": Goal(kept)}


async def test_a_comment_and_a_note_keep_their_joiners(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": PERSIAN})
    async with unlocked(session, opens=left) as member:
        await member.presses("f7")
        await _pastes(member, SRI)
        assert _field(member).words == SRI


async def test_every_sign_is_painted_wherever_it_was_written(kiosk: Kiosk) -> None:
    """A letter though a joiner stands before it, and a sign that nothing here knows by one that says so."""
    rocket, unknown = "\N{WOMAN}\u200d\N{ROCKET}", "\U0001fae8\u0378"
    painted = {text: _letters(text) for text in (SRI, "\u0915\u094d\u200d\u0937", PERSIAN)}
    painted |= {rocket: ["\N{WOMAN}", "\N{ROCKET}"], unknown: ["\ufffd"] * 2}
    async with visit(kiosk(), at="day") as visitor:
        for text, letters in painted.items():
            _field(visitor).load_text("")
            await visitor.types(text)
            assert [sign for sign in visitor.screen_text() if sign in letters] == letters
            await visitor.presses("left", "left")
            assert [sign for sign in visitor.screen_text() if sign in letters] == letters
    async with visit(kiosk(), at=CHECK, given={"day": "\n".join(painted)}) as visitor:
        await visitor.opens_part("second")
        seen = await visitor.reads()
        for letters in painted.values():
            assert [sign for sign in seen if sign in letters][: len(letters)] == letters


def _letters(text: str) -> list[str]:
    return [sign for sign in text if sign.isalpha()]


async def test_what_shows_nothing_is_no_answer(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        for question_id, unseen in (("day", "\u200b\u2060"), ("people", "\u3164"), ("goal", "\u200d")):
            assert visitor.question == question_id
            await _pastes(visitor, unseen)
            await visitor.goes_on()
        assert visitor.given == {}


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
            for _ in range(2):
                columns, rows = visitor.app.size
                assert [len(row) for row in visitor.cells()] == [columns] * rows
                await visitor.presses("left")
            assert _field(visitor).text == text


# -- what does not fit


async def test_a_full_field_says_so_in_view_of_whoever_types(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day", size=SMALL) as visitor:
        for question_id in ("day", "people", "goal"):
            assert visitor.question == question_id
            field = list(visitor.page.query(TextField))[-1]  # below the others: it has to come into view
            field.focus()
            limit = LINE_LIMIT if question_id == "people" else TEXT_LIMIT
            await _pastes(visitor, ("A few words of mine. " * 1_000)[:limit])
            await visitor.types("b")
            assert len(field.text) == limit
            assert not field.text.endswith("b")
            assert visitor.sees(FULL)
            # The cursor stays in view meanwhile.
            row, column = field.cursor_screen_offset.y, field.cursor_screen_offset.x
            assert field.content_region.contains(column, row)
            assert visitor.page.query_one("#body").content_region.contains(column, row)
            await visitor.goes_on()


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
    async with unlocked(session) as member:
        await _pastes(member, "K7QX " * 20)
        assert member.sees("This field is full.")
        await member.presses("backspace")
        assert not member.sees("This field is full.")
        await member.opens(left.code)
        await member.presses("f7")
        await _pastes(member, "a" * TEXT_LIMIT + "lost words")
        assert member.sees("This field is full.", "lost words")


async def test_a_field_full_of_what_is_hard_to_see_says_so_too(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        for sign in ("\u0301", "\u200d", "\ue000"):
            _field(visitor).load_text("")
            await visitor.settle()
            assert not visitor.sees(FULL)
            await _pastes(visitor, sign * TEXT_LIMIT)
            await visitor.types("kept?")
            assert visitor.sees(FULL)
        # Nor does it hold more, wherever that comes from.
        _field(visitor).load_text("a" * TEXT_LIMIT + "more")
        await visitor.settle()
        assert _field(visitor).text == "a" * TEXT_LIMIT


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


async def test_lines_that_are_pasted_go_into_one_field_each_and_over_nothing(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people") as visitor:
        fields = list(visitor.page.query(TextField))
        await visitor.types("My ")
        await _pastes(visitor, "mother\r\n\r\nAli\n")
        assert [field.text for field in fields] == ["My mother", "Ali", ""]
        assert fields[1].has_focus
        assert visitor.question == "people"
        assert not visitor.sees("Left out")
        # What stands in the next field stays there, and the last one takes what is over.
        for there, pasted, spread in (
            (("", "Zoe", ""), "Ali\nBea", ["Ali", "Zoe", "Bea"]),
            (("", "", ""), "Ann\nBo\nCy\nDee\nEve", ["Ann", "Bo", "Cy Dee Eve"]),
        ):
            for field, text in zip(fields, there, strict=True):
                field.load_text(text)
            fields[0].focus()
            await _pastes(visitor, pasted)
            assert [field.text for field in fields] == spread
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
        for key in ("f10", "enter"):  # whatever is done next, the remark goes with it
            await visitor.presses("enter", "4", key)
            assert visitor.sees(told)
            await visitor.presses("f3")
            assert not visitor.sees(told)
            await visitor.presses("escape")
            assert not visitor.sees(told)
            await visitor.presses("backspace", "up")
        await visitor.presses("escape")
        assert visitor.given == {"people": ("3 cats",)}
    async with visit(kiosk(), at="goal", size=SMALL) as visitor:
        fields = list(visitor.page.query(TextField))
        fields[3].focus()
        await visitor.types("2027")
        fields[0].focus()
        await visitor.presses("1", "2", "f10")
        assert visitor.sees(told)
        assert fields[0].text == "12"
        await visitor.presses("f10")
        assert visitor.given == {"goal": Goal("", "", "", "2027")}


async def test_a_line_of_the_desk_takes_all_lines_as_one(kiosk: Kiosk) -> None:
    async with desk(kiosk()) as member:
        await _pastes(member, "Jo\nSmith")
        assert member.page.query_one("#name", Input).value == "Jo Smith"


async def test_a_joiner_in_a_name_is_typed_at_the_desk(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=(SRI,))
    async with desk(session) as member:
        await member.types(SRI)
        assert member.page.query_one("#name", Input).value == SRI


async def test_undo_and_correction_leave_a_joiner_where_it_was_typed(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types(PERSIAN)
        await visitor.types(" x")
        await visitor.presses("backspace", "backspace")
        assert _field(visitor).text == PERSIAN
