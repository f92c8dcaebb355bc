"""`kiosk pack`: what it prints and writes of a pack that is not in use yet, and how it ends."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli.main import _practised_pack, main
from kiosk.content import content
from kiosk.desk.keys import staff
from kiosk.home import Home
from kiosk.language import language, speaking
from kiosk.launch import _practised
from kiosk.pack.change_log import question_hash
from kiosk.pack.load import load_pack
from kiosk.session import Practice, open_session
from kiosk.settings.settings import library_of
from kiosk.upkeep.pack_store import is_vouched, published
from tests.kiosk.pack.small import PACK, spoilt, written
from tests.pdf import pages_of


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ("pack", *arguments), env={"KIOSK_HOME": str(home)})


def test_a_good_pack_is_counted_and_its_grade_comes_with_what_it_is_worth(tmp_path: Path) -> None:
    result = run(tmp_path, "check", str(written(tmp_path).pack))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "is correct: 6 questions in 2 sections.\nReading grade of the whole pack: " in result.stdout
    assert result.stdout.endswith("about one question: read it aloud with three people.\n")
    first, _, rest = PACK.partition('\n[[sections.questions]]\nid = "likes"')
    alone = written(tmp_path, pack=first + rest[rest.index("\n[closing]") :])
    assert "is correct: 1 question in 1 section.\n" in run(tmp_path, "check", str(alone.pack)).stdout


def test_what_could_be_plainer_is_told_and_stops_nothing(tmp_path: Path) -> None:
    files = written(tmp_path, pack=spoilt(PACK, "The first part.", "Our clients can't.")[0])
    result = run(tmp_path, "check", str(files.pack))
    assert (result.exit_code, result.stderr) == (0, "")
    assert f'{files.pack}:24: section 1, intro: instead of "clients": you\n' in result.stdout
    assert "\n2 places could be plainer. This does not stop the pack from being used.\n" in result.stdout


@pytest.mark.parametrize("where", ["beside", "venue"])
def test_a_groups_own_words_count_beside_the_pack_or_with_the_venues(tmp_path: Path, where: str) -> None:
    files = written(tmp_path, pack=spoilt(PACK, "The first part.", "Our clients.")[0])
    home = tmp_path / "home"
    folder = files.pack.parent if where == "beside" else home / "packs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.toml").write_text('version = 1\n[instead]\n"clients" = ""\n')
    assert "plainer" not in run(home, "check", str(files.pack)).stdout


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("day", "What is a good day?", "Can clients answer?"),
        ("feedback", "How was this?", "How do clients like it?"),
    ],
)
def test_a_question_that_the_change_log_keeps_is_let_be_until_it_is_changed(
    tmp_path: Path, question: str, old: str, new: str
) -> None:
    draft = tmp_path / "packs" / "small" / "draft"
    draft.mkdir(parents=True)
    file = written(draft, pack=spoilt(PACK, old, new)[0]).pack
    line = (
        f'[[changes]]\nversion = 1\nday = 2026-03-04\nquestion = "{question}"\nwhy = "Ours."\n'
        'asked = "both"\ncount = 3\nfrom = "the meeting in March"\n'
        f'hash = "{question_hash(load_pack(file), question)}"\ndecision = '
    )

    def is_told() -> bool:
        return 'instead of "clients": you' in run(tmp_path, "check", "small").stdout

    assert is_told()
    log = draft.parent / "log.toml"
    log.write_text(f'{line}"kept"\n')
    assert not is_told()
    log.write_text(f'{line}"kept"\n{line}"later"\n')
    assert is_told()
    log.write_text(f'{line}"kept"\n')
    file.write_text(spoilt(file.read_text(), new, f"{new} Our clients do.")[0])
    assert is_told()


def test_a_mistake_in_the_groups_words_is_one_plain_line(tmp_path: Path) -> None:
    files = written(tmp_path)
    (tmp_path / "words.toml").write_text("version = one")
    result = run(tmp_path, "check", str(files.pack))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{tmp_path}/words.toml:1: expected a text in quotes")


def test_a_pack_is_named_by_its_id_and_a_wrong_name_is_told_with_the_right_ones(tmp_path: Path) -> None:
    assert "22 questions" in run(tmp_path, "check", "strengths").stdout
    assert (
        "no pack with that name. The packs here are: short, strengths"
        in run(tmp_path, "check", "strenghts").stderr
    )
    assert "expected a file; this is a folder" in run(tmp_path, "check", str(tmp_path)).stderr


def test_a_broken_pack_is_neither_walked_nor_pictured(tmp_path: Path) -> None:
    files = written(tmp_path, pack=spoilt(PACK, "version = 1", "version = one")[0])
    for arguments in (
        ("preview", str(files.pack)),
        ("pictures", str(files.pack), str(tmp_path / "out.html")),
    ):
        result = run(tmp_path, *arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"{files.pack}:2: expected a text in quotes")


def test_a_draft_is_walked_in_a_practice_as_it_was_when_that_began(tmp_path: Path) -> None:
    files = written(tmp_path)
    go = _practised(Home(tmp_path / "practice" / "home"), files.pack)
    files.pack.write_text("spoilt meanwhile")
    files.deck.unlink()
    assert go.practice is not None
    assert go.draft is not None
    assert go.draft.is_relative_to(tmp_path / "practice")
    session = open_session(Home(go.home), Practice(*go.practice), draft=go.draft)
    assert (session.draft, session.pack.id) == (True, "small")


def test_a_draft_is_walked_in_each_language_that_reads_and_that_the_program_speaks(tmp_path: Path) -> None:
    shipped = content() / "packs"
    pack, languages = tmp_path / "strengths.toml", tmp_path / "languages"
    shutil.copytree(shipped / "decks", tmp_path / "decks")
    languages.mkdir()
    text = (shipped / "strengths.toml").read_text("utf-8")
    pack.write_text(text.replace('summary = "My strengths"', 'summary = "What I am"'), "utf-8")
    polish = (shipped / "languages" / "strengths.pl.po").read_text("utf-8")
    (languages / "strengths.pl.po").write_text(polish.replace("{organisation}", "{organisation"), "utf-8")
    (languages / "strengths.uk.po").write_text("rubbish")
    (languages / "strengths.de.po").write_text("")
    go = _practised(Home(tmp_path / "practice" / "home"), pack)
    (languages / "strengths.pl.po").unlink()
    assert go.practice is not None
    session = open_session(Home(go.home), Practice(*go.practice), draft=go.draft)
    assert session.languages().tags == ("en", "pl")
    with speaking(language("pl")):
        told = session.spoken().pack
    assert (told.title, told.sections[0].questions[0].summary) == (
        "Moje mocne strony i nadzieje",
        "What I am",
    )
    assert told.privacy.short[0].startswith("Who reads it")  # a brace is missing in its translation


def test_pictures_are_refused_in_a_language_that_the_pack_is_not_in(tmp_path: Path) -> None:
    result = run(tmp_path, "pictures", "short@1", str(tmp_path / "out.html"), "--language", "de")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The pack 'short' is not in German. 'kiosk pack translate short de' begins that." in result.stderr


def test_a_version_is_practised_as_if_a_lead_had_published_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "practice" / "home")
    named = _practised_pack("short@1")
    go = _practised(home, None, **named)
    assert go.draft is None
    pack = library_of(home).start()
    assert (pack, pack.id) == (named["version"][0], "short")
    assert go.practice is not None
    [states] = published(home.packs).values()
    assert states is not None
    assert is_vouched("short", states, staff.enter(home.staff, *go.practice).identity)


def test_a_pack_is_practised_with_practice_alone(tmp_path: Path) -> None:
    for arguments in (("--pack", "short"), ("--practice", "--pack", "short@9")):
        result = CliRunner().invoke(main, arguments, env={"KIOSK_HOME": str(tmp_path)})
        assert (result.exit_code, "Traceback" in result.stderr) == (2 if len(arguments) == 2 else 1, False)


def test_pictures_take_no_name_that_is_taken_and_none_of_another_kind(tmp_path: Path) -> None:
    pack = str(written(tmp_path).pack)
    there = tmp_path / "there.html"
    there.write_text("mine")
    assert "exists already. Choose another name" in run(tmp_path, "pictures", pack, str(there)).stderr
    assert there.read_text() == "mine"
    assert "must end in .html" in run(tmp_path, "pictures", pack, str(tmp_path / "out.pdf")).stderr


@pytest.mark.parametrize("kind", ["fill", "review"])
def test_a_pack_is_put_on_paper_over_no_other_file(tmp_path: Path, kind: str) -> None:
    pack, out = str(written(tmp_path).pack), tmp_path / "out.pdf"
    assert run(tmp_path, "paper", pack, str(out), f"--{kind}").exit_code == 0
    made = out.read_bytes()
    assert made.startswith(b"%PDF")
    assert "exists already" in run(tmp_path, "paper", pack, str(out), f"--{kind}").stderr
    assert out.read_bytes() == made
    assert "must end in .pdf" in run(tmp_path, "paper", pack, "out.html", f"--{kind}").stderr
    assert "Give --fill or --review" in run(tmp_path, "paper", pack, str(tmp_path / "new.pdf")).stderr


@pytest.mark.parametrize(("kind", "polish"), [("fill", "Pytanie 1 z 22"), ("review", "Wersja 1")])
def test_a_pack_is_put_on_paper_in_one_of_its_languages(tmp_path: Path, kind: str, polish: str) -> None:
    out = tmp_path / "out.pdf"
    assert run(tmp_path, "paper", "strengths", str(out), f"--{kind}", "--language", "PL").exit_code == 0
    said = " ".join(pages_of(out.read_bytes()))
    for words in ("Moje mocne strony i nadzieje", "Jaki jest dla Ciebie dobry dzień?", polish):
        assert words in said
    for words in ("My strengths and hopes", "Question 1 of", "Version 1", "What is a good day like"):
        assert words not in said
    assert b"/Lang (pl)" in out.read_bytes()


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("de", "The pack 'short' is not in German. 'kiosk pack translate short de' begins that."),
        ("nonsense", "expected the tag of a language"),
    ],
)
def test_a_language_that_no_paper_can_be_in_is_refused(tmp_path: Path, tag: str, told: str) -> None:
    out = tmp_path / "out.pdf"
    result = run(tmp_path, "paper", "short", str(out), "--fill", "--language", tag)
    assert (result.exit_code, out.exists()) == (1, False)
    assert told in result.stderr


def test_an_id_is_of_the_draft_and_of_a_version_where_one_is_named_or_a_form_is_to_be_filled_in(
    tmp_path: Path,
) -> None:
    draft = tmp_path / "packs" / "strengths" / "draft"
    draft.mkdir(parents=True)
    shipped = (content() / "packs" / "strengths.toml").read_text(encoding="utf-8")
    (draft / "strengths.toml").write_text(shipped.replace("My strengths and hopes", "A second version"))
    shutil.copytree(content() / "packs" / "decks", draft / "decks")
    for name in ("strengths", "strengths@draft"):
        assert f"{draft}/strengths.toml is correct" in run(tmp_path, "check", name).stdout
    assert f"{content()}/packs/strengths.toml is correct" in run(tmp_path, "check", "strengths@1").stdout
    for kind, title in (("review", "A second version"), ("fill", "My strengths and hopes")):
        out = tmp_path / f"{kind}.pdf"
        run(tmp_path, "paper", "strengths", str(out), f"--{kind}")
        assert pages_of(out.read_bytes())[0].startswith(title)
    assert "has no version 3" in run(tmp_path, "check", "strengths@3").stderr
    assert "other@draft" not in run(tmp_path, "check", "other@draft").stdout
