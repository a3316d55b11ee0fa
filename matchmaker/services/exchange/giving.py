"""A roadshow out: the tables of ``tables`` and the pages of ``printing``, in any format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.core.policy import Viewer
from matchmaker.core.refusal import Refusal
from matchmaker.documents import pdf
from matchmaker.documents.csvfile import write_csv
from matchmaker.documents.jsonfile import write_rows
from matchmaker.documents.xlsx import Page, write_xlsx
from matchmaker.services.exchange import listing, packs, printing
from matchmaker.services.exchange.asked import Asked, Table
from matchmaker.services.exchange.seats import seats_of
from matchmaker.services.exchange.tables import (
    investor_table,
    match_table,
    pairing_table,
    project_table,
    slot_table,
    table_table,
    timetable_table,
)
from matchmaker.store.roadshow import Roadshow

TABLES: dict[str, Callable[[Asked], Table]] = {
    "projects": project_table,
    "investors": investor_table,
    "matches": match_table,
    "pairings": pairing_table,
    "timetable": timetable_table,
    "slots": slot_table,
    "tables": table_table,
}
PAPER = ("cards", "schedules", "packs")
"""What is only printed: a page for each table, each person, each meeting."""
KINDS = (*TABLES, *PAPER)
MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
}
FORMATS = tuple(MIMES)


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes to hand over, their type, and a name for the file."""

    content: bytes
    mime: str
    filename: str


def offers(kind: str) -> tuple[str, ...]:
    """Return the formats that a kind of export comes in."""
    if kind in PAPER:
        return ("pdf",)
    return FORMATS if kind == "timetable" else tuple(one for one in FORMATS if one != "ics")


def export(
    session: Session,
    roadshow: Roadshow,
    kind: str,
    form: str,
    *,
    language: str = "en",
    url: str = "",
    host: str = "matchmaker",
    viewer: Viewer | None = None,
    now: datetime,
) -> Document:
    """Return a roadshow's projects, investors, matches, pairings, timetable, slots or tables.

    What is confidential is in none of them, nor what a ``viewer`` in conflict must not know.
    ``url`` is the live page that printed pages link to, ``host`` makes calendar identifiers unique.
    """
    if kind not in KINDS or form not in offers(kind):
        raise Refusal(
            "no-such-export",
            hint=f"There is no export of {kind} as {form}.",
            kind=kind,
            format=form,
        )
    name = f"{roadshow.slug}-{kind}.{form}"
    asked = Asked(session, roadshow, language, viewer)
    if form == "ics":
        content = printing.calendar_of(session, roadshow, language=language, host=host)
    elif form == "pdf":
        content = _printed(asked, kind, url, now)
    else:
        content = _written(TABLES[kind](asked), roadshow, form, now)
    return Document(content, MIMES[form], name)


def _written(table: Table, roadshow: Roadshow, form: str, now: datetime) -> bytes:
    if form == "csv":
        return write_csv(table.headings, table.rows)
    if form == "xlsx":
        page = Page(table.name, table.headings, table.rows)
        return write_xlsx([page], title=roadshow.name_en, made_at=now)
    facts = {"roadshow": roadshow.slug, "exported_at": now}
    return write_rows(table.name, table.headings, table.rows, facts)


def _printed(asked: Asked, kind: str, url: str, now: datetime) -> bytes:
    session, roadshow, language = asked.session, asked.roadshow, asked.language
    edition = printing.edition_of(session, roadshow, language=language, url=url, now=now)
    match kind:
        case "timetable":
            return printing.print_grid(session, roadshow, edition)
        case "cards":
            return printing.print_cards(session, roadshow, edition)
        case "schedules":
            return printing.print_schedules(session, roadshow, edition)
        case "packs":
            seats = [seat for seat in seats_of(session, roadshow) if seat.state != "cancelled"]
            return packs.print_packs(session, roadshow, edition, seats)
    title, headings, rows = listing.paper(TABLES[kind](asked), language)
    return pdf.listing(edition, title, headings, rows)
