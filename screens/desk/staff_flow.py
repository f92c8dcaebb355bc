"""Who can unlock the desk, and with which passphrase."""

from collections.abc import Awaitable, Callable
from functools import partial

from kiosk.desk.desk import Desk
from kiosk.desk.keys import passphrase as words
from kiosk.desk.keys import staff
from kiosk.desk.keys.lockout import Throttle, delay
from kiosk.desk.keys.staff import Member
from kiosk.desk.keys.staff_files import LEAD, Role
from kiosk.desk.unlock import lift_delay
from kiosk.errors import DeskError, KioskError, PassphraseError
from kiosk.settings.settings import Venue, load_settings
from kiosk.text import same_name
from screens.desk.flow import UnlockedFlow
from screens.desk.stage import DeskStage
from screens.desk.unlock_screen import Claim
from screens.i18n import _
from screens.widgets.choose_screen import MenuOption

ROLES: dict[Role, str] = {"staff": _("member of staff"), "lead": _("lead")}
_ADD = "add"
_LIFT = "lift"
_USE, _OTHERS, _OWN = "use", "others", "own"


class StaffFlow(UnlockedFlow):
    """Changes somebody's own passphrase; for a lead, who can unlock and as what."""

    def __init__(self, stage: DeskStage, desk: Desk, unlock: Callable[[Claim], Awaitable[Desk]]) -> None:
        """`unlock` checks somebody's passphrase. Raises KioskError."""
        super().__init__(stage, desk)
        self._folder = stage.home.staff
        self._unlock = unlock

    @property
    def _venue(self) -> Venue:
        return load_settings(self._stage.home.settings).venue

    def _members(self) -> tuple[Member, ...]:
        return staff.members(self._folder, self._desk.identity)

    async def change_passphrase(self) -> None:
        """Ask for the passphrase of now, then for the new one. Raises KioskError."""
        title, name = _("Change my passphrase"), self._desk.staff
        old = await self._old_passphrase(title, name)
        if old is None:
            return
        with self._holding():
            new = await self._new_passphrase(title, name)
            if new is None:
                return
            change = partial(
                staff.change_passphrase,
                self._folder,
                name,
                old,
                new,
                venue_name=self._venue.name,
                note=self._desk.noting("changed a passphrase"),
            )
            await self._at_once(change)
        await self._tell(
            _("Your passphrase is changed"),
            _("Use the new one to unlock the desk from now on."),
            _("Older backups still open with the old one."),
        )

    async def run(self) -> None:
        """List who can unlock, for a lead to change it, as often as they want. Raises KioskError."""
        while self._is_lead():
            # By number: a name may be any text.
            members = {str(number): member for number, member in enumerate(self._members())}
            options = [
                MenuOption(_ADD, _("Add a colleague")),
                MenuOption(_LIFT, _("End the delay after wrong passphrases")),
                *(MenuOption(id_, f"{one.name}, {ROLES[one.role]}") for id_, one in members.items()),
            ]
            chosen = await self._choose(_("Who can unlock this desk"), options)
            if chosen is None:
                return
            try:
                if chosen == _ADD:
                    await self._add()
                elif chosen == _LIFT:
                    await self._lift()
                else:
                    await self._change(members[chosen])
            except KioskError as error:
                await self._tell(_("Nothing was changed"), str(error))

    def _is_slow(self) -> bool:
        """Tell whether the next passphrase takes longer than the first one, anywhere."""
        wrong = Throttle(self._stage.home.unlocks, "screen").lengths(self._stage.now())
        return any(delay(length) for length in wrong.values())

    async def _lift(self) -> None:
        if not self._is_slow():
            await self._tell(_("There is no delay"), _("The next passphrase takes no extra time."))
            return
        note = self._desk.noting("lifted the delay", role=LEAD)
        await self._at_once(partial(lift_delay, self._stage.home, self._stage.now(), note=note))
        await self._tell(_("The delay is over"), _("The next passphrase takes no extra time."))

    async def _add(self) -> None:
        title = _("Add a colleague")
        typed = await self._line(title, _("Their name"), needed=_("Enter the name of the member of staff."))
        if typed is None:
            return
        name = staff.require_free(self._folder, typed)
        with self._holding():
            role = await self._role(name)
            new = await self._new_passphrase(title, name) if role else None
            if role is None or new is None:
                return
            add = partial(
                staff.add,
                self._folder,
                name,
                new,
                self._desk.identity,
                role=role,
                venue_name=self._venue.name,
                note=self._desk.noting("added staff", f", {role}", role=LEAD),
            )
            await self._at_once(add)
        await self._tell(_("Added"), _("{name} can unlock the desk.").format(name=name))

    async def _role(self, name: str) -> Role | None:
        chosen = await self._choose(
            _("Add a colleague"),
            (MenuOption("staff", _("Member of staff")), MenuOption("lead", _("Lead"))),
            lines=(
                name,
                _("A lead can also manage staff and settings, and delete entries."),
            ),
            chosen=("staff",),
        )
        return next((role for role in ROLES if role == chosen), None)

    async def _change(self, member: Member) -> None:
        lead = member.role == LEAD
        options = [MenuOption("role", _("Make a member of staff") if lead else _("Make a lead"))]
        if not same_name(member.name, self._desk.staff):
            options.append(MenuOption("remove", _("Remove access")))
        shown = f"{member.name}, {ROLES[member.role]}"
        match await self._choose(_("Who can unlock this desk"), options, lines=(shown,)):
            case "role" if await self._stays_out(member):
                pass
            case "role" if not lead and not await self._becomes_lead(member.name):
                pass
            case "role":
                role: Role = "staff" if lead else "lead"
                note = self._desk.noting("changed a role", f", {role}", role=LEAD)
                await self._at_once(
                    partial(staff.set_role, self._folder, member.name, role, self._desk.identity, note=note)
                )
            case "remove":
                await self._remove(member.name)

    async def _becomes_lead(self, name: str) -> bool:
        return await self._asks(
            _("Make {name} a lead?").format(name=name),
            _("A lead can also manage staff and settings, and delete entries."),
            on=_("Make a lead"),
            back=_("Leave as it is"),
        )

    async def _stays_out(self, member: Member) -> bool:
        """Tell whether it is one's own role that one gives up, and one would rather not."""
        leads = [one.name for one in self._members() if one.role == LEAD]
        if not same_name(member.name, self._desk.staff) or len(leads) == 1:  # the last one stays anyway
            return False
        return not await self._asks(
            _("Stop being a lead?"),
            _("Only another lead can make you one again."),
            on=_("Stop being a lead"),
            back=_("Stay a lead"),
            final=True,
        )

    async def _remove(self, name: str) -> None:
        if await self._asks(
            _("Remove {name}'s access?").format(name=name),
            _("They can no longer unlock the desk."),
            _("If they may have copied the venue key, change it with 'kiosk staff rekey'."),
            on=_("Remove"),
            back=_("Keep"),
            final=True,
        ):
            note = self._desk.noting("removed staff", role=LEAD)
            await self._at_once(
                partial(staff.remove_wholly, self._folder, name, self._desk.identity, note=note)
            )
            await self._tell(_("Removed"), _("{name} can no longer unlock the desk.").format(name=name))

    async def _old_passphrase(self, title: str, name: str) -> str | None:
        """Ask for the passphrase of now until it is right, as slowly as wrong ones make it."""

        async def unlock(old: str) -> str:
            try:
                await self._unlock(Claim(name, old))
            except PassphraseError as error:
                raise DeskError(_("This is not your passphrase. Enter it again.")) from error
            return old

        label, needed = _("Your passphrase now"), _("Enter your passphrase.")
        return await self._line_until(unlock, title, label, needed=needed, hidden=True)

    async def _new_passphrase(self, title: str, name: str) -> str | None:
        """Offer words that are drawn, or ask for some of their own. None where one went back."""
        venue = self._venue.name
        offered = words.suggest(words.WORDS, name, venue)
        while True:
            way = await self._choose(
                title,
                (
                    MenuOption(_USE, _("Use these words")),
                    MenuOption(_OTHERS, _("Draw other words")),
                    MenuOption(_OWN, _("Choose my own")),
                ),
                lines=(
                    offered,
                    words.DRAWN,
                    _("Write the words on paper, and keep the paper until you know them."),
                ),
                chosen=(_USE,),
            )
            if way is None:
                return None
            if way == _OTHERS:
                offered = words.suggest(words.WORDS, name, venue)
            elif way == _USE and await self._types(title, offered):
                return offered
            elif way == _OWN and (own := await self._own_passphrase(title, name, venue)) is not None:
                return own

    async def _types(self, title: str, offered: str) -> bool:
        """Ask for the words that were offered until they are right. False where one went back."""

        async def compare(typed: str) -> bool:
            if typed != offered:
                raise DeskError(_("Those are not the words. Press Esc to see them again."))
            return True

        label, needed = _("Type the words from your paper"), _("Enter the words.")
        return bool(await self._line_until(compare, title, label, needed=needed, hidden=True))

    async def _own_passphrase(self, title: str, name: str, venue: str) -> str | None:
        """Ask for a passphrase that is good enough, twice. None where one went back."""

        async def repeat(first: str) -> str:
            strength = await self._at_once(partial(staff.check_new, first, name, venue))
            again = await self._line(title, _("The same again"), lines=(strength.says,), hidden=True)
            if again != first:
                raise DeskError(_("Those were not the same. Enter it twice.") if again is not None else "")
            return first

        label = _("Your own passphrase, of four unusual words or more")
        needed = _("Enter a passphrase.")
        return await self._line_until(repeat, title, label, needed=needed, hidden=True)
