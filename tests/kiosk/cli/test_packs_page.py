"""docs/packs.md: from the page alone a newcomer makes a pack, and it has an example of every key."""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from kiosk.pack.load import load_pack
from kiosk.pack.model import (
    FILLED,
    AnyQuestion,
    Card,
    Closing,
    Deck,
    MyPage,
    Option,
    Pack,
    Point,
    Privacy,
    Section,
    Welcome,
)
from kiosk.settings.settings import library_of
from tests.kiosk.machines import Office

PAGE = (Path(__file__).parents[3] / "docs" / "packs.md").read_text("utf-8")
PACK, DECK, CHANGED = re.findall(r"```toml\n# .*?\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [shlex.split(line) for line in re.findall(r"^    kiosk pack (.*)$", PAGE, re.MULTILINE)]
FOR_THE_EYES = ("preview", "pictures")
"""They fill a screen, or take a picture of each page; tests of their own try them."""
BY_A_LEAD = ("pilot", "publish", "offer")
OLD = re.compile(r'\[\[sections\.questions\]\]\nid = "quiet".*?\n\]\n', re.DOTALL)


def keys_in(value: Any) -> set[str]:
    """Every key of a value as TOML gives it, and of what lies in it."""
    match value:
        case dict():
            return {*value, *(key for inside in value.values() for key in keys_in(inside))}
        case list():
            return {key for inside in value for key in keys_in(inside)}
        case _:
            return set()


def test_every_key_of_the_format_has_an_example_and_is_explained() -> None:
    shapes = (
        Pack,
        Section,
        Option,
        Point,
        Card,
        Deck,
        Welcome,
        Privacy,
        Closing,
        MyPage,
        *get_args(AnyQuestion),
    )
    keys = {field.name for shape in shapes for field in msgspec.structs.fields(shape)} - {*FILLED}
    shown = keys_in([tomllib.loads(text) for text in (PACK, DECK, CHANGED)])
    assert keys - shown == set()
    assert {"kind", *keys} - {*re.findall(r"`(\w+)`", PAGE)} == set()


def test_the_example_has_each_kind_of_question_and_eight_in_all(tmp_path: Path) -> None:
    (tmp_path / "decks").mkdir()
    (tmp_path / "ours.toml").write_text(PACK, "utf-8")
    (tmp_path / "decks" / "own.toml").write_text(DECK, "utf-8")
    asked = [type(question) for _, question in load_pack(tmp_path / "ours.toml").questions()]
    assert (len(asked), set(asked)) == (8, set(get_args(AnyQuestion)))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(tmp_path)
    return Office(tmp_path)


def follows(office: Office, command: list[str]) -> str:
    """Do what the page says, and return what the kiosk prints."""
    result = (office.as_jo if command[0] in BY_A_LEAD else office.run)("pack", *command)
    assert result.exit_code == 0, (command, result.output)
    return result.stdout


def test_a_newcomer_goes_from_the_first_meeting_to_the_second_version(office: Office) -> None:
    draft = office.home.packs / "ours" / "draft"
    told, codes, drafts = dict[str, str](), list[str](), 0
    for command in COMMANDS:
        if command[0] in FOR_THE_EYES or "short" in command:
            continue
        told[command[0]] = follows(office, command)
        if command == ["new", "ours"]:
            drafts += 1
            text = PACK
            if drafts == 1:
                (draft / "decks" / "own.toml").write_text(DECK, "utf-8")
            else:
                text = OLD.sub(lambda _: CHANGED, PACK.replace("version = 1", "version = 2"))
            (draft / "ours.toml").write_text(text, "utf-8")
        if command[0] == "pilot":
            tried = {"pack": "ours", "version": drafts, "answers": {"going_well": "My garden."}}
            assert office.run("enter", office.file("tried.json", json.dumps(tried))).exit_code == 0
        if command[0] == "publish":
            got = [(one.id, one.version, one.state) for one in library_of(office.home).offered()]
            assert got == [("strengths", 1, "live"), ("ours", drafts, "live")]
            codes.append(office.entered({"quiet": [1, 6][drafts - 1]}, "ours")["code"])
    assert drafts == 2
    assert told["check"].split("\n")[0].endswith("is correct: 8 questions in 2 sections.")
    assert "could be plainer" not in told["check"]
    assert told["diff"].startswith("quiet: wording, answers; the change log does not say why\n")
    # What was said first is read again in the words of then.
    first, second = (office.as_jo("open", code).stdout for code in codes)
    assert ("Too loud" in first, "How quiet is it where you live?" in first) == (True, True)
    assert ("Well" in second, "How well does the noise where you live suit you?" in second) == (True, True)
