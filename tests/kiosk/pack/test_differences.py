"""What differs between two versions of a pack."""

import msgspec

from kiosk.pack.differences import differences
from kiosk.pack.model import Pack
from tests.packs import small


def with_day(*, version: int, **changes: object) -> Pack:
    sections = tuple(
        msgspec.structs.replace(
            section,
            questions=tuple(
                msgspec.structs.replace(one, **changes) if one.id == "day" else one
                for one in section.questions
            ),
        )
        for section in small().sections
    )
    return msgspec.structs.replace(small(), version=version, sections=sections)


def test_what_was_once_declared_the_same_is_asked_about_when_the_words_change_again() -> None:
    first = with_day(version=1)
    mended = with_day(version=2, ask="What is a good day like?", since=1)
    turned = with_day(version=3, ask="What is a bad day like?", since=1)
    assert [one.since for one in differences(first, mended)] == [0]  # somebody declares it just now
    assert [one.since for one in differences(mended, turned)] == [1]
    assert differences(mended, with_day(version=3, ask="What is a good day like?", since=1)) == ()
    assert [one.since for one in differences(mended, with_day(version=3, ask="Other", since=3))] == [0]
    assert [one.since for one in differences(first, with_day(version=2, ask="Other"))] == [0]


def test_each_line_says_which_text_or_answer_it_is() -> None:
    first, turned = with_day(version=1), with_day(version=2, ask="A good day", why="It helps.")
    [one] = differences(first, turned)
    assert one.before == ("ask: What is a good day?",)
    assert one.now == ("ask: A good day", "why: It helps.")  # the summary has the same words, and stayed
    gone = msgspec.structs.replace(first, version=2, sections=first.sections[:0])
    lines = [line for one in differences(first, gone) for line in one.before]
    for line in ("point 1: Bad", "option tea: Tea", "group self: Me", "card kind: I am kind", "want: What?"):
        assert line in lines
