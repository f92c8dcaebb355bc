"""A visit as one short walk: which part comes after which. What is done in each is its own matter."""

from functools import partial

from kiosk.draft import fitted
from kiosk.handle import Handle
from kiosk.save import Saved
from screens.visit.again import YES, AgainScreen
from screens.visit.asking import CommentScreen
from screens.visit.handing import HandingOver, keep_opinion
from screens.visit.pausing import Pausing
from screens.visit.reflecting import Reflecting
from screens.visit.returning import ComingBack, Outcome
from screens.visit.stage import Stage
from screens.visit.welcome import ClearedScreen, Scanned, Start, WelcomeScreen
from screens.widgets.ask import AskScreen
from screens.words import _


class Visiting:
    """Walks one customer through a visit, over an App's screen stack."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.pausing = Pausing(stage)
        self._reflecting = Reflecting(stage, self.pausing)
        self._handing = HandingOver(stage)
        self._over = False
        """Whether there is nothing to lose any more."""

    async def run(self) -> Start:
        """Walk from Welcome to a cleared screen. Gives DESK back where staff asked for it at Welcome."""
        going_on = await self._after_a_crash()
        while True:
            if not going_on:
                start = await self._welcome()
                if start is Start.DESK:
                    return Start.DESK
                if start is not Start.VISIT:
                    outcome = await self._come_back(start.code if isinstance(start, Scanned) else "")
                    if outcome is Outcome.FINISHED:
                        break
                    if outcome is Outcome.WELCOME:
                        continue
                    going_on = True
            saved = await self._reflecting.run(going_on=going_on)
            if saved is not None:
                await self._hand_over(saved)
                break
            going_on = False
        await self._clear()
        return Start.VISIT

    async def pause(self) -> bool:
        """Pause the visit, where the person wants that. False where it goes on."""
        days = self._stage.session.settings.privacy.days
        wanted = await self._stage.asks(
            _("Make a pause?"),
            _("You get a code. With it you continue where you stopped."),
            _("Your answers stay sealed on this machine for {days} days.").format(days=days),
            on=_("Make a pause"),
            back=_("Back to my answers"),
        )
        kept = await self.pausing.pause() if wanted else None
        if kept is None:
            return False
        self._over = True
        await self.pausing.show_code(kept, _("Your pause begins. This code is for later."))
        await self._clear()
        return True

    def comment_screen(self) -> CommentScreen:
        """Return the page that takes a comment on the question the visit stands at."""
        return CommentScreen(self._stage.visit.question.ask, self._stage.session.pack.writing_note)

    async def keep_comment(self, text: str) -> None:
        """Keep a comment on that question, apart from answers and code."""
        await keep_opinion(self._stage, question=self._stage.visit.question.id, text=text)

    def leave_screen(self) -> AskScreen | None:
        """Return the page that asks whether to clear everything; None where nothing would be lost."""
        if self._over or not self._reflecting.began:
            return None
        lines = (_("Your answers are not saved. They will be gone from this machine."),)
        if self._stage.visit.amends is not None:
            lines = (_("Your changes are not saved. What you saved before stays."),)
        return AskScreen(
            _("Clear your answers and leave?"),
            lines,
            on=_("Clear and leave"),
            back=_("Back to my answers"),
        )

    def forget_unseen(self) -> None:
        """Erase an entry that was saved while the person hid the screen: they were told nothing is saved."""
        self._reflecting.forget_unseen()

    async def _welcome(self) -> Start | Scanned:
        session = self._stage.session
        return await self._stage.show(
            WelcomeScreen(session.pack, session.settings.venue.name, has_desk=session.home.has_desk())
        )

    async def _come_back(self, scanned: str) -> Outcome:
        outcome = await ComingBack(self._stage, self.pausing).run(scanned)
        if outcome is Outcome.FINISHED:
            self._over = True
        return outcome

    async def _after_a_crash(self) -> bool:
        """Offer to go on with what a crash stopped, by a question that tells the next person nothing."""
        session, crashed = self._stage.session, self._stage.session.crashed
        left = session.settings.idle.warn + session.settings.idle.grace - (crashed.seconds if crashed else 0)
        if crashed is None or left <= 0 or YES not in (await self._stage.show(AgainScreen(left)) or ()):
            self.pausing.forget_crash()
            return False
        crashed.went_on()
        draft = fitted(crashed.draft, session.pack)
        self._stage.visit.go_on(draft)
        if draft.code:
            code = Handle(draft.code)
            keys = await self._stage.meanwhile(_("One moment."), partial(self._stage.saver.derive, code))
            self.pausing.adopt(code, keys)
        return True

    async def _hand_over(self, saved: Saved) -> None:
        amended = self._stage.visit.amends is not None
        mine = self._reflecting.mine()
        self._over = True
        self.pausing.finish()
        self._reflecting.seen()
        if amended:
            await self._stage.tell(
                _("Your new answers are saved"), _("Your code stays the same. It opens all of your answers.")
            )
        else:
            await self._handing.run(saved, mine)

    async def _clear(self) -> None:
        await self._stage.show(ClearedScreen(self._stage.session.pack.closing.cleared))
