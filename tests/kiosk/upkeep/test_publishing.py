"""Publishing packs: what has to come first, what becomes of versions, and that they never change."""

import shutil
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import pytest

from kiosk.errors import EntryError, PackError
from kiosk.pack.library import Library
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import LOG
from kiosk.seal import new_identity
from kiosk.upkeep.pack_store import is_vouched
from tests.kiosk.upkeep.packs import SAID, Group


@pytest.fixture
def group(tmp_path: Path) -> Group:
    return Group(tmp_path / "packs")


def states(group: Group, pack_id: str = "strengths") -> dict[int, str]:
    return {one.number: one.state for one in group.library.states(pack_id).versions}


def test_a_draft_is_a_copy_of_what_is_live_with_the_next_number_and_its_remarks(group: Group) -> None:
    (group.shipped / "strengths.toml").write_text("# ours\n" + (group.shipped / "strengths.toml").read_text())
    file = group.publisher.new("strengths")
    assert file.read_text().startswith("# ours\n")
    draft = group.library.load_draft("strengths")
    assert (draft.id, draft.version, draft.decks) == ("strengths", 2, group.library.start().decks)
    assert states(group) == {1: "live"}
    with pytest.raises(EntryError, match="has a draft already"):
        group.publisher.new("strengths")


def test_a_next_draft_leaves_the_group_what_is_its_own(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    folder = group.library.draft("strengths").parent
    ours = [folder / path for path in ("notes.txt", "decks/who asked.ods", "old/more.toml", ".hidden.toml")]
    for file in ours:
        file.parent.mkdir(exist_ok=True)
        file.write_text("ours")
    group.publisher.roll_back("strengths")
    group.publisher.new("strengths")
    assert {file.read_text() for file in ours} == {"ours"}
    draft = group.library.load_draft("strengths")
    assert (draft.version, draft.sections[0].questions[0].ask) == (3, "How do you feel?")


def test_a_next_draft_takes_out_a_deck_that_it_has_not(group: Group) -> None:
    group.publisher.new("strengths")
    folder = group.library.draft("strengths").parent
    (folder / "decks" / "more.toml").write_text((folder / "decks" / "tiny.toml").read_text())
    group.publisher.pilot("strengths", "A test.")
    group.publisher.new("strengths")
    assert not (folder / "decks" / "more.toml").exists()
    assert group.library.load_draft("strengths").version == 3


def test_a_new_pack_begins_as_a_copy_of_another_one(group: Group) -> None:
    group.publisher.new("ours", "brief")
    draft = group.library.load_draft("ours")
    assert (draft.id, draft.version) == ("ours", 1)
    group.change("ours", 'summary = "People"', 'summary = "People"\nsince = 1')
    group.publisher.pilot("ours", "A test.")
    group.publisher.new("others", "ours@1")
    assert [one.since for _, one in group.library.load_draft("others").questions() if one.since] == []
    with pytest.raises(EntryError, match="no pack with that name"):
        group.publisher.new("theirs", "nobodys")
    with pytest.raises(EntryError):
        group.publisher.new("../ours", "brief")


def test_a_pack_goes_from_draft_to_review_to_pilot_to_live(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    tried = group.publisher.pilot("strengths", "Just in case.")
    assert group.publisher.read_log("strengths").steps[-1].past == ""
    assert (tried.version, tried.state, states(group)) == (2, "pilot", {1: "live", 2: "pilot"})
    assert [(pack.version, pack.state) for pack in group.library.offered()] == [(1, "live"), (2, "pilot")]
    live = group.publisher.publish("strengths")
    assert (live.version, live.state, states(group)) == (2, "live", {1: "retired", 2: "live"})
    assert live.hash == tried.hash
    assert [pack.version for pack in group.library.offered()] == [2]


def test_an_update_of_the_program_changes_no_pack_that_a_venue_has_published_upon(group: Group) -> None:
    before = group.library.start()
    group.goes_live("strengths", "How is your day?")
    (group.shipped / "strengths.toml").unlink()
    assert Library(group.folder, shipped=group.shipped).version("strengths", 1).hash == before.hash
    group.publisher.roll_back("strengths")
    assert group.library.start() == before


def test_a_version_never_changes_whatever_is_done_to_the_draft(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    before = {file: file.read_bytes() for file in group.folder.rglob("versions/**/*.toml")}
    group.change("strengths", "I am kind", "I am calm")
    with pytest.raises(EntryError, match=r"Version 2 .* is published already.*version = 3"):
        group.publisher.pilot("strengths")
    group.change("strengths", "version = 2", "version = 3")
    group.publisher.log("strengths", "cards", decision="changed", **SAID)
    group.publisher.pilot("strengths", "We are few.")
    after = {file: file.read_bytes() for file in group.folder.rglob("versions/**/*.toml")}
    assert len(after) == len(before) + 2
    assert {file: after[file] for file in before} == before


# -- what has to come first


CHANGES = {
    "another question": ("How do you feel?", "How is your day?", "mood"),
    "another answer": ('label = "Tea"', 'label = "Coffee"', "likes"),
    "another value": ('value = 1, label = "Bad" },\n    {', 'value = 0, label = "Bad" },\n    {', "mood"),
    "another card": ("I am a friend", "I am a good friend", "cards"),
    "a note on why": ('ask = "What is a good day?"', 'ask = "What is a good day?"\nwhy = "To know."', "day"),
    "a meaning that began": ('summary = "People"', 'summary = "People"\nsince = 2', "people"),
    "a part of a goal": ('who = "Who?"', 'who = "Who helps?"', "goal"),
    "one more line": ("most = 3", "most = 4", "people"),
    "a question gone": (
        '[[sections.questions]]\nid = "day"\nkind = "text"\nask = "What is a good day?"\n'
        'summary = "A good day"\n',
        "",
        "day",
    ),
    "a question new": (
        "[closing]\n",
        '[[sections.questions]]\nid = "hope"\nkind = "text"\nask = "What now?"\nsummary = "Now"\n[closing]\n',
        "hope",
    ),
    "the question at the end": ('ask = "How was this?"', 'ask = "How was it?"', "feedback"),
}


@pytest.mark.parametrize(("old", "new", "question"), CHANGES.values(), ids=CHANGES.keys())
def test_a_question_that_changed_without_a_line_in_the_log_keeps_a_pack_from_going_on(
    group: Group, old: str, new: str, question: str
) -> None:
    group.publisher.new("strengths")
    group.change("strengths", old, new)
    group.publisher.review("strengths", customers=1, staff=0, source="A meeting")
    for step in (group.publisher.pilot, lambda pack_id: group.publisher.publish(pack_id, past="In a hurry.")):
        with pytest.raises(EntryError, match=f"1 question .*: {question}\\. Add a line"):
            step("strengths")
    assert states(group) == {1: "live"}
    line = group.publisher.log("strengths", question, decision="changed", **SAID)
    assert line.what == group.publisher.differences("strengths")[0].what
    group.publisher.pilot("strengths")
    assert states(group) == {1: "live", 2: "pilot"}


@pytest.mark.parametrize("change", ["another answer", "a question gone", "a question new"])
def test_a_question_that_changed_after_the_review_needs_another_review_or_a_reason(
    group: Group, change: str
) -> None:
    old, new, question = CHANGES[change]
    group.publisher.new("strengths")
    group.publisher.review("strengths", customers=4, staff=0, source="A meeting")
    group.change("strengths", old, new)
    group.publisher.log("strengths", question, decision="changed", **SAID)
    said = rf"1 question was changed after the review of version 2: {question}\. 'kiosk pack review"
    with pytest.raises(EntryError, match=said):
        group.publisher.pilot("strengths")
    with pytest.raises(EntryError, match=said):
        group.publisher.publish("strengths")
    group.publisher.review("strengths", customers=0, staff=2, source="Another meeting")
    with pytest.raises(EntryError, match=said):
        group.publisher.pilot("strengths")
    group.publisher.review("strengths", customers=1, staff=0, source="Another meeting")
    group.publisher.pilot("strengths")
    assert states(group) == {1: "live", 2: "pilot"}


def test_what_is_said_around_the_questions_is_part_of_what_a_review_read(group: Group) -> None:
    group.publisher.new("strengths")
    group.publisher.review("strengths", customers=4, staff=0, source="A meeting")
    group.change("strengths", "There are no wrong answers.", "No answer is wrong.")
    with pytest.raises(EntryError, match="Version 2 was changed after the review, but no question of it"):
        group.publisher.pilot("strengths")
    group.publisher.pilot("strengths", "A mistake in spelling.")
    assert group.publisher.read_log("strengths").steps[-1].past == "A mistake in spelling."


def test_what_is_changed_back_to_what_a_review_read_was_read(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    group.change("strengths", "I am kind", "I am calm")
    with pytest.raises(EntryError, match="cards"):
        group.publisher.pilot("strengths")
    group.change("strengths", "I am calm", "I am kind")
    assert group.publisher.pilot("strengths").version == 2


AGAIN = {
    "in its words": ("another question", "How is your day?", "How was your week?"),
    "in an answer": ("another answer", 'label = "Coffee"', 'label = "Cocoa"'),
    "in other parts of it": ("another value", 'summary = "How I feel"', 'summary = "How it is"'),
    "in another card": ("another card", "I am kind", "I am calm"),
    "in a new one": ("a question new", "What now?", "What next?"),
    "come back": ("a question gone", "[closing]\n", CHANGES["a question gone"][0] + "[closing]\n"),
}


@pytest.mark.parametrize(("change", "old", "new"), AGAIN.values(), ids=AGAIN.keys())
def test_a_question_that_changed_again_after_its_line_needs_another_line(
    group: Group, change: str, old: str, new: str
) -> None:
    question = CHANGES[change][2]
    group.publisher.new("strengths")
    group.change("strengths", *CHANGES[change][:2])
    group.publisher.log("strengths", question, decision="changed", **SAID)
    group.change("strengths", old, new)
    group.publisher.review("strengths", customers=1, staff=0, source="A meeting")
    with pytest.raises(EntryError, match=rf"1 question .* after its line in it: {question}\. Add a line"):
        group.publisher.pilot("strengths")
    group.publisher.log("strengths", question, decision="changed", **SAID)
    group.publisher.pilot("strengths")


def test_a_question_that_moved_again_after_its_line_needs_another_line(group: Group) -> None:
    group.publisher.new("strengths")
    file = group.library.draft("strengths")
    head, *parts = file.read_text().split("[[sections.questions]]\n")
    day = next(part for part in parts if part.startswith('id = "day"'))
    parts.remove(day)
    for place, said in ((-3, "does not say why 1 question"), (-4, "after its line in it: day")):
        moved = [head, *parts[:place], day, *parts[place:]]
        file.write_text("[[sections.questions]]\n".join(moved))
        found = [(one.question, one.what) for one in group.publisher.differences("strengths")]
        assert found == [("day", ("order",))]  # and nothing of those around it
        with pytest.raises(EntryError, match=said):
            group.publisher.pilot("strengths", "A test.")
        group.publisher.log("strengths", "day", decision="changed", **SAID)
    group.publisher.pilot("strengths", "A test.")


def test_a_pilot_needs_a_review_with_a_customer_or_a_reason_which_is_logged(group: Group) -> None:
    group.publisher.new("strengths")
    group.publisher.review("strengths", customers=0, staff=5, source="A meeting of staff")
    with pytest.raises(EntryError, match="No customer took part"):
        group.publisher.pilot("strengths")
    group.publisher.pilot("strengths", "The group meets in May alone.")
    [step] = group.publisher.read_log("strengths").steps
    assert (step.version, step.did, step.past) == (2, "pilot", "The group meets in May alone.")


def test_nothing_goes_live_that_nobody_tried_out_unless_a_reason_is_given(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    with pytest.raises(EntryError, match="No version was tried out"):
        group.publisher.publish("strengths")
    group.publisher.publish("strengths", past="A mistake in spelling.")
    assert (states(group), group.publisher.read_log("strengths").steps[-1].past) == (
        {1: "retired", 2: "live"},
        "A mistake in spelling.",
    )


def _waiting(counts: dict[int, int], pack_id: str, versions: Collection[int]) -> dict[int, int]:
    assert pack_id == "strengths"
    return {version: counts[version] for version in versions}


def test_comments_on_a_pilot_wait_although_a_second_one_came_or_it_ended(group: Group) -> None:
    for ask in ("How is your day?", "How was your week?"):
        group.rewords("strengths", ask)
        group.publisher.pilot("strengths")
    waiting = {2: 1, 3: 2}
    publisher = replace(group.publisher, undecided=partial(_waiting, waiting))
    with pytest.raises(EntryError, match=r"3 comments on the pilots wait for a decision \(versions 2, 3\)"):
        publisher.publish("strengths")
    group.publisher.retire("strengths", 3)
    group.rewords("strengths", "How are you?")
    waiting[3] = 0
    with pytest.raises(EntryError, match=r"1 comment on the pilot waits for a decision \(version 2\)"):
        publisher.publish("strengths")
    publisher.publish("strengths", past="It is the end of the year.")
    group.rewords("strengths", "How do you do?")
    waiting[5] = 0  # those on what was tried out before were passed, and the log says why
    publisher.pilot("strengths")
    assert publisher.publish("strengths").version == 5


def test_a_draft_beside_a_pilot_is_told_from_it_by_its_number(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    group.publisher.pilot("strengths")
    group.rewords("strengths", "How was your week?")
    with pytest.raises(EntryError, match="2, which is tried out, or that of the draft"):
        group.publisher.publish("strengths")
    untried = r"Version 3 was not tried out\. It differs from the pilot, version 2, in 1 question: mood\."
    with pytest.raises(EntryError, match=untried):
        group.publisher.publish("strengths", 3)
    group.publisher.publish("strengths", 3, "A mistake in spelling.")
    assert states(group) == {1: "retired", 2: "retired", 3: "live"}
    assert group.publisher.read_log("strengths").steps[-1].past == "A mistake in spelling."


def test_a_draft_beside_a_pilot_that_asks_the_same_was_not_tried_out_either(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    group.publisher.pilot("strengths")
    group.publisher.new("strengths", "strengths@2")
    group.change("strengths", "There are no wrong answers.", "No answer is wrong.")
    group.publisher.review("strengths", customers=1, staff=0, source="A meeting")
    with pytest.raises(
        EntryError, match=r"not tried out\. Its questions are those of the pilot, version 2\."
    ):
        group.publisher.publish("strengths", 3)


def test_a_draft_that_does_not_read_keeps_nothing_else_from_going_live(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    group.publisher.pilot("strengths")
    group.library.draft("strengths").write_text("version = three")
    with pytest.raises(EntryError, match="Say which version"):
        group.publisher.publish("strengths")
    assert group.publisher.publish("strengths", 2).version == 2
    assert group.publisher.publish("strengths", 2).version == 2  # vouched for once more
    with pytest.raises(PackError):
        group.publisher.publish("strengths", 3)


@pytest.mark.parametrize("text", ["", "  ", "two\nlines", "a \x1b[31m red one", "x" * 301, "Jo smith asked."])
def test_a_line_of_the_log_is_one_sentence_that_names_nobody(group: Group, text: str) -> None:
    group.publisher.new("strengths")
    group.change("strengths", "How do you feel?", "How are you?")
    publisher = replace(group.publisher, names=("Jo Smith",))
    for said in ({**SAID, "why": text}, {**SAID, "source": text}):
        with pytest.raises(EntryError):
            publisher.log("strengths", "mood", decision="changed", **said)
    assert not (group.folder / "strengths" / LOG).exists()


def test_a_question_that_was_kept_as_it_is_has_its_line_too_and_explains_no_change(group: Group) -> None:
    group.publisher.new("strengths")
    group.publisher.log("strengths", "mood", decision="kept", **SAID)
    with pytest.raises(EntryError, match="is as it was"):
        group.publisher.log("strengths", "mood", decision="changed", **SAID)
    with pytest.raises(EntryError, match="no question with the id"):
        group.publisher.log("strengths", "other", decision="kept", **SAID)
    group.change("strengths", "How do you feel?", "How are you?")
    with pytest.raises(EntryError, match="does not say why"):
        group.publisher.pilot("strengths", "No matter.")


def test_the_log_is_only_added_to(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    file = group.folder / "strengths" / LOG
    first = file.read_bytes() + b"\n# a remark of ours\n"
    file.write_bytes(first)
    group.publisher.pilot("strengths")
    assert file.read_bytes().startswith(first)
    file.write_bytes(b"[[changes]]\nversion = 0\n")
    with pytest.raises(PackError, match=r"log\.toml"):
        group.publisher.publish("strengths")
    assert (file.read_bytes(), states(group)) == (b"[[changes]]\nversion = 0\n", {1: "live", 2: "pilot"})


def test_a_pilot_that_nobody_answered_goes_live_for_a_reason_alone(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    group.publisher.pilot("strengths")
    publisher = replace(group.publisher, is_answered=lambda *pilot: pilot != ("strengths", 2))
    with pytest.raises(EntryError, match="Nobody answered the pilot, version 2, or commented on it"):
        publisher.publish("strengths")
    assert states(group) == {1: "live", 2: "pilot"}
    publisher.publish("strengths", past="It was read at the meeting.")
    assert group.publisher.read_log("strengths").steps[-1].past == "It was read at the meeting."


def test_publishing_what_is_live_changes_nothing_and_a_reason_for_it_is_kept(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    noted = list[str]()
    lead = replace(group.publisher, identity=new_identity(), note=noted.append)
    lead.publish("strengths", 2)  # vouched for
    before = {file: file.read_bytes() for file in group.folder.rglob("*.*")}
    assert (lead.publish("strengths").version, len(noted)) == (2, 1)
    assert {file: file.read_bytes() for file in group.folder.rglob("*.*")} == before
    lead.publish("strengths", past="The meeting of 4 May wanted it so.")
    assert group.publisher.read_log("strengths").steps[-1].past == "The meeting of 4 May wanted it so."
    assert (states(group), len(noted)) == ({1: "retired", 2: "live"}, 2)


# -- damage


def spoil(group: Group, number: int) -> None:
    (group.folder / "strengths" / "versions" / str(number) / "decks" / "tiny.toml").write_text("changed")


def test_a_newest_version_that_is_damaged_keeps_no_later_draft_back(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    spoil(group, 2)
    group.publisher.new("strengths")
    assert group.library.load_draft("strengths").version == 3
    group.change("strengths", "How do you feel?", "How was your week?")
    assert [one.question for one in group.publisher.differences("strengths")] == ["mood"]
    group.publisher.log("strengths", "mood", decision="changed", **SAID)
    group.publisher.pilot("strengths", "A test.")
    assert group.publisher.publish("strengths").version == 3


def test_a_line_on_a_version_that_is_damaged_says_why_a_question_is_as_it_says(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    spoil(group, 2)
    group.publisher.new("strengths")
    group.change("strengths", "How do you feel?", "How is your day?")
    group.publisher.pilot("strengths", "A test.")
    assert states(group) == {1: "retired", 2: "live", 3: "pilot"}


def test_where_no_version_can_be_read_a_draft_goes_on_for_a_reason_alone(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    group.publisher.new("strengths")
    group.change("strengths", "I am kind", "I am calm")
    group.publisher.review("strengths", customers=1, staff=0, source="A meeting")
    for number in (1, 2):
        spoil(group, number)
    with pytest.raises(EntryError, match="No version before it can be read, so nobody can tell what changed"):
        group.publisher.pilot("strengths")
    assert group.publisher.pilot("strengths", "The disk was damaged.").version == 3


@pytest.mark.parametrize("state", ["pilot", "live"])
def test_what_is_damaged_is_not_published_and_nothing_is_written(group: Group, state: str) -> None:
    group.rewords("strengths", "How is your day?")
    group.publisher.pilot("strengths")
    if state == "live":
        group.publisher.publish("strengths")
    spoil(group, 2)
    before = {file: file.read_bytes() for file in group.folder.rglob("*.*")}
    lead = replace(group.publisher, identity=new_identity())
    for publisher in (group.publisher, lead) if state == "live" else (group.publisher,):
        with pytest.raises(PackError, match="they were changed"):
            publisher.publish("strengths", 2)
    assert {file: file.read_bytes() for file in group.folder.rglob("*.*")} == before


def test_what_is_refused_writes_nothing(group: Group) -> None:
    group.publisher.new("strengths")
    for step in (group.publisher.pilot, group.publisher.publish):
        with pytest.raises(EntryError):
            step("strengths")
    assert not (group.folder / "strengths" / "versions").exists()
    assert group.library.problems() == ()


def test_older_states_that_are_put_back_let_no_version_be_written_over(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    file = group.folder / "strengths" / "states.json"
    older = file.read_bytes()
    group.goes_live("strengths", "How was your week?")
    file.write_bytes(older)
    before = {file: file.read_bytes() for file in group.folder.rglob("versions/**/*.toml")}
    group.change("strengths", "How was your week?", "How are you?")
    with pytest.raises(EntryError, match=r"Version 3 .* is published already.*version = 4"):
        group.publisher.pilot("strengths", "A test.")
    shutil.rmtree(group.library.draft("strengths").parent)
    group.publisher.new("strengths")
    assert group.library.load_draft("strengths").version == 4
    group.publisher.pilot("strengths", "A test.")
    after = {file: file.read_bytes() for file in group.folder.rglob("versions/**/*.toml")}
    assert {file: after[file] for file in before} == before


def test_a_draft_that_changes_while_it_is_checked_is_not_published(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    group.rewords("strengths", "How is your day?")
    load = group.library.load_draft

    def loaded(pack_id: str) -> Pack:
        pack = load(pack_id)
        group.change("strengths", "I am kind", "I am not kind")
        return msgspec.structs.replace(pack, hash=load(pack_id).hash)  # as it is read afterwards

    monkeypatch.setattr(group.library, "load_draft", loaded)
    with pytest.raises(EntryError, match="is being changed"):
        group.publisher.pilot("strengths", "A test.")
    assert states(group) == {1: "live"}


# -- back, and away


@pytest.mark.parametrize("how", ["retired", "another pilot", "a draft goes live"])
def test_a_pilot_that_retires_was_never_live(group: Group, how: str) -> None:
    group.rewords("strengths", "How is your day?")
    group.publisher.pilot("strengths")
    match how:
        case "retired":
            with pytest.raises(EntryError, match="1 or 2"):
                group.publisher.retire("strengths")
            assert group.publisher.retire("strengths", 2) == 2
            assert states(group) == {1: "live", 2: "retired"}
        case "another pilot":
            group.rewords("strengths", "How was your week?")
            group.publisher.pilot("strengths")
        case "a draft goes live":
            group.rewords("strengths", "How was your week?")
            group.publisher.publish("strengths", 3, "The meeting could not wait.")
    assert (states(group)[2], group.library.version("strengths", 2).state) == ("retired", "pilot")


def test_rolling_back_lets_the_version_before_be_live_and_no_older_one_twice(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    group.goes_live("strengths", "How was your week?")
    assert group.publisher.roll_back("strengths").version == 2
    assert states(group) == {1: "retired", 2: "live", 3: "retired"}
    assert [group.library.version("strengths", number).state for number in (1, 2, 3)] == ["live"] * 3
    assert group.publisher.roll_back("strengths").version == 1
    assert states(group) == {1: "live", 2: "retired", 3: "retired"}
    with pytest.raises(EntryError, match=r"No version .* was live before"):
        group.publisher.roll_back("strengths")
    assert group.goes_live("strengths", "How are you?").version == 4


def test_a_version_that_cannot_be_used_does_not_go_live_again(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    (group.folder / "strengths" / "versions" / "1" / "strengths.toml").write_text("changed")
    with pytest.raises(PackError, match="they were changed"):
        group.publisher.roll_back("strengths")
    assert states(group) == {1: "retired", 2: "live"}


def test_where_the_states_are_lost_no_version_is_overwritten(group: Group) -> None:
    group.goes_live("strengths", "How is your day?")
    (group.folder / "strengths" / "states.json").unlink()
    before = {file: file.read_bytes() for file in group.folder.rglob("versions/**/*.toml")}
    group.change("strengths", "How is your day?", "How was your week?")
    for step in (group.publisher.pilot, group.publisher.publish, group.publisher.retire):
        with pytest.raises(EntryError, match=r"version 2 .* no states\.json .*Restore a backup"):
            step("strengths")
    assert {file: file.read_bytes() for file in group.folder.rglob("versions/**/*.toml")} == before
    assert not (group.folder / "strengths" / "states.json").exists()


def test_a_pack_that_welcome_does_not_start_may_retire(group: Group) -> None:
    with pytest.raises(EntryError, match="Welcome starts with"):
        group.publisher.retire("strengths")
    assert group.publisher.retire("brief") == 1
    assert (states(group, "brief"), group.library.live("brief")) == ({1: "retired"}, None)
    assert group.library.version("brief", 1).version == 1
    with pytest.raises(EntryError, match="not in use"):
        group.publisher.retire("brief")
    group.publisher.new("brief")
    assert group.library.load_draft("brief").version == 2
    assert group.publisher.differences("brief") == ()


# -- who said it


def test_a_lead_vouches_for_what_they_publish_and_nobody_else_can(group: Group) -> None:
    venue, other = new_identity(), new_identity()
    group.rewords("strengths", "How is your day?")
    replace(group.publisher, identity=venue).pilot("strengths")
    found = group.library.states("strengths")
    assert is_vouched("strengths", found, other, venue)
    assert not is_vouched("strengths", found, other)
    assert not is_vouched("brief", found, venue)
    group.publisher.publish("strengths")  # as somebody does who has no key
    assert not is_vouched("strengths", group.library.states("strengths"), venue)
    lead = replace(group.publisher, identity=venue)
    with pytest.raises(EntryError, match="No lead of this venue published"):
        lead.roll_back("strengths")
    lead.publish("strengths", 2)  # seen, and taken
    assert is_vouched("strengths", group.library.states("strengths"), venue)


def test_what_is_taken_as_it_is_takes_nothing_else_that_nobody_published(group: Group) -> None:
    lead = replace(group.publisher, identity=new_identity())
    group.goes_live("strengths", "How is your day?")
    group.rewords("strengths", "How was your week?")
    group.publisher.pilot("strengths")  # as somebody does who has no key
    (group.folder / "strengths" / "draft" / "strengths.toml").unlink()
    assert lead.publish("strengths", 2).version == 2
    assert states(group) == {1: "retired", 2: "live", 3: "retired"}
    assert [group.library.version("strengths", number).state for number in (1, 3)] == ["live", "pilot"]
    with pytest.raises(EntryError, match="was live before"):
        lead.roll_back("strengths")
