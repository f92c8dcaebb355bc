"""What is done to a vault while it is tortured: the same scenes for cuts, kills and failing calls."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from unittest import mock

from msgspec.structs import replace

from kiosk.errors import NoEntryError, SaveError, VaultError
from kiosk.vault import exchange
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log import Log
from kiosk.vault.move_journal import Move, MovedCount, MovedPage
from kiosk.vault.page_names import page_name
from kiosk.vault.rows import SHAPE, Source, turn_of
from kiosk.vault.vault import Vault, saving
from tests.kiosk.vault.helpers import Clock, always, shelves, sign
from tests.kiosk.vault.torture.ledger import SHELVES, Ledger, Tell, Told, body, entry_id, name_of

ELSEWHERE = "e2" * 8
"""The place that something comes from."""
OLD = 3
"""How many entries a vault has before a scene: 1 to 3, with as many pages. The third is marked."""


class Actor:
    """Does things to a vault, and tells of each before and after."""

    def __init__(
        self, home: Path, tell: Tell, *, disk: Disk = DISK, refusals: bool = False, lasting: bool = False
    ) -> None:
        """With `refusals` a VaultError is told and not raised; `lasting`: a failure may not be undone."""
        self.home, self.tell, self.disk = home, tell, disk
        self.vault = Vault(home, clock=Clock(), name_of=name_of, reserve_bytes=0, disk=disk)
        self._refusals, self._lasting = refusals, lasting
        self.refused = 0

    def save(self, number: int, text: str, source: Source = "kiosk") -> None:
        id_, begin = entry_id(number), Told("begin", "save", entry_id(number), text, source)

        def work() -> Told:
            noted = self.vault.save(id_, name_of(id_), body(text), source=source)
            return replace(begin, verb="done", noted=noted)

        self._does(begin, work)

    def amend(self, number: int, text: str) -> None:
        begin = Told("begin", "amend", entry_id(number), text)

        def work() -> Told:
            self.vault.add_page(begin.id, always(body(text)))
            return replace(begin, verb="done")

        self._does(begin, work)

    def take_in(self, **texts: str) -> None:
        """Take in the first pages of entries of another place, as one batch; any bytes pass for sealed."""
        begun = [Told("begin", "save", entry_id(int(number)), text) for number, text in texts.items()]
        pieces = [(f"{one.id}.{page_name(1, ELSEWHERE)}.age", body(one.text), 1) for one in begun]
        taking = exchange.Exchange(self.home, name_of=name_of, reserve_bytes=0, disk=self.disk)
        with mock.patch.object(exchange, "is_sealed", return_value=True), closing(taking):
            for one in begun:
                self.tell(one)
            try:
                taking.take(pieces, exchange.Taken())
            except VaultError:
                if not self._refusals:
                    raise
                self.refused += 1  # a part may have come in
                return
            for one in begun:
                self.tell(replace(one, verb="done", noted=False))

    def mark(self, number: int, staff: str) -> None:
        begin = Told("begin", "mark", entry_id(number), staff)

        def work() -> Told:
            return replace(begin, verb="done", text=self.vault.mark(begin.id, staff, sign).picked_up_by)

        self._does(begin, work)

    def erase(self, number: int) -> None:
        begin = Told("begin", "erase", entry_id(number))

        def work() -> Told:
            self.vault.erase(begin.id)
            return replace(begin, verb="done")

        self._does(begin, work)

    def move(self, number: int, to: int) -> None:
        """Let an entry go on under another id, as a new code does."""
        id_, new = entry_id(number), entry_id(to)
        begin = Told("begin", "move", id_, new)

        def work() -> Told:
            self.vault.rename_entry(move_of(self.vault, id_, new))
            return replace(begin, verb="done")

        self._does(begin, work)

    def compact(self) -> None:
        """Write the log anew, as a commit does by itself after some thousand others."""
        log = Log(self.home / "catalogue" / "log", disk=self.disk)
        try:
            log.compact()
        except OSError:
            if not self._refusals:
                raise
            self.refused += 1
        finally:
            log.close()

    def _does(self, begin: Told, work: Callable[[], Told]) -> None:
        self.tell(begin)
        try:
            done = work()
        except VaultError as error:
            if not self._refusals:
                raise
            self.refused += 1
            undone = isinstance(error, SaveError | NoEntryError) and not self._lasting
            self.tell(replace(begin, verb="refused" if undone else "unsure"))
            return
        self.tell(done)


def move_of(vault: Vault, id_: str, new: str) -> Move:
    """How an entry goes on under another id, with the same pages."""
    document = vault.document(id_)
    row = {**document, "name": name_of(new)}
    if "tag" in row:
        row["tag"] = sign(new, row)
    with saving():
        dates = vault.page_files.modified(id_)
    return Move(
        id=id_,
        to=new,
        names=tuple(dates),
        turn=turn_of(document),
        tombstone={"v": SHAPE, "erased": "2026-03-01T12:00:00.000000Z", "why": "new code", "told": "word"},
        rows={new: row},
        pages=tuple(
            MovedPage(id=new, name=page, sealed=sealed, modified=dates[page])
            for page, sealed in vault.named_pages(id_)
        ),
        count=MovedCount(quarter="2026-Q1", sealed=b"count"),
    )


def first_save(actor: Actor) -> None:
    """Into a home that is not there yet."""
    actor.save(4, "first")


def save(actor: Actor) -> None:
    """A typed-in form and visits, one after another; the visits' rows are not waited for."""
    actor.save(4, "four", source="paper")
    actor.save(5, "five")
    actor.amend(5, "more")
    actor.save(6, "six")


def amend(actor: Actor) -> None:
    actor.amend(1, "more")
    actor.amend(3, "still more")


def mark(actor: Actor) -> None:
    actor.mark(1, "Ada")
    actor.mark(1, "Ben")
    actor.mark(2, "Ben")


def purge(actor: Actor) -> None:
    """Erase several one after another, as a purge does."""
    for number in (2, 3):
        actor.erase(number)


def move(actor: Actor) -> None:
    actor.move(3, 4)
    actor.amend(4, "more")


def take_in(actor: Actor) -> None:
    """What another place sent, twice."""
    actor.take_in(**{"4": "four", "5": "five"})
    actor.amend(5, "more")
    actor.take_in(**{"6": "six"})


def compact(actor: Actor) -> None:
    actor.save(4, "before")
    actor.erase(2)
    actor.compact()
    actor.mark(1, "Ada")
    actor.compact()
    actor.save(5, "after")


def adopt(actor: Actor) -> None:
    """Bring rows back that were lost; there are pages of which the log says nothing."""
    actor.vault.reconcile()


def everything(actor: Actor) -> None:
    """Every path once, for what is too dear to be done scene by scene."""
    actor.save(4, "four")
    actor.save(5, "five", source="paper")
    actor.amend(4, "more")
    actor.mark(4, "Ada")
    actor.compact()
    actor.erase(2)
    actor.move(3, 7)
    actor.amend(7, "more")
    actor.mark(1, "Ben")
    actor.save(6, "six")


SCENES: Mapping[str, Callable[[Actor], None]] = {
    scene.__name__: scene
    for scene in (
        first_save,
        save,
        amend,
        mark,
        purge,
        move,
        take_in,
        compact,
        adopt,
        everything,
    )
}


def prepared(home: Path, scene: str, disk: Disk = DISK) -> Ledger:
    """Make the home a scene starts from, and return what it holds."""
    told: list[Told] = []
    if scene != first_save.__name__:
        shelves(home / "vault", SHELVES)
        actor = Actor(home, told.append, disk=disk)
        for number in range(1, OLD + 1):
            actor.save(number, f"old {number}")
        actor.amend(2, "old two, page two")
        actor.amend(3, "old three, page two")
        actor.amend(3, "old three, page three")
        actor.mark(3, "Dee")
        actor.vault.close()
    if scene == adopt.__name__:
        log = home / "catalogue" / "log"
        header, *lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(header + b"".join(line for line in lines if b"picked_up" in line))
    return Ledger(told)
