"""One line of the table for each figure, beside its limit."""

from collections.abc import Iterable

import msgspec

TIMES = "\N{MULTIPLICATION SIGN}"
_HEAD = ("What", "Entries", "Figure", "As a ratio", "Limit", "Reached")


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement."""

    what: str
    entries: int
    value: str
    """With its unit."""
    ratio: float | None = None
    to: str = ""
    """What the ratio is to."""
    limit: str = ""
    """In the words of the ratio or of the value; empty where none is set."""
    reached: bool | None = None
    """None where there is no limit."""


def times(ratio: float) -> str:
    """Return a limit that is a ratio."""
    return f"{ratio:g} {TIMES}"


def ms(seconds: float) -> str:
    """Return a time in milliseconds."""
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds * 1e3:,.0f} ms"


def beside(
    what: str, entries: int, seconds: float, other: float, to: str, *, most: float | None = None
) -> Figure:
    """Return a time beside another one. `most` is how many times that it may be; None for no limit."""
    ratio = seconds / other
    return Figure(
        what=what,
        entries=entries,
        value=ms(seconds),
        ratio=ratio,
        to=to,
        limit=times(most) if most else "",
        reached=ratio <= most if most else None,
    )


def markdown(figures: Iterable[Figure]) -> str:
    """Return the table, its columns aligned."""
    rows = [_HEAD, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    right = (False, True, True, True, False, False)

    def line(cells: tuple[str, ...]) -> str:
        padded = (
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(cells, widths, right, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = tuple(
        "-" * (width - 1) + ":" if is_right else "-" * width
        for width, is_right in zip(widths, right, strict=True)
    )
    return "\n".join([line(rows[0]), line(rule), *map(line, rows[1:])]) + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{_number(figure.ratio)} {TIMES} {figure.to}"
    reached = {True: "yes", False: "**no**", None: ""}[figure.reached]
    return (figure.what, f"{figure.entries:,}", figure.value, ratio, figure.limit, reached)


def _number(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"
