"""How every process of the kiosk starts: isolated, in a clean environment, with files for its owner alone.

It imports only what Python itself has imported, since it runs twice: before the process is isolated, when a
module could still come from wherever the environment points, and after.
"""

import os
import sys

TYPE_CHECKING = False  # typing's own would cost its import
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where programs are looked for, whatever the PATH outside: the printing system's are started by name."""
PYTHON = (sys.executable, "-I")
"""What starts a Python that hears no variable and imports nothing from the folder it is started in."""

_AGAIN = "kiosk"
"""The -X option of the second start: a third would come to nothing more."""
_LONGEST = 64
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@")
_ZONE = _WORD | frozenset("/<>,:")


def _is_word(value: str) -> bool:
    """Tell whether this is the name of a locale or a terminal: no path, since both are looked up as files."""
    return value[:1].isalnum() and len(value) <= _LONGEST and _WORD.issuperset(value) and ".." not in value


def _are_words(value: str) -> bool:
    return all(_is_word(word) for word in value.split(":"))


def _is_zone(value: str) -> bool:
    """Tell whether this is a time zone's name or rule: none can leave the folder of zones."""
    name = value.removeprefix(":")
    begins = name[:1].isalnum() or name[:1] == "<"
    return begins and len(name) <= _LONGEST and _ZONE.issuperset(name) and ".." not in name


def _is_absolute(value: str) -> bool:
    return value.startswith("/")


_SANE: "dict[str, Callable[[str], bool]]" = {
    "KIOSK_HOME": bool,  # without it another home would be used, so no value is left out
    "HOME": _is_absolute,
    "XDG_DATA_HOME": _is_absolute,
    "TMPDIR": _is_absolute,
    "LANG": _is_word,
    "LANGUAGE": _are_words,
    **{
        f"LC_{what}": _is_word
        for what in (
            *("ALL", "CTYPE", "COLLATE", "MESSAGES", "MONETARY", "NUMERIC", "TIME"),
            *("ADDRESS", "IDENTIFICATION", "MEASUREMENT", "NAME", "PAPER", "TELEPHONE"),
        )
    },
    "TERM": _is_word,
    "COLORTERM": _is_word,
    "NO_COLOR": _is_word,
    "TZ": _is_zone,
}
"""The variables that may be set, and what tells whether a value may."""
_COMPLETING = "_KIOSK_COMPLETE"
_WHEN_COMPLETING = (_COMPLETING, "COMP_WORDS", "COMP_CWORD", "KIOSK_COMPLETE_QUOTE")
"""What a shell sets when it asks what could come next."""
_OF_THE_SERVICE = {
    "NOTIFY_SOCKET": lambda value: value[:1] in ("/", "@"),
    "WATCHDOG_USEC": str.isdecimal,
    "CREDENTIALS_DIRECTORY": _is_absolute,
}
"""What a service manager says to the command alone, and to no process that it starts."""


def clean_environment(environment: "Mapping[str, str]") -> dict[str, str]:
    """Give back the part of an environment that a kiosk process may be started with, and a PATH.

    An allow-list: what is left out can change what runs (`LD_PRELOAD`, `PYTHONPATH`, `BROWSER`), what the
    screen library does (`TEXTUAL_PRESS`, `TEXTUAL_SCREENSHOT`) or how large it thinks the terminal is
    (`COLUMNS`). What is clean stays as it is.
    """
    kept = {name: value for name, value in environment.items() if name in _SANE and _SANE[name](value)}
    return kept | {"PATH": PATH}


def environment_of_command(environment: "Mapping[str, str]") -> dict[str, str]:
    """Give back the same, what a service manager says, and what a shell says that asks what comes next."""
    asked = {name: environment[name] for name in _WHEN_COMPLETING if name in environment}
    said = {
        name: environment[name] for name, fits in _OF_THE_SERVICE.items() if fits(environment.get(name, ""))
    }
    return clean_environment(environment) | said | (asked if environment.get(_COMPLETING) else {})


def must_start_again(environment: "Mapping[str, str]", *, isolated: bool, again: bool) -> bool:
    """Tell whether a process has to start anew, because of how it was started. `again`: it did so already."""
    return not again and not (isolated and environment_of_command(environment) == dict(environment))


def fill_streams() -> None:
    """Open something for each of the three standard streams that is closed: nothing is read there or written.

    The first file that is opened would take its number, and what is meant for the stream would go into that.
    """
    for stream in range(3):
        try:
            os.fstat(stream)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)


def start_clean() -> None:
    """Make this process an isolated one in a clean environment, as the `kiosk` command that it is.

    Its files, and those of what it starts, are for their owner alone, and it leaves no core file.
    """
    fill_streams()
    if must_start_again(os.environ, isolated=bool(sys.flags.isolated), again=_AGAIN in sys._xoptions):
        command = [*PYTHON, "-X", _AGAIN, "-m", "kiosk", *sys.argv[1:]]
        os.execve(sys.executable, command, environment_of_command(os.environ))  # noqa: S606
    import resource  # only now is it sure to be Python's own

    os.umask(0o077)
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return  # `kiosk doctor` tells: see kiosk.hardening.forbid_dumps
