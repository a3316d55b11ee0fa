"""Past deals like this pitch: how many, how alike in field and place, how recent.

A kernel density over the investor's own deals: ``r = (sum of likeness + a b) / (n + a) / b``,
``b`` the mean likeness of the pitch to everybody's deals. It sees what single facets cannot: that
the deals in this field were the ones in this region.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.profile import Pitch
from matchmaker.core.similarity.categories import Floats, Lifts, alone
from matchmaker.core.taxonomy import fold

OTHER_FIELD = 0.2  # likeness of two deals whose fields share nothing
SAME_CITY, SAME_REGION, SAME_COUNTRY, ELSEWHERE = 1.0, 0.5, 0.03, 0.01
UNKNOWN_PLACE = 0.3
PRIOR = 2.0  # deals of pure chance behind every rate
ROWS_AT_ONCE = 2048

Key = TypeVar("Key", bound=tuple[str, ...])
Place = tuple[str, str, str]
Sign = tuple[tuple[str, ...], Place]
Book = dict[Sign, float]
"""Recency-weighted deals of one investor, by what counts for likeness: fields and place."""


def sign(pitch: Pitch) -> Sign:
    """Return what likeness looks at: the core fields, and country, region and city, folded."""
    place = (pitch.country or "", fold(pitch.region or ""), fold(pitch.city or ""))
    return tuple(sorted(pitch.fields)), place


@dataclass
class Deals:
    """Learns how alike everybody's deals are; ``lifts`` compares books with pitches."""

    path: Callable[[str], tuple[str, ...]] = alone
    base_: Book = field(default_factory=dict, init=False)
    usual_: Book = field(default_factory=dict, init=False)
    chance_: float = field(default=1.0, init=False)
    _last: tuple[object, Floats, Floats] | None = field(default=None, init=False, repr=False)

    def fit(self, books: Sequence[Book]) -> Deals:
        """Learn from the books of all mandates; an empty book is missing."""
        self.base_, self.usual_, self._last = {}, {}, None
        known = [book for book in books if book]
        total = sum(sum(book.values()) for book in known)
        for book in known:
            size = sum(book.values()) + PRIOR
            for key, weight in book.items():
                self.base_[key] = self.base_.get(key, 0.0) + weight / total
                self.usual_[key] = self.usual_.get(key, 0.0) + weight / size / len(known)
        chances = [PRIOR / (sum(book.values()) + PRIOR) for book in known]
        self.chance_ = float(np.mean(chances)) if chances else 1.0
        return self

    def lifts(self, offers: Sequence[Sign], books: Sequence[Book]) -> Lifts:
        """Return the log ratios of books (rows) for pitches (columns)."""
        wants = np.array([bool(book) and bool(self.base_) for book in books], dtype=bool)
        says = np.array([bool(fields) or any(place) for fields, place in offers], dtype=bool)
        log = np.zeros((len(books), len(offers)))
        usual = np.zeros(len(offers))
        if wants.any() and says.any():
            base, usual = self._base(offers)
            rows = [book for book in books if book]
            sums = np.array([sum(book.values()) for book in rows])
            near = self._weighted(rows, offers)
            ratio = (near + PRIOR * base) / (sums[:, None] + PRIOR) / base
            log[wants] = np.log(ratio)
            log[:, ~says] = 0.0
            usual = np.where(says, usual, 0.0)
        return Lifts(log=log, usual=usual, wants=wants, offers=says)

    def likeness(self, signs: Sequence[Sign], offers: Sequence[Sign]) -> Floats:
        """Return how alike deals (rows) and pitches (columns) are, between 0 and 1."""
        fields, at_field = _distinct([one[0] for one in signs])
        places, at_place = _distinct([one[1] for one in signs])
        own_fields, own_at_field = _distinct([one[0] for one in offers])
        own_places, own_at_place = _distinct([one[1] for one in offers])
        kin = np.array([[self._same_field(a, b) for b in own_fields] for a in fields])
        near = np.array([[_same_place(a, b) for b in own_places] for a in places])
        kin, near = kin[:, own_at_field], near[:, own_at_place]
        return np.asarray(kin[at_field] * near[at_place])

    def _base(self, offers: Sequence[Sign]) -> tuple[Floats, Floats]:
        """Return each pitch's mean likeness to all deals, and what a usual investor gives it."""
        key = tuple(offers)
        last = self._last
        if last is None or last[0] != key:
            base = self._weighted([self.base_], offers)[0]
            usual = self._weighted([self.usual_], offers)[0] / base + self.chance_
            last = self._last = (key, base, np.asarray(np.log(usual)))
        return last[1], last[2]

    def _weighted(self, books: Sequence[Book], offers: Sequence[Sign]) -> Floats:
        """Return the summed likeness of each book's deals to each pitch."""
        signs = sorted({key for book in books for key in book})
        place = {key: at for at, key in enumerate(signs)}
        total = np.zeros((len(books), len(offers)))
        weights = np.zeros((len(books), len(signs)))
        for row, book in enumerate(books):
            for key, weight in book.items():
                weights[row, place[key]] = weight
        for start in range(0, len(signs), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            total += weights[:, part] @ self.likeness(signs[part], offers)
        return total

    def _same_field(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        """Return 1 for a common field, less for common ancestors, least for none."""
        best = 0.0
        for a in one:
            for b in other:
                up, down = self.path(a), self.path(b)
                shared = sum(x == y for x, y in zip(up, down, strict=False))
                best = max(best, (shared / max(len(up), len(down))) ** 2)
        return OTHER_FIELD + (1.0 - OTHER_FIELD) * best


def _same_place(one: Place, other: Place) -> float:
    if not one[0] or not other[0]:
        return UNKNOWN_PLACE
    if one[0] != other[0]:
        return ELSEWHERE
    if not one[1] or not other[1]:
        return SAME_REGION
    if one[1] != other[1]:
        return SAME_COUNTRY
    return SAME_CITY if one[2] and one[2] == other[2] else SAME_REGION


def _distinct(values: Sequence[Key]) -> tuple[list[Key], NDArray[np.intp]]:
    distinct = sorted(set(values))
    place = {one: at for at, one in enumerate(distinct)}
    return distinct, np.array([place[one] for one in values], dtype=np.intp)
