"""The vault against a plain dictionary, through any order of saving, marking, erasing, tearing, reopening."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from kiosk.errors import NoEntryError
from kiosk.vault.page_names import page_name
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import PLACE
from tests.kiosk.vault.helpers import Clock, FaultyDisk, always, page, sign


@dataclass
class Entry:
    name: str
    saved: datetime
    pages: list[bytes]
    picked_up_by: str = ""


def name_of(entry_id: str) -> str:
    return f"Name {entry_id}"


class VaultModel(RuleBasedStateMachine):
    entries = Bundle("entries")

    @initialize()
    def open(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="vault-model-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        self.clock = Clock()
        self.vaults = [self._opened() for _ in range(2)]
        self.model: dict[str, Entry] = {}
        self.count = 0

    def teardown(self) -> None:
        for vault in self.vaults:
            vault.close()
        shutil.rmtree(self.home)

    @rule(target=entries, which=st.integers(0, 1), sealed=st.binary(min_size=1, max_size=9))
    def save(self, which: int, sealed: bytes) -> str:
        self.count += 1
        entry_id = f"{self.count:032x}"
        self.clock.passes(seconds=1)
        assert self.vaults[which].save(entry_id, name_of(entry_id), sealed)
        self.model[entry_id] = Entry(name_of(entry_id), self.clock.now, [sealed])
        path = page(self.home, entry_id)
        os.utime(path, (self.clock.now.timestamp(), self.clock.now.timestamp()))
        return entry_id

    @rule(which=st.integers(0, 1), entry_id=entries, sealed=st.binary(max_size=9))
    def amend(self, which: int, entry_id: str, sealed: bytes) -> None:
        self.model[entry_id].pages.append(sealed)
        assert self.vaults[which].add_page(entry_id, always(sealed)) == self._names(entry_id)[-1]

    @rule(which=st.integers(0, 1), entry_id=entries, staff=st.sampled_from(["Ada", "Ben"]))
    def pick_up(self, which: int, entry_id: str, staff: str) -> None:
        entry = self.model[entry_id]
        entry.picked_up_by = entry.picked_up_by or staff
        assert self.vaults[which].mark(entry_id, staff, sign).picked_up_by == entry.picked_up_by

    @rule(which=st.integers(0, 1), entry_id=consumes(entries))
    def erase(self, which: int, entry_id: str) -> None:
        self.vaults[which].erase(entry_id)
        del self.model[entry_id]
        with pytest.raises(NoEntryError):
            self.vaults[1 - which].row(entry_id)

    @rule(which=st.integers(0, 1))
    def reopen(self, which: int) -> None:
        self.vaults[which].close()
        self.vaults[which] = self._opened()

    @rule(
        which=st.integers(0, 1),
        torn=st.binary(min_size=1, max_size=30).filter(lambda tail: b"\n" not in tail),
    )
    def crash_in_the_middle_of_a_line(self, which: int, torn: bytes) -> None:
        if self.model:
            with self._log.open("ab") as file:
                file.write(torn)
            self.reopen(which)

    @rule()
    def lose_the_last_line_where_it_is_a_new_row(self) -> None:
        """A power cut may take a row that was not flushed; it comes back from the page."""
        if not self._log.exists():
            return
        *before, last = self._log.read_bytes().splitlines(keepends=True)
        if b'"merge"' in last:
            self._log.write_bytes(b"".join(before))
            for which in (0, 1):  # whoever had it open is gone as well
                self.reopen(which)
            assert len(self.vaults[0].reconcile().adopted) == 1

    @rule(which=st.integers(0, 1))
    def compact(self, which: int) -> None:
        self.vaults[which]._catalogue._log.compact()

    @rule(which=st.integers(0, 1))
    def reconcile(self, which: int) -> None:
        report = self.vaults[which].reconcile()
        assert (report.adopted, report.erased, report.unreadable) == ((), (), ())
        assert (report.pageless, report.unreadable_rows) == ((), ())

    @invariant()
    def both_views_agree_with_the_model(self) -> None:
        expected = [
            (id_, one.name, one.saved, self._names(id_), one.picked_up_by)
            for id_, one in sorted(self.model.items(), reverse=True)
        ]
        for vault in self.vaults:
            rows = vault.rows()
            assert [(row.id, row.name, row.saved, row.pages, row.picked_up_by) for row in rows] == expected
        for id_, one in self.model.items():
            assert self.vaults[0].pages(id_) == tuple(one.pages)

    def _opened(self) -> Vault:
        return Vault(self.home, clock=self.clock, name_of=name_of, disk=FaultyDisk())

    @property
    def _log(self) -> Path:
        return self.home / "catalogue" / "log"

    def _names(self, entry_id: str) -> tuple[str, ...]:
        return tuple(page_name(counter + 1, PLACE) for counter, _ in enumerate(self.model[entry_id].pages))


TestVaultModel = VaultModel.TestCase
TestVaultModel.settings = settings(max_examples=25, stateful_step_count=20, derandomize=True)
