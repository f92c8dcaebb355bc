"""Every page as a picture, in each theme and size, and a sheet of them: all in `make pictures`, else two."""

import os
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

import pytest

from screens.themes import THEMES
from screens.visit.pictures import picture_of
from screens.widgets.caret import Body
from tests.screens import looks
from tests.screens.conftest import Kiosk
from tests.screens.every_page import PAGES
from tests.visitor import LARGE, SMALL

HUGE = (200, 60)
SIZES = (LARGE, SMALL, HUGE)
FOLDER = os.environ.get("PICTURES")
"""Where `make pictures` wants all of them."""
NAMES = list(PAGES) if FOLDER else ["Welcome", "the desk: a plan"]
HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Every page</title>
<style>
body { font-family: sans-serif; margin: 2rem; }
section { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1rem; }
figure { margin: 0; }
img { width: 100%; }
</style>
<h1>Every page</h1>
"""


def file_of(name: str, theme: str, size: tuple[int, int]) -> str:
    """Return the name of a picture's file."""
    columns, rows = size
    return f"{re.sub('[^a-z0-9]+', '-', name.lower())}_{theme}_{columns}x{rows}.svg"


def sheet(names: Iterable[str]) -> str:
    """Return the pictures of these pages as one HTML page: for each a row of a size, a column of a theme."""
    return HEAD + "".join(
        f"<h2>{escape(name)}</h2>\n<section>\n"
        f"{''.join(_figure(name, theme.name, size) for size in SIZES for theme in THEMES)}</section>\n"
        for name in names
    )


def _figure(name: str, theme: str, size: tuple[int, int]) -> str:
    file, said = file_of(name, theme, size), escape(f"{name} / {theme} / {size[0]}x{size[1]}")
    return (
        f'<figure><a href="{file}"><img src="{file}" alt="{said}" loading="lazy"></a>'
        f"<figcaption>{said}</figcaption></figure>\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = Path(FOLDER) if FOLDER else tmp_path / "pictures"
    made.mkdir(exist_ok=True)
    return made


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", NAMES)
async def test_a_page_is_pictured_in_each_theme_and_asks_nothing_of_a_network(
    kiosk: Kiosk, folder: Path, name: str, size: tuple[int, int]
) -> None:
    """At one size: what practice keeps beside its home would be there for the next kiosk of a test."""
    pictures = set()
    async with PAGES[name].opens(kiosk, size) as (_, person):
        assert type(person.page) is PAGES[name].page
        assert looks.problems(person) == []
        if size == HUGE:
            assert not any(body.max_scroll_y for body in person.page.query(Body)), person.screen_text()
        for theme in THEMES:
            person.app.theme = theme.name
            await person.settle()
            picture = picture_of(person.app)
            pictures.add(picture)
            file = file_of(name, theme.name, size)
            (folder / file).write_text(picture, "utf-8")
            assert f'src="{file}"' in sheet([name])
            assert theme.variables["ground"] in picture
            assert set(re.findall(r"\w+://[^\"' )<]*", picture)) == {"http://www.w3.org/2000/svg"}
    assert len(pictures) == len(THEMES)


def test_the_sheet_has_each_picture_once_by_its_name_and_asks_nothing_of_a_network(folder: Path) -> None:
    made = sheet(PAGES)
    (folder / "index.html").write_text(made, "utf-8")
    pictures = re.findall('src="(.*?)"', made)
    assert len(set(pictures)) == len(pictures) == len(PAGES) * len(SIZES) * len(THEMES)
    assert all(f"<figcaption>{escape(name)} / bold / 200x60</figcaption>" in made for name in PAGES)
    assert not re.search(r"<(?:script|link|iframe)\b|url\(|@import|//", made)
