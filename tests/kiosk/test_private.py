"""What a customer keeps back: sealed to the code alone, and in its place again for whoever has that."""

import base64
import json
from collections.abc import Collection
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.entry.answers import Answer
from kiosk.entry.pages import Reflection, keep_back, page_of, page_to_bytes, whole
from kiosk.errors import EntryError, SealError
from kiosk.pack.model import MyPage, ScaleQuestion, Section, TextQuestion
from tests.kiosk.sealed import page_in, sealed_page
from tests.packs import question, small

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = ("snapdragon", "accordion", "grandmother", "pantomime", "marmalade", "hippopotamus")
PARTS = tuple(f"part{number}" for number in range(len(WORDS)))
CUSTOMER = seal.identity_from(bytes(range(32)))
READER = seal.recipient_of(CUSTOMER)
VENUE = seal.identity_from(bytes(range(1, 33)))
PACK = msgspec.structs.replace(
    small(),
    sections=tuple(
        Section(
            id=part,
            title=f"The title of {part}",
            intro="A part.",
            questions=(
                TextQuestion(id=f"text{part}", ask=f"What of {part}?", summary=f"In short, {part}"),
                msgspec.structs.replace(question("mood"), id=f"mood{part}"),
            ),
        )
        for part in PARTS
    ),
)
ANSWERS: dict[str, Answer] = {
    f"text{part}": f"It is {word}." for part, word in zip(PARTS, WORDS, strict=True)
}

parts = st.sets(st.sampled_from(PARTS))


def page(answers: dict[str, Answer] = ANSWERS, *, my_page: MyPage | None = None) -> Reflection:
    pack = msgspec.structs.replace(PACK, my_page=my_page or MyPage())
    return page_of(pack, answers, name="Amber Heron", made=NOON, talk=True)


def sealed(kept_back: Collection[str]) -> bytes:
    return sealed_page(keep_back(page(), kept_back, READER), (seal.recipient_of(VENUE), READER))


def opened(sealed_page: bytes, identity: str) -> Reflection:
    read = page_in(sealed_page, identity)
    assert isinstance(read, Reflection)
    return read


@given(parts)
def test_whatever_is_kept_back_is_in_its_old_place_for_the_customer(kept_back: set[str]) -> None:
    read = opened(sealed(kept_back), CUSTOMER)
    assert [section.id for section in read.sections] == [part for part in PARTS if part not in kept_back]
    assert whole(read, CUSTOMER) == msgspec.structs.replace(page(), reader=READER)
    assert read.reader == READER
    assert bool(read.private) == bool(kept_back)


@given(parts)
def test_no_word_of_what_is_kept_back_is_in_what_the_venue_can_read(kept_back: set[str]) -> None:
    readable = seal.open_sealed(sealed(kept_back), VENUE)
    private = base64.b64decode(json.loads(readable)["page"]["private"])
    for part, word in zip(PARTS, WORDS, strict=True):
        for text in (word, f"The title of {part}", f"What of {part}?", f"In short, {part}", f"text{part}"):
            assert (text.encode() in readable) == (part not in kept_back)
            assert text.encode() not in private


@given(parts.filter(bool))
def test_the_venue_opens_the_page_and_not_what_was_kept_back(kept_back: set[str]) -> None:
    read = opened(sealed(kept_back), VENUE)
    assert read.talk
    for identity in (VENUE, seal.new_identity()):
        with pytest.raises(SealError):
            whole(read, identity)
        with pytest.raises(SealError):
            seal.open_sealed(read.private, identity)


def test_a_page_of_which_nothing_was_kept_back_is_whole_already() -> None:
    shared = keep_back(page(), (), READER)
    assert shared == msgspec.structs.replace(page(), reader=READER)
    assert whole(shared, VENUE) is shared


def test_a_section_that_the_page_does_not_have_keeps_nothing_back() -> None:
    assert keep_back(page(), {"elsewhere"}, READER).private == b""


def test_how_long_a_private_answer_is_shows_in_steps_of_four_kilobytes_alone() -> None:
    sizes = set()
    for length in (1, 1500):
        made = keep_back(page({"textpart0": "x" * length}), {"part0"}, READER)
        sizes.add(len(seal.open_sealed(made.private, CUSTOMER)))
    assert sizes == {seal.BLOCK}


def test_a_private_part_that_opens_and_reads_as_none_is_refused_in_words() -> None:
    for junk in (b"{}", b'{"version":2,"order":[],"sections":[]}', b"\xff", b"[" * 100_000):
        spoilt = msgspec.structs.replace(page(), private=seal.seal(junk, (READER,)))
        with pytest.raises(EntryError, match="does not read as an entry"):
            whole(spoilt, CUSTOMER)


def test_a_damaged_private_part_is_refused_and_the_rest_of_the_page_reads() -> None:
    kept_back = keep_back(page(), {"part1"}, READER)
    spoilt = msgspec.structs.replace(kept_back, private=kept_back.private[:-1] + b"?")
    read = opened(sealed_page(spoilt, (READER,)), CUSTOMER)
    assert len(read.sections) == len(PARTS) - 1
    with pytest.raises(SealError):
        whole(read, CUSTOMER)


def test_where_a_private_scale_stands_is_private_too() -> None:
    mood = question("mood")
    assert isinstance(mood, ScaleQuestion)
    told = page_to_bytes(keep_back(page({"moodpart2": 2}), {"part2"}, READER))
    assert b'"scale":[' not in told
    assert b'"words":["%s"]' % mood.points[1].label.encode() not in told
