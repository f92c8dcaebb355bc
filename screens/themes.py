"""The kiosk's own themes. Every text in them has a contrast of at least 7:1 (WCAG 2.2, 1.4.6).

The names say what a colour is for: `ground` is behind everything, `ink` is for text, `quiet` for text
that may wait, `leaf` for what is chosen or has the keys, `on-leaf` for text on it, `edge` for lines,
`field` for what is being written in.
"""

from textual.theme import Theme


def _theme(
    name: str,
    *,
    dark: bool,
    ground: str,
    ink: str,
    quiet: str,
    leaf: str,
    on_leaf: str,
    edge: str,
    field: str,
) -> Theme:
    colours = {
        "ground": ground,
        "ink": ink,
        "quiet": quiet,
        "leaf": leaf,
        "on-leaf": on_leaf,
        "edge": edge,
        "field": field,
    }
    return Theme(
        name=name,
        primary=leaf,
        accent=leaf,
        foreground=ink,
        background=ground,
        surface=ground,
        panel=ground,
        dark=dark,
        text_alpha=1.0,
        variables=colours,
    )


THEMES = (
    _theme(
        "paper",
        dark=False,
        ground="#fbf7ee",
        ink="#1f2a2c",
        quiet="#465155",
        leaf="#0b4f4a",
        on_leaf="#ffffff",
        edge="#75807d",
        field="#ffffff",
    ),
    _theme(
        "evening",
        dark=True,
        ground="#152022",
        ink="#f1ebdc",
        quiet="#c3c9c1",
        leaf="#9be0cf",
        on_leaf="#0d1718",
        edge="#6f8583",
        field="#203033",
    ),
    _theme(
        "bold",
        dark=True,
        ground="#000000",
        ink="#ffffff",
        quiet="#ffffff",
        leaf="#ffe14d",
        on_leaf="#000000",
        edge="#ffffff",
        field="#262626",
    ),
)
"""In the order one key cycles through them; the first is everybody's start."""
