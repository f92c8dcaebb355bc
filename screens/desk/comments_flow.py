"""Comments at the desk: read by question, put under themes, decided on, and told of at Welcome."""

from collections.abc import Callable, Sequence
from functools import partial

from msgspec import structs

from kiosk.desk import comment_book
from kiosk.desk.audit.audit_log import Did
from kiosk.desk.comment_book import WORDS, Asked, Book, Decision, Decisions, Theme
from kiosk.desk.exports import files
from kiosk.desk.exports.destinations import Target
from kiosk.desk.exports.notice import notice_pdf
from kiosk.desk.quoting import require_own_words
from kiosk.errors import KioskError
from kiosk.text import counted, one_line
from kiosk.visit import you_said
from kiosk.visit.comments import Comment
from kiosk.visit.you_said import paragraphs
from screens.desk.comments_screen import CommentsScreen
from screens.desk.file_flow import FileFlow
from screens.i18n import _
from screens.widgets.choose_screen import MenuOption
from screens.widgets.page import PageResult

TITLE = _("Comments on the questions")
SHOWN = 40
"""So many comments are on one page, those without a decision first."""
WIDE = 60
"""Columns of a comment, or a theme, where one chooses among them."""
_NEW, _WORDS, _REMOVE = "new", "words", "remove"
_OWN = _("Customers may read this. Never copy a comment's own words.")
_DECISIONS: dict[Decision, tuple[str, str]] = {
    "changed": (_("We changed it"), _("What did you change? One sentence")),
    "kept": (_("We keep it as it is"), _("Why do you keep it? One sentence")),
    "later": (_("Later"), _("When do you look at it again? One sentence")),
    "open": (_("Not decided yet"), ""),
}


class CommentsFlow(FileFlow):
    """Walks a member of staff through what customers said of the questions."""

    async def run(self) -> None:
        """Offer what can be done, until one leaves. Raises KioskError."""
        self._desk.note("read comments")
        while True:
            book = await self._read()
            said = [one for one in book.comments if one.text]
            waiting = sum(book.state_of(one) in (None, "open") for one in said)
            lines: list[str] = [_("{said}, {waiting} without a decision.").format(
                said=counted(len(said), _("comment"), _("comments")), waiting=waiting
            )]  # fmt: skip
            if book.doubt:
                lines.append(book.doubt)
            if book.unread:
                lines.append(_("Comments that cannot be read: {count}.").format(count=book.unread))
            options = (
                MenuOption("questions", _("Read comments by question")),
                MenuOption("themes", _("Themes and decisions")),
                MenuOption("tell", _("You said, we did")),
            )
            match await self._choose(TITLE, options, lines=tuple(lines)):
                case "questions":
                    await self._by_question(book)
                case "themes":
                    await self._themes()
                case "tell":
                    await self._tell_customers(book)
                case _:
                    return

    async def _read(self) -> Book:
        return await self._at_once(partial(comment_book.read, self._stage.home, self._desk.identity))

    # -- by question

    async def _by_question(self, book: Book) -> None:
        groups = {
            f"{number}": (pack, version, asked)
            for number, (pack, version, asked) in enumerate(
                (*of, asked)
                for of, by_question in comment_book.said_by_question(book).items()
                for asked in by_question
            )
        }
        if not groups:
            await self._tell(TITLE, _("There are no comments yet."))
            return
        while True:
            options = [MenuOption(id_, _label(book, *group)) for id_, group in groups.items()]
            chosen = await self._choose(_("Which question?"), options)
            if chosen is None:
                return
            while (shown := await self._question(book, *groups[chosen])) is not None:
                await self._put_under(book, shown)
                book = await self._read()

    async def _question(self, book: Book, pack: str, version: int, asked: Asked) -> list[Comment] | None:
        """Show what was said; return it where it is to be put under a theme, None where one goes back."""
        of_version = book.of_version(pack, version)
        question, ask = asked
        every = (one for one in of_version if one.text and (one.question, one.ask) == asked)
        said = sorted(every, key=lambda one: _order(book, one))
        rated = () if question else comment_book.ratings(of_version)
        points = ", ".join(f"{one.label} {one.times}" for one in rated)
        scale = (_("Closing scale: {points}").format(points=points),) if rated else ()
        page = CommentsScreen(
            _("Comments"),
            [ask, *scale],
            [(one.text, comment_book.says(book, one)) for one in said[:SHOWN]],
            does=_("Put under a theme"),
            place=_("version {version}").format(version=version),
            rest=_rest(len(said)),
        )
        return said if await self._show(page) is PageResult.ON else None

    async def _put_under(self, book: Book, said: Sequence[Comment]) -> None:
        """Ask which comments belong together, and under which theme."""
        picked = said
        if len(said) > 1:
            options = [MenuOption(one.id, _short(one.text)) for one in said]
            chosen_ids = await self._choose_several(_("Which of these belong together?"), options)
            picked = [one for one in said if one.id in chosen_ids]
        themes = {theme.id: theme for theme in book.decisions.themes}
        if not picked:
            return
        options = [
            MenuOption(_NEW, _("A new theme")),
            *(MenuOption(id_, _short(theme.title)) for id_, theme in themes.items()),
        ]
        chosen = await self._choose(_("Under which theme?"), options) if themes else _NEW
        if chosen is None:
            return
        if chosen in themes:
            ids = tuple(one.id for one in picked)
            await self._change(
                "put comments under a theme",
                themes[chosen].title,
                lambda before: before.with_theme(_with_more(before.theme(chosen), ids)),
            )
        else:
            await self._new_theme(picked, book.comments)

    async def _new_theme(self, picked: Sequence[Comment], said: Sequence[Comment]) -> None:
        async def keep(typed: str) -> Decisions:
            theme = comment_book.new_theme(typed, picked)
            require_own_words(theme.title, said)
            return await self._change(
                "put comments under a theme", theme.title, lambda before: before.with_theme(theme)
            )

        await self._line_until(keep, _("A new theme"), _("What was said, in your own words"), lines=(_OWN,))

    # -- themes

    async def _themes(self) -> None:
        while True:
            book = await self._read()
            themes = {theme.id: theme for theme in book.decisions.themes}
            if not themes:
                await self._tell(
                    _("Themes and decisions"),
                    _("There are no themes yet. Read comments by question, and put them under one with F2."),
                )
                return
            options = [
                MenuOption(id_, f"{_short(theme.title)}: {WORDS[theme.decision]}")
                for id_, theme in themes.items()
            ]
            chosen = await self._choose(_("Themes and decisions"), options)
            if chosen is None:
                return
            await self._theme(book, themes[chosen])

    async def _theme(self, book: Book, theme: Theme) -> None:
        """Show a theme, and do with it what is asked."""
        said = [one for one in book.comments if one.text and one.id in theme.comments]
        answer = f": {theme.answer}" if theme.answer else ""
        page = CommentsScreen(
            _("A theme"),
            [theme.title, f"{WORDS[theme.decision].capitalize()}{answer}"],
            [(one.text, one.ask) for one in said[:SHOWN]],
            does=_("Decide"),
            place=counted(len(said), _("comment"), _("comments")),
            rest=_rest(len(said)),
        )
        if await self._show(page) is PageResult.BACK:
            return
        options = [
            *(MenuOption(decision, label) for decision, (label, _asks) in _DECISIONS.items()),
            MenuOption(_WORDS, _("Change its words")),
            MenuOption(_REMOVE, _("Remove this theme")),
        ]
        chosen = await self._choose(_short(theme.title), options, chosen=(theme.decision,))
        if chosen == _REMOVE:
            await self._change(
                "put comments under a theme", theme.title, lambda before: before.without(theme.id)
            )
        elif chosen == "open":
            await self._decide(theme, "open", "")
        elif chosen is not None:
            await self._write(theme, chosen, book.comments)

    async def _write(self, theme: Theme, chosen: str, said: Sequence[Comment]) -> None:
        """Ask for the words of a theme, or of what was decided."""

        async def keep(typed: str) -> Decisions:
            require_own_words(typed, said)
            for decision in _DECISIONS:
                if decision == chosen:
                    return await self._decide(theme, decision, typed)
            title = comment_book.new_theme(typed).title
            return await self._change(
                "put comments under a theme",
                title,
                lambda before: before.with_theme(structs.replace(before.theme(theme.id), title=title)),
            )

        asks = next((asks for one, (_label, asks) in _DECISIONS.items() if one == chosen), "")
        text = theme.title if chosen == _WORDS else theme.answer
        label = asks or _("What was said, in your own words")
        await self._line_until(keep, _short(theme.title), label, lines=(_OWN,), text=text)

    async def _decide(self, theme: Theme, decision: Decision, answer: str) -> Decisions:
        return await self._change(
            "decided on comments",
            f"{theme.title}: {WORDS[decision]}",
            lambda before: before.with_theme(comment_book.decided(before.theme(theme.id), decision, answer)),
        )

    async def _change(self, did: Did, detail: str, change: Callable[[Decisions], Decisions]) -> Decisions:
        """Note it, and change what was decided. Raises KioskError."""

        def keep() -> Decisions:
            self._desk.note(did, detail=detail)
            after = comment_book.keep(self._stage.home, self._desk.identity, change)
            self._desk.remember(decisions=comment_book.digest(after))
            return after

        return await self._at_once(keep)

    # -- telling customers

    async def _tell_customers(self, book: Book) -> None:
        decided = {theme.id: theme for theme in book.decisions.themes if theme.decision != "open"}
        is_there = bool(book.decisions.published)
        options = [
            *([MenuOption("publish", _("Look at it, then publish it"))] if decided else []),
            *([MenuOption("pdf", _("A PDF for the notice board"))] if is_there else []),
            *([MenuOption("back", _("Take it back from Welcome"))] if is_there else []),
        ]
        if not options:
            await self._tell(you_said.TITLE, _("There is nothing to tell yet. Decide on a theme first."))
            return
        stands = _("Customers can read it at Welcome.") if is_there else _("Nothing is published yet.")
        match await self._choose(you_said.TITLE, options, lines=(stands,)):
            case "publish":
                await self._publish(decided, book)
            case "pdf":
                await self._to_file("you-said.pdf", ".pdf", self._pdf)
            case "back":
                await self._keep_page("")
                await self._tell(you_said.TITLE, _("Customers no longer read it at Welcome."))

    async def _publish(self, decided: dict[str, Theme], book: Book) -> None:
        """Ask which themes, show what customers would read, and publish it where that is wanted."""
        newest_first = [MenuOption(id_, _short(theme.title)) for id_, theme in reversed(decided.items())]
        picked = await self._choose_several(_("What should customers read?"), newest_first, all_chosen=True)
        if not picked:
            return
        try:
            themes = [theme for id_, theme in decided.items() if id_ in picked]
            page = comment_book.page_of(themes, book.comments, self._stage.now())
        except KioskError as error:
            await self._tell(_("This cannot be published"), str(error))
            return
        look = page.rstrip("\n").split("\n\n")
        wanted = await self._asks(
            _("This is what customers would read. Publish it?"),
            *look,
            on=_("Publish it at Welcome"),
            back=_("Not now"),
            long=True,
        )
        if wanted:
            await self._keep_page(page)
            await self._tell(you_said.TITLE, _("Customers can read it at Welcome, with F6."))

    async def _keep_page(self, page: str) -> None:
        def keep() -> None:
            self._desk.note("published what was decided", detail="" if page else "taken back")
            after = comment_book.publish(self._stage.home, self._desk.identity, page)
            self._desk.remember(decisions=comment_book.digest(after))

        await self._at_once(keep)

    def _pdf(self, target: Target) -> str:
        venue = self._stage.session.settings.venue.name
        return files.write(target, notice_pdf(paragraphs(self._stage.home), venue, self._stage.now()))


def _order(book: Book, comment: Comment) -> int:
    return (None, "open", "later", "kept", "changed").index(book.state_of(comment))


def _label(book: Book, pack: str, version: int, asked: Asked) -> str:
    question, ask = asked
    said = [one for one in book.of_version(pack, version) if one.text and (one.question, one.ask) == asked]
    words, waiting = len(said), sum(book.state_of(one) in (None, "open") for one in said)
    name = _short(ask)
    if not question:
        name = _("The whole visit: {asks}").format(asks=name)
    return _("{name} ({words} in version {version}, {waiting} to decide)").format(
        name=name, words=words, version=version, waiting=waiting
    )


def _short(text: str) -> str:
    """Return the beginning of a text, in a line."""
    line = one_line(text, WIDE + 1)
    return line if len(line) <= WIDE else f"{line[:WIDE].rsplit(' ', 1)[0]} …"


def _rest(count: int) -> str:
    more = _("{count} more are not shown here. 'kiosk comments' shows all.")
    return more.format(count=count - SHOWN) if count > SHOWN else ""


def _with_more(theme: Theme, ids: tuple[str, ...]) -> Theme:
    return structs.replace(theme, comments=tuple(dict.fromkeys((*theme.comments, *ids))))
