"""Saving: at every size against the raw limit and the rivals, and while the log is written anew."""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from bench.made import NAME, Made, draw
from bench.rivals import Prepare, Raw, Sqlite, Tiny, saving
from bench.table import Figure, beside
from bench.timing import interleaved, median, quantile, timed

ROUNDS = 24
TINY_ROUNDS = 4
TINY_MOST = 10_000
QUIET = 1_000
"""Saves before the log is written anew, and as many after it."""
BETTER_SECONDS = 120.0
"""One that takes longer than this has stopped for good."""
AT_MOST_RAW = 1.5
AT_MOST_SMALL = 1.2
SMALL = 1_000
AT_MOST_MEDIAN = 5.0
RAW, VAULT, WAL, DELETE = "raw limit", "vault", "SQLite, WAL, FULL", "SQLite, DELETE, FULL"


def at_every_size(many: list[Made], page: bytes) -> Iterator[Figure]:
    """Yield the figures of saving, all sizes and all rivals in turn."""
    with ExitStack() as stack:
        contenders: dict[tuple[int, str], Prepare] = {}
        for made in many:
            vault = stack.enter_context(made.open())
            raw = stack.enter_context(closing(Raw(made, page)))
            wal = stack.enter_context(closing(Sqlite(made, page, "wal")))
            delete = stack.enter_context(closing(Sqlite(made, page, "delete")))
            contenders |= {
                (made.entries, RAW): saving(raw.save, draw),
                (made.entries, VAULT): saving(lambda id_, vault=vault: vault.save(id_, NAME, page), draw),  # type: ignore[misc]
                (made.entries, WAL): saving(wal.save, draw),
                (made.entries, DELETE): saving(delete.save, draw),
            }
        took = {one: median(seconds) for one, seconds in interleaved(contenders, rounds=ROUNDS).items()}
    for made in many:
        yield from _of_size(made.entries, took)
        yield from _tiny(made, page, took[made.entries, RAW])
    if many[-1].entries > SMALL:
        yield _against_small(many[-1].entries, took)


def _of_size(entries: int, took: dict[tuple[int, str], float]) -> Iterator[Figure]:
    raw = took[entries, RAW]
    yield beside("Save: raw limit", entries, raw, raw, "raw limit")
    yield beside("Save: this vault", entries, took[entries, VAULT], raw, "raw limit", most=AT_MOST_RAW)
    for rival in (WAL, DELETE):
        seconds = took[entries, rival]
        yield beside(f"Save: {rival}", entries, seconds, raw, "raw limit")


def _tiny(made: Made, page: bytes, raw: float) -> Iterator[Figure]:
    if made.entries > TINY_MOST:
        return
    with closing(Tiny(made, page)) as tiny:
        prepare = saving(tiny.save, draw)
        seconds = median(interleaved({"": prepare}, rounds=TINY_ROUNDS, block=1)[""])
    what = "Save: TinyDB JSONStorage (not flushed)"
    yield beside(what, made.entries, seconds, raw, "raw limit")
    yield from _better(made, len(page), raw)


def _better(made: Made, size: int, raw: float) -> Iterator[Figure]:
    apart = Path(sys.prefix) / "bench"
    if not (apart / "installed").exists():
        return
    python = apart / "bin" / "python"
    script = Path(__file__).with_name("better.py")
    command = [str(python), str(script), str(made.home), str(made.entries), str(size)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=BETTER_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"BetterJSONStorage fails at {made.entries} entries and is left out: {error}\n")
        return
    returned, written = map(float, done.stdout.split())
    for what, seconds in (("until it returns", returned), ("until the file is written", written)):
        yield beside(
            f"Save: BetterJSONStorage, {what} (not flushed)", made.entries, seconds, raw, "raw limit"
        )


def _against_small(entries: int, took: dict[tuple[int, str], float]) -> Figure:
    what, small = "Save: this vault, large against small", took[SMALL, VAULT]
    return beside(what, entries, took[entries, VAULT], small, "its own at 1,000", most=AT_MOST_SMALL)


def while_compacting(made: Made, page: bytes) -> Iterator[Figure]:
    """Yield how slow a save may be, with another process reading the log and writing it anew meanwhile."""
    vault_took: list[float] = []
    raw_took: list[float] = []
    with made.open() as vault, closing(Raw(made, page)) as raw:

        def both() -> None:
            one, other = draw(), draw()
            vault_took.append(timed(lambda: vault.save(one, NAME, page)))
            raw_took.append(timed(lambda: raw.save(other)))

        for _ in range(QUIET):
            both()
        quiet = statistics.median(vault_took)
        command = [sys.executable, "-m", "bench.child", "compact", str(made.home)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            while child.poll() is None:
                both()
            read, wrote = map(float, child.communicate()[0].split())
        during = quantile(vault_took[QUIET:], 0.99)
        for _ in range(QUIET):
            both()
    slow, usual = quantile(vault_took, 0.99), median(vault_took)
    what = "Save, 99th percentile, a compaction included"
    yield beside(what, made.entries, slow, usual, "its median", most=AT_MOST_MEDIAN)
    slow_raw, usual_raw = quantile(raw_took, 0.99), median(raw_took)
    yield beside("… the raw limit's, in the same minute", made.entries, slow_raw, usual_raw, "its median")
    yield beside(
        "… of the saves during the compaction alone", made.entries, during, quiet, "the quiet median"
    )
    yield beside("Compaction, rows read before", made.entries, wrote, read, "reading them")
