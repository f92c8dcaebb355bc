"""cage and foot as the kiosk starts them, on a screen that nobody sees, with real keys and mouse buttons.

The screen is Xvfb and the keys come from xdotool: cage 0.1.4 lets no program type by Wayland's own means.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor
from textual.theme import Theme

from screens.themes import THEMES
from tests.deploy.test_units import LIBRARY

FOOTS_OWN = Path("/etc/xdg/foot/foot.ini")
"""Every setting of the installed foot, with its default."""
LEADS_OUT = ("alt+Escape", "alt+F4", "alt+Tab", "ctrl+alt+F2", "ctrl+alt+Delete", "ctrl+alt+BackSpace")
"""What other desktops, or cage as its developers build it, do something at."""
CLICKS = (
    *(f"click --delay 20 {button}" for button in ("1", "2", "3", "4", "5")),
    *(f"click --delay 20 --repeat {times} 1" for times in (2, 3, 4)),
    "mousedown 1 mousemove 300 200 mouseup 1 mousemove 100 100",
)
"""Buttons, turns of the wheel, and what selects words, lines and more."""
KEYCODES = {"XF86Copy": "141", "XF86Paste": "143"}
"""Keys that X has no name for on a usual keyboard."""
LISTENER = """
import os, sys, tty
tty.setraw(0)
os.write(1, b"\\x1b[?1049h\\x1b[2J\\x1b[H" + b"https://example.org/ some words to select\\r\\n" * 9)
with open(sys.argv[1], "ab", 0) as log:
    log.write(b"begins")
    while typed := os.read(0, 4096):
        log.write(typed.replace(b"x", b"x%d," % os.get_terminal_size().lines))
"""
"""Logs what it is typed, and at each x how many lines the window has."""
WIDTH, HEIGHT = 1024, 768
"""The window that stands for cage's screen, in pixels."""
PATIENCE = 30.0
"""Seconds for what takes one: other tests run beside this one."""


@dataclass(frozen=True)
class Screen:
    """The screen with cage on it."""

    folder: Path
    environment: dict[str, str]

    def types(self, *keys: str) -> None:
        """Press keys and buttons, as xdotool calls them."""
        subprocess.run(["xdotool", *keys], env=self.environment, check=True)

    def picture(self) -> Image.Image:
        """Return what is on the screen."""
        file = self.folder / "screen.png"
        subprocess.run(["grim", file], env=self.environment, check=True)
        return Image.open(file).convert("RGB")

    @contextmanager
    def shows(self, *command: str) -> Iterator[None]:
        """Show a program the way `kiosk@window` shows the kiosk."""
        library = self.folder / "library"
        shutil.copytree(LIBRARY, library)
        for file in library.iterdir():
            file.write_text(file.read_text().replace("/usr/lib/strengths-kiosk", str(library)))
        (library / "program").write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in command))
        environment = self.environment | {"KIOSK_FONT": "DejaVu Sans Mono", "KIOSK_FONT_SIZE": "20"}
        with subprocess.Popen(
            [library / "session", "window"], env=environment, stderr=subprocess.DEVNULL
        ) as foot:
            try:
                yield
            finally:
                foot.terminate()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """A screen with cage on it, which says itself that it is ready."""
    reading, writing = os.pipe()
    with ExitStack() as stack:
        # Not below tmp_path: cage does not run as root, and nobody may look there.
        runtime = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ready = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        ready.bind(f"\0{runtime}")
        ready.settimeout(PATIENCE)
        xvfb = f"Xvfb -displayfd {writing} -screen 0 {WIDTH}x{HEIGHT}x24 -nolisten tcp"
        stack.enter_context(_running(xvfb.split(), pass_fds=[writing]))
        environment = {
            "PATH": os.environ["PATH"],
            "DISPLAY": f":{os.read(reading, 16).decode().strip()}",
            "NOTIFY_SOCKET": f"@{runtime}",
            "XDG_RUNTIME_DIR": str(runtime),
            "WLR_BACKENDS": "x11",
            "WLR_RENDERER": "pixman",
        }
        user = 65534 if os.geteuid() == 0 else None
        if user:
            os.chown(runtime, user, user)
        cage = ["/bin/sh", "-c", (LIBRARY / "screen").read_text()]
        stack.enter_context(_running(cage, env=environment, user=user, group=user, stderr=subprocess.DEVNULL))
        told = ready.recv(4096), ready.recv(4096)
        assert b"READY=1" in told[0]
        assert told[1] == b"BARRIER=1"  # systemd-notify waits until this is read
        os.close(reading)
        os.close(writing)
        yield Screen(tmp_path, environment | {"WAYLAND_DISPLAY": "wayland-0", "LANG": "C.UTF-8"})


@contextmanager
def _running(command: list[str], **how: Any) -> Iterator[None]:
    with subprocess.Popen(command, start_new_session=True, **how) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def _until(look: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < ends, "It did not come."
        time.sleep(0.02)


def _shortcuts() -> list[str]:
    """Return the keys that foot does something at unless it is told not to, in xdotool's words."""
    (bound,) = re.findall(r"^\[key-bindings\]\n(.*?)\n\n", FOOTS_OWN.read_text(), re.DOTALL | re.MULTILINE)
    keys = re.findall(r"(?<=[= ])(?:(?:Control|Shift)\+)+\w+|XF86\w+", bound)
    return [KEYCODES.get(key, key.replace("Control", "ctrl").replace("Shift", "shift")) for key in keys]


def test_no_key_and_no_button_does_what_the_kiosk_did_not_ask_for(screen: Screen) -> None:
    log = screen.folder / "typed"

    def types(*keys: str) -> bytes:
        """Type these and an x, and return what the program was typed."""
        log.write_bytes(b"")
        screen.types(*keys, "key", "x")
        _until(lambda: log.read_bytes().endswith(b","))
        return log.read_bytes()

    shortcuts = _shortcuts()
    assert {"ctrl+shift+n", "ctrl+shift+r", "ctrl+plus", "shift+Page_Up"} < {*shortcuts}
    with screen.shows(sys.executable, "-c", LISTENER, str(log)):
        _until(lambda: log.exists() and log.read_bytes() == b"begins")
        _until(lambda: len({screen.picture().tobytes() for _ in range(3)}) == 1)
        mark, picture = types("mousemove", "100", "100"), screen.picture().tobytes()
        for keys in shortcuts:
            typed = types("key", keys)
            assert typed.endswith(mark), (keys, typed)
            assert typed != mark or keys in KEYCODES.values(), keys
        for keys in LEADS_OUT:
            assert types("key", keys).endswith(mark), keys
        for held in ("F24", "ctrl", "shift"):  # one that changes nothing, and two that do
            screen.types("keydown", held)
            for click in CLICKS:
                screen.types(*click.split())
                assert screen.picture().tobytes() == picture, (held, click)
            screen.types("keyup", held)
        assert types() == mark


def test_the_kiosk_is_painted_before_anybody_touches_a_key(screen: Screen) -> None:
    with screen.shows(sys.executable, "-I", "-m", "kiosk", "--practice"):
        _until(lambda: share(screen.picture(), THEMES[0]) > 0.6)


def share(picture: Image.Image, theme: Theme) -> float:
    """Return how much of a picture is the background of a theme."""
    ground = ImageColor.getrgb(str(theme.background))
    pixels = picture.width * picture.height
    return sum(count for count, colour in picture.getcolors(pixels) or () if colour == ground) / pixels
