"""Several packs at Welcome: one of them is chosen calmly, and the visit is about that one."""

from dataclasses import replace

from msgspec import structs

from kiosk.pack.fill import fill
from kiosk.pack.model import TextQuestion
from kiosk.session import Session
from screens.visit.welcome_screen import WelcomeScreen
from tests.packs import SHIPPED, newer
from tests.screens.conftest import Kiosk
from tests.screens.looks import is_well
from tests.visitor import LARGE, SMALL, leaves, visit


def offering(session: Session) -> Session:
    """A kiosk whose pack is tried out in a new version, which asks of the mood in other words."""
    tried = newer(session.pack, "mood", ask="How is it?")
    closing = structs.replace(tried.closing, saved="Kept, and thank you for trying.")
    return replace(session, others=(structs.replace(tried, closing=closing, state="pilot"),))


async def test_one_of_several_packs_is_chosen_and_the_one_that_is_tried_out_is_told_from_it(
    kiosk: Kiosk,
) -> None:
    session = offering(kiosk())
    async with visit(session) as visitor:
        await visitor.presses("enter")
        assert visitor.sees("A small pack, 1 to 2 minutes", "New: A small pack, 1 to 2 minutes", "We try out")
        await visitor.presses("escape")
        assert isinstance(visitor.page, WelcomeScreen)
        assert visitor.sees("It takes 1 to 2 minutes.")
        await visitor.presses("enter")
        await visitor.chooses("New: A small pack, 1 to 2 minutes")
        await visitor.presses("escape")
        assert visitor.sees("Which questions would you like?", "●  New: A small pack")
        await visitor.presses("enter")
        await visitor.starts()
        assert visitor.sees("How is it?")
        assert visitor.app.visit.reflection().pack.state == "pilot"
        await visitor.presses("f10", "enter")
        await visitor.saves()
        assert visitor.sees("Kept, and thank you for trying.")


async def test_welcome_says_that_one_can_choose_between_short_and_long(kiosk: Kiosk) -> None:
    session = kiosk()
    long = structs.replace(session.pack, id="long", minutes=(10, 20))
    async with visit(replace(session, others=(long,))) as visitor:
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            await is_well(visitor)
            assert await visitor.finds("Short (1 to 2 minutes) or long (10 to 20).")


async def test_whoever_comes_back_goes_on_under_the_version_that_they_answered(kiosk: Kiosk) -> None:
    session = offering(kiosk())
    left = leaves(replace(session, pack=session.others[0]), {"mood": 2})
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        assert (visitor.app.visit.pack.version, visitor.given) == (2, {"mood": 2})


async def test_whoever_answered_a_pack_that_is_no_longer_offered_goes_on_under_it(kiosk: Kiosk) -> None:
    session = kiosk()
    short = SHIPPED.live("short")
    assert short
    asked = next(one for _, one in short.questions() if isinstance(one, TextQuestion))
    left = leaves(replace(session, pack=short), {asked.id: "brindle"})
    gone = leaves(replace(session, pack=structs.replace(short, version=99)), {asked.id: "fallow"})
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        pack = visitor.app.visit.pack
        assert (pack.id, pack.version, visitor.given) == ("short", short.version, {asked.id: "brindle"})
        assert pack == structs.replace(fill(short, session.settings.words()), own=short)
        await visitor.saves()
    async with visit(session, back=gone.code) as visitor:
        await visitor.chooses("Change or add answers")
        assert visitor.app.visit.pack.id == session.pack.id
