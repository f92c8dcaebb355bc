"""The translations that are shipped: of the program and of its packs."""

import re
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from deploy.locales import ROOT, TEMPLATE, template_of, updated, updated_packs
from kiosk.language import NAMES, SOURCE, catalogue_file, language, own_name, speaking
from kiosk.pack.pack_files import translation_of
from kiosk.pack.po_file import parsed, written
from kiosk.pack.shipped import pack_named
from kiosk.pack.translation import mistakes

COMPLETE: tuple[str, ...] = ("ar", "cy", "fa", "pl", "ro", "so", "uk")
"""The languages in which nothing may be missing."""
TAGS = [tag for tag in NAMES if tag != SOURCE]
PACKS = ("short", "strengths")
DATA = ROOT / "data"
MAKE = "Run 'make locales'."


def catalogue(tag: str) -> Catalog:
    file = DATA / catalogue_file(tag)
    return parsed(file, tag, file.read_bytes())


def wrong_in(tag: str, pack_id: str) -> list[str]:
    file = DATA / "packs" / translation_of(pack_id, tag)
    return [str(one) for one in mistakes(pack_named(pack_id), tag, file.read_bytes(), file)]


def left_out(texts: tuple[str, ...]) -> list[set[str]]:
    """What each of some texts leaves room for."""
    return [{*re.findall(r"\{\w*\}", text)} for text in texts]


def texts(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)  # type: ignore[arg-type] # Babel's two shapes


def test_the_template_is_what_the_sources_say_now() -> None:
    def told(found: Catalog) -> list[tuple[tuple[str, ...], list[str]]]:
        return sorted((texts(one.id), sorted(file for file, _ in one.locations)) for one in found if one.id)

    with (ROOT / TEMPLATE).open("rb") as file:
        assert told(read_po(file)) == told(template_of(ROOT)), MAKE


@pytest.mark.parametrize("tag", TAGS)
def test_a_translation_leaves_the_room_that_its_text_does(tag: str) -> None:
    wrong = []
    for one in catalogue(tag):
        said = [text for text in texts(one.string or "") if text] if one.id and not one.fuzzy else []
        of_one, *more = left_out(texts(one.id))
        every = set.union(of_one, *more)
        # "1 answer" may be said without its number; all else needs what the English has.
        if said and (left_out((said[-1],)) != [every] or any(room - every for room in left_out(tuple(said)))):
            wrong.append((one.id, one.string))
    assert wrong == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_translation_of_a_shipped_pack_lacks_texts_at_most(tag: str) -> None:
    found = [line for pack_id in PACKS for line in wrong_in(tag, pack_id)]
    assert [line for line in found if "expected a translation" not in line] == []


def test_the_translations_of_the_shipped_packs_are_up_to_date() -> None:
    assert [file for file, data in updated_packs(DATA / "packs") if file.read_bytes() != data] == [], MAKE


def test_nothing_is_missing_in_the_languages_that_are_complete() -> None:
    with (ROOT / TEMPLATE).open("rb") as file:
        wanted = [one.id for one in read_po(file) if one.id]
    missing = list[object]()
    for tag in COMPLETE:
        there = catalogue(tag)
        for text in wanted:
            found = there.get(text)
            if found is None or found.fuzzy or not all(texts(found.string)):
                missing.append((tag, text))
        missing += [line for pack_id in PACKS for line in wrong_in(tag, pack_id)]
    assert missing == []


@pytest.mark.parametrize("tag", TAGS)
def test_each_language_has_its_name_and_says_who_has_read_it(tag: str) -> None:
    with speaking(language(tag)):
        assert str(own_name(tag)) == NAMES[tag]
    files = [DATA / catalogue_file(tag), *(DATA / "packs" / translation_of(one, tag) for one in PACKS)]
    assert [
        file for file in files if not re.search(r"^# Read by:", file.read_text("utf-8"), re.MULTILINE)
    ] == []


def test_catalogues_are_brought_up_to_date_and_a_second_time_nothing_changes(tmp_path: Path) -> None:
    root = tmp_path
    file = root / "data" / catalogue_file("pl")
    file.parent.mkdir(parents=True)
    shutil.copy(DATA / catalogue_file("pl"), file)
    text = file.read_text("utf-8").replace("# Read by:", "# Read by: Ewa Nowak")
    file.write_text(
        text + '\nmsgid "Gone now"\nmsgstr "Nie ma"\n\nmsgid "Go on to it."\nmsgstr "Dalej."\n', "utf-8"
    )
    page = root / "screens" / "page.py"
    page.parent.mkdir()
    page.write_text('a = _("Next")\nb = _n("{count} one", "{count} more", 3)\nc = _("Go on to it now.")\n')
    (root / "screens" / "desk").mkdir()
    (root / "screens" / "desk" / "page.py").write_text('a = _("For staff")\n')
    (root / "kiosk").mkdir()
    template = template_of(root)
    assert {one.id for one in template if one.id} == {
        "Next",
        ("{count} one", "{count} more"),
        "Go on to it now.",
    }
    assert "POT-Creation-Date: 2026-11-30 00:00+0000" in written(template).decode()
    ((where, data),) = updated(root, template)
    said = data.decode()
    assert where == file
    assert "# Read by: Ewa Nowak\n" in said
    assert '#: screens/page.py\nmsgid "Next"\nmsgstr "Dalej"\n' in said
    assert '#, fuzzy\n#| msgid "Go on to it."\nmsgid "Go on to it now."\nmsgstr "Dalej."\n' in said
    assert '#~ msgid "Gone now"\n#~ msgstr "Nie ma"\n' in said
    file.write_bytes(data)
    assert [*updated(root, template)] == [(file, data)]
