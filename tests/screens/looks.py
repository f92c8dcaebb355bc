"""What is wrong with how a page looks, in words: an empty list where nothing is."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from operator import attrgetter
from unittest import mock

from textual.color import Color
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from screens import base
from screens.few_signs import INSTEAD, MARKS
from screens.themes import THEMES, _theme
from screens.widgets.caret import Body, caret_of
from screens.widgets.fitted_screen import TOUCHED
from screens.widgets.key_row import TARGET, KeyBar, KeyRow
from screens.widgets.keys import BACK, CONTINUE, HIDE
from screens.widgets.picks import UNPOINTED, PickRow, Picks
from screens.widgets.plain import Plain
from screens.widgets.qr import QrCode
from screens.widgets.question_screen import QuestionScreen
from tests.person import Person, stands_below
from tests.screens.painted import Cell, Colour, contrast
from tests.visitor import LARGE, SMALL

LONGEST_LINE = 70
"""Cells (WCAG 2.2, 1.4.8, asks for no more than 80; easy reading for 60 to 70)."""
AROUND = 3
"""Rows of air below a title, above the keys, and around a list."""
TEXT_CONTRAST = 7.0
"""WCAG 2.2, 1.4.6."""
SHAPE_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11."""
BANNER = "Practice. Nothing is kept."
IN_EVERY_FONT = "↑↓─│┌┐└┘═║╔╗╚╝█"
"""Of arrows, lines and blocks, what each font of Debian's console-setup 1.221 has for Latin, Greek, Cyrillic:
Lat15, Lat2, Lat7, Uni1 to Uni3, FullGreek, FullCyrSlav, FullCyrAsia. A small QR code wants `▀` besides."""
NAMES = _theme("names", *(f"#{3 * f'{number:02}'}" for number in range(1, 9)), dark=False)
"""No two of its colours are the same: what is painted in it tells how it is painted in every other theme."""
IN_THEMES: dict[str, dict[Colour, Colour]] = {
    theme.name: {
        Color.parse(value).rgb: Color.parse(theme.variables[name]).rgb
        for name, value in NAMES.variables.items()
    }
    | {(0, 0, 0): (0, 0, 0), (255, 255, 255): (255, 255, 255)}  # of a QR code
    for theme in THEMES
}
"""What becomes of each of its colours in each theme, by name."""


@contextmanager
def in_every_theme() -> Iterator[None]:
    """Let each app begin in `NAMES`: to change to them later is to paint all of a page once more."""
    with mock.patch.object(base, "THEMES", (NAMES, *THEMES)):
        yield


def problems(person: Person) -> list[str]:
    """Return what is wrong with the page as it is painted."""
    return [
        *cut_off(person),
        *hard_to_read(person),
        *wrong_banner(person),
        *not_calm(person),
        *not_in_fonts(person),
        *left_over(person),
    ]


def cut_off(person: Person) -> list[str]:
    """Return the key hints and texts that are not wholly there to see, or not by scrolling the body."""
    screen = person.page
    wrong = []
    for row in filter(attrgetter("region"), screen.query(KeyRow)):
        place = screen.find_widget(row)
        seen = place.visible_region if stands_below(row) else place.region
        between = [where for _key, where in row.targets()]
        if (
            seen != row.region
            or not all(map(seen.contains_region, between))
            or any(one.y == other.y and one.right >= other.x for one, other in pairwise(between))
        ):
            wrong.append(f"one of the keys in {row.render()!s} is cut off")
    for text_widget in screen.query(Static):
        if not text_widget.display or not text_widget.region:
            continue
        place = screen.find_widget(text_widget)
        scrolls = any(isinstance(ancestor, Body) for ancestor in text_widget.ancestors)
        if place.visible_region.width != place.region.width or (
            not scrolls and place.visible_region != place.region
        ):
            wrong.append(f"{text_widget.render()!s:.40} is cut off")
        size = text_widget.content_size
        if text_widget.get_content_height(size, size, size.width) > size.height:
            wrong.append(f"{text_widget.render()!s:.40} has less room than it needs")
    return wrong


async def hard_to_tap(person: Person) -> list[str]:
    """Return what is too small for a finger at 80x24 or so, or out of its reach, where settings want that."""
    person.app.add_class(TOUCHED)
    await person.resizes((81, 24))
    wrong = [] if person.page.has_class("-touch") else ["the page does not know that it is touched"]
    targets = person.page.query("KeyRow, PickRow, ActRow, TextField, Input")
    for target in filter(attrgetter("region"), targets):
        gap = target.parent.styles.grid_gutter_horizontal if target.parent else 0
        if target.region.height + bool(target.styles.margin.bottom or gap) < TARGET:
            wrong.append(f"{target} is {target.region.height} rows high:\n{person.screen_text()}")
    wrong += [
        f"{row.render()!s} is cut off:\n{person.screen_text()}"
        for row in filter(attrgetter("region"), person.page.query(KeyRow))
        if stands_below(row) and _place(person, row) != row.region
    ]
    if any(body.max_scroll_y for body in person.page.query(Body)):
        person.page.query_one(Body).scroll_home(animate=False)
        await person.settle()
        before = person.screen_text()
        await person.touches("Down")
        wrong += [f"no tap turns the page:\n{before}"] if person.screen_text() == before else []
        await person.touches("Up")
    person.app.remove_class(TOUCHED)
    return wrong


def hard_to_read(person: Person) -> list[str]:
    """Return lines that are too long, cells of too little contrast in any theme, and what blinks."""
    codes = [code.region for code in person.page.query(QrCode)]
    wrong = []
    for y, row in enumerate(person.cells()):
        line = "".join(cell.character for cell in row)
        if (length := len(line.strip())) > LONGEST_LINE:
            wrong.append(f"line {y} has {length} cells: {line.strip()}")
        shown = {
            (cell.ink, cell.ground, cell.is_drawing): cell
            for x, cell in enumerate(row)
            if not cell.is_blank and not any(code.contains(x, y) for code in codes)
        }
        for name, inked in _paintings(person):
            for cell in shown.values():
                found = contrast(inked(cell.ink), inked(cell.ground))
                if found < (SHAPE_CONTRAST if cell.is_drawing else TEXT_CONTRAST):
                    wrong.append(f"{found:.1f}:1 in line {y}, {name}: {cell}")
        wrong += [f"line {y} blinks: {line}"] if any(cell.blink for cell in row) else []
    fields = (*person.page.query(TextArea), *person.page.query(Input))
    return wrong + [f"the cursor in {field} blinks" for field in fields if field.cursor_blink]


def not_in_fonts(person: Person) -> list[str]:
    """Return the signs that a console's font may lack, and for which nothing else would be painted there."""
    signs = {
        sign
        for row in person.cells()
        for cell in row
        for sign in cell.character
        if "\u2190" <= sign <= "\u27bf"
    }
    known = {*map(chr, INSTEAD), *"".join(MARKS), *IN_EVERY_FONT, *"▀▄"}
    return [f"no sign for {sign!r} on a console" for sign in signs - known]


def left_over(person: Person) -> list[str]:
    """Return the words that stand alone in the second line of a text, though the first has more of them."""
    cells, wrong = person.cells(), []
    for text in person.page.query("Plain, Led, PickRow"):
        place = _place(person, text) if text.region else text.region
        if place.height != 2 or "\n" in str(text.render()):
            continue
        first, second = (
            "".join(cell.character for cell in row).strip(f"{UNPOINTED} ").split()
            for row in _cut(cells, place)
        )
        if len(second) == 1 < len(first) - 3:
            wrong.append(f"{second[0]!r} is left over from {' '.join(first)!r}")
    return wrong


def not_calm(person: Person) -> list[str]:
    """Return what takes the eye besides Enter and the question, and where keys are not in their places."""
    screen, cells, leaf = person.page, person.cells(), Color.parse(person.app.theme_variables["leaf"]).rgb
    wrong = []
    rows = [(row, screen.find_widget(row).visible_region) for row in screen.query(KeyRow) if row.region]
    for key, place, below in [
        (key, where.intersection(seen), stands_below(row))
        for row, seen in rows
        for key, where in row.targets()
    ]:
        drawn = [cells[place.y][x] for x in range(place.x, place.right)] if place else []
        if drawn and all(cell.ground == leaf for cell in drawn) != (key.key == CONTINUE.key):
            wrong.append(f"the key {key.label} is filled, or Enter is not")
        if drawn and key == HIDE and below:
            bar = screen.query_one(KeyBar).content_region
            above = "".join(cell.character for cell in cells[place.y - 1])
            wrong += [] if place.right == bar.right else ["Hide does not stand at the right end"]
            if screen.has_class("-tall") and above.strip():
                wrong.append(f"no row of air above the keys that save one: {above.strip()}")
    keys = [key.key for row in screen.query("KeyBar KeyRow").results(KeyRow) for key in row.shown]
    if BACK.key in keys and keys.index(BACK.key) != (keys[0] == CONTINUE.key):
        wrong.append(f"Esc stands neither first nor right after Enter: {keys}")
    lines = [text for text in screen.query("#body > .line") if text.region]
    for body in screen.query(Body):
        used = sum(widget.outer_size.height for widget in body.children if widget.display)
        free = body.size.height - used - len(lines) - AROUND
        close = any(one.region.bottom == other.region.y for one, other in pairwise(lines))
        wrong += ["lines stand close, though there is room for air"] if close and free > 0 else []
    strong = [
        text.id
        for text in screen.query(Plain)
        if text.region and text.styles.text_style.bold and text.styles.color.rgb == leaf
    ]
    if isinstance(screen, QuestionScreen) and strong not in (["ask"], ["ask", "tally"]):
        wrong.append(f"what stands out is not the question alone: {strong}")
    return wrong


def _paintings(person: Person) -> list[tuple[str, Callable[[Colour], Colour]]]:
    """Return each theme that what is painted stands for, and what becomes of a colour in it."""
    if person.app.theme != NAMES.name:
        return [(person.app.theme, lambda colour: colour)]
    return [(name, colours.__getitem__) for name, colours in IN_THEMES.items()]


def wrong_banner(person: Person) -> list[str]:
    """Return what is wrong with the practice banner: once on each page in practice, else never."""
    wanted = 1 if person.app.session.practice else 0
    # On the small code page the words stand beside the code, over two rows.
    found = " ".join(person.screen_text().replace("▀", " ").split()).count(BANNER)
    return [] if found == wanted else [f"the practice banner is there {found} times:\n{person.screen_text()}"]


async def hard_to_find(person: Person) -> list[str]:
    """Return the controls that cannot be brought into view, or that nobody could tell have the keys."""
    wrong = []
    for control in list(person.app.screen.focus_chain):
        control.focus()
        await person.settle()
        if isinstance(control, Picks):
            wrong += await _rows_hard_to_find(person, control)
        elif not _is_in_view(person, control):
            wrong.append(f"{control} is out of sight with the keys on it:\n{person.screen_text()}")
        place, caret, with_keys = _place(person, control), caret_of(control).offset, person.cells()
        person.app.set_focus(None)
        await person.settle()
        without = person.cells()
        if isinstance(control, TextArea | Input) and place.contains_point(caret):
            # Its own lines must tell it: a caret is small.
            with_keys[caret.y][caret.x] = without[caret.y][caret.x]
        wrong += _faint(person, control, place, with_keys, without)
    return wrong


async def _rows_hard_to_find(person: Person, picks: Picks) -> list[str]:
    if not picks.display or not picks.region:
        return []
    wrong, before = [], picks.current
    last: tuple[PickRow, Region, list[list[Cell]]] | None = None
    for number, row in enumerate(picks.query(PickRow)):
        picks.current = number
        await person.settle()
        if not _is_in_view(person, row):
            wrong.append(f"{row.pick.label!r} is out of sight:\n{person.screen_text()}")
        if last is not None and _place(person, last[0]) == last[1]:
            wrong += _faint(person, *last, person.cells())
        last = row, _place(person, row), person.cells()
    picks.current = before
    return wrong


def _place(person: Person, widget: Widget) -> Region:
    return person.page.find_widget(widget).visible_region


def _cut(cells: list[list[Cell]], place: Region) -> list[list[Cell]]:
    return [row[place.x : place.right] for row in cells[place.y : place.bottom]]


def _faint(person: Person, control: Widget, place: Region, *paintings: list[list[Cell]]) -> list[str]:
    """Return in which themes a control, painted with the keys on it and without, differs too little."""
    cells = ([cell for row in _cut(painted, place) for cell in row] for painted in paintings)
    pairs = {(a, b) for a, b in zip(*cells, strict=True) if a != b}
    return [
        f"nobody can tell in {name} that {control} has the keys:\n{person.screen_text()}"
        for name, inked in _paintings(person)
        if max((_change(a, b, inked) for a, b in pairs), default=1.0) < SHAPE_CONTRAST
    ]


def _is_in_view(person: Person, widget: Widget) -> bool:
    """Whether a widget is wholly to be seen, or as much of it as the body can show."""
    place = person.page.find_widget(widget)
    room = person.page.query_one(Body).region.height
    return place.visible_region.height >= min(place.region.height, room)


def _change(one: Cell, other: Cell, inked: Callable[[Colour], Colour]) -> float:
    """Return how far a part of a cell differs in two paintings (WCAG 2.2, 2.4.13)."""
    if one.character == other.character:
        inks = 1.0 if one.is_blank else contrast(inked(one.ink), inked(other.ink))
        return max(contrast(inked(one.ground), inked(other.ground)), inks)
    # What is drawn in one of them alone comes from the ground of the other.
    drawn = (
        (cell.ink, ground) for cell, ground in ((one, other.ground), (other, one.ground)) if not cell.is_blank
    )
    return max(contrast(inked(ink), inked(ground)) for ink, ground in drawn)


async def is_well(person: Person, *, finds: bool = True) -> None:
    """Look at the page as it is in every theme, and leave it with the focus it had, in `NAMES`.

    Unless it `finds` where the keys are, no control is looked at with the keys on it.
    """
    focused = person.app.focused
    if person.app.theme != NAMES.name:
        person.app.register_theme(NAMES)
        person.app.theme = NAMES.name
        await person.settle()
    for wrong in (problems(person), await hard_to_find(person) if finds else []):
        assert not wrong, f"{person.page}: {wrong}"
    if focused:
        focused.focus()
    await person.settle()


async def at_both_sizes(person: Person, *, finds: bool = False) -> AsyncIterator[tuple[int, int]]:
    """Look at the page as it is, then at the other size, and let more of it be looked at.

    Where the keys are is looked for on the small one, where less is in view, and where it `finds` on both.
    """
    for size in (SMALL, LARGE) if person.app.size == SMALL else (LARGE, SMALL):
        await person.resizes(size)
        await is_well(person, finds=finds or size == SMALL)
        yield size
