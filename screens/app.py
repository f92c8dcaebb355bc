"""The composition root of the screens: a visit or a desk, run in this process's terminal."""

import gc
from collections.abc import Callable

from kiosk.process import CRASHED
from kiosk.session import Session
from screens.base import KioskApp, Tools


def run_visit(session: Session, shown: Callable[[], None], report: Callable[[BaseException], None]) -> int:
    """Run one visit and return the exit code for the supervisor.

    `shown` is called after the first paint, `report` with an error nobody foresaw.
    """
    from screens.visit.app import VisitApp  # a visit does not import the desk, nor the desk a visit

    return _run(VisitApp(session, Tools(shown=shown, report=report), session.saver()))


def run_desk(session: Session, shown: Callable[[], None], report: Callable[[BaseException], None]) -> int:
    """Run the desk and return the exit code for the supervisor."""
    from screens.desk.app import DeskApp

    return _run(DeskApp(session, Tools(shown=shown, report=report)))


def _run(app: KioskApp) -> int:
    # Collecting garbage in the middle of a key press is what one feels: 37 ms at worst, 12 with this.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    result = app.run()
    return app.return_code or (CRASHED if result is None else result)
