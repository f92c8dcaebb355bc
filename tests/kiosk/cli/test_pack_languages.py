"""`kiosk pack translate`, `check`, `list` and `kiosk languages`: what a lead reads of languages."""

import re
from pathlib import Path

from kiosk.language import language, speaking
from kiosk.pack.pack_files import STATES, files_in, translation_of
from kiosk.session import Session, open_session
from tests.kiosk.cli.test_pack_states import LINE, READ, rewords, says
from tests.kiosk.machines import Office

NOT_READ = "not yet read by a native speaker"


def po(office: Office, tag: str) -> Path:
    return office.home.packs / "strengths" / "draft" / translation_of("strengths", tag)


def reads(office: Office, tag: str, name: str) -> None:
    """Let somebody read a translation of the draft."""
    file = po(office, tag)
    file.write_text(file.read_text().replace("# Read by:\n", f"# Read by: {name}\n"))


def test_a_translation_says_how_far_it_is_and_who_has_read_it(office: Office) -> None:
    missing = office.run("pack", "translate", "strengths", "pl")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "has no draft. Make one with 'kiosk pack new strengths'." in missing.stderr
    rewords(office)
    said = says(office, "translate", "strengths", "pl")
    assert re.fullmatch(
        rf"{po(office, 'pl')}\n0 new, 1 changed, \d+ done; {NOT_READ}\.\n"
        r"To see what is missing or wrong, run 'kiosk pack check strengths --language pl'\.\n",
        said,
    )
    reads(office, "cy", "Ann Rees")
    welsh = says(office, "translate", "strengths", "CY")
    assert "done; read by Ann Rees." in welsh
    assert "Take out the name of Ann Rees once there are texts that they have not read.\n" in welsh
    assert "The program does not speak German, so customers cannot choose it.\n" in says(
        office, "translate", "strengths", "de"
    )
    unknown = office.run("pack", "translate", "strengths", "xx")
    assert (unknown.exit_code, unknown.stderr) == (
        1,
        "xx: expected the tag of a language, such as pl or pt-BR\n",
    )


def test_check_tells_what_a_translation_lacks_and_fails_only_where_it_is_asked_for(office: Office) -> None:
    rewords(office)
    says(office, "translate", "strengths", "pl")
    file = po(office, "pl")
    text = file.read_text()
    for english, polish in (
        ("Nobody reads this.*", "Nikt"),
        ("Welcome", "Witamy " * 9),
        ("Very bad", "\u0627"),
    ):
        text = re.sub(rf'(msgid "{english}"\n)msgstr ".*"', rf'\1msgstr "{polish}"', text)
    file.write_text(text)
    (file.parent / "strengths.xx.po").write_text("")
    (file.parent / "strengths.PL.po").write_text("")
    (file.parent / "strengths.uk.po").write_text("rubbish")
    said = says(office, "check", "strengths")
    assert "is correct: 22 questions in 6 sections." in said
    assert re.search(rf"{po(office, 'cy')}:\d+: .*feeling.ask: expected a translation of this text", said)
    assert re.search(rf"{file}:\d+: writing_note: expected {{help}} in the translation", said)
    assert re.search(rf"{file}:\d+: welcome.title: expected at most 34 characters, not \d+", said)
    assert re.search(rf"{file}:\d+: .*points.1.label: expected letters that run from left to right", said)
    assert re.search(rf"{file}:\d+: .*feeling.ask: expected a translation that is not fuzzy", said)
    assert "strengths.uk.po:1: expected a PO file; this line belongs to no entry of one" in said
    assert "strengths.xx.po: expected the tag of a language" in said
    assert "strengths.PL.po: expected the name of a translation of this pack, such as strengths.pl.po" in said
    assert re.search(
        rf"^pl: not complete \(0 new, 1 changed, \d+ done, 4 with a mistake\), {NOT_READ}$",
        said,
        re.MULTILINE,
    )
    alone = office.run("pack", "check", "strengths", "--language", "pl")
    assert (alone.exit_code, alone.stdout) == (1, "")
    assert alone.stderr.endswith(f"4 with a mistake), {NOT_READ}\n")
    none = office.run("pack", "check", "strengths", "--language", "de")
    assert "expected a translation into German; 'kiosk pack translate strengths de' makes one" in none.stderr
    good = says(office, "check", "strengths@1", "--language", "pl")
    assert good == f"pl: complete, {NOT_READ}\n"


def test_a_version_is_published_without_what_is_not_complete_and_that_is_told(office: Office) -> None:
    rewords(office)
    says(office, "translate", "strengths", "pl")
    file = po(office, "pl")
    file.write_text(file.read_text().replace("#, fuzzy\n", ""))
    reads(office, "pl", "Ewa Nowak")
    says(office, "log", "strengths", "--add", "feeling", *LINE)
    says(office, "review", "strengths", *READ)
    told = office.says("pack", "pilot", "strengths")
    assert re.search(
        r"^Welsh is not complete \(0 new, 1 changed, \d+ done\), so customers do not get it\.",
        told,
        re.MULTILINE,
    )
    assert "Polish" not in told
    version = office.home.packs / "strengths" / "versions" / "2"
    assert [path for path in files_in(version) if path.endswith(".po")] == [translation_of("strengths", "pl")]
    listed = says(office, "list")
    assert (
        "version 2     pilot     customers get it\n                      Polish, read by Ewa Nowak\n"
        in listed
    )
    live = listed.partition("strengths             version 1     live      customers get it\n")[2]
    assert f"Welsh, {NOT_READ}\n" in live
    assert "draft, the same as version 2\n" in listed
    assert re.search(rf"Welsh, not complete \(0 new, 1 changed, \d+ done\), {NOT_READ}\n", listed)


def test_a_lead_sees_all_languages_at_once(office: Office) -> None:
    def told() -> dict[str, list[str]]:
        result = office.run("languages")
        assert (result.exit_code, result.stderr) == (0, "")
        return {
            part.split(":")[0]: part.rstrip("\n").split("\n")
            for part in re.split(r"^(?=\S)", result.stdout, flags=re.MULTILINE)[1:]
        }

    found = told()
    assert found["English (en)"][:2] == [
        "English (en): the language of the pack that Welcome starts",
        "  the program: written in it",
    ]
    assert found["Polish (pl)"] == [
        "Polish (pl): not offered",
        f"  the program: {NOT_READ}",
        *(one for one in found["Polish (pl)"] if "the pack 'short', version 1: " in one),
        f"  the pack 'strengths', version 1: {NOT_READ}",
    ]
    plain = office.home.settings.read_text()

    def sets(tags: str, *, turns: bool = False) -> None:
        text = plain.replace("offered = []", f"offered = [{tags}]")
        office.home.settings.write_text(
            text.replace("terminal_turns = false", f"terminal_turns = {str(turns).lower()}")
        )

    sets('"pl", "ar"')
    assert told()["Polish (pl)"][0] == "Polish (pl): customers can choose it"
    assert told()["Arabic (ar)"][0] == "Arabic (ar): customers can choose it, but not on the console of Linux"
    sets('"pl", "ar"', turns=True)
    assert told()["Polish (pl)"][0] == "Polish (pl): customers can choose it"
    assert told()["Arabic (ar)"][0] == (
        "Arabic (ar): not offered, though kiosk.toml names it: terminal_turns says that the terminal turns "
        "lines round"
    )
    rewords(office)
    says(office, "log", "strengths", "--add", "feeling", *LINE)
    office.says("pack", "publish", "strengths", "--because", "A test.")
    assert told()["Polish (pl)"][0] == (
        "Polish (pl): not offered, though kiosk.toml names it: the pack 'strengths' is not in it. 'kiosk "
        "pack check strengths' says what is missing"
    )


def test_no_visit_ends_for_what_became_of_the_files_of_a_pack(office: Office) -> None:
    rewords(office)
    file = po(office, "pl")
    says(office, "translate", "strengths", "pl")
    file.write_text(file.read_text().replace("#, fuzzy\n", ""))
    said = says(office, "check", "strengths", "--language", "pl")
    assert said.startswith("pl: complete")
    says(office, "log", "strengths", "--add", "feeling", *LINE)
    office.says("pack", "publish", "strengths", "--because", "A test.")
    published = open_session(office.home)

    def title(session: Session) -> str:
        with speaking(language("pl")):
            return session.spoken().pack.title

    assert (published.pack.version, title(published)) == (2, "Moje mocne strony i nadzieje")
    states = office.home.packs / "strengths" / STATES
    whole = states.read_bytes()
    states.write_bytes(b"spoilt")
    assert title(published) == "Moje mocne strony i nadzieje"
    shipped = open_session(office.home)
    assert (shipped.pack.version, title(shipped)) == (1, "Moje mocne strony i nadzieje")
    states.write_bytes(whole)
    version = office.home.packs / "strengths" / "versions" / "2"
    (version / translation_of("strengths", "pl")).write_text("rubbish")
    assert title(published) == "My strengths and hopes"
