"""The best of very many: top lists of both sides without a table of every pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import joblib
import numpy as np
from numpy.typing import NDArray

from matchmaker.core.match.outside import Limits
from matchmaker.core.match.ranking import by_id, score_read
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity import Offers, ProfileSimilarity, Wants
from matchmaker.core.similarity.categories import Floats
from matchmaker.core.taxonomy import Taxonomy

CELLS = 1_280_000  # pairs scored at once: tables of 10 MB, which stay near the processor
TASKS = 4  # for each worker: every task keeps and brings back lists of all projects
NOBODY = -1


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


@dataclass(frozen=True, eq=False)
class Prepared:
    """Both sides as the model reads them, mandates in blocks: all that scoring needs."""

    model: ProfileSimilarity
    limits: Limits
    offers: Offers
    blocks: tuple[Wants, ...]


class Lists(NamedTuple):
    """Lists in order, a row for each owner, at first of nobody with a score below all."""

    places: NDArray[np.int32]
    scores: Floats

    @classmethod
    def empty(cls, owners: int, top: int) -> Lists:
        return cls(np.full((owners, top), NOBODY, dtype=np.int32), np.full((owners, top), -1.0))


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
    return lists(prepare(pitches, mandates, taxonomy=taxonomy, model=model), top)


def prepare(
    pitches: Sequence[Pitch],
    mandates: Sequence[Mandate],
    *,
    taxonomy: Taxonomy,
    model: ProfileSimilarity | None = None,
) -> Prepared:
    """Return both sides sorted by id and read, so that only numbers are left to compare."""
    pitches, mandates = by_id(pitches), by_id(mandates)
    model = model or ProfileSimilarity().fit(pitches, mandates, taxonomy=taxonomy)
    rows = max(1, CELLS // max(len(pitches), 1))
    read = joblib.delayed(model.read_wants)
    tasks = (read(mandates[start : start + rows]) for start in range(0, len(mandates), rows))
    blocks = tuple(joblib.Parallel()(tasks))
    return Prepared(model, Limits(pitches, taxonomy), model.read_offers(pitches), blocks)


def lists(prepared: Prepared, top: int) -> Best:
    """Return both sides' top lists of what was prepared, every pair scored in full."""
    from matchmaker.core.similarity import loops  # noqa: PLC0415 -- slow import

    pitches = prepared.offers.pitches
    mandates = [one for block in prepared.blocks for one in block.mandates]
    count = max(1, -(-len(prepared.blocks) // (TASKS * joblib.effective_n_jobs())))
    parts = [
        prepared.blocks[start : start + count] for start in range(0, len(prepared.blocks), count)
    ]
    starts = accumulate((sum(len(one.mandates) for one in part) for part in parts), initial=0)
    work = joblib.delayed(_lists)
    tasks = (
        work(prepared.model, prepared.limits, prepared.offers, part, start, top)
        for start, part in zip(starts, parts, strict=False)
    )
    own = [Lists.empty(0, min(top, len(pitches)))]
    theirs = Lists.empty(len(pitches), min(top, len(mandates)))
    for ours, found in joblib.Parallel(return_as="generator")(tasks):
        own.append(ours)
        loops.put_lists(found.places, found.scores, theirs.places, theirs.scores)
    return Best(
        investors=tuple(one.id for one in mandates),
        projects=tuple(one.id for one in pitches),
        for_investor=np.concatenate([one.places for one in own]).astype(np.intp),
        investor_scores=np.maximum(np.concatenate([one.scores for one in own]), 0.0),
        for_project=theirs.places.astype(np.intp),
        project_scores=np.maximum(theirs.scores, 0.0),
    )


def _lists(
    model: ProfileSimilarity,
    limits: Limits,
    offers: Offers,
    blocks: Sequence[Wants],
    start: int,
    top: int,
) -> tuple[Lists, Lists]:
    """Return the lists of some investors, and all projects' lists of these investors."""
    from matchmaker.core.similarity import loops  # noqa: PLC0415 -- slow import

    rows, columns = sum(len(one.mandates) for one in blocks), len(offers.pitches)
    own, theirs = Lists.empty(rows, min(top, columns)), Lists.empty(columns, min(top, rows))
    least, first = np.full(columns, -1.0), 0
    for wants in blocks:
        score, _, _, out = score_read(model, limits, offers, wants)
        score[out] = -1.0
        last = first + len(wants.mandates)
        loops.put_rows(score, 0, own.places[first:last], own.scores[first:last])
        loops.put_columns(score, start + first, theirs.places, theirs.scores, least)
        first = last
    return own, theirs
