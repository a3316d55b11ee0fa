"""What is done for each of very many pairs, as machine code: slow to load, for large blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.compiled import compiled, inner

Places = NDArray[np.int32]
Windows = NDArray[np.intp]
Singles = NDArray[np.float32]
Floats = NDArray[np.float64]

TIE = 2e-6  # more than rounding to six decimals can move a score
MICRO = 1e6


@compiled
def products(  # type: ignore[no-any-unimported,unused-ignore]
    terms: Places,
    weights: Singles,
    starts: Places,
    holders: Places,
    shares: Singles,
    first: Places,
    room: Singles,
    out: Singles,
) -> None:
    """Add to ``out`` the products of sparse rows and of columns listed by term.

    Row r has ``weights`` of ``terms`` from ``starts[r]`` on; term t is in the columns ``holders``
    with ``shares`` from ``first[t]`` on. ``room`` has a place for each column.
    """
    for row in range(len(starts) - 1):
        room[:] = 0.0
        for at in range(starts[row], starts[row + 1]):
            weight = weights[at]
            for where in range(first[terms[at]], first[terms[at] + 1]):
                room[holders[where]] += weight * shares[where]
        for column in range(len(room)):
            out[row, column] += room[column]


@compiled
def medians(near: Singles, starts: Windows, room: Singles, out: Floats) -> None:
    """Fill ``out`` with the median over each pitch's windows; without any it stays as it is.

    The windows of pitch p are the columns from ``starts[p]`` on; ``room`` has a place for each
    window of the longest one.
    """
    for row in range(near.shape[0]):
        for pitch in range(len(starts) - 1):
            first, count = starts[pitch], starts[pitch + 1] - starts[pitch]
            if count == 1:
                out[row, pitch] = near[row, first]
            elif count == 2:
                out[row, pitch] = (near[row, first] + near[row, first + 1]) / 2
            elif count > 2:
                for at in range(count):
                    value, place = near[row, first + at], at
                    while place > 0 and room[place - 1] > value:
                        room[place] = room[place - 1]
                        place -= 1
                    room[place] = value
                middle = count // 2
                out[row, pitch] = room[middle]
                if count % 2 == 0:
                    out[row, pitch] = (room[middle - 1] + room[middle]) / 2


@compiled
def add(log: Floats, weight: Floats, at: Windows, out: Floats) -> None:
    """Add to ``out`` weighted lifts: those of pitch p are in the column ``at[p]`` of ``log``."""
    for row in range(out.shape[0]):
        for pitch in range(out.shape[1]):
            out[row, pitch] += weight[row] * log[row, at[pitch]]


@inner
def put(places: Places, scores: Floats, place: int, score: float) -> None:
    """Put an entry into a list that is in order, behind its equals; the last one leaves."""
    at = len(scores) - 1
    if score <= scores[at]:
        return
    while at > 0 and scores[at - 1] < score:
        scores[at] = scores[at - 1]
        places[at] = places[at - 1]
        at -= 1
    scores[at] = score
    places[at] = place


@compiled
def put_rows(score: Floats, start: int, places: Places, scores: Floats) -> None:
    """Put each row's scores, rounded, into the list of its own; scores below 0 belong nowhere."""
    last = scores.shape[1] - 1
    for row in range(score.shape[0]):
        for column in range(score.shape[1]):
            found = score[row, column]
            if found >= 0.0 and found > scores[row, last] - TIE:
                put(places[row], scores[row], start + column, np.rint(found * MICRO) / MICRO)


@compiled
def put_columns(score: Floats, start: int, places: Places, scores: Floats, least: Floats) -> None:
    """Put each column's scores, rounded, into the list of its own, rows one after another.

    ``least`` has the last score of each list, so that few of the lists are looked at.
    """
    last = scores.shape[1] - 1
    for row in range(score.shape[0]):
        for column in range(score.shape[1]):
            found = score[row, column]
            if found >= 0.0 and found > least[column] - TIE:
                put(places[column], scores[column], start + row, np.rint(found * MICRO) / MICRO)
                least[column] = scores[column, last]


@compiled
def put_lists(others: Places, found: Floats, places: Places, scores: Floats) -> None:
    """Put the entries of lists in order into other lists, whose own come first among equals."""
    for row in range(others.shape[0]):
        for at in range(others.shape[1]):
            put(places[row], scores[row], others[row, at], found[row, at])
