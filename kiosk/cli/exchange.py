"""The commands that send to other places, take in what they sent, and say how far both have come."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import dates
from kiosk.cli.common import (
    environment_here,
    examples,
    home_here,
    json_option,
    mark_done,
    print_as,
    print_json,
    progress_bar,
    say,
)
from kiosk.cli.prompts import PlainError, confirm, open_vault, require_set_up
from kiosk.errors import KioskError, PlaceError, SettingsError
from kiosk.text import columns, padded, shown

if TYPE_CHECKING:
    from kiosk.places.exchanging import Exchanging
    from kiosk.places.receive import ReceivedReport, Waiting
    from kiosk.places.send import SentReport
    from kiosk.places.standing import Standing
    from kiosk.places.ways import Way

stick_option = click.option(
    "--stick", metavar="NAME", help="Use this removable disk, whatever kiosk.toml says. NAME is its label."
)


@click.command(epilog=examples("kiosk send", "kiosk send --stick KINGSTON"))
@stick_option
@click.option("--everything", is_flag=True, help="Also send what the others have confirmed already.")
@json_option
def send(stick: str | None, everything: bool, as_json: bool) -> None:
    """Send the other places what they do not have yet.

    It goes by the store and the folder that kiosk.toml names, or else on the removable disk that is plugged
    in. No passphrase is needed: nothing that is sent can be read on the way. What a place has confirmed is
    not sent to it again, and what is on a lost stick goes along the next time. If one way fails, the other is
    still tried.
    """
    from kiosk.places.reports import sent
    from kiosk.places.send import SentReport

    tried: list[tuple[Way, SentReport, str | None]] = []
    with _exchanging() as exchanging:
        for way in _chosen(exchanging, stick, write=True):
            report, error = SentReport(), None
            try:
                with progress_bar(f"To {way.name}") as progress:
                    report = exchanging.send(way, progress, everything=everything)
                mark_done()
            except (PlaceError, SettingsError) as failure:
                error = _told(failure, [before for _, _, before in tried])
            tried.append((way, report, error))
    if as_json:
        print_json([sent_value(*one) for one in tried])
    else:
        for way, report, error in tried:
            if error is None:
                say("\n".join(sent(way, report)))
    _end(error for _, _, error in tried)


@click.command(epilog=examples("kiosk receive", "kiosk receive --stick KINGSTON", "kiosk receive --yes"))
@stick_option
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@click.option(
    "--deletions-are-right",
    is_flag=True,
    help="Also delete when a place without a desk deleted many entries.",
)
@json_option
def receive(stick: str | None, yes: bool, deletions_are_right: bool, as_json: bool) -> None:
    """Take in what other places have sent.

    You are told from which places it is, and how much, and asked. Only known places count ('kiosk place
    introduce'). What is taken in is confirmed there, so that they need not send it again: take the stick
    back.
    """
    from kiosk.places.receive import Waiting
    from kiosk.places.reports import received, waiting

    tried: list[tuple[Way, Waiting, ReceivedReport | None, str | None]] = []
    with _exchanging() as exchanging:
        for way in _chosen(exchanging, stick, write=False):
            found, report, error = Waiting(), None, None
            try:
                found = exchanging.look(way)
                for line in waiting(found):
                    say(line, err=True)
                if found.incoming and not (yes or confirm("Take it in?", "--yes")):
                    raise PlainError("Nothing was taken in.")
                if found.incoming or found.again:
                    with progress_bar(f"From {way.name}") as progress:
                        report = exchanging.receive(
                            way, found, progress, deletions_are_right=deletions_are_right
                        )
                    mark_done()
                    _follow_key(exchanging, report)
            except (PlaceError, SettingsError) as failure:
                error = _told(failure, [before for *_, before in tried])
            tried.append((way, found, report, error))
    if as_json:
        print_json([received_value(*one) for one in tried])
    else:
        for way, _, report, error in tried:
            if report or error is None:
                say("\n".join(received(way, report) if report else [f"Nothing new from {way.name}."]))
    _end(error for *_, error in tried)
    odd = (
        found.refused or (report and (report.too_many or report.unconfirmed)) for _, found, report, _ in tried
    )
    if any(odd):
        sys.exit(1)


@click.command(epilog=examples("kiosk places", "kiosk places --json"))
@json_option
def places(as_json: bool) -> None:
    """Show what was exchanged with each place: when it was last heard of, and what is missing."""
    from kiosk.places.standing import standing

    with _exchanging() as exchanging:
        every = standing(exchanging.ledger, exchanging.cards())
    now, value = dates.now(), [standing_value(one) for one in every]
    wide = max((columns(one.card.title) for one in every), default=0)
    lines = [f"{padded(one.card.title, wide)}  {one.says(now)}" for one in every]
    print_as(value, "\n".join(lines or [NOBODY]), as_json=as_json)


def _told(failure: KioskError, before: Sequence[str | None]) -> str:
    """Say why a way failed, unless the same kept another one; return it."""
    error = " ".join(str(failure).split())
    if error not in before:
        say(error, err=True)
    return error


def _end(errors: Iterable[str | None]) -> None:
    """End the command as failed where a way failed."""
    if any(error is not None for error in errors):
        sys.exit(1)


COMMANDS = (send, receive, places)
NOBODY = "No other place is known here. 'kiosk place introduce' introduces one."


@contextmanager
def _exchanging() -> Iterator["Exchanging"]:
    """Give what exchanges with other places, for the home of this command."""
    from kiosk.devices import mounts
    from kiosk.entry.names import shipped_names
    from kiosk.places.exchanging import Exchanging

    home = home_here()
    require_set_up(home)
    with open_vault(home) as vault:
        yield Exchanging(home, vault, shipped_names(), dates.now, environment_here(), mounts.disks)


def _chosen(exchanging: "Exchanging", stick: str | None, *, write: bool) -> "list[Way]":
    """Return the ways to take: the stick that was named; else what kiosk.toml names; else the only stick."""
    every = exchanging.ways()
    plugged_in = [way for way in every if way.kind == "stick"]
    set_up = [way for way in every if way.kind != "stick"]
    if stick is None and set_up:
        return set_up
    named = None if stick is None else Path(stick).name.casefold()
    sticks = [way for way in plugged_in if named in (None, way.name.casefold())]
    if not sticks:
        names = ", ".join(way.name for way in plugged_in)
        none = _NO_STICK if stick is None else f"No removable disk called {shown(stick)} is plugged in."
        raise PlainError(f"{none} {f'Plugged in: {names}.' if names else ''}".strip())
    if len(sticks) > 1:
        raise PlainError(
            "Several removable disks are plugged in. Take out all but one, or give --stick NAME."
        )
    if write and sticks[0].read_only:
        raise PlainError(f"{sticks[0].name} is read-only. Move its switch, or use another stick.")
    return sticks


_NO_STICK = (
    "No removable disk is plugged in, and kiosk.toml names no folder or store. Plug in a USB stick, and "
    "try again."
)


def sent_value(way: "Way", report: "SentReport", error: str | None) -> dict[str, Any]:
    """Return what was sent, as JSON, and why it was not."""
    return {
        "by": way.kind,
        "numbers": report.numbers,
        "pieces": report.pieces,
        "deletions": report.erased,
        "marks": report.said,
        "statistics": report.figures,
        "receivers": list(report.receivers),
        "confirmed": [{"name": name, "count": count} for name, count in report.confirmed.items()],
        "cleared": report.cleared,
        "error": error,
    }


def received_value(
    way: "Way", found: "Waiting", report: "ReceivedReport | None", error: str | None
) -> dict[str, Any]:
    """Return what was found, and taken in, as JSON, and why it was not."""
    from kiosk.places.receive import ReceivedReport

    done = report or ReceivedReport()
    every = dict.fromkeys((*done.missing, *done.gaps, *done.held, *done.too_many, *done.wrong_clocks))
    return {
        "by": way.kind,
        "added": done.taken.added,
        "mended": done.taken.mended,
        "known": done.taken.known,
        "left_out": done.taken.refused,
        "deleted": done.erased,
        "confirmed": not done.unconfirmed and not (error and report is None),
        "coming": found.coming,
        "refused": found.refused,
        "statistics": [{"name": name, "periods": said} for name, said in done.figures.items()],
        "strangers": found.strangers,
        "places": [
            {
                "name": name,
                "missing": done.missing.get(name, (0, 0))[0],
                "gap": done.gaps.get(name),
                "held": done.held.get(name, 0),
                "too_many": done.too_many.get(name, 0),
                "wrong_clock": name in done.wrong_clocks,
            }
            for name in every
        ],
        "error": error,
    }


def standing_value(one: "Standing") -> dict[str, Any]:
    """Return how far it has come with a place, as JSON."""
    import msgspec

    return {
        "place": one.card.place,
        "name": one.card.title,
        "heard": msgspec.to_builtins(one.heard),
        "missing": one.missing,
        "put_off": one.put_off,
        "gap": one.gap or None,
        "unconfirmed": one.unconfirmed,
    }


def _follow_key(exchanging: "Exchanging", report: "ReceivedReport") -> None:
    """Say it where entries are encrypted to a new venue key from now on."""
    from kiosk.desk.keys.identities import fingerprint

    if new := exchanging.follow_key(report):
        say(
            "The venue key was changed at the desk. From now on entries here are encrypted to the new one, "
            f"{fingerprint(new.key)}. Compare it with the newest recovery sheet.",
            err=True,
        )
