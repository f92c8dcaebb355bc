"""The commands that show what customers said of the questions, and what they are told was done."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, mark_done, print_json, say, target_at
from kiosk.cli.prompts import PATH, PlainError, Who, desk_options, require_set_up, unlock
from kiosk.text import counted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.desk.comment_book import Book
    from kiosk.visit.comments import Comment


@click.command(epilog=examples("kiosk comments", "kiosk comments --question mood", "kiosk comments --json"))
@click.option("--question", metavar="ID", help="Only comments on this question; 'whole' for the whole visit.")
@json_option
@desk_options
def comments(question: str | None, as_json: bool, by: Who) -> None:
    """Show what customers said of the questions.

    Comments are listed by pack, version and question, with the theme that you put them under at the desk and
    what was decided on it. The closing scale of each version comes first. No comment shows when it was made.
    """
    book = read_book(by)
    if question is not None:
        wanted = "" if question == "whole" else question
        book = book._replace(comments=tuple(one for one in book.comments if one.question == wanted))
    if as_json:
        print_json(_value(book))
    else:
        say("\n".join(map(shown, _lines(book))) or "There are no comments.")


@click.command("you-said", epilog=examples("kiosk you-said", "kiosk you-said --pdf /media/usb/you-said.pdf"))
@click.option("--pdf", type=PATH, metavar="FILE", help="Write it as a new PDF, for the notice board.")
def you_said(pdf: Path | None) -> None:
    """Show what customers read at Welcome of what was done with comments.

    It is published at the desk: press F3 there, and choose the comments.
    """
    from kiosk.visit.you_said import paragraphs

    home = home_here()
    require_set_up(home)
    said = paragraphs(home)
    if not said:
        raise PlainError("Nothing is published here.")
    if pdf is None:
        click.echo("\n\n".join(said))
        return
    from kiosk.desk.exports.files import write
    from kiosk.desk.exports.notice import notice_pdf
    from kiosk.settings.settings import load_settings

    data = notice_pdf(said, load_settings(home.settings).venue.name, dates.now())
    click.echo(write(target_at(home, pdf, ".pdf"), data), err=True)
    mark_done()


COMMANDS = (comments, you_said)


def read_book(by: Who) -> "Book":
    """Unlock the desk and return the comments; what of them does not read is said."""
    from kiosk.desk import comment_book

    home = home_here()
    desk = unlock(home, by)
    with desk.vault:
        desk.note("read comments")
        book = comment_book.read(home, desk.identity)
    if book.doubt:
        say(book.doubt, err=True)
    if book.unread:
        click.echo(f"Comments that cannot be read: {book.unread}.", err=True)
    return book


def _lines(book: "Book") -> "Iterator[str]":
    from kiosk.desk.comment_book import said_by_question, says

    for (pack, version), by_question in said_by_question(book).items():
        every = book.of_version(pack, version)
        yield f"{pack}, version {version}: {counted(len(every), 'comment', 'comments')}"
        yield from (f"  {line}" for line in _rated(every))
        for (question, ask), said in by_question.items():
            yield f"  {question or 'The whole visit'}: {ask}"
            for one in said:
                if one.text:
                    first, *rest = one.text.split("\n")
                    yield f"    - {first}"
                    yield from (f"      {line}" for line in rest)
                    yield f"      ({says(book, one)})"


def _rated(said: "tuple[Comment, ...]") -> "Iterator[str]":
    from kiosk.desk.comment_book import ratings

    if rated := ratings(said):
        yield f"Closing scale: {', '.join(f'{one.label} {one.times}' for one in rated)}"


def _value(book: "Book") -> dict[str, Any]:
    from kiosk.desk.comment_book import ratings

    themes = [
        {"id": theme.id, "title": theme.title, "decision": theme.decision, "answer": theme.answer}
        for theme in book.decisions.themes
    ]
    said = []
    for one in book.comments:
        theme = book.decisions.theme_of(one)
        said.append(
            {
                "id": one.id,
                "pack": one.pack,
                "pack_version": one.pack_version,
                "question": one.question,
                "ask": one.ask,
                "text": one.text,
                "rating": one.rating,
                "rated": one.rated,
                "theme": theme.id if theme else None,
            }
        )
    versions = dict.fromkeys((one.pack, one.pack_version) for one in book.comments)
    scales = [
        {
            "pack": pack,
            "pack_version": version,
            "points": [one._asdict() for one in ratings(book.of_version(pack, version))],
        }
        for pack, version in versions
    ]
    return {"comments": said, "scales": scales, "themes": themes, "unread": book.unread}
