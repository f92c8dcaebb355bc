"""Pictures of each page of a pack, at the usual size and at the smallest, in one HTML page."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from html import escape
from typing import Any, NamedTuple

from textual.app import App
from textual.pilot import Pilot

from kiosk.entry.handle import Handle, draw
from kiosk.pack.fill import fill
from kiosk.pack.model import AnyQuestion, Pack, TextQuestion
from kiosk.session import Session
from kiosk.visit.visit import Visit
from screens.base import KioskApp, Tools
from screens.i18n import _, name_of
from screens.visit.before_screen import BeforeScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.welcome_screen import ClearedScreen, WelcomeScreen
from screens.widgets.cards_box import CardsBox
from screens.widgets.caret import Body
from screens.widgets.code_screen import CodeScreen
from screens.widgets.keys import BACK
from screens.widgets.page import Page
from screens.widgets.question_screen import QuestionScreen
from screens.widgets.reading_screen import ReadingScreen

SIZES = ((80, 24), (56, 16))
"""Columns and rows: the usual size, and the smallest."""
_ELSEWHERE = re.compile(r"@font-face\s*\{[^}]*\}|<!--.*?-->", re.DOTALL)
"""Rich names fonts that a browser would fetch from a network; without them it uses one that it has."""
_HEAD = """\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font-family: sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
section {{ break-before: page; break-inside: avoid; margin-top: 3rem; }}
figure {{ margin: 1rem 0; break-inside: avoid; }}
figcaption {{ font-size: 0.9rem; }}
svg {{ width: 100%; max-height: 46vh; }}
svg text {{ font-family: monospace; }}
.small svg {{ width: 70%; }}
</style>
<h1>{title}</h1>
<p>{about}</p>
"""


class _Picture(NamedTuple):
    name: str
    """Of the page."""
    size: tuple[int, int]
    svg: str


class _Gallery(KioskApp):
    """Shows pages that nobody answers."""

    def take_code(self, page: Page[Any], codes: tuple[Handle, ...]) -> str:
        """Do nothing: nobody is there."""
        return ""


def pictures(session: Session, words: Mapping[str, str], progress: Callable[[int, int], None]) -> str:
    """Return pictures of each page of a session's pack, filled in with `words`, as one HTML page.

    `progress` is told how many pages are done, and of how many.
    """
    filled = replace(session, pack=fill(session.pack, words))
    taken = asyncio.run(_taken(filled, words["venue"], progress))
    pack = filled.pack
    title = name_of(pack)
    about = _("A draft, to look at. Each page is shown on a usual screen, and on the smallest.")
    page = _HEAD.format(language=escape(pack.language), title=escape(str(title)), about=escape(str(about)))
    for name in dict.fromkeys(picture.name for picture in taken):
        figures = "".join(_figure(picture) for picture in taken if picture.name == name)
        page += f"<section>\n<h2>{escape(name)}</h2>\n{figures}</section>\n"
    return f"{page}</html>\n"


def _figure(picture: _Picture) -> str:
    columns, rows = picture.size
    said = _("{columns} by {rows} characters").format(columns=columns, rows=rows)
    kind = "small" if picture.size == SIZES[-1] else "usual"
    svg = picture.svg.replace("<svg ", f'<svg role="img" aria-label="{escape(picture.name)}" ', 1)
    return f'<figure class="{kind}">{svg}<figcaption>{escape(str(said))}</figcaption></figure>\n'


async def _taken(session: Session, venue: str, progress: Callable[[int, int], None]) -> list[_Picture]:
    taken, done = list[_Picture](), 0
    total = len(SIZES) * len(list(_pages(session.pack, venue)))
    for size in SIZES:
        app = _Gallery(session, Tools())
        async with app.run_test(size=size) as pilot:
            for number, (name, page) in enumerate(_pages(session.pack, venue), 1):
                await app.push_screen(page)
                async for svg in _looks(pilot, page):
                    taken.append(_Picture(f"{number}. {name}", size, svg))
                app.pop_screen()
                done += 1
                progress(done, total)
    return taken


def picture_of(app: App[Any]) -> str:
    """Return what an app shows as an SVG that asks nothing of a network."""
    return _ELSEWHERE.sub("", app.export_screenshot())


async def _looks(pilot: Pilot[int], page: Page[Any]) -> AsyncIterator[str]:
    """Yield a picture of each part of a page: handfuls of cards, and what is further down."""
    while True:
        await pilot.pause()
        yield picture_of(pilot.app)
        for body in page.query(Body):
            while body.scroll_y < body.max_scroll_y:
                page.action_turn_body(1)
                await pilot.pause()
                yield picture_of(pilot.app)
            body.scroll_home(animate=False)
        if not any(box.forward() for box in page.query(CardsBox)):
            return


def _pages(pack: Pack, venue: str) -> Iterator[tuple[str, Page[Any]]]:
    """Yield what a pack has words for, page by page, in the order in which customers meet it."""
    yield _("Welcome"), WelcomeScreen((pack,), venue, has_desk=True)
    yield pack.privacy.title, BeforeScreen(pack.privacy, pack.privacy.more, keeps=False, back=BACK)
    yield _("More of it"), ReadingScreen(pack.privacy.title, pack.privacy.more)
    visit = Visit(pack)
    yield _("The parts"), PartsScreen(visit)
    for section in pack.sections:
        for number, question in enumerate(section.questions, 1):
            total = len(section.questions)
            yield (
                question.summary,
                QuestionScreen(
                    question,
                    None,
                    title=section.title,
                    intro=section.intro if question is section.questions[0] else "",
                    place=_("Question {number} of {total}").format(number=number, total=total),
                    progress=(number, total),
                    decks=pack.decks,
                    writing_note=pack.writing_note,
                    grows=True,
                ),
            )
    closing = pack.closing
    yield _("The code"), CodeScreen(draw(), closing.saved, name=_("Two Words"))
    yield _("What happens next"), ReadingScreen(_("What happens next"), closing.keep)
    line = TextQuestion(id="feedback_line", ask=closing.feedback_line, summary=closing.feedback_line)
    lasts: tuple[AnyQuestion, ...] = (closing.feedback, line)
    for number, last in enumerate(lasts, 1):
        page = QuestionScreen(
            last,
            None,
            title=_("How was this?"),
            place=_("{number} of 2").format(number=number),
            progress=(number, 2),
            decks={},
            writing_note=pack.writing_note,
            commented=False,
        )
        yield last.summary, page
    yield _("The end"), ClearedScreen(closing.cleared)
