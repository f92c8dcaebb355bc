"""An entry as it lies open on the desk."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from kiosk import seal
from kiosk.dates import long_day
from kiosk.entry.handle import HandleKeys
from kiosk.entry.page_file import Doubt, Wish, is_rest
from kiosk.entry.pages import AnyPage, Asked, Reflection, as_seen, newest_of, whole
from kiosk.entry.staff_pages import NewCode, Note, Plan, StatusChange, Talked, rests_of
from kiosk.errors import DeskError, SealError
from kiosk.language import Words, english
from kiosk.language import words as _
from kiosk.text import counted
from kiosk.vault.page_names import labels, page_name
from kiosk.vault.rows import Row

ToKnow = Doubt | Literal["broken", "elsewhere", "rest", "no code"]
"""What there is to know of an entry: why a page of it is not shown; that one is missing; that somebody else
may have read it; that it is what was kept back before a new code; that it was opened without its code."""
_TOLD: dict[ToKnow, Words] = {
    "unreadable": _("Page {page} is not shown: it cannot be read."),
    "not held": _("Page {page} is not shown: it is encrypted to a key that this desk does not hold."),
    "misplaced": _("Page {page} is not shown: it belongs somewhere else, so someone has moved or copied it."),
    "not the customer's": _("Page {page} is not shown: the customer did not write it."),
    "not staff's": _("Page {page} is not shown: it claims to be from staff, but is not."),
    "broken": _("A page of this entry is missing. Tell a member of staff."),
    "elsewhere": _("It was encrypted with a key that is not ours. Someone else may have read it."),
    "rest": _(
        "Staff gave this customer a new code. This is only what was kept back before, which only the old "
        "code opens. For everything else, use the new code."
    ),
    "no code": _(
        "It was opened without the customer's code, so the kiosk cannot prove that it comes from the "
        "customer."
    ),
}


_TO_STAFF: dict[ToKnow, str] = {
    "broken": "A page of this entry is missing. Tell the person who looks after this machine.",
    "elsewhere": (
        "It was saved while kiosk.toml named a key that is not this venue's, so someone else may have read "
        "it."
    ),
}
"""What staff read in their place, who can do something about it."""


@dataclass(frozen=True)
class Opened:
    """An entry, opened."""

    row: Row
    pages: tuple[AnyPage, ...]
    """Oldest first."""
    keys: HandleKeys | None = field(repr=False)
    """What the code leads to; None where it was found without one.

    It opens what the customer kept back: only with the customer's word.
    """
    aside: tuple[tuple[str, Doubt], ...] = ()
    """The names of its pages that are not what they say, and why: nothing of them is shown or used."""
    broken: bool = False
    """Whether a page is missing that somebody knew who wrote a later one."""
    elsewhere: bool = False
    """Whether a page was first sealed to a key that the venue never had, so that somebody else could read
    it."""
    newest_hash: str = ""
    """What a further page names as the one before it."""
    wish: Wish | None = None
    """The customer's wish to talk to somebody, while it stands."""
    seen: tuple[str, ...] = field(default=(), compare=False)
    """The names of the pages that are in it, or named as not shown."""
    second: str = field(default="", compare=False)
    """Who unlocked too, where two members of staff found it without its code."""
    wrote: str = field(default="", compare=False)
    """The name of the page that was added to it last; empty where none was."""
    planned: str = field(default="", compare=False)
    """The name of the page that its plan is; empty where there is none yet."""
    names: tuple[str, ...] = field(default=(), compare=False)
    """The name of each of `pages`; where there are none, they are named in their order."""
    venue: str = field(default="", compare=False)
    """The name of its venue, where the desk has entries of several; else empty."""

    @property
    def unread(self) -> int:
        """How many of its pages are not shown."""
        return len(self.aside)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What staff should know before they rely on it, in plain sentences."""
        return tuple(
            english(_TO_STAFF.get(kind) or _TOLD[kind].format(page=page)) for kind, page in self.to_know
        )

    @property
    def told(self) -> tuple[str, ...]:
        """The same as its customer reads it."""
        return tuple(_TOLD[kind].format(page=page) for kind, page in self.to_know)

    @property
    def to_know(self) -> tuple[tuple[ToKnow, str], ...]:
        """The same as kinds, each with what people call the page that it is about, or nothing."""
        found: list[tuple[ToKnow, str]] = [(doubt, self.labels[name]) for name, doubt in self.aside]
        if self.broken:
            found.append(("broken", ""))
        if self.elsewhere:
            found.append(("elsewhere", ""))
        if self.is_rest:
            found.append(("rest", ""))
        elif self.keys is None and self._by_customer:
            found.append(("no code", ""))
        return tuple(found)

    def late(self, today: date) -> Iterator[str]:
        """Yield what of the plan is overdue, or to review, in plain sentences; nothing of a closed entry."""
        plan = self.plan
        if plan is None or self.row.state == "closed":
            return
        if overdue := plan.overdue(today):
            yield f"Overdue: {counted(overdue, 'step', 'steps')} of the plan."
        if plan.review and plan.to_review(today):
            yield f"To review: the plan was to be looked at again on {long_day(plan.review)}."

    @property
    def is_rest(self) -> bool:
        """Whether it is what a customer had kept back before there was a new code, and no more."""
        return self.newest is not None and is_rest(self.row.id, self.newest)

    @property
    def new_codes(self) -> tuple[NewCode, ...]:
        """When staff gave it a new code, oldest first."""
        return tuple(page for page in self.pages if isinstance(page, NewCode))

    @property
    def ids(self) -> frozenset[str]:
        """The ids that it has and had, and those of what was kept back: the audit tells of it by these."""
        return frozenset({self.row.id, *(page.was for page in self.new_codes), *rests_of(self.pages)})

    @property
    def newest(self) -> Reflection | None:
        """The newest answers; None where they do not open."""
        return newest_of(self.pages)

    @property
    def as_seen(self) -> "Opened":
        """The same as its customer read it, in their language."""
        return replace(self, pages=tuple(map(as_seen, self.pages)))

    @property
    def language(self) -> str:
        """The tag of the language in which it was answered last; empty where nothing was."""
        return self.newest.language if self.newest else ""

    @property
    def is_wish_alone(self) -> bool:
        """Whether its customer asked to talk to somebody and left nothing else in it."""
        return self.newest is None and bool(self._by_customer) and not (self.aside or self.broken)

    @property
    def _by_customer(self) -> list[Reflection | Asked]:
        return [page for page in self.pages if isinstance(page, Reflection | Asked)]

    @property
    def plan(self) -> Plan | None:
        """The newest plan; None where there is none yet."""
        return next((page for page in reversed(self.pages) if isinstance(page, Plan)), None)

    @property
    def earlier_plans(self) -> tuple[Plan, ...]:
        """The plans that the newest one came in the place of, newest first."""
        plans = [page for page in self.pages if isinstance(page, Plan)]
        return tuple(reversed(plans[:-1]))

    @property
    def earlier_answers(self) -> tuple[Reflection, ...]:
        """The answers that the newest ones came in the place of, newest first."""
        return tuple(page for page in self.pages if isinstance(page, Reflection))[-2::-1]

    @property
    def named(self) -> list[tuple[str, AnyPage]]:
        """Its pages with their names, oldest first."""
        names = self.names or [page_name(counter, "0" * 16) for counter in range(1, len(self.pages) + 1)]
        return list(zip(names, self.pages, strict=True))

    @property
    def labels(self) -> dict[str, str]:
        """What people call its pages, by their names; those of notes that were taken back keep theirs."""
        return labels({*self.seen, *(name for name, _ in (*self.named, *self.aside))})

    @property
    def notes(self) -> dict[str, Note]:
        """What staff noted, oldest first, by what people call the pages that they are."""
        return {self.labels[name]: page for name, page in self.named if isinstance(page, Note)}

    def name_of(self, label: str) -> str:
        """Return the name of the page that people call so. Raises KeyError for none."""
        return {told: name for name, told in self.labels.items()}[label]

    @property
    def history(self) -> tuple[StatusChange, ...]:
        """How its state changed, oldest first."""
        return tuple(page for page in self.pages if isinstance(page, StatusChange))

    @property
    def only_picked_up(self) -> bool:
        """Whether staff have picked it up, and nothing stands that they added since it was waiting."""
        since: list[AnyPage] = []
        for page in self.pages:
            is_back = isinstance(page, StatusChange) and page.state == "waiting"
            since = [] if is_back else [*since, page]
        added = any(isinstance(page, Note | Plan | StatusChange | Talked) for page in since)
        return self.row.state == "picked up" and not added

    @property
    def talks(self) -> tuple[Talked, ...]:
        """When staff said that they talked with the customer, who had asked for it, oldest first."""
        return tuple(page for page in self.pages if isinstance(page, Talked))

    @property
    def asked_to_talk(self) -> bool:
        """Whether the customer asked to talk and did not take that back, be it that staff talked since."""
        said = [page.talk for page in self._by_customer if page.talk is not None]
        return said[-1:] == [True]

    @property
    def keeps_back(self) -> bool:
        """Whether the customer kept something back that is not shown."""
        return any(isinstance(page, Reflection) and page.private for page in self.pages)

    @property
    def reader(self) -> str:
        """The customer's age recipient, who can read all that is added. Raises DeskError for none."""
        if self.keys is not None:
            return seal.recipient_of(self.keys.identity)
        if not self._by_customer:
            raise DeskError("The answers here cannot be opened. Open the entry with the code to add to it.")
        return self._by_customer[-1].reader

    def revealed(self) -> "Opened":
        """Return it with what the customer kept back. Raises SealError (so without the code), EntryError."""
        if self.keys is None:
            raise SealError("Only the customer's code opens this.")
        identity = self.keys.identity
        pages = (whole(page, identity) if isinstance(page, Reflection) else page for page in self.pages)
        return replace(self, pages=tuple(pages))
