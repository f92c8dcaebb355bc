"""What is done with one entry that lies open: mark, note, plan, state, show, hand on, erase."""

from collections.abc import Collection
from functools import partial
from typing import cast

from kiosk.dates import day_of, on_short_day
from kiosk.desk.desk import Desk
from kiosk.desk.erase import erase
from kiosk.desk.unfinished_notes import Part, UnfinishedText
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection
from kiosk.errors import KioskError, NoEntryError, NotMarkedError, ShutOutError
from kiosk.text import one_line
from kiosk.vault.states import STATES, State
from screens.desk.entry_screen import EntryResult, EntryScreen
from screens.desk.export_flow import ExportFlow
from screens.desk.flow import GONE, UnlockedFlow
from screens.desk.line_screen import LineScreen
from screens.desk.new_code_flow import NewCodeFlow
from screens.desk.note_screen import NoteScreen
from screens.desk.plan_flow import PlanFlow
from screens.desk.stage import DeskStage
from screens.desk.states import STATE_NAMES
from screens.i18n import _
from screens.widgets.choose_screen import MenuOption, numbered
from screens.widgets.keys import COLOURS
from screens.widgets.then_now_screen import ThenNowScreen

_NOT_SAVED = _("What you wrote before the desk locked is back, and not saved yet.")


class EntryFlow(UnlockedFlow):
    """Walks a member of staff through one entry, until they go back to the list."""

    def __init__(self, stage: DeskStage, desk: Desk) -> None:
        super().__init__(stage, desk)
        self._said = ""
        """What came of what was done last."""
        self._revealed = False
        """Whether what the customer kept back is shown. It stays out of plans and files all the same."""

    async def run(self, opened: Opened) -> Opened | None:
        """Show the entry, and do what is asked, as often as one wants. Raises ShutOutError.

        Return it as it is then; None where it is there no more.
        """
        ways = {"note": _("Press F7 to continue your note."), "plan": _("Press F2 to continue the plan.")}
        left = [way for part, way in ways.items() if self._left(opened.row.id, cast("Part", part))]
        lost = (_("Is the slip lost? Press F3 to give a new code."),) if _may_get_code(opened) else ()
        self._said = " ".join((*((_NOT_SAVED, *left) if left else ()), *lost))
        while True:
            shown = opened.revealed() if self._revealed else opened
            today = day_of(self._stage.now())
            page = EntryScreen(shown, today, said=self._said, kept_back=_more_in(shown, opened))
            then = await self._show(page)
            if then is EntryResult.BACK:
                return opened
            self._said = ""
            self._desk.require("staff")
            try:
                after = await self._does(then, opened)
            except NoEntryError:
                await self._tell(
                    _("This entry is no longer here"),
                    _("Someone has deleted it, or given it a new code. Nothing was added to it."),
                )
                return None
            except ShutOutError:
                raise
            except NotMarkedError as error:
                self._said = str(error)
                opened = await self._as_it_is_now(opened)
            except KioskError as error:
                self._said = str(error)
            else:
                if after is None:
                    return None
                opened = after

    async def _as_it_is_now(self, opened: Opened) -> Opened:
        """Return the entry with what was added; as it was where it cannot be read again now."""
        try:
            return await self._at_once(partial(self._desk.again, opened))
        except ShutOutError:
            raise
        except KioskError:
            return opened

    async def _does(self, then: EntryResult, opened: Opened) -> Opened | None:
        """Do something, and return the entry as it is then; None where it is there no more."""
        match then:
            case EntryResult.PICK_UP:
                return await self._pick_up(opened)
            case EntryResult.NOTE:
                return await self._add_note(opened)
            case EntryResult.REVEAL:
                return await self._reveal(opened)
            case EntryResult.PLAN:
                agreed = await PlanFlow(self._stage, self._desk).run(opened)
                self._said = _("The plan is saved. The customer can read it.") if agreed.saved else ""
                return agreed.opened
            case EntryResult.TALKED:
                return await self._talked(opened)
            case _:
                return await self._more(opened)

    async def _pick_up(self, opened: Opened) -> Opened:
        picked_up = await self._stage.meanwhile(_("Marking the entry."), partial(self._desk.pick_up, opened))
        self._said = (
            _("Marked as picked up. The wrong entry? F3 sets its status back to waiting.")
            if opened.row.state == "waiting"
            else _("Marked as seen.")
        )
        return picked_up

    async def _add_note(self, opened: Opened) -> Opened:
        """Take a note. It begins with what was being written when the desk locked."""
        left = self._left(opened.row.id, "note")
        text, problem = (left.text, _NOT_SAVED) if left else ("", "")

        def so_far() -> UnfinishedText:
            page = self._on_screen(NoteScreen)
            return UnfinishedText(text=page.words if page else text)

        with self._drafting(opened.row.id, "note", so_far):
            while True:
                written = await self._show(NoteScreen(opened.row.name, text, problem, self._clock_doubt()))
                text, problem = written.value, ""
                if written.saved:
                    if not await self._saves_note(text):
                        continue
                    add = partial(self._desk.add_note, opened, text, self._stage.now())
                    try:
                        noted = await self._stage.meanwhile(_("Saving the note."), add)
                    except NotMarkedError:
                        raise
                    except NoEntryError:
                        problem = GONE
                        continue
                    except KioskError as error:
                        problem = str(error)
                        continue
                    self._said = _("The note is saved. The customer can read it.")
                    return noted
                if not text or await self._leaves(
                    _("Leave without saving the note?"),
                    on=_("Leave without saving"),
                    back=_("Back to the note"),
                ):
                    return opened

    async def _saves_note(self, text: str) -> bool:
        with self._holding():
            return await self._asks(
                _("Save this note?"),
                text,
                _("The customer can read it, and so can everyone who unlocks this desk."),
                *filter(None, [self._clock_doubt()]),
                on=_("Save the note"),
                back=_("Back to the note"),
                long=True,
            )

    async def _take_back(self, opened: Opened) -> Opened:
        notes = dict(reversed(opened.notes.items()))
        shown = _("{who}, {when}: {text}")
        options = [
            MenuOption(
                number, shown.format(who=note.by, when=on_short_day(note.made), text=one_line(note.text, 40))
            )
            for number, note in notes.items()
        ]
        chosen = await self._choose(_("Take back a note"), options, chosen=(next(iter(notes)),))
        if chosen is None:
            return opened
        if not await self._asks(
            _("Take back this note?"),
            notes[chosen].text,
            _("Nobody can read it any longer. The customer sees that you took back a note, and when."),
            on=_("Take it back"),
            back=_("Leave it"),
            final=True,
            long=True,
        ):
            return opened
        take = partial(self._desk.take_back, opened, chosen, self._stage.now())
        taken = await self._stage.meanwhile(_("Taking the note back."), take)
        self._said = _("The note is taken back. The customer can see that.")
        if taken.only_picked_up and await self._asks(
            _("Set the entry back to waiting?"),
            _("It is marked as picked up, and nothing else was done with it."),
            on=_("Set it back to waiting"),
            back=_("Leave it as picked up"),
        ):
            back = partial(self._desk.change_state, taken, "waiting", self._stage.now())
            return await self._stage.meanwhile(_("Saving it."), back)
        return taken

    async def _talked(self, opened: Opened) -> Opened:
        if not await self._asks(
            _("Have you talked with the customer?"),
            _("This entry then no longer asks to talk. The customer can read that you talked."),
            on=_("Yes, we talked"),
            back=_("Not yet"),
        ):
            return opened
        talked = partial(self._desk.talked, opened, self._stage.now())
        after = await self._stage.meanwhile(_("Saving it."), talked)
        self._said = _("You have talked: the entry no longer asks for it, and the customer can read that.")
        return after

    async def _reveal(self, opened: Opened) -> Opened:
        if not await self._asks(
            _("Show what the customer kept back?"),
            _("Only the customer's code opens it."),
            _("Is the customer here with you, and do they want you to see it?"),
            on=_("Yes, show it"),
            back=_("No, leave it closed"),
        ):
            return opened
        await self._stage.meanwhile(_("Opening it."), partial(self._desk.reveal, opened))
        self._revealed = True
        self._said = _("What the customer kept back is now shown.")
        return opened

    # -- what is done less often

    async def _more(self, opened: Opened) -> Opened | None:
        reflections = [page for page in opened.pages if isinstance(page, Reflection)]
        options = numbered(
            ("state", _("Set its status"), True),
            ("export", _("Export it to a file"), True),
            ("compare", _("See then and now"), len(reflections) > 1),
            ("print", _("Print My page and the plan"), self._stage.printer is not None),
            ("take back", _("Take back a note"), bool(opened.notes)),
            ("pack", _("Export all held on it (access request)"), True),
            ("new code", _("Give a new code (slip lost)"), _may_get_code(opened)),
            ("erase", _("Delete it"), self._is_lead()),
        )
        out = ExportFlow(self._stage, self._desk)
        match await self._choose(opened.row.name, options):
            case "new code":
                return await self._give_code(opened)
            case "state":
                return await self._change_state(opened)
            case "export":
                await out.export(opened)
            case "pack":
                await out.access_pack(opened)
            case "compare":
                first, last = reflections[0], reflections[-1]
                await self._show(ThenNowScreen(first, last, everywhere=(COLOURS,)))
            case "print":
                await out.print(opened)
            case "take back":
                return await self._take_back(opened)
            case "erase":
                return await self._erase(opened)
        return opened

    async def _give_code(self, opened: Opened) -> Opened:
        given = await NewCodeFlow(self._stage, self._desk).run(opened)
        if given is None:
            return opened
        self._said = _("This entry has a new code and a new name. The old code no longer opens it.")
        return given

    async def _change_state(self, opened: Opened) -> Opened:
        chosen = await self._choose(
            _("What is its status now?"),
            (MenuOption(state, STATE_NAMES[state]) for state in STATES),
            chosen=(opened.row.state,),
        )
        state: State | None = next((state for state in STATES if state == chosen), None)
        if state is None or state == opened.row.state:
            return opened
        change = partial(self._desk.change_state, opened, state, self._stage.now())
        changed = await self._stage.meanwhile(_("Saving it."), change)
        self._said = _("The status is now: {state}.").format(state=STATE_NAMES[state])
        return changed

    async def _erase(self, opened: Opened) -> Opened | None:
        reason = await self._reason(opened)
        if reason is None:
            return opened
        here = self._stage.home.has_desk()
        done = partial(erase, self._desk, opened, reason, self._stage.now(), key_is_here=here)
        receipt = await self._stage.meanwhile(_("Deleting the entry."), done)
        await self._tell(_("Deleted"), *receipt.lines())
        return None

    async def _reason(self, opened: Opened) -> str | None:
        """Return why the entry is to be deleted; None where it is not.

        It begins with what was being written when the desk locked.
        """
        left = self._left(opened.row.id, "reason")
        text = left.text if left else ""

        def so_far() -> UnfinishedText:
            page = self._on_screen(LineScreen)
            return UnfinishedText(text=page.words if page else text)

        with self._drafting(opened.row.id, "reason", so_far):
            while True:
                page = LineScreen(
                    _("Delete {name}").format(name=opened.row.name),
                    _("Who asked for it, and why? This goes into the audit log"),
                    text=text,
                    needed=_("Enter who asked for it, and why."),
                )
                written = await self._show(page)
                text = written.value
                if not written.saved:
                    if not text or await self._leaves(
                        _("Leave without deleting the entry?"),
                        on=_("Leave without deleting"),
                        back=_("Back to the reason"),
                    ):
                        return None
                elif await self._erases(opened):
                    return text

    async def _erases(self, opened: Opened) -> bool:
        with self._holding():
            return await self._asks(
                _("Delete {name} for good?").format(name=opened.row.name),
                _("This cannot be undone. Printed and exported copies are not deleted."),
                on=_("Delete it"),
                back=_("Back to the reason"),
                final=True,
            )


def _may_get_code(opened: Opened) -> bool:
    return bool(opened.second) and not opened.is_rest


def _more_in(shown: Opened, opened: Opened) -> Collection[str]:
    """Return the ids of the newest sections that are shown and that the desk's key does not open."""
    if shown.newest is None or opened.newest is None:
        return ()
    return {one.id for one in shown.newest.sections} - {one.id for one in opened.newest.sections}
