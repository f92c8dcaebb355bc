"""Loading packs: what a good one becomes, and what is said of each mistake in a bad one."""

import re
import time
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import PackError
from kiosk.pack.load import check_pack, load_pack
from kiosk.pack.model import (
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    MyPage,
    Pack,
    ScaleQuestion,
    TextQuestion,
)
from kiosk.pack.schema import schema_mistakes
from tests.conftest import EXAMPLES
from tests.kiosk.pack.mistakes import DECK_MISTAKES, PACK_MISTAKES
from tests.kiosk.pack.small import DECK, PACK, spoilt, written

SHIPPED = Path(__file__).parents[3] / "data" / "packs" / "strengths.toml"


def test_a_pack_becomes_frozen_values_with_its_decks(tmp_path: Path) -> None:
    pack = load_pack(written(tmp_path).pack)
    kinds = [type(question) for _, question in pack.questions()]
    assert kinds == [ScaleQuestion, ChoiceQuestion, CardsQuestion, TextQuestion, LinesQuestion, GoalQuestion]
    assert pack.minutes == (1, 2)
    assert pack.welcome.lines == ("Hello.", "There are no wrong answers.")
    assert [card.label for card in pack.decks["tiny"].in_group("others")] == ["I am a friend"]
    with pytest.raises(AttributeError):
        pack.sections[0].title = "Another"  # type: ignore[misc]


def test_a_pack_may_name_what_my_page_shows_in_parts_and_in_its_order(tmp_path: Path) -> None:
    parts = 'strengths = ["people", "cards", "day", "likes"]\nratings = ["mood"]\nhopes = ["likes", "people"]'
    text, _ = spoilt(PACK, "[closing]\n", f"[my_page]\n{parts}\n\n[closing]\n")
    assert load_pack(written(tmp_path, pack=text).pack).my_page == MyPage(
        strengths=("people", "cards", "day", "likes"), ratings=("mood",), hopes=("likes", "people")
    )
    assert load_pack(written(tmp_path).pack).my_page == MyPage()


def test_decks_lie_beside_the_pack_in_a_folder_of_that_name(tmp_path: Path) -> None:
    files = written(tmp_path)
    assert set(load_pack(files.pack).decks) == {"tiny"}
    files.deck.parent.rename(tmp_path / "elsewhere")
    with pytest.raises(PackError, match=r"expected a deck in .*decks: there are none"):
        load_pack(files.pack)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_marks_of_other_systems_are_read(tmp_path: Path, end: str) -> None:
    files = written(tmp_path)
    files.pack.write_bytes(b"\xef\xbb\xbf" + PACK.replace("\n", end).encode())
    assert load_pack(files.pack).id == "small"


@pytest.mark.parametrize(
    "start", [b"{\\rtf1\\ansi ", b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1", b"%PDF-1.7"]
)
def test_a_document_of_a_word_processor_is_told_from_plain_text(tmp_path: Path, start: bytes) -> None:
    files = written(tmp_path)
    files.pack.write_bytes(start + bytes(range(256)))
    [mistake] = check_pack(files.pack)
    assert mistake.expected.startswith("expected plain text; this is a document of a word processor")


@pytest.mark.parametrize("name", ["small.txt", "small.toml.txt", "My pack.toml"])
def test_a_file_with_another_ending_or_name_is_told_what_it_must_be_called(tmp_path: Path, name: str) -> None:
    renamed = written(tmp_path).pack.rename(tmp_path / name)
    [mistake] = check_pack(renamed)
    assert (mistake.line, mistake.path, mistake.expected) == (1, "id", "expected a file called small.toml")


def test_questions_without_their_section_are_told_which_heading_to_write(tmp_path: Path) -> None:
    wrong = check_pack(written(tmp_path, pack=PACK.replace("[[sections.questions]]", "[[questions]]")).pack)
    assert all("[[sections.questions]]" in mistake.expected for mistake in wrong)


def test_a_long_broken_file_is_told_in_a_moment(tmp_path: Path) -> None:
    files = written(tmp_path, pack=f"id = [{'[1], ' * 60_000}\ntitle = 1\n")
    start = time.perf_counter()
    [mistake] = check_pack(files.pack)
    assert time.perf_counter() - start < 5  # a second look at each would take minutes
    assert mistake.expected == "expected ] above this line: the list that begins on line 1 has no end"


def test_a_mistake_in_a_pack_is_named_with_file_line_and_path(tmp_path: Path) -> None:
    for name, (old, new, below, path, words) in PACK_MISTAKES.items():
        text, line = spoilt(PACK, old, new)
        files = written(tmp_path, pack=text)
        [mistake] = check_pack(files.pack)
        assert (mistake.file, mistake.line, mistake.path) == (files.pack, line + below, path), name
        assert words in mistake.expected, name
        assert str(mistake).startswith(f"{files.pack}:{line + below}: {path}"), name


def test_a_mistake_in_a_deck_is_named_with_the_decks_file(tmp_path: Path) -> None:
    for name, (old, new, below, path, words) in DECK_MISTAKES.items():
        text, line = spoilt(DECK, old, new)
        files = written(tmp_path, deck=text)
        [mistake] = [one for one in check_pack(files.pack) if one.path == path and words in one.expected]
        assert (mistake.file, mistake.line) == (files.deck, line + below), name
        with pytest.raises(PackError):
            load_pack(files.pack)


def test_a_file_that_is_not_utf_8_is_named_with_the_line(tmp_path: Path) -> None:
    files = written(tmp_path)
    files.pack.write_bytes(PACK.replace("Hello.", "Caf\xe9.").encode("latin-1"))
    with pytest.raises(PackError, match="UTF-8") as caught:
        load_pack(files.pack)
    assert caught.value.line == PACK[: PACK.index("Hello.")].count("\n") + 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_another_unicode_is_told_to_be_saved_as_utf_8(tmp_path: Path, encoding: str) -> None:
    files = written(tmp_path)
    files.pack.write_bytes(PACK.encode(encoding))
    [mistake] = check_pack(files.pack)
    assert (mistake.line, mistake.expected.partition(";")[0]) == (1, "expected text in UTF-8")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        PackError, match=r"nothing\.toml: The file does not exist\. Expected a file that can be read"
    ):
        load_pack(tmp_path / "nothing.toml")


@pytest.mark.parametrize("text", ["", "\n\n", "# To be written.\n"])
def test_of_a_file_without_anything_one_thing_is_said(tmp_path: Path, text: str) -> None:
    [mistake] = check_pack(written(tmp_path, pack=text).pack)
    assert mistake.expected.startswith("expected a pack or a deck; nothing stands in this file")
    [mistake] = check_pack(written(tmp_path, deck=text).pack)
    assert mistake.file == tmp_path / "decks" / "tiny.toml"


def test_a_deck_is_not_taken_for_a_pack(tmp_path: Path) -> None:
    [mistake] = check_pack(written(tmp_path).deck)
    assert mistake.expected == "expected a pack; this is a deck of cards. Check a pack that names it"


def test_a_key_that_is_spelled_wrongly_is_told_once(tmp_path: Path) -> None:
    spelled, _ = spoilt(PACK, 'ask = "What is a good day?"', 'aks = "What is a good day?"')
    assert [mistake.path for mistake in check_pack(written(tmp_path, pack=spelled).pack)] == [
        "section 2, question 2, aks"
    ]


def test_a_file_too_large_for_a_pack_is_refused(tmp_path: Path) -> None:
    files = written(tmp_path, pack=PACK + "#" * 1_000_000)
    with pytest.raises(PackError, match="at most 1000000 bytes"):
        load_pack(files.pack)


@pytest.mark.parametrize("depth", [400, 480, 5_000])
def test_lists_in_lists_without_end_are_refused(tmp_path: Path, depth: int) -> None:
    files = written(tmp_path, pack=PACK.replace('"For tests."', "[" * depth + "]" * depth))
    with pytest.raises(
        PackError, match=r"expected (text, not a list|lists and tables only a few levels deep)"
    ):
        load_pack(files.pack)


def test_a_number_without_end_is_refused(tmp_path: Path) -> None:
    files = written(tmp_path, pack=PACK.replace("version = 1", "version = " + "1" * 5_000))
    with pytest.raises(PackError, match="at most nine digits"):
        load_pack(files.pack)


def test_what_a_mistake_quotes_cannot_reach_a_terminal_as_a_command(tmp_path: Path) -> None:
    files = written(tmp_path, pack=PACK.replace("most = 3", '"\\u001b[2J" = 3'))
    with pytest.raises(PackError) as caught:
        load_pack(files.pack)
    assert str(caught.value).isprintable()


def test_a_check_finds_many_mistakes_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    pack = PACK
    for old, new in (
        ("version = 1", 'version = "1"'),
        ('kind = "text"', 'kind = "essay"'),
        ('id = "milk"', 'id = "tea"'),
        ("{basis}", "{base}"),
        ('"self", "others"', '"self", "nobody"'),
    ):
        pack, _ = spoilt(pack, old, new)
    files = written(tmp_path, pack=pack, deck=spoilt(DECK, '"I am kind"', '" "')[0])
    found = check_pack(files.pack)
    assert [(mistake.file, mistake.path) for mistake in found] == [
        (files.pack, "version"),
        (files.pack, "privacy, more, line 1"),
        (files.pack, "section 1, question 2, option 2, id"),
        (files.pack, "section 2, question 1, group 2"),
        (files.pack, "section 2, question 2, kind"),
        (files.deck, "card 1, label"),
    ]
    with pytest.raises(PackError) as caught:
        load_pack(files.pack)
    assert str(caught.value) == str(found[0])


def test_a_good_pack_has_no_mistake_to_report(tmp_path: Path) -> None:
    assert check_pack(written(tmp_path).pack) == []


def test_the_shipped_pack_loads_in_a_moment() -> None:
    load_pack(SHIPPED)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        load_pack(SHIPPED)
        times.append(time.perf_counter() - start)
    # It loads in about 8 ms; the best of five, with room to spare for a busy machine.
    assert min(times) < 0.05


@pytest.fixture(scope="module")
def mangled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place for a mangled pack whose decks are the shipped ones."""
    folder = tmp_path_factory.mktemp("mangled")
    (folder / "decks").symlink_to(SHIPPED.parent / "decks")
    return folder / "strengths.toml"


@st.composite
def _mangled_texts(draw: st.DrawFn) -> str:
    """Draw the shipped pack with one to three lines or characters lost, doubled, swapped or changed."""
    lines = SHIPPED.read_text(encoding="utf-8").splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        here = draw(st.integers(0, len(lines) - 1))
        there = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["delete", "double", "swap", "change"])):
            case "delete":
                del lines[here]
            case "double":
                lines.insert(here, lines[here])
            case "swap":
                lines[here], lines[there] = lines[there], lines[here]
            case "change":
                at = draw(st.integers(0, len(lines[here]) - 1))
                sign = draw(st.sampled_from([*"\"'[]{}=.,#\\\n 0a-", "\x00", "\x1b", "é", "\u200b"]))
                lines[here] = lines[here][:at] + sign + lines[here][at + 1 :]
    return "".join(lines)


@settings(max_examples=2 * EXAMPLES)
@given(text=_mangled_texts())
def test_a_mangled_pack_loads_or_is_refused_with_a_line(mangled: Path, text: str) -> None:
    mangled.write_text(text, encoding="utf-8", newline="")
    found = check_pack(mangled)
    if not found:
        assert isinstance(load_pack(mangled), Pack)
    for mistake in found:
        assert mistake.line is not None
        assert 1 <= mistake.line <= text.count("\n") + 1
        assert str(mistake).isprintable()


_VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=3 * EXAMPLES)
@given(data=st.data())
def test_the_shape_is_wrong_exactly_where_the_values_cannot_be_converted(data: st.DataObject) -> None:
    tree: Any = tomllib.loads(PACK)
    node = tree
    while True:
        steps = list(node) if isinstance(node, dict) else list(range(len(node)))
        step = data.draw(st.sampled_from(steps))
        deeper = node[step]
        if not isinstance(deeper, (dict, list)) or not deeper or data.draw(st.booleans()):
            node[step] = data.draw(_VALUES)
            break
        node = deeper
    try:
        msgspec.convert(tree, Pack, strict=True)
        converts = True
    except msgspec.ValidationError:
        converts = False
    shapes = list(schema_mistakes(tree, Pack))
    assert (shapes == []) is converts
    assert all(re.match("expected ", mistake.expected) for mistake in shapes)
