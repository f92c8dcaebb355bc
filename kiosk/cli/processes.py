"""What a process of the kiosk starts with. The supervisor waits for it, so it reads no command line."""

import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.launch import Screens


def run() -> None:
    """Be the process that the arguments name, or the `kiosk` command."""
    match sys.argv[1:]:
        case ["visit-process", "--control", control]:
            _serve(int(control), _visit_screens, "visit")
        case ["desk-process", "--control", control]:
            _serve(int(control), _desk_screens, "desk")
    from kiosk.cli.main import main

    main(prog_name="kiosk")


def _visit_screens() -> "Screens":
    from screens.app import visit_screens

    return visit_screens()


def _desk_screens() -> "Screens":
    from screens.app import desk_screens

    return desk_screens()


def _serve(control: int, screens: "Callable[[], Screens]", what: str) -> NoReturn:
    from kiosk.launch import serve

    code = serve(control, os.environ, screens, what)
    # Nothing is left to do, and taking an interpreter down takes time that the next visit waits for.
    os._exit(code)
