"""The kiosk's own themes. Every text in them has a contrast of at least 7:1 (WCAG 2.2, 1.4.6).

The names say what a colour is for: `ground` is behind everything, `ink` is for text, `quiet` for text
that may wait, `leaf` for what is chosen or has the keys, `on-leaf` for text on it, `edge` for lines,
`field` for what is being written in, `key` for what is drawn as a key.
"""

from textual.theme import Theme

COLOURS = ("ground", "ink", "quiet", "leaf", "on-leaf", "edge", "field", "key")


def _theme(name: str, *colours: str, dark: bool) -> Theme:
    """Return a theme of these colours, in the order of `COLOURS`."""
    named = dict(zip(COLOURS, colours, strict=True))
    return Theme(
        name=name,
        primary=named["leaf"],
        accent=named["leaf"],
        foreground=named["ink"],
        background=named["ground"],
        surface=named["ground"],
        panel=named["ground"],
        dark=dark,
        text_alpha=1.0,
        variables=named,
    )


THEMES = (
    _theme(
        "paper",
        "#fbf7ee",
        "#1f2a2c",
        "#465155",
        "#0b4f4a",
        "#ffffff",
        "#75807d",
        "#ffffff",
        "#e4ddcc",
        dark=False,
    ),
    _theme(
        "evening",
        "#152022",
        "#f1ebdc",
        "#c3c9c1",
        "#9be0cf",
        "#0d1718",
        "#8fa5a2",
        "#203033",
        "#2f4246",
        dark=True,
    ),
    _theme(
        "bold",
        "#000000",
        "#ffffff",
        "#d0d0d0",
        "#ffe14d",
        "#000000",
        "#ffffff",
        "#262626",
        "#3d3d3d",
        dark=True,
    ),
)
"""In the order one key cycles through them; the first is everybody's start."""
