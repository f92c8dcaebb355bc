"""A customer and a member of staff at the real kiosk, in a real terminal."""

import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zxingcpp
from click.testing import CliRunner, Result

from kiosk.cli.main import main
from kiosk.content import content
from kiosk.dates import now
from kiosk.home import Home
from kiosk.pack.library import Library
from kiosk.pack.load import load_pack
from kiosk.upkeep.publishing import Publisher
from tests.pty_terminal import PACE, Process, Terminal
from tests.screens.pty.forked import Nursery

KIOSK = (sys.executable, "-m", "kiosk")
PASSPHRASE = "river copper lantern moss"
STAFF = "Jo Smith"

# Words that stand in no pack, no screen and no program: where they are found, an answer is.
SECRETS = ("Quilltoucan", "Brindlewharf", "Marzipanlark", "Thistlegong")


@dataclass(frozen=True)
class Venue:
    """A home that is set up, with what a member of staff needs."""

    home: Path
    passphrase_file: Path
    nursery: Nursery | None = None
    """Where its kiosks are forked from, unless a command is named; each is started anew without one."""

    @property
    def temporary(self) -> Path:
        """The folder for what is temporary, the kiosk's own."""
        folder = self.home.parent / "temporary"
        folder.mkdir(exist_ok=True)
        return folder

    def run(self, *arguments: str) -> Result:
        """Run a `kiosk` command in this home, which must succeed."""
        done = CliRunner().invoke(main, arguments, env={"KIOSK_HOME": str(self.home)})
        assert done.exit_code == 0, done.output
        return done

    def desk(self, *arguments: str) -> Result:
        """Run a command of the desk."""
        return self.run(*arguments, "--staff", STAFF, "--passphrase-file", str(self.passphrase_file))

    def opened(self, code: str) -> dict[str, Any]:
        """Open an entry by its code, as JSON."""
        return dict(json.loads(self.desk("open", code, "--json").stdout))

    def terminal(
        self,
        *,
        columns: int = 80,
        rows: int = 24,
        command: Sequence[str] = (),
        changed: str = "as_it_is",
        **environment: str,
    ) -> Terminal:
        """Return the kiosk in a terminal, not yet started, changed as one of `changes` does it."""
        env: dict[str, str | None] = {
            "KIOSK_HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            **environment,
        }
        if command or self.nursery is None:
            return Terminal(command or KIOSK, columns=columns, rows=rows, env=env)
        return ForkedTerminal(self.nursery, changed, columns=columns, rows=rows, env=env)

    def saved(self, **answers: object) -> str:
        """Type in a paper form with these answers and no others; return the code."""
        file = self.home.parent / "answers.json"
        file.write_text(json.dumps({"pack": "strengths", "answers": answers}))
        code = str(json.loads(self.run("enter", str(file), "--json").stdout)["code"])
        file.unlink()
        return code.replace(" ", "")

    def is_asked_soon(self) -> None:
        """Let the kiosk ask as soon as settings allow whether somebody is there, and give up as soon."""
        settings = self.home / "kiosk.toml"
        settings.write_text(re.sub(r"(?m)^(warn|writing_warn|grace) = .*", r"\1 = 20", settings.read_text()))


class ForkedTerminal(Terminal):
    """A kiosk from a nursery, in a terminal."""

    def __init__(self, nursery: Nursery, changed: str, **how: Any) -> None:
        super().__init__((), **how)
        self._nursery, self._changed = nursery, changed

    def _starts(self, slave: int) -> Process:
        return self._nursery.kiosk(self._changed, self._env, slave)


def asks_little(venue: Venue, *parts: int) -> None:
    """Let a venue ask the first two of the shipped parts alone, or these: all of them take some seconds."""
    publisher = Publisher(Library(Home(venue.home).packs, "brief"), now)
    draft = publisher.new("brief", "strengths")
    head, *sections = draft.read_text().split("[[sections]]")
    sections[-1], closing = sections[-1].split("[closing]")
    end = "[closing]" + re.sub(r"(?m)^(strengths|hopes|steps) = .*\n", "", closing)
    end = re.sub(r"(?m)^ratings = .*", 'ratings = ["feeling"]', end)
    asked = [sections[part - 1] for part in parts or (1, 2)]
    draft.write_text("[[sections]]".join((head, *asked)) + end)
    publisher.publish("brief", past="This is a test.")
    settings = venue.home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('pack = "strengths"', 'pack = "brief"'))


def set_up(folder: Path) -> Venue:
    """Set a venue up."""
    venue = Venue(folder / "home", folder / "passphrase.txt")
    venue.passphrase_file.write_text(PASSPHRASE + "\n")
    venue.run(
        "setup", "--venue", "Oak House", "--staff", STAFF, "--passphrase-file", str(venue.passphrase_file),
        "--recovery-file", str(folder / "recovery.txt"), "--same-disk",
    )  # fmt: skip
    settings = venue.home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("bounce = 0.4", "bounce = 0.1"))  # no hand trembles here
    return venue


def goes_on(terminal: Terminal, *before: str, key: str = "enter") -> None:
    """Press a key once the page stands still, and wait until something comes of it."""
    terminal.settle(PACE)
    if before:
        terminal.press(*before)
        terminal.settle(0.05)
    sent = len(terminal.raw)
    terminal.press(key)
    terminal.wait_until(
        lambda: len(terminal.raw) > sent and terminal.between_frames(), name=f"something to come of {key}"
    )


def turns(terminal: Terminal, key: str = "enter") -> None:
    """Press a key that leads to another page, and wait until that is there: quicker than `goes_on`."""
    terminal.wait_until(terminal.between_frames)
    terminal.settle(PACE)
    _turns(terminal, key, terminal.text())


def _turns(terminal: Terminal, key: str, before: str) -> None:
    terminal.press(key)
    terminal.wait_until(
        lambda: terminal.text() != before and terminal.between_frames(), name=f"another page after {key}"
    )


def starts(terminal: Terminal, *, part: str = "1", keep: bool = False) -> str:
    """Go from Welcome to the first question of a part.

    With `keep`, choose that the answers are kept where one has to leave, and return the code of that.
    """
    terminal.wait_for("Welcome")
    # The page is painted a moment before it listens; a person is slower than that.
    press_until(terminal, "enter", "What we keep")
    goes_on(terminal, *("2" if keep else ""))
    code = takes_code(terminal) if keep else ""
    terminal.wait_for("Choose a part")
    goes_on(terminal, key=part)
    terminal.wait_for(" 1 of ")  # of the questions, or of the cards
    return code


def begins_to_write(terminal: Terminal, *, keep: bool = False) -> str:
    """Go from Welcome to a question that is written, past a scale; return what `starts` does."""
    code = starts(terminal, part="2", keep=keep)
    goes_on(terminal, "2", key="f6")
    terminal.wait_for("Question 2 of")
    terminal.settle(0.1)
    return code


def takes_code(terminal: Terminal, called: str = "Your code") -> str:
    """Take the code that is shown, as a phone does and as somebody does who writes it down; go on."""
    terminal.wait_for(called, timeout=20)
    terminal.settle(0.1)
    code = scans(terminal)
    letters = terminal.text().replace(" ", "")  # they stand apart where there is room
    assert code[:8] in letters, terminal.text()
    assert code[8:] in letters, terminal.text()
    goes_on(terminal)
    return code


def gives_code(terminal: Terminal, code: str) -> None:
    """Come back with a code, from Welcome."""
    terminal.wait_for("Welcome")
    press_until(terminal, "f7", "Type your code here")
    terminal.settle(0.1)
    terminal.type(code + "\r")


def leaves_open(terminal: Terminal, up_to: str = "My page") -> None:
    """Leave every question that is left open, up to a page with these words; on My page F2 does nothing."""
    while True:
        terminal.wait_until(terminal.between_frames)
        terminal.settle(0.3)  # a page that comes in several frames is there
        # One look decides: by another, the page may have turned, and F2 would be pressed on the next one.
        before = terminal.text()
        if up_to in before:
            return
        _turns(terminal, "enter" if "Choose a part" in before else "f2", before)


def saves(terminal: Terminal) -> str:
    """Go from My page to a saved entry and on to a cleared screen; return its code."""
    terminal.wait_for("My page")
    goes_on(terminal)
    terminal.wait_for("Check your answers")
    goes_on(terminal)
    code = takes_code(terminal)
    terminal.wait_for("Try your code once")
    goes_on(terminal)
    terminal.wait_for("How was this for you?")
    goes_on(terminal, "1")
    terminal.wait_for("2 of 2")
    goes_on(terminal)
    return code


def finishes(terminal: Terminal) -> None:
    """Leave the last page, and wait for the next visit."""
    terminal.wait_for("The next person")
    goes_on(terminal)
    terminal.wait_for("Welcome")


def writes_secrets(terminal: Terminal, *, keep: bool = False) -> str:
    """Answer three questions of the second part, and leave the fourth half written; return as `starts`."""
    code = begins_to_write(terminal, keep=keep)
    terminal.type(SECRETS[0])
    goes_on(terminal)
    terminal.wait_for("Question 3 of")
    goes_on(terminal, "1", "3", key="f6")
    terminal.wait_for("Question 4 of")
    terminal.settle(0.1)
    terminal.type(SECRETS[1])
    terminal.wait_for(SECRETS[1])
    return code


def written_answers() -> dict[str, object]:
    """Return what `writes_secrets` answers, by question id, once the fourth is answered too."""
    section: Any = load_pack(content() / "packs" / "strengths.toml").sections[1]
    first, second, third, last = section.questions
    several = [third.options[0].id, third.options[2].id]
    return {first.id: first.points[1].value, second.id: SECRETS[0], third.id: several, last.id: SECRETS[1]}


def answers_in(page: dict[str, Any]) -> dict[str, object]:
    """Return what a page answers, by question id, without what is left open."""
    return {
        answer["id"]: answer["value"]
        for section in page["sections"]
        for answer in section["answers"]
        if answer["value"] is not None
    }


def visit_process(terminal: Terminal) -> int:
    """Return the process that has the terminal, below the supervisor."""
    for child in children(terminal.pid):
        if Path(f"/proc/{child}/fd/0").readlink().is_relative_to("/dev/pts"):
            return child
    raise AssertionError("no process of the kiosk has the terminal")


def children(process: int) -> list[int]:
    """Return the ids of the processes that a process has started, those that wait to be reaped too."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_at_rest(terminal: Terminal) -> None:
    """Wait until Welcome stands still and the next process is ready, and no other is left."""
    terminal.wait_until(
        lambda: [waits(child) for child in children(terminal.pid)] == [False, True],
        timeout=30,
        name="a visit and its successor, and nothing else",
    )
    terminal.settle(0.05)
    assert "Welcome" in terminal.text()


def waits(process: int) -> bool:
    """Tell whether a process waits for the supervisor to say something."""
    try:
        return Path(f"/proc/{process}/wchan").read_text().startswith("unix_stream")
    except FileNotFoundError:
        return False


def press_until(terminal: Terminal, key: str, text: str) -> None:
    """Press a key, again if need be, until a text is there."""
    for _ in range(10):
        terminal.settle(0.1)
        if text in terminal.text():
            return
        terminal.press(key)
        end = time.monotonic() + 2
        while time.monotonic() < end and text not in terminal.text():
            terminal.settle(0.02)
    terminal.wait_for(text, timeout=0.1)


def walks(terminal: Terminal, *parts: int) -> dict[str, object]:
    """Answer every question of these parts by keys, up to My page; return the answers, by question id."""
    given: dict[str, object] = {}
    secrets = iter(SECRETS * 20)
    pack = load_pack(content() / "packs" / "strengths.toml")
    for section in (pack.sections[part - 1] for part in parts):
        for number, question in enumerate(section.questions, 1):
            terminal.wait_for(section.title)
            terminal.wait_for(f" {number} of ")  # of the questions, or of the cards
            terminal.settle(0.05)
            deeper = (
                number < len(section.questions) and section.questions[number].depth and not question.depth
            )
            key = "f6" if deeper else "enter"
            given[question.id] = _answers(terminal, type(question).__name__, question, secrets, key)
    return given


def _answers(terminal: Terminal, kind: str, question: Any, secrets: Any, key: str) -> object:
    if kind == "ScaleQuestion":
        goes_on(terminal, "2", key=key)
        return question.points[1].value
    if kind == "ChoiceQuestion" and question.several:
        goes_on(terminal, "1", "3", key=key)
        return [question.options[0].id, question.options[2].id]
    if kind == "ChoiceQuestion":
        goes_on(terminal, "2", key=key)
        return question.options[1].id
    if kind == "TextQuestion":
        text = f"{next(secrets)} and {next(secrets)}"
        _writes(terminal, text)
        return text
    if kind == "LinesQuestion":
        lines = [next(secrets), next(secrets)]
        for line in lines:
            _writes(terminal, line)
        goes_on(terminal)
        return lines
    if kind == "GoalQuestion":
        parts = {name: f"{name} {next(secrets)}" for name in ("want", "first_step", "who", "when")}
        for text in parts.values():
            _writes(terminal, text)
        return {"kind": "goal", **parts}
    return _picks_cards(terminal, question, secrets, key)


def _writes(terminal: Terminal, text: str) -> None:
    """Write a text, and go on once it is there: Enter right behind it would be a scanner's."""
    terminal.type(text)
    terminal.wait_for(text.split()[-1])
    goes_on(terminal)


def _picks_cards(terminal: Terminal, question: Any, secrets: Any, key: str) -> object:
    deck = load_pack(content() / "packs" / "strengths.toml").decks[question.deck]
    groups = question.groups or tuple(deck.groups)
    picked = []
    for number, group in enumerate(groups, 1):
        terminal.wait_for(f"Cards {number} of {len(groups)}")
        picked.append(deck.in_group(group)[0].id)
        goes_on(terminal, "1")
    own = next(secrets)
    terminal.wait_for("In your own words")
    terminal.settle(0.05)
    _writes(terminal, own)
    goes_on(terminal, key=key)
    return {"kind": "cards", "picked": picked, "own": [own]}


def scans(terminal: Terminal) -> str:
    """Read the QR code from the pixels of the screen, dark on light only, as a phone does."""
    (found,) = zxingcpp.read_barcodes(terminal.qr_pixels(), try_invert=False)
    return str(found.text)
