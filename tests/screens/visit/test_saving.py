"""Saving, and what is told when it fails; a code is never shown before its entry is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.errors import NoRoomError, SaveError
from kiosk.supervision.turns import ENDED
from screens.customer_words import for_customer
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.code_screen import CodeScreen
from tests.kiosk.sealed import PLACE
from tests.screens.conftest import Kiosk, saved_pages
from tests.visitor import CHECK, saver_of, visit


@dataclass
class FailingVault:
    """Fails as often as it is told to, then keeps entries in a list."""

    failures: list[Exception]
    looks: Callable[[], str] = str
    kept: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    """What was on the screen at each try."""

    def save(self, entry_id: str, name: str, sealed: bytes, *, source: str) -> None:
        self.seen.append(self.looks())
        if self.failures:
            raise self.failures.pop(0)
        self.kept.append(entry_id)

    def keep_count(self, entry_id: str, quarter: str, sealed: bytes) -> None:
        pass

    def place(self) -> str:
        return PLACE


async def test_a_save_that_fails_is_told_in_its_words_and_can_be_tried_again(kiosk: Kiosk) -> None:
    session = kiosk()
    vault = FailingVault([SaveError("/srv is asleep."), NoRoomError("/srv is full.")])
    saver = saver_of(session, vault=vault)
    async with visit(session, at=CHECK, given={"mood": 2}, saver=saver) as visitor:
        vault.looks = visitor.screen_text
        frames = visitor.watches()
        await visitor.saves()
        assert visitor.sees("Your answers are not saved yet", for_customer(SaveError()), "Try again")
        assert not any("Saving your answers." in frame for frame in frames)  # it took no time
        await visitor.presses("enter")
        assert visitor.sees(
            "Your answers are not saved yet", for_customer(NoRoomError()), "Your answers are still here."
        )
        assert visitor.given == {"mood": 2}
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)
        assert len(vault.kept) == 1
        assert not any("Your code" in seen for seen in vault.seen)
        # Once saved, the answers are no longer held.
        assert visitor.given == {}


async def test_one_can_go_back_to_the_answers_when_saving_fails(kiosk: Kiosk) -> None:
    session = kiosk()
    vault = FailingVault([SaveError("The disk is asleep.")])
    async with visit(session, at=CHECK, given={"mood": 2}, saver=saver_of(session, vault=vault)) as visitor:
        await visitor.saves()
        await visitor.clicks("Back to my answers")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.sees("First", "1 answer, 2 left open")
        assert visitor.given == {"mood": 2}
        await visitor.saves()
        assert visitor.sees("Your code")


async def test_while_it_is_being_saved_there_is_no_code_and_no_key_does_anything(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK) as visitor:
        visitor.hold_work()
        await visitor.saves()
        for keys in (["enter"], ["escape"], ["f2"], ["f3"], ["f8"], ["1"], ["enter", "enter"]):
            await visitor.presses(*keys)
            assert isinstance(visitor.page, BusyScreen)
            assert visitor.sees("Saving your answers.")
        await visitor.let_work()
        assert isinstance(visitor.page, CodeScreen)
        await visitor.keeps_code()
        assert visitor.sees("How was this?")
    assert len(saved_pages(session)) == 1


async def test_a_save_that_takes_long_is_not_taken_for_nobody_there(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK) as visitor:
        visitor.hold_work()
        await visitor.saves()
        await visitor.waits(89)
        assert isinstance(visitor.page, BusyScreen)
        await visitor.waits(30)
        await visitor.let_work()
        await visitor.presses("1")
        assert isinstance(visitor.page, CodeScreen)
        assert visitor.code in visitor.screen_text().replace("\n", " ") or visitor.sees("Your code")


async def test_hiding_while_it_is_being_saved_shows_no_code_and_leaves_nothing_saved(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        visitor.hold_work()
        await visitor.saves()
        frames = visitor.watches()
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        await visitor.let_work()
        assert frames
        assert [frame for frame in frames if frame.strip()] == []
    assert len(session.vault.rows()) == 1
    visitor.app.clear_away(ENDED)
    assert session.vault.rows() == ()
    assert not list(session.home.vault.rglob("*.age"))


async def test_the_code_can_be_seen_again_and_is_the_one_that_opens_the_entry(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK) as visitor:
        await visitor.saves()
        code, first = visitor.code, visitor.screen_text()
        name = session.vault.rows()[0].name
        assert visitor.sees(*code.split(), name, "Saved.")
        await visitor.presses("enter")
        assert not visitor.sees(code.split()[0])
        await visitor.presses("escape")
        assert visitor.screen_text() == first
        await visitor.presses("escape")
        assert visitor.screen_text() == first
    assert saved_pages(session)[0].name == name
