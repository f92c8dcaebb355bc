"""What staff read of what is sent, waiting and taken in, at the desk and from commands."""

from collections.abc import Iterator, Sequence
from itertools import chain

from kiosk.dates import on_day
from kiosk.places.receive import Incoming, ReceivedReport, Waiting
from kiosk.places.send import SentReport
from kiosk.places.ways import Way
from kiosk.text import counted

TAKE_OUT = "You may take the stick out now."


def sent(way: Way, report: SentReport) -> Iterator[str]:
    """Yield what was sent, once it was read back, and what others have confirmed."""
    yield from report.refused
    for name, count in report.confirmed.items():
        yield f"{name} has confirmed {counted(count, 'sending', 'sendings')}."
    if report.numbers:
        status = f"the status of {counted(report.said, 'entry', 'entries')}" if report.said else ""
        held = filter(
            None,
            [
                _some(report.pieces, "file"),
                _some(report.erased, "deletion"),
                status,
                _statistics(report.figures),
            ],
        )
        to = ", ".join(report.receivers)
        yield f"Sent by {way.name}, to {to}: {', '.join(held)}. It was read back without errors."
    else:
        yield f"There is nothing new to send by {way.name}."
    if way.kind == "stick":
        yield TAKE_OUT


def waiting(found: Waiting) -> Iterator[str]:
    """Yield what others have sent, from where, how much, and what of it cannot be taken in."""
    places = dict[str, list[Incoming]]()
    for one in found.incoming:
        places.setdefault(one.card.place, []).append(one)
    for every in places.values():
        yield f"From {every[0].card.title}, {_made(every)}: {_held(every)}."
    for place in found.strangers:
        yield (
            f"Something is there from the place {place}, which is not known here, or was revoked. It is not "
            "taken in. 'kiosk place introduce' introduces a place by its card."
        )
    for name in dict.fromkeys(found.coming):
        yield f"Something from {name} is on its way, and not whole yet."
    yield from found.refused


def received(way: Way, report: ReceivedReport) -> Iterator[str]:
    """Yield what was taken in, what was not and why, and what to do about it."""
    taken = report.taken
    yield f"Taken in from {way.name}: {_some(taken.added, 'new file') or 'no new files'}."
    if taken.mended:
        yield f"{counted(taken.mended, 'damaged page was', 'damaged pages were')} put right."
    if report.erased:
        yield f"{counted(report.erased, 'entry was', 'entries were')} deleted elsewhere, and here now."
    for name, count in report.held.items():
        yield (
            f"{name} deleted {counted(count, 'entry', 'entries')} because of their age. They are not old by "
            "this machine's clock, so they stay here until they are. Check the clocks of both machines."
        )
    for name in dict.fromkeys(report.wrong_clocks):
        yield f"The clock of {name} seems to be wrong. What came is dated by this machine's clock."
    for name, (missing, of) in report.missing.items():
        if way.kind == "stick":
            yield f"{missing} of {of} files from {name} are not whole on {way.name}. Run 'kiosk send' there."
        else:
            yield f"{missing} of {of} files from {name} have not come yet. Take it in again later."
    for name, number in report.gaps.items():
        yield (
            f"Number {number} from {name} has not come. If it does not, run 'kiosk send --everything' there."
        )
    if report.dropped:
        yield (
            f"{counted(report.dropped, 'page is', 'pages are')} left out: the entry was deleted here because "
            "of its age, or has a new code."
        )
    for name, count in report.too_many.items():
        yield (
            f"{name}, which has no desk, deleted {counted(count, 'entry', 'entries')}, which is many in a "
            f"week. They stay here for now. If that is right, run 'kiosk receive{_by(way)} "
            "--deletions-are-right'. If the machine was stolen, run 'kiosk place revoke'."
        )
    for name, quarters in report.figures.items():
        yield (
            f"Statistics came from {name}: {', '.join(sorted({*quarters}))}. 'kiosk summary PERIOD --places' "
            "at the desk adds them."
        )
    if taken.refused:
        yield f"{counted(taken.refused, 'file is', 'files are')} not what a kiosk makes, and left out."
    if report.unconfirmed:
        yield f"{report.unconfirmed} What was taken in is safe, but the other place does not know yet."
    elif way.kind == "stick" and not report.too_many:
        yield f"{TAKE_OUT} Bring it back, so that they know that it has come."


def _made(every: Sequence[Incoming]) -> str:
    """Return when consignments were made, by the clock of who sent them."""
    first, last = (on_day(which(one.made for one in every)) for which in (min, max))
    return f"made on {first}" if first == last else f"made from {first} to {last}"


def _held(every: Sequence[Incoming]) -> str:
    """Return how much consignments bring."""
    files = {*chain(*(one.pieces for one in every))}
    entries = {name[:32] for name in files}
    erased, marks = {*chain(*(one.tombstones for one in every))}, {*chain(*(one.marks for one in every))}
    held = (
        f"{_some(len(files), 'file')} of {counted(len(entries), 'entry', 'entries')}" if files else "",
        _some(len(erased), "deletion"),
        f"the status of {counted(len(marks), 'entry', 'entries')}" if marks else "",
        _statistics(len({*chain(*(one.figures for one in every))})),
    )
    return ", ".join(filter(None, held)) or "nothing new"


def _statistics(count: int) -> str:
    return f"statistics of {counted(count, 'period', 'periods')}" if count else ""


def _by(way: Way) -> str:
    return f" --stick {way.name}" if way.kind == "stick" else ""


def _some(count: int, what: str) -> str:
    """Return how many there are; nothing for none."""
    return counted(count, what, f"{what}s") if count else ""
