"""What Textual gives no width of its own, in a field that one writes in.

Rich takes the letter after a joiner for a part of the one before, as in an emoji, and would not paint it in
Sinhala or Hindi. So a field holds a sign in the joiner's place that has no width either, is painted
as nothing, and is never typed: it has been deprecated since Unicode 3.0 (the core specification, 23.3).
"""

_INSTEAD = (("\u200d", "\u206a"), ("\ufe0f", "\u206b"))


def steady(text: str) -> str:
    """Return a text as a field holds it, as long as it was."""
    for typed, held in _INSTEAD:
        text = text.replace(typed, held)
    return text


def as_typed(text: str) -> str:
    """Return what a field holds as it was typed."""
    for typed, held in _INSTEAD:
        text = text.replace(held, typed)
    return text
