"""The forms in which one entry can leave the kiosk."""

from datetime import datetime
from typing import Literal

from kiosk.entry.opened import Opened

Format = Literal["pdf", "markdown", "json", "csv"]
FORMATS: dict[Format, str] = {"pdf": ".pdf", "markdown": ".md", "json": ".json", "csv": ".csv"}
"""Each form, and how the name of its file ends."""


def exported(opened: Opened, form: Format, now: datetime, venue: str) -> bytes:
    """Return an entry in one of the forms. `venue` is the venue's name, which stands on paper.

    What its customer kept back is not in it, unless it was revealed. Note the export first
    (`kiosk.desk.desk.Desk.note`), and write it with `kiosk.desk.exports.files.write`.
    """
    match form:
        case "pdf":
            from kiosk.desk.exports.pdf import pdf_of

            return pdf_of(opened, now, venue)
        case "markdown":
            from kiosk.desk.exports.markdown import markdown_of

            return markdown_of(opened)
        case "json":
            from kiosk.desk.exports.json import json_of

            return json_of(opened)
        case "csv":
            from kiosk.desk.exports.csv import csv_of

            return csv_of((opened,))
