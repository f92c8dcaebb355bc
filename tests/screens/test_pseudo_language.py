"""Every page of a visit in a language that is none, which is chosen on that page where it can be."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from msgspec import structs

from kiosk import language as spoken_language
from kiosk.pack.texts import texts_of, with_texts
from kiosk.session import Session
from kiosk.settings.texts import Languages
from screens.spoken import spoken
from screens.widgets.choose_screen import MenuScreen
from screens.widgets.qr import QrCode
from screens.widgets.then_now_screen import EndlessScreen
from tests import pseudo
from tests.person import Person
from tests.screens.conftest import Kiosk
from tests.screens.every_page import PAGES, Case
from tests.screens.looks import cut_off
from tests.visitor import LARGE, SMALL, Visitor

VISIT = {name: case for name, case in PAGES.items() if not name.startswith("the desk: ")}
NOT_ITS_WORDS = re.compile(
    r"F\d+|Oak House|\d{4}-Marto-\d\d"  # keys, the venue, days, which Babel writes
    r"|You said, we did|4 March 2026|You said: Five.*|To read"  # what staff publish, and a test's page
    r"|A small pack"  # what was answered in English, as it was answered
)
"""What stands on the pages of a visit, and nobody translates."""
NAME = re.compile(r"[A-Z]\w+ [A-Z]\w+\.")


@pytest.fixture(scope="module", autouse=True)
def esperanto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("content")
    pseudo.write_catalogue(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spoken_language, "content", lambda: folder)
        spoken_language.language.cache_clear()
        yield
    spoken_language.language.cache_clear()


def _offers(session: Session) -> Session:
    pack = structs.replace(session.pack, languages=(pseudo.TAG,))
    settings = structs.replace(session.settings, languages=Languages(offered=(pseudo.TAG,)))
    said = pseudo.translation(pack)
    return replace(session, pack=pack, settings=settings, translation=lambda *_: said)


def _speaks(session: Session) -> Session:
    texts = {place: pseudo.pseudo(text) for place, text in texts_of(session.pack).items()}
    return replace(session, pack=with_texts(session.pack, pseudo.TAG, texts))


def left_in_english(person: Person) -> list[str]:
    """Return what a page says that is neither translated nor somebody's own, nor the name of an entry."""
    said = [str(one.text) for one in spoken(person.page) if not one.own]
    left = (pseudo.untranslated(NOT_ITS_WORDS.sub("", text)) for text in said)
    return [text for text in left if re.search(r"[^\W\d_]", text) and not NAME.fullmatch(text)]


@pytest.mark.parametrize("case", VISIT.values(), ids=VISIT)
async def test_all_of_a_page_is_translated_and_nothing_is_clipped(kiosk: Kiosk, case: Case) -> None:
    page = case.page
    changes = page.PERSONAL and page.SPEAKS and not page.PASSES and page is not EndlessScreen
    prepare = _offers if changes else _speaks
    async with case.opens(lambda **more: prepare(kiosk(**more)), SMALL) as (_session, person):
        assert isinstance(person, Visitor)
        if isinstance(person.page, MenuScreen) and page is not MenuScreen:
            await person.presses("1", "enter")  # there is more to choose where there are several languages
        if changes:  # at this page, which was there in English
            before = person.page
            before.cover()
            person.app.speak(pseudo.TAG)
            before.uncover()
            await person.settle()
            assert person.page is not before
            assert isinstance(person.page, page)
        assert left_in_english(person) == []
        assert [*cut_off(person), *_codes_cut(person)] == []
        await person.resizes(LARGE)
        assert [*cut_off(person), *_codes_cut(person)] == []


def _codes_cut(person: Person) -> list[str]:
    """Return what is wrong with a QR code that is not there to its last row: no scanner reads it then."""
    codes = person.page.query(QrCode)
    seen = ((code, person.page.find_widget(code).visible_region) for code in codes)
    return [f"{where} of {code.size}" for code, where in seen if where.size != code.outer_size]
