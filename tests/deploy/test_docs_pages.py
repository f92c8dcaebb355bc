"""The handbook on the medium: pages for a browser, whose links lead somewhere."""

import re
from pathlib import Path

from deploy.docs_pages import page, write_pages

DOCS = Path(__file__).parents[2] / "docs"


def test_each_link_leads_to_a_page_and_a_heading_that_is_there(tmp_path: Path) -> None:
    write_pages(DOCS, tmp_path / "docs")
    pages = {file.name: file.read_text() for file in (tmp_path / "docs").glob("*.html")}
    assert len(pages) == len([*DOCS.glob("*.md")])
    for name, text in pages.items():
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            to, _, heading = target.partition("#")
            if "://" in to:
                continue
            assert (tmp_path / "docs" / (to or name)).exists(), (name, target)
            assert not heading or f'id="{heading}"' in pages[to or name], (name, target)


def test_a_page_shows_text_as_text_and_tables_as_tables() -> None:
    shown = page("# Keys & codes\n\n<b>not bold</b>\n\n| a | b |\n|---|---|\n| 1 | `2` |\n")
    assert "<title>Keys &amp; codes</title>" in shown
    assert "&lt;b&gt;" in shown
    assert "<td><code>2</code></td>" in shown
