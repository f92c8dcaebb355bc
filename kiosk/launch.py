"""Starting what fills the screen: the kiosk and the desk under their supervisor, and the processes below."""

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk import dates, idle, logbook, practice
from kiosk.counts import visits
from kiosk.errors import KioskError, SaveError, SettingsError, SpeechError
from kiosk.hardening import CRASHED, MISTAKEN, forbid_dumps
from kiosk.home import Home, home_from
from kiosk.isolation import PYTHON, clean_environment
from kiosk.logbook import report_uncaught, why
from kiosk.permissions import require_safe
from kiosk.settings.settings import SETTINGS_LOST, library_of, load_settings, venue_key_now
from kiosk.supervision.protocol import Handover, Role, Supervised
from kiosk.supervision.run import run
from kiosk.supervision.service_manager import ServiceManager
from kiosk.supervision.tty import Tty, wipe
from kiosk.supervision.turns import ENDED
from kiosk.supervision.utf8 import require_utf8
from kiosk.upkeep.disk_trial import require_fit

if TYPE_CHECKING:
    from kiosk.pack.model import Pack
    from kiosk.session import Session
    from kiosk.vault.reconcile import ReconcileReport

    Screens = Callable[[Session, Supervised, Callable[[BaseException], None]], int]
    """Runs the screens of a session: whom to tell how it goes, what to call with an unforeseen error."""

_KIOSK = (*PYTHON, "-m", "kiosk")
_TIDY = (*_KIOSK, "tidy-process")


def run_kiosk(
    environment: Mapping[str, str],
    source: int = 0,
    target: int = 1,
    *,
    practises: bool = False,
    draft: Path | None = None,
    version: "tuple[Pack, dict[str, bytes]] | None" = None,
) -> int:
    """Run the kiosk on a terminal until staff close it, or with `practises` a practice; return its exit code.

    A practice with a `draft` walks the pack in that file, and one with a `version` that pack, of these files.

    Raises KioskError where a terminal, the settings or the pack are not as they must be. Where nothing is set
    up that is one, too: practice throws away what is written, so it has to be asked for, and at a kiosk that
    starts by itself a customer would be the one to answer a question.
    """
    _require_terminal(source, target)
    if practises:
        with practice.practice_home() as made:
            venue = None if draft or version else home_from(environment)
            prepare = partial(_practised, made, draft, version, venue)
            return _run(made, prepare, environment, source, target)
    home = home_from(environment)
    if home.root.exists():
        require_safe(home)
    require_set_up(home)
    return _run(home, partial(_prepared, home), environment, source, target, chore=_TIDY)


def require_set_up(home: Home) -> None:
    """Raise SettingsError where no venue is set up in a home."""
    if home.is_set_up():
        return
    if home.vault.exists():
        raise SettingsError(SETTINGS_LOST.format(root=home.root))
    raise SettingsError(
        f"This machine is not set up: there is no kiosk in {home.root}. If it is in another folder, run "
        "'kiosk --home DIR'. To set it up, run 'kiosk setup'. To try the kiosk without keeping anything, "
        "run 'kiosk --practice'."
    )


def _run(
    home: Home,
    prepare: Callable[[], Handover],
    environment: Mapping[str, str],
    source: int,
    target: int,
    *,
    first: Role = Role.VISIT,
    chore: Sequence[str] = (),
) -> int:
    """Run the kiosk of a home that others cannot change; a desk that comes first runs once."""
    require_safe(home)

    def tried() -> Handover:
        go = prepare()
        require_utf8(source, target, environment)  # last: a terminal may take its time to answer
        return go

    return run(
        lambda role: (*_KIOSK, f"{role.value}-process", "--control"),
        clean_environment(environment) | {"KIOSK_HOME": str(home.root)},
        Tty(source, target),
        tried,
        partial(logbook.append, home.log),
        first=first,
        once=first is Role.DESK,
        chore=chore,
        visits=_Visits(home),
        service=ServiceManager(environment, idle.seconds),
        call=lambda: load_settings(home.settings).help.machine,
    )


class _Visits(visits.VisitLog):
    """Adds up how visits went, and keeps that in a home. What cannot be kept is lost, and logged."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._home = home

    def hear(self, told: str) -> None:
        """Add one visit; what a process says that is none of that is logged."""
        try:
            super().hear(told)
        except msgspec.DecodeError as error:
            logbook.append(self._home.log, "how a visit went could not be read", error)

    def keep(self) -> None:
        """Keep what enough visits come to."""
        for sums in self.take(dates.now()):
            try:
                key = venue_key_now(self._home, load_settings(self._home.settings).venue.key)
                visits.keep(self._home, key, sums)
            except (OSError, KioskError) as error:
                logbook.append(self._home.log, "how visits went could not be kept", error)


def run_desk(environment: Mapping[str, str], source: int = 0, target: int = 1) -> int:
    """Run the desk on a terminal until it is closed; return 0, or 70 where it crashed. Raises KioskError."""
    _require_terminal(source, target)
    home = home_from(environment)
    prepare = partial(_prepared, home, customers=False)
    return _run(home, prepare, environment, source, target, first=Role.DESK, chore=_TIDY)


def serve(
    descriptor: int, environment: Mapping[str, str], screens: "Callable[[], Screens]", what: str
) -> int:
    """Be one process of the kiosk, from before its turn to its end; return its exit code.

    `screens` imports the screens and returns what runs them. What goes wrong is logged, never shown.
    """
    log = home_from(environment).log

    def report(error: BaseException) -> None:
        logbook.append(log, event_of(what, error), error)

    report_uncaught(report)
    try:
        return _serve(descriptor, screens, report)
    except KioskError as error:
        logbook.append(log, f"a {what} could not go on: {error}", error)
        if isinstance(error, SettingsError):
            return MISTAKEN
    except Exception as error:  # noqa: BLE001 - the outermost boundary of a process with a public screen
        report(error)
    return CRASHED


def event_of(what: str, error: BaseException) -> str:
    """Return what the log says of an error in a process: where it could not save or speak, why."""
    if isinstance(error, SaveError):
        return f"a {what} could not save ({why(error)})"
    if isinstance(error, SpeechError):
        return "the voice did not speak"
    return f"a {what} met an unexpected error"


def tidy(environment: Mapping[str, str]) -> None:
    """Put right what a crash left in the vault, and erase what is due. What could not be is logged."""
    from kiosk.desk import unfinished_notes
    from kiosk.desk.put_back import reconcile
    from kiosk.session import open_session
    from kiosk.visit import comments
    from kiosk.visit.drafts import sweep_running

    home = home_from(environment)
    try:
        session = open_session(home)
        with session.vault as vault:
            _log_damage(home, reconcile(home, vault, session.settings.venue.key, dates.now()))
            is_believed = _purge(session)
        sweep_running(home.running, dates.now())
        if is_believed:
            unfinished_notes.sweep(home.unfinished, dates.now())
        comments.level(home, dates.now())  # last: a folder in its place stops no other
    except KioskError as error:
        logbook.append(home.log, f"the vault could not be put right: {error}", error)
    except OSError as error:
        logbook.append(home.log, "what visits left could not be put away", error)


def _log_damage(home: Home, found: "ReconcileReport") -> None:
    if found.pageless or found.unreadable or found.unreadable_rows:
        logbook.append(
            home.log,
            f"the vault has damage: entries that lack a page {len(found.pageless)}, "
            f"files that cannot be read {len(found.unreadable)}, rows {len(found.unreadable_rows)}",
        )


def _purge(session: "Session") -> bool:
    """Erase what is due, and tell whether the clock is believed; how much, or why not, is logged."""
    from kiosk.upkeep import retention

    log = session.home.log
    done = retention.purge(session.home, session.vault, session.settings.privacy.days, dates.now())
    if done.refused:
        logbook.append(log, f"no entry was erased for its age. {done.refused}")
    for what, count in (
        ("entries that a wrong clock had dated, and that count from today", done.redated),
        ("entries erased because their time was over", len(done.erased)),
        ("paused visits erased because their time was over", done.drafts),
        ("comments erased because their time was over", done.comments),
        ("entries whose time is over and that could not be erased", len(done.failed)),
    ):
        if count:
            logbook.append(log, f"{what}: {count}")
    if done.apart_failed:
        logbook.append(log, "not every paused visit and comment whose time is over could be erased")
    return not done.refused


def _serve(descriptor: int, screens: "Callable[[], Screens]", report: Callable[[BaseException], None]) -> int:
    forbid_dumps()
    gc.disable()  # what is imported stays for good: to look through it again and again takes 30 ms
    run_screens = screens()
    from kiosk.session import Practice, open_session

    supervised = Supervised(descriptor)
    # Nor need the garbage collector look at it between two keys.
    gc.freeze()
    gc.enable()
    go = supervised.wait_for_go()
    if go is None:
        return ENDED
    supervised.end_with_the_supervisor()
    session = open_session(
        Home(go.home),
        Practice(*go.practice) if go.practice else None,
        draft=go.draft,
        customers=go.customers,
        draft_key=go.draft_key,
        crashed_seconds=go.crashed,
        went_on=supervised.went_on,
    )
    with session.vault:
        code = run_screens(session, supervised, report)
    if supervised.alone:
        wipe(1)  # nobody else is left to do it
    return code


def _prepared(home: Home, *, customers: bool = True) -> Handover:
    """Check what every visit needs, so that a mistake is a line in the shell and not a calm page."""
    library = library_of(home, load_settings(home.settings))
    require_fit(home.root, lasting=True)  # Welcome says it where a disk is full, and the desk makes room
    for problem in library.problems():
        logbook.append(home.log, f"the pack '{problem.id}' cannot be used. {problem.why}")
    library.start()
    forbid_dumps()
    return Handover(home.root, customers=customers)


def _practised(
    home: Home,
    draft: Path | None,
    version: "tuple[Pack, dict[str, bytes]] | None" = None,
    venue: Home | None = None,
) -> Handover:
    """Make a practice home; with a `venue` it opens with that venue's training file, or the shipped one."""
    from kiosk.desk.training import file_for, library_for

    copied = practice.keep_draft(home, draft) if draft else None
    if venue:
        training = file_for(venue)
        version = practice.keep_training(home, training, library_for(venue, training))
    people = practice.people(home)
    if version:
        practice.publish(home, *people, *version)
    _prepared(home)
    return Handover(home.root, people, draft=copied)


def _require_terminal(source: int, target: int) -> None:
    if not (os.isatty(source) and os.isatty(target)):
        raise SettingsError("This needs a terminal. Start it there, without redirecting its input or output.")
