"""Excel workbooks: written row by row, read with every cell as plain text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from matchmaker.core.refusal import Refusal
from matchmaker.documents.safe import Cell, clean, is_risky, plain
from matchmaker.documents.unseen import Unseen, column_number, unseen

CELL_LIMIT = 32_767  # characters a cell of Excel can hold
UNPACKED_LIMIT = 200_000_000  # bytes; a workbook of 20,000 full rows unpacks to about 40 MB
_CHUNK = 1 << 20  # bytes
_WIDE = 60  # characters; wider columns wrap
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*[^/]>')
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a workbook to write."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it was read: its name, the visible sheets' names, and cells as text.

    A cell without a value has the error or the formula that stands in its place.
    """

    name: str
    names: tuple[str, ...]
    rows: list[list[str]]
    unseen: Unseen = field(default_factory=Unseen)


def write_xlsx(pages: Sequence[Page], *, title: str = "", made_at: datetime | None = None) -> bytes:
    """Return a workbook: bold frozen headings, a filter, text as text whatever it begins with."""
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": clean(title), "created": made_at or datetime(2000, 1, 1)})  # noqa: DTZ001 -- a workbook knows no zone
        styles = _styles(book)
        taken: set[str] = set()
        for page in pages:
            _write_page(book.add_worksheet(_sheet_name(page.name, taken)), page, styles)
    return buffer.getvalue()


def read_xlsx(content: bytes, sheet: str | None = None, *, rows: int, columns: int) -> Grid:
    """Return the named sheet, or the first visible one that holds anything.

    Refuses what is encrypted, broken, or larger than ``rows`` x ``columns`` filled cells.
    """
    _refuse_encrypted(content)
    if content.startswith(b"PK"):
        _refuse_bomb(content, rows, columns)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = _visible(book)
        grid = _with_failures(_read_named(book, names, sheet, rows, columns), content)
    except Refusal:
        raise
    except PasswordError as error:
        raise _encrypted() from error
    except (CalamineError, OSError, ValueError, OverflowError, zipfile.BadZipFile) as error:
        raise _broken() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _broken() from error
    return grid


def _styles(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "guarded": book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        "number": book.add_format({"valign": "top", "num_format": "#,##0.##########"}),
        "whole": book.add_format({"valign": "top", "num_format": "#,##0"}),
        "day": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"}),
    }


def _write_page(sheet: Any, page: Page, styles: dict[str, Any]) -> None:
    rows = [tuple(row) for row in page.rows]
    for column, width in enumerate(_widths(page.headings, rows)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, heading in enumerate(page.headings):
        sheet.write_string(0, column, clean(heading)[:CELL_LIMIT], styles["head"])
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, styles)
    if page.headings:
        sheet.autofilter(0, 0, max(len(rows), 1), len(page.headings) - 1)


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, styles: dict[str, Any]) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), styles["moment"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, styles["day"])
    else:
        value = plain(cell)
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, styles["text"])
        elif isinstance(value, int) and abs(value) < 10**15:
            sheet.write_number(row, column, value, styles["whole"])
        elif isinstance(value, float):
            sheet.write_number(row, column, value, styles["number"])
        elif value is not None and value != "":
            text = clean(str(value))[:CELL_LIMIT]
            sheet.write_string(row, column, text, styles["guarded" if is_risky(text) else "text"])


def _widths(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[float]:
    widths = [_breadth(heading) + 4 for heading in headings]
    for row in rows[:500]:
        for column, cell in enumerate(row[: len(widths)]):
            longest = max((_breadth(line) for line in str(cell or "").split("\n")), default=0)
            widths[column] = max(widths[column], longest + 2)
    return [float(min(width, _WIDE)) for width in widths]


def _breadth(text: str) -> int:
    return sum(2 if letter >= "\u2e80" else 1 for letter in text)


def _sheet_name(name: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\]", " ", clean(name)).replace("\n", " ").strip(" '")[:28] or "Sheet"
    base = base + "_" if base.casefold() == "history" else base
    found, number = base, 2
    while found.casefold() in taken:
        found, number = f"{base} {number}", number + 1
    taken.add(found.casefold())
    return found


def _visible(book: CalamineWorkbook) -> list[str]:
    shown = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    return shown or [
        sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet
    ]


def _read_named(
    book: CalamineWorkbook, names: list[str], wanted: str | None, rows: int, columns: int
) -> Grid:
    if wanted is not None and wanted not in names:
        raise Refusal(
            "no-such-sheet",
            hint=f"The workbook has no visible sheet named “{wanted}”.",
            sheet=wanted,
            sheets=names,
        )
    for name in [wanted] if wanted is not None else names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_width > columns or sheet.total_height > rows + 1000:
            raise too_large(rows, columns)
        cells = _cells(sheet)
        if cells or wanted is not None:
            return Grid(name, tuple(names), cells)
    return Grid(names[0] if names else "", tuple(names), [])


def _with_failures(grid: Grid, content: bytes) -> Grid:
    found = unseen(content, grid.name)
    width = max(map(len, grid.rows), default=0)
    for (row, column), text in {**found.failed, **found.uncounted}.items():
        if row <= len(grid.rows) and column < width and not grid.rows[row - 1][column]:
            grid.rows[row - 1][column] = text
    return replace(grid, unseen=found)


def _cells(sheet: CalamineSheet) -> list[list[str]]:
    grid = [[as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        for row in range(top + 1, min(bottom + 1, len(grid))):
            if left < len(grid[row]) and not grid[row][left]:
                grid[row][left] = grid[top][left]
    return grid if any(any(row) for row in grid) else []


def as_text(cell: Any) -> str:
    """Return a cell's content as a person would type it; whole numbers without a fraction."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else repr(cell)
    if isinstance(cell, datetime):
        if cell.time() == time(0):
            return cell.date().isoformat()
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def too_large(rows: int, columns: int) -> Refusal:
    return Refusal(
        "sheet-too-large",
        hint=f"At most {rows:,} rows and {columns} columns can be read at once; split the file.",
        rows=rows,
        columns=columns,
    )


def _refuse_encrypted(content: bytes) -> None:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise _encrypted()


def _encrypted() -> Refusal:
    return Refusal(
        "encrypted-sheet",
        hint="The workbook is protected by a password. Save a copy without one.",
    )


def _broken() -> Refusal:
    return Refusal(
        "broken-sheet",
        hint="The workbook is damaged or of a kind we cannot read. Save it anew as XLSX or CSV.",
    )


def _refuse_bomb(content: bytes, rows: int, columns: int) -> None:
    """Unpack every part with a budget, believing no declared size; look at how far cells reach."""
    budget = UNPACKED_LIMIT
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > 2000:
                raise too_large(rows, columns)
            for part in parts:
                part.file_size = budget + 2 * _CHUNK  # so that the budget is met first
                is_sheet = part.filename.startswith("xl/worksheets/")
                budget -= _unpack(archive, part, budget, rows, columns, is_sheet=is_sheet)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _broken() from error
    except zlib.error as error:
        raise _broken() from error


def _unpack(
    archive: zipfile.ZipFile,
    part: zipfile.ZipInfo,
    budget: int,
    rows: int,
    columns: int,
    *,
    is_sheet: bool,
) -> int:
    size, rest = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > budget:
                raise too_large(rows, columns)
            if is_sheet:
                _refuse_far_cells(rest + chunk, rows, columns)
                rest = chunk[-200:]
    return size


def _refuse_far_cells(xml: bytes, rows: int, columns: int) -> None:
    for letters, digits in set(_CELL.findall(xml)):
        if int(digits) > rows + 1000 or column_number(letters) > columns:
            raise too_large(rows, columns)
