"""Every way known to leave a Textual program or a terminal, as what a terminal would send, by kind.

None of them does anything in a kiosk. Where one is also a key that is wanted there, it is left out.
"""

from itertools import product
from pathlib import Path

_WANTED = b"\x08\t\n\r\x1b"
"""Of the control characters, Backspace, Tab, Enter (twice) and Esc."""

CONTROL_KEYS = [bytes([code]) for code in range(32) if code not in _WANTED]
r"""Ctrl+C, Ctrl+Z, Ctrl+\, Ctrl+Q, Ctrl+S, Ctrl+D, Ctrl+P, Ctrl+O, Ctrl+V, Ctrl+Y and all the others."""

ALT_KEYS = [b"\x1b" + bytes([code]) for code in range(128) if code not in b"\x1b[O]"]

KITTY_KEYS = [
    b"\x1b[%d;%du" % (code, held)
    for code, held in product((*b"acdopqsvwxyz\\", 57358, 57361, 57362, 57428), range(5, 17, 3))
] + [b"\x1b[27;%d;%d~" % (held, code) for held, code in product((5, 6, 8), b"cdopqvxz\\")]
"""Letters with Ctrl and more, Print, Pause, Menu and a media key: the Kitty protocol, and xterm's."""

ANSWERS = [
    b"\x1b[?62;1;6;9;15;22;29c",  # device attributes, primary, …
    b"\x1b[>41;354;0c",  # … secondary, …
    b"\x1bP!|00000000\x1b\\",  # … tertiary
    b"\x1bP>|XTerm(354)\x1b\\",  # name and version
    b"\x1b[0n",  # device status
    b"\x1b[1;1R\x1b[24;80R\x1b[99999;99999R\x1b[0;0R\x1b[?1;1;1R",  # where the cursor is
    b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\\x1b]11;rgb:0000/0000/0000\x07\x1b]4;1;rgb:cd/00/00\x07",  # colours
    b"\x1b[?2026;2$y\x1b[?2026;9$y\x1b[?2048;1$y\x1b[?2004;1$y\x1b[?1016;3$y",  # modes
    b"\x1b[?0u\x1b[?31u",  # the Kitty protocol's flags
    b"\x1b_Gi=1;OK\x1b\\\x1b_Gi=1;ENOENT:/etc/passwd\x1b\\",  # graphics
    b"\x1b[48;1;1;1;1t\x1b[48;0;0;0;0t\x1b[48;99999;99999;9;9t\x1b[8;1;1t\x1b[4;0;0t",  # sizes, in band
    b"\x1b]L/etc/passwd\x1b\\\x1b]lowned\x1b\\",  # the window's title
    b"\x1bP1+r544e=787465726d\x1b\\\x1bP1$r0m\x1b\\",  # terminfo, settings
    b"\x1b]52;c;b3duZWQ=\x07\x1b]52;p;\x1b\\",  # the clipboard
    b"\x1b[I\x1b[O\x1b[I",  # the focus comes and goes
    b"\x1b[?997;1n",  # dark or light
]

MOUSE = [
    b"\x1b[<0;99999;99999M\x1b[<0;0;0M\x1b[<0;0;0m\x1b[<999;1;1M\x1b[<0;99999999999999999999;1M",
    b"\x1b[M\xff\xff\xff\x1b[M !!\x1b[M#!!",  # of old terminals
    b"\x1b[<0;12;8M\x1b[<32;40;8M\x1b[<32;60;9M\x1b[<0;60;9m",  # dragged over what stands there
    b"\x1b[<0;14;8M\x1b[<0;14;8m" * 3,  # a word, and a line
    b"\x1b[<1;14;8M\x1b[<1;14;8m\x1b[<2;14;8M\x1b[<2;14;8m",  # the middle button pastes, the right opens
    b"\x1b[<128;14;8M\x1b[<130;14;8m\x1b[<144;14;8M",  # buttons 8 to 11
    b"\x1b[<4;14;8M\x1b[<4;14;8m\x1b[<16;14;8M\x1b[<16;14;8m",  # with Shift and with Ctrl
]

BROKEN = [
    b"\x00" * 64,
    b"\xff\xfe\xc3",
    b"\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80",  # NUL in two bytes, half a surrogate, past the last
    b"\x1b[97;1;9999999u",
    b"\x1b[" + b"9" * 500 + b"~",
    b"\x1b[" + b";" * 500 + b"u",
    b"\x9b31m\x90\x9d\x9c",
    b"\xc2\x9b6n",
    b"\x1b[" + b"\x1bO" * 3 + b"\x1b]",
]

PASTES = [
    b"\x1b[200~\x11\x03\x1b\x11 \x1b[113;5u\x1b[201~",  # Ctrl+Q, Ctrl+C, and both behind an ESC
    b"\x1b[200~ :q!\n\x1b[201~\x1b[201~ ZZ",  # its end marker twice, the first one inside
    b"\x1b[201~",
    b"\x1b[200~",  # and never an end
    b"\x1b]8;;file:///etc/passwd\x1b\\open\x1b]8;;\x1b\\",  # a link
    b"\x1b]0;owned\x07\x1b[2J\x1b[3J\x1b[?1049l\x1bc\x1b[5i\x1b[4i",
]

_NAMED = [b"\x1b[%d~" % number for number in range(1, 35)] + [b"\x1bO%c" % key for key in b"ABCDFHPQRS"]
_TYPED = [bytes([code]) for code in range(32, 127)] * 4
EVERY_KEY = [*CONTROL_KEYS, *ALT_KEYS, *KITTY_KEYS, *_NAMED, *_TYPED, b"\r"]
"""Those that are wanted too."""

KINDS = {
    "control keys": CONTROL_KEYS,
    "keys with Alt": [b"".join(ALT_KEYS)],
    "keys of other protocols": [b"".join(KITTY_KEYS)],
    "answers of a terminal": ANSWERS,
    "the mouse": MOUSE,
    "broken bytes": BROKEN,
    "pastes": PASTES,
}

_PROGRAMS = "BROWSER EDITOR VISUAL PAGER MANPAGER LESSOPEN SHELL BASH_ENV ENV PROMPT_COMMAND"


def environment(folder: Path) -> dict[str, str]:
    """Set every variable that Textual, Python, a shell or a terminal's library is known to hear.

    Programs that are named leave a file in `folder`, and so does a module that Python would import.
    """
    marks = folder / "marks"
    marks.mkdir(parents=True)
    program = folder / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" > {marks}/program\n')
    program.chmod(0o755)
    modules = folder / "modules"
    modules.mkdir()
    for module in ("sitecustomize", "usercustomize", "textual_devtools", "msgspec", "startup"):
        (modules / f"{module}.py").write_text(f"open({str(marks / module)!r}, 'w').close()\n")
    return {
        **dict.fromkeys(_PROGRAMS.split(), str(program)),
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_ALLOW_SIGNALS": "1",
        "TEXTUAL_ANIMATIONS": "full",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_DEVTOOLS_HOST": "127.0.0.1",
        "TEXTUAL_DEVTOOLS_PORT": "8081",
        "TEXTUAL_DRIVER": "textual.drivers.headless_driver:HeadlessDriver",
        "TEXTUAL_LOG": str(marks / "textual.log"),
        "TEXTUAL_PRESS": "ctrl+q,f9,x",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(marks),
        "TEXTUAL_SCREENSHOT_FILENAME": "shot.svg",
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_THEME": "none",
        "PYTHONBREAKPOINT": "startup.none",
        "PYTHONDEVMODE": "1",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONINSPECT": "1",
        "PYTHONPATH": str(modules),
        "PYTHONPROFILEIMPORTTIME": "1",
        "PYTHONPYCACHEPREFIX": str(marks / "pycache"),
        "PYTHONSTARTUP": str(modules / "startup.py"),
        "PYTHONUSERBASE": str(modules),
        "PYTHONVERBOSE": "1",
        "LD_LIBRARY_PATH": str(modules),
        "TERM": "../../etc/passwd",
        "COLUMNS": "20",
        "LINES": "5",
        "TERMINFO": str(modules),
        "TERMCAP": "x:",
        "DISPLAY": ":0",
        "IFS": "/",
    }
