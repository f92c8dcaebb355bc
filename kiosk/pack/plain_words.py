"""Plain words for those who have little English: advice on each sentence of a pack. Nothing is refused.

The words are data: those that are shipped, `data/words.toml`, and a group's own beside its packs.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from kiosk.pack.model import Value
from kiosk.pack.reading import reading_grade, sentences, straight, words
from kiosk.pack.rules import find, prose
from kiosk.pack.schema import Mistake
from kiosk.pack.source_lines import ValuePath
from kiosk.text import compared, is_blank

_CONTRACTION = re.compile(
    r"\b(?:\w+(?:n't|'re|'ll|'ve|'d|'m)|(?:it|that|there|what|who|where|when|how|he|she|let|here)'s)\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\b[A-Z]{2,}\b|\b(?:e\.g|i\.e|etc|approx|asap|info|vs)\b")
_CLAUSE = re.compile(r"[,;:]|\b(?:and|or|but|if|because|when|so)\b", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|no|never|nobody|nothing|none|nowhere|neither|without|cannot|hardly|\w+n't"
    r"|un(?!der|til|ion|ite|ity|its|ifor|ique|ivers|cle)\w{3,}|im(?=possible)\w+|dis(?:agree|like|satisf)\w*)\b",
    re.IGNORECASE,
)
_TWO_QUESTIONS = re.compile(
    r"\b(?:and|or) (?:what|who|whom|whose|how|why|when|where|which|do|does|did|are|is|was|can|could|would"
    r"|will)\b",
    re.IGNORECASE,
)
_TWO_THINGS = re.compile(r" and ", re.IGNORECASE)
_ASKED = ("ask", "want", "first_step", "who", "when")


class Kept(Value, frozen=True, kw_only=True):
    """Words, or a whole sentence, that a group keeps as they are."""

    words: str
    reason: str


class English(Value, frozen=True, kw_only=True):
    """What only those take as it is meant who speak English well."""

    idioms: tuple[str, ...] = ()
    phrasal_verbs: tuple[str, ...] = ()
    """A verb and its particle each: `find out`."""
    forms: dict[str, tuple[str, ...]] = {}
    """A verb, and its forms that are not made by -s, -ed, -ing or a doubled last letter."""


class WordList(Value, frozen=True, kw_only=True):
    """A `words.toml`."""

    version: int
    longest: int = 0
    """Words in a sentence; 0 where the list does not say."""
    instead: dict[str, str] = {}
    """Words, and what to say instead of them; empty for words that may be said."""
    kept: tuple[Kept, ...] = ()
    english: English = English()


class Remark(NamedTuple):
    """What could be plainer in a sentence."""

    kind: str
    """`length`, `contraction`, `initials`, `words`, `idiom`, `verb`, `negation` or `question`."""
    words: str
    """The words it is about; for a length, and two questions in one, all of them."""
    advice: str


class PlainWords:
    """The rules of some lists of words, a later one counting before an earlier one."""

    def __init__(self, *lists: WordList) -> None:
        self._longest = next((each.longest for each in reversed(lists) if each.longest), 20)
        instead = {straight(old).casefold(): new for each in lists for old, new in each.instead.items()}
        self._instead = {_pattern(old): (old, new) for old, new in instead.items() if new}
        self._idioms = {_pattern(each) for one in lists for each in one.english.idioms}
        forms = {verb: forms for one in lists for verb, forms in one.english.forms.items()}
        verbs = dict.fromkeys(verb for one in lists for verb in one.english.phrasal_verbs)
        self._verbs = {verb: _any_form(verb, forms) for verb in verbs}
        self._kept = {_told(kept.words) for one in lists for kept in one.kept}

    def remarks(self, sentence: str, *, english: bool = True) -> list[Remark]:
        """Return what could be plainer in one sentence; an empty list where nothing could, or it is kept."""
        found = list(self._found(straight(sentence), english=english))
        return (
            []
            if _told(sentence) in self._kept
            else [one for one in found if _told(one.words) not in self._kept]
        )

    def asked(self, question: str, *, scale: bool) -> list[Remark]:
        """Return the same of a question that may be two, the more so where a `scale` takes one answer."""
        text = straight(question)
        two = text.count("?") > 1 or _TWO_QUESTIONS.search(text) or (scale and _TWO_THINGS.search(text))
        if not two or _told(question) in self._kept:
            return []
        return [Remark("question", question, "two questions in one; ask one of them, or each by itself")]

    def _found(self, text: str, *, english: bool) -> Iterator[Remark]:
        count = len(words(text))
        if count > self._longest:
            yield Remark("length", text, f"{count} words; at most {self._longest} are easy to read")
        said = [both for old, both in self._instead.items() if old.search(text)]
        for old_words, new in said:
            if not any(old_words in longer and old_words != longer for longer, _ in said):
                yield Remark("words", old_words, f'instead of "{old_words}": {new}')
        if not english:
            return
        for match in _CONTRACTION.finditer(text):
            yield Remark("contraction", match[0], f'write "{match[0]}" in full')
        for match in _INITIALS.finditer(text):
            yield Remark("initials", match[0], f'write "{match[0]}" in full')
        for idiom in self._idioms:
            if match_ := idiom.search(text):
                yield Remark(
                    "idiom", match_[0], f'"{match_[0]}" may be taken word by word; say what is meant'
                )
        for verb, forms in self._verbs.items():
            if forms.search(text):
                yield Remark("verb", verb, f'"{verb}" is hard with little English; use one plain verb')
        for clause in _CLAUSE.split(text):
            negations = _NEGATION.findall(clause)
            if len(negations) > 1:
                twice = " … ".join(negations)
                yield Remark("negation", twice, f'"{twice}" says no twice; say what is so')


def word_mistakes(tree: dict[str, object]) -> Iterator[Mistake]:
    """Yield what is wrong with a list of words beyond its shape."""
    if tree.get("version", 1) != 1:
        yield Mistake(("version",), "expected 1")
    for place, _ in find(tree, "instead.*"):
        if is_blank(str(place[-1])):
            yield Mistake(place, "expected some words; this text is empty")
    for place, reason in find(tree, "kept.*.reason"):
        if isinstance(reason, str) and is_blank(reason):
            yield Mistake(place, "expected a reason: why these words are kept")
    for place, verb in find(tree, "english.phrasal_verbs.*"):
        if isinstance(verb, str) and len(verb.split(" ")) != 2:
            yield Mistake(place, "expected a verb and one more word, such as find out")


def pack_remarks(
    tree: dict[str, object], rules: PlainWords, kept: Collection[str], *, english: bool
) -> Iterator[Mistake]:
    """Yield what could be plainer in a pack or a deck, as tomllib gives it; `kept` are ids of questions."""
    questions = [*find(tree, "sections.*.questions.*"), *find(tree, "closing.feedback")]
    settled = {
        place for place, question in questions if isinstance(question, dict) and question.get("id") in kept
    }
    for place, text in own_texts(tree):
        if place[:4] in settled or place[:2] in settled:
            continue
        for sentence in sentences(text):
            for remark in rules.remarks(sentence, english=english):
                yield Mistake(place, remark.advice)
    for place, question in questions:
        if not isinstance(question, dict) or question.get("source") or place in settled:
            continue
        for key in _ASKED:
            asked = question.get(key)
            for remark in rules.asked(asked, scale="points" in question) if isinstance(asked, str) else ():
                yield Mistake((*place, key), remark.advice)


def own_texts(tree: dict[str, object]) -> Iterator[tuple[ValuePath, str]]:
    """Yield each text that a group can change: a question that names a `source` has another's wording."""
    theirs = {
        place
        for place, question in find(tree, "sections.*.questions.*")
        if isinstance(question, dict) and question.get("source")
    }
    for place, text in prose(tree, ()):
        if place[:4] not in theirs or place[4:] in (("why",), ("summary",)):
            yield place, text


def is_english(language: str) -> bool:
    """Tell whether a language tag is that of English."""
    return language.partition("-")[0] == "en"


def grade(texts: Iterable[str]) -> float:
    """Return the reading grade of the whole sentences among some texts: a label is too short to tell by.

    Raises ValueError where there are none.
    """
    parts = (part for text in texts for part in sentences(text))
    return reading_grade(part for part in parts if part[-1] in ".?!")


def _told(text: str) -> str:
    return " ".join(compared(straight(text)).split())


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)


def _any_form(phrase: str, forms: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    """Return a pattern for a verb and its particle in all of the verb's forms: "sorted out"."""
    verb, _, particle = phrase.partition(" ")
    every = "|".join(map(re.escape, (verb, *forms.get(verb, ()))))
    if verb not in forms:
        every = f"{re.escape(verb)}(?:s|es|{re.escape(verb[-1:])}?(?:ed|ing))?"
    return re.compile(rf"\b(?:{every}) {re.escape(particle)}\b", re.IGNORECASE)
