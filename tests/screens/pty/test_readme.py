"""README's own words: what they tell a new user to type does what they say."""

import re
from pathlib import Path

from tests.pty_terminal import ROOT, Terminal

README = (ROOT / "README.md").read_text()


def test_make_run_opens_a_practice_kiosk(tmp_path: Path) -> None:
    assert "    make run " in README
    with Terminal(["make", "run"], env={"KIOSK_HOME": str(tmp_path / "nothing")}) as terminal:
        terminal.wait_for("Practice. Nothing is kept.", timeout=60)
        terminal.wait_for("Welcome")
    assert not (tmp_path / "nothing").exists()


def test_every_page_and_chapter_that_readme_and_docs_point_to_is_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in page.read_text().split("](")[1:]:
            target = link.split(")")[0]
            if "://" not in target:
                name, _, chapter = target.partition("#")
                file = page.parent / name if name else page
                assert file.exists(), f"{page.name}: {target}"
                assert not chapter or chapter in anchors(file), f"{page.name}: {target}"


def anchors(file: Path) -> set[str]:
    """What a page's headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
