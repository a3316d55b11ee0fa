"""The values of a line into a row: what belongs together is checked together."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any, Protocol

from matchmaker.services.exchange import cells
from matchmaker.services.exchange.rows import (
    InvestorRow,
    PersonCell,
    ProjectRow,
    SlotRow,
    TableRow,
)

_PERSON = ("name_en", "name_zh", "title_en", "title_zh", "email", "languages")


class Note(Protocol):
    """Write down a problem of the line that is being read."""

    def __call__(self, column: str, value: str, reason: str, **facts: Any) -> None: ...


def project(values: dict[str, Any], note: Note) -> ProjectRow | None:
    """Return a project."""
    for stem in ("title", "organisation"):
        if not (values.get(f"{stem}_en") or values.get(f"{stem}_zh")):
            note(f"{stem}_en", "", "missing")
            return None
    _money(values, note, ("amount", "raised", "grants", "valuation"))
    _also(values)
    values["people"] = _people(values)
    return ProjectRow(**values)


def investor(values: dict[str, Any], note: Note) -> InvestorRow | None:
    """Return an investor; ranges that came in one cell are spread over their two columns."""
    if not (values.get("name_en") or values.get("name_zh")):
        note("name_en", "", "missing")
        return None
    ticket = values.pop("ticket", None)
    if ticket is not None:
        values.setdefault("ticket_low", ticket[0])
        values.setdefault("ticket_high", ticket[1])
    levels = values.pop("trl", None)
    if levels is not None:
        values.setdefault("trl_min", levels[0])
        values.setdefault("trl_max", levels[1])
    _money(values, note, ("ticket_low", "ticket_typical", "ticket_high", "ticket_total"))
    _in_order(values, note, ("ticket_low", "ticket_typical", "ticket_high"))
    _in_order(values, note, ("ticket_low", "ticket_total"))
    _in_order(values, note, ("trl_min", "trl_max"))
    _in_order(values, note, ("min_meetings", "max_meetings"))
    _also(values)
    values["people"] = _people(values)
    return InvestorRow(**values)


def slot(values: dict[str, Any], note: Note) -> SlotRow | None:
    """Return a slot: from a moment, or a day and a time; with its end or its minutes."""
    day = values.get("day")
    moments = {}
    for name in ("starts_at", "ends_at"):
        text = values.get(name)
        if text is None:
            continue
        moments[name] = cells.moment(text) or (cells.moment(f"{day} {text}") if day else None)
        if moments[name] is None:
            note(name, text, "not-a-moment")
            return None
    start, end = moments.get("starts_at"), moments.get("ends_at")
    if start is None:
        note("starts_at", "", "missing")
        return None
    minutes = values.get("minutes")
    if minutes is None and end is not None:
        minutes = (end - start) // timedelta(minutes=1)
    if minutes is not None and not (0 < minutes <= 24 * 60 and minutes % 5 == 0):
        note("minutes", str(minutes), "not-whole-ticks", step=5)
        return None
    return SlotRow(row=values["row"], starts_at=start, minutes=minutes)


def table(values: dict[str, Any], note: Note) -> TableRow | None:
    """Return a table."""
    if not values.get("name"):
        note("name", "", "missing")
        return None
    return TableRow(**values)


def _money(values: dict[str, Any], note: Note, names: tuple[str, ...]) -> None:
    """Turn amounts into numbers; a cell's own currency must be the row's."""
    currency = values.get("currency")
    named = {
        name: values[name].currency
        for name in names
        if isinstance(values.get(name), cells.Amount) and values[name].currency
    }
    for name, own in named.items():
        if currency is None:
            currency = own
        elif own != currency:
            note(name, own, "two-currencies", currency=currency, own=own)
    if currency is not None:
        values["currency"] = currency
    for name in names:
        if isinstance(values.get(name), cells.Amount):
            values[name] = values[name].value


def _in_order(values: dict[str, Any], note: Note, names: tuple[str, ...]) -> None:
    present = [name for name in names if values.get(name) is not None]
    for low, high in itertools.pairwise(present):
        if values[low] > values[high]:
            told = {"low": f"{values[low]:,.10g}", "high": f"{values[high]:,.10g}"}
            note(high, told["high"], "not-in-order", **told)


def _also(values: dict[str, Any]) -> None:
    core = values.get("fields", ())
    if "also_fields" in values:
        values["also_fields"] = tuple(code for code in values["also_fields"] if code not in core)


def _people(values: dict[str, Any]) -> tuple[PersonCell, ...]:
    contact = {
        name: values.pop(f"contact_{name}") for name in _PERSON if f"contact_{name}" in values
    }
    first = (PersonCell(**contact),) if any(contact.values()) else ()
    return (*first, *values.pop("colleagues", ()))
