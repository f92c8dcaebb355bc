"""What a process of the kiosk starts with. The supervisor waits for it, so it reads no command line."""

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.launch import Screens


def run() -> None:
    """Be the process that the arguments name, or the `kiosk` command."""
    match sys.argv[1:]:
        case [("visit-process" | "desk-process") as name, "--control", control]:
            from kiosk.launch import serve

            what = name.removesuffix("-process")
            code = serve(int(control), os.environ, partial(screens_of, what), what)
            # Nothing is left to do, and taking an interpreter down takes time that the next visit waits for.
            os._exit(code)
    from kiosk.cli.main import main

    main(prog_name="kiosk")


def screens_of(what: str) -> "Screens":
    """Import what a `visit` or a `desk` shows, and return what runs it."""
    from screens.app import desk_screens, visit_screens

    return visit_screens() if what == "visit" else desk_screens()
