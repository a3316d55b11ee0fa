"""The committee's arithmetic: who reviews what, and how sure a ranking by reviews is."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHRINK = 2.0  # reviews: with two of them, half of a reviewer's apparent severity is believed
DRAWS = 300  # rankings drawn: the error of a chance near one half is then about three percent
SEED = 20_27
CHUNK = 50  # draws solved at once: keeps the arrays of a big call small
TAIL = 0.05  # a rank interval leaves out this share of the draws at either end

Floats = NDArray[np.float64]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rating:
    """What one reviewer gave one project, on 0 to 100."""

    project: str
    reviewer: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a project stands among all that were rated. Scores are 0 to 100.

    ``spread`` (standard deviation) and the rank interval ``low`` to ``high`` (nine draws of ten)
    need two reviews, else they are ``None``: one opinion says nothing of how far opinions differ.
    ``chance`` is the share of draws in which the project is among the ``places`` first.
    """

    project: str
    number: int
    mean: float
    spread: float | None
    adjusted: float
    rank: int
    low: int | None
    high: int | None
    chance: float | None
    zone: str
    """``in``, ``debate`` or ``out``: where the interval lies to the cut; ``unsure`` without one."""


def weighted_score(
    points: Mapping[str, float], rubric: Mapping[str, tuple[float, int]]
) -> float | None:
    """Return a review's score on 0 to 100, or None while it says nothing.

    The sum of weight x points over the sum of weight x most points; ``rubric`` gives each
    criterion's (weight, most points). A criterion that was not scored is missing, not zero.
    """
    scored = [(points[code], *rubric[code]) for code in sorted(points) if code in rubric]
    most = sum(weight * highest for _, weight, highest in scored)
    if most <= 0:
        return None
    return 100 * sum(weight * given for given, weight, _ in scored) / most


def standings(
    ratings: Sequence[Rating], *, places: int, draws: int = DRAWS, seed: int = SEED
) -> list[Standing]:
    """Return every rated project's standing, best first.

    ``adjusted`` takes out an additive severity of each reviewer: least squares of
    score = project + reviewer, with ``SHRINK`` times the squared severities added, so that the
    severities sum to zero and few reviews prove little. The interval is a Bayesian bootstrap
    over reviewers (Rubin 1981): each draw gives every reviewer an exponential weight.
    """
    if not ratings:
        return []
    table = _Table(ratings)
    adjusted = table.without_severity(np.ones((1, table.reviewers)))[0]
    weights = np.random.default_rng(seed).exponential(size=(draws, table.reviewers))
    parts = [weights[at : at + CHUNK] for at in range(0, draws, CHUNK)]
    drawn = np.concatenate([table.without_severity(part) for part in parts])
    return _said(table, adjusted, np.stack([_ranks(row) for row in drawn]), places)


def share_out(
    projects: Sequence[str],
    reviewers: Sequence[str],
    *,
    each: int,
    standing: Collection[Pair] = (),
    blocked: Collection[Pair] = (),
) -> list[Pair]:
    """Return new (project, reviewer) pairs that bring every project to ``each`` reviewers.

    ``standing`` pairs exist already and stay; ``blocked`` ones must not be. A project with too
    few reviewers left gets those there are. No other choice has more even loads: pairs are
    shifted along chains from fuller to emptier reviewers until none shortens the difference
    (optimal semi-matching, Harvey et al. 2003). The order of the arguments does not matter.
    """
    barred = set(blocked) | set(standing)
    has = {project: {r for p, r in standing if p == project} for project in projects}
    load = {name: sum(1 for _, r in standing if r == name) for name in sorted(reviewers)}
    free = {p: {r for r in load if (p, r) not in barred} for p in sorted(projects)}
    given: dict[str, set[str]] = {name: set() for name in load}
    for project in sorted(free, key=lambda name: (len(free[name]), name)):
        wanted = max(0, each - len(has[project]))
        order = sorted(free[project], key=lambda name: (load[name], _lot(project, name)))
        for reviewer in order[:wanted]:
            given[reviewer].add(project)
            load[reviewer] += 1
    while _level(given, load, free):
        pass
    return sorted((project, name) for name, some in given.items() for project in some)


class _Table:
    """Ratings as arrays, ordered by project, with the sums that the least squares need."""

    def __init__(self, ratings: Sequence[Rating]) -> None:
        rows = sorted(ratings, key=lambda rating: (rating.project, rating.reviewer))
        self.projects = sorted({row.project for row in rows})
        names = sorted({row.reviewer for row in rows})
        at = {name: index for index, name in enumerate(self.projects)}
        by = {name: index for index, name in enumerate(names)}
        self.reviewers = len(names)
        self.score = np.array([row.score for row in rows], dtype=np.float64)
        self.project = np.array([at[row.project] for row in rows])
        self.reviewer = np.array([by[row.reviewer] for row in rows])
        first, second = _same(self.project)
        self._first, self._second = first, second
        self._cell = self.reviewer[first] * self.reviewers + self.reviewer[second]

    def without_severity(self, weight: Floats) -> Floats:
        """Return (draw, project) means without the reviewers' severities.

        ``weight`` is (draw, reviewer). The normal equations of the severities are solved for all
        draws at once; the projects' own terms are eliminated from them beforehand.
        """
        count, size = len(self.projects), self.reviewers
        part = weight[:, self.reviewer]
        total = _sums(part, self.project, count)
        mean = _sums(part * self.score, self.project, count) / total
        right = _sums(part * (self.score - mean[:, self.project]), self.reviewer, size)
        shared = part[:, self._first] * part[:, self._second]
        shared /= total[:, self.project[self._first]]
        left = -_sums(shared, self._cell, size * size).reshape(-1, size, size)
        own = np.arange(size)
        left[:, own, own] += _sums(part, self.reviewer, size) + SHRINK
        severity = np.linalg.solve(left, right[:, :, None])[:, :, 0]
        fair = self.score - severity[:, self.reviewer]
        adjusted: Floats = _sums(part * fair, self.project, count) / total
        return adjusted


def _same(groups: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every ordered pair of positions (also of one with itself) in the same group."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    members = np.split(np.arange(len(groups)), starts[1:])
    pairs = [np.meshgrid(some, some, indexing="ij") for some in members]
    first = np.concatenate([pair[0].ravel() for pair in pairs])
    return first, np.concatenate([pair[1].ravel() for pair in pairs])


def _sums(values: Floats, group: NDArray[np.int64], size: int) -> Floats:
    """Return (draw, group) sums of (draw, position) values."""
    cells = np.arange(len(values))[:, None] * size + group
    summed = np.bincount(cells.ravel(), values.ravel(), len(values) * size)
    return summed.astype(np.float64).reshape(len(values), size)


def _ranks(values: Floats) -> NDArray[np.int64]:
    """Return 1 for the greatest value; equal ones share a rank."""
    rounded = np.round(values, 9)
    ordered = np.sort(-rounded)
    ranks: NDArray[np.int64] = np.searchsorted(ordered, -rounded, side="left") + 1
    return ranks


def _said(table: _Table, adjusted: Floats, drawn: NDArray[np.int64], places: int) -> list[Standing]:
    rank = _ranks(adjusted)
    low = np.quantile(drawn, TAIL, axis=0, method="lower")
    high = np.quantile(drawn, 1 - TAIL, axis=0, method="higher")
    chance = (drawn <= places).mean(axis=0)
    rows = []
    for index, project in enumerate(table.projects):
        own = table.score[table.project == index]
        sure = len(own) > 1
        rows.append(
            Standing(
                project=project,
                number=len(own),
                mean=float(own.mean()),
                spread=float(own.std(ddof=1)) if sure else None,
                adjusted=float(adjusted[index]),
                rank=int(rank[index]),
                low=int(low[index]) if sure else None,
                high=int(high[index]) if sure else None,
                chance=float(chance[index]) if sure else None,
                zone=_zone(int(low[index]), int(high[index]), places) if sure else "unsure",
            )
        )
    return sorted(rows, key=lambda row: (row.rank, row.project))


def _zone(low: int, high: int, places: int) -> str:
    if high <= places:
        return "in"
    return "debate" if low <= places else "out"


def _lot(project: str, reviewer: str) -> str:
    """Break ties by a fixed lot, so that the same reviewers are not always put together."""
    return hashlib.sha256(f"{project}\n{reviewer}".encode()).hexdigest()


def _level(given: dict[str, set[str]], load: dict[str, int], free: dict[str, set[str]]) -> bool:
    """Shift pairs along one chain that evens out two loads; False when there is none."""
    for start in sorted(load, key=lambda name: (-load[name], name)):
        chain = _chain(start, given, load, free)
        if chain:
            for giver, taker, project in chain:
                given[giver].remove(project)
                given[taker].add(project)
            load[start] -= 1
            load[chain[-1][1]] += 1
            return True
    return False


def _chain(
    start: str, given: dict[str, set[str]], load: dict[str, int], free: dict[str, set[str]]
) -> list[tuple[str, str, str]]:
    """Return (giver, taker, project) steps from ``start`` to somebody with two fewer, or []."""
    came: dict[str, tuple[str, str]] = {}
    waiting = deque([start])
    while waiting:
        giver = waiting.popleft()
        for project in sorted(given[giver]):
            for taker in sorted(free[project]):
                if taker == start or taker in came or project in given[taker]:
                    continue
                came[taker] = (giver, project)
                if load[taker] <= load[start] - 2:
                    return _back(start, taker, came)
                waiting.append(taker)
    return []


def _back(start: str, end: str, came: dict[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    steps = []
    while end != start:
        giver, project = came[end]
        steps.append((giver, end, project))
        end = giver
    return steps[::-1]
