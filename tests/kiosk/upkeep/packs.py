"""A venue that publishes packs, for tests: small packs, and a group that changes them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.pack.library import Library
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import translation_of
from kiosk.upkeep.publishing import Publisher
from kiosk.vault.durable import Disk
from tests.kiosk.pack.small import DECK, PACK

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAID: dict[str, Any] = {
    "why": "Nobody knew what it asks.",
    "asked": "customers",
    "count": 4,
    "source": "The meeting of 3 March",
}


class Group:
    """Those who write the packs of a venue; `strengths`, version 1, and `brief`, version 1, are shipped."""

    def __init__(self, folder: Path, start: str = "strengths") -> None:
        self.folder = folder
        self.shipped = folder.parent / "shipped"
        for pack_id in ("strengths", "brief"):
            (self.shipped / "decks").mkdir(parents=True, exist_ok=True)
            (self.shipped / f"{pack_id}.toml").write_text(PACK.replace('"small"', f'"{pack_id}"'))
        (self.shipped / "decks" / "tiny.toml").write_text(DECK)
        self.library = Library(folder, start, shipped=self.shipped)
        self.publisher = Publisher(self.library, lambda: NOW)

    def on(self, disk: Disk) -> Publisher:
        """Return the publisher on another disk."""
        return replace(self.publisher, disk=disk)

    def change(self, pack_id: str, old: str, new: str) -> None:
        """Change the only `old` of a draft, deck included, without a line in the log."""
        changed = 0
        for file in self.library.draft(pack_id).parent.rglob("*.toml"):
            text = file.read_text()
            changed += text.count(old)
            file.write_text(text.replace(old, new))
        assert changed == 1, (old, changed)

    def rewords(self, pack_id: str, ask: str, *, publisher: Publisher | None = None) -> None:
        """Make the next draft, with another question in the place of "How do you feel?", logged and read.

        Somebody has begun to translate it, and nothing waits for them.
        """
        publisher = publisher or self.publisher
        file = publisher.new(pack_id)
        text = file.read_text()
        was = self.library.load_draft(pack_id).sections[0].questions[0].ask
        file.write_text(text.replace(f'"{was}"', f'"{ask}"'))
        begun = file.parent / translation_of(pack_id, "pl")
        begun.parent.mkdir(exist_ok=True)
        begun.write_text('msgctxt "welcome.title"\nmsgid "Welcome"\nmsgstr "Witamy"\n')
        publisher.log(pack_id, "mood", decision="changed", **SAID)
        publisher.review(pack_id, customers=3, staff=2, source="The meeting of 3 March")

    def goes_live(self, pack_id: str, ask: str) -> Pack:
        """Change a question, try it out, and publish it."""
        self.rewords(pack_id, ask)
        self.publisher.pilot(pack_id)
        return self.publisher.publish(pack_id)
