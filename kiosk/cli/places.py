"""The commands that say which places this one knows, and by what others know it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, mark_done, print_as, say
from kiosk.cli.prompts import (
    PATH,
    PlainError,
    Who,
    ask,
    audit_of,
    confirm,
    desk_options,
    permit,
    read_file,
    require_set_up,
)
from kiosk.text import columns, counted, padded

if TYPE_CHECKING:
    from kiosk.desk.audit.audit_log import Did
    from kiosk.desk.keys.staff import Unlocked
    from kiosk.home import Home
    from kiosk.places.card import Card

fingerprint_option = click.option(
    "--fingerprint", metavar="TEXT", help="What the other machine shows, instead of being asked to compare."
)


@click.group(epilog=examples("kiosk place show", "kiosk place introduce", "kiosk place list"))
def place() -> None:
    """Introduce this machine to others that entries come from or go to, and others to this one.

    Each machine has a card. Take the card of each to the other, and compare the fingerprints.
    """


@place.command(
    "show", epilog=examples("kiosk place show", "kiosk place show --file /media/usb/elm-house.txt")
)
@click.option("--file", type=PATH, metavar="FILE", help="Write the card to a new file instead.")
@json_option
def show(file: Path | None, as_json: bool) -> None:
    """Show the card of this machine, as QR codes and in letters.

    There is no secret in it. Introduce it on the other machine with 'kiosk place introduce', and compare the
    fingerprint there with the one that is shown here.
    """
    from kiosk.places.card import file_text, fingerprint, lines, own_card
    from kiosk.places.signature import minisign_key

    home = home_here()
    require_set_up(home)
    card = own_card(home)
    if file is not None:
        _write(file, file_text(card))
        say(f"{file} is saved. Its fingerprint, to compare on the other machine: {fingerprint(card)}")
        return
    value = {
        "place": card.place,
        "name": card.name,
        "venue": card.venue,
        "desk": card.desk,
        "fingerprint": fingerprint(card),
        "minisign_key": minisign_key(card.verify_key, card.key_id),
        "transport": card.transport,
        "venue_key": card.venue_key,
        "lines": lines(card),
    }
    print_as(value, _drawn(card), as_json=as_json)


@place.command(
    "introduce",
    epilog=examples(
        "kiosk place introduce",
        "kiosk place introduce /media/usb/elm-house.txt",
        'kiosk place introduce card.txt --fingerprint "3F9A 22C1 7B0E 9D11 0A4F"',
    ),
)
@click.argument("file", type=PATH, required=False)
@fingerprint_option
@desk_options
def introduce(file: Path | None, fingerprint: str | None, by: Who) -> None:
    """Let this machine know another, by its card in FILE. Leads only, where there is a desk.

    Without FILE, or with -, scan the QR codes of the card or type its lines. Then compare the fingerprint
    with the one that 'kiosk place show' shows on the other machine.
    """
    from kiosk.places import known

    home = home_here()
    require_set_up(home)
    card = card_from(file)
    known.require_new(home, card)
    lead = permit(home, by, lead=True)
    if any(one.card.place == card.place and one.revoked for one in known.known_places(home)):
        say(f"{card.title} was revoked here. It is known again once you go on.", err=True)
    require_compared(card, fingerprint)
    name, identity = _noted(home, lead, "introduced a place", card)
    known.introduce(home, card, now=dates.now(), by=name, identity=identity)
    _remember(home, lead)
    mark_done()
    say(f"{card.title} is known here now.")
    others = [
        one.card for one in known.known_places(home) if not one.revoked and one.card.place != card.place
    ]
    for other in others:
        if other.title == card.title:
            say(
                f"Another place of this name is known: {other.place}. If it is the same machine, set up "
                f"again, run 'kiosk place revoke {other.place}'."
            )


@place.command("list", epilog=examples("kiosk place list", "kiosk place list --json"))
@json_option
def list_places(as_json: bool) -> None:
    """List the places that this one knows, and those that were revoked.

    Where there is a desk, the next unlock says if a place is in the list that no lead introduced.
    """
    from kiosk.places.card import fingerprint
    from kiosk.places.known import known_places

    home = home_here()
    require_set_up(home)
    places = known_places(home)
    values = [
        {
            "place": one.card.place,
            "name": one.card.name,
            "venue": one.card.venue,
            "desk": one.card.desk,
            "fingerprint": fingerprint(one.card),
            "introduced": dates.stamp(one.introduced),
            "by": one.by,
            "revoked": one.revoked and dates.stamp(one.revoked),
        }
        for one in places
    ]
    width = max((columns(one.card.title) for one in places), default=0)
    rows = [
        f"{one.card.place}  {padded(one.card.title, width)}  {fingerprint(one.card)}  "
        + (f"revoked {dates.on_day(one.revoked)}" if one.revoked else f"since {dates.on_day(one.introduced)}")
        for one in places
    ]
    text = "\n".join(rows) or "No place is known here. 'kiosk place introduce' takes the card of one."
    print_as(values, text, as_json=as_json)


@place.command(
    "revoke", epilog=examples("kiosk place revoke 0123456789abcdef", 'kiosk place revoke "Elm House"')
)
@click.argument("named", metavar="PLACE")
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@desk_options
def revoke(named: str, yes: bool, by: Who) -> None:
    """Take nothing more from PLACE, and send it nothing. Leads only, where there is a desk.

    PLACE is the id or the name of a place, as 'kiosk place list' shows it. What came from it before stays.
    """
    from kiosk.places import known

    home = home_here()
    require_set_up(home)
    card = known.find(home, named).card
    lead = permit(home, by, lead=True)
    if not (yes or confirm(f"Revoke {card.title}, {card.place}?", "--yes")):
        raise PlainError("Nothing was changed.")
    name, identity = _noted(home, lead, "revoked a place", card)
    known.revoke(home, card, now=dates.now(), by=name, identity=identity)
    _remember(home, lead)
    mark_done()
    say(f"{card.title} is revoked: nothing more is taken from it, or sent to it.")


COMMANDS = (place,)


def card_from(file: Path | None) -> "Card":
    """Return the card in a file; on standard input (`-`, or None) as somebody types or scans it there.

    Raises CardError or PlainError.
    """
    from kiosk.places.card import read_card

    file = file or Path("-")
    return _typed_card() if str(file) == "-" and sys.stdin.isatty() else read_card(read_file(file))


def require_compared(card: "Card", fingerprint: str | None) -> None:
    """Say what a card is, and have its fingerprint compared, by a person or with one that was given.

    Raises PlainError where it is another one.
    """
    from kiosk.places.card import fingerprint as fingerprint_of
    from kiosk.places.card import same_fingerprint

    what = "with a desk" if card.desk else "without a desk"
    shown = fingerprint_of(card)
    say(f"{card.title}, a machine {what}\nPlace        {card.place}\nFingerprint  {shown}", err=True)
    other = "Nothing was changed. Take the card from that machine again: this one is not the card it shows."
    if fingerprint is not None:
        if not same_fingerprint(fingerprint, shown):
            raise PlainError(f"The fingerprint of this card is {shown}, and not the one given. {other}")
    elif not confirm(
        "Does 'kiosk place show' on that machine show the same fingerprint?", "--fingerprint TEXT"
    ):
        raise PlainError(other)


def _typed_card() -> "Card":
    """Return a card that somebody types line by line, or scans. Raises CardError."""
    from kiosk.errors import CardError
    from kiosk.places.card import CardReader

    click.echo("Scan the QR codes of the card one after another, or type its lines.", err=True)
    reader = CardReader()
    while missing := reader.missing:
        of = f" of {reader.count}" if reader.count > 1 else ""
        try:
            reader.take(ask(f"Line {missing[0]}{of}", "FILE"))
        except CardError as error:
            say(str(error), err=True)
    return reader.card()


def _drawn(card: "Card") -> str:
    from kiosk.devices.scanner import drawn
    from kiosk.entry.handle import qr_modules
    from kiosk.places.card import fingerprint, letters, qr_texts

    codes = [drawn(qr_modules(text, dense=True)) for text in qr_texts(card)]
    return "\n\n".join(
        (
            *codes,
            letters(card),
            f"{card.title}\nPlace        {card.place}\nFingerprint  {fingerprint(card)}",
            "On the other machine, run 'kiosk place introduce': scan the "
            f"{counted(len(codes), 'code', 'codes')} there, or\ntype the lines. Then compare this "
            "fingerprint with the one that it shows.",
        )
    )


def _write(file: Path, text: str) -> None:
    from kiosk.vault import durable

    try:
        durable.write_out(file, text.encode())
    except FileExistsError as error:
        raise PlainError(f"{file} already exists. Choose another name.") from error


def _noted(home: "Home", lead: "Unlocked | None", did: "Did", card: "Card") -> tuple[str, str]:
    """Note what a lead is about to do, and return their name and the venue's identity.

    Where there is no desk, nobody reads an audit, and both are empty.
    """
    if lead is None:
        return "", ""
    audit_of(home, lead.identity).note(lead.name, did, detail=f"{card.title}, {card.place}")
    return lead.name, lead.identity


def _remember(home: "Home", lead: "Unlocked | None") -> None:
    """Keep that the list was changed on purpose, for the next unlock."""
    if lead:
        from kiosk.desk.keys import stock
        from kiosk.desk.keys.tampering import PLACES

        stock.remember(home, lead.identity, settings=[PLACES])
