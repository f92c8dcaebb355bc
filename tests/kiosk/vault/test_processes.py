import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from kiosk.vault.log import Log
from tests.kiosk.vault.helpers import documents, put
from tests.kiosk.vault.workers import vault_in

ROOT = Path(__file__).parents[3]


def _start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.kiosk.vault.workers", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_everything_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    """Kills a writer at random moments; what it said was done is there, and nothing else but whole."""
    chance = random.Random(7)
    done: dict[str, set[str]] = {
        verb: set() for verb in ("saving", "saved", "amended", "picked", "erasing", "erased")
    }
    with _start("save", str(tmp_path)) as writers:
        assert writers.stdin is not None
        assert writers.stdout is not None
        lines = (line.split() for line in writers.stdout)
        for _ in range(8):
            writers.stdin.write("another\n")
            writers.stdin.flush()
            _, writer = next(lines)
            left = chance.randrange(20, 90)
            for verb, entry_id in lines:
                if verb == "killed":
                    break
                done[verb].add(entry_id)
                left -= 1
                if left == 0:
                    os.kill(int(writer), signal.SIGKILL)
        writers.stdin.close()
    assert len(done["saved"]) > 20
    with vault_in(tmp_path) as vault:
        report = vault.reconcile()
        assert not report.pageless
        assert not report.unreadable_rows
        assert not report.unreadable
        assert report.log.bad_lines == 0
        rows = {row.id: row for row in vault.rows()}
        for entry_id in done["saved"] - done["erasing"]:
            assert vault.pages(entry_id)[0] == entry_id.encode()
            assert entry_id in rows
        for entry_id in done["amended"]:
            assert vault.pages(entry_id)[1] == b"more"
            assert len(rows[entry_id].pages) == 2
        assert all(rows[entry_id].picked_up_by == "Ada" for entry_id in done["picked"])
        assert not any(vault.has(entry_id) or entry_id in rows for entry_id in done["erased"])
        assert rows.keys() <= done["saving"]
        for entry_id in rows:
            assert vault.pages(entry_id) in ((entry_id.encode(),), (entry_id.encode(), b"more"))


def test_four_processes_lose_and_double_nothing(tmp_path: Path) -> None:
    path, times = tmp_path / "log", 200
    names = ("a", "b", "c")
    workers = _start("count", str(path), str(times), *names)
    watcher = Log(path)
    for number in range(times):
        put(watcher, f"me {number}")
    with workers:
        assert workers.wait(timeout=60) == 0
    there = dict(watcher.tables()["t"])
    watcher.close()
    assert there == documents(path)
    assert there.pop("shared") == {"n": times * len(names)}
    assert set(there.pop("blind")) == {f"{who} {number}" for who in names for number in range(times)}
    assert set(there) == {f"{who} {number}" for who in (*names, "me") for number in range(times)}
    assert watcher.damage.bad_lines == watcher.damage.cut_lines == 0
