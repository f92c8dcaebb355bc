"""The handbook as pages that any browser shows: docs/ in HTML, for the medium."""

import html
import re
import shutil
from pathlib import Path

from markdown_it import MarkdownIt

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1.1rem/1.5 sans-serif }}
pre {{ background: #eee; padding: .7rem; overflow-x: auto }} img {{ max-width: 100% }}
table {{ border-collapse: collapse }}
td, th {{ border: 1px solid #999; padding: .3rem .5rem; text-align: left }}
@page {{ size: A4; margin: 13mm }}
@media print {{ body {{ max-width: none; margin: 0; padding: 0; font-size: 9.5pt; line-height: 1.3 }}
h1 {{ font-size: 15pt; margin: .3em 0 }} h2 {{ font-size: 11.5pt; margin: .7em 0 .2em }}
p, ul, ol, table {{ margin: .3em 0 }} li {{ margin: .1em 0 }} a {{ color: inherit }} }}
</style>
{body}
</html>
"""


def write_pages(docs: Path, folder: Path) -> None:
    """Write each page of `docs` into a folder, with what they show; links between them lead to each other."""
    folder.mkdir()
    for source in sorted(docs.iterdir()):
        if source.suffix == ".md":
            text = source.read_text(encoding="utf-8")
            (folder / source.with_suffix(".html").name).write_text(page(text), encoding="utf-8")
        else:
            shutil.copy(source, folder)


def page(text: str) -> str:
    """Return a page of Markdown as HTML."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title = "Strengths kiosk"
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            words = tokens[at + 1].content
            title = words if token.tag == "h1" else title
            token.attrSet("id", re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-"))
        for child in token.children or ():
            target = child.attrGet("href")
            if isinstance(target, str) and target.startswith("../"):
                del child.attrs["href"]  # it is in the checkout alone
            elif isinstance(target, str) and "://" not in target:
                child.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", target))
    body = markdown.renderer.render(tokens, markdown.options, {})
    return _PAGE.format(title=html.escape(title), body=body)
