"""A venue's own eight questions, from docs/packs.md, in a real terminal: answered, changed, read again."""

from kiosk.dates import now
from kiosk.home import Home
from kiosk.pack.library import Library
from kiosk.upkeep.publishing import Publisher
from tests.kiosk.cli.test_packs_page import CHANGED, DECK, OLD, PACK
from tests.screens.pty.kiosk_terminal import (
    Venue,
    gives_code,
    goes_on,
    leaves_open,
    press_until,
    saves,
    starts,
)


def publishes(venue: Venue, pack: str) -> None:
    """Write a version of the pack, and let it go live."""
    publisher = Publisher(Library(Home(venue.home).packs, "ours"), now)
    file = publisher.new("ours", "" if pack != PACK else "short")
    file.write_text(pack, "utf-8")
    (file.parent / "decks" / "own.toml").write_text(DECK, "utf-8")
    for one in publisher.differences("ours"):
        said = {"why": "Some of us like noise.", "asked": "customers", "source": "Comments"}
        publisher.log("ours", one.question, count=3, decision="changed", **said)
    publisher.publish("ours", past="This is a test.")


def test_what_was_answered_first_is_read_again_in_its_own_words_under_the_next_version(venue: Venue) -> None:
    publishes(venue, PACK)
    settings = venue.home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('pack = "strengths"', 'pack = "ours"'))
    with venue.terminal() as terminal:
        starts(terminal)
        leaves_open(terminal, "How quiet is it where you live?")
        goes_on(terminal, "1")
        leaves_open(terminal)
        code = saves(terminal)
        terminal.wait_for("This screen is clear now")
        goes_on(terminal)
        terminal.wait_for("Welcome")

        publishes(venue, OLD.sub(lambda _: CHANGED, PACK.replace("version = 1", "version = 2")))
        press_until(terminal, "f9", "Welcome")
        gives_code(terminal, code)
        terminal.wait_for("Change or add answers")
        goes_on(terminal, "1")
        press_until(terminal, "pagedown", "How quiet is it where you live?")
        terminal.wait_for("Too loud")
