"""What each facet reads from a pitch and from a mandate, and how much it counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from matchmaker.core.places import place_path, union_members
from matchmaker.core.profile import ROUNDS, STAGES, Evidence, Mandate, Pitch, Ticket
from matchmaker.core.similarity.categories import Categories, Row, Want
from matchmaker.core.similarity.deals import Book, sign
from matchmaker.core.similarity.ticket import HISTORY_SHARE, Centres
from matchmaker.core.taxonomy import Taxonomy, fold

FACETS = (
    "field",
    "text",
    "country",
    "region",
    "kind",
    "stage",
    "trl",
    "round",
    "ticket",
    "instrument",
    "language",
    "deals",
    "activity",
)
WEIGHTS: Mapping[str, float] = {
    "field": 0.9,
    "text": 1.0,
    "country": 0.6,
    "region": 1.1,
    "kind": 0.6,
    "stage": 0.8,
    "trl": 0.4,
    "round": 0.8,
    "ticket": 1.0,
    "instrument": 0.6,
    "language": 0.4,
    "deals": 0.75,
    "activity": 1.0,
}
"""Below 1 where facets say the same thing twice (stage, TRL and round), fitted on older deals."""

HISTORY_WEIGHTS: Mapping[str, float] = {
    **WEIGHTS,
    "field": 0.1,
    "country": 0.3,
    "region": 0.4,
    "round": 0.9,
    "ticket": 0.9,
    "deals": 0.9,
}
"""Weights where all is known from past deals: ``deals`` then tells most of field and place."""

ACTIVITY_HALF_LIFE = 1.0  # years: who invests now is told by the last months
DIGITS = 3  # of an amount: what two projects seek is the same kind of round if they agree
ALSO = 0.4  # weight of a secondary field beside a core field
FADE: Mapping[str, float] = {"field": 1.0, "country": 1.0, "region": 1.0, "round": 0.5}
"""Exponent by which the later entries of a list count less: the n-th one 1 / n^fade."""

CATEGORICAL = ("field", "country", "region", "kind", "stage", "trl", "round")
OVERLAPPING = ("instrument", "language")
ORDERED_ROUNDS = tuple(one for one in ROUNDS if one not in ("grant", "other"))
TRLS = tuple(str(level) for level in range(1, 10))
Said = Any
"""What a mandate says of one facet, as it stands: something to compare and to keep in mind."""
REGION_CITY = "\x1f"  # parts a region from the city in it


def categories(
    taxonomy: Taxonomy, prior: float, declared: float, related: float
) -> dict[str, Categories]:
    """Return the unfitted models of the categorical facets."""
    models = {
        "field": Categories(path=taxonomy.path, related=related, known=tuple(taxonomy)),
        "country": Categories(path=place_path),
        "region": Categories(path=_region_path),
        "kind": Categories(),
        "stage": Categories(order=STAGES, spread=0.8, known=STAGES),
        "trl": Categories(order=TRLS, spread=1.0, known=TRLS),
        "round": Categories(order=ORDERED_ROUNDS, spread=0.7, known=ROUNDS, related=related / 2),
    }
    for model in models.values():
        model.prior, model.declared = prior, declared
    return models


def offer(facet: str, pitch: Pitch) -> Row:
    """Return what a pitch is in a categorical facet, values with weights; empty is missing."""
    return tuple(_OFFERS[facet](pitch))


def want(facet: str, mandate: Mandate, half_life: float) -> Want:
    """Return what a mandate wants in a categorical facet: declared, deals, declines."""
    deals: dict[str, float] = {}
    declines: dict[str, float] = {}
    for evidence in mandate.history:
        row = offer(facet, evidence.pitch)
        total = sum(weight for _, weight in row)
        book = deals if evidence.weight > 0 else declines
        for code, weight in row:
            count = recency(evidence, half_life) * abs(evidence.weight) * weight / total
            book[code] = book.get(code, 0.0) + count
    return Want(
        declared=_declared(facet, _SAID[facet](mandate)),
        deals=tuple(sorted(deals.items())),
        declines=tuple(sorted(declines.items())),
    )


def recency(evidence: Evidence, half_life: float) -> float:
    """Return how much an old sign still counts: half after every ``half_life`` years."""
    return float(0.5 ** (max(evidence.age, 0.0) / half_life))


def centres(mandate: Mandate, half_life: float) -> Centres:
    """Return the log10 amounts a mandate points at, with weights; empty is missing."""
    declared = _ticket_centres(mandate.ticket)
    total = sum(weight for _, weight in declared)
    scaled = [(at, HISTORY_SHARE * weight / total) for at, weight in declared]
    past = [
        (math.log10(one.pitch.amount), recency(one, half_life) * one.weight)
        for one in mandate.history
        if one.weight > 0 and one.pitch.amount is not None and one.pitch.amount > 0
    ]
    return tuple(scaled + past)


def offer_set(facet: str, pitch: Pitch) -> frozenset[str]:
    return frozenset(pitch.instruments if facet == "instrument" else pitch.languages)


def want_set(facet: str, mandate: Mandate) -> frozenset[str]:
    return frozenset(mandate.instruments if facet == "instrument" else mandate.languages)


def offered(facet: str, pitch: Pitch) -> Hashable:
    """Return what a pitch is in a facet other than text; equal values are of one kind.

    An amount is read to three digits: who seeks 2,503,000 is of the kind of 2,500,000.
    """
    if facet in OVERLAPPING:
        return offer_set(facet, pitch)
    if facet == "ticket":
        return pitch.amount and float(f"{pitch.amount:.{DIGITS}g}")
    return sign(pitch) if facet == "deals" else offer(facet, pitch)


def offer_texts(pitch: Pitch) -> Sequence[str]:
    return pitch.texts


def want_texts(mandate: Mandate) -> Sequence[str]:
    past = (text for one in mandate.history if one.weight > 0 for text in one.pitch.texts)
    return (*mandate.texts, *past)


def activity(mandate: Mandate, half_life: float) -> float:
    """Return the recency-weighted number of deals on record."""
    return sum(recency(one, half_life) * max(one.weight, 0.0) for one in mandate.history)


def book(mandate: Mandate, half_life: float) -> Book:
    """Return the deals on record by what makes deals alike, recency-weighted."""
    found: Book = {}
    for one in mandate.history:
        if one.weight > 0:
            key = sign(one.pitch)
            found[key] = found.get(key, 0.0) + recency(one, half_life) * one.weight
    return found


def trust(mandate: Mandate, half_life: float, declared: float) -> float:
    """Return the share of past deals in what is known of a mandate, 0 (none) to 1 (all)."""
    deals = activity(mandate, half_life)
    stated = (mandate.fields, mandate.countries, mandate.regions, mandate.rounds, mandate.stages)
    total = deals + (declared if any(stated) else 0.0)
    return deals / total if total else 0.0


def region_code(region: str, city: str | None = None) -> str:
    """Return the code of a region, or of a city in it; labels are compared folded."""
    return fold(region) + (f"{REGION_CITY}{fold(city)}" if city else "")


def _region_path(code: str) -> tuple[str, ...]:
    region, _, city = code.partition(REGION_CITY)
    return (region, code) if city else (region,)


def _one(value: str | None) -> Row:
    return ((value, 1.0),) if value else ()


def _fields(core: Sequence[str], also: Sequence[str]) -> Row:
    weights = dict.fromkeys(also, ALSO) | dict.fromkeys(core, 1.0)
    return tuple((code, weights[code]) for code in dict.fromkeys((*core, *also)))


def _even(values: Sequence[str]) -> Row:
    return tuple((value, 1.0) for value in dict.fromkeys(values))


@lru_cache(maxsize=16384)
def _declared(facet: str, said: Said) -> Row:
    """Return the values of a declared list with their weights, the earlier ones the heavier."""
    return _faded(_WANTS[facet](said), FADE.get(facet, 0.0))


def _countries(codes: Sequence[str]) -> Row:
    row: list[tuple[str, float]] = []
    for code in dict.fromkeys(codes):
        members = union_members(code)
        row += [(one, 1.0 / len(members)) for one in members] if members else [(code, 1.0)]
    return tuple(row)


def _trl_range(span: tuple[int, int] | None) -> Row:
    if span is None:
        return ()
    low, high = span
    return _even([level for level in TRLS if low <= int(level) <= high])


def _faded(row: Row, exponent: float) -> Row:
    merged: dict[str, float] = {}
    for place, (code, weight) in enumerate(row, start=1):
        merged[code] = merged.get(code, 0.0) + weight / place**exponent
    return tuple(merged.items())


def _ticket_centres(ticket: Ticket | None) -> list[tuple[float, float]]:
    if ticket is None:
        return []
    parts = ((ticket.low, 1.0), (ticket.typical, 2.0), (ticket.high, 1.0))
    known = [(math.log10(at), weight) for at, weight in parts if at is not None and at > 0]
    if ticket.typical is None and len(known) == 2:
        known.append(((known[0][0] + known[1][0]) / 2, 2.0))
    return known


_OFFERS: Mapping[str, Callable[[Pitch], Row]] = {
    "field": lambda pitch: _fields(pitch.fields, pitch.also),
    "country": lambda pitch: _one(pitch.country),
    "region": lambda pitch: _one(region_code(pitch.region, pitch.city) if pitch.region else None),
    "kind": lambda pitch: _one(pitch.kind),
    "stage": lambda pitch: _one(pitch.stage),
    "trl": lambda pitch: _one(None if pitch.trl is None else str(pitch.trl)),
    "round": lambda pitch: _one(pitch.round),
}
_SAID: Mapping[str, Callable[[Mandate], Said]] = {
    "field": lambda mandate: (mandate.fields, mandate.also),
    "country": lambda mandate: mandate.countries,
    "region": lambda mandate: mandate.regions,
    "kind": lambda mandate: mandate.kinds,
    "stage": lambda mandate: mandate.stages,
    "trl": lambda mandate: mandate.trl,
    "round": lambda mandate: mandate.rounds,
}
_WANTS: Mapping[str, Callable[[Said], Row]] = {
    "field": lambda said: _fields(*said),
    "country": _countries,
    "region": lambda said: _even([region_code(one) for one in said]),
    "kind": _even,
    "stage": _even,
    "trl": _trl_range,
    "round": _even,
}
