"""`python -m bench`: measure, print the table, and keep it in docs/bench.md where all sizes were measured."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from bench.carrying import carrying
from bench.made import Made, sealed_page
from bench.painting import painting
from bench.reading import looking, opening
from bench.saving import at_every_size, while_compacting
from bench.storing import storing
from bench.table import Figure, markdown
from bench.visiting import first_saves, welcome
from kiosk import practice
from kiosk.home import Home

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
ROOT = Path(__file__).parents[1]
MARK = "<!-- the table: `make bench` writes what follows -->\n"


def measure(folder: Path, most: int) -> Iterator[Figure]:
    """Yield all figures, with vaults made below a folder."""
    page = sealed_page()
    none = _set_up(folder / "none")
    many = [Made(_set_up(folder / str(size)), size, page) for size in SIZES if size <= most]
    yield from at_every_size(many, page)
    yield from opening(many, none)
    yield from looking(many, page)
    yield from first_saves(none, many[-1], len(page))
    yield from welcome(none, many[-1])
    yield from while_compacting(many[-1], page)
    yield from carrying(folder, most, page)
    yield from painting(none)
    yield from storing(folder, Path(sys.prefix) / "bench" / "bin" / "python")


def main() -> None:
    """Measure up to `$BENCH_MOST` entries, on the disk of `$BENCH_DIR` or of this checkout."""
    most = int(os.environ.get("BENCH_MOST", SIZES[-1]))
    below = Path(os.environ.get("BENCH_DIR", ROOT / "build"))
    below.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=below))
    figures = []
    try:
        for figure in measure(folder, most):
            figures.append(figure)
            sys.stderr.write(f"{figure.what} ({figure.entries:,}): {figure.value}\n")
    finally:
        shutil.rmtree(folder)
    table = markdown(figures)
    click.echo(table)
    if most >= SIZES[-1]:
        docs = ROOT / "docs" / "bench.md"
        docs.write_text(docs.read_text().partition(MARK)[0] + MARK + "\n" + table)


def _set_up(root: Path) -> Path:
    """Set a home up as a kiosk's, and return it."""
    root.mkdir()
    practice.people(Home(root))
    return root


if __name__ == "__main__":
    main()
