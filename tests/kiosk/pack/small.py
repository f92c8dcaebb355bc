"""A small pack with every kind of question, to spoil in tests one place at a time."""

from dataclasses import dataclass
from pathlib import Path

PACK = """\
id = "small"
version = 1
title = "A small pack"
language = "en"
minutes = [1, 2]
made = "For tests."
writing_note = "Staff read this later. For help now: {help}"

[welcome]
title = "Welcome"
lines = [
    "Hello.",
    "There are no wrong answers.",
]

[privacy]
title = "What we keep"
short = ["We keep your answers for {days} days."]
more = ["At {organisation} our reason is {basis}. Ask {contact}, or complain to {complain}."]

[[sections]]
id = "first"
title = "First"
intro = "The first part."

[[sections.questions]]
id = "mood"
kind = "scale"
ask = "How do you feel?"
summary = "How I feel"
points = [
    { value = 1, label = "Bad" },
    { value = 2, label = "Good" },
]

[[sections.questions]]
id = "likes"
kind = "choice"
ask = "What do you like?"
summary = "What I like"
several = true
options = [
    { id = "tea", label = "Tea" },
    { id = "milk", label = "Milk" },
]

[[sections]]
id = "second"
title = "Second"
intro = "The second part."

[[sections.questions]]
id = "cards"
kind = "cards"
ask = "Which of these are true?"
summary = "My cards"
deck = "tiny"
groups = ["self", "others"]

[[sections.questions]]
id = "day"
kind = "text"
ask = "What is a good day?"
summary = "A good day"

[[sections.questions]]
id = "people"
kind = "lines"
ask = "Who matters to you?"
summary = "People"
most = 3

[[sections.questions]]
id = "goal"
kind = "goal"
ask = "What do you hope for?"
summary = "My goal"
want = "What?"
first_step = "How?"
who = "Who?"
when = "When?"

[closing]
saved = "Saved."
keep = ["Ask {contact}."]
feedback_line = "What should we change?"
cleared = ["Thank you."]

[closing.feedback]
id = "feedback"
ask = "How was this?"
summary = "How it was"
points = [{ value = 1, label = "Bad" }, { value = 2, label = "Good" }]
"""

DECK = """\
id = "tiny"
title = "A tiny deck"
made = "For tests."

[groups]
self = "Me"
others = "Other people"

[[cards]]
id = "kind"
label = "I am kind"
group = "self"

[[cards]]
id = "friend"
label = "I am a friend"
group = "others"
"""


@dataclass(frozen=True)
class Files:
    """A pack and its deck on disk."""

    pack: Path
    deck: Path


def written(folder: Path, pack: str = PACK, deck: str = DECK) -> Files:
    """Write a pack and its deck into a folder."""
    files = Files(folder / "small.toml", folder / "decks" / "tiny.toml")
    files.deck.parent.mkdir(exist_ok=True)
    files.pack.write_text(pack, encoding="utf-8")
    files.deck.write_text(deck, encoding="utf-8")
    return files


def spoilt(text: str, old: str, new: str) -> tuple[str, int]:
    """Replace the only `old` in a text; return it with the line where `old` began, counted from 1."""
    if text.count(old) != 1:
        raise ValueError(f"{old!r} is there {text.count(old)} times")
    return text.replace(old, new), text[: text.index(old)].count("\n") + 1
