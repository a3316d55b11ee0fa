"""One changed profile is ranked anew without a full run, and a full run agrees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings

from matchmaker.core.match import Ranking, rank, reranked
from matchmaker.core.profile import Mandate, Pitch
from tests.core.profiles import TREE, events, mandates, pitches

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def agree(one: Ranking, other: Ranking) -> None:
    assert np.allclose(one.score, other.score, atol=1e-9)
    assert np.array_equal(one.excluded, other.excluded)
    assert np.array_equal(one.investor_rank, other.investor_rank)
    assert np.array_equal(one.project_rank, other.project_rank)


@QUICK
@given(events(), mandates(), pitches())
def test_a_full_run_agrees(
    event: tuple[list[Pitch], list[Mandate]], mandate: Mandate, pitch: Pitch
) -> None:
    known, wanted = event
    ranking = rank(known, wanted, taxonomy=TREE)
    for at, old in enumerate(wanted):
        changed = replace(mandate, id=old.id)
        again = rank(
            known, [*wanted[:at], changed, *wanted[at + 1 :]], taxonomy=TREE, model=ranking.model
        )
        if known:
            agree(reranked(ranking, changed), again)
    for at, old_pitch in enumerate(known):
        other = replace(pitch, id=old_pitch.id)
        again = rank(
            [*known[:at], other, *known[at + 1 :]], wanted, taxonomy=TREE, model=ranking.model
        )
        if wanted:
            agree(reranked(ranking, other), again)
