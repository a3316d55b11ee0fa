"""The blueprint of spreadsheets in and out, its refusals, and the table that an address names."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from matchmaker.store.exchange import ImportFile
from matchmaker.web.refusals import SENTENCES

bp = Blueprint("exchange", __name__)
SENTENCES.update(
    {
        "empty-file": _l("The file is empty."),
        "no-rows": _l("There are headings, but no rows under them."),
        "not-a-spreadsheet": _l(
            "This is neither CSV nor XLSX. Open it where it was made and save it as XLSX."
        ),
        "web-page": _l(
            "This is a web page under a spreadsheet's name. Open it and save it as XLSX."
        ),
        "encrypted-sheet": _l("The workbook is protected by a password. Save a copy without one."),
        "broken-sheet": _l(
            "The workbook is damaged or of a kind we cannot read. Save it anew as XLSX or CSV."
        ),
        "broken-text": _l("Line %(line)s holds damaged letters. Save the file anew."),
        "unreadable-text": _l(
            "The text cannot be read: a quotation mark is never closed, or the encoding is unknown."
            " Save it as “CSV UTF-8” or as XLSX."
        ),
        "sheet-too-large": _l(
            "At most %(rows)s rows and %(columns)s columns can be read at once; split the file."
        ),
        "cell-too-long": _l("Row %(row)s has a cell of %(length)s characters; %(limit)s fit."),
        "no-such-sheet": _l("The workbook has no visible sheet of this name."),
        "column-twice": _l("Two headings cannot both become the same column."),
        "bad-mapping": _l("The mapping could not be understood. Please choose again."),
        "taken-already": _l("This table was imported already; please send it anew."),
        "file-is-gone": _l("The table was thrown away before it was imported."),
        "import-refused": _l(
            "Nothing was imported, because some rows need attention. Look at the table again."
        ),
        "no-such-cell": _l("The table has no such cell. Please look at it again."),
        "too-many-fixes": _l(
            "At most %(most)s corrections can be kept here. Mend the spreadsheet and send it again."
        ),
        "no-import-to-undo": _l("There is nothing to take back."),
        "undo-too-late": _l("An import can be taken back for an hour; that hour is over."),
        "built-on-import": _l(
            "This import cannot be taken back: something was built on it, such as a newer version,"
            " a review, a wish or a ranking. Withdraw single entries instead."
        ),
    }
)


def sent_file(values: dict[str, Any]) -> ImportFile | None:
    """Return the table of an address, if it was sent to this roadshow."""
    query = select(ImportFile).where(
        ImportFile.roadshow_id == g.roadshow.id, ImportFile.id == values.pop("file_id")
    )
    found: ImportFile | None = g.session.scalars(query).first()
    return found
