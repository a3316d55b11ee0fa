"""Scores every investor with every project, ranks both ways, and explains any pair."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import joblib
import numpy as np
from numpy.typing import NDArray

from matchmaker.core.affinity import Affinity
from matchmaker.core.match import scale
from matchmaker.core.match.outside import Limits, why_outside
from matchmaker.core.match.reasons import contributions, explain
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.core.similarity import Offers, ProfileSimilarity, Signals, Wants
from matchmaker.core.similarity.categories import Floats
from matchmaker.core.taxonomy import Taxonomy

BLOCK = 256  # investors scored at once: bounds memory, and is the unit of progress
DECIMALS = 6  # scores that differ less are ties, which the id breaks

Profile = TypeVar("Profile", Pitch, Mandate)
Progress = Callable[[int, int], None]
"""Called with investors done and investors in all."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """Every pair's score, investors in rows and projects in columns, both sorted by id.

    ``score``, ``score_investor`` and ``score_project`` run from 0 to 100; an excluded pair has
    0 in all three, True in ``excluded`` and 0 for a rank. Ranks count from 1:
    ``investor_rank[i, j]`` is project j's place in investor i's list, ``project_rank[i, j]``
    investor i's place in project j's list.
    """

    mandates: tuple[Mandate, ...]
    pitches: tuple[Pitch, ...]
    taxonomy: Taxonomy
    model: ProfileSimilarity
    score: Floats
    score_investor: Floats
    score_project: Floats
    excluded: NDArray[np.bool_]
    investor_rank: NDArray[np.int32]
    project_rank: NDArray[np.int32]

    @property
    def investors(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.mandates)

    @property
    def projects(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.pitches)

    def affinity(self, investor: str, project: str) -> Affinity:
        """Return the pair with its reasons: contributions that add up to the score."""
        row, column = self.place(investor, project)
        return self.at(row, column, explained=True)

    def for_investor(self, investor: str, top: int | None = None) -> list[Affinity]:
        """Return the investor's projects, best first, without the excluded ones."""
        row = self._row(investor)
        order = np.argsort(self.investor_rank[row], kind="stable")
        kept = [int(at) for at in order if not self.excluded[row, at]]
        return [self.at(row, at) for at in kept[:top]]

    def for_project(self, project: str, top: int | None = None) -> list[Affinity]:
        """Return the project's investors, best first, without the excluded ones."""
        column = self._column(project)
        order = np.argsort(self.project_rank[:, column], kind="stable")
        kept = [int(at) for at in order if not self.excluded[at, column]]
        return [self.at(at, column) for at in kept[:top]]

    def explained(self, start: int, stop: int) -> list[Affinity]:
        """Return all pairs of the investors from one row up to another, with their reasons."""
        told = explain(self.model, self.mandates[start:stop], self.pitches)
        return [
            replace(self.at(start + row, column), contributions=reasons)
            if not self.excluded[start + row, column]
            else self.at(start + row, column)
            for row, line in enumerate(told)
            for column, reasons in enumerate(line)
        ]

    def explained_in(self, row: int, columns: Sequence[int]) -> dict[int, Affinity]:
        """Return some pairs of one investor by column, with their reasons."""
        told = explain(self.model, [self.mandates[row]], [self.pitches[at] for at in columns])
        return {
            column: replace(self.at(row, column), contributions=reasons)
            for column, reasons in zip(columns, told[0], strict=True)
            if not self.excluded[row, column]
        }

    def at(self, row: int, column: int, *, explained: bool = False) -> Affinity:
        """Return the pair of a row and a column, with reasons where asked for."""
        mandate, pitch = self.mandates[row], self.pitches[column]
        out = bool(self.excluded[row, column])
        outside = why_outside(mandate, pitch, self.taxonomy) if out else None
        reasons = contributions(self.model, mandate, pitch) if explained and not out else ()
        return Affinity(
            investor=mandate.id,
            project=pitch.id,
            score=float(self.score[row, column]),
            score_investor=float(self.score_investor[row, column]),
            score_project=float(self.score_project[row, column]),
            investor_rank=None if out else int(self.investor_rank[row, column]),
            project_rank=None if out else int(self.project_rank[row, column]),
            outside=outside,
            contributions=reasons,
        )

    def place(self, investor: str, project: str) -> tuple[int, int]:
        """Return row and column of a pair."""
        return self._row(investor), self._column(project)

    def _row(self, investor: str) -> int:
        return _find(self.investors, investor)

    def _column(self, project: str) -> int:
        return _find(self.projects, project)


def rank(
    pitches: Sequence[Pitch],
    mandates: Sequence[Mandate],
    *,
    taxonomy: Taxonomy,
    model: ProfileSimilarity | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """Score all pairs, and rank the projects of each investor and the investors of each project.

    Without a model one is fitted on the same profiles. The order of the arguments makes no
    difference; equal scores are ordered by id. Blocks run through joblib, so
    ``joblib.parallel_config`` decides where.
    """
    pitches = by_id(pitches)
    mandates = by_id(mandates)
    model = model or ProfileSimilarity().fit(pitches, mandates, taxonomy=taxonomy)
    limits, offers = Limits(pitches, taxonomy), model.read_offers(pitches)
    tasks = (
        joblib.delayed(score_read)(model, limits, offers, mandates[start : start + BLOCK])
        for start in range(0, len(mandates), BLOCK)
    )
    parts = []
    for part in joblib.Parallel(return_as="generator")(tasks):
        parts.append(part)
        if progress is not None:
            progress(min(len(parts) * BLOCK, len(mandates)), len(mandates))
    empty = np.zeros((0, len(pitches)))
    score, one, other, excluded = (
        np.concatenate([empty, *(part[at] for part in parts)]) for at in range(4)
    )
    out = excluded.astype(bool)
    return Ranking(
        mandates=tuple(mandates),
        pitches=tuple(pitches),
        taxonomy=taxonomy,
        model=model,
        score=score,
        score_investor=one,
        score_project=other,
        excluded=out,
        investor_rank=ranks(score, out),
        project_rank=ranks(score.T, out.T).T,
    )


def score_block(
    model: ProfileSimilarity,
    taxonomy: Taxonomy,
    pitches: Sequence[Pitch],
    mandates: Sequence[Mandate],
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Return joint scores, both sides' scores and the excluded pairs of some investors."""
    return score_read(model, Limits(pitches, taxonomy), pitches, mandates)


def score_read(
    model: ProfileSimilarity,
    limits: Limits,
    pitches: Sequence[Pitch] | Offers,
    mandates: Sequence[Mandate] | Wants,
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Return what ``score_block`` does, of profiles that the model may have read before."""
    own = mandates.mandates if isinstance(mandates, Wants) else mandates
    out = np.array([limits.mask(one) for one in own], dtype=bool)
    out = out.reshape(len(own), len(limits.pitches))
    return *_scored(*model.sides(pitches, mandates), out), out


def score_signals(signals: Signals, out: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Return joint scores and both sides' scores; 0 where ``out``."""
    sides = signals.investor_side(), signals.project_side(), signals.activity()
    return _scored(*sides, out)


def _scored(
    fit: Floats, other: Floats, activity: Floats, out: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    investor = scale.points(fit)
    project = scale.points(other)
    both = scale.points(fit + activity) if activity.any() else investor
    score = scale.joint(both, project)
    for scores in (investor, project, score):
        scores[out] = 0.0
    return score, investor, project


def ranks(score: Floats, excluded: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the place of every column in its row, 1 the best; 0 where excluded."""
    keyed = np.where(excluded, -1.0, np.round(score, DECIMALS))
    order = np.argsort(-keyed, axis=1, kind="stable")
    ranks = np.empty(score.shape, dtype=np.int32)
    places = np.broadcast_to(np.arange(1, score.shape[1] + 1, dtype=np.int32), score.shape)
    np.put_along_axis(ranks, order, places, axis=1)
    return np.where(excluded, 0, ranks).astype(np.int32)


def by_id(things: Sequence[Profile]) -> list[Profile]:
    ordered = sorted(things, key=lambda one: one.id)
    for before, after in pairwise(ordered):
        if before.id == after.id:
            raise Refusal("same-id-twice", hint=f"Two profiles are called {after.id}.", id=after.id)
    return ordered


def _find(names: tuple[str, ...], name: str) -> int:
    at = bisect_left(names, name)
    if at >= len(names) or names[at] != name:
        raise Refusal("not-ranked", hint=f"{name} is not part of this ranking.", id=name)
    return at
