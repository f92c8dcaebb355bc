"""The composition root of the screens: a visit or a desk, in this process's terminal."""

import gc
import os
from collections.abc import Callable, Mapping

from kiosk.devices.printer import printer_from
from kiosk.devices.speech import speech_from
from kiosk.hardening import CRASHED
from kiosk.session import Session
from kiosk.supervision.protocol import Supervised
from screens.base import KioskApp, Tools

Run = Callable[[Session, Supervised, Callable[[BaseException], None]], int]
"""Runs the screens of a session and returns the exit code for the supervisor.

It is given whom to tell how it goes, and what to call with an error nobody foresaw.
"""


def visit_screens() -> Run:
    """Import what a visit shows, ahead of its turn, and return what runs it."""
    from screens.visit.app import VisitApp  # a visit does not import the desk, nor the desk a visit

    def run(session: Session, told: Supervised, report: Callable[[BaseException], None]) -> int:
        printer = printer_from(session.settings.printer)
        tools = Tools(
            shown=told.shown,
            alive=told.alive,
            crash_page=told.crash_page,
            touched=told.touched,
            report=report,
            printer=printer,
            speech=speech_from(session.settings.voice),
            few_signs=has_few_signs(os.environ),
        )
        app = VisitApp(session, tools, session.saver())
        code = app.ended_as(_run(app))
        app.clear_away(code)
        if app.told:
            told.visited(app.told)
        return code

    return run


def desk_screens() -> Run:
    """Import what the desk shows, ahead of its turn, and return what runs it."""
    from screens.desk.app import DeskApp

    def run(session: Session, told: Supervised, report: Callable[[BaseException], None]) -> int:
        printer = printer_from(session.settings.printer)
        tools = Tools(
            shown=told.shown,
            alive=told.alive,
            report=report,
            printer=printer,
            environment=os.environ,
            speech=speech_from(session.settings.voice),
            few_signs=has_few_signs(os.environ),
        )
        return _run(DeskApp(session, tools))

    return run


def pack_pictures(
    session: Session,
    words: Mapping[str, str],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> str:
    """Return pictures of each page of a session's pack, filled in with `words`, as one HTML page."""
    from screens.visit.pictures import pictures

    return pictures(session, words, progress)


def has_few_signs(environment: Mapping[str, str]) -> bool:
    """Tell whether the terminal is Linux's own console: its fonts have 256 or 512 signs."""
    return environment.get("TERM") == "linux"


def _run(app: KioskApp) -> int:
    # Collecting garbage in the middle of a key press is what one feels: 37 ms at worst, 12 with this.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    result = app.run()
    return app.return_code or (CRASHED if result is None else result)
