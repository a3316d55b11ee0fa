"""Reasons as pages show them: a label, points, a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from babel import numbers
from flask import g

from matchmaker.core.affinity import Contribution, Outside, reason_of
from matchmaker.core.words import facet_name, sentence
from matchmaker.web.text import LOCALES, field_name, locale, show_country
from matchmaker.web.words import word

KINDS = {
    "kind": "institution",
    "stage": "stage",
    "round": "round",
    "instrument": "instrument",
    "language": "language",
}
IN_A_LINE = 3  # reasons in a row of a list
WORTH_A_LINE = 1.0  # points; less is not told in a list


def names(facet: str, code: str, _locale: str) -> str:
    """Return the viewer's word for a code of a facet."""
    if facet == "field":
        return field_name(code)
    if facet == "country":
        return show_country(code)
    if facet == "amount":
        return str(
            numbers.format_compact_currency(
                float(code), g.roadshow.currency, locale=LOCALES[locale()], fraction_digits=1
            )
        )
    return word(code, KINDS[facet]) if facet in KINDS else code


def told(reason: Contribution | Outside) -> str:
    """Return a reason's sentence in the viewer's language."""
    return sentence(reason, locale(), names)


def bars(reasons: Iterable[Contribution | Outside]) -> list[dict[str, Any]]:
    """Return the rows of ``charts.bars``: the base first, for, against, and what is not known."""
    known = [one for one in reasons if isinstance(one, Contribution)]
    ordered = sorted(known, key=lambda one: (one.facet != "base", _is_unknown(one), -one.points))
    return [
        {
            "label": facet_name(one.facet, locale()),
            "contribution": None if _is_unknown(one) else one.points,
            "text": told(one),
            "plain": one.facet == "base",
        }
        for one in ordered
    ]


def short(rows: Sequence[Sequence[Any]], most: int = IN_A_LINE) -> list[dict[str, Any]]:
    """Return the strongest reasons of a stored pair for one line of a list.

    Where all of them speak for the pair, or all against it, the last gives way to the strongest of
    the other side.
    """
    reasons = [one for row in rows if isinstance(one := reason_of(row), Contribution)]
    worth = [one for one in reasons if one.facet != "base" and abs(one.points) >= WORTH_A_LINE]
    ordered = sorted(worth, key=lambda one: -abs(one.points))
    shown = ordered[:most]
    other = [one for one in ordered[most:] if one.points * shown[-1].points < 0]
    if other and all(one.points * other[0].points < 0 for one in shown):
        shown[-1] = other[0]
    return [
        {"label": facet_name(one.facet, locale()), "points": one.points, "text": told(one)}
        for one in shown
    ]


def outside(rows: Sequence[Sequence[Any]]) -> str:
    """Return why a stored pair is out, or nothing."""
    for row in rows:
        reason = reason_of(row)
        if isinstance(reason, Outside):
            return told(reason)
    return ""


def _is_unknown(reason: Contribution) -> bool:
    return reason.code in ("missing", "no-common-language") and not round(reason.points, 1)
