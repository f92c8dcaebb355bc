"""The commands that take a pack from a draft to customers, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.comments import read_book
from kiosk.cli.common import examples, home_here, mark_done, say
from kiosk.cli.prompts import PlainError, Who, audit_of, desk_options, permit, require_set_up, unlock
from kiosk.text import counted, shown

if TYPE_CHECKING:
    from kiosk.desk.comment_book import Book
    from kiosk.home import Home
    from kiosk.pack.change_log import ChangeLog
    from kiosk.pack.differences import Difference
    from kiosk.pack.model import Pack
    from kiosk.upkeep.publishing import Publisher

_ID = click.argument("pack_id", metavar="ID")
_VERSION = click.argument("version", type=int, required=False)
_BECAUSE = click.option(
    "--because",
    "past",
    metavar="TEXT",
    default="",
    help="Go on although something is missing, for this reason; the change log keeps it.",
)
_FROM = click.option(
    "--from", "source", metavar="TEXT", required=True, help="Which meeting, or which comments."
)


@click.command(epilog=examples("kiosk pack new strengths", "kiosk pack new ours --from short"))
@_ID
@click.option("--from", "source", metavar="PACK", default="", help="The pack, or ID@VERSION, to copy.")
def new(pack_id: str, source: str) -> None:
    """Make a draft to edit.

    It is a copy of the pack with this ID and gets the next version number, or of another one for a new ID.
    """
    home = home_here()
    library = _publisher(home).library
    if not source and pack_id not in library.ids():
        from kiosk.pack.shipped import FIRST

        source = FIRST
    file = _publisher(home).new(pack_id, source)
    say(f"Edit {file}. To look at it, run 'kiosk pack preview {pack_id}'.")


@click.command(epilog=examples("kiosk pack translate strengths pl"))
@_ID
@click.argument("tag", metavar="LANG")
def translate(pack_id: str, tag: str) -> None:
    """Begin a translation of the draft of a pack, or bring it up to date after a change.

    LANG is the tag of a language, such as pl. The PO file opens in Poedit, Weblate and any editor of
    translations. What was translated for a text that has changed since is marked as fuzzy, and is not used.
    """
    from kiosk.language import has_catalogue, named
    from kiosk.pack.po_file import tag_of
    from kiosk.pack.po_remarks import reader

    tag = tag_of(tag)
    file, found = _publisher(home_here()).translate(pack_id, tag)
    say(f"{file}\n{found}; {reader(found.read_by)}.")
    say(f"To see what is missing or wrong, run 'kiosk pack check {pack_id} --language {tag}'.")
    if not has_catalogue(tag):
        say(f"The program does not speak {named(tag)}, so customers cannot choose it.")
    if found.read_by and (found.new or found.changed):
        say(f"Take out the name of {found.read_by} once there are texts that they have not read.")


@click.command(epilog=examples("kiosk pack diff strengths", "kiosk pack diff strengths@1 strengths@2"))
@click.argument("before", metavar="ID[@VERSION]")
@click.argument("now", metavar="[ID@VERSION]", required=False)
def diff(before: str, now: str | None) -> None:
    """Show what changed between two versions of a pack, question by question.

    With an ID alone, its draft is compared with the newest version.
    """
    from kiosk.pack.differences import differences, other_texts

    publisher = _publisher(home_here())
    library, pack_id = publisher.library, before.partition("@")[0]
    draft = library.named(now) if now else library.load_draft(pack_id)
    old = library.named(before) if "@" in before else publisher.newest(pack_id)
    if old is None:
        say(f"The pack '{pack_id}' has no version yet: all of it is new.")
        return
    found = differences(old, draft)
    log = publisher.read_log(draft.id)
    for one in found:
        _show(one, log.explains(one, old, draft), draft.version)
    for place in other_texts(old, draft):
        say(f"{place}: other texts")
    if not found:
        say("The questions are the same.")


def _show(one: "Difference", explained: bool, version: int) -> None:
    says = "" if explained else "; the change log does not say why"
    say(f"{one.question}: {', '.join(one.what)}{says}")
    for sign, lines in (("-", one.before), ("+", one.now)):
        for line in lines:
            say(f"  {sign} {line}")
    if one.since:
        say(f"  since = {one.since} still says that older answers mean the same. If not, make it {version}.")


@click.command(
    epilog=examples(
        "kiosk pack log strengths",
        "kiosk pack log strengths --add mood --why 'Nobody knew what it asks.' --asked customers --count 4 "
        "--from 'The meeting of 3 March'",
        "kiosk pack log strengths --comments",
    )
)
@_ID
@click.option("--add", "question", metavar="QUESTION", help="The id of a question, to add a line about it.")
@click.option("--why", metavar="TEXT", help="Why, in one sentence.")
@click.option("--asked", type=click.Choice(("customers", "staff", "both")), help="Who asked for it.")
@click.option("--count", type=click.IntRange(1, 9999), help="How many asked. Never who.")
@click.option("--from", "source", metavar="TEXT", help="Which meeting, or which comments.")
@click.option(
    "--decision",
    type=click.Choice(("changed", "kept", "later")),
    default="changed",
    show_default=True,
    help="What was decided.",
)
@click.option("--comments", "with_comments", is_flag=True, help="Show the decisions on comments too.")
@desk_options
def log(pack_id: str, question: str | None, decision: Any, with_comments: bool, by: Who, **said: Any) -> None:
    """Show the change log of a pack, or add a line to it.

    It says of each question that changed why, and how many customers or staff asked for it. A pack is not
    published while a question that changed has no line. Lines are never taken out. Only --comments unlocks
    the desk.
    """
    publisher = _publisher(home_here())
    if question is None:
        lines = [*_lines(publisher.read_log(pack_id))] or ["The change log is empty."]
        if with_comments:
            lines += ["Decisions on comments", *(_decisions(read_book(by), pack_id) or ["  none"])]
        say("\n".join(map(shown, lines)))
        return
    if with_comments:
        raise click.UsageError("Give only one of --add and --comments.")
    missing = [f"--{'from' if name == 'source' else name}" for name, value in said.items() if value is None]
    if missing:
        raise click.UsageError(f"Give {', '.join(missing)} as well.")
    line = publisher.log(pack_id, question, decision=decision, **said)
    say(f"Added to the change log: {', '.join((question, *line.what))}.")


@click.command(
    epilog=examples("kiosk pack review strengths --customers 5 --staff 2 --from 'The meeting of 3 March'")
)
@_ID
@click.option(
    "--customers", type=click.IntRange(0, 9999), required=True, help="How many customers took part."
)
@click.option("--staff", type=click.IntRange(0, 9999), required=True, help="How many staff took part.")
@_FROM
def review(pack_id: str, customers: int, staff: int, source: str) -> None:
    """Record that the draft of a pack was read together, with how many customers and staff."""
    found = _publisher(home_here()).review(pack_id, customers=customers, staff=staff, source=source)
    say(f"Review of version {found.version} recorded.")


@click.command(epilog=examples("kiosk pack pilot strengths"))
@_ID
@_BECAUSE
@desk_options
def pilot(pack_id: str, past: str, by: Who) -> None:
    """Let customers try the draft of a pack (leads only).

    They choose it at Welcome, beside what is in use, and their entries are counted apart. It takes a review
    with at least one customer.
    """
    with _lead(pack_id, by) as publisher:
        found = publisher.pilot(pack_id, past)
    say(f"Version {found.version} of the pack '{pack_id}' is a pilot from the next visit.")
    _say_left_out(publisher, found)
    _say_reason(publisher, pack_id, past)
    mark_done()


@click.command(epilog=examples("kiosk pack publish strengths"))
@_ID
@_VERSION
@_BECAUSE
@desk_options
def publish(pack_id: str, version: int | None, past: str, by: Who) -> None:
    """Let the pilot of a pack go live, or its draft (leads only).

    Somebody must have answered the pilot, and every comment on it needs a decision first. VERSION says which
    of the two, where a pack has both.
    """
    with _lead(pack_id, by) as publisher:
        live = publisher.library.states(pack_id).the("live")
        found = publisher.publish(pack_id, version, past)
    again = live is not None and live.number == found.version
    when = "already" if again else "from the next visit"
    say(f"Version {found.version} of the pack '{pack_id}' is live {when}.")
    if not again:
        _say_left_out(publisher, found)
    _say_reason(publisher, pack_id, past)
    mark_done()


@click.command("roll-back", epilog=examples("kiosk pack roll-back strengths"))
@_ID
@desk_options
def roll_back(pack_id: str, by: Who) -> None:
    """Let the version be live again that was live before (leads only)."""
    with _lead(pack_id, by) as publisher:
        found = publisher.roll_back(pack_id)
    say(f"Version {found.version} of the pack '{pack_id}' is live again from the next visit.")
    mark_done()


@click.command(epilog=examples("kiosk pack retire short", "kiosk pack retire strengths 3"))
@_ID
@_VERSION
@desk_options
def retire(pack_id: str, version: int | None, by: Who) -> None:
    """Stop offering a pack, or end a pilot (leads only).

    Entries and paused visits keep the version they began with.
    """
    with _lead(pack_id, by) as publisher:
        number = publisher.retire(pack_id, version)
    say(f"Version {number} of the pack '{pack_id}' is no longer offered.")
    library = publisher.library
    named = (library.start_id, *library.offered_ids)
    if pack_id in named and all(one.state == "retired" for one in library.states(pack_id).versions):
        from kiosk.pack.shipped import DEFAULT

        others = " ".join(one for one in named if one != pack_id) or DEFAULT
        say(f"Take it out of what Welcome offers with 'kiosk pack offer {others}'.")
    mark_done()


@click.command(epilog=examples("kiosk pack offer strengths", "kiosk pack offer strengths short ours"))
@click.argument("pack_ids", metavar="ID...", nargs=-1, required=True)
@desk_options
def offer(pack_ids: tuple[str, ...], by: Who) -> None:
    """Set which packs customers get (leads only).

    Welcome starts the first, and offers the others beside it. Packs that are not named are not offered.
    """
    from kiosk.health import Level, languages
    from kiosk.settings.settings import OFFERED_MOST, keep_settings, library_of, load_settings, with_packs

    home = home_here()
    unlocked = permit(home, by, lead=True)
    library = library_of(home)
    start, *others = dict.fromkeys(pack_ids)
    if len(others) > OFFERED_MOST:
        raise PlainError(f"Name at most {OFFERED_MOST + 1} packs: each is a line of Welcome.")
    for one in (start, *others):
        library.in_use(one)
    if unlocked:
        detail = ", ".join((start, *others))
        audit_of(home, unlocked.identity).note(unlocked.name, "set which packs are offered", detail=detail)
    keep_settings(home, with_packs(load_settings(home.settings), start, others))
    if unlocked:
        from kiosk.desk.keys.stock import remember

        remember(home, unlocked.identity, settings=["pack", "offer"])
    beside = f" first, and may choose {' or '.join(others)}" if others else ""
    say(f"From the next visit customers get {start}{beside}.")
    looked, told, *_ = languages(home)
    if looked is not Level.OK:
        say(told)
    mark_done()


COMMANDS = (new, translate, diff, log, review, pilot, publish, roll_back, retire, offer)


def _publisher(home: "Home", **more: Any) -> "Publisher":
    from kiosk.dates import now
    from kiosk.desk.keys.staff import names
    from kiosk.settings.settings import library_of
    from kiosk.upkeep.publishing import Publisher

    return Publisher(library_of(home), now, names=names(home.staff), **more)


@contextmanager
def _lead(pack_id: str, by: Who) -> "Iterator[Publisher]":
    """Let a lead publish, and keep that they did. Where there is no desk, nobody has a passphrase."""
    from kiosk.desk.comment_book import undecided
    from kiosk.desk.keys.staff_files import LEAD
    from kiosk.desk.keys.tampering import PACK
    from kiosk.desk.pilot import is_answered

    home = home_here()
    require_set_up(home)
    if not home.has_desk():
        yield _publisher(home)
        return
    desk = unlock(home, by, lead=True)
    with desk.vault:
        yield _publisher(
            home,
            identity=desk.identity,
            before=desk.before,
            note=lambda what: desk.note("published a pack", detail=what, role=LEAD),
            undecided=lambda pack, versions: undecided(home, desk.identity, pack, versions),
            is_answered=lambda *pilot: is_answered(home, desk, *pilot),
        )
        desk.remember(settings=[f"{PACK}{pack_id}"])


def _say_left_out(publisher: "Publisher", pack: "Pack") -> None:
    """Say which translations of a draft its version does not have."""
    for sentence in publisher.left_out(pack):
        say(sentence)


def _say_reason(publisher: "Publisher", pack_id: str, past: str) -> None:
    """Say that a reason was given where nothing was missing, and is not kept."""
    if past and publisher.read_log(pack_id).steps[-1].past != past:
        say("Nothing was missing, so the reason is not in the change log.")


def _lines(log: "ChangeLog") -> Iterator[str]:
    """Yield the lines of a change log, by version."""
    for version in sorted({one.version for one in (*log.changes, *log.reviews, *log.steps)}):
        yield f"Version {version}"
        for review in (one for one in log.reviews if one.version == version):
            people = f"{counted(review.customers, 'customer', 'customers')} and {review.staff} staff"
            yield f"  {review.day}  read by {people}: {review.source}"
        for change in (one for one in log.changes if one.version == version):
            what = f" ({', '.join(change.what)})" if change.what else ""
            yield f"  {change.day}  {change.question}: {change.decision}{what}. {change.why}"
            who = "customers and staff" if change.asked == "both" else change.asked
            yield f"              asked by {change.count} ({who}): {change.source}"
        for step in (one for one in log.steps if one.version == version):
            past = f", although something was missing: {step.past}" if step.past else ""
            yield f"  {step.day}  {step.did}{past}"


def _decisions(book: "Book", pack_id: str) -> list[str]:
    """Return what was decided on comments on a pack, a line for each theme that has a decision."""
    from kiosk.desk.comment_book import WORDS

    lines = []
    for theme in book.decisions.themes:
        said = [one for one in book.comments if one.pack == pack_id and one.id in theme.comments]
        if said and theme.decision != "open":
            numbers = sorted({one.pack_version for one in said})
            on = f"{'versions' if numbers[1:] else 'version'} {', '.join(map(str, numbers))}"
            count = counted(len(said), "comment", "comments")
            lines.append(f"  “{theme.title}”, {WORDS[theme.decision]}: {theme.answer} ({count} on {on})")
    return lines
