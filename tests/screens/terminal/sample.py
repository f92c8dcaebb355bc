"""A small app behind the lock, to be attacked in a real terminal.

python -m tests.screens.terminal.sample [--supervised] [--slow] [--clean] [--log FILE]
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Button, Input, Markdown, OptionList, Static, TextArea

from kiosk.hardening import forbid_dumps, ignore_stray_signals
from kiosk.isolation import clean_environment
from kiosk.logbook import describe
from screens.key_reader import KeyReader
from screens.lock import LockedApp
from screens.terminal import KioskDriver, SupervisedDriver

SECRET = "marmalade sandwiches"
HOSTILE = "h\x1b[31m\x1b]0;owned\x07o\x9b31ms\x0et\u202ei\u2066l\u200be\x0f"
HARMLESS = "h[31m]0;ownedo31mstile"
"""What is left of it: text."""


class Sample(LockedApp[None]):
    CSS = """
    Screen { layout: vertical; }
    Static, Input, TextArea, OptionList, Markdown { height: 3; border: none; margin: 0; padding: 0; }
    Button { height: 3; }
    """
    BINDINGS = [
        Binding("f4", "fail", show=False),
        Binding("f5", "fail_in_worker", show=False),
        Binding("f6", "fail_in_thread", show=False, priority=True),
        Binding("f7", "dawdle", show=False, priority=True),
        Binding("f8", "hostile", show=False),
        Binding("f9", "ping", show=False),
    ]
    pings = 0
    slow = False

    def stay(self, marker: bytes) -> None:
        """Make a start long enough to type into, and say so past Textual."""
        if self.slow:
            os.write(1, marker)
            time.sleep(0.5)

    def compose(self) -> ComposeResult:
        self.stay(b"composing")
        yield Input(id="line")
        yield TextArea(id="area")
        yield Static(f"pid {os.getpid()} pings 0", id="state", markup=False)
        yield Static("[@click=app.screenshot('shot.svg','.')]press me[/]", id="markup", markup=False)
        yield Markdown("[a link](https://example.org)", open_links=True)
        yield OptionList("one", markup=False)
        yield Button("a button")

    @on(Button.Pressed)
    def show_touch(self) -> None:
        self.query_one(Input).value = "touched"

    def action_ping(self) -> None:
        self.pings += 1
        typed = len(self.query_one("#line", Input).value)
        self.query_one("#state", Static).update(f"pid {os.getpid()} pings {self.pings} typed {typed}")

    async def action_dawdle(self) -> None:
        """Keep the app busy while its loop runs on."""
        await asyncio.sleep(1.5)

    def action_hostile(self) -> None:
        self.query_one("#line", Input).value = HOSTILE
        self.query_one("#area", TextArea).text = HOSTILE
        self.query_one("#state", Static).update(HOSTILE)
        self.query_one(OptionList).add_option(HOSTILE)

    def action_fail(self) -> None:
        answer = SECRET + self.query_one("#line", Input).value
        raise ValueError(f"cannot read {answer}")

    def action_fail_in_worker(self) -> None:
        async def work() -> None:
            self.action_fail()

        self.run_worker(work())

    def action_fail_in_thread(self) -> None:
        # What the input thread calls next: the sharpest place for an error.
        def split(self: KeyReader, text: str, now: float) -> Iterator[str]:
            raise ValueError(SECRET)

        KeyReader.split = split  # type: ignore[method-assign]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--supervised", action="store_true")
    options.add_argument("--slow", action="store_true")
    options.add_argument("--clean", action="store_true")
    options.add_argument("--log", type=Path)
    chosen = options.parse_args()
    ignore_stray_signals()
    if chosen.clean:
        again = [sys.executable, "-m", "tests.screens.terminal.sample"]
        os.execve(sys.executable, again, clean_environment(os.environ))  # noqa: S606
    forbid_dumps()

    def report(error: BaseException) -> None:
        if chosen.log:
            chosen.log.write_text(describe(error))

    app = Sample(report=report, driver_class=SupervisedDriver if chosen.supervised else KioskDriver)
    app.slow = chosen.slow
    app.stay(b"starting")
    app.run()
    sys.exit(app.return_code or 0)


if __name__ == "__main__":
    main()
