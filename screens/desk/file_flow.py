"""Writing a file at the desk: on which disk, under which name."""

from collections.abc import Callable, Iterator
from functools import partial

from kiosk.desk.exports.destinations import Destination, Places, Target, file_name
from kiosk.desk.exports.files import require_free
from kiosk.os_errors import size
from screens.desk.flow import UnlockedFlow
from screens.i18n import _
from screens.widgets.choose_screen import MenuOption

READ_ONLY = _("{name} is plugged in but read-only, so nothing can be written to it.")


class FileFlow(UnlockedFlow):
    """Asks where a file may go to, and writes it there."""

    async def _to_file(self, suggested: str, ending: str, write: Callable[[Target], str]) -> bool:
        """Ask where to, until it is written there, and tell what `write` says. False where one goes back."""
        places = self._stage.places
        while (place := await self._place(places)) is not None:
            if await self._named(places, place, suggested, ending, write):
                return True
        return False

    async def _place(self, places: Places) -> Destination | None:
        """Ask for one of the disks and folders that are there; None where one goes back."""
        while not (offered := await self._at_once(places.offered)):
            again = await self._asks(
                _("There is no disk to write to"),
                *_none(places),
                on=_("Look again"),
                back=_("Go back"),
                long=True,
            )
            if not again:
                return None
        labels = {
            str(number): _("{name}, {room} free").format(name=place.name, room=size(place.free))
            for number, place in enumerate(offered)
        }
        chosen = await self._choose(
            _("Where to?"),
            (MenuOption(number, label) for number, label in labels.items()),
            lines=tuple(_read_only(places)),
        )
        return None if chosen is None else offered[int(chosen)]

    async def _named(
        self, places: Places, place: Destination, suggested: str, ending: str, write: Callable[[Target], str]
    ) -> bool:
        """Ask for the name, until the file is written."""

        async def save(typed: str) -> str:
            return await self._stage.meanwhile(
                _("Writing the file."), partial(_write, places, place, typed, ending, write)
            )

        said = await self._line_until(
            save,
            _("Export it to a file"),
            _("The name of the file"),
            lines=(_("It will be saved on {name}.").format(name=place.name),),
            text=suggested,
            needed=_("Enter the name of the file."),
        )
        if said is None:
            return False
        await self._tell(_("The file is saved"), said)
        return True


def _write(
    places: Places, place: Destination, typed: str, ending: str, write: Callable[[Target], str]
) -> str:
    target = Target(places, place.folder, (), file_name(typed, ending))
    require_free(target)
    return write(target)


def _none(places: Places) -> Iterator[str]:
    """Yield what to do where a file can go nowhere now."""
    yield from _read_only(places)
    if places.export.removable:
        yield _("Plug in a removable disk, such as a USB stick. It may take a moment until it can be used.")
    if places.export.folders:
        folders = ", ".join(places.export.folders)
        yield _("The settings allow these folders, but they do not exist: {folders}.").format(folders=folders)
    if not (places.export.removable or places.export.folders):
        yield _("The settings do not allow files anywhere.")
    yield _("The person who looks after this machine can allow a folder in kiosk.toml.")


def _read_only(places: Places) -> Iterator[str]:
    for name in places.read_only():
        yield READ_ONLY.format(name=name)
