"""Advice on the words of a pack, from the lists of words that are shipped and a group's own."""

from dataclasses import dataclass
from pathlib import Path

from kiosk.content import content
from kiosk.errors import PackError
from kiosk.pack.change_log import ChangeLog, question_hashes
from kiosk.pack.load import Source, by_line, load_pack
from kiosk.pack.model import Pack
from kiosk.pack.plain_words import (
    PlainWords,
    WordList,
    grade,
    is_english,
    own_texts,
    pack_remarks,
    word_mistakes,
)


@dataclass(frozen=True)
class Advice:
    """What could be plainer in a pack and its decks."""

    remarks: list[PackError]
    """In the order of the files' lines; what is expected of a mistake is what is advised here."""
    grade: float | None
    """The reading grade of the whole pack; None where it is not in English, or has no sentence."""


def advise(file: Path, rules: PlainWords, log: ChangeLog | None = None) -> Advice:
    """Return advice on a pack that loads, but none on the questions that its change log keeps as they are.

    Raises PackError for a pack that does not load.
    """
    folder = file.parent / "decks"
    pack = load_pack(file)
    kept = _kept(log, pack) if log else set[str]()
    remarks = list[PackError]()
    for each in (file, *(folder / f"{name}.toml" for name in pack.decks)):
        source = Source(each)
        for remark in pack_remarks(source.tree, rules, kept, english=is_english(pack.language)):
            source.blame(remark)
        remarks += sorted(source.mistakes, key=by_line)
    try:
        texts = (text for _, text in own_texts(Source(file).tree))
        return Advice(remarks, grade(texts) if is_english(pack.language) else None)
    except ValueError:
        return Advice(remarks, None)


def _kept(log: ChangeLog, pack: Pack) -> set[str]:
    """Return the ids of the questions that a group decided to keep as they are, and that still are so."""
    last = {one.question: one for one in log.changes}
    return {
        id_
        for id_, hash_ in question_hashes(pack).items()
        if id_ in last and (last[id_].decision, last[id_].hash) == ("kept", hash_)
    }


def load_words(file: Path) -> WordList:
    """Read a list of words. Raises PackError for the first mistake."""
    source = Source(file)
    for mistake in word_mistakes(source.tree):
        source.blame(mistake)
    listed = source.as_a(WordList)
    if listed is None or source.mistakes:
        raise min(source.mistakes, key=by_line)
    return listed


def plain_words(own: Path | None = None) -> PlainWords:
    """Return the rules that are shipped, and those of a group's `own` list. Raises PackError."""
    lists = [load_words(content() / "words.toml")]
    return PlainWords(*lists, *([load_words(own)] if own else ()))
