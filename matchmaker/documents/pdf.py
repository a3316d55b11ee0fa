"""Pages to print: personal timetables, table cards, the full grid, meeting packs.

The pages are set by Typst from templates beside this module. What people typed reaches a template
as JSON and is printed as it stands; it is never read as markup.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pylopdf_fonts_zh_cn
import segno
import typst
from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_name

from matchmaker.documents.safe import Cell, clean, plain
from matchmaker.documents.values import (
    Appointment,
    Edition,
    Grid,
    GridCell,
    MeetingPack,
    PartyCard,
    PersonSchedule,
    TableCard,
    TableMeeting,
)
from matchmaker.documents.words import words

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(pylopdf_fonts_zh_cn.sans_path()).parent
GRID_COLUMNS = 9  # slots that fit beside each other on a landscape page
NAMELESS = "–"  # a heading must not be empty
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def person_schedules(edition: Edition, schedules: Sequence[PersonSchedule]) -> bytes:
    """Return one person's timetable after another, each beginning a page of its own."""
    zone = ZoneInfo(edition.zone)
    people = [
        {
            "name": _heading(person.name),
            "organisation": person.organisation,
            "role": person.role,
            "qr": _qr(person.url or edition.url),
            "days": [
                {"name": _day_name(day, edition), "lines": [_line(one, edition) for one in ones]}
                for day, ones in _by_day(person.appointments, zone)
            ],
        }
        for person in schedules
    ]
    return _print("schedule", edition, words(edition.language)["schedule"], people=people)


def table_cards(edition: Edition, cards: Sequence[TableCard]) -> bytes:
    """Return one page for every table: its name to be read from afar, its meetings below."""
    zone = ZoneInfo(edition.zone)
    tables = [
        {
            "name": _heading(card.name),
            "room": card.room,
            "qr": _qr(card.url or edition.url),
            "days": [
                {
                    "name": _day_name(day, edition),
                    "lines": [{**_span(one, zone), **_meeting_texts(one)} for one in ones],
                }
                for day, ones in _by_day(card.meetings, zone)
            ],
        }
        for card in cards
    ]
    return _print("cards", edition, words(edition.language)["card"], tables=tables)


def full_grid(edition: Edition, grid: Grid) -> bytes:
    """Return every day's tables by slots, at most nine slots beside each other."""
    zone = ZoneInfo(edition.zone)
    held = {(cell.table, cell.starts_at): cell for cell in grid.cells}
    sheets: list[dict[str, Any]] = []
    for day, slots in groupby(sorted(grid.slots), key=lambda slot: slot[0].astimezone(zone).date()):
        sheets.extend(
            _grid_sheet(day, part, grid.tables, held, edition)
            for part in _parts(list(slots), GRID_COLUMNS)
        )
    return _print(
        "grid", edition, words(edition.language)["grid"], sheets=sheets, qr=_qr(edition.url)
    )


def meeting_packs(edition: Edition, packs: Sequence[MeetingPack]) -> bytes:
    """Return one meeting after another: both sides, the reasons, room for notes."""
    zone = ZoneInfo(edition.zone)
    meetings = [
        {
            **_span(pack, zone),
            "day": _day_name(pack.starts_at.astimezone(zone).date(), edition),
            "place": _place(pack.place, edition),
            "room": pack.room,
            "score": "" if pack.score is None else f"{pack.score:.0f}",
            "interpreter": pack.interpreter,
            "project": _party(pack.project),
            "investor": _party(pack.investor),
            "reasons": _reasons(pack),
            "qr": _qr(pack.url or edition.url),
        }
        for pack in sorted(packs, key=lambda pack: (pack.starts_at, pack.place))
    ]
    return _print("pack", edition, words(edition.language)["pack"], meetings=meetings)


def listing(
    edition: Edition, caption: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> bytes:
    """Return a plain table on landscape pages, its head on each of them."""
    texts = [[_shown(cell) for cell in row] for row in rows]
    columns = [[heading, *(row[place] for row in texts)] for place, heading in enumerate(headings)]
    return _print(
        "listing",
        edition,
        caption,
        caption=_heading(caption),
        headings=list(headings),
        rows=texts,
        widths=[_width(column) for column in columns],
        numbers=[
            bool(rows) and all(isinstance(row[place], int | float) for row in rows)
            for place in range(len(headings))
        ],
    )


def _shown(cell: Cell) -> str:
    value = plain(cell)
    if isinstance(value, float):
        return f"{value:,.1f}"
    return "" if value is None else str(value)


def _width(texts: Sequence[str]) -> float:
    """Return a column's share of the page: by its typical text, within bounds."""
    head, *lengths = [sum(2 if letter >= "\u2e80" else 1 for letter in text) for text in texts]
    usual = sorted(lengths)[len(lengths) * 3 // 4] if lengths else 0
    return float(min(max(usual + 1, 1.3 * head, 8), 48))


# -- setting ----------------------------------------------------------------------------------


def _print(template: str, edition: Edition, title: str, **content: Any) -> bytes:
    printed = edition.printed_at or _EPOCH
    data = {
        "title": f"{title} · {edition.name}",
        "heading": title,
        "language": "zh" if edition.language.startswith("zh") else "en",
        "edition": {
            "name": edition.name,
            "venue": edition.venue,
            "dates": edition.dates,
            "version": edition.version,
            "zone": _zone_line(edition),
            "printed": _printed_line(edition),
        },
        "words": words(edition.language),
        **content,
    }
    inputs = {"data": json.dumps(_cleaned(data), ensure_ascii=False)}
    stamp = int(printed.timestamp())
    try:
        return _compile(template, inputs, stamp, ["ua-1"])
    except typst.TypstError as error:
        if "PDF/UA" not in str(error):
            raise
        return _compile(template, inputs, stamp, None)  # a letter that no font of ours has


def _compile(
    template: str, inputs: dict[str, str], stamp: int, standards: list[Any] | None
) -> bytes:
    page = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        timestamp=stamp,
        pdf_standards=standards,
    )
    assert page is not None
    return bytes(page)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def _cleaned(value: Any) -> Any:
    """Return the values with every text free of characters that no page can show."""
    if isinstance(value, str):
        return clean(value).replace("\t", " ")
    if isinstance(value, Mapping):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    return value


def _heading(name: str) -> str:
    return clean(name) or NAMELESS


def _qr(address: str) -> str:
    """Return a QR code as SVG; nothing for no address or one too long for a small code."""
    if not address:
        return ""
    try:
        code = segno.make(address, error="m", micro=False)
    except (ValueError, segno.DataOverflowError):
        return ""
    page = io.BytesIO()
    code.save(page, kind="svg", border=0, xmldecl=False, light=None)
    return page.getvalue().decode()


# -- moments ----------------------------------------------------------------------------------


def _locale(edition: Edition) -> Locale:
    return Locale.parse("zh_Hans_CN" if edition.language.startswith("zh") else "en_GB")


def _day_name(day: date, edition: Edition) -> str:
    return str(format_date(day, "full", locale=_locale(edition)))


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%H:%M")


def _zone_line(edition: Edition) -> str:
    moment = (edition.printed_at or _EPOCH).astimezone(ZoneInfo(edition.zone))
    city = get_timezone_name(moment, width="long", locale=_locale(edition))
    offset = moment.strftime("%z")
    return words(edition.language)["zone"].format(zone=city, offset=f"{offset[:3]}:{offset[3:5]}")


def _printed_line(edition: Edition) -> str:
    if edition.printed_at is None:
        return ""
    local = edition.printed_at.astimezone(ZoneInfo(edition.zone))
    moment = format_datetime(local, "medium", locale=_locale(edition)).rsplit(":", 1)[0]
    return words(edition.language)["printed"].format(moment=moment)


def _span(one: Appointment | TableMeeting | MeetingPack, zone: ZoneInfo) -> dict[str, str]:
    return {"from": _time(one.starts_at, zone), "to": _time(one.ends_at, zone)}


def _by_day(ones: Iterable[Any], zone: ZoneInfo) -> Iterable[tuple[date, list[Any]]]:
    ordered = sorted(ones, key=lambda one: (one.starts_at, one.ends_at))
    for day, same in groupby(ordered, key=lambda one: one.starts_at.astimezone(zone).date()):
        yield day, list(same)


def _parts(listed: list[Any], size: int) -> list[list[Any]]:
    """Return the list in as few even parts as keep within the size."""
    count = -(-len(listed) // size)
    step = -(-len(listed) // count) if count else size
    return [listed[start : start + step] for start in range(0, len(listed), step)]


# -- lines ------------------------------------------------------------------------------------


def _line(one: Appointment, edition: Edition) -> dict[str, Any]:
    return {
        **_span(one, ZoneInfo(edition.zone)),
        "kind": one.kind,
        "title": one.title,
        "subtitle": one.subtitle,
        "people": list(one.people),
        "place": _place(one.place, edition),
        "room": one.room,
        "note": one.note,
    }


def _place(name: str, edition: Edition) -> str:
    """Return a table's name; a bare number says what it is a number of."""
    return words(edition.language)["table_of"].format(name=name) if name.isdecimal() else name


def _meeting_texts(meeting: TableMeeting) -> dict[str, Any]:
    return {
        "project": meeting.project,
        "investor": meeting.investor,
        "people": list(meeting.people),
        "interpreter": meeting.interpreter,
    }


def _grid_sheet(
    day: date,
    slots: Sequence[tuple[datetime, datetime]],
    tables: Sequence[str],
    held: Mapping[tuple[str, datetime], GridCell],
    edition: Edition,
) -> dict[str, Any]:
    zone = ZoneInfo(edition.zone)
    short = "EEE d MMM" if _locale(edition).language == "en" else "M月d日"
    return {
        "day": _day_name(day, edition),
        "short": str(format_date(day, short, locale=_locale(edition))),
        "slots": [{"from": _time(start, zone), "to": _time(end, zone)} for start, end in slots],
        "rows": [
            {"table": table, "cells": [_cell(held.get((table, start))) for start, _ in slots]}
            for table in tables
        ],
    }


def _cell(cell: GridCell | None) -> dict[str, str] | None:
    if cell is None:
        return None
    return {"project": cell.project, "investor": cell.investor, "note": cell.note}


def _party(card: PartyCard) -> dict[str, Any]:
    return {**asdict(card), "name": _heading(card.name)}


def _reasons(pack: MeetingPack) -> list[dict[str, Any]]:
    """Return each reason with its points and the length of its bar, the longest being 1."""
    longest = max((abs(reason.points) for reason in pack.reasons), default=0.0) or 1.0
    return [
        {
            "text": reason.text,
            "points": f"{reason.points:+.1f}".replace("-", "−"),
            "share": abs(reason.points) / longest,
            "against": reason.points < 0,
        }
        for reason in pack.reasons
    ]
