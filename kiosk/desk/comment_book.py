"""Comments at the desk: read, put under themes, decided on, and told of to customers.

`comments/decisions.age` below the home is JSON, sealed to the venue's key and tagged by the desk: the themes
that the group puts comments under, what it decided on each and why, in its own words, and what of that it
published. `you-said` is what was published, as plain text: customers read it at Welcome, and nobody needs a
key for it. It never holds the words of a comment (`kiosk.desk.quoting`).
"""

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Annotated, Literal, NamedTuple

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.dates import day_of, on_day
from kiosk.desk.keys.staff_files import counting
from kiosk.desk.quoting import require_own_words
from kiosk.errors import DamageError, DeskError, EntryError, PackError, SealError
from kiosk.home import Home
from kiosk.language import english
from kiosk.os_errors import explaining
from kiosk.pack.library import Library
from kiosk.pack.model import Pack
from kiosk.seal import recipient_of
from kiosk.text import one_line, written_line
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.locks import alone
from kiosk.visit import comments
from kiosk.visit.comments import BOX, OLDER, Comment
from kiosk.visit.you_said import DID, SAID, TITLE

FILE = "decisions.age"
VOUCHED = mac.Vouched("decisions", "comments")
"""What is in the seal of that file."""
MOST_BYTES = 1 << 22
THEMES_MOST, COMMENTS_MOST = 200, 10_000
LINE = 400
"""Characters of what the group writes about a theme."""

Decision = Literal["open", "changed", "kept", "later"]
WORDS: Mapping[Decision, str] = {
    "open": "not decided",
    "changed": "changed",
    "kept": "kept as it is",
    "later": "looked at later",
}


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What several comments have in common, and what was decided on it, in the words of the group."""

    id: untrusted.Name
    """Eight hexadecimal digits, drawn."""
    title: untrusted.Line
    """What was said."""
    decision: Decision = "open"
    answer: untrusted.Line = ""
    """What was changed, why it was kept, or when it is looked at again."""
    comments: Annotated[tuple[untrusted.Name, ...], msgspec.Meta(max_length=COMMENTS_MOST)] = ()
    """Ids."""


class Decisions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the group made of comments so far."""

    version: Literal[1] = 1
    number: untrusted.Count = 0
    """Counts the changes."""
    themes: Annotated[tuple[Theme, ...], msgspec.Meta(max_length=THEMES_MOST)] = ()
    published: untrusted.Text = ""
    """What stands in `you-said`; empty where nothing does."""

    def theme_of(self, comment: Comment) -> Theme | None:
        """Return the theme that a comment was put under."""
        return next((theme for theme in self.themes if comment.id in theme.comments), None)

    def theme(self, id_: str) -> Theme:
        """Return the theme of an id. Raises DeskError where there is none any more."""
        for theme in self.themes:
            if theme.id == id_:
                return theme
        raise DeskError("This theme is no longer here. Someone has removed it.")

    def with_theme(self, theme: Theme) -> "Decisions":
        """Return them with a theme, in the place of that of its id; no other has its comments then."""
        taken = frozenset(theme.comments)
        others = [
            msgspec.structs.replace(one, comments=tuple(id_ for id_ in one.comments if id_ not in taken))
            for one in self.themes
        ]
        is_new = all(one.id != theme.id for one in others)
        if is_new and len(others) >= THEMES_MOST:
            raise DeskError(f"There can be at most {THEMES_MOST} themes. Remove one first.")
        kept = [theme if one.id == theme.id else one for one in others]
        return msgspec.structs.replace(self, themes=(*kept, *([theme] if is_new else ())))

    def without(self, id_: str) -> "Decisions":
        """Return them without a theme; its comments wait to be put under another one."""
        return msgspec.structs.replace(self, themes=tuple(one for one in self.themes if one.id != id_))


class Book(NamedTuple):
    """What there is to read."""

    comments: tuple[Comment, ...]
    """By pack, version and question; each group in no order of time."""
    unread: int
    """Comments that do not open, or do not read as one."""
    decisions: Decisions = Decisions()
    doubt: str = ""
    """Why no decision is shown: what stands there is no desk's. Else empty."""

    def of_version(self, pack: str, version: int) -> tuple[Comment, ...]:
        """Return what was said of one version of a pack."""
        return tuple(one for one in self.comments if (one.pack, one.pack_version) == (pack, version))

    def state_of(self, comment: Comment) -> Decision | None:
        """Return what was decided on a comment; None where it has no theme yet."""
        theme = self.decisions.theme_of(comment)
        return theme.decision if theme else None


Asked = tuple[str, str]
"""A question's id, and its words: of a version that is not here anybody could write others beside them, and
these are no others' then."""


class Rated(NamedTuple):
    """A point of the closing scale, and how often it was chosen."""

    point: int
    label: str
    times: int


# -- reading


def read(home: Home, identities: str) -> Book:
    """Return the comments, opened with the venue's identities. Raises DamageError where that fails."""
    found, unread = dict[str, Comment](), 0
    with explaining(DamageError, "Comments cannot be read.", home.comments):
        every = [one for name in (BOX, OLDER) for one in comments.sealed_in(home.comments / name)]
    for sealed in every:
        comment = _opened(sealed, identities)
        unread += comment is None
        if comment is not None:
            found.setdefault(comment.id, comment)
    asked = cache(partial(_published, Library(home.packs)))
    said = (_in_words_of(asked(one.pack, one.pack_version), one) for one in found.values())
    ordered = sorted(said, key=lambda one: (one.pack, one.pack_version, one.question, one.id))
    try:
        return Book(tuple(ordered), unread, decisions_of(home, identities))
    except DamageError as error:
        return Book(tuple(ordered), unread, doubt=str(error))


def undecided(home: Home, identities: str, pack: str, versions: Collection[int]) -> dict[int, int]:
    """Return how many comments with words on versions of a pack wait for a decision. Raises DamageError."""
    book = read(home, identities) if versions else Book((), 0)
    return {
        version: sum(
            book.state_of(one) in (None, "open") for one in book.of_version(pack, version) if one.text
        )
        for version in versions
    }


def ratings(said: Iterable[Comment]) -> tuple[Rated, ...]:
    """Return how often each point of the closing scale was chosen, by its words, from the first on."""
    counts = Counter((one.rating, one.rated) for one in said if one.rating is not None)
    return tuple(Rated(*one, counts[one]) for one in sorted(counts))


def decisions_of(home: Home, identities: str) -> Decisions:
    """Return what was decided; nothing where there is no file. Raises DamageError for no desk's."""
    file = home.comments / FILE
    try:
        opened = seal.open_sealed(untrusted.read(file, MOST_BYTES), identities)
        raw = VOUCHED.value(opened, counting(home.staff, identities))
        decisions = untrusted.json(raw, Decisions) if raw is not None else None
    except FileNotFoundError:
        return Decisions()
    except (OSError, SealError, msgspec.DecodeError) as error:
        raise _damage(home) from error
    if decisions is None:
        raise _damage(home)
    return decisions


def digest_of(home: Home, identities: str) -> str | None:
    """Return by what the desk knows decisions again; None where there are none, empty for no desk's."""
    try:
        decisions = decisions_of(home, identities)
    except DamageError:
        return ""
    return digest(decisions) if decisions.number else None


def digest(decisions: Decisions) -> str:
    """Return by what the desk knows decisions again, however they are sealed."""
    return mac.value_digest(decisions)


def page_is_ours(home: Home, identities: str) -> bool:
    """Tell whether customers read what a desk published, and nothing where none did."""
    with suppress(DamageError, OSError, UnicodeDecodeError):
        published = decisions_of(home, identities).published
        if not home.you_said.exists():
            return not published
        return untrusted.read(home.you_said, MOST_BYTES).decode() == published
    return False


def said_by_question(book: Book) -> dict[tuple[str, int], dict[Asked, list[Comment]]]:
    """Return the comments by pack and version, the newest version first, and then by what they answer.

    Those that only choose a point of the closing scale are there only where nobody wrote about the whole.
    """
    versions = sorted({(one.pack, -one.pack_version) for one in book.comments})
    found: dict[tuple[str, int], dict[Asked, list[Comment]]] = {}
    for pack, version in versions:
        said = book.of_version(pack, -version)
        has_words = any(one.text for one in said if not one.question)
        by_question = found.setdefault((pack, -version), {})
        for one in sorted(said, key=lambda one: (one.question, one.ask)):
            if one.text or one.question or not has_words:
                by_question.setdefault((one.question, one.ask), []).append(one)
    return found


def says(book: Book, comment: Comment) -> str:
    """Return where a comment stands, in words."""
    theme = book.decisions.theme_of(comment)
    return f"“{theme.title}”, {WORDS[theme.decision]}" if theme else "no theme yet"


# -- deciding


def new_theme(title: str, said: Iterable[Comment] = ()) -> Theme:
    """Return a theme with some comments under it. Raises DeskError for an empty title."""
    words = written_line(title, LINE)
    if not words:
        raise DeskError("Enter what was said, in the group's own words.")
    return Theme(id=secrets.token_hex(4), title=words, comments=tuple(one.id for one in said))


def decided(theme: Theme, decision: Decision, answer: str) -> Theme:
    """Return a theme with a decision. Raises DeskError where that takes a sentence and there is none."""
    words = written_line(answer, LINE)
    if decision != "open" and not words:
        raise DeskError(
            "Enter one sentence: what was changed, why it was kept, or when you look at it again."
        )
    return msgspec.structs.replace(theme, decision=decision, answer=words if decision != "open" else "")


def keep(
    home: Home, identities: str, change: Callable[[Decisions], Decisions], *, disk: Disk = DISK
) -> Decisions:
    """Change what was decided, and return it. Raises DamageError, DeskError where it could not be kept."""
    file, now = home.comments / FILE, identities.split("\n", 1)[0]
    with explaining(DeskError, "Nothing was changed.", file):
        durable.make_folders(home.comments, disk=disk)
        with alone(home.comments):
            before = decisions_of(home, identities)
            after = change(before)
            if after == before:
                return before
            after = msgspec.structs.replace(after, number=before.number + 1)
            try:
                msgspec.convert(msgspec.to_builtins(after), Decisions)
            except msgspec.ValidationError as error:  # the next one to read it would take it for damaged
                raise DeskError("That is more than can be kept. Nothing was changed. Choose less.") from error
            durable.replace(file, VOUCHED.sealed(msgspec.json.encode(after), now), disk=disk)
    return after


# -- telling customers


def page_of(themes: Iterable[Theme], said: Iterable[Comment], now: datetime) -> str:
    """Return what customers are to read of some themes, as plain text: a paragraph for each.

    Raises DeskError where one of them is open still, or repeats a comment.
    """
    every, parts = tuple(said), [f"{english(TITLE)}\n{on_day(now)}"]
    for theme in themes:
        if theme.decision == "open":
            raise DeskError(f"“{theme.title}” has no decision yet.")
        require_own_words(theme.title, every)
        require_own_words(theme.answer, every)
        told = (SAID, theme.title), (DID[theme.decision], theme.answer)
        parts.append("\n".join(english(frame).format(words=_line(text)) for frame, text in told))
    return "".join(f"{part}\n\n" for part in parts).rstrip("\n") + "\n"


def publish(home: Home, identities: str, page: str, *, disk: Disk = DISK) -> Decisions:
    """Let customers read a page from now on; an empty one takes back what they could read.

    Raises as `keep` does. It is written down before: what stands there meanwhile is told at an unlock.
    """
    after = keep(home, identities, lambda before: msgspec.structs.replace(before, published=page), disk=disk)
    with explaining(DeskError, "Customers read what they read before.", home.you_said):
        if page:
            durable.replace(home.you_said, page.encode(), disk=disk)
        elif home.you_said.exists():
            durable.remove(home.you_said, disk=disk)
    return after


# -- putting away


def sweep(home: Home, identities: str, days: int, now: datetime, *, disk: Disk = DISK) -> int:
    """Delete the comments whose time is over, and return how many. Lets OSError through.

    One is kept for `days` from the start of its week, and for that week at least. What does not open is left
    to the kiosk, which deletes it without a key. A week that is still to come was a wrong clock's.
    """
    if not home.comments.is_dir():
        return 0
    kept, unread, gone = dict[str, bytes](), list[bytes](), set[str]()
    week = comments.week_of(now)
    with alone(home.comments):
        box, older = home.comments / BOX, home.comments / OLDER
        for sealed in (*comments.sealed_in(box), *comments.sealed_in(older)):
            comment = _opened(sealed, identities)
            if comment is None:
                unread.append(sealed)
            elif comment.monday > day_of(now):
                dated = msgspec.structs.replace(comment, week=week)
                kept[comment.id] = comments.sealed_for(dated, recipient_of(identities))
            elif comment.monday + timedelta(days=max(days, 7)) <= day_of(now):
                gone.add(comment.id)
            else:
                kept[comment.id] = sealed
        comments.write(box, kept.values(), comments.monday_of(now), disk=disk)
        if unread or older.exists():
            comments.write(older, unread, comments.monday_of(now), disk=disk)
    return len(gone)


def _published(library: Library, pack_id: str, number: int) -> Pack | None:
    with suppress(PackError, EntryError):
        return library.version(pack_id, number)
    return None


def _in_words_of(pack: Pack | None, comment: Comment) -> Comment:
    """Return a comment with the words that its version asked: anybody could write others beside it."""
    if pack is None:
        return comment
    labels = {point.value: point.label for point in pack.closing.feedback.points}
    return msgspec.structs.replace(
        comment,
        ask=comments.asked_by(pack, comment.question, comment.text) or comment.ask,
        rated=labels.get(comment.rating, comment.rated) if comment.rating is not None else "",
    )


def _opened(sealed: bytes, identities: str) -> Comment | None:
    try:
        return untrusted.json(seal.open_sealed(sealed, identities), Comment)
    except (SealError, msgspec.DecodeError):
        return None


def _line(text: str) -> str:
    return one_line(text, LINE)


def _damage(home: Home) -> DamageError:
    return DamageError(
        f"{home.comments / FILE} cannot be read, or no desk of this venue made it. Restore a backup, or "
        "delete that file: then no comment has a theme."
    )
