"""How hard English is to read: one figure for a whole text, to compare versions of it with."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_PLACEHOLDER = re.compile(r"\{\w+\}")


def sentences(text: str) -> list[str]:
    """Cut a text at its full stops, question marks and exclamation marks."""
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


def words(text: str) -> list[str]:
    """Return the words of a text; a placeholder counts as one word."""
    return _WORD.findall(_PLACEHOLDER.sub("name", straight(text)))


def straight(text: str) -> str:
    """Return a text with straight apostrophes."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def reading_grade(texts: Iterable[str]) -> float:
    """Return the Flesch-Kincaid grade: the year of a US school that reads it with ease (5 is age 10 to 11).

    0.39 x words per sentence + 11.8 x syllables per word - 15.59, from Kincaid, Fishburne, Rogers and
    Chissom, "Derivation of new readability formulas for Navy enlisted personnel", 1975. Syllables are
    counted by `syllables`, so the figure is good to a few tenths. Raises ValueError where there is no word.
    """
    parts = [part for text in texts for part in sentences(text)]
    said = [word for part in parts for word in words(part)]
    if not said:
        raise ValueError("no words to grade")
    return 0.39 * len(said) / len(parts) + 11.8 * sum(map(syllables, said)) / len(said) - 15.59


def syllables(word: str) -> int:
    """Count the syllables of an English word by its spelling: at least one, right for most plain words."""
    spelling = word.lower().removesuffix("'s")
    if spelling in _COUNTED:
        return _COUNTED[spelling]
    if re.search(r"[^aeiouylds]e[ds]?$", spelling) and not re.search(
        r"(?:te|de)d$|[csxz]es$|[sc]hes$|ges$", spelling
    ):
        spelling = re.sub(r"e[ds]?$", "", spelling)  # silent, as in "like", "likes", "liked"
    elif re.search(r"[aeiouy][ld]e$|[aeiouy]?se$", spelling):
        spelling = spelling[:-1]  # "while", "made", "choose", but not "little"
    elif re.search(r"[^aeioutd]ed$", spelling):
        spelling = spelling[:-2]  # "called"
    spelling = re.sub(r"i(?=[ao](?!u))(?<![ctsg]i)", "i-", spelling)  # "diary", but not "station"
    return max(1, len(re.findall(r"[aeiouy]+", spelling)))


_COUNTED = {
    "area": 3,
    "being": 2,
    "everybody": 4,
    "idea": 3,
    "made": 1,
    "science": 2,
    "somebody": 3,
    "something": 2,
    "sometimes": 2,
    "quiet": 2,
    "doing": 2,
    "going": 2,
    "sometime": 2,
    "create": 2,
    "someone": 2,
    "safely": 2,
    "homework": 2,
}
"""Words that the rules of `syllables` get wrong."""
