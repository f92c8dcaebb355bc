"""Entries to export: a whole one, and ones whose every text means harm."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import strategies as st

from kiosk import seal
from kiosk.entry.answers import Answer, Cards, Choice, Goal
from kiosk.entry.handle import HandleKeys
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Answered, AnsweredSection, Asked, Reflection, Seen, keep_back, page_of
from kiosk.entry.staff_pages import Note, Plan, PlanGoal, StatusChange, Step, Talked
from kiosk.pack.model import MyPage
from kiosk.vault.rows import Row
from tests.kiosk.sealed import FIRST, SECOND
from tests.packs import in_polish, small

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CUSTOMER = seal.identity_from(bytes(range(32)))
ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "where": "out",
    "likes": ("tea", "milk"),
    "cards": Cards(("kind",), ("I can sing", "I mend bicycles")),
    "day": "Sun.\n\nZażółć gęślą jaźń, and the sea.",
    "people": ("Mum", "Ali"),
    "goal": Goal("A garden", "Ask Jo", "", "In May"),
}
SECRET = ("Zażółć", "Mum", "A garden", "I can sing")
"""Words of the answers in the section `second`."""

ATTACKS = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m", "\x9b31mC1\x85\x90q\x9c", "\x00\x07\x08\x7f",
    "[link](https://example.com) ![image](file:///etc/passwd) <https://example.com>",
    "[one]: https://example.com\n\n[one] [one][] [^1]\n[^1]: foot",
    "https://example.com www.example.com javascript:alert(1) ftp://x.y",
    "<script>alert(1)</script> <!-- x --> <b>bold</b> <![CDATA[x]]> <?php ?> &amp; &#60; &lt;b>",
    "# heading\n===\n## other\n---\n- list\n+ list\n* list\n1. one\n2) two",
    "> quote\n    code\n```\nfence\n~~~\n<div>\n***\n_ _ _",
    "**bold** __bold__ *em* _em_ ~~gone~~ `code` ``co`de`` ==mark== $x^2$ a\\\nb\\",
    "| a | b |\n|---|---|\n| 1 | 2 |\n: x\n:--", "\\[x\\] [[x]] [$leaf]x {help} {0} %s {nb} {{ x }} :smile:",
    "[@click=app.exit()]click me[/] [/nope] [bold red]not bold[/bold red]",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1", "＋1", "－1", "＠x", "−1",
    '"=1', 'a;=1+1;"=2"; "+3', "x\n=1\n -2\n\"@3", "'=1", ";;=1", '","=1"', '=HYPERLINK("http://x","y")',
    "\u2067=1", "open \u2067one\n\u202btwo \u2069",
    "\u202eright to left\u202c \u2066isolate\u2069", "half \ud800 a surrogate \udfff", "\ue000\ue001",
    "zalgo a\u0301\u0323\u0334\u0335\u0336", "\u0301" * 30, "مرحبا שלום 日本語 😀 \N{WOMAN}\u200d\N{GIRL}",
    "tab\tand\x0bvertical\x0cfeed\u2028line\u2029paragraph", "wide \uff21 thin\u200b\u2060\ufeff",
    "\u00ad\u3164", "  spaces  \n  at\n both   ends  ", "\n\n\n", " ", "", "\\", "`", "&", "<",
    "(endstream endobj) \\) %%EOF",
)  # fmt: skip
LONG = (
    "x" * 20_000, "word " * 1_500, "=" * 2_000, "\n" * 2_000, "a\n" * 1_000, "<b>*_" * 500, "\u4f60" * 3_000,
)  # fmt: skip

texts = st.lists(st.sampled_from(ATTACKS) | st.text(max_size=20), max_size=4).map("".join)
"""Texts that somebody may have typed, or that another program may have left."""


def row(name: str = "Amber Heron") -> Row:
    return Row(id="ab" * 16, name=name, saved=NOON, pages=(FIRST,), last_page=NOON)


def in_another_language() -> Opened:
    """Return an entry that was answered in Polish: how its customer read it begins with PL."""
    newest = page_of(in_polish(small()), ANSWERS, name="Amber Heron", made=NOON)
    return Opened(row(), (newest, plan()), HandleKeys("ab" * 16, CUSTOMER))


def page(answers: dict[str, Answer] | None = None, *, days: int = 0, talk: bool = False) -> Reflection:
    """Return answers made so many days after the first ones."""
    made = NOON + timedelta(days=days)
    return page_of(small(), ANSWERS if answers is None else answers, name="Amber Heron", made=made, talk=talk)


def plan() -> Plan:
    steps = (
        Step(text="Ask the council", who="Jo", by_when="by Friday", done=True),
        Step(text="Buy seeds", due=date(2026, 3, 12)),
    )
    goals = (PlanGoal(want="Grow things", steps=steps),)
    return Plan(made=NOON + timedelta(days=4), by="Jo", goals=goals, review=date(2026, 4, 1))


def whole(*, kept_back: bool = False) -> Opened:
    """Return an entry with everything that one can hold: answers before, newest answers, what staff added."""
    newest = page(days=2, talk=True)
    if kept_back:
        newest = keep_back(newest, {"second"}, seal.recipient_of(CUSTOMER))
    pages = (
        page({"day": "Rain, long ago"}),
        newest,
        Note(made=NOON + timedelta(days=3), by="Jo", text="We talked.\nIt went well."),
        Plan(made=NOON + timedelta(days=3), by="Jo", goals=(PlanGoal(want="An older plan"),)),
        plan(),
        StatusChange(made=NOON + timedelta(days=4), by="Jo", state="agreed"),
        Talked(made=NOON + timedelta(days=5), by="Jo", reflection="a" * 64),
        Asked(made=NOON + timedelta(days=6), reader="age1", talk=True),
    )
    return Opened(row(), pages, HandleKeys("ab" * 16, CUSTOMER))


def an_answer(text: str) -> Opened:
    """Return an entry with one answer that another program left."""
    answer = Answered("text", "text", "What is it?", "It", text, tuple(text.split("\n")))
    newest = msgspec.structs.replace(page(), sections=(AnsweredSection("first", "First", (answer,)),))
    return Opened(row(), (newest,), HandleKeys("ab" * 16, CUSTOMER))


def hostile(text: str) -> Opened:
    """Return an entry that another program left, in which every text is this one, as far as it may be."""
    name, line = text[:1000], text[:20_000]
    answers = tuple(
        Answered(
            id=kind,
            kind=kind,
            ask=line,
            summary=line,
            value=value,
            words=(text, text),
            scale=scale,
            seen=Seen(line, line, (text, text)),
        )
        for kind, value, scale in (
            ("text", text, None),
            ("lines", (line, line), None),
            ("choice", Choice((name,), line), None),
            ("cards", Cards((name,), (line,)), None),
            ("goal", Goal(text, text, text, text), None),
            ("scale", 4, (4, 5)),
            ("odd", -1000, (9, 3)),
        )
    )
    newest = msgspec.structs.replace(
        page(),
        name=line,
        typed_in_by=name,
        source="paper",
        pack=name,
        pack_title=line,
        language=name,
        seen_title=line,
        my_page=MyPage(
            strengths=("cards", "lines"), ratings=("scale", "odd"), hopes=("text",), steps=("goal",)
        ),
        sections=(AnsweredSection(name, line, answers, seen=line),),
    )
    step = Step(text=line, who=line, by_when=line)
    edge = datetime(1, 1, 1, tzinfo=UTC)
    pages = (
        msgspec.structs.replace(newest, made=edge),
        newest,
        Note(made=NOON, by=name, text=text),
        Plan(made=NOON, by=name, goals=(PlanGoal(want=line, steps=(step, step)),)),
        StatusChange(made=NOON, by=name, state="agreed"),
        Talked(made=NOON, by=name, reflection="a" * 64),
    )
    return Opened(
        msgspec.structs.replace(row(text), picked_up_by=text),
        pages,
        None,
        aside=((FIRST, "unreadable"), (SECOND, "misplaced")),
    )
