"""The translations of drafts: brought up to date, left out where they are not complete, and carried on."""

import re
import sys
from pathlib import Path
from subprocess import run

import pytest

from kiosk.errors import EntryError, PackError
from kiosk.pack.pack_files import files_in, translation_of
from kiosk.vault.durable import Disk
from tests.kiosk.upkeep.packs import Group

PL, CY = translation_of("strengths", "pl"), translation_of("strengths", "cy")


@pytest.fixture
def group(tmp_path: Path) -> Group:
    return Group(tmp_path / "packs")


def draft(group: Group, pack_id: str = "strengths") -> dict[str, bytes]:
    return files_in(group.library.draft(pack_id).parent)


def translates(group: Group, tag: str) -> Path:
    """Let somebody translate all of a draft: each text says its language first."""
    file, _ = group.publisher.translate("strengths", tag)
    said = re.sub(r'(?<=\n)msgid "([^"]+)"\nmsgstr ""', rf'msgid "\1"\nmsgstr "{tag} \1"', file.read_text())
    file.write_text(said)
    return file


def test_a_translation_is_begun_and_brought_up_to_date_and_nothing_is_written_twice(group: Group) -> None:
    with pytest.raises(EntryError, match="has no draft"):
        group.publisher.translate("strengths", "pl")
    assert not group.folder.exists()
    group.publisher.new("strengths")
    file, begun = group.publisher.translate("strengths", "pl")
    assert (file, begun.done, begun.changed) == (group.library.draft("strengths").parent / PL, 0, 0)
    assert f"{begun}".startswith(f"{begun.new} new, 0 changed, 0 done")
    translates(group, "pl")
    group.change("strengths", "How do you feel?", "How was your day?")
    _, found = group.publisher.translate("strengths", "pl")
    assert (found.new, found.changed, found.done) == (0, 1, begun.new - 1)

    class Still(Disk):
        def rename(self, source: Path, target: Path) -> None:
            raise AssertionError(target)

    group.on(Still()).translate("strengths", "pl")


def test_texts_that_a_shipped_pack_has_come_translated(group: Group, tmp_path: Path) -> None:
    group.publisher.new("strengths")
    other = Group(tmp_path / "other" / "packs")
    (other.shipped / "languages").mkdir()
    (other.shipped / PL).write_bytes(translates(group, "pl").read_bytes())
    other.publisher.new("ours", "brief")
    file, found = other.publisher.translate("ours", "pl")
    assert (found.new, found.changed) == (0, 0)
    assert 'msgstr "pl How do you feel?"' in file.read_text()


def test_a_language_that_nobody_knows_and_that_of_the_pack_are_refused(group: Group) -> None:
    group.publisher.new("strengths")
    with pytest.raises(PackError, match="xx: expected the tag of a language"):
        group.publisher.translate("strengths", "xx")
    with pytest.raises(EntryError, match="is in English as it is"):
        group.publisher.translate("strengths", "en")
    assert not any("languages" in path for path in draft(group))


def test_a_version_has_what_is_complete_and_the_rest_is_told_and_goes_on_in_the_next_draft(
    group: Group,
) -> None:
    group.rewords("strengths", "How is your day?")
    translates(group, "cy")
    stray, broken = translation_of("other", "pl"), translation_of("strengths", "uk")
    (group.library.draft("strengths").parent / stray).write_bytes(b"")
    (group.library.draft("strengths").parent / broken).write_bytes(b"rubbish")
    made = group.publisher.pilot("strengths")
    version = group.library.version("strengths", 2)
    assert (made.languages, version.languages, made.hash) == (("cy",), ("cy",), version.hash)
    assert {path for path in group.library.files("strengths@2") if "languages/" in path} == {CY}
    said = "\n".join(group.publisher.left_out(made))
    assert re.search(
        r"Polish is not complete \(\d+ new, 0 changed, 1 done\), so customers do not get it", said
    )
    assert "'kiosk pack check strengths --language pl'" in said
    assert "Ukrainian is not complete (its file does not read)" in said
    assert "other.pl.po: expected the name of a translation of this pack, such as strengths.pl.po" in said
    assert "Welsh" not in said
    assert group.publisher.publish("strengths").languages == ("cy",)
    group.publisher.new("strengths")
    assert {PL, CY, stray, broken} <= draft(group).keys()
    assert group.library.load_draft("strengths").version == 3


def test_a_review_stands_whoever_translates_after_it(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    translates(group, "cy")
    assert group.publisher.pilot("strengths").languages == ("cy",)


def test_a_copy_under_another_id_keeps_its_languages(group: Group) -> None:
    group.rewords("strengths", "How is your day?")
    translates(group, "cy")
    group.publisher.pilot("strengths")
    group.publisher.new("ours", "strengths@2")
    assert group.library.load_draft("ours").languages == ("cy",)
    assert translation_of("ours", "cy") in draft(group, "ours")
    assert CY not in draft(group, "ours")


def test_nothing_is_written_behind_a_link(group: Group) -> None:
    group.publisher.new("strengths")
    elsewhere = group.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (group.library.draft("strengths").parent / "languages").symlink_to(elsewhere)
    group.publisher.translate("strengths", "pl")
    assert PL in draft(group)
    assert not [*elsewhere.iterdir()]


def test_neither_welcome_nor_a_command_that_needs_no_translation_waits_for_babel() -> None:
    code = (
        "import sys, kiosk.cli.main, kiosk.upkeep.publishing\n"
        "from kiosk import practice\n"
        "from kiosk.language import own_name\n"
        "from kiosk.session import Practice, open_session\n"
        "with practice.practice_home() as home:\n"
        "    session = open_session(home, Practice(*practice.people(home))).spoken()\n"
        "    tags = session.languages().tags\n"
        "    assert (tags[:2], session.pack.languages[:2]) == (('en', 'cy'), ('ar', 'cy'))\n"
        "    print(*map(own_name, tags), file=sys.stderr)\n"
        "print([one for one in sys.modules if one.startswith('babel')])"
    )
    found = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
