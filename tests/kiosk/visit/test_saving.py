"""Saving an entry: who can open what, and what the disk gives away."""

import dataclasses
import errno
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Literal
from unittest.mock import Mock

import pytest

from kiosk import seal
from kiosk.dates import to_second
from kiosk.entry import handle
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.names import NameWords
from kiosk.entry.page_file import Keys, PageHead, open_page, read_entry
from kiosk.entry.pages import AnyPage, Asked, Reflection, keep_back, page_of, whole
from kiosk.errors import BusyError, NoEntryError, NoRoomError, SaveError, SealError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.seal import Costs
from kiosk.vault.vault import Vault
from kiosk.visit.comments import keep_comment
from kiosk.visit.saving import Saver, Submission
from tests.kiosk.entry.answers import reflection
from tests.kiosk.sealed import FIRST, PLACE, SECOND, everything_under, page_in, sealed_page

Derive = Callable[[Handle], HandleKeys]

# A Thursday, in ISO week 10 of 2026.
NOW = datetime(2026, 3, 5, 15, 4, 5, 678_901, UTC)
WORDS = ("snapdragon", "accordion", "grandmother", "pantomime", "marmalade")
ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "likes": ("tea",),
    "cards": Cards(("kind",), (f"I play the {WORDS[1]}",)),
    "day": f"A {WORDS[0]}\nin the window",
    "people": (f"My {WORDS[2]}",),
    "goal": Goal(want=f"To see the {WORDS[3]}", first_step=WORDS[4]),
}


@pytest.fixture
def vault(home: Home, names: NameWords) -> Iterator[Vault]:
    with Vault(home.root, clock=lambda: NOW, name_of=names.name_of, reserve_bytes=0) as vault:
        yield vault


@pytest.fixture
def saver(vault: Vault, venue: str, names: NameWords, derive: Derive) -> Saver:
    return Saver(vault, seal.recipient_of(venue), names, lambda: NOW, derive=derive)


class FailingVault:
    """Fails as often as it is told to, and notes what it was asked to keep."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.asked: list[str] = []

    def save(self, entry_id: str, name: str, sealed: bytes, *, source: Literal["kiosk", "paper"]) -> None:
        self._ask(entry_id)

    def add_page(self, entry_id: str, seal: Callable[[int], bytes]) -> None:
        self._ask(entry_id)

    def keep_count(self, entry_id: str, quarter: str, sealed: bytes) -> None:
        pass

    def named_pages(self, entry_id: str) -> tuple[tuple[str, bytes], ...]:
        return ()

    def place(self) -> str:
        return PLACE

    def _ask(self, entry_id: str) -> None:
        self.asked.append(entry_id)
        if self.failures:
            raise self.failures.pop(0)


def values(page: AnyPage) -> dict[str, Answer]:
    assert isinstance(page, Reflection)
    return {one.id: one.value for one in page.answers() if one.value is not None}


def test_what_is_saved_opens_with_the_venues_key_and_the_customers_and_no_other(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    [sealed] = vault.pages(saved.id)
    for identity in (venue, derive(saved.handle).identity):
        page = reflection(page_in(sealed, identity))
        assert {one.id: one.value for one in page.answers() if one.value is not None} == ANSWERS
    for other in (seal.new_identity(), derive(handle.draw()).identity):
        with pytest.raises(SealError):
            page_in(sealed, other)
    assert sealed.count(b"-> X25519 ") == 2


def test_what_the_customer_leaves_with_leads_to_the_entry(
    saver: Saver, vault: Vault, names: NameWords, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    assert saved.id == derive(handle.read(str(saved.handle).lower())).id
    assert saved.name == names.name_of(saved.id)
    [row] = vault.rows()
    assert (row.id, row.name, row.saved, row.source) == (saved.id, saved.name, NOW, "kiosk")


def test_a_paper_form_is_marked_in_the_page_and_in_the_list(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS), source="paper", typed_in_by="Jo")
    page = reflection(page_in(vault.pages(saved.id)[0], venue))
    assert (page.source, page.typed_in_by) == ("paper", "Jo")
    assert vault.row(saved.id).source == "paper"


def test_a_page_says_which_it_is_and_whoever_has_the_code_vouches_for_it(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    saver.amend(Submission(small_pack, {"mood": 1}), saved.handle)
    first, second = (open_page(sealed, venue) for sealed in vault.pages(saved.id))
    assert first.head == PageHead(id=saved.id, counter=1, writer=PLACE, venue=saver.venue_key)
    assert second.head == PageHead(
        id=saved.id, counter=2, writer=PLACE, before=first.hash, venue=saver.venue_key
    )
    keys = Keys.of(code=derive(saved.handle).identity, desk=venue)
    for page in (first, second):
        assert page.is_by_code(keys.code)
        assert not page.is_by_code(keys.desk)
        assert page.by_desk == ""


def test_the_desk_vouches_for_who_typed_a_form_in(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack
) -> None:
    keys = Keys.of(desk=venue)
    for desk_key, believed in ((keys.desk, "Jo"), (b"", ""), (bytes(32), "")):
        typing = dataclasses.replace(saver, desk_key=desk_key)
        saved = typing.save(Submission(small_pack, ANSWERS), source="paper", typed_in_by="Jo")
        read = read_entry(saved.id, vault.named_pages(saved.id), venue, keys)
        [file] = read.pages
        assert (reflection(file.page).typed_in_by, read.aside) == (believed, ())


def test_a_place_that_cannot_be_drawn_saves_nothing_and_says_so(
    saver: Saver, vault: Vault, small_pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = saver.save(Submission(small_pack, ANSWERS)).handle
    monkeypatch.setattr(vault, "place", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
    for attempt in (saver.save, lambda reflection: saver.amend(reflection, code)):
        with pytest.raises(NoRoomError):
            attempt(Submission(small_pack, {}))
    [row] = vault.rows()
    assert row.pages == (FIRST,)


def test_an_amendment_names_no_page_that_a_stranger_slipped_in(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    forged = page_of(small_pack, {"mood": 2}, name=saved.name, made=NOW)
    readers = (saver.venue_key, seal.recipient_of(derive(saved.handle).identity))
    forger = sealed_page(keep_back(forged, (), readers[1]), readers, counter=2)
    vault.add_page(saved.id, lambda _number: forger)
    saver.amend(Submission(small_pack, {"mood": 1}), saved.handle)
    first, _, third = (open_page(sealed, venue) for sealed in vault.pages(saved.id))
    assert third.head == PageHead(
        id=saved.id, counter=3, writer=PLACE, before=first.hash, venue=saver.venue_key
    )


def test_nothing_on_the_disk_holds_an_answer_the_code_or_a_key(
    home: Home, saver: Saver, venue: str, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    keep_comment(home, saver.venue_key, small_pack, now=NOW, question="day", text=WORDS[0], rating=2)
    found = everything_under(home.root)
    assert saved.id.encode() in found
    identity = derive(saved.handle).identity
    secrets = [
        *WORDS,
        saved.handle.symbols,
        *(" ".join(pair) for pair in pairwise(saved.handle.groups)),
        *("".join(pair) for pair in pairwise(saved.handle.groups)),
        identity,
        venue,
        "SECRET-KEY",
        seal.recipient_of(identity),
        small_pack.title,
        *(question.ask for _, question in small_pack.questions()),
    ]
    for secret in secrets:
        assert secret.encode() not in found
        assert secret.lower().encode() not in found.lower()
        assert secret.encode().hex().encode() not in found


@pytest.mark.parametrize("failure", [SaveError("No."), NoRoomError("No room.")])
def test_a_vault_that_fails_leaves_the_answers_and_trying_again_draws_a_new_handle(
    saver: Saver, small_pack: Pack, failure: SaveError
) -> None:
    failing = FailingVault(failure)
    trying = dataclasses.replace(saver, vault=failing)
    answers = dict(ANSWERS)
    with pytest.raises(type(failure)) as caught:
        trying.save(Submission(small_pack, answers))
    assert caught.value is failure
    assert answers == ANSWERS
    saved = trying.save(Submission(small_pack, answers))
    assert answers == ANSWERS
    assert len(set(failing.asked)) == 2
    assert failing.asked[-1] == saved.id


def test_a_machine_without_memory_for_the_key_says_that_nothing_is_saved_or_amended(
    saver: Saver, small_pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is begun: the system would give the memory, and then end this program or another one."""
    vault, costs = FailingVault(), Costs()
    trying = dataclasses.replace(saver, vault=vault, derive=partial(handle.keys, costs=costs))
    monkeypatch.setattr(seal, "free_memory", lambda: costs.memory_kib * 1024)
    for attempt in (trying.save, lambda reflection: trying.amend(reflection, handle.draw())):
        with pytest.raises(BusyError, match="could not be saved"):
            attempt(Submission(small_pack, ANSWERS))
    assert vault.asked == []


def test_a_code_that_is_taken_already_saves_nothing_over_it(
    saver: Saver, vault: Vault, small_pack: Pack
) -> None:
    drawn = handle.draw()
    twice = dataclasses.replace(saver, draw=lambda: drawn)
    first = twice.save(Submission(small_pack, ANSWERS))
    kept = vault.pages(first.id)
    with pytest.raises(SaveError):
        twice.save(Submission(small_pack, {}))
    assert vault.pages(first.id) == kept


# -- private parts, the wish to talk, amendments


def test_what_is_private_is_read_by_the_customer_and_not_by_the_venue(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS, private={"second"}))
    [sealed] = vault.pages(saved.id)
    shared, customer = page_in(sealed, venue), derive(saved.handle).identity
    assert values(shared) == {"mood": 2, "likes": ("tea",)}
    readable = seal.open_sealed(sealed, venue)
    for word in WORDS:
        assert word.encode() not in readable
    assert isinstance(shared, Reflection)
    with pytest.raises(SealError):
        whole(shared, venue)
    assert values(whole(shared, customer)) == ANSWERS
    assert shared.reader == seal.recipient_of(customer)


def test_everything_can_be_private(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS, private={"first", "second"}))
    shared = page_in(vault.pages(saved.id)[0], venue)
    assert isinstance(shared, Reflection)
    assert shared.sections == ()
    assert values(whole(shared, derive(saved.handle).identity)) == ANSWERS


@pytest.mark.parametrize("talk", [True, False])
def test_the_wish_to_talk_stands_in_the_sealed_page_alone(
    home: Home, saver: Saver, vault: Vault, venue: str, small_pack: Pack, talk: bool
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS, talk=talk))
    page = page_in(vault.pages(saved.id)[0], venue)
    assert isinstance(page, Reflection)
    assert page.talk is talk
    assert b"talk" not in everything_under(home.root)


@pytest.mark.parametrize("talk", [True, False])
def test_a_wish_to_talk_that_is_added_later_is_a_page_of_its_own_and_no_answers(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack, derive: Derive, talk: bool
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS, private={"second"}, talk=not talk))
    keys = derive(saved.handle)
    later = dataclasses.replace(saver, clock=lambda: NOW + timedelta(days=1))
    added = later.ask_to_talk(keys, talk=talk)
    first, second = vault.pages(saved.id)
    made = to_second(NOW + timedelta(days=1))
    assert added == Asked(made=made, reader=seal.recipient_of(keys.identity), talk=talk)
    assert [page_in(second, identity) for identity in (venue, keys.identity)] == [added] * 2
    assert abs(len(first) - len(second)) < seal.BLOCK  # age adds some bytes at random
    for word in WORDS:
        assert word.encode() not in seal.open_sealed(second, keys.identity)


def test_a_wish_that_a_stranger_made_is_set_aside(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    reader = seal.recipient_of(seal.new_identity())
    forged = sealed_page(
        Asked(made=NOW, reader=reader, talk=True), (seal.recipient_of(venue),), saved.id, counter=2
    )
    vault.add_page(saved.id, lambda _number: forged)
    read = read_entry(saved.id, vault.named_pages(saved.id), venue)
    assert (read.aside, read.wish) == (((SECOND, "not the customer's"),), None)


def test_an_amendment_is_a_further_page_and_the_one_before_stays_byte_for_byte(
    saver: Saver, vault: Vault, venue: str, small_pack: Pack, derive: Derive
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    (before,) = vault.pages(saved.id)
    changed: dict[str, Answer] = {"mood": 1, "day": f"A {WORDS[0]}"}
    again = saver.amend(Submission(small_pack, changed, talk=True), saved.handle)
    assert again == saved
    first, second = vault.pages(saved.id)
    assert first == before
    for identity in (venue, derive(saved.handle).identity):
        assert values(page_in(first, identity)) == ANSWERS
        assert values(page_in(second, identity)) == changed
    page = page_in(second, venue)
    assert isinstance(page, Reflection)
    assert (page.talk, page.source, page.name) == (True, "kiosk", saved.name)
    assert vault.row(saved.id).pages == (FIRST, SECOND)


def test_an_entry_of_another_venue_stays_theirs(
    saver: Saver, vault: Vault, small_pack: Pack, venue: str
) -> None:
    """Its customer comes back at a place that has another venue key."""
    saved = saver.save(Submission(small_pack, ANSWERS))
    asked = Mock(side_effect=lambda before, _own: before)
    elsewhere = dataclasses.replace(saver, venue_key=seal.recipient_of(seal.new_identity()), key_of=asked)
    elsewhere.amend(Submission(small_pack, ANSWERS), saved.handle)
    assert [open_page(page, venue).head.venue for page in vault.pages(saved.id)] == [saver.venue_key] * 2
    asked.assert_called_once_with(saver.venue_key, elsewhere.venue_key)


def test_an_entry_that_has_gone_cannot_be_amended_and_does_not_come_back(
    saver: Saver, vault: Vault, small_pack: Pack
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    vault.erase(saved.id)
    for code in (saved.handle, handle.draw()):
        with pytest.raises(NoEntryError):
            saver.amend(Submission(small_pack, ANSWERS), code)
    assert vault.rows() == ()


@pytest.mark.parametrize("failure", [SaveError("No."), NoRoomError("No room."), NoEntryError("Gone.")])
def test_an_amendment_that_fails_leaves_the_answers_and_can_be_tried_again(
    saver: Saver, small_pack: Pack, failure: Exception, derive: Derive
) -> None:
    failing, code, answers = FailingVault(failure), handle.draw(), dict(ANSWERS)
    trying = dataclasses.replace(saver, vault=failing)
    with pytest.raises(type(failure)) as caught:
        trying.amend(Submission(small_pack, answers), code)
    assert caught.value is failure
    assert answers == ANSWERS
    assert trying.amend(Submission(small_pack, answers), code).handle == code
    assert failing.asked == [derive(code).id] * 2


def test_a_saved_handle_does_not_show_in_repr(saver: Saver, small_pack: Pack) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    assert saved.handle.groups[0] not in repr(saved)
