"""Lists: a page of rows, headings that sort, and addresses that keep the filters.

Query parameters are declared: one that a list does not know answers 400, so that no parameter
becomes an unguarded way to a field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import abort, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

PAGE_SIZE = 25
ALWAYS = frozenset({"page", "sort", "options"})
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows of many; ``first`` and ``last`` are the 1-based places of those shown."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A heading, as ``macros/tables.html`` wants it. ``url`` sorts by it."""

    key: str
    label: str
    url: str = ""
    sorted: str = ""
    number: bool = False
    hide_label: bool = False


def known_parameters(*names: str) -> None:
    """Answer 400 to a query parameter that the list does not declare."""
    if set(request.args) - ALWAYS - set(names):
        abort(400)


def page_of(query: Select[Any], size: int = PAGE_SIZE) -> Page[Any]:
    """Return the asked-for page of a query's entities: two statements whatever the size."""
    total = g.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number, pages = _place(total, size)
    rows = g.session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return _page(rows, number, pages, total, size)


def page_in(rows: Sequence[Item], size: int = PAGE_SIZE) -> Page[Item]:
    """Return the asked-for page of rows that are in memory already."""
    number, pages = _place(len(rows), size)
    start = (number - 1) * size
    return _page(rows[start : start + size], number, pages, len(rows), size)


def asked_sort(allowed: Sequence[str], default: str) -> tuple[str, bool]:
    """Return (key, descending) of ``?sort=key`` or ``?sort=-key``; the default if unknown."""
    asked = request.args.get("sort", default)
    key = asked.removeprefix("-")
    return (key, asked.startswith("-")) if key in allowed else asked_key(default)


def asked_key(sort: str) -> tuple[str, bool]:
    """Split ``-key`` into (key, descending)."""
    return sort.removeprefix("-"), sort.startswith("-")


def columns(
    labels: Mapping[str, str],
    sort: tuple[str, bool],
    sortable: Sequence[str],
    numbers: Sequence[str] = (),
) -> list[Column]:
    """Return headings; those in ``sortable`` link to the list sorted by them."""
    key, descending = sort
    return [
        Column(
            key=name,
            label=label,
            number=name in numbers,
            url=here(sort=f"-{name}" if name == key and not descending else name, page=None)
            if name in sortable
            else "",
            sorted=("descending" if descending else "ascending") if name == key else "",
        )
        for name, label in labels.items()
    ]


def here(**changes: Any) -> str:
    """Return this page's address with some query parameters changed (None: removed)."""
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(flat=False)}
    if g.get("roadshow") is not None:
        values["slug"] = g.roadshow.slug
    values.update(changes)
    kept = {name: value for name, value in values.items() if value not in (None, "", [])}
    return url_for(request.endpoint or "home.index", **kept)


def chip(field: Any, value: str) -> str:
    """Return a filter and what was chosen in it, as its chip says it."""
    return str(field.label.text) + _(": ") + value


def active_filters(form: Any) -> list[tuple[str, str]]:
    """Return (what is filtered, this page's address without it) of a list's search and filters."""
    found = []
    for field in form:
        if not field.data or field.type == "HiddenField":
            continue
        labels = dict(field.choices) if hasattr(field, "choices") else {}
        shown = str(labels.get(field.data, field.data)).strip()
        said = str(field.label.text) if field.data is True else chip(field, shown[:60])
        found.append((said, here(**{field.name: None, "page": None})))
    return found


def kept(*names: str) -> dict[str, str]:
    """Return a list's filters, sort and page, for the addresses that lead back to it."""
    return {name: request.args[name] for name in (*names, "sort", "page") if request.args.get(name)}


def page_url(number: int) -> str:
    """Return this list's address at another page."""
    return here(page=number)


def _place(total: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-total // size))
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    return min(max(1, number), pages), pages


def _page(rows: Sequence[Any], number: int, pages: int, total: int, size: int) -> Page[Any]:
    first = (number - 1) * size + 1 if total else 0
    return Page(rows, number, pages, total, first, min(total, number * size))
