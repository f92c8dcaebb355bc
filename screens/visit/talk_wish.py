"""The wish to talk to somebody: asked for, and told what happens with it."""

from collections.abc import Awaitable, Callable

from screens.i18n import _
from screens.visit.stage import VisitStage
from screens.widgets.choose_screen import ChooseScreen, MenuOption, MenuScreen
from screens.widgets.keys import MENU, TO_LANGUAGES

TALK = _("Talk to someone")
NO_TALK = _("I do not want to talk")
ASKED = _("You asked to talk to someone.")
UNSEEN = _("Staff see that you want to talk once you save.")
"""As long as it is not saved."""
FIRST = _("Staff see the name of your answers first on their list, until you have talked.")


YES = _("Yes, I want to talk")
TAKEN_BACK = _("This is taken back")


async def talk_or_speak(
    stage: VisitStage, talk: Callable[[VisitStage], Awaitable[None]] | None = None
) -> None:
    """Ask whether somebody wants to talk; where they can choose among languages, offer that as well."""
    if len(stage.languages) > 1:
        wish = NO_TALK if stage.visit.talk else TALK
        options = MenuOption("talk", wish), MenuOption("language", TO_LANGUAGES)
        chosen = await stage.show(lambda: MenuScreen(MENU.label, (), options)) or ()
        if "language" in chosen:
            await stage.choose_language()
        if "talk" not in chosen:
            return
    await (talk or ask_or_take_back)(stage)


async def keep_or_take_back(stage: VisitStage) -> None:
    """Ask whether somebody wants to talk; who asked already may take that back, and Enter keeps it."""
    if stage.visit.talk:
        options = MenuOption("keep", YES), MenuOption("take back", NO_TALK)
        chosen = await stage.show(lambda: ChooseScreen(TALK, (ASKED,), options, chosen=("keep",)))
        if "take back" not in (chosen or ()):
            return
    await ask_or_take_back(stage)


async def ask_or_take_back(stage: VisitStage) -> None:
    """Ask whether somebody wants to talk; or take that back where they asked, and say so."""
    visit = stage.visit
    if not visit.talk:
        visit.talk = await wants_to_talk(stage, saved=False)
        return
    visit.talk = False
    seen, unseen = (
        _("Staff see it on their list until you save."),
        _("Staff do not see that you want to talk."),
    )
    await stage.tell(TAKEN_BACK, seen if visit.asked else unseen)


async def wants_to_talk(stage: VisitStage, *, saved: bool) -> bool:
    """Ask whether somebody wants to talk; `saved` says that their answers are saved already."""
    before = (
        _("Your answers have a name of two words. Once you save, staff see that name on a list."),
        _("If you leave without saving, staff do not see it. You can also ask on the Welcome page."),
    )
    after = (
        _("Staff see the name of your answers on a list."),
        _("You can also show the name to a member of staff."),
    )
    return await stage.asks(
        _("Do you want to talk to someone?"),
        *(after if saved else before),
        stage.session.settings.told("read"),
        help_now(stage),
        on=YES,
        back=_("No"),
    )


def what_happens(stage: VisitStage, first: str = FIRST) -> tuple[str, ...]:
    """Return what happens with the wish, once it is saved; `first` says where staff see it."""
    settings = stage.session.settings
    return (ASKED, first, settings.told("read"), _("You can take this back with your code."), help_now(stage))


def help_now(stage: VisitStage) -> str:
    """Return where to get help now."""
    return _("For help now: {help}").format(help=stage.session.settings.told("help"))
