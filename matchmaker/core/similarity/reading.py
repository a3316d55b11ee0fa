"""Both sides as the facets' models read them, once for any number of comparisons."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity.categories import Floats
from matchmaker.core.similarity.closeness import MANY

Number = TypeVar("Number", np.float64, np.bool_)

FEW = 32  # kinds of pitches in one facet that a product of matrices spreads over all pitches


@dataclass(frozen=True, eq=False, slots=True)
class Offers:
    """Pitches as read: of every facet the kinds that differ, and of which kind each pitch is.

    ``at[f]`` is None where every pitch is of its own kind. ``few`` are the facets with few kinds;
    ``hot`` has these kinds in rows, facet after facet, and is 1 where a pitch is of the kind.
    """

    pitches: tuple[Pitch, ...]
    kinds: Mapping[str, Any]
    at: Mapping[str, NDArray[np.intp] | None]
    few: tuple[str, ...]
    hot: Floats

    def spread(self, facet: str, table: NDArray[Number]) -> NDArray[Number]:
        """Return a table with kinds in its last dimension with pitches there."""
        at = self.at[facet]
        return table if at is None else np.asarray(table[..., at])

    def add(self, facet: str, log: Floats, weight: Floats, out: Floats) -> None:
        """Add to ``out`` what a facet's kinds count, weighted by mandate, pitch by pitch."""
        if out.size < MANY:
            out += weight[:, None] * self.spread(facet, log)
            return
        from matchmaker.core.similarity import loops  # noqa: PLC0415 -- slow import

        at = self.at[facet]
        loops.add(log, weight, np.arange(log.shape[1]) if at is None else at, out)


@dataclass(frozen=True, eq=False, slots=True)
class Wants:
    """Mandates as read by every facet; ``trust`` is the share of deals in what is known of each."""

    mandates: tuple[Mandate, ...]
    said: Mapping[str, Any]
    trust: Floats


def kinds(values: Sequence[Hashable]) -> tuple[list[Any], NDArray[np.intp] | None]:
    """Return the values that differ, as they come, and which of them is where (None: all do)."""
    place = {value: at for at, value in enumerate(dict.fromkeys(values))}
    if len(place) == len(values):
        return list(place), None
    return list(place), np.array([place[one] for one in values], dtype=np.intp)


def hot(places: Sequence[NDArray[np.intp]], counts: Sequence[int], pitches: int) -> Floats:
    """Return which kind each pitch is of, kinds in rows, facet after facet."""
    rows = np.zeros((sum(counts), pitches))
    start = 0
    for at, count in zip(places, counts, strict=True):
        rows[start + at, np.arange(pitches)] = 1.0
        start += count
    return rows
