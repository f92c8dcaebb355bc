"""How a process of the kiosk starts: isolated, in a clean environment, with files for its owner alone."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kiosk import hardening, practice
from kiosk.cli.main import main
from kiosk.isolation import PATH, clean_environment, environment_of_command, must_start_again
from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import children

BIN = Path(sys.executable).parent
COMMANDS = ([str(BIN / "kiosk")], [sys.executable, "-m", "kiosk"], [sys.executable, "-I", "-m", "kiosk"])
SANE = {
    "LANG": "cy_GB.UTF-8",
    "LANGUAGE": "cy:en_GB",
    "LC_TIME": "C",
    "LC_ALL": "de_DE.UTF-8@euro",
    "TERM": "screen.xterm-256color",
    "COLORTERM": "truecolor",
    "NO_COLOR": "1",
    "KIOSK_HOME": "here",
    "HOME": "/home/kim",
    "XDG_DATA_HOME": "/d",
    "TMPDIR": "/srv/tmp",
    "TZ": "Europe/London",
}
NAMES = [*SANE, "PATH", "LC_X", "LC_", "KIOSK_X", "PYTHONPATH", "LD_PRELOAD", "COMP_WORDS", "_KIOSK_COMPLETE"]
VALUES = ["", "/", "..", "../../x", "/etc/x", ":/etc/x", "C", "a\nb", "x/../y", "Ünï", "\udcff", "GMT0BST"]


def test_what_is_sane_is_kept_and_programs_are_found_on_a_path_of_its_own() -> None:
    assert clean_environment(SANE | {"PATH": "/srv/mine:/usr/bin"}) == SANE | {"PATH": PATH}
    assert clean_environment({}) == {"PATH": PATH}


def test_a_name_that_nothing_here_needs_is_left_out() -> None:
    for name in (
        *("TEXTUAL", "TEXTUAL_PRESS", "TEXTUAL_DRIVER", "TEXTUAL_SCREENSHOT", "TEXTUAL_LOG", "BROWSER"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONSAFEPATH", "PYTHONX"),
        *("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "GCONV_PATH", "LOCPATH", "NLSPATH", "TZDIR"),
        *("TERMINFO", "TERMINFO_DIRS", "TERMCAP", "EDITOR", "PAGER", "MALLOC_TRACE", "GLIBC_TUNABLES"),
        *("COLUMNS", "LINES", "ESCDELAY", "FORCE_COLOR", "kiosk_home", "LC", "LC_", "LC_X", "KIOSK_OTHER"),
        *("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "OPENSSL_CONF", "SSLKEYLOGFILE", "CUPS_SERVER", "IFS", "ENV"),
        *("COMP_WORDS", "COMP_CWORD", "_KIOSK_COMPLETE", "KIOSK_COMPLETE_QUOTE"),
        *("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "CREDENTIALS_DIRECTORY"),
    ):
        assert clean_environment({name: "1"}) == clean_environment({name: "/run/x"}) == {"PATH": PATH}


def test_a_value_that_names_a_file_or_is_strange_is_left_out() -> None:
    for name, value in (
        *(("TERM", value) for value in ("../../x", "/srv/x", "a/b", "", "x\x1b[2J", ".x", "x" * 100)),
        *(("TZ", value) for value in (":/etc/x", "/etc/x", "../../x", "a/../../x", "", ":", "a\nb")),
        *(
            (name, value)
            for name in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE")
            for value in ("/srv/x", "../../x", "a/b", "..", "en..", "", "a\nb", "%s", "x" * 100)
        ),
        ("LANGUAGE", "en:/srv/x"),
        ("LANGUAGE", "en::../x"),
        ("COLORTERM", "/x"),
        ("HOME", "kim"),
        ("HOME", "../kim"),
        ("XDG_DATA_HOME", "data"),
        ("TMPDIR", "."),
    ):
        assert clean_environment({name: value}) == {"PATH": PATH}


def test_a_time_zone_is_a_name_or_a_rule() -> None:
    for zone in (
        *("UTC", "Etc/GMT+1", "America/Argentina/Buenos_Aires", ":Europe/London"),
        *("GMT0BST,M3.5.0/1,M10.5.0", "<+03>-3", "CET-1CEST"),
    ):
        assert clean_environment({"TZ": zone}) == {"PATH": PATH, "TZ": zone}


@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.sampled_from(VALUES) | st.text("aZ0/.:-_ \n\udcffÜ", max_size=8)
    )
)
def test_what_is_clean_stays_as_it_is(environment: dict[str, str]) -> None:
    clean = clean_environment(environment)
    assert clean_environment(clean) == clean
    assert set(clean) <= {*environment, "PATH"}


# -- the real command


@pytest.mark.parametrize("command", COMMANDS, ids=["script", "module", "isolated"])
def test_nothing_is_imported_from_where_the_environment_points(tmp_path: Path, command: list[str]) -> None:
    for name in ("click", "resource", "kiosk_spy", "platformdirs"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'spoilt')!r}, 'w')")
    done = subprocess.run(
        [*command, "--version"],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONINSPECT": "1", "PYTHONBREAKPOINT": "kiosk_spy"},
        cwd=tmp_path if command is COMMANDS[0] else "/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.startswith("kiosk ")
    assert done.stderr == ""
    assert not (tmp_path / "spoilt").exists()


def test_a_command_starts_again_unless_it_started_as_it_should() -> None:
    for isolated, more, again in (
        (False, {}, True),
        (True, {}, False),
        (True, {"LC_CTYPE": "C.UTF-8", "KIOSK_HOME": "/srv/kiosk"}, False),
        (True, {"PATH": "/srv/mine"}, True),
        (True, {"LD_PRELOAD": "/srv/x.so"}, True),
        (True, {"TERM": "../../x"}, True),
        (True, {"_KIOSK_COMPLETE": "bash_complete", "COMP_WORDS": "kiosk "}, False),
        (True, {"COMP_WORDS": "kiosk "}, True),
        (True, {"NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": "30000000"}, False),
        (True, {"NOTIFY_SOCKET": "@kiosk"}, False),
        (True, {"NOTIFY_SOCKET": "vsock:2:1"}, True),
        (True, {"WATCHDOG_USEC": "a while"}, True),
    ):
        environment = {"PATH": PATH} | more
        assert must_start_again(environment, isolated=isolated, again=False) is again
        assert not must_start_again(environment, isolated=isolated, again=True)
        assert not must_start_again(environment_of_command(environment), isolated=True, again=False)


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    """Set what this process and those that it starts take off the mode of what they make."""
    before = os.umask(0o077)
    yield os.umask
    os.umask(before)


def test_every_process_of_a_kiosk_runs_isolated_and_practice_needs_no_safe_home_but_one_for_itself(
    tmp_path: Path, umask: Callable[[int], int]
) -> None:
    below = tmp_path / "open"
    below.mkdir()
    below.chmod(0o777)
    hostile: dict[str, str | None] = {
        "PYTHONPATH": str(tmp_path),
        "PYTHONINSPECT": "1",
        "TEXTUAL_PRESS": "f12",
        "LD_DEBUG_OUTPUT": "x",
        "BROWSER": "x",
        "GCONV_PATH": "/x",
        "TERM": "../../x",
        "NOTIFY_SOCKET": "/run/x",
        "TZ": "/etc/x",
        "LC_ALL": "../x",
        "KIOSK_HOME": str(below / "none"),
        "TMPDIR": str(tmp_path),
    }
    umask(0o777)
    with Terminal([*COMMANDS[1], "--practice"], env=hostile) as terminal:
        terminal.wait_for("Practice", timeout=30)
        [practised] = tmp_path.glob(f"{practice.PREFIX}*")
        assert (practised / "home" / "kiosk.toml").exists()
        # One that is not its own program yet has all of its parent's.
        tree = [
            pid for pid in children(terminal.pid) if "-process" in Path(f"/proc/{pid}/cmdline").read_text()
        ]
        assert tree
        for process in (terminal.pid, *tree):
            proc = Path("/proc") / str(process)
            set_here = dict(
                entry.split("=", 1) for entry in (proc / "environ").read_text().rstrip("\0").split("\0")
            )
            assert ("NOTIFY_SOCKET" in set_here) is (process == terminal.pid)
            set_here.pop("NOTIFY_SOCKET", None)
            assert set(set_here) <= {"PATH", "HOME", "COLORTERM", "LANG", "LC_CTYPE", "KIOSK_HOME", "TMPDIR"}
            assert set_here["PATH"] == PATH
            assert (proc / "cmdline").read_text().split("\0")[1] == "-I"
            assert "Umask:\t0077" in (proc / "status").read_text()
            assert "Max core file size        0" in (proc / "limits").read_text()
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 0
    assert [*tmp_path.iterdir()] == [below]
    assert not [*below.iterdir()]


def test_whatever_the_umask_files_are_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: Callable[[int], int]
) -> None:
    """Past the start, which sets it, nothing but the calls which make files says for whom they are."""
    called: list[str] = []
    monkeypatch.setattr(hardening, "forbid_dumps", lambda: called.append("dumps"))
    passphrase, answers, made = (tmp_path / name for name in ("passphrase", "answers", "made"))
    passphrase.write_text("velvet kettle orbit pumpkin\n")
    answers.write_text('{"pack": "strengths", "answers": {"feeling": 3}}')
    (made / "backups").mkdir(parents=True, mode=0o700)
    umask(0)
    by_jo = f"--staff Jo --passphrase-file {passphrase}"
    # Those with a key or answers in their memory cannot be dumped.
    for arguments, dumps in (
        (f"setup --venue Oak {by_jo} --recovery-file {made}/sheet --same-disk", 1),
        (f"enter {answers}", 2),
        (f"list {by_jo}", 3),
        (f"backup {made}/backups --same-disk", 3),
        ("tidy-process", 3),
    ):
        result = CliRunner().invoke(main, arguments.split(), env={"KIOSK_HOME": str(made / "home")})
        assert (result.exit_code, len(called)) == (0, dumps), result.output
    everything = list(made.rglob("*"))
    assert len(everything) > 20
    for path in everything:
        assert stat.S_IMODE(path.lstat().st_mode) == (0o700 if path.is_dir() else 0o600), path
