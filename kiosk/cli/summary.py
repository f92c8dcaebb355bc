"""The command that tells what many entries say together."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, mark_done, print_as, progress_bar, target_at
from kiosk.cli.prompts import PATH, Who, desk_options, require_desk, unlock

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.desk.summaries.periods import Period
    from kiosk.desk.summaries.summary import Made
    from kiosk.desk.summaries.venues import VenueFigures
    from kiosk.home import Home


def _periods(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """Return the quarters of two years that are over, and both years, for a shell to complete."""
    from kiosk.counts.quarters import Quarter, quarter_of

    current = quarter_of(dates.now())
    years = (current.year, current.year - 1)
    quarters = [Quarter(year, number) for year in years for number in (4, 3, 2, 1)]
    offered = [*(f"{one}" for one in quarters if one < current), *map(str, years)]
    return [one for one in offered if one.startswith(begun.upper())]


@click.command(
    epilog=examples(
        "kiosk summary 2026-Q3",
        "kiosk summary 2026 --pdf /media/usb/statistics-2026.pdf",
        'kiosk summary 2026-Q2 2026-Q3 --csv /media/usb/both.csv --staff "Jo Smith"',
        "kiosk summary 2026-Q3 --figures /media/usb/oak-house.json",
        "kiosk summary 2026-Q3 --with oak-house.json --with mill-street.json",
        "kiosk summary 2026-Q3 --places",
    )
)
@click.argument("periods", metavar="PERIOD...", nargs=-1, required=True, shell_complete=_periods)
@click.option("--csv", type=PATH, metavar="FILE", help="Write the counts to a new CSV file.")
@click.option("--pdf", type=PATH, metavar="FILE", help="Write the charts to a new PDF.")
@click.option(
    "--figures", type=PATH, metavar="FILE", help="Write this venue's figures file, for another venue to add."
)
@click.option(
    "--with",
    "others",
    type=PATH,
    multiple=True,
    metavar="FILE",
    help="Add another venue's figures file. Can be repeated.",
)
@click.option("--places", is_flag=True, help="Add the statistics that other places have sent.")
@click.option("--venue", default="", metavar="NAME", help="At a central desk, show this venue alone.")
@json_option
@desk_options
def summary(
    periods: tuple[str, ...],
    csv: Path | None,
    pdf: Path | None,
    figures: Path | None,
    others: tuple[Path, ...],
    places: bool,
    venue: str,
    as_json: bool,
    by: Who,
) -> None:
    """Show statistics across entries.

    PERIOD is a quarter that is over, such as 2026-Q3, or a year. Several periods are added up. Statistics
    show how many entries there are, how each scale was answered, which strengths were chosen most, how many
    customers who came back are higher or lower now, which questions were left open, and how visits went.

    Counts under 10 are hidden, and others are rounded to 5. Each quarter is counted once and keeps its
    figures, so that nothing can be learned by subtracting. Parts that customers kept back are not counted,
    and free-text answers are not included. A venue with few entries can count whole years instead of
    quarters, and scales in three bands: see [summaries] in kiosk.toml.

    To combine several venues, each of the others writes a figures file with --figures. You add these files
    with --with. A central desk adds the venues whose keys it holds by itself. What the desks of other
    places have counted comes with 'kiosk receive', and --places adds it.

    Files can be written to a removable disk, or to a folder that kiosk.toml allows.
    """
    home = home_here()
    require_desk(home)
    from kiosk.desk.exports.files import write
    from kiosk.desk.summaries import charts, venues
    from kiosk.desk.summaries.summary import summary_of

    moment = dates.now()
    period = _period(periods, moment)
    read = [venues.from_file(file) for file in others]
    asked = {"csv": (csv, ".csv"), "pdf": (pdf, ".pdf"), "figures": (figures, ".json")}
    files = {form: target_at(home, file, ending) for form, (file, ending) in asked.items() if file}
    made, came = _made(home, by, period, moment, ", ".join([period.title, *files]), places=places)
    counted = made.venues(venue)
    for one in came:
        if missing := one.missing(period.quarters):
            click.echo(f"{one.venue} has not sent {', '.join(missing)}, so it is not added.", err=True)
        else:
            read.append(one)
    shown = summary_of(period, [*counted, *read]) if read or venue else made.summary
    make = {
        "csv": lambda: charts.csv_of(shown),
        "pdf": lambda: charts.pdf_of(shown, moment),
        "figures": lambda: venues.to_bytes(counted[0]),
    }
    for form, target in files.items():
        click.echo(write(target, make[form]()), err=True)
        mark_done()
    print_as(charts.value_of(shown), charts.text_of(shown), as_json=as_json)
    if made.unread:
        click.echo(f"Pages that could not be opened, and are not counted: {made.unread}.", err=True)


COMMANDS = (summary,)


def _period(texts: tuple[str, ...], moment: "datetime") -> "Period":
    from kiosk.desk.summaries.periods import period_of

    try:
        return period_of(texts, moment)
    except ValueError as error:
        raise click.BadParameter(f"{error}. Write 2026-Q3, or 2026.", param_hint="PERIOD") from error


def _made(
    home: "Home", by: Who, period: "Period", moment: "datetime", what: str, *, places: bool
) -> "tuple[Made, tuple[VenueFigures, ...]]":
    """Unlock, note it, and make the summary; with `places` there is what these have sent, too."""
    from kiosk.desk.keys.held import opening
    from kiosk.desk.summaries import sent_figures
    from kiosk.desk.summaries.summary import summarise

    desk = unlock(home, by)
    with progress_bar("Counting entries") as progress:
        desk.note("made statistics", detail=what)
        made = summarise(home, desk.identity, period, moment, held=desk.held, progress=progress)
    return made, sent_figures.came(home, opening(desk.identity, desk.held)) if places else ()
