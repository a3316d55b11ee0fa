"""Tables into rows: every cell read, every problem named, nothing changed anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from matchmaker.core.refusal import Refusal
from matchmaker.core.taxonomy import Taxonomy, fold
from matchmaker.documents.sheet import Sheet, SheetRow
from matchmaker.services.exchange import cells, finishing
from matchmaker.services.exchange.columns import COLUMNS, REQUIRED, Column, columns
from matchmaker.services.exchange.mapping import IGNORE, Mapping, Unit, guess_mapping
from matchmaker.services.exchange.readers import READERS, Reading, Wrong
from matchmaker.services.exchange.rows import (
    AnyRow,
    InvestorRow,
    Problem,
    ProjectRow,
    SlotRow,
    TableRow,
)
from matchmaker.services.exchange.values import resolve, words

Row = TypeVar("Row", ProjectRow, InvestorRow, SlotRow, TableRow)
Values = dict[str, Any]
_NOTHING = object()
SMALL_MONEY = 1000  # of any currency; nobody seeks or invests less
_NEVER_NOTHING = ("code", "title_en", "title_zh", "name_en", "name_zh", "name")


def read_projects(
    sheet: Sheet, mapping: Mapping | None, taxonomy: Taxonomy
) -> tuple[list[ProjectRow], list[Problem]]:
    """Read projects; ``mapping`` None means the guessed one. Rows with a blocking problem are
    left out of the result, and so tell nobody half a truth.
    """
    return _read(sheet, mapping, taxonomy, "projects", finishing.project)


def read_investors(
    sheet: Sheet, mapping: Mapping | None, taxonomy: Taxonomy
) -> tuple[list[InvestorRow], list[Problem]]:
    """Read investors; see ``read_projects``."""
    return _read(sheet, mapping, taxonomy, "investors", finishing.investor)


def read_slots(
    sheet: Sheet, mapping: Mapping | None, taxonomy: Taxonomy
) -> tuple[list[SlotRow], list[Problem]]:
    """Read slots, local to the roadshow's zone; see ``read_projects``."""
    return _read(sheet, mapping, taxonomy, "slots", finishing.slot)


def read_tables(
    sheet: Sheet, mapping: Mapping | None, taxonomy: Taxonomy
) -> tuple[list[TableRow], list[Problem]]:
    """Read tables; see ``read_projects``."""
    return _read(sheet, mapping, taxonomy, "tables", finishing.table)


READ: dict[str, Callable[..., tuple[list[Any], list[Problem]]]] = {
    "projects": read_projects,
    "investors": read_investors,
    "slots": read_slots,
    "tables": read_tables,
}


def read(
    kind: str, sheet: Sheet, mapping: Mapping | None, taxonomy: Taxonomy
) -> tuple[list[AnyRow], list[Problem]]:
    """Read a table of any kind."""
    if kind not in READ:
        raise Refusal("unknown-kind", hint=f"There is no table of {kind}.", kind=kind)
    return READ[kind](sheet, mapping, taxonomy)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a coded column: how many cells hold it, and the codes it becomes (if any)."""

    word: str
    count: int
    codes: tuple[str, ...]
    ignored: bool = False

    @property
    def settled(self) -> bool:
        return bool(self.codes) or self.ignored


def survey(sheet: Sheet, mapping: Mapping, taxonomy: Taxonomy) -> dict[str, list[Word]]:
    """Return for every mapped coded column the words that stand in it, unsettled ones first."""
    found = {}
    for column, place, heading in _mapped(sheet, mapping):
        if not column.coded:
            continue
        settled = mapping.values.get(column.name, {})
        counted = Counter(
            word
            for row in sheet.rows
            if not cells.is_error(row.cells[place]) and (row.number, heading) not in sheet.uncounted
            for word in words(column, row.cells[place], taxonomy, settled)
        )
        listed = [
            _word(column, word, count, settled.get(word), taxonomy)
            for word, count in counted.items()
        ]
        found[column.name] = sorted(listed, key=lambda one: (one.settled, -one.count, one.word))
    return found


def _word(column: Column, word: str, count: int, chosen: str | None, taxonomy: Taxonomy) -> Word:
    if chosen is None:
        return Word(word, count, resolve(column, word, taxonomy))
    codes = tuple(code for code in chosen.split(";") if code != IGNORE)
    return Word(word, count, codes, ignored=not codes)


# -- the table --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Table:
    """What is known while a table is read."""

    kind: str
    mapping: Mapping
    taxonomy: Taxonomy
    mapped: list[tuple[Column, int, str]]
    problems: list[Problem] = field(default_factory=list)
    known: dict[tuple[str, str], tuple[Any, list[Wrong]]] = field(default_factory=dict)
    """What a coded cell was read as: the same words stand in many rows."""

    present: frozenset[str] = frozenset()
    uncounted: frozenset[tuple[int, str]] = frozenset()
    """Cells, by row and heading, that hold a formula without a result."""

    def note(self, row: int, column: str, value: str, reason: str, **facts: Any) -> None:
        blocking = facts.pop("blocking", True)
        heading = self.mapping.heading_of(column)
        self.problems.append(Problem(row, column, heading, value, reason, facts, blocking))


def _read(
    sheet: Sheet,
    mapping: Mapping | None,
    taxonomy: Taxonomy,
    kind: str,
    finish: Callable[[Values, finishing.Note], Row | None],
) -> tuple[list[Row], list[Problem]]:
    if mapping is None:
        mapping = guess_mapping(sheet, kind, taxonomy)
    table = _Table(kind, mapping, taxonomy, list(_mapped(sheet, mapping)))
    table.uncounted = sheet.uncounted
    table.present = frozenset(column.name for column, _, _ in table.mapped)
    missing = list(_missing_columns(table))
    if missing:
        return [], missing
    rows: list[Row] = []
    for line in sheet.rows:
        before = len(table.problems)
        values = _values(table, line)
        row = finish(values, _noting(table, line.number))
        if row is not None and not any(one.blocking for one in table.problems[before:]):
            rows.append(row)
    table.problems.extend(_doubles(kind, rows))
    table.problems.extend(_small_amounts(table, rows))
    return rows, sorted(table.problems, key=lambda one: one.row)


def _noting(table: _Table, number: int) -> finishing.Note:
    def note(column: str, value: str, reason: str, **facts: Any) -> None:
        table.note(number, column, value, reason, **facts)

    return note


def _mapped(sheet: Sheet, mapping: Mapping) -> Iterator[tuple[Column, int, str]]:
    places = {heading: place for place, heading in enumerate(sheet.headings)}
    for column in COLUMNS[mapping.kind]:
        heading = mapping.heading_of(column.name)
        if heading in places:
            yield column, places[heading], heading


def _missing_columns(table: _Table) -> Iterator[Problem]:
    if table.kind == "projects" and table.present & {
        "organisation_en",
        "organisation_zh",
        "title_en",
        "title_zh",
    }:
        return  # either names the other where a table knows only one
    for group in REQUIRED[table.kind]:
        if not table.present & set(group):
            yield Problem(0, group[0], "", "", "no-column", {"columns": list(group)})


def _values(table: _Table, line: SheetRow) -> Values:
    values: Values = {"row": line.number}
    for column, place, heading in table.mapped:
        text = line.cells[place]
        if cells.is_error(text):
            table.note(line.number, column.name, text, "failed-formula", blocking=False)
            continue
        if text.startswith("=") and (line.number, heading) in table.uncounted:
            table.note(line.number, column.name, text[:200], "uncounted-formula")
            continue
        if not text or (cells.is_nothing(text) and column.name not in _NEVER_NOTHING):
            continue
        _take(table, values, column, text, line.number)
    for name, text in table.mapping.defaults.items():
        known = columns(table.kind).get(name)
        if known is not None and values.get(name) in (None, "", ()):
            _take(table, values, known, text, line.number)
    if table.kind == "projects":
        _stand_in(table, values, "title", "organisation")
        _stand_in(table, values, "organisation", "title")
    if line.spilled:
        table.note(line.number, "", "; ".join(line.spilled)[:200], "spilled")
    return values


def _stand_in(table: _Table, values: Values, stem: str, other: str) -> None:
    """Name a project by its organisation, or the other way round, where a table knows one only."""
    if not table.present & {f"{stem}_en", f"{stem}_zh"}:
        for language in ("en", "zh"):
            if f"{other}_{language}" in values:
                values[f"{stem}_{language}"] = values[f"{other}_{language}"]


def _take(table: _Table, values: Values, column: Column, text: str, number: int) -> None:
    key = (column.name, text)
    if key in table.known:
        value, wrongs = table.known[key]
    else:
        value, wrongs = _read_cell(table, column, text)
        if column.coded:
            table.known[key] = (value, wrongs)
    if value is not _NOTHING:
        values[_home(table, column, text)] = value
    for wrong in wrongs:
        table.note(number, column.name, wrong.value, wrong.reason, **wrong.facts)


def _read_cell(table: _Table, column: Column, text: str) -> tuple[Any, list[Wrong]]:
    reading = Reading(
        table.taxonomy,
        table.mapping.values.get(column.name, {}),
        table.mapping.units.get(column.name, Unit()),
    )
    try:
        return READERS[column.type](column, text, reading), reading.wrong
    except Wrong as refused:
        return _NOTHING, [*reading.wrong, refused]


def _home(table: _Table, column: Column, text: str) -> str:
    """Return the column, or its twin where the table has only one and the cell is in the other's
    language.
    """
    if not column.twin or column.twin in table.present:
        return column.name
    if not any(letter.isalpha() for letter in text):
        return column.name
    language = "zh" if cells.is_chinese(text) else "en"
    return column.name[:-2] + language


def _doubles(kind: str, rows: list[Row]) -> Iterator[Problem]:
    """Say which rows look like an earlier one: the same code (which blocks) or the same names."""
    codes: dict[str, int] = {}
    names: dict[tuple[str, ...], int] = {}
    for row in rows:
        code = getattr(row, "code", "")
        if code and codes.setdefault(code, row.row) != row.row:
            yield Problem(row.row, "code", "", code, "code-twice", {"other": codes[code]})
        key = _name_key(row)
        if key and names.setdefault(key, row.row) != row.row:
            yield Problem(
                row.row,
                "",
                "",
                " · ".join(key),
                "looks-like",
                {"other": names[key]},
                blocking=kind in ("slots", "tables"),
            )


def _small_amounts(table: _Table, rows: Sequence[AnyRow]) -> Iterator[Problem]:
    """Ask where all amounts of a column are so small that they must be thousands or millions."""
    for column, _, heading in table.mapped:
        if column.type not in ("amount", "amounts"):
            continue
        ends = (column.name, f"{column.name}_low", f"{column.name}_high")
        told = [getattr(row, end, None) for row in rows for end in ends]
        largest = max((float(one) for one in told if one), default=0.0)
        if 0 < largest < SMALL_MONEY:
            facts = {"most": f"{largest:g}"}
            yield Problem(0, column.name, heading, "", "small-amounts", facts, blocking=False)


def _name_key(row: AnyRow) -> tuple[str, ...]:
    match row:
        case ProjectRow():
            return (fold(row.name), fold(row.organisation))
        case InvestorRow():
            return (fold(row.name),)
        case SlotRow():
            return (row.starts_at.isoformat(),)
        case TableRow():
            return (row.name.casefold(),)
