"""What was put right in the page: cells, rows that are left out, rows that are known already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from matchmaker.core.refusal import Refusal
from matchmaker.documents.safe import clean
from matchmaker.documents.sheet import Sheet, SheetRow
from matchmaker.documents.xlsx import CELL_LIMIT
from matchmaker.services.exchange.rows import AnyRow
from matchmaker.store.exchange import ImportFile

MOST_FIXES = 1000  # cells and rows; whoever has more to mend is quicker in the spreadsheet
MERGED = "row:"
NEW = "new"
Row = TypeVar("Row", bound=AnyRow)


@dataclass(frozen=True, slots=True)
class Fixes:
    """``cells`` by row and heading; ``dropped`` rows; ``same``: what a row turned out to be.

    A row that is the same as a thing of the roadshow names its id, one that is the same as an
    earlier row names ``row:`` and its number, one that only looks alike says ``new``.
    """

    cells: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    same: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.cells or self.dropped or self.same)

    @property
    def count(self) -> int:
        """Return how many cells were corrected."""
        return sum(map(len, self.cells.values()))

    @property
    def known(self) -> dict[int, str]:
        """Return the rows that are things of the roadshow, with their ids."""
        return {
            row: other
            for row, other in self.same.items()
            if other != NEW and not other.startswith(MERGED)
        }


def fixes_of(file: ImportFile) -> Fixes:
    """Return what was put right in a table so far."""
    kept = file.choices
    return Fixes(
        cells={int(row): dict(told) for row, told in kept.get("cells", {}).items()},
        dropped=frozenset(kept.get("dropped", ())),
        same={int(row): other for row, other in kept.get("same", {}).items()},
    )


def fix_cells(
    file: ImportFile,
    sheet: Sheet,
    cells: Mapping[tuple[int, str], str],
    dropped: Collection[int],
) -> None:
    """Keep corrected cells, by row and heading, and rows to leave out, beside the earlier ones.

    What stands in the table already is no correction.
    """
    before = fixes_of(file)
    rows = {row.number: row for row in sheet.rows}
    places = {heading: place for place, heading in enumerate(sheet.headings)}
    merged = {row: dict(told) for row, told in before.cells.items()}
    for (row, heading), text in cells.items():
        if row not in rows or heading not in places:
            raise Refusal("no-such-cell", hint="The table has no such cell.", row=row)
        told = clean(text)
        if len(told) > CELL_LIMIT:
            raise Refusal("cell-too-long", row=row, length=len(told), limit=CELL_LIMIT)
        if told != rows[row].cells[places[heading]]:
            merged.setdefault(row, {})[heading] = told
        else:
            merged.get(row, {}).pop(heading, None)
    merged = {row: told for row, told in merged.items() if told}
    _keep(file, replace(before, cells=merged, dropped=before.dropped | (set(dropped) & set(rows))))


def say_same(file: ImportFile, answers: Mapping[int, str]) -> None:
    """Keep what rows turned out to be; an empty answer leaves one out."""
    before = fixes_of(file)
    dropped = {row for row, other in answers.items() if not other}
    same = {**before.same, **{row: other for row, other in answers.items() if other}}
    _keep(file, replace(before, same=same, dropped=before.dropped | dropped))


def forget_fixes(file: ImportFile) -> None:
    """Read the table as it was sent."""
    _keep(file, Fixes())


def fixed(sheet: Sheet, fixes: Fixes) -> Sheet:
    """Return the table with corrected cells and without the rows that are left out."""
    if not fixes.cells and not fixes.dropped:
        return sheet
    return replace(
        sheet,
        rows=tuple(
            _fixed_row(row, sheet.headings, fixes.cells.get(row.number, {}))
            for row in sheet.rows
            if row.number not in fixes.dropped
        ),
    )


def merged(rows: Sequence[Row], fixes: Fixes) -> list[Row]:
    """Return the rows, those that are the same as another one merged into it.

    The other row keeps what it says; what it does not say comes from the one that goes.
    """
    found = {row.row: row for row in rows}
    for number, other in sorted(fixes.same.items()):
        if other.startswith(MERGED) and number in found:
            kept = int(other.removeprefix(MERGED))
            if kept in found and kept != number:
                found[kept] = _filled(found[kept], found.pop(number))
    return list(found.values())


def _keep(file: ImportFile, fixes: Fixes) -> None:
    if fixes.count + len(fixes.dropped) + len(fixes.same) > MOST_FIXES:
        raise Refusal(
            "too-many-fixes",
            hint=f"At most {MOST_FIXES} corrections; mend the spreadsheet and send it again.",
            most=MOST_FIXES,
        )
    file.choices = {
        **file.choices,
        "cells": {str(row): dict(told) for row, told in fixes.cells.items()},
        "dropped": sorted(fixes.dropped),
        "same": {str(row): other for row, other in fixes.same.items()},
    }


def _fixed_row(row: SheetRow, headings: Sequence[str], told: Mapping[str, str]) -> SheetRow:
    if not told:
        return row
    cells = tuple(
        told.get(heading, cell) for heading, cell in zip(headings, row.cells, strict=True)
    )
    return replace(row, cells=cells)


def _filled(kept: Row, going: AnyRow) -> Row:
    said: Iterable[tuple[str, Any]] = (
        (one.name, getattr(going, one.name)) for one in fields(kept) if one.name != "row"
    )
    gaps = {name: value for name, value in said if getattr(kept, name) in (None, "", ())}
    return replace(kept, **gaps)
