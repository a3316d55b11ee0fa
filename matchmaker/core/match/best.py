"""The best of very many: top lists of both sides without a table of every pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import joblib
import numpy as np
from numpy.typing import NDArray

from matchmaker.core.match.ranking import DECIMALS, by_id, score_block
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity import ProfileSimilarity
from matchmaker.core.similarity.categories import Floats
from matchmaker.core.taxonomy import Taxonomy

CELLS = 2_000_000  # pairs scored at once: about 200 MiB of tables for each worker
NOBODY = -1

Tops = tuple[NDArray[np.intp], Floats]


@dataclass(frozen=True, eq=False)
class Best:
    """Top lists, the best first: places in ``projects`` and ``investors``, and joint scores.

    ``for_investor[i]`` holds places of projects, ``for_project[j]`` places of investors; lists
    that are shorter, because pairs are excluded, end with -1 and a score of 0.
    """

    investors: tuple[str, ...]
    projects: tuple[str, ...]
    for_investor: NDArray[np.intp]
    investor_scores: Floats
    for_project: NDArray[np.intp]
    project_scores: Floats


def best(
    pitches: Sequence[Pitch],
    mandates: Sequence[Mandate],
    *,
    taxonomy: Taxonomy,
    top: int = 50,
    model: ProfileSimilarity | None = None,
) -> Best:
    """Return both sides' top lists, as ``rank`` would order them, in memory that grows with the
    lists and not with the pairs. Blocks run through joblib.
    """
    pitches, mandates = by_id(pitches), by_id(mandates)
    model = model or ProfileSimilarity().fit(pitches, mandates, taxonomy=taxonomy)
    rows = max(1, CELLS // max(len(pitches), 1))
    starts = range(0, len(mandates), rows)
    work = partial(_block, model, taxonomy, pitches, top)
    tasks = (joblib.delayed(work)(start, mandates[start : start + rows]) for start in starts)
    ours: list[Tops] = []
    theirs = np.zeros((len(pitches), 0), dtype=np.intp), np.zeros((len(pitches), 0))
    for own, columns in joblib.Parallel(return_as="generator")(tasks):
        ours.append(own)
        joined = np.hstack([theirs[0], columns[0]]), np.hstack([theirs[1], columns[1]])
        theirs = _of(joined, top)
    empty = np.zeros((0, min(top, len(pitches))))
    return Best(
        investors=tuple(one.id for one in mandates),
        projects=tuple(one.id for one in pitches),
        for_investor=np.concatenate([empty.astype(np.intp), *(one[0] for one in ours)]),
        investor_scores=np.maximum(np.concatenate([empty, *(one[1] for one in ours)]), 0.0),
        for_project=theirs[0],
        project_scores=np.maximum(theirs[1], 0.0),
    )


def _block(
    model: ProfileSimilarity,
    taxonomy: Taxonomy,
    pitches: Sequence[Pitch],
    top: int,
    start: int,
    mandates: Sequence[Mandate],
) -> tuple[Tops, Tops]:
    score, _, _, out = score_block(model, taxonomy, pitches, mandates)
    score = np.round(score, DECIMALS)
    score[out] = -1.0
    own = _tops(score, top, 0)
    return own, _tops(np.ascontiguousarray(score.T), top, start)


def _tops(score: Floats, top: int, start: int) -> Tops:
    """Return places (counted from ``start``) and scores of the best of each row, ties by place."""
    top = min(top, score.shape[1])
    if top < score.shape[1]:
        edge = -np.partition(-score, top - 1, axis=1)[:, top - 1 : top]
        sure = score > edge
        room = top - sure.sum(axis=1, keepdims=True)
        tied = score == edge
        kept = sure | (tied & (np.cumsum(tied, axis=1) <= room))
        places = np.nonzero(kept)[1].reshape(len(score), top)
    else:
        places = np.broadcast_to(np.arange(top), score.shape)
    found = np.take_along_axis(score, places, axis=1)
    return _of((places + start, found), top)


def _of(lists: Tops, top: int) -> Tops:
    """Return the best of lists in order; excluded pairs (scores below 0) become nobody."""
    places, scores = lists
    order = np.lexsort((places, -scores))[:, :top]
    places, scores = np.take_along_axis(places, order, 1), np.take_along_axis(scores, order, 1)
    gone = scores < 0
    return np.where(gone, NOBODY, places), np.where(gone, -1.0, scores)
