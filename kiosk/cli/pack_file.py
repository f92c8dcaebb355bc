"""Which pack a command is about."""

from pathlib import Path
from typing import Any

import click

from kiosk.cli.common import home_named


def pack_argument(command: Any) -> Any:
    """Add the argument that names a pack: a file, or the id of a pack that is here."""
    return click.argument("file", metavar="PACK", callback=_file_of)(command)


def own_words(file: Path) -> Path | None:
    """Return the list of words of whoever wrote a pack: beside it, else with the venue's; None for none."""
    for words in (file.with_name("words.toml"), home_named().root / "packs" / "words.toml"):
        if words.is_file():
            return words
    return None


def _file_of(_context: click.Context, _option: click.Parameter, given: str) -> Path:
    """Return the file of a pack. Raises BadParameter for a name of neither a file nor a pack."""
    from kiosk.content import content

    if "/" in given or Path(given).exists():
        return Path(given)
    packs = {file.stem: file for file in sorted((content() / "packs").glob("*.toml"))}
    if given not in packs:
        raise click.BadParameter(
            f"There is no file and no pack of this name. The packs here: {', '.join(packs)}."
        )
    return packs[given]
