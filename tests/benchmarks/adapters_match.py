"""Plugs the product's own match model into rankings nobody here wrote.

``text_scores`` and ``tie_scores`` are ``f(people, items, context) -> (people, items)`` arrays:
they translate dictionaries into mandates and pitches, call ``rank``, and nothing else. With
``MATCHMAKER_ENCODERS`` set texts are compared by these encoders too.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from matchmaker.core.match import Ranking, rank
from matchmaker.core.profile import Evidence, Mandate, Pitch, Ticket
from matchmaker.core.similarity import ProfileSimilarity
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.services.match import encoders
from matchmaker.settings import Settings

ROUNDS = {
    "angel": "angel",
    "seed": "seed",
    "series-a": "series_a",
    "series-b": "series_b",
    "series-c+": "series_c",
    "private-equity": "growth",
}
COUNTRIES = {"USA": "US"}
DAYS_PER_YEAR = 365.25


def tie_scores(people: list[dict[str, Any]], items: list[dict[str, Any]], context: Any) -> Any:
    """Return the joint score of every person and item."""
    ranking, rows, columns = ranked(people, items, context)
    return np.asarray(ranking.score, dtype=float)[np.ix_(rows, columns)]


def ranked(
    people: list[dict[str, Any]], items: list[dict[str, Any]], context: Any
) -> tuple[Ranking, list[int], list[int]]:
    """Return the ranking, and in which row each person and in which column each item is."""
    past = [pitch(item, f"past-{at}") for at, item in enumerate(context.get("past_items") or [])]
    ages = _ages(context)
    mandates = [mandate(person, at, past, ages) for at, person in enumerate(people)]
    pitches = [pitch(item, f"item-{at}") for at, item in enumerate(items)]
    encoders.prepare(Settings.from_env().encoders)
    model = ProfileSimilarity(encoders=encoders.in_use()).fit(past or pitches, mandates)
    ranking = rank(pitches, mandates, taxonomy=Taxonomy(), model=model)
    row = {name: at for at, name in enumerate(ranking.investors)}
    column = {name: at for at, name in enumerate(ranking.projects)}
    return ranking, [row[one.id] for one in mandates], [column[one.id] for one in pitches]


def text_scores(people: list[dict[str, Any]], items: list[dict[str, Any]], context: Any) -> Any:
    """Return the joint score; the same model, which finds text and nothing else."""
    return tie_scores(people, items, context)


def pitch(item: dict[str, Any], name: str) -> Pitch:
    stage = item.get("stage")
    country = item.get("country")
    return Pitch(
        id=name,
        name=item.get("name") or "",
        fields=tuple(item.get("fields") or ()),
        country=COUNTRIES.get(country, country) if country else None,
        region=item.get("region"),
        city=item.get("city"),
        round=ROUNDS.get(stage, stage) if stage else None,
        amount=item.get("amount"),
        texts=(item["text"],) if item.get("text") else (),
    )


def mandate(person: dict[str, Any], at: int, past: list[Pitch], ages: list[float]) -> Mandate:
    """Return what a person declared; with a history, what the past tells instead."""
    history = tuple(Evidence(pitch=past[j], age=ages[j]) for j in person.get("history") or ())
    if history:
        return Mandate(id=f"person-{at}", history=history)
    amounts = sorted(person.get("amounts") or ())
    ticket = None
    if amounts:
        ticket = Ticket(low=amounts[0], typical=float(np.median(amounts)), high=amounts[-1])
    return Mandate(
        id=f"person-{at}",
        fields=_distinct(person.get("fields")),
        countries=_distinct(COUNTRIES.get(one, one) for one in person.get("country") or ()),
        regions=_distinct(person.get("region")),
        rounds=_distinct(ROUNDS.get(one, one) for one in person.get("stage") or ()),
        ticket=ticket,
        texts=tuple(person.get("docs") or ()),
    )


def _distinct(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values or ()))


def _ages(context: Any) -> list[float]:
    items = context.get("past_items") or []
    dates = [date.fromisoformat(item["date"]) if item.get("date") else None for item in items]
    known = [one for one in dates if one is not None]
    if not known:
        return [0.0] * len(items)
    cut = date.fromisoformat(context["cut"]) if context.get("cut") else max(known)
    return [(cut - one).days / DAYS_PER_YEAR if one else 0.0 for one in dates]
