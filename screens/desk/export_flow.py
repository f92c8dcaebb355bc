"""What leaves the desk of an entry: a file, or paper."""

from functools import partial

from kiosk.desk import access_pack
from kiosk.desk.exports import files
from kiosk.desk.exports.destinations import Target
from kiosk.desk.exports.formats import FORMATS, Format, exported
from kiosk.desk.exports.pdf import pdf_of
from kiosk.devices.printer import TO_DO
from kiosk.entry.handout import handout
from kiosk.entry.opened import Opened
from screens.desk.file_flow import FileFlow
from screens.i18n import _
from screens.stage import UNFINISHED
from screens.widgets.choose_screen import MenuOption

FORMS: dict[Format, str] = {
    "pdf": _("A page to print (PDF)"),
    "markdown": _("Text (Markdown)"),
    "csv": _("A table (CSV)"),
    "json": _("For programs (JSON)"),
}


class ExportFlow(FileFlow):
    """Writes an entry to a file, or prints what its customer takes along."""

    async def export(self, opened: Opened) -> None:
        """Ask in which form and where to, until it is written or one goes back."""
        while True:
            chosen = await self._choose(
                _("Export it to a file"),
                (MenuOption(form, FORMS[form]) for form in FORMATS),
                lines=(_("A file is not encrypted: anyone who has it can read it."),),
                chosen=("pdf",),
            )
            form = next((form for form in FORMATS if form == chosen), None)
            if form is None:
                return
            suggested = files.suggested(opened, FORMATS[form])
            if await self._to_file(suggested, FORMATS[form], partial(self._write, opened, form)):
                return

    def _write(self, opened: Opened, form: Format, target: Target) -> str:
        venue = self._stage.session.settings.venue.name
        data = exported(opened, form, self._stage.now(), venue)
        return files.write(target, data, partial(self._desk.note, "exported", opened.row, form))

    async def access_pack(self, opened: Opened) -> None:
        """Write everything held on an entry to two files of one name."""
        write = partial(self._write_pack, opened)
        await self._to_file(files.suggested(opened, "-access-pack.pdf"), ".pdf", write)

    def _write_pack(self, opened: Opened, target: Target) -> str:
        venue = self._stage.session.settings.venue.name
        return access_pack.write(self._desk, opened, target, venue, self._stage.now())

    async def print(self, opened: Opened) -> None:
        """Print My page and the plan, as far as there is one, and without what is kept back."""
        venue = self._stage.session.settings.venue.name
        pages = partial(pdf_of, opened, self._stage.now(), venue, answers=False)
        slip = handout(opened, pages)
        if slip is None:
            await self._tell(_("There is nothing to print"), _("My page is empty, and there is no plan yet."))
            return

        begun = partial(self._desk.note, "printed", opened.row, "My page and the plan")
        while (error := await self._stage.print(slip, begun)) is not None:
            if not await self._asks(
                UNFINISHED,
                TO_DO[error.trouble],
                _("For whoever looks after this machine: {why}").format(why=error),
                on=_("Try again"),
                back=_("Do not print"),
                long=True,
            ):
                return
        await self._tell(_("It is printed"), _("Take the paper from the printer now. Others may see it."))
