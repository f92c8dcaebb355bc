"""Answers to the questions of the small pack: good ones, likely ones, and anything at all."""

from hypothesis import strategies as st

from kiosk.entry.answers import Answer, Cards, Goal, read_answer
from kiosk.entry.pages import AnyPage, Reflection
from kiosk.errors import EntryError
from tests.packs import question, small

PACK = small()
HOSTILE = "\x1b[2J\x9b1mA\u202eB\ud800C\x00[red]D[/]\r\n\u2028{x}\x07\x7f"
FULL: dict[str, Answer] = {
    "mood": 2,
    "where": "out",
    "likes": ("tea", "milk"),
    "cards": Cards(("kind",), ("I can sing",)),
    "day": "Sun.\n\nSea.",
    "people": ("Mum", "Ali"),
    "goal": Goal("A garden", "Ask Jo", "", "In May"),
}

HOSTILE_RAW: dict[str, object] = {
    "cards": {"own": [HOSTILE]},
    "day": HOSTILE,
    "people": [HOSTILE],
    "goal": dict.fromkeys(["want", "first_step", "who", "when"], HOSTILE),
}
"""As it is typed, for every question that takes a text."""

raw_text = st.text(st.characters(), max_size=40)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | raw_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(raw_text, inner, max_size=4),
    max_leaves=8,
)
likely = {
    "mood": st.integers(0, 3),
    "where": st.sampled_from(["in", "out", "up"]),
    "likes": st.lists(st.sampled_from(["tea", "milk", "gin"]), max_size=3),
    "cards": st.fixed_dictionaries(
        {}, optional={"picked": st.lists(st.sampled_from(["kind", "friend"])), "own": st.lists(raw_text)}
    ),
    "day": raw_text,
    "people": st.lists(raw_text, max_size=4),
    "goal": st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["want", "first_step", "who", "when"], raw_text)
    ),
}
raw_answers = st.fixed_dictionaries({id_: anything | likely[id_] for id_ in likely})


def attempt(question_id: str, raw: object) -> tuple[Answer | None, str]:
    """Return the answer and nothing, or None and what was said of it."""
    try:
        return read_answer(PACK, question(question_id), raw), ""
    except EntryError as error:
        return None, str(error)


def strings(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list() | tuple():
            return [text for item in value for text in strings(item)]
        case dict():
            return [text for item in value.items() for text in strings(list(item))]
    return []


def reflection(page: AnyPage) -> Reflection:
    """A page that is what its customer answered."""
    assert isinstance(page, Reflection)
    return page
