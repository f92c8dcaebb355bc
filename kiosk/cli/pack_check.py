"""The command that checks a pack."""

from pathlib import Path

import click

from kiosk.cli.common import examples, say, stop_at
from kiosk.cli.pack_file import log_of, own_words, pack_argument


@click.command(epilog=examples("kiosk pack check data/packs/strengths.toml"))
@pack_argument
def check(file: Path) -> None:
    """Check a pack: report every mistake, and what could be said in plainer words.

    PACK is a file, or the id of a pack: of its draft, or as in my_pack@2 of a version. Only mistakes keep a
    pack from being used. A list of words of your own goes into words.toml beside the pack, in the form of
    data/words.toml.
    """
    from kiosk.pack.advice import advise, plain_words
    from kiosk.pack.change_log import read_log
    from kiosk.pack.load import check_pack, load_pack
    from kiosk.text import counted

    stop_at(check_pack(file))
    loaded = load_pack(file)
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
