"""Facets where one value in common is enough: a language both speak, an instrument both accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.similarity.categories import Lifts

NONE_SHARED = 0.3  # odds of a deal without a common value, against one with


@dataclass
class Overlaps:
    """Learns how common each set of values is; ``lifts`` compares sets with sets."""

    offers_: Counter[frozenset[str]] = field(default_factory=Counter, init=False)
    wants_: Counter[frozenset[str]] = field(default_factory=Counter, init=False)
    overall_: float = field(default=0.0, init=False)
    means_: dict[frozenset[str], float] = field(default_factory=dict, init=False, repr=False)

    def fit(self, offers: Sequence[frozenset[str]], wants: Sequence[frozenset[str]]) -> Overlaps:
        """Learn from the sets of pitches and of mandates; an empty set is missing."""
        self.offers_ = Counter(one for one in offers if one)
        self.wants_ = Counter(one for one in wants if one)
        self.overall_ = float(np.log(_overall(self.offers_, self.wants_)))
        self.means_ = {}
        return self

    def lifts(self, offers: Sequence[frozenset[str]], wants: Sequence[frozenset[str]]) -> Lifts:
        """Return the log of fit over mean fit, mandates in rows, pitches in columns.

        The mean is over the pitches of the fit, so 0 is an average pair for this mandate;
        ``usual`` turns it into the same against the other mandates.
        """
        rows, row_of = _distinct(wants)
        columns, column_of = _distinct(offers)
        table = np.array([[self._lift(want, offer) for offer in columns] for want in rows])
        usual = np.array(
            [np.log(_mean(one, self.wants_)) - self.overall_ if one else 0.0 for one in columns]
        )
        return Lifts(
            log=table.reshape(len(rows), len(columns))[np.ix_(row_of, column_of)],
            usual=usual[column_of],
            wants=np.array([bool(one) for one in wants], dtype=bool),
            offers=np.array([bool(one) for one in offers], dtype=bool),
        )

    def _lift(self, want: frozenset[str], offer: frozenset[str]) -> float:
        if not want or not offer:
            return 0.0
        if want not in self.means_:
            self.means_[want] = _mean(want, self.offers_)
        return float(np.log(_fit(want, offer) / self.means_[want]))


def _distinct(
    sets: Sequence[frozenset[str]],
) -> tuple[list[frozenset[str]], NDArray[np.intp]]:
    distinct = sorted(set(sets), key=sorted)
    place = {one: at for at, one in enumerate(distinct)}
    return distinct, np.array([place[one] for one in sets], dtype=np.intp)


def _fit(one: frozenset[str], other: frozenset[str]) -> float:
    return 1.0 if one & other else NONE_SHARED


def _mean(one: frozenset[str], others: Counter[frozenset[str]]) -> float:
    total = sum(others.values())
    if not total or not one:
        return 1.0
    return sum(count * _fit(one, other) for other, count in others.items()) / total


def _overall(offers: Counter[frozenset[str]], wants: Counter[frozenset[str]]) -> float:
    total = sum(wants.values())
    if not total:
        return 1.0
    return sum(count * _mean(one, offers) for one, count in wants.items()) / total
