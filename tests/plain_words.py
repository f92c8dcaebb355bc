"""The house rules for words that customers read, as a check.

Short sentences, plain words, one word for one thing: many of the people who answer have little English.
"""

import re
from collections.abc import Iterable

MOST_WORDS = 20
"""Words in the longest sentence allowed."""

_BANNED = ("please", "sorry", "valid", "invalid", "forgot", "forgotten", "forbidden", "illegal", "oops")

_ONE_WORD_FOR = {
    "answer": ("response", "responses", "reply", "replies"),
    "staff": ("employee", "employees", "worker", "workers", "officer", "officers"),
    "you": ("client", "clients", "user", "users", "tenant", "tenants", "service user"),
    "code": ("handle", "password", "token"),
    "delete": ("erase", "erased", "wipe", "wiped"),
    "use": ("utilise", "utilize"),
    "help": ("assist", "assistance"),
    "start": ("commence", "initiate"),
}
"""The word to use → the words that would be a second one for the same thing, or a harder one."""

_VERBS_AND_PARTICLES = (
    "back up|break down|bring up|call off|carry on|catch up|check out|come across|come up|cut down|drop off|"
    "end up|figure out|fill in|fill out|find out|get by|get over|get through|give up|go on|go through|"
    "hang on|hold on|keep up|let down|log in|log out|look after|look forward|look up|make up|miss out|"
    "pick up|point out|put off|put up|rule out|run into|run out|set up|show up|sign in|sign up|sort out|"
    "stand up|take off|take over|take up|think over|turn out|turn up|wind up|work out|write down"
)
_IDIOMS = (
    "a long way",
    "at the end of the day",
    "bear in mind",
    "by heart",
    "from scratch",
    "here and there",
    "in a nutshell",
    "in the long run",
    "keep an eye",
    "make ends meet",
    "on the same page",
    "on top of",
    "piece of cake",
    "rule of thumb",
    "there for me",
    "there for you",
    "touch base",
    "under the weather",
    "up to you",
)
_ODD_FORMS = {
    "break": "broke|broken|breaking|breaks",
    "bring": "brought|bringing|brings",
    "carry": "carries|carried|carrying",
    "come": "came|coming|comes",
    "figure": "figured|figures|figuring",
    "find": "found|finding|finds",
    "get": "got|getting|gets",
    "give": "gave|given|giving|gives",
    "go": "went|gone|going|goes",
    "hang": "hung|hanging|hangs",
    "hold": "held|holding|holds",
    "keep": "kept|keeping|keeps",
    "make": "made|making|makes",
    "run": "ran|running|runs",
    "rule": "ruled|ruling|rules",
    "stand": "stood|standing|stands",
    "take": "took|taken|taking|takes",
    "think": "thought|thinking|thinks",
    "wind": "wound|winding|winds",
    "write": "wrote|written|writing|writes",
}
"""Further forms of a verb, where they are not made by -s, -ed, -ing or a doubled last letter."""

_CONTRACTION = re.compile(
    r"\b(?:\w+(?:n't|'re|'ll|'ve|'d|'m)|(?:it|that|there|what|who|where|when|how|he|she|let|here)'s)\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\b[A-Z]{2,}\b|\b(?:e\.g|i\.e|etc|approx|asap|info|vs)\b")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['-][A-Za-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{\w+\}")


def sentences(text: str) -> list[str]:
    """Cut a text at its full stops, question marks and exclamation marks."""
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


def words(text: str) -> list[str]:
    """Return the words of a text; a placeholder counts as one word."""
    return _WORD.findall(_PLACEHOLDER.sub("name", _straight(text)))


def problems(sentence: str) -> list[str]:
    """Return what is wrong with one sentence, in words; an empty list where nothing is."""
    text = _straight(sentence)
    found = []
    count = len(words(text))
    if count > MOST_WORDS:
        found.append(f"{count} words; at most {MOST_WORDS}")
    found += [f"contraction: {match.group()}" for match in _CONTRACTION.finditer(text)]
    found += [f"initials: {match.group()}" for match in _INITIALS.finditer(text)]
    found += [f"banned word: {word}" for word in _BANNED if _has(text, word)]
    found += [
        f"say {right}, not {wrong}"
        for right, others in _ONE_WORD_FOR.items()
        for wrong in others
        if _has(text, wrong)
    ]
    found += [f"idiom: {phrase}" for phrase in _IDIOMS if _has(text, phrase)]
    found += [f"phrasal verb: {phrase}" for phrase, forms in _PHRASALS.items() if forms.search(text)]
    return found


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


def _straight(text: str) -> str:
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _has(text: str, phrase: str) -> bool:
    return re.search(rf"\b{re.escape(phrase)}\b", text, re.IGNORECASE) is not None


def _any_form(phrase: str) -> re.Pattern[str]:
    """Return a pattern for a verb and its particle in all of the verb's forms: "sorted out"."""
    verb, particle = phrase.split()
    forms = f"{verb}|{_ODD_FORMS[verb]}" if verb in _ODD_FORMS else f"{verb}(?:s|es|{verb[-1]}?(?:ed|ing))?"
    return re.compile(rf"\b(?:{forms}) {particle}\b", re.IGNORECASE)


_PHRASALS = {phrase: _any_form(phrase) for phrase in _VERBS_AND_PARTICLES.split("|")}
