"""Ticket against amount sought: a Gaussian kernel in log10 over the density of all amounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.similarity.categories import Floats, Lifts

BELOW = 0.35  # decades: a third of an order of magnitude less than the ticket still fits
ABOVE = 0.5  # and half of one more: a round is shared, and a first ticket is a part of it
MISFIT = 0.15  # share of deals that ignore the stated ticket altogether
GRID = np.linspace(0.0, 13.0, 521)  # log10 of amounts, a point every 0.025 decades
BROAD = 0.15  # share of a broad bell in the density of amounts, so that no amount is impossible
RAREST = 1e-9  # density below which no amount counts as rarer
ROWS_AT_ONCE = 512
CELLS = 32_768  # compared at once: they stay in the fastest memory
HISTORY_SHARE = 10.0  # a declared ticket weighs as much as this many past deals

Centres = tuple[tuple[float, float], ...]
"""Pairs of log10 amount and weight."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts as log10 (0 where missing), how dense amounts are there, and what is usual."""

    logs: Floats
    density: Floats
    usual: Floats
    says: NDArray[np.bool_]


@dataclass
class Tickets:
    """Learns the density of amounts; ``lifts`` compares tickets with amounts."""

    density_: Floats = field(default_factory=lambda: np.ones(len(GRID)), init=False)
    usual_: Floats = field(default_factory=lambda: np.ones(len(GRID)), init=False)

    def fit(self, amounts: Sequence[float | None], tickets: Sequence[Centres]) -> Tickets:
        """Learn from amounts in whole units of the reference currency; None is missing."""
        known = np.log10([one for one in amounts if one is not None and one > 0] or [6.5])
        centre, spread = float(known.mean()), float(known.std()) + 0.75
        width = max(0.3, 1.06 * float(known.std()) * len(known) ** -0.2)
        counts, _ = np.histogram(known, bins=_edges())
        kernel = _bell(GRID - GRID[len(GRID) // 2], width)
        dense = np.convolve(counts / len(known), kernel, mode="same")
        self.density_ = (1 - BROAD) * dense + BROAD * _bell(GRID - centre, spread)
        dense = np.maximum(self.density_, RAREST)
        curves = [
            _ratio(GRID, at, weight, dense).sum(axis=0)
            for _, at, weight in _alike(tickets, ROWS_AT_ONCE)
        ]
        count = sum(bool(one) for one in tickets)
        self.usual_ = np.sum(curves, axis=0) / count if count else np.ones(len(GRID))
        return self

    def read_offers(self, amounts: Sequence[float | None]) -> Amounts:
        """Return amounts as arrays, to be compared with any tickets."""
        says = np.array([one is not None and one > 0 for one in amounts], dtype=bool)
        logs = np.array([np.log10(one) if one is not None and one > 0 else 0.0 for one in amounts])
        return Amounts(
            logs=logs,
            density=np.maximum(np.interp(logs, GRID, self.density_), RAREST),
            usual=np.where(says, np.log(np.interp(logs, GRID, self.usual_)), 0.0),
            says=says,
        )

    def lifts(self, amounts: Sequence[float | None] | Amounts, tickets: Sequence[Centres]) -> Lifts:
        """Return the log ratios of tickets (rows) for amounts (columns)."""
        offered = amounts if isinstance(amounts, Amounts) else self.read_offers(amounts)
        wants = np.array([bool(one) for one in tickets], dtype=bool)
        log = np.zeros((len(tickets), len(offered.logs)))
        for rows, at, weight in _alike(tickets, max(1, CELLS // max(len(offered.logs), 1))):
            log[rows] = np.log(_ratio(offered.logs, at, weight, offered.density))
        log[:, ~offered.says] = 0.0
        return Lifts(log=log, usual=offered.usual, wants=wants, offers=offered.says)


def _alike(
    tickets: Sequence[Centres], most: int
) -> Iterator[tuple[NDArray[np.intp], Floats, Floats]]:
    """Yield tickets with the same number of centres, at most so many: places, centres, weights."""
    sizes = np.array([len(one) for one in tickets], dtype=np.intp)
    for size in np.unique(sizes[sizes > 0]):
        every = np.flatnonzero(sizes == size)
        for start in range(0, len(every), most):
            rows = every[start : start + most]
            table = np.array([tickets[row] for row in rows])
            yield rows, table[:, :, 0], table[:, :, 1]


def _ratio(logs: Floats, at: Floats, weight: Floats, density: Floats) -> Floats:
    """Return fit over density, tickets (centres in columns of ``at``) by amounts."""
    fit = np.zeros((len(at), len(logs)))
    for centre, share in zip(at.T, (weight / weight.sum(axis=1, keepdims=True)).T, strict=True):
        fit += share[:, None] * _slope(logs[None, :] - centre[:, None])
    return np.asarray((1 - MISFIT) * fit / density + MISFIT)


def _edges() -> NDArray[np.float64]:
    step = GRID[1] - GRID[0]
    return np.append(GRID - step / 2, GRID[-1] + step / 2)


def _slope(away: Floats) -> Floats:
    """Return a bell that is narrower below than above; its area is 1."""
    width = np.where(away > 0, ABOVE, BELOW)
    return np.asarray(np.exp(-0.5 * (away / width) ** 2) / ((ABOVE + BELOW) * np.sqrt(np.pi / 2)))


def _bell(away: Floats, width: float) -> Floats:
    return np.asarray(np.exp(-0.5 * (away / width) ** 2) / (width * np.sqrt(2 * np.pi)))
