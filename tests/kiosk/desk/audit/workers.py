"""What the audit's tests run in processes of its own: `python -m tests.kiosk.desk.audit.workers VERB …`."""

import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit


def audit_in(path: Path, venue: str) -> Audit:
    audit = Audit(path, seal.recipient_of(venue), lambda: datetime.now(UTC))
    audit.vouch_with(venue)
    return audit


def note(audit: Audit, who: str, times: int) -> None:
    for number in range(times):
        audit.note(who, "opened", detail=str(number))


def note_until_killed(audit: Audit, start: int) -> None:
    """Note number after number, and tell each once it is noted."""
    for number in itertools.count(start):
        audit.note("Jo", "opened", detail=str(number))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def main() -> None:
    match sys.argv[1:]:
        case ["note", path, venue, who, times]:
            note(audit_in(Path(path), venue), who, int(times))
        case ["until-killed", path, venue, start]:
            note_until_killed(audit_in(Path(path), venue), int(start))


if __name__ == "__main__":
    main()
