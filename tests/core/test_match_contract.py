"""scikit-learn's own checks of an estimator's manners, and events whose answer can be proved."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.validation import check_is_fitted, validate_data

from matchmaker.core.match import best, rank
from matchmaker.core.profile import STAGES, Mandate, Pitch, Ticket
from matchmaker.core.similarity import ProfileSimilarity, latent
from tests.core.profiles import TREE

FIELDS = ("car_t", "rna", "imaging", "heart")
COUNTRIES = ("CN", "DE", "US", "FI")
WORDS = (
    *("cell", "gene", "virus", "lipid", "tumour", "receptor", "antibody", "enzyme", "protein"),
    *("scanner", "lens", "laser", "signal", "image", "catheter", "valve", "rhythm", "sensor"),
    *("blood", "liver", "lung", "heart", "brain", "bone", "skin", "eye", "vaccine", "tissue"),
)


class OfNumbers(ProfileSimilarity):  # type: ignore[misc]
    """The product's estimator fed as the checks feed one: each row of numbers becomes a pitch.

    Nothing but the reading of rows is added. The mandates are those of ``WANTED``.
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: N803 -- scikit-learn's name
        super().fit(_rows(validate_data(self, X)), WANTED, taxonomy=TREE)
        return self

    def decision_function(self, X: Any) -> Any:  # noqa: N803 -- scikit-learn's name
        check_is_fitted(self)
        pitches = _rows(validate_data(self, X, reset=False))
        return self.signals(pitches, WANTED).project_side().T


WANTED = (
    Mandate(
        id="m",
        fields=("cell",),
        ticket=Ticket(low=1e5, high=1e7),
        texts=("receptor and antibody in tumour tissue",),
    ),
    Mandate(id="n", fields=("heart", "rna"), stages=STAGES[:2], countries=("DE",)),
)


def _rows(table: Any) -> list[Pitch]:
    return [
        Pitch(
            id=repr((row.tolist(), at)),
            fields=(FIELDS[int(abs(row[0]) * 10) % 4],),
            country=COUNTRIES[int(abs(row[-1]) * 10) % 4],
            stage=STAGES[int(abs(row.sum())) % len(STAGES)],
            amount=float(1e5 + 1e6 * abs(row[0])),
            texts=(_text(float(np.abs(row).sum())),),
        )
        for at, row in enumerate(table)
    ]


def _text(number: float) -> str:
    """Return a text of twelve words that says the number in a system of its own."""
    digits = int(number * 1e6)
    return " ".join(WORDS[digits // 5**place % len(WORDS)] for place in range(12))


def named(pairs: Any) -> list[Any]:
    return [
        pytest.param(check, one, id=check.func.__name__.removeprefix("check_"))
        for one, check in pairs
    ]


@pytest.mark.parametrize(
    ("check", "estimator"), named(estimator_checks_generator(OfNumbers(), legacy=True))
)
def test_the_estimator_keeps_the_contract_of_scikit_learn(
    check: Callable[[Any], None],
    estimator: ProfileSimilarity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # the latent space has single precision: rows beside a row change its eighth digit
    monkeypatch.setattr(latent, "FEWEST_DOCUMENTS", 1000)
    check(estimator)


def test_who_wants_only_each_other_finds_each_other() -> None:
    """Two groups, light and dark squares: every own pair scores above every foreign one."""
    light, dark = (
        {"fields": ("car_t",), "country": "CN", "stage": STAGES[0], "amount": 1e6},
        {"fields": ("imaging",), "country": "US", "stage": STAGES[-1], "amount": 1e8},
    )
    pitches = [Pitch(id=f"p{at}", **(light, dark)[at % 2]) for at in range(8)]
    mandates = [
        Mandate(
            id=f"m{at}",
            fields=one.fields,
            countries=(one.country,),
            stages=(one.stage,),
            ticket=Ticket(typical=one.amount),
        )
        for at, one in enumerate(pitches[:6])
    ]
    ranking = rank(pitches, mandates, taxonomy=TREE)
    own = np.add.outer(np.arange(6), np.arange(8)) % 2 == 0
    assert ranking.score[~own].max() < 50.0 < ranking.score[own].min()
    assert (ranking.investor_rank[own] <= 4).all()
    assert (ranking.project_rank[own] <= 3).all()


def test_each_finds_the_one_perfect_twin_among_many() -> None:
    """A mandate that repeats a project's own words and values has it first, and the other way."""
    rows = np.random.default_rng(4).normal(size=(24, 2))
    pitches = [replace(one, id=f"p{at:02}") for at, one in enumerate(_rows(rows))]
    mandates = [
        Mandate(
            id=f"m{at:02}",
            fields=one.fields,
            countries=(one.country,),
            stages=(one.stage,),
            ticket=Ticket(typical=one.amount),
            texts=one.texts,
        )
        for at, one in enumerate(pitches)
    ]
    found = best(pitches, mandates, taxonomy=TREE, top=1)
    assert found.for_investor[:, 0].tolist() == list(range(24))
    assert found.for_project[:, 0].tolist() == list(range(24))


def test_shuffled_profiles_have_the_same_scores_pair_by_pair() -> None:
    rows = np.random.default_rng(5).normal(size=(40, 2))
    pitches = [replace(one, id=f"p{at:02}") for at, one in enumerate(_rows(rows))]
    mandates = [
        replace(WANTED[at % 2], id=f"m{at}", texts=one.texts) for at, one in enumerate(pitches)
    ]
    mixed = random.Random(2)
    one = rank(pitches, mandates, taxonomy=TREE)
    other = rank(mixed.sample(pitches, 40), mixed.sample(mandates, 40), taxonomy=TREE)
    assert one.score.tolist() == other.score.tolist()
    assert one.project_rank.tolist() == other.project_rank.tolist()
