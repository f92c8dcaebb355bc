"""A page's file: which page it is, who vouches for it, and that nothing else passes for it."""

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.entry.handle import id_of
from kiosk.entry.page_file import (
    EntryRead,
    Keys,
    PageHead,
    doubt_of,
    open_page,
    read_entry,
    seal_page,
    vouched_again,
)
from kiosk.entry.pages import PAGE_BLOCK, AnyPage, Reflection, keep_back, page_of
from kiosk.entry.staff_pages import Note, StatusChange
from kiosk.errors import EntryError, SealError
from kiosk.vault.page_names import page_name
from tests.kiosk.sealed import FIRST, PLACE, SECOND, THIRD
from tests.packs import small

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CUSTOMER, VENUE, NEXT_VENUE, FORGER = (seal.identity_from(bytes([number]) * 32) for number in range(1, 5))
READER, STAFF, NEXT_STAFF, FORGERS = map(seal.recipient_of, (CUSTOMER, VENUE, NEXT_VENUE, FORGER))
ENTRY = id_of(READER)
OTHER_ENTRY = id_of(FORGERS)
BY_CUSTOMER, BY_STAFF = Keys.of(code=CUSTOMER), Keys.of(desk=VENUE)
BOTH = Keys.of(code=CUSTOMER, desk=VENUE)
HERE, ELSEWHERE = PLACE, "0c" * 8


def reflection(text: str = "Sun", *, reader: str = READER, typed_in_by: str = "") -> Reflection:
    made = page_of(
        small(),
        {"day": text},
        name="Amber Heron",
        made=NOON,
        source="paper" if typed_in_by else "kiosk",
        typed_in_by=typed_in_by,
    )
    return keep_back(made, (), reader)


NOTE = Note(made=NOON, by="Jo", text="We spoke.")
TURN = StatusChange(made=NOON, by="Jo", state="closed")


def head(counter: int = 1, before: str = "", *, entry: str = ENTRY, writer: str = HERE) -> PageHead:
    return PageHead(id=entry, counter=counter, writer=writer, before=before)


def made(page: AnyPage, keys: Keys, which: PageHead | None = None) -> bytes:
    return seal_page(page, which or head(), (STAFF, READER), keys)[0]


def read(*sealed: bytes, keys: Keys = BOTH, identity: str = VENUE, entry: str = ENTRY) -> EntryRead:
    """What somebody finds in an entry of these pages, which one place wrote, one after the other."""
    return read_entry(entry, named(*sealed), identity, keys)


def named(*sealed: bytes) -> list[tuple[str, bytes]]:
    return [(page_name(counter, HERE), page) for counter, page in enumerate(sealed, 1)]


def chain(*pages: tuple[AnyPage, Keys]) -> list[bytes]:
    """Pages of which each names the one before it."""
    files, before = [], ""
    for counter, (page, keys) in enumerate(pages, 1):
        sealed, before = seal_page(page, head(counter, before), (STAFF, READER), keys)
        files.append(sealed)
    return files


def inside(sealed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(seal.open_sealed(sealed, VENUE))
    return found


def sealed_again(file: dict[str, Any]) -> bytes:
    """What somebody seals who knows both recipients and no private key."""
    return seal.seal(json.dumps(file).encode(), (STAFF, READER), block=PAGE_BLOCK)


# -- what is what it says


def test_what_customer_and_staff_wrote_is_read_in_order_by_both() -> None:
    first, form = reflection("Sun"), reflection("Rain", typed_in_by="Jo")
    files = chain((first, BY_CUSTOMER), (NOTE, BY_STAFF), (form, BOTH), (TURN, BY_STAFF))
    for identity, keys in ((VENUE, BOTH), (VENUE, BY_STAFF), (VENUE, Keys()), (CUSTOMER, BY_CUSTOMER)):
        found = read(*files, keys=keys, identity=identity)
        assert [file.page for file in found.pages] == [first, NOTE, form, TURN]
        assert (found.aside, found.broken, found.problem) == ((), False, None)
        assert found.newest_hash == found.pages[-1].hash


def test_an_entry_without_pages_has_none() -> None:
    assert read() == EntryRead()
    assert read().newest_hash == ""


def test_the_hash_is_that_of_the_content_whatever_it_is_sealed_to() -> None:
    sealed, hash_ = seal_page(reflection(), head(), (STAFF, READER), BY_CUSTOMER)
    again = seal.seal(seal.open_sealed(sealed, VENUE), (NEXT_STAFF, READER), block=1)
    assert open_page(sealed, CUSTOMER).hash == open_page(again, NEXT_VENUE).hash == hash_
    assert seal_page(reflection(), head(), (STAFF, READER), Keys())[1] == hash_


@given(
    st.text(max_size=200), st.sets(st.sampled_from(["first", "second"])), st.sampled_from([BY_CUSTOMER, BOTH])
)
def test_every_page_has_one_size_whatever_is_in_it_or_kept_back(
    text: str, private: set[str], keys: Keys
) -> None:
    kept_back = keep_back(page_of(small(), {"day": text}, name="A", made=NOON), private, READER)
    note = Note(made=NOON, by="Jo", text=text)
    files = [made(page, keys, head(2, "0" * 64)) for page in (kept_back, note, TURN)]
    files += [made(kept_back, Keys()), made(reflection(), BY_CUSTOMER)]
    # Of what is sealed: age itself adds to each file what makes its head a random size.
    assert {len(seal.open_sealed(file, VENUE)) for file in files} == {PAGE_BLOCK}


# -- what is not


CHANGES = st.one_of(
    st.tuples(st.just("id"), st.text("0123456789abcdef", min_size=32, max_size=32)),
    st.tuples(st.just("counter"), st.integers(1, 9999)),
    st.tuples(st.just("writer"), st.text("0123456789abcdef", min_size=16, max_size=16)),
    st.tuples(st.just("before"), st.sampled_from(["", "0" * 64, "f" * 64])),
    st.tuples(st.just("page"), st.text(max_size=20)),
    st.tuples(st.just("tag"), st.text("0123456789abcdef", min_size=64, max_size=64) | st.just("")),
)


@given(CHANGES, st.booleans())
def test_any_change_of_head_page_or_tag_is_told(change: tuple[str, Any], staffs: bool) -> None:
    page, keys = (NOTE, BY_STAFF) if staffs else (reflection(), BY_CUSTOMER)
    [first] = chain((reflection("First"), BY_CUSTOMER))
    sealed = made(page, keys, head(2, open_page(first, VENUE).hash))
    file, (what, value) = inside(sealed), change
    before = json.dumps(file)
    match what:
        case "page":
            file["page"]["text" if staffs else "name"] = value
        case "tag":
            file["by_desk" if staffs else "by_code"] = value
        case _:
            file["head"][what] = value
    found = read(first, sealed_again(file))
    # Written again, the page's JSON has other spaces: the bytes are what counts.
    [(name, doubt)] = found.aside
    assert name == SECOND
    assert doubt == (
        "misplaced" if what in ("id", "counter", "writer") and json.dumps(file) != before else doubt
    )
    assert doubt in ("misplaced", "not staff's" if staffs else "not the customer's")
    assert [file.page for file in found.pages] == [reflection("First")]


@given(CHANGES)
def test_only_the_very_bytes_pass(change: tuple[str, Any]) -> None:
    """As above, where nothing but the one thing is other than it was."""
    plain = seal.open_sealed(made(reflection(), BY_CUSTOMER), VENUE)
    good = msgspec.json.decode(plain)
    what, value = change
    was = {**good["head"], "page": "Amber Heron", "tag": good["by_code"]}[what]
    old, new = (json.dumps(one, ensure_ascii=False).encode() for one in (was, value))
    key = {"page": b'"name":', "tag": b'"by_code":'}.get(what, b'"%s":' % what.encode())
    assert key + old in plain
    changed = seal.seal(plain.replace(key + old, key + new, 1), (STAFF, READER), block=1)
    found = read(changed)
    assert (found.aside == ()) == (was == value)
    assert bool(found.pages) == (was == value)


@pytest.mark.parametrize("keys", [BOTH, BY_STAFF, BY_CUSTOMER, Keys()])
def test_a_page_that_was_moved_to_another_name_or_entry_is_misplaced(keys: Keys) -> None:
    one, two = chain((reflection(), BY_CUSTOMER), (NOTE, BY_STAFF))
    assert read(two, one, keys=keys).aside == ((FIRST, "misplaced"), (SECOND, "misplaced"))
    assert read(one, one, keys=keys).aside == ((SECOND, "misplaced"),)
    theirs = page_name(1, ELSEWHERE)
    assert read_entry(ENTRY, [(theirs, one)], VENUE, keys).aside == ((theirs, "misplaced"),)
    assert read(one, two, keys=keys, entry=OTHER_ENTRY).aside == ((FIRST, "misplaced"), (SECOND, "misplaced"))


def test_whoever_knows_the_venues_public_key_alone_writes_no_page_of_a_customer() -> None:
    """They have the disk, and so the id; they cannot know the recipient that it is a hash of."""
    for reader, tags, keys in product(
        ("", FORGERS, STAFF, "age1"), (Keys(), Keys.of(code=FORGER, desk=FORGER)), (BOTH, BY_STAFF, Keys())
    ):
        forged = msgspec.structs.replace(reflection("Forged"), reader=reader)
        sealed = seal_page(forged, head(), (STAFF, FORGERS), tags)[0]
        found = read(sealed, keys=keys)
        assert (found.pages, found.aside) == ((), ((FIRST, "not the customer's"),))


def test_whoever_knows_the_customers_recipient_too_is_told_by_the_code_alone() -> None:
    """Staff of before know it. Without the code nobody can tell, and the desk says so."""
    forged = made(reflection("Forged"), Keys.of(code=FORGER))
    assert read(forged, keys=BOTH).aside == ((FIRST, "not the customer's"),)
    assert read(forged, keys=BY_CUSTOMER, identity=CUSTOMER).aside == ((FIRST, "not the customer's"),)
    assert read(forged, keys=BY_STAFF).aside == ()


@pytest.mark.parametrize("page", [NOTE, TURN])
@pytest.mark.parametrize("tags", [Keys(), BY_CUSTOMER, Keys.of(desk=CUSTOMER), Keys.of(desk=NEXT_VENUE)])
def test_nobody_but_the_desk_writes_for_staff(page: AnyPage, tags: Keys) -> None:
    files = chain((reflection(), BY_CUSTOMER), (page, tags))
    for keys in (BOTH, BY_STAFF):
        assert read(*files, keys=keys).aside == ((SECOND, "not staff's"),)


def test_a_tag_of_one_kind_is_none_of_the_other() -> None:
    """Of the same identity, too: each purpose has a key of its own."""
    for page, keys, doubt in (
        (reflection(), Keys(desk=BY_CUSTOMER.code), "not the customer's"),
        (NOTE, Keys(code=BY_STAFF.desk), "not staff's"),
    ):
        files = chain((reflection(), BY_CUSTOMER), (page, keys))
        assert read(*files).aside == ((SECOND, doubt),)


@pytest.mark.parametrize("tags", [BY_CUSTOMER, Keys.of(code=CUSTOMER, desk=FORGER)])
def test_who_typed_a_form_in_is_believed_from_the_desk_alone(tags: Keys) -> None:
    form = reflection(typed_in_by="Jo")
    for keys in (BOTH, BY_STAFF):
        [claimed] = read(made(form, tags), keys=keys).pages
        assert claimed.page == msgspec.structs.replace(form, typed_in_by="")
        [vouched] = read(made(form, BOTH), keys=keys).pages
        assert vouched.page == form
        assert claimed.hash == vouched.hash  # what comes after it goes on from what was written


def test_a_reader_that_was_forged_is_nobody_that_staff_would_write_to() -> None:
    good = reflection()
    forged = msgspec.structs.replace(reflection("Forged"), reader=FORGERS)
    found = read(*chain((good, BY_CUSTOMER), (forged, Keys.of(code=FORGER))), keys=BY_STAFF)
    assert [file.page for file in found.pages] == [good]
    assert found.aside == ((SECOND, "not the customer's"),)


def test_a_venues_key_of_before_counts_while_it_is_changed_and_no_longer() -> None:
    files = chain((reflection(typed_in_by="Jo"), BOTH), (NOTE, BY_STAFF))
    changing = Keys.of(desk=NEXT_VENUE, before=[VENUE])
    assert [file.page for file in read(*files, keys=changing).pages] == [reflection(typed_in_by="Jo"), NOTE]
    found = read(*files, keys=Keys.of(desk=NEXT_VENUE))
    assert found.aside == ((SECOND, "not staff's"),)
    [form] = found.pages
    assert form.page == msgspec.structs.replace(reflection(typed_in_by="Jo"), typed_in_by="")


# -- what does not open


@given(st.binary(max_size=200))
def test_bytes_that_are_no_page_are_set_aside_and_nothing_breaks(data: bytes) -> None:
    [good] = chain((reflection(), BY_CUSTOMER))
    for second in (data, seal.seal(data or b" ", (STAFF, READER))):
        found = read(good, second)
        assert found.aside == ((SECOND, "unreadable"),)
        assert len(found.pages) == 1
        assert isinstance(found.problem, SealError | EntryError)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 3}, "newer version"),
        ({"version": 3, "more": 1}, "newer version"),
        ({"version": 1}, "does not read"),
        ({"version": 0}, "does not read"),
        ({"version": "1"}, "does not read"),
        ({"more": 1}, "does not read"),
        ({"head": None}, "does not read"),
        ({"by_code": "x"}, "does not read"),
        ({"by_desk": "0" * 65}, "does not read"),
        ({"page": {"version": 1, "kind": "letter"}}, "newer version"),
        ({"page": []}, "does not read"),
    ],
)
def test_a_file_of_another_shape_says_why_it_is_not_read(change: dict[str, Any], told: str) -> None:
    file = inside(made(reflection(), BY_CUSTOMER)) | change
    with pytest.raises(EntryError, match=told):
        open_page(sealed_again(file), VENUE)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("counter", 0),
        ("counter", 10_000),
        ("counter", "1"),
        ("writer", "x" * 16),
        ("writer", ""),
        ("before", "F" * 64),
        ("id", None),
        ("more", 1),
    ],
)
def test_a_head_of_another_shape_is_not_read(what: str, value: Any) -> None:
    file = inside(made(reflection(), BY_CUSTOMER))
    file["head"][what] = value
    assert read(sealed_again(file)).aside == ((FIRST, "unreadable"),)


# -- the chain


def test_a_page_that_a_later_one_knew_and_that_is_gone_is_missed() -> None:
    first, second, third = chain((reflection(), BY_CUSTOMER), (NOTE, BY_STAFF), (TURN, BY_STAFF))
    assert not read(first, second).broken  # that the last is gone, the stock tells
    assert read_entry(ENTRY, [(FIRST, first), (THIRD, third)], VENUE, BOTH).broken
    assert read_entry(ENTRY, [(SECOND, second), (THIRD, third)], VENUE, BOTH).broken
    found = read(first, b"damaged", third)
    assert (found.broken, found.aside) == (True, ((SECOND, "unreadable"),))


def test_two_writers_who_both_knew_the_first_page_miss_nothing() -> None:
    first, hash_ = seal_page(reflection(), head(), (STAFF, READER), BY_CUSTOMER)
    theirs = made(NOTE, BY_STAFF, head(2, hash_, writer=ELSEWHERE))
    mine = made(TURN, BY_STAFF, head(2, hash_))
    pages = [(SECOND, mine), (page_name(2, ELSEWHERE), theirs), (FIRST, first)]
    found = read_entry(ENTRY, pages, VENUE, BOTH)
    assert [file.page for file in found.pages] == [reflection(), NOTE, TURN]
    assert (found.broken, found.aside) == (False, ())
    assert found.names == (FIRST, page_name(2, ELSEWHERE), SECOND)
    # Whoever writes next names the last of them, and misses the other one no more than they did.
    third = made(NOTE, BY_STAFF, head(3, found.newest_hash))
    assert not read_entry(ENTRY, [*pages, (THIRD, third)], VENUE, BOTH).broken


def test_who_did_not_know_a_page_that_is_set_aside_misses_nothing() -> None:
    first, hash_ = seal_page(reflection(), head(), (STAFF, READER), BY_CUSTOMER)
    forged = made(reflection("Forged"), Keys(), head(2, hash_))
    third = made(NOTE, BY_STAFF, head(3, hash_))
    found = read(first, forged, third)
    assert (found.broken, found.aside) == (False, ((SECOND, "not the customer's"),))


def test_a_page_that_names_none_or_one_that_never_was_is_told() -> None:
    for which in (head(1, "0" * 64), head(2), head(2, "0" * 64)):
        first = [] if which.counter == 1 else chain((reflection(), BY_CUSTOMER))
        assert read(*first, made(reflection("Rain"), BY_CUSTOMER, which)).broken


def test_pages_are_in_the_order_of_their_counters_whatever_order_they_are_found_in() -> None:
    files = chain((reflection(), BY_CUSTOMER), (NOTE, BY_STAFF), (TURN, BY_STAFF))
    found = read_entry(ENTRY, reversed(named(*files)), VENUE, BOTH)
    assert [file.head.counter for file in found.pages] == [1, 2, 3]
    assert not found.broken


# -- another key of the venue


def test_what_the_desk_vouched_for_is_vouched_for_with_the_next_key_and_is_as_large() -> None:
    next_keys = Keys.of(code=CUSTOMER, desk=NEXT_VENUE)
    for page, keys in ((NOTE, BY_STAFF), (reflection(typed_in_by="Jo"), BOTH)):
        plain = seal.open_sealed(made(page, keys), VENUE)
        again = vouched_again(plain, BOTH.desk, next_keys.desk)
        assert len(again) == len(plain)
        file = open_page(seal.seal(again, (NEXT_STAFF, READER), block=1), NEXT_VENUE)
        assert doubt_of(file, ENTRY, FIRST, next_keys) is None
        assert file.is_by_desk(next_keys)
        assert not file.is_by_desk(BOTH)
        assert file.hash == open_page(made(page, keys), VENUE).hash


@pytest.mark.parametrize(
    ("page", "keys"), [(reflection(), BY_CUSTOMER), (NOTE, Keys.of(desk=FORGER)), (NOTE, Keys())]
)
def test_what_the_desk_did_not_vouch_for_stays_as_it_is(page: AnyPage, keys: Keys) -> None:
    plain = seal.open_sealed(made(page, keys), VENUE)
    assert vouched_again(plain, BOTH.desk, Keys.of(desk=NEXT_VENUE).desk) == plain


@given(st.binary(max_size=60))
def test_what_is_no_page_is_not_vouched_for_again(data: bytes) -> None:
    with pytest.raises(EntryError):
        vouched_again(data, BOTH.desk, BOTH.desk)


def test_no_key_shows_in_repr() -> None:
    assert BOTH.code.hex() not in repr(BOTH)
    assert repr(BOTH) == repr(Keys()) == "Keys()"
