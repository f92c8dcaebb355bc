"""A pack's translation: what other programs write into the file stays, and nothing of it is trusted."""

from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace

from kiosk.errors import PackError
from kiosk.pack.translation import progress, translated, update
from tests.packs import small

NEW = update(small(), "pl")


def said(data: bytes, english: str, polish: str) -> bytes:
    """Translate a text wherever it stands."""
    before = f'msgid "{english}"\nmsgstr ""'.encode()
    assert before in data
    return data.replace(before, f'msgid "{english}"\nmsgstr "{polish}"'.encode())


def is_read_or_told(look: Callable[[], object]) -> bool:
    """Tell whether a file reads, or is told to be no PO file: nothing else may come of it."""
    try:
        look()
    except PackError as told:
        return "expected a PO file" in str(told)
    return True


BY_POEDIT = """\
# A small pack in Polish.
# Read by: Ewa Nowak
msgid ""
msgstr ""
"Project-Id-Version: small 1\\n"
"POT-Creation-Date: 2026-03-01 12:00+0000\\n"
"PO-Revision-Date: 2026-03-04 12:00+0100\\n"
"Language: pl\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"X-Generator: Poedit 3.4.2\\n"

# Not "Witaj": it is for everybody.
msgctxt "welcome.title"
msgid "Welcome"
msgstr ""
"Wi"
"tamy"

#, fuzzy
#| msgid ""
#| "How are you? This was a longer question, which a program that edits "
#| "translations has put on several lines."
msgctxt "sections.first.questions.mood.ask"
msgid "How do you feel?"
msgstr "Jak się masz?"

#~| msgid "Older"
#~ msgctxt "sections.first.questions.gone.ask"
#~ msgid "Where do you live?"
#~ msgstr "Gdzie mieszkasz?"
""".encode()


def test_a_file_that_is_up_to_date_stays_as_another_program_wrote_it() -> None:
    once = update(small(), "pl", BY_POEDIT)
    assert update(small(), "pl", once) == once
    rewritten = once.replace(b"\n\n", b"\r\n\r\n").replace(b'"Witamy"', b'""\n"Wi"\n"tamy"')
    assert rewritten != once
    assert update(small(), "pl", b"\xef\xbb\xbf" + rewritten) == b"\xef\xbb\xbf" + rewritten


def test_what_translators_wrote_is_there_after_an_update() -> None:
    text = update(small(), "pl", BY_POEDIT).decode()
    assert text.startswith("# A small pack in Polish.\n# Read by: Ewa Nowak\n")
    assert '"POT-Creation-Date: 2026-03-01 12:00+0000\\n"' in text
    assert '"PO-Revision-Date: 2026-03-04 12:00+0100\\n"' in text
    assert '# Not "Witaj": it is for everybody.\n' in text
    assert (
        '#, fuzzy\n#| msgid "How are you? This was a longer question, which a program that edits '
        'translations has put on several lines."\nmsgctxt "sections.first.questions.mood.ask"\n' in text
    )
    assert '#~ msgid "Where do you live?"\n#~ msgstr "Gdzie mieszkasz?"\n' in text


def test_a_text_that_changed_is_fuzzy_with_what_it_was_and_one_that_comes_back_is_done_again() -> None:
    data = said(NEW, "Welcome", "Witamy")
    greeting = replace(small().welcome, title="Hello")
    changed = update(replace(small(), welcome=greeting), "pl", data)
    assert b'#, fuzzy\n#| msgid "Welcome"\nmsgctxt "welcome.title"\nmsgid "Hello"' in changed
    assert progress(replace(small(), welcome=greeting), "pl", changed).changed == 1
    assert translated(replace(small(), welcome=greeting), "pl", changed).welcome.title == "Hello"

    shorter = replace(small(), sections=small().sections[:1])
    gone = update(shorter, "pl", said(NEW, "Second", "Drugie"))
    assert b'#~ msgid "Second"\n#~ msgstr "Drugie"' in gone
    back = update(small(), "pl", gone)
    assert translated(small(), "pl", back).sections[1].title == "Drugie"
    assert b"#~" not in back


def test_a_line_that_was_put_before_others_costs_none_of_their_translations() -> None:
    data = said(said(NEW, "Hello.", "Cześć."), "There are no wrong answers.", "Nie ma złych.")
    lines = ("Come in.", *small().welcome.lines)
    pack = replace(small(), welcome=replace(small().welcome, lines=lines))
    found = translated(pack, "pl", update(pack, "pl", data)).welcome.lines
    assert found == ("Come in.", "Cześć.", "Nie ma złych.")


def test_a_known_text_comes_translated() -> None:
    data = update(small(), "pl", known={"Tea": "Herbata"})
    assert b'msgid "Tea"\nmsgstr "Herbata"' in data
    assert (progress(small(), "pl", data).done, progress(small(), "pl", data).read_by) == (1, "")


def test_a_file_of_another_kind_is_told_in_a_plain_sentence() -> None:
    for data in (
        b"rubbish",
        b'msgid "a"',
        b'msgstr "a"\nmsgid "b"\nmsgstr "c"',
        b'"a"',
        b'msgid "a\nmsgstr "b"',
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=CHARSET\\n"\n\nmsgid "a"\nmsgstr "b"',
        b'msgid ""\nmsgstr "Plural-Forms: nplurals=x;\\n"',
        b'msgid ""\nmsgstr "POT-Creation-Date: yesterday\\n"',
        b'msgid ""\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[9] "c"',
        b'msgid "a"\nmsgid_plural "b"\nmsgstr[x] "c"',
        b'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgid_plural "c"\nmsgstr[0] "d"\nmsgstr[1] "d"',
        b"\xff\xfem\x00s\x00g\x00",
        b'msgid "\xff"\nmsgstr "b"',
        b"PK\x03\x04",
        b"msgid",
        b"msgstr[",
        b'msgid "a\\"\nmsgstr "b\\',
        b'msgctxt "a"\nmsgctxt "b"\n"c"\nmsgstr "d"',
    ):
        for look in (translated, progress, update):
            assert is_read_or_told(partial(look, small(), "pl", data))


@pytest.mark.parametrize(
    "line",
    ['"Witamy', 'Witamy"', "Witamy", "„Witamy”", '"Wit"amy"', '"Witamy\\"', '"Witamy" i "tu"', "'Witamy'"],
)
def test_a_text_without_its_quotation_marks_is_told_with_its_line(line: str) -> None:
    data = said(NEW, "Welcome", "Witamy").replace(b'msgstr "Witamy"', f"msgstr {line}".encode())
    number = data[: data.index(f"msgstr {line}".encode())].count(b"\n") + 1
    with pytest.raises(PackError, match="expected a PO file") as told:
        progress(small(), "pl", data)
    assert told.value.line == number
    with pytest.raises(PackError, match="expected a PO file"):
        progress(small(), "pl", data.replace(f"msgstr {line}".encode(), f'msgstr ""\n{line}'.encode()))


def test_a_text_with_a_plural_counts_as_not_translated() -> None:
    plural = '\nmsgctxt "welcome.title"\nmsgid "Welcome"\nmsgid_plural "W"\nmsgstr[0] "a"\nmsgstr[1] "b"\n'
    assert progress(small(), "pl", plural.encode()).done == 0
    assert translated(small(), "pl", plural.encode()).welcome.title == "Welcome"


def test_every_file_that_was_cut_or_spoilt_anywhere_is_read_or_told() -> None:
    data = update(small(), "pl", BY_POEDIT)
    for at in range(0, len(data), 97):
        for spoilt in (data[:at], data[:at] + b'"' + data[at:], data[:at] + b"\n" + data[at:]):
            assert is_read_or_told(partial(update, small(), "pl", spoilt))
