"""What a sheet of an XLSX holds that its cells' values do not tell: what is hidden, what failed."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass, field

from matchmaker.documents.slides.parts import every, links_of, reference, xml_of

_COLUMN = re.compile(rb"<col\s([^>]*)>")
_ROW = re.compile(rb"<row\s([^>]*)>")
_FAILED = re.compile(
    rb'<c\sr="([A-Z]+)(\d+)"[^>]*\st="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>'
)
_UNCOUNTED = re.compile(
    rb'<c\sr="([A-Z]+)(\d+)"((?:\s[^>]*[^/>])?)>'
    rb"(?:<f[^>]*/>|<f[^>]*>([^<]*)</f>)(?:<v\s*/>|<v></v>)?</c>"
)
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_TRUE = (b"1", b"true")


@dataclass(frozen=True, slots=True)
class Unseen:
    """Columns (from 0) and rows (from 1) that are hidden; what cells say that have no value.

    ``failed`` are errors such as ``#N/A``, ``uncounted`` formulas without a result, both by row
    (from 1) and column (from 0).
    """

    columns: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()
    failed: dict[tuple[int, int], str] = field(default_factory=dict)
    uncounted: dict[tuple[int, int], str] = field(default_factory=dict)


def unseen(content: bytes, sheet: str) -> Unseen:
    """Look at a sheet of a workbook whose size was checked; nothing is known of another kind."""
    if not content.startswith(b"PK"):
        return Unseen()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        links = links_of(archive, "xl/workbook.xml")
        listed = every(xml_of(archive, "xl/workbook.xml"), "sheets/sheet")
        part = next((links.get(reference(one)) for one in listed if one.get("name") == sheet), None)
        if part is None or part[1] not in archive.namelist():
            return Unseen()
        return _look(archive.read(part[1]))


def column_number(letters: bytes) -> int:
    """Return a column's place, from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _look(xml: bytes) -> Unseen:
    columns: set[int] = set()
    for told in map(_attributes, _COLUMN.findall(xml[: xml.find(b"<sheetData")])):
        if told.get("hidden") in _TRUE and told.get("min", b"").isdigit():
            last = int(told["max"]) if told.get("max", b"").isdigit() else int(told["min"])
            columns |= set(range(int(told["min"]) - 1, min(last, 16_384)))
    rows = {
        int(told["r"])
        for told in map(_attributes, _ROW.findall(xml))
        if told.get("hidden") in _TRUE and told.get("r", b"").isdigit()
    }
    return Unseen(
        frozenset(columns),
        frozenset(rows),
        {_place(*one[:2]): _text(one[2]) for one in _FAILED.findall(xml)},
        {
            _place(letters, digits): "=" + _text(formula)
            for letters, digits, told, formula in _UNCOUNTED.findall(xml)
            if _attributes(told).get("t") != b"str"  # a result that is no text at all
        },
    )


def _attributes(told: bytes) -> dict[str, bytes]:
    return {name.decode(): value for name, value in _ATTRIBUTE.findall(told)}


def _place(letters: bytes, digits: bytes) -> tuple[int, int]:
    return int(digits), column_number(letters) - 1


def _text(xml: bytes) -> str:
    return html.unescape(xml.decode("utf-8", "replace"))[:200]
