"""Judging lists and scores, and stages that have to win before they are used."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.core.match import Lists, NearCopy, calibrate, near_copies, try_learned
from matchmaker.core.match.quality import (
    Exposure,
    ListQuality,
    bands,
    exposure,
    gini,
    list_quality,
    stability,
)
from matchmaker.core.profile import Mandate, Pitch

OPEN = np.zeros((1, 4), dtype=bool)
FACETS = ("field", "text", "stage")
START = np.array([1.0, 1.0, 1.0])


def test_a_list_is_judged_beside_a_random_order() -> None:
    score, gains = np.array([[90.0, 80.0, 70.0, 60.0]]), np.array([[1.0, 0.0, 2.0, -1.0]])
    best = 2 + 1 / np.log2(3)
    assert list_quality(score, OPEN, gains, top=2) == ListQuality(
        lists=1,
        wanted=2,
        refused=1,
        top=2,
        precision=0.5,
        recall=0.5,
        ndcg=pytest.approx(1 / best),
        chance_precision=0.5,
        chance_ndcg=pytest.approx(0.75 * (1 + 1 / np.log2(3)) / best),
        auc=1.0,
    )
    assert list_quality(score, OPEN, np.zeros((1, 4))) is None


def test_excluded_pairs_are_in_no_list() -> None:
    score, gains = np.array([[90.0, 80.0, 70.0, 60.0]]), np.array([[2.0, 1.0, 0.0, 0.0]])
    out = np.array([[True, False, False, False]])
    found = list_quality(score, out, gains, top=1)
    assert found is not None
    assert (found.wanted, found.precision, found.ndcg) == (1, 1.0, 1.0)


def test_evenness_and_exposure_by_group() -> None:
    assert (gini(np.ones(4)), gini(np.array([0, 0, 0, 8.0]))) == (0.0, 0.75)
    assert exposure({"a": 3, "c": 1}, {"a": "CN", "b": "CN", "c": "150"}) == (
        Exposure(group="CN", parties=2, seen=1, mean=1.5),
        Exposure(group="150", parties=1, seen=1, mean=1.0),
    )
    calm = np.linspace(20, 80, 100)
    assert stability(calm, calm) == 0.0
    assert stability(calm, calm + 30) > 0.25


def test_a_scale_is_measured_on_lists_it_has_not_seen() -> None:
    draw = np.random.default_rng(1)
    scores = draw.uniform(20, 80, 6000)
    honest = 1 / (1 + np.exp(-(-2.0 + (scores - 50) / 50 * np.log(100))))
    wanted = draw.uniform(size=6000) < honest
    found = calibrate(scores, wanted, np.arange(6000) // 20)
    assert found.temperature == pytest.approx(1.0, abs=0.15)
    told = [one for one in bands(scores, wanted, found.predicted) if one.pairs > 300]
    assert len(told) >= 5
    for one in told:
        assert one.observed == pytest.approx(one.predicted, abs=0.05)
    flatter = draw.uniform(size=6000) < 1 / (1 + np.exp(-(-2.0 + (scores - 50) / 50)))
    assert calibrate(scores, flatter, np.arange(6000) // 20).is_on
    assert not calibrate(scores[:40], wanted[:40], np.arange(40) // 20).is_on


def lists(weights: tuple[float, ...], owners: int = 80, seed: int = 3) -> Lists:
    """Everybody wants the three best of 25 pairs by these weights, with some whim."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(owners * 25, len(FACETS)))
    owner = np.repeat(np.arange(owners), 25)
    liking = features @ np.array(weights) + draw.normal(size=len(owner)) * 0.5
    gain = np.zeros(len(owner))
    for one in range(owners):
        own = np.flatnonzero(owner == one)
        gain[own[np.argsort(-liking[own])[:3]]] = 1.0
    at = draw.permutation(len(owner)).astype(float)
    return Lists(facets=FACETS, features=features, gain=gain, at=at, owner=owner)


def test_learned_weights_win_where_people_want_something_else_than_the_shipped_ones_say() -> None:
    trial, weights = try_learned(lists((2.0, 0.0, 0.2)), START)
    assert trial.won
    assert trial.found is not None
    assert trial.against is not None
    assert trial.found > trial.against + 0.1
    assert weights[0] > 1.3 > 0.7 > weights[1]


def test_nothing_is_learned_where_it_does_not_win_or_decisions_are_few() -> None:
    trial, weights = try_learned(lists((1.0, 1.0, 1.0)), START)
    assert trial.reason in ("unclear", "lost")
    assert weights is START
    few, _ = try_learned(lists((2.0, 0.0, 0.0), owners=10), START)
    assert (few.reason, few.decisions) == ("few-decisions", 30)


def test_a_text_that_repeats_a_thesis_is_named() -> None:
    thesis = "we back lipid nanoparticles that carry messenger rna to the liver of children with "
    thesis += "inherited metabolic disease and we read the toxicology before the pitch deck"
    chinese = "我们只投能把信使核糖核酸递送到肝脏的脂质纳米颗粒并且先看毒理报告再看路演材料"
    pitches = [
        Pitch(id="copy", texts=("Our story. " + thesis,)),
        Pitch(id="copy-zh", texts=("我们的故事。" + chinese,)),
        Pitch(id="own", texts=("Lipid nanoparticles carry rna to the liver of mice",)),
    ]
    assert near_copies(pitches, [Mandate(id="m", texts=(thesis, chinese))]) == [
        NearCopy("copy-zh", "m", 31),
        NearCopy("copy", "m", 22),
    ]
