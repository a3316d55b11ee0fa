"""The exact shares of a pair's score, each with the code and the facts of its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from matchmaker.core.affinity import Contribution
from matchmaker.core.match import scale
from matchmaker.core.places import lies_in, place_path
from matchmaker.core.profile import STAGES, Mandate, Pitch
from matchmaker.core.similarity import ACTIVITY, FACETS, ProfileSimilarity, Signals, facets
from matchmaker.core.similarity.categories import Floats
from matchmaker.core.similarity.passages import SCRIPTS, speaks
from matchmaker.core.similarity.ticket import ABOVE, BELOW
from matchmaker.core.taxonomy import Taxonomy, fold

Told = tuple[str, dict[str, Any]]
FAINT = ("field-listed", "listed", "shared", "ticket-inside", "text-words")
"""Codes of a fit that may still count a little against a pair: others want it even more."""
ALIKE = 0.25  # likeness from which a past deal counts as one like this
SHOWN = 3  # at most so many names in one sentence


def contributions(
    model: ProfileSimilarity, mandate: Mandate, pitch: Pitch
) -> tuple[Contribution, ...]:
    """Return what every facet adds to the pair's scores, the base of 50 first.

    Lifts add up in nats; bending to points and joining both sides share their effect out in
    proportion (a straight path from the average pair), so every column of points sums exactly.
    """
    return explain(model, [mandate], [pitch])[0][0]


def explain(
    model: ProfileSimilarity, mandates: Sequence[Mandate], pitches: Sequence[Pitch]
) -> list[list[tuple[Contribution, ...]]]:
    """Return the contributions of every pair, mandates by pitches; see ``contributions``."""
    signals = model.signals(pitches, mandates)
    beside = {facet: signals.against(facet) for facet in FACETS}
    return [
        [
            _explain_one(model, mandate, pitch, signals, beside, (i, j))
            for j, pitch in enumerate(pitches)
        ]
        for i, mandate in enumerate(mandates)
    ]


def _explain_one(
    model: ProfileSimilarity,
    mandate: Mandate,
    pitch: Pitch,
    signals: Signals,
    beside: Mapping[str, Floats],
    at: tuple[int, int],
) -> tuple[Contribution, ...]:
    row, column = at
    nats = {facet: float(signals.log[facet][at]) for facet in FACETS}
    project = {facet: float(beside[facet][at]) for facet in FACETS}
    one, other = sum(nats.values()), sum(project.values())
    steep, steep_other = scale.slope(one), scale.slope(other)
    alone = scale.slope(one - nats[ACTIVITY])
    share, other_share = scale.shares(
        float(scale.points(np.array(one))), float(scale.points(np.array(other)))
    )
    parts = [Contribution("base", scale.MIDDLE, scale.MIDDLE, scale.MIDDLE, "base")]
    for facet in FACETS:
        b = project[facet] * steep_other
        points = share * nats[facet] * steep + other_share * b
        known = bool(signals.wants[facet][row]) and bool(signals.offers[facet][column])
        code, facts = tell(model, facet, mandate, pitch, known=known)
        if code:
            a = nats[facet] * alone if facet != ACTIVITY else 0.0
            code = _signed(code, points)
            parts.append(Contribution(facet, points, a, b, code, facts))
    return tuple(parts)


def _signed(code: str, points: float) -> str:
    """Return the code whose sentence agrees with the sign of the points."""
    if code == "text-far" and points > 0:
        return "text-related"
    return f"{code}-faint" if points < 0 and code in FAINT else code


def tell(
    model: ProfileSimilarity, facet: str, mandate: Mandate, pitch: Pitch, *, known: bool
) -> Told:
    """Return the code of the sentence about a facet, and its facts; no code, no sentence."""
    if not known:
        return _missing(facet, mandate, pitch)
    if facet == "field":
        return _field(model.taxonomy_, mandate, pitch)
    if facet == "deals":
        return _deals(model, mandate, pitch)
    if facet == "text":
        return _text(model, mandate, pitch)
    if facet in _SPECIAL:
        return _SPECIAL[facet](mandate, pitch)
    return _listed(facet, mandate, pitch)


def _missing(facet: str, mandate: Mandate, pitch: Pitch) -> Told:
    silent = []
    if not says_mandate(facet, mandate):
        silent.append("investor")
    if not says_pitch(facet, pitch):
        silent.append("project")
    if facet == ACTIVITY or (facet == "deals" and "investor" in silent):
        return "", {}
    return "missing", {"silent": tuple(silent)}


def says_mandate(facet: str, mandate: Mandate) -> bool:
    """Tell whether a mandate says anything about a facet (not activity)."""
    if facet in facets.CATEGORICAL:
        return facets.want(facet, mandate, 1.0).is_known
    if facet in facets.OVERLAPPING:
        return bool(facets.want_set(facet, mandate))
    if facet == "ticket":
        return bool(facets.centres(mandate, 1.0))
    if facet == "deals":
        return bool(facets.book(mandate, 1.0))
    return _speaks(facets.want_texts(mandate))


def says_pitch(facet: str, pitch: Pitch) -> bool:
    """Tell whether a pitch says anything about a facet (not activity)."""
    if facet in facets.CATEGORICAL:
        return bool(facets.offer(facet, pitch))
    if facet in facets.OVERLAPPING:
        return bool(facets.offer_set(facet, pitch))
    if facet == "ticket":
        return pitch.amount is not None and pitch.amount > 0
    if facet == "deals":
        return bool(pitch.fields or pitch.country or pitch.region or pitch.city)
    return _speaks(facets.offer_texts(pitch))


def _speaks(texts: Sequence[str]) -> bool:
    return any(speaks(one, script) for one in texts for script in SCRIPTS)


def _field(taxonomy: Taxonomy, mandate: Mandate, pitch: Pitch) -> Told:
    wishes = (*mandate.fields, *mandate.also)
    fields = (*pitch.fields, *pitch.also)
    found = [
        (len(taxonomy.path(wish)), -place, wish, one)
        for place, wish in enumerate(wishes)
        for one in fields
        if taxonomy.covers(wish, one)
    ]
    if found:
        best = max(found)
        return "field-listed", {"field": best[3], "wish": best[2], "place": 1 - best[1]}
    past = _past("field", mandate, {one: one for one in pitch.fields}, taxonomy)
    if past:
        return "deals", past
    near = [
        (len(shared), -place, wish, one, shared[-1])
        for place, wish in enumerate(wishes)
        for one in fields
        if (shared := _shared(taxonomy.path(wish), taxonomy.path(one)))
    ]
    if near:
        _, _, wish, one, common = max(near)
        return "field-near", {"field": one, "wish": wish, "common": common}
    return "not-listed", {"found": pitch.fields[:SHOWN] or fields[:SHOWN], "wishes": wishes[:SHOWN]}


def _shared(one: Sequence[str], other: Sequence[str]) -> list[str]:
    shared = []
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared.append(a)
    return shared


def _past(
    facet: str, mandate: Mandate, found: Mapping[str, str], taxonomy: Taxonomy | None = None
) -> dict[str, Any]:
    """Return how many past deals share the value, and the newest of them, if any does."""
    deals = [one for one in mandate.history if one.weight > 0]

    def is_alike(pitch: Pitch) -> bool:
        own = [code for code, _ in facets.offer(facet, pitch)]
        if taxonomy is None:
            return any(code in found for code in own)
        return any(taxonomy.covers(value, code) for value in found for code in own)

    alike = [one for one in deals if is_alike(one.pitch)]
    if not alike:
        return {}
    nearest = min(alike, key=lambda one: (one.age, one.pitch.id))
    return {
        "found": tuple(found.values())[:SHOWN],
        "count": len(alike),
        "of": len(deals),
        "deal": nearest.pitch.name,
    }


def _listed(facet: str, mandate: Mandate, pitch: Pitch) -> Told:
    own = [code for code, _ in facets.offer(facet, pitch)]
    shown = tuple(_label(facet, pitch, code) for code in own)
    declared = _declared(facet, mandate)
    if any(_is_listed(facet, code, wish) for code in own for wish in declared):
        return "listed", {"found": shown, "wishes": declared[:SHOWN]}
    past = _past(facet, mandate, dict(zip(own, shown, strict=True)))
    if past:
        return "deals", past
    near = [wish for code in own for wish in declared if _is_near(facet, code, wish)]
    if near:
        return "near", {"found": shown, "wish": near[0]}
    return "not-listed", {"found": shown, "wishes": declared[:SHOWN]}


def _label(facet: str, pitch: Pitch, code: str) -> str:
    return (pitch.region or "") if facet == "region" else code


def _declared(facet: str, mandate: Mandate) -> tuple[str, ...]:
    if facet == "trl":
        if mandate.trl is None:
            return ()
        low, high = mandate.trl
        return tuple(str(level) for level in range(low, high + 1))
    lists: Mapping[str, tuple[str, ...]] = {
        "country": mandate.countries,
        "region": mandate.regions,
        "kind": mandate.kinds,
        "stage": mandate.stages,
        "round": mandate.rounds,
    }
    return lists[facet]


def _is_listed(facet: str, code: str, wish: str) -> bool:
    if facet == "country":
        return lies_in(code, wish)
    if facet == "region":
        return code.split(facets.REGION_CITY, maxsplit=1)[0] == fold(wish)
    return code == wish


def _is_near(facet: str, code: str, wish: str) -> bool:
    if facet == "country":
        return bool(_shared(place_path(code), place_path(wish)))
    order = {
        "stage": STAGES,
        "round": facets.ORDERED_ROUNDS,
        "trl": facets.TRLS,
    }.get(facet, ())
    if code not in order or wish not in order:
        return False
    return abs(order.index(code) - order.index(wish)) == 1


def _ticket(mandate: Mandate, pitch: Pitch) -> Told:
    amount = pitch.amount or 0.0
    ticket = mandate.ticket
    stated = [] if ticket is None else [ticket.low, ticket.typical, ticket.high]
    known = [one for one in stated if one]
    if not known:
        past = [one.pitch.amount for one in mandate.history if one.pitch.amount]
        return "ticket-deals", {"amount": amount, "typical": float(np.median(past))}
    facts = {"amount": amount, "low": min(known), "high": max(known)}
    low, high = min(known) / 10**BELOW, max(known) * 10**ABOVE
    if low <= amount <= high and not min(known) <= amount <= max(known):
        return "ticket-near", facts
    if amount < min(known):
        return "ticket-below", facts
    if amount > max(known):
        return "ticket-above", facts
    return "ticket-inside", facts


def _overlap(facet: str) -> Callable[[Mandate, Pitch], Told]:
    def told(mandate: Mandate, pitch: Pitch) -> Told:
        shared = facets.offer_set(facet, pitch) & facets.want_set(facet, mandate)
        if shared:
            return "shared", {"found": tuple(sorted(shared))[:SHOWN]}
        return "none-shared", {
            "found": tuple(sorted(facets.offer_set(facet, pitch)))[:SHOWN],
            "wishes": tuple(sorted(facets.want_set(facet, mandate)))[:SHOWN],
        }

    return told


def _text(model: ProfileSimilarity, mandate: Mandate, pitch: Pitch) -> Told:
    if not model.compares_texts(pitch, mandate):
        return "no-common-language", {}
    words = model.shared_words(pitch, mandate)
    if not words:
        return "text-far", {}
    quotes = model.closest_passages(pitch, mandate, words)
    return "text-words", {"words": words, "quotes": tuple(quotes)}


def _deals(model: ProfileSimilarity, mandate: Mandate, pitch: Pitch) -> Told:
    deals = [one for one in mandate.history if one.weight > 0]
    alike = model.likeness([one.pitch for one in deals], pitch)
    best = max(range(len(deals)), key=lambda at: (alike[at], -deals[at].age, deals[at].pitch.id))
    count = sum(one >= ALIKE for one in alike)
    if not count:
        return "no-deal-alike", {"of": len(deals)}
    return "deals-alike", {"count": count, "of": len(deals), "deal": deals[best].pitch.name}


def _activity(mandate: Mandate, _: Pitch) -> Told:
    return "activity", {"count": sum(1 for one in mandate.history if one.weight > 0)}


_SPECIAL: Mapping[str, Callable[[Mandate, Pitch], Told]] = {
    "ticket": _ticket,
    "instrument": _overlap("instrument"),
    "language": _overlap("language"),
    "activity": _activity,
}
