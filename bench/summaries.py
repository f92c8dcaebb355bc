"""A summary beside the bare decryption of the same pages: `python -m bench.summaries [ENTRIES] [ROUNDS]`.

Both use all cores, in turn. The bare one is `pyrage.decrypt` of each file's bytes in processes that have
started before, and hold the key and the paths; nothing is read of what comes out. The summary is all that
`kiosk summary` does after the unlocking: rows, processes, pages, figures, the kept file, the plots.

Where others use the machine, seconds waver; the processor's own seconds, of all processes together, do less.
"""

import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import click
import pyrage

from bench.made import NAME, PAGE, WRITER, Made
from bench.table import TIMES
from bench.timing import median
from kiosk import seal
from kiosk.desk.summaries.charts import text_of
from kiosk.desk.summaries.periods import period_of
from kiosk.desk.summaries.summary import summarise
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.handle import id_of
from kiosk.entry.page_file import Keys, PageHead, seal_page
from kiosk.entry.pages import keep_back, page_of
from kiosk.home import Home
from kiosk.pack.model import CardsQuestion, ChoiceQuestion, GoalQuestion, LinesQuestion, Pack, ScaleQuestion
from kiosk.settings.settings import Settings, Venue, settings_text
from kiosk.upkeep.clock import Known, write
from tests.packs import default_pack

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
START = datetime(2026, 7, 1, tzinfo=UTC)
ENTRIES, ROUNDS = 20_000, 7
AT_MOST = 1.3
WORDS = ("sun", "sea", "bread", "music", "walking", "my", "sister", "the", "garden", "with", "friends")

Spent = tuple[float, float]
"""Seconds that went by, and seconds of the processor."""


def answers(pack: Pack, chance: random.Random) -> dict[str, Answer]:
    """Return what somebody might answer; one question in eight is left open."""
    asked = [question for _, question in pack.questions() if chance.random() > 1 / 8]
    return {question.id: _answer(pack, question, chance) for question in asked}


def _answer(pack: Pack, question: object, chance: random.Random) -> Answer:
    def words(many: int) -> str:
        return " ".join(chance.choices(WORDS, k=many))

    match question:
        case ScaleQuestion():
            return chance.choice(question.points).value
        case ChoiceQuestion():
            ids = [option.id for option in question.options]
            return tuple(sorted(chance.sample(ids, 2))) if question.several else chance.choice(ids)
        case CardsQuestion():
            cards = [card.id for card in pack.decks[question.deck].cards]
            return Cards(tuple(chance.sample(cards, 7)), (words(3),))
        case LinesQuestion():
            return tuple(words(2) for _ in range(3))
        case GoalQuestion():
            return Goal(words(4), words(4), words(2), words(2))
        case _:
            return words(25)


class Sealed(Made):
    """A vault in which each page is one of its own."""

    def __init__(self, home: Path, entries: int, identity: str) -> None:
        self.identity = identity
        self.customers = [seal.new_identity() for _ in range(entries)]
        ids = [id_of(seal.recipient_of(customer)) for customer in self.customers]
        super().__init__(home, entries, b"", ids=ids)

    def paths(self) -> list[Path]:
        """Return all page files."""
        return [self.home / "vault" / id_[:2] / f"{id_}.{PAGE}.age" for id_ in self.ids]

    def _write_pages(self, page: bytes) -> None:
        super()._write_pages(page)
        pack, chance = default_pack(), random.Random(1)  # noqa: S311 - no secret is drawn
        venue = seal.recipient_of(self.identity)
        for number, (path, customer) in enumerate(zip(self.paths(), self.customers, strict=True)):
            made, reader = START + timedelta(minutes=number), seal.recipient_of(customer)
            one = page_of(pack, answers(pack, chance), name=NAME, made=made)
            head = PageHead(id=self.ids[number], counter=1, writer=WRITER)
            sealed, _ = seal_page(keep_back(one, (), reader), head, (venue, reader), Keys.of(code=customer))
            path.unlink()
            path.write_bytes(sealed)
        os.sync()


def bare(pipe: Connection, identity: str, paths: list[Path]) -> None:
    """Decrypt files each time the pipe says so, and say how many seconds of the processor that took."""
    key = [pyrage.x25519.Identity.from_str(identity)]
    while pipe.recv():
        start = time.process_time()
        for path in paths:
            with path.open("rb") as file:
                pyrage.decrypt(file.read(), key)
        pipe.send(time.process_time() - start)


@contextmanager
def bare_processes(sealed: Sealed, processes: int) -> Iterator[Callable[[], Spent]]:
    """Start the processes of the bare decryption, and yield what makes them decrypt all files once."""
    spawn, paths = get_context("spawn"), sealed.paths()
    pipes = []
    for first in range(processes):
        mine, its = spawn.Pipe()
        share = paths[first::processes]
        spawn.Process(target=bare, args=(its, sealed.identity, share), daemon=True).start()
        pipes.append(mine)

    def decrypt() -> Spent:
        start = time.perf_counter()
        for pipe in pipes:
            pipe.send(True)
        busy = sum(pipe.recv() for pipe in pipes)
        return time.perf_counter() - start, busy

    yield decrypt
    for pipe in pipes:
        pipe.send(False)


def summary_of(sealed: Sealed) -> Spent:
    """Make the summary of the quarter in which all entries are, as if for the first time."""
    home = Home(sealed.home)
    shutil.rmtree(home.summaries, ignore_errors=True)
    busy, start = _busy(), time.perf_counter()
    made = summarise(home, sealed.identity, period_of(["2026-Q3"], NOW), NOW)
    text = text_of(made.summary)
    spent = time.perf_counter() - start, _busy() - busy
    if made.unread or "about" not in text:
        raise RuntimeError("not all pages were counted")
    return spent


def _busy() -> float:
    """Return the seconds of the processor of this process, and of those it started that have ended."""
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in every)


def measure(home: Path, entries: int, rounds: int) -> str:
    """Return the medians, in one line for each of the two."""
    identity = seal.new_identity()
    venue = Venue(name="Sandhill House", key=seal.recipient_of(identity))
    (home / "kiosk.toml").write_text(settings_text(Settings(venue=venue)), encoding="utf-8")
    write(home / "clock", Known(trusted=NOW))
    sealed = Sealed(home, entries, identity)
    processes = len(os.sched_getaffinity(0))
    took: list[tuple[Spent, Spent]] = []
    with bare_processes(sealed, processes) as decrypt:
        decrypt()
        took = [(decrypt(), summary_of(sealed)) for _ in range(rounds)]
    size = sealed.paths()[0].stat().st_size
    lines = [
        f"{entries:,} pages of {size:,} bytes, {processes} processes, medians of {rounds}, bare and summary:"
    ]
    for place, what in enumerate(("seconds", "seconds of the processor")):
        first, second = (median([one[which][place] for one in took]) for which in (0, 1))
        lines.append(
            f"{what}: {first:.2f} and {second:.2f}, {second / first:.2f} {TIMES}, at most {AT_MOST:g}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, and print it."""
    entries, rounds = [*map(int, sys.argv[1:]), *(ENTRIES, ROUNDS)[len(sys.argv) - 1 :]]
    below = Path(os.environ.get("BENCH_DIR", Path(__file__).parents[1] / "build"))
    below.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="bench-", dir=below))
    try:
        click.echo(measure(home, entries, rounds))
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
