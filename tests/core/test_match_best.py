"""Top lists without a table of every pair are those of the whole ranking."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from matchmaker.core.match import best, rank
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity import closeness
from tests.core.profiles import TREE, events

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def lists(ranks: np.ndarray, top: int) -> list[list[int]]:
    """Places in the order of their ranks, -1 where a list is shorter than it could be."""
    found = []
    for row in ranks:
        order = sorted((int(place), at) for at, place in enumerate(row) if place > 0)
        own = [at for _, at in order[:top]]
        found.append(own + [-1] * (min(top, len(row)) - len(own)))
    return found


@QUICK
@given(events(), st.integers(1, 6))
def test_both_sides_have_the_lists_of_the_whole_ranking(
    event: tuple[list[Pitch], list[Mandate]], top: int
) -> None:
    pitches, mandates = event
    whole = rank(pitches, mandates, taxonomy=TREE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["matchmaker.core.match.best"], "CELLS", 4)  # several blocks
        patch.setattr(sys.modules["matchmaker.core.match.best"], "TASKS", 2)  # several tasks
        for part in ("closeness", "reading"):  # as machine code
            patch.setattr(sys.modules[f"matchmaker.core.similarity.{part}"], "MANY", 0)
        found = best(pitches, mandates, taxonomy=TREE, top=top, model=whole.model)
    if mandates and pitches:
        assert found.for_investor.tolist() == lists(whole.investor_rank, top)
        assert found.for_project.tolist() == lists(whole.project_rank.T, top)


def test_products_of_many_passages_are_the_numbers_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = sparse.random(40, 300, 0.1, "csr", np.float32, rng=np.random.default_rng(1))
    drawn = sparse.random(70, 300, 0.1, "csr", np.float32, rng=np.random.default_rng(2))
    windows = closeness.Listed.of(drawn)
    assert 0 < len(windows.common) < 300
    few = closeness.products(terms, windows)
    assert few == pytest.approx((terms @ drawn.T).toarray(), abs=1e-6)
    monkeypatch.setattr(closeness, "MANY", 0)
    assert few.any()
    assert few.tolist() == closeness.products(terms, windows).tolist()


def test_medians_of_many_windows_are_the_numbers_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = np.cumsum([0, 1, 0, 2, 3, 4, 5, 1, 6])
    near = np.random.default_rng(3).random((9, int(starts[-1])), dtype=np.float32)
    few = closeness.medians(near, starts)
    monkeypatch.setattr(closeness, "MANY", 0)
    assert few.all(axis=0).tolist() == [True, False, *[True] * 6]
    assert few.tolist() == closeness.medians(near, starts).tolist()


def test_empty_sides_have_empty_lists() -> None:
    found = best([], [Mandate(id="I1")], taxonomy=TREE)
    assert found.for_investor.shape == (1, 0)
    assert found.for_project.shape == (0, 1)
