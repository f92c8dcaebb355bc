"""The command that lists the packs."""

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from kiosk.cli.common import examples, home_here, say
from kiosk.text import counted

if TYPE_CHECKING:
    from kiosk.pack.library import Library


@click.command("list", epilog=examples("kiosk pack list"))
def list_packs() -> None:
    """List the packs, with the state of each version, which ones customers get, and in which languages."""
    from kiosk.errors import PackError
    from kiosk.pack.pack_files import DRAFT
    from kiosk.settings.settings import library_of

    library = library_of(home_here())
    got = {(pack.id, pack.version) for pack in library.offered()}
    for pack_id in library.ids():
        try:
            versions = library.states(pack_id).versions
        except PackError as error:
            say(f"{pack_id:<20}  {error}")
            continue
        for one in versions:
            mark = "customers get it" if (pack_id, one.number) in got else ""
            say(f"{pack_id:<20}  version {one.number:<4}  {one.state:<8}  {mark}".rstrip())
            _say_languages(library, f"{pack_id}@{one.number}")
        if library.draft(pack_id).is_file():
            say(f"{pack_id:<20}  {_draft(library, pack_id)}")
            _say_languages(library, f"{pack_id}@{DRAFT}")
    for problem in library.problems():
        which = f"version {problem.version} of {problem.id}" if problem.version else problem.id
        say(f"Customers cannot use {which}. {problem.why}.", err=True)


def _say_languages(library: "Library", name: str) -> None:
    """Say how each translation of a version stands, or of a draft; what does not read was told."""
    from kiosk.errors import PackError
    from kiosk.pack.pack_files import translation_of

    with suppress(PackError):
        pack, files = library.named(name), library.files(name)
        for tag in pack.languages:
            from kiosk.pack.translation import standing

            say(f"{'':<20}  {standing(pack, tag, files[translation_of(pack.id, tag)])}")


def _draft(library: "Library", pack_id: str) -> str:
    """Return the state of a draft in words."""
    from kiosk.errors import PackError
    from kiosk.pack.change_log import read_log
    from kiosk.pack.pack_files import DRAFT, LOG, hash_of
    from kiosk.upkeep.translations import as_published

    try:
        draft = library.load_draft(pack_id)
        files = as_published(library, pack_id, library.files(f"{pack_id}@{DRAFT}"))
        log = read_log(library.draft(pack_id).parent.with_name(LOG))
    except PackError as error:
        return f"draft: {error}"
    published = library.states(pack_id).of(draft.version)
    if published and published.hash == hash_of(files):
        return f"draft, the same as version {draft.version}"
    read = log.reviews_of(draft)
    if not read:
        before = any(one.version == draft.version for one in log.reviews)
        return f"version {draft.version:<4}  draft{'     changed after its review' if before else ''}"
    customers = counted(sum(one.customers for one in read), "customer", "customers")
    people = f"{customers}, {sum(one.staff for one in read)} staff"
    return f"version {draft.version:<4}  review    {people}"
