"""Looking for what a visit may have left: in all that a terminal was sent, and on the disk."""

import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import SECRETS, Venue


def assert_unwritten(terminal: Terminal, since: int) -> None:
    """Nothing that was written after the first `since` bytes holds an answer; some of it did before."""
    before, after = terminal.written(), terminal.written(since)
    assert any(secret in before for secret in SECRETS), "the search itself finds nothing"
    assert not [secret for secret in SECRETS if secret in after]
    assert not [secret for secret in SECRETS if secret in terminal.text()]


def assert_no_trace(venue: Venue, since: float) -> None:
    """No file of the kiosk holds an answer, and none in its temporary folder, or new in the machine's own."""
    assert found_in(venue.home) == found_in(venue.temporary) == []
    for file in recent_files(Path(tempfile.gettempdir()), since):
        content = file.read_bytes()
        assert not any(secret.encode() in content for secret in SECRETS), file


def found_in(folder: Path) -> list[tuple[Path, str]]:
    """Return the files below a folder that hold an answer, in UTF-8 or UTF-16."""
    return [
        (file, secret)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for secret in SECRETS
        for raw in (secret.encode(), secret.encode("utf-16-le"))
        if raw in file.read_bytes()
    ]


def recent_files(folder: Path, since: float) -> Iterator[Path]:
    """Yield the files in a folder that were written since a time; what lies deeper is not the kiosk's."""
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # gone meanwhile
            status = file.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_mtime >= since:
                yield file


def kept_drafts(venue: Venue) -> list[Path]:
    """Return every file that holds a visit that is not saved, finished or not."""
    return sorted([*venue.home.glob("drafts/*"), *venue.home.glob("running/*")])
