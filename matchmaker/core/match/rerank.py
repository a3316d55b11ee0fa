"""One changed profile in a ranking: its own row or column anew, everybody else's places shifted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.match.ranking import BLOCK, DECIMALS, Ranking, ranks, score_block
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity.categories import Floats

Scores = tuple[Floats, Floats, Floats, NDArray[np.bool_]]
"""Joint scores, both sides' scores, and the excluded pairs."""


def reranked(ranking: Ranking, profile: Mandate | Pitch) -> Ranking:
    """Return the ranking with a profile in the place of the one with the same id.

    The model stays as it was fitted, so this is what a full run with the same model gives; the
    given ranking is not changed.
    """
    if isinstance(profile, Mandate):
        row, _ = ranking.place(profile.id, ranking.projects[0]) if ranking.pitches else (0, 0)
        return _with_row(ranking, row, profile)
    _, column = ranking.place(ranking.investors[0], profile.id) if ranking.mandates else (0, 0)
    return _with_column(ranking, column, profile)


def _with_row(ranking: Ranking, row: int, mandate: Mandate) -> Ranking:
    found = score_block(ranking.model, ranking.taxonomy, ranking.pitches, [mandate])
    score, one, other = _copies(ranking)
    out = ranking.excluded.copy()
    project_rank = _shifted(ranking.project_rank.T, score.T, out.T, row, found[0][0], found[3][0]).T
    score[row], one[row], other[row] = (part[0] for part in found[:3])
    out[row] = found[3][0]
    investor_rank = ranking.investor_rank.copy()
    investor_rank[row] = ranks(found[0], found[3])[0]
    mandates = (*ranking.mandates[:row], mandate, *ranking.mandates[row + 1 :])
    return replace(
        ranking,
        mandates=mandates,
        score=score,
        score_investor=one,
        score_project=other,
        excluded=out,
        investor_rank=investor_rank,
        project_rank=project_rank,
    )


def _with_column(ranking: Ranking, column: int, pitch: Pitch) -> Ranking:
    found = _one_column(ranking, pitch)
    score, one, other = _copies(ranking)
    out = ranking.excluded.copy()
    new, new_out = found[0][:, 0], found[3][:, 0]
    investor_rank = _shifted(ranking.investor_rank, score, out, column, new, new_out)
    for table, part in zip((score, one, other), found[:3], strict=True):
        table[:, column] = part[:, 0]
    out[:, column] = new_out
    project_rank = ranking.project_rank.copy()
    project_rank[:, column] = ranks(found[0].T, found[3].T)[0]
    pitches = (*ranking.pitches[:column], pitch, *ranking.pitches[column + 1 :])
    return replace(
        ranking,
        pitches=pitches,
        score=score,
        score_investor=one,
        score_project=other,
        excluded=out,
        investor_rank=investor_rank,
        project_rank=project_rank,
    )


def _one_column(ranking: Ranking, pitch: Pitch) -> Scores:
    """Score one project for everybody, in the blocks of a full run: their texts are encoded."""
    parts = [
        score_block(
            ranking.model, ranking.taxonomy, [pitch], ranking.mandates[start : start + BLOCK]
        )
        for start in range(0, len(ranking.mandates), BLOCK)
    ]
    score, one, other = (np.concatenate([part[at] for part in parts]) for at in range(3))
    return score, one, other, np.concatenate([part[3] for part in parts])


def _copies(ranking: Ranking) -> tuple[Floats, Floats, Floats]:
    return ranking.score.copy(), ranking.score_investor.copy(), ranking.score_project.copy()


def _shifted(
    places: NDArray[np.int32],
    score: Floats,
    out: NDArray[np.bool_],
    at: int,
    new: Floats,
    new_out: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Return the ranks of lists (rows) in which only the entry ``at`` has another score now.

    Whoever stood behind the old score and stands before the new one moves up a place, and the
    other way round.
    """
    was = np.where(out[:, at], -1.0, np.round(score[:, at], DECIMALS))
    now = np.where(new_out, -1.0, np.round(new, DECIMALS))
    rounded = np.round(score, DECIMALS)
    later = np.arange(score.shape[1]) > at
    behind_was = _behind(rounded, was, later)
    behind_now = _behind(rounded, now, later)
    shift = behind_now.astype(np.int32) - behind_was.astype(np.int32)
    moved = np.where(out, 0, places + shift)
    ahead = (~behind_now & ~out).sum(axis=1) - np.where(out[:, at] | behind_now[:, at], 0, 1)
    moved[:, at] = np.where(new_out, 0, ahead + 1)
    return np.asarray(moved, dtype=np.int32)


def _behind(rounded: Floats, score: Floats, later: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return who stands behind an entry of this score; equal scores stand by their place."""
    behind = (rounded < score[:, None]) | ((rounded == score[:, None]) & later)
    return np.asarray(behind, dtype=np.bool_)
