"""A monkey at the real kiosk, in a real terminal. See docs/soak.md."""

import os
import re
import signal
import time
from collections import deque

import pytest

from tests.pty_terminal import PACE, Terminal
from tests.screens.monkey.steps import LAST, MARKS, Dice, Step, in_words, seeds
from tests.screens.pty.kiosk_terminal import Venue, children, visit_process
from tests.screens.pty.test_sleep import IDLE, log_of

STEPS = 2_000 if "TORTURE" in os.environ else 200
_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?: +[0-9A-HJKMNP-TV-Z]{4}){3}\b")


class TerminalMonkey:
    """Does steps at a kiosk; a visit is a process, and so has words of its own."""

    def __init__(self, terminal: Terminal, seed: int) -> None:
        self._terminal = terminal
        self._dice = Dice(seed)
        self.last: deque[Step] = deque(maxlen=LAST)
        self.deaths = 0
        self._visit = 0
        self._allowed: set[str] = set()
        self._entries: dict[str, set[str]] = {}

    def does(self, most: int) -> None:
        """Do so many steps, and see that it is at Welcome when it is left alone."""
        while most > 0:
            self._notices_whose_turn_it_is()
            step = self._dice.draw()
            self.last.append(step)
            most -= self._step(step)
            if self._notices_whose_turn_it_is():
                self._allowed.add(self.last_mark)  # it may have been typed to the next one
            self._looks()
        self._step(Step("goes away"))
        self._notices_whose_turn_it_is()
        self._allowed = set()
        self._looks()

    def _notices_whose_turn_it_is(self) -> bool:
        try:
            visit = visit_process(self._terminal)
        except (AssertionError, FileNotFoundError):
            return False  # between two
        if visit == self._visit:
            return False
        self._visit, self.last_mark = visit, self._dice.mark
        self._allowed = {self._dice.new_mark()}
        return True

    def _step(self, step: Step) -> int:
        terminal = self._terminal
        if step.does == "resizes":
            terminal.resize(*step.size)
        elif step.does == "waits":
            terminal.settle(0.1, step.much / 30)
        elif step.does == "sleeps":
            self._sleeps()
        elif step.does == "goes away":
            terminal.settle(IDLE, 0)
            terminal.wait_for("Welcome", timeout=8 * IDLE)
        elif step.does == "dies" and self._visit:
            self._dies()
        elif step.what:
            for code in [code for code in self._entries if code in step.what]:
                self._allowed |= self._entries[code]
                self._entries[code] |= self._allowed
            terminal.send(step.what.encode(errors="replace"))
            terminal.settle(PACE if step.then > PACE else 0.01, PACE)
            return len(re.findall(r"\x1b[^\x1b]*?[A-Za-z~]|[^\x1b]", step.what)) or 1
        else:
            return 0  # a fault of what is no part of this
        return 1

    def _sleeps(self) -> None:
        everyone = [self._terminal.pid, *children(self._terminal.pid)]
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for process in everyone:
                os.kill(process, number)
            time.sleep(0.1)

    def _dies(self) -> None:
        allowed, self.deaths = self._allowed, self.deaths + 1
        os.kill(self._visit, signal.SIGKILL)
        self._terminal.wait_until(self._notices_whose_turn_it_is, timeout=40)
        self._allowed |= allowed  # it asks whose they are

    def _looks(self) -> None:
        text = self._terminal.text()
        assert self._terminal.alive(), f"the kiosk has ended\n{text}"
        assert "Traceback" not in text, text
        for found in _CODE.findall(text):
            code = "".join(found.split())
            self._dice.codes.append(code)
            self._entries.setdefault(code, set()).update(self._allowed)
        foreign = set(MARKS.findall(text)) - self._allowed
        assert not foreign, f"{foreign} on\n{text}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", seeds(20))
def test_no_steps_leave_the_real_kiosk_or_show_what_another_wrote(venue: Venue, seed: int) -> None:
    venue.is_asked_soon()
    with venue.terminal(changed="fast") as terminal:
        terminal.wait_for("Welcome")
        monkey = TerminalMonkey(terminal, seed)
        try:
            monkey.does(STEPS)
        except AssertionError as error:
            raise AssertionError(f"{error}\nMONKEY_SEED={seed}\n{in_words(list(monkey.last))}") from error
    log = log_of(venue)
    assert "unexpected" not in log, log
    assert log.count("crashed") == monkey.deaths, log
    venue.run("doctor")
