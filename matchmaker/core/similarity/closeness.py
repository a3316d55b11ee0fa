"""How close the parts of many texts are: vectors, products, the closest, the medians."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.core.similarity.categories import Floats
from matchmaker.core.similarity.encoders import SENSE
from matchmaker.core.similarity.passages import SCRIPTS

CLOSEST = 3  # a thesis is as close as the mean of its three closest passages
ROWS_AT_ONCE = 256
COMMON = 64  # of the commonest terms: where most pairs share them, a full table is quicker
COMMON_SHARE = 0.125  # of the windows, from which a term is common
MANY = 500_000  # pairs of passages and windows for which machine code is worth loading


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of many texts as vectors, by kind and script, and where each text's parts begin.

    ``broad`` is where those parts begin of which an encoder tells the sense.
    """

    vectors: dict[tuple[str, str], Any]
    starts: dict[str, NDArray[np.intp]]
    broad: dict[str, NDArray[np.intp]]

    def says(self, script: str) -> NDArray[np.bool_]:
        return np.diff(self.starts[script]) > 0

    @property
    def speaks(self) -> NDArray[np.bool_]:
        """Which texts say anything, in whatever script."""
        return np.asarray(np.any([self.says(script) for script in SCRIPTS], axis=0))

    def begin(self, kind: str, script: str) -> NDArray[np.intp]:
        """Return where each text's parts of a kind begin."""
        return (self.broad if kind.startswith(SENSE) else self.starts)[script]


def size(offers: Parts, wants: Parts) -> tuple[int, int]:
    """Return how many texts there are of mandates and of pitches."""
    return len(wants.starts[SCRIPTS[0]]) - 1, len(offers.starts[SCRIPTS[0]]) - 1


def blocks(ends: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Cut the mandates into runs with at most about ROWS_AT_ONCE passages."""
    runs, start = [], 0
    for at in range(1, len(ends)):
        if ends[at] - ends[start] >= ROWS_AT_ONCE or at == len(ends) - 1:
            runs.append((start, at))
            start = at
    return runs


@dataclass(frozen=True, slots=True)
class Listed:
    """Windows by term: the ``common`` terms as a full table (a row for each window), the ``rare``
    ones sparse, with nothing in the common ones.
    """

    common: NDArray[np.intp]
    table: NDArray[np.float32]
    rare: sparse.csc_matrix

    @classmethod
    def of(cls, windows: sparse.csr_matrix) -> Listed:
        rare = windows.tocsc()
        uses = np.diff(rare.indptr)
        frequent = np.flatnonzero(uses >= max(1.0, COMMON_SHARE * windows.shape[0]))
        common = np.sort(frequent[np.argsort(-uses[frequent], kind="stable")[:COMMON]])
        table = rare[:, common].toarray()
        for term in common:
            rare.data[rare.indptr[term] : rare.indptr[term + 1]] = 0.0
        rare.eliminate_zeros()
        return cls(common, table, rare)


def products(rows: Any, columns: Any) -> NDArray[np.floating]:
    """Return the products of rows (passages) and columns (windows, each a row of its own).

    Those of ``Listed`` windows are summed in the same order either way, so the numbers are the
    same.
    """
    if not isinstance(columns, Listed):
        return np.asarray(rows @ columns.T)
    rare = columns.rare
    out = rows[:, columns.common].toarray() @ columns.table.T
    if rows.shape[0] * rare.shape[0] < MANY:
        return np.asarray(out + (rows @ rare.T).toarray())
    from matchmaker.core.similarity import loops  # noqa: PLC0415 -- slow import

    room = np.empty(rare.shape[0], dtype=np.float32)
    loops.products(
        rows.indices, rows.data, rows.indptr, rare.indices, rare.data, rare.indptr, room, out
    )
    return np.asarray(out)


def closest(near: NDArray[np.floating], ends: NDArray[np.intp]) -> NDArray[np.floating]:
    """Return per mandate the mean over its closest passages, columns as they are."""
    starts, sizes = ends[:-1] - ends[0], np.diff(ends)
    if (sizes == 1).all():
        return near
    rows = np.zeros((len(sizes), near.shape[1]), dtype=np.float32)
    for size in np.unique(sizes[sizes > 0]):
        which = np.flatnonzero(sizes == size)
        if size == 1:
            rows[which] = near[starts[which]]
            continue
        own = near[starts[which][:, None] + np.arange(size)[None, :]]
        if size > CLOSEST:
            own = np.partition(own, size - CLOSEST, axis=1)[:, size - CLOSEST :]
        rows[which] = own.mean(axis=1)
    return rows


def medians(near: NDArray[np.floating], offsets: NDArray[np.intp]) -> Floats:
    """Return per pitch the median over its windows."""
    out = np.zeros((len(near), len(offsets) - 1))
    sizes = np.diff(offsets)
    if near.size >= MANY:
        from matchmaker.core.similarity import loops  # noqa: PLC0415 -- slow import

        loops.medians(near, offsets, np.empty(int(sizes.max()), dtype=near.dtype), out)
        return out
    for size in np.unique(sizes[sizes > 0]):
        which = np.flatnonzero(sizes == size)
        parts = [near[:, offsets[which] + step] for step in range(min(size, 3))]
        if size == 1:
            out[:, which] = parts[0]
        elif size == 2:
            out[:, which] = (parts[0] + parts[1]) / 2
        elif size == 3:
            low, high = np.minimum(*parts[:2]), np.maximum(*parts[:2])
            out[:, which] = np.maximum(low, np.minimum(high, parts[2]))
        else:
            columns = offsets[which][:, None] + np.arange(size)[None, :]
            out[:, which] = np.median(near[:, columns], axis=2)
    return out
