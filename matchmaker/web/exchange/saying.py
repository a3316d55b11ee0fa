"""What rows and problems say, in the viewer's words."""

from __future__ import annotations

from typing import Any

from matchmaker.core.profile import INSTITUTION_KINDS
from matchmaker.core.refusal import Refusal
from matchmaker.services.exchange import Problem
from matchmaker.web.forms.exchange import PROBLEMS
from matchmaker.web.refusals import sentence
from matchmaker.web.text import field_name, show_country
from matchmaker.web.words import word

_KINDS = {
    "stage": "stage",
    "stages": "stage",
    "round": "round",
    "rounds": "round",
    "instruments": "instrument",
    "evidence": "evidence",
    "lead": "lead",
    "only": "facet",
    "languages": "language",
    "kinds": "institution",
}
"""Columns whose codes are words of a vocabulary."""


def show_cell(row: Any, name: str) -> str:
    """Return what a row says under a column, as it was understood, in the viewer's words."""
    if name == "colleagues":
        return ", ".join(one.name_en or one.name_zh for one in row.people[1:])
    if name.startswith("contact_"):
        found = [getattr(one, name.removeprefix("contact_")) for one in row.people[:1]]
        return ", ".join(", ".join(one) if isinstance(one, tuple) else one for one in found)
    if name == "exclude":
        return ", ".join(f"{word(one.facet, 'facet')}: {one.value}" for one in row.exclude)
    if name in ("ticket", "trl") and not hasattr(row, name):
        low, high = ("ticket_low", "ticket_high") if name == "ticket" else ("trl_min", "trl_max")
        return f"{_plain(getattr(row, low))}–{_plain(getattr(row, high))}"
    value = getattr(row, name, None)
    parts = value if isinstance(value, tuple) else (value,)
    return ", ".join(show_word(name, one) for one in parts if one not in (None, ""))


def show_word(name: str, value: Any) -> str:
    """Return one value under a column, in the viewer's words."""
    if name == "kind":
        return word(value, "institution" if value in INSTITUTION_KINDS else "investor_kind")
    if name in ("fields", "also_fields"):
        return field_name(value)
    if name in ("country", "countries"):
        return show_country(value)
    kind = _KINDS.get(name)
    return word(value, kind) if kind else _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if isinstance(value, float) else str(value)


def told(problem: Problem) -> str:
    """Return what is wrong, in the viewer's language."""
    if problem.reason == "refused":
        refusal = Refusal(
            str(problem.facts.get("refusal", "")),
            str(problem.facts.get("hint", "")),
            **problem.facts.get("facts", {}),
        )
        return sentence(refusal)
    try:
        return str(PROBLEMS[problem.reason]) % problem.facts
    except (KeyError, TypeError, ValueError):
        return problem.reason
