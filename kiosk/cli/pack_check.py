"""The command that checks a pack."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.common import examples, say, stop_at
from kiosk.cli.pack_file import log_of, own_words, pack_argument

if TYPE_CHECKING:
    from kiosk.errors import PackError
    from kiosk.pack.model import Pack


@click.command(
    epilog=examples("kiosk pack check data/packs/strengths.toml", "kiosk pack check ours --language pl")
)
@pack_argument
@click.option(
    "--language",
    "tag",
    metavar="LANG",
    help="Check one translation alone, and end as failed if it is not complete.",
)
def check(file: Path, tag: str | None) -> None:
    """Check a pack: report every mistake, what could be said in plainer words, and its translations.

    PACK is a file, or the id of a pack: of its draft, or as in my_pack@2 of a version. Only mistakes keep a
    pack from being used: a translation that is not complete is left out. A list of words of your own goes
    into words.toml beside the pack, in the form of data/words.toml.
    """
    from kiosk.pack.advice import advise, plain_words
    from kiosk.pack.change_log import read_log
    from kiosk.pack.load import check_pack, load_pack
    from kiosk.text import counted

    stop_at(check_pack(file))
    loaded = load_pack(file)
    if tag:
        _check_one(file, loaded, tag)
        return
    questions = counted(len([*loaded.questions()]), "question", "questions")
    sections = counted(len(loaded.sections), "section", "sections")
    log = log_of(file)
    advice = advise(file, plain_words(own_words(file)), read_log(log) if log else None)
    for remark in advice.remarks:
        say(" ".join(str(remark).split()))
    say(f"{file} is correct: {questions} in {sections}.")
    if advice.remarks:
        count = counted(len(advice.remarks), "place", "places")
        say(f"{count} could be plainer. This does not stop the pack from being used.")
        say("To keep words, add them to words.toml under [[kept]] with the reason, or to the change log.")
    if advice.grade is not None:
        say(f"Reading grade of the whole pack: {advice.grade:.1f} (Flesch-Kincaid, lower is easier).")
        say(
            "Compare it between versions. It says little about one question: read it aloud with three people."
        )
    files = _translations(file, loaded)
    for found in _mistakes(file, loaded, files).values():
        for mistake in found:
            say(_line(mistake))
    for path, data in files.items():
        say(_summary(loaded, path, data))


def _check_one(file: Path, pack: "Pack", given: str) -> None:
    """Check a translation, and end the command as failed where it is not complete."""
    from kiosk.errors import PackError
    from kiosk.pack.pack_files import translation_of
    from kiosk.pack.po_file import english_name, tag_of

    tag = tag_of(given)
    path, files = translation_of(pack.id, tag), _translations(file, pack)
    if path not in files:
        make = f"'kiosk pack translate {pack.id} {tag}' makes one"
        stop_at(
            [
                PackError(
                    file.parent / path, None, "", f"expected a translation into {english_name(tag)}; {make}"
                )
            ]
        )
    found = _mistakes(file, pack, {path: files[path]})[path]
    if found:
        for mistake in found:
            say(_line(mistake), err=True)
    say(_summary(pack, path, files[path]), err=bool(found))
    if found:
        sys.exit(1)


def _translations(file: Path, pack: "Pack") -> dict[str, bytes]:
    """Return the files of a pack's translations, by their path beside its own."""
    from kiosk import untrusted
    from kiosk.pack.pack_files import LANGUAGES, LARGEST

    found = sorted((file.parent / LANGUAGES).glob(f"{pack.id}.*.po"))
    return {f"{LANGUAGES}/{one.name}": untrusted.read(one, LARGEST, links=True) for one in found}


def _mistakes(file: Path, pack: "Pack", files: dict[str, bytes]) -> "dict[str, list[PackError]]":
    from kiosk.upkeep.translations import mistakes_of

    return mistakes_of(pack, files, file.parent)


def _summary(pack: "Pack", path: str, data: bytes) -> str:
    """Return a line on a translation: whether it is complete, and who has read it."""
    from kiosk.pack.po_remarks import reader_of
    from kiosk.pack.translation import lacks

    tag = path.split(".")[-2]
    missing = lacks(pack, tag, data)
    return f"{tag}: {f'not complete ({missing})' if missing else 'complete'}, {reader_of(data)}"


def _line(mistake: "PackError") -> str:
    return " ".join(str(mistake).split())
