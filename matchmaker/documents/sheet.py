"""A table that somebody sent: CSV or a workbook, read into headings and numbered rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import filetype

from matchmaker.core.refusal import Refusal
from matchmaker.documents.csvfile import read_csv
from matchmaker.documents.safe import clean, unguard
from matchmaker.documents.unseen import Unseen
from matchmaker.documents.xlsx import CELL_LIMIT, read_xlsx, too_large

MAX_ROWS = 20_000
MAX_COLUMNS = 300
MOST_LINES = 3 * MAX_ROWS  # of a text; some of them may be blank
_LONGEST_HEADING = 40  # characters; what is longer below a heading is content
_HEADING_DEPTH = 15  # rows; a title, a date and some blank lines may stand above the headings
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XLSX_PART = b"xl/worksheets/"
_XLSB_PART = b"xl/workbook.bin"
_MACRO_PART = b"xl/vbaProject.bin"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a table: its number in the file (from 1) and a cell for every heading.

    ``spilled`` holds what stands to the right of the last heading.
    """

    number: int
    cells: tuple[str, ...]
    spilled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its headings, its rows that hold anything, and how it was found.

    ``name`` is the sheet that was read and ``names`` every visible sheet (both empty for CSV);
    ``heading_row`` is the lowest line of the headings; ``notes`` are codes of what was set aside
    or joined: ``macros-ignored``, ``two-heading-rows``. ``hidden`` are headings of hidden columns
    and ``hidden_rows`` how many rows are hidden: both are read. ``uncounted`` are the cells, by row
    and heading, that hold a formula without a result.
    """

    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    name: str = ""
    names: tuple[str, ...] = ()
    heading_row: int = 1
    notes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    hidden_rows: int = 0
    uncounted: frozenset[tuple[int, str]] = frozenset()

    def column(self, heading: str) -> tuple[str, ...]:
        """Return the cells under a heading, from top to bottom."""
        place = self.headings.index(heading)
        return tuple(row.cells[place] for row in self.rows)


def read_sheet(content: bytes, filename: str = "", *, sheet: str | None = None) -> Sheet:
    """Read CSV (any usual encoding and separator) or a workbook (XLSX, XLSM, XLS).

    The kind is told from the bytes; the name only makes the refusal clearer. Refuses, each with
    a sentence for a person: nothing in it, no rows, no table, protected, damaged, too large.
    """
    if not content.strip(b"\0\r\n\t ,;\xef\xbb\xbf\xff\xfe"):
        raise Refusal("empty-file", hint="The file is empty.")
    if _is_workbook(content):
        grid = read_xlsx(content, sheet, rows=MAX_ROWS, columns=MAX_COLUMNS)
        notes = ("macros-ignored",) if _MACRO_PART in content else ()
        found = _table(grid.rows, name=grid.name, names=grid.names, notes=notes)
        return _with_unseen(found, grid.unseen)
    _refuse_other_kinds(content, filename)
    _, lines = read_csv(content, most=MOST_LINES)
    if len(lines) > MOST_LINES:
        raise too_large(MAX_ROWS, MAX_COLUMNS)
    return _table([[unguard(cell) for cell in line] for line in lines])


def from_text(text: str) -> Sheet:
    """Read what was pasted from a spreadsheet."""
    return read_sheet(text.encode(), "")


def _table(
    lines: Sequence[Sequence[str]],
    *,
    name: str = "",
    names: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Sheet:
    cells = [[clean(cell) for cell in line] for line in lines]
    filled = [number for number, line in enumerate(cells) if any(line)]
    if not filled:
        raise Refusal("empty-file", hint="The file is empty.")
    top = _heading_line(cells, filled[:_HEADING_DEPTH])
    groups = _group_line(cells, top)
    if groups is not None:
        top = groups + 1
        joined = _joined(cells[groups], cells[top])
        notes = (*notes, "two-heading-rows")
    else:
        joined = cells[top]
    headings = _headings(joined)
    if len(filled) - filled.index(top) - 1 > MAX_ROWS or len(headings) > MAX_COLUMNS:
        raise too_large(MAX_ROWS, MAX_COLUMNS)
    rows = tuple(_row(number, cells[number], len(headings)) for number in filled if number > top)
    if not rows:
        raise Refusal("no-rows", hint="There are headings, but no rows under them.")
    return Sheet(headings, rows, name, names, top + 1, notes)


def _with_unseen(sheet: Sheet, unseen: Unseen) -> Sheet:
    named = dict(enumerate(sheet.headings))
    return replace(
        sheet,
        hidden=tuple(name for place, name in named.items() if place in unseen.columns),
        hidden_rows=sum(row.number in unseen.rows for row in sheet.rows),
        uncounted=frozenset((row, named[at]) for row, at in unseen.uncounted if at in named),
    )


def _heading_line(cells: list[list[str]], candidates: list[int]) -> int:
    """Return the first line that is more than half as full as the fullest one."""
    fullness = {number: sum(map(bool, cells[number])) for number in candidates}
    fullest = max(fullness.values())
    return next(number for number in candidates if fullness[number] * 2 > fullest)


def _group_line(cells: list[list[str]], top: int) -> int | None:
    """Return the upper one of two lines of headings, or None where one line is all.

    A heading that spans several columns stands above the first of them; the line below it holds
    no figures and leaves out the columns that have their whole heading above, or repeats words.
    """
    for upper in (top - 1, top):
        if upper < 0 or upper + 2 >= len(cells):
            continue
        width = max(len(cells[upper]), len(cells[upper + 1]))
        if _are_headings(_padded(cells[upper], width), _padded(cells[upper + 1], width)):
            return upper
    return None


def _are_headings(above: list[str], below: list[str]) -> bool:
    spanned = [place for place, cell in enumerate(below) if cell and not above[place]]
    told = [cell for cell in below if cell]
    whole = any(over and under in ("", over) for over, under in zip(above, below, strict=True))
    return (
        bool(spanned)
        and sum(map(bool, above)) > 1
        and all(_has_group(above, below, place) for place in spanned)
        and (whole or len(set(told)) < len(told))
        and not any(_is_content(cell) for cell in (*above, *told))
    )


def _has_group(above: list[str], below: list[str], place: int) -> bool:
    """Tell whether a heading to the left spans this column, all of it divided below."""
    start = next((left for left in range(place, -1, -1) if above[left]), None)
    return start is not None and all(below[start : place + 1])


def _is_content(cell: str) -> bool:
    return len(cell) > _LONGEST_HEADING or any(sign.isdigit() or sign == "@" for sign in cell)


def _joined(above: list[str], below: list[str]) -> list[str]:
    """Return each column's whole heading: that of its group, then its own."""
    width, group, names = max(len(above), len(below)), "", []
    above, below = _padded(above, width), _padded(below, width)
    for over, under in zip(above, below, strict=True):
        group = over if over or not under else group
        names.append(group if under in ("", group) else f"{group} {under}".strip())
    return names


def _padded(line: list[str], width: int) -> list[str]:
    return [*line, *[""] * (width - len(line))]


def _headings(line: list[str]) -> tuple[str, ...]:
    """Return a name for every column that has a heading or anything under one."""
    width = max((place for place, cell in enumerate(line, start=1) if cell), default=0)
    seen: set[str] = set()
    names: list[str] = []
    for place in range(width):
        base = " ".join(line[place].split())[:200] or f"Column {_letters(place)}"
        name, number = base, 2
        while name in seen:
            name, number = f"{base} ({number})", number + 1
        seen.add(name)
        names.append(name)
    return tuple(names)


def _row(number: int, line: list[str], width: int) -> SheetRow:
    long = next((cell for cell in line if len(cell) > CELL_LIMIT), None)
    if long is not None:
        raise Refusal(
            "cell-too-long",
            hint=f"Row {number + 1} has a cell of {len(long):,} characters; {CELL_LIMIT:,} fit.",
            row=number + 1,
            length=len(long),
            limit=CELL_LIMIT,
        )
    padded = [*line, *[""] * (width - len(line))]
    spilled = tuple(cell for cell in padded[width:] if cell)
    return SheetRow(number + 1, tuple(padded[:width]), spilled)


def _letters(place: int) -> str:
    """Return a column's name as a spreadsheet shows it: 0 is A, 26 is AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def _is_workbook(content: bytes) -> bool:
    packed = content.startswith(b"PK") and _XLSX_PART in content and _XLSB_PART not in content
    return packed or content.startswith(_OLE)


def _refuse_other_kinds(content: bytes, filename: str) -> None:
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")):
        raise Refusal(
            "web-page",
            hint="This is a web page under a spreadsheet's name. Open it and save it as XLSX.",
        )
    if start.startswith((b"{\\rtf", b"%pdf")) or content.startswith(b"PK") or _known(content):
        raise Refusal(
            "not-a-spreadsheet",
            hint="This is neither CSV nor XLSX. Open it where it was made and save it as XLSX.",
            filename=filename,
        )


def _known(content: bytes) -> bool:
    return filetype.guess(content[:8192]) is not None
