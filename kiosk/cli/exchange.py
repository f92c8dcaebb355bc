"""The commands that send to other places, take in what they sent, and say how far both have come."""

from collections.abc import Sequence
from contextlib import contextmanager
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
from kiosk.text import columns, counted, padded, shown

if TYPE_CHECKING:
    from kiosk.places.exchanging import Exchanging
    from kiosk.places.receive import ReceivedReport, Waiting
    from kiosk.places.send import SentReport
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
    in. No passphrase is needed: nothing that is sent can be read on the way. What a place has confirmed is not
    sent to it again, and what is on a lost stick goes along the next time.
    """
    with _exchanging() as exchanging:
        reports = []
        for way in _chosen(exchanging, stick, write=True):
            with progress_bar(f"To {way.name}") as progress:
                report = exchanging.send(way, progress, everything=everything)
            mark_done()
            reports.append((way, report))
    if as_json:
        print_json([_sent_value(way, report) for way, report in reports])
        return
    for way, report in reports:
        say("\n".join(_sent_lines(way, report)))


@click.command(epilog=examples("kiosk receive", "kiosk receive --stick KINGSTON", "kiosk receive --yes"))
@stick_option
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@json_option
def receive(stick: str | None, yes: bool, as_json: bool) -> None:
    """Take in what other places have sent.

    You are told from which places it is, and how much, and asked. Only known places count ('kiosk place
    introduce'). What is taken in is confirmed there, so that they need not send it again: take the stick back.
    """
    with _exchanging() as exchanging:
        reports = []
        for way in _chosen(exchanging, stick, write=False):
            found = exchanging.look(way)
            for line in _waiting_lines(way, found):
                say(line, err=True)
            if not found.incoming and not found.again:
                reports.append((way, found, None))
                continue
            if found.incoming and not (yes or confirm("Take it in?", "--yes")):
                raise PlainError("Nothing was taken in.")
            with progress_bar(f"From {way.name}") as progress:
                report = exchanging.receive(way, found, progress)
            mark_done()
            new_key = exchanging.follow_key(report)
            reports.append((way, found, report))
            if new_key:
                _tell_key(new_key.key)
    if as_json:
        print_json([_received_value(way, found, report) for way, found, report in reports])
        return
    for way, _, report in reports:
        say("\n".join(_received_lines(way, report) if report else [f"Nothing new from {way.name}."]))


@click.command(epilog=examples("kiosk places", "kiosk places --json"))
@json_option
def places(as_json: bool) -> None:
    """Show what was exchanged with each place: when it was last heard of, and what is missing."""
    from kiosk.places.standing import standing

    with _exchanging() as exchanging:
        every = standing(exchanging.ledger, exchanging.cards())
    value: list[dict[str, Any]] = [
        {
            "place": one.card.place,
            "name": one.card.title,
            "heard": one.heard,
            "missing": one.missing,
            "gap": one.gap,
            "unconfirmed": one.unconfirmed,
        }
        for one in every
    ]
    if not every:
        print_as(value, "No other place is known here. 'kiosk place introduce' introduces one.", as_json=as_json)
        return
    now = dates.now()
    rows = [(shown(one.card.title), one.says(now)) for one in every]
    print_as(_texts(value), "\n".join(columns(rows)), as_json=as_json)


COMMANDS = (send, receive, places)
