"""The desk as one short walk: unlock, the list, an entry, and back."""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import suppress
from enum import Enum
from functools import partial

from kiosk.desk.desk import Desk
from kiosk.desk.find import NameIndex
from kiosk.desk.keys.staff_files import LEAD
from kiosk.desk.listing import Flags, View, counts, flags_of, with_found
from kiosk.desk.unfinished_notes import FORM
from kiosk.entry.handle import after_name
from kiosk.entry.opened import Opened
from kiosk.errors import (
    GoneError,
    HandleError,
    KioskError,
    LeadNeededError,
    NoEntryError,
    SaveError,
    ShutOutError,
    VaultError,
)
from kiosk.home import training_beside
from kiosk.upkeep.clock import newest_of
from kiosk.vault.rows import Row
from kiosk.vault.vault import Vault
from kiosk.visit.wrong_codes import CodesTried
from screens.desk import cards_flow
from screens.desk.entry_flow import EntryFlow
from screens.desk.entry_list import Known
from screens.desk.entry_look import EntryLook
from screens.desk.flow import Flow, ScannedElsewhere
from screens.desk.health_line import HealthLine
from screens.desk.list_screen import CHOICES, EntriesResult, EntriesScreen, Picked
from screens.desk.lost_slip_flow import LostSlipFlow
from screens.desk.more_flow import MoreFlow
from screens.desk.overdue_count import OverdueCount
from screens.desk.row_screen import RowScreen
from screens.desk.stage import DeskStage
from screens.desk.unlock_flow import UnlockFlow
from screens.i18n import _
from screens.widgets.choose_screen import ChooseScreen, numbered
from screens.widgets.code_field import Scanned
from screens.widgets.keys import COLOURS


class DeskResult(Enum):
    """How the desk was left."""

    LOCKED = "locked"
    CLOSED = "closed"


_Asked = str | Scanned | Picked | EntriesResult | None
"""What is to be done: open a code, typed or scanned, or a row, or something else; None shows the list."""
LEAVING = {EntriesResult.CLOSE: DeskResult.CLOSED, EntriesResult.LOCK: DeskResult.LOCKED}
"""What ends it, and how."""
_ALL = "all"


class DeskFlow(Flow):
    """Walks a member of staff through the desk, from a locked one to a locked one."""

    def __init__(self, stage: DeskStage) -> None:
        super().__init__(stage)
        self._session = stage.session
        self._unlocks = UnlockFlow(stage)
        self._listed: tuple[Row, ...] = ()
        self._flags = Flags()
        self._known: Known = {}
        self._view = View()
        self._overdue: OverdueCount | None = None
        self._health = HealthLine(stage)
        self._look: EntryLook | None = None
        self._said = ""
        """What came of what was done last."""

    async def run(self) -> DeskResult:
        """Unlock, then list and open until the desk is locked or the kiosk closed."""
        desk = await self._unlocks.run()
        if desk is None:
            return DeskResult.LOCKED
        await self._unlocks.greet(desk)
        self._look = EntryLook(desk)
        try:
            return await self._rounds(desk)
        finally:
            self._look.stop()
            if self._overdue is not None:
                self._overdue.stop()

    async def _rounds(self, desk: Desk) -> DeskResult:
        asked: _Asked = EntriesResult.CARDS if self._practises() else None
        while True:
            try:
                desk.require("staff")
                asked = await self._does(desk, asked)
            except ScannedElsewhere as elsewhere:
                asked = elsewhere.scanned
            except ShutOutError as error:
                with suppress(ScannedElsewhere):
                    await self._tell(_("The desk is locked"), str(error))
                return DeskResult.LOCKED
            if isinstance(asked, EntriesResult) and asked in LEAVING:
                return LEAVING[asked]

    async def _does(self, desk: Desk, asked: _Asked) -> _Asked:
        """Do what was asked on the list, or show the list, and return what is asked next."""
        match asked:
            case str() | Scanned():
                codes = [*map(str, asked.codes)] if isinstance(asked, Scanned) else [asked]
                self._said = await self._open(desk, codes)
                self._view.typed = codes[0] if self._said else ""
            case Picked():
                self._said = await self._pick(desk, asked.row)
            case EntriesResult.FILTER:
                self._said = await self._filter(desk)
            case EntriesResult.MORE:
                more = MoreFlow(self._stage, desk, self._unlocks.also_unlocks, partial(self._entry, desk))
                self._said = await _said_of(more.run(self._listed))
                self._view.typed = ""
            case EntriesResult.CARDS:
                self._said = await _said_of(cards_flow.CardsFlow(self._stage, desk).run())
            case _:
                asked = await self._list(desk)
                return None if asked is EntriesResult.CLOSE and not await self._closes(desk) else asked
        return None

    async def _closes(self, desk: Desk) -> bool:
        """Ask whether to close the kiosk. Where customers use it, that is for a lead alone."""
        try:
            desk.require(LEAD if self._session.customers else "staff")
        except LeadNeededError:
            await self._tell(
                _("Only a lead can close the kiosk"),
                _("Customers use this machine. Ask a lead to unlock the desk and close it."),
            )
            return False
        return await self._asks(
            _("Close the kiosk?") if self._session.customers else _("Close the desk?"),
            _("It is closed until it is started again."),
            on=self._closing,
            back=_("Keep it open"),
            final=True,
        )

    @property
    def _closing(self) -> str:
        return _("Close the kiosk") if self._session.customers else _("Close the desk")

    async def _list(self, desk: Desk) -> str | Picked | EntriesResult:
        rows, flags, trouble = await self._rows(desk)
        self._listed, self._flags = rows, flags
        self._stage.newest = newest_of(rows)
        if self._overdue is None:
            self._overdue = OverdueCount(self._session.home, desk.identity, self._stage.now(), desk.held)
            self._stage.app.run_worker(self._overdue.run(rows))
        attempts = self._session.attempts()
        greeting, wrong = self._unlocks.told_once()
        self._view.settle(rows, flags)
        page = EntriesScreen(
            rows,
            message=self._said,
            greeting=greeting,
            flags=flags,
            view=self._view,
            closes=self._closing,
            notices=(
                *filter(None, (self._unlocks.lasting, trouble, *_not_finished(desk, rows), *wrong)),
                *_notices(attempts.read()),
            ),
            health=self._health.says,
            shared_of=desk.shared,
            known=self._known,
            unread=bool(trouble) and not rows,
            cards=self._practises(),
        )
        if self._look is not None:
            self._stage.app.run_worker(self._look.show_on(page, rows, flags))
        self._stage.app.run_worker(self._health.show_on(page, rows))
        try:
            return await self._show(page)
        finally:
            attempts.seen()

    def _practises(self) -> bool:
        """Tell whether there are cards to practise with."""
        return self._session.practice is not None and training_beside(self._stage.home).exists()

    async def _rows(self, desk: Desk) -> tuple[tuple[Row, ...], Flags, str]:
        """Return the list, what staff should know of its entries, and what is wrong with it.

        Without a list, an entry still opens by its code.
        """

        def look() -> tuple[tuple[Row, ...], Flags, str]:
            rows = desk.rows()
            flags = flags_of(desk, rows, self._session.settings.privacy.days, self._stage.now())
            return rows, flags, _disk_trouble(self._session.vault)

        try:
            return await asyncio.to_thread(look)
        except VaultError as error:
            return (), Flags(), str(error)

    async def _open(self, desk: Desk, codes: Sequence[str]) -> str:
        """Open an entry and show it; return what went wrong, in plain words, or nothing."""
        opened = await self._stage.meanwhile(_("Opening the entry."), partial(_opened, desk, codes))
        if isinstance(opened, str):
            return self._which_misses(codes[0]) + opened
        await self._entry(desk, opened)
        return ""

    def _which_misses(self, typed: str) -> str:
        """Say, of a name and a code that was typed below it and does not open, whether the name fits."""
        name, _code = after_name(typed)
        if not name:
            return ""
        fits = NameIndex(row.name for row in self._listed).places(name)
        says = (
            _("An entry has the name {name}, so check the code.")
            if fits
            else _("No entry has the name {name}.")
        )
        return says.format(name=name) + " "

    async def _filter(self, desk: Desk) -> str:
        """Ask which entries are to be shown alone; return what the list would not say of that."""
        there = counts(self._listed, with_found(self._flags, desk, self._listed))
        options = numbered(
            (_ALL, _("all ({count})").format(count=len(self._listed)), True),
            *(
                (choice, f"{says} ({there.get(choice, 0)})", choice in there)
                for choice, says in CHOICES.items()
            ),
        )
        marked = (self._view.chosen or _ALL,)
        # All on one page, though these may be ten.
        page = ChooseScreen(_("Show only"), (), tuple(options), chosen=marked, everywhere=(COLOURS,))
        chosen = await self._show(page)
        if chosen is not None:
            self._view.chosen = next((choice for choice in there if choice in chosen), None)
        return _("All entries are shown.") if chosen and self._view.chosen is None else ""

    async def _pick(self, desk: Desk, row: Row) -> str:
        """Say which entry a row is and what opens it; return what went wrong, or nothing."""
        if not await self._show(RowScreen(row)):
            return ""
        walk = LostSlipFlow(self._stage, desk, self._unlocks.also_unlocks, partial(self._entry, desk))
        return await _said_of(walk.run(self._listed, row.name))

    async def _entry(self, desk: Desk, opened: Opened) -> Opened | None:
        return await EntryFlow(self._stage, desk).run(opened)


async def _said_of(walk: Awaitable[None]) -> str:
    """Return what went wrong on a walk, or nothing."""
    try:
        await walk
    except KioskError as error:
        return str(error)
    return ""


def _not_finished(desk: Desk, rows: tuple[Row, ...]) -> Iterator[str]:
    ids = set(desk.unfinished.entries()) if desk.unfinished else set()
    names = ", ".join(row.name for row in rows if row.id in ids)
    if names:
        says = _("Not saved yet: your writing for {names}. Open the entry to continue.")
        yield says.format(names=names)
    left = desk.unfinished.read(FORM, "form") if desk.unfinished and FORM in ids else None
    form = left.form if left else None
    if form is not None and form.saved_id in {row.id for row in rows}:
        yield _("The code of a paper form is not handed over yet. Press F3 to continue.")
    elif form is not None and form.answers:
        yield _("Not saved yet: a paper form. Press F3 to continue.")


def _disk_trouble(vault: Vault) -> str:
    """Return why nothing can be saved on this machine now; empty where all is well."""
    try:
        vault.try_saving()
    except SaveError as error:
        return str(error)
    return ""


def _opened(desk: Desk, codes: Sequence[str]) -> Opened | str:
    """Return the entry of the first of some codes that has one, or why the last does not open."""
    typed, *others = codes
    try:
        return desk.open(typed)
    except (HandleError, NoEntryError) as error:
        if others and not isinstance(error, GoneError):
            return _opened(desk, others)
        return desk.explain(typed, error)
    except KioskError as error:
        return str(error)


def _notices(tried: CodesTried) -> tuple[str, ...]:
    """Return how many wrong codes were tried since staff looked, where any were."""
    return (_("Wrong codes tried by customers: {count}.").format(count=tried.wrong),) if tried.wrong else ()
