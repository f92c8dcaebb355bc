"""A pack before it is used: each page as a picture, marked as a draft, and nothing that asks a network."""

import re
from dataclasses import replace
from html import unescape

import msgspec
import pytest

from kiosk.content import content
from kiosk.language import language, speaking
from kiosk.pack.pack_files import translation_of
from kiosk.pack.translation import translated
from kiosk.session import Session
from kiosk.supervision.turns import LEAVE
from screens.app import pack_pictures
from screens.visit import pictures
from tests.packs import default_pack
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, visit


def draft(session: Session) -> Session:
    """A session whose pack is looked at: one question, of cards, for each picture takes its time."""
    second = session.pack.sections[1]
    cards = msgspec.structs.replace(second, questions=second.questions[:1])
    return replace(session, draft=True, pack=msgspec.structs.replace(session.pack, sections=(cards,)))


def test_each_page_is_pictured_at_both_sizes_and_nothing_asks_a_network(kiosk: Kiosk) -> None:
    session = draft(kiosk(practice=True))
    page = pack_pictures(session, session.settings.words())
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    said = [unescape(re.sub("<[^>]*>", " ", picture)).replace("\xa0", " ") for picture in figures]
    for asked in (*(each.ask for _, each in session.pack.questions()), session.pack.closing.feedback.ask):
        assert {size for each in said for size in re.findall(r"\d+ by \d+", each) if asked in each} == {
            "80 by 24",
            "56 by 16",
        }
    assert all("Draft. Nothing is kept." in re.sub(" +", " ", each) for each in said)
    assert all(card.label in " ".join(said) for deck in session.pack.decks.values() for card in deck.cards)
    assert set(re.findall(r"\w+://[^\"' )<]*", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(?:script|link|img|iframe)\b|\burl\((?!#)|@import|@font-face|\bsrc=", page)
    assert "default-src 'none'" in page


def test_a_translation_is_pictured_with_the_programs_own_words_in_its_language(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "SIZES", pictures.SIZES[:1])
    pack = default_pack()
    first = msgspec.structs.replace(pack.sections[1], questions=pack.sections[1].questions[:1])
    data = (content() / "packs" / translation_of(pack.id, "pl")).read_bytes()
    polish = translated(msgspec.structs.replace(pack, sections=(first,)), "pl", data)
    session = replace(kiosk(practice=True), draft=True, pack=polish)
    with speaking(language("pl")):
        page = pack_pictures(session, session.settings.words())
    shown = unescape(re.sub("<[^>]*>", " ", page)).replace("\xa0", " ")
    assert '<html lang="pl">' in page
    assert polish.sections[0].title in shown
    assert "80 by 24" not in shown
    assert "A draft, to look at" not in shown


@pytest.mark.parametrize("size", [(80, 24), (56, 16)])
async def test_each_page_of_a_draft_says_so_and_not_that_it_is_practice(
    kiosk: Kiosk, size: tuple[int, int]
) -> None:
    async with visit(replace(kiosk(practice=True), draft=True), size=size, at=CHECK) as visitor:
        assert visitor.sees("Draft. Nothing is kept.")
        await visitor.saves()
        assert visitor.sees("Draft.")
        assert "Practice" not in visitor.screen_text()


@pytest.mark.parametrize("practice", [True, False])
async def test_practice_is_closed_at_its_welcome_and_a_kiosk_is_not(kiosk: Kiosk, *, practice: bool) -> None:
    async with visit(kiosk(practice=practice), size=(56, 16)) as visitor:
        assert visitor.sees("F8", "Close") is practice
        await visitor.presses("f8")
        assert (visitor.gone, visitor.outcome) == ((True, LEAVE) if practice else (False, None))
