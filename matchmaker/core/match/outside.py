"""Hard limits: exclusions with exceptions, lists that are limits, conflicts of interest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.affinity import Outside
from matchmaker.core.places import lies_in
from matchmaker.core.profile import Exclusion, Mandate, Pitch
from matchmaker.core.similarity.facets import offer
from matchmaker.core.taxonomy import Taxonomy, fold

LISTS: Mapping[str, str] = {
    "field": "fields",
    "country": "countries",
    "region": "regions",
    "kind": "kinds",
    "stage": "stages",
    "round": "rounds",
    "instrument": "instruments",
    "language": "languages",
    "trl": "trl",
    "ticket": "ticket",
}
"""Facet -> the list of the mandate that may be a hard limit."""
_SINGULAR = {plural: facet for facet, plural in LISTS.items()}


class Limits:
    """Judges pitches by the rules of mandates; knows one batch of pitches by heart."""

    def __init__(self, pitches: Sequence[Pitch], taxonomy: Taxonomy) -> None:
        self.pitches = pitches
        self.taxonomy = taxonomy
        self._masks: dict[tuple[str, str, bool], NDArray[np.bool_]] = {}
        self._organisations = [fold(pitch.organisation) for pitch in pitches]

    def mask(self, mandate: Mandate) -> NDArray[np.bool_]:
        """Return for every pitch whether the mandate shuts it out."""
        out = np.zeros(len(self.pitches), dtype=bool)
        for rule in mandate.exclusions:
            hit = self._has(rule.facet, rule.value, wide=False)
            for facet, value in rule.unless:
                hit = hit & ~self._has(facet, value, wide=True)
            out |= hit
        for facet in _limits(mandate):
            out |= self._outside_list(facet, mandate)
        if mandate.conflicts:
            names = {fold(name) for name in mandate.conflicts if name}
            out |= np.array([name in names for name in self._organisations], dtype=bool)
        return out

    def _has(self, facet: str, value: str, *, wide: bool) -> NDArray[np.bool_]:
        key = (facet, value, wide)
        if key not in self._masks:
            test = partial(has, facet=facet, value=value, taxonomy=self.taxonomy, wide=wide)
            self._masks[key] = np.array([test(pitch) for pitch in self.pitches], dtype=bool)
        return self._masks[key]

    def _outside_list(self, facet: str, mandate: Mandate) -> NDArray[np.bool_]:
        if facet in ("trl", "ticket"):
            return np.array([not _inside(facet, mandate, one) for one in self.pitches], dtype=bool)
        inside = np.zeros(len(self.pitches), dtype=bool)
        for value in getattr(mandate, LISTS[facet]):
            inside |= self._has(facet, value, wide=True)
        known = np.array([bool(values(facet, one, wide=True)) for one in self.pitches], dtype=bool)
        return np.asarray(known & ~inside)


def why_outside(mandate: Mandate, pitch: Pitch, taxonomy: Taxonomy) -> Outside | None:
    """Return the rule that shuts the pitch out, conflicts first, or None."""
    if mandate.conflicts and fold(pitch.organisation) in {
        fold(name) for name in mandate.conflicts if name
    }:
        return Outside("conflict", "organisation", value=pitch.organisation)
    for rule in mandate.exclusions:
        if _excludes(rule, pitch, taxonomy):
            found = values(rule.facet, pitch, wide=False)
            return Outside("excluded", rule.facet, rule.value, found, rule.unless)
    for facet in _limits(mandate):
        if facet in ("trl", "ticket"):
            if not _inside(facet, mandate, pitch):
                return Outside("outside-limit", facet, found=values(facet, pitch, wide=True))
            continue
        found = values(facet, pitch, wide=True)
        wanted: Sequence[str] = getattr(mandate, LISTS[facet])
        if found and not any(
            has(pitch, facet=facet, value=one, taxonomy=taxonomy, wide=True) for one in wanted
        ):
            return Outside("outside-limit", facet, value=";".join(wanted), found=found)
    return None


def has(pitch: Pitch, *, facet: str, value: str, taxonomy: Taxonomy, wide: bool) -> bool:
    """Tell whether a pitch has a value: a field below the node, a country in the group, ...

    Exclusions look at core fields only; exceptions and limits also at secondary ones (``wide``).
    """
    test: Callable[[str], bool]
    if facet == "field":
        test = partial(taxonomy.covers, value)
    elif facet == "country":
        test = partial(_lies, value)
    elif facet == "region":
        wanted = fold(value)
        test = partial(_folds_to, wanted)
    else:
        test = value.__eq__
    return any(test(one) for one in values(facet, pitch, wide=wide))


def values(facet: str, pitch: Pitch, *, wide: bool) -> tuple[str, ...]:
    """Return the pitch's own values for a facet, as they stand; empty is missing."""
    if facet == "field":
        return (*pitch.fields, *pitch.also) if wide else pitch.fields
    if facet == "instrument":
        return pitch.instruments
    if facet == "language":
        return pitch.languages
    if facet == "ticket":
        return () if pitch.amount is None else (f"{pitch.amount:.0f}",)
    if facet == "region":
        return (pitch.region,) if pitch.region else ()
    return tuple(code for code, _ in offer(facet, pitch))


def _excludes(rule: Exclusion, pitch: Pitch, taxonomy: Taxonomy) -> bool:
    if not has(pitch, facet=rule.facet, value=rule.value, taxonomy=taxonomy, wide=False):
        return False
    return not any(
        has(pitch, facet=facet, value=value, taxonomy=taxonomy, wide=True)
        for facet, value in rule.unless
    )


def _limits(mandate: Mandate) -> list[str]:
    named = sorted({_SINGULAR.get(one, one) for one in mandate.only})
    return [facet for facet in named if facet in LISTS and getattr(mandate, LISTS[facet])]


def _inside(facet: str, mandate: Mandate, pitch: Pitch) -> bool:
    if facet == "trl":
        if mandate.trl is None or pitch.trl is None:
            return True
        return mandate.trl[0] <= pitch.trl <= mandate.trl[1]
    ticket = mandate.ticket
    if ticket is None or pitch.amount is None:
        return True
    low_fits = ticket.low is None or ticket.low <= pitch.amount
    return low_fits and (ticket.high is None or pitch.amount <= ticket.high)


def _lies(place: str, country: str) -> bool:
    return lies_in(country, place)


def _folds_to(wanted: str, label: str) -> bool:
    return fold(label) == wanted
