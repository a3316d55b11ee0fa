"""Varied lists: what is nearly as good and different comes before more of the same."""

from __future__ import annotations

from matchmaker.core.match.variety import traits, varied
from tests.core.profiles import TREE

OWN = [
    traits(fields, country, TREE)
    for fields, country in (
        (("car_t",), "CN"),
        (("car_t",), "CN"),
        (("heart",), "DE"),
        (("rna",), "CN"),
    )
]


def test_the_first_places_are_varied_and_the_rest_stays_in_order() -> None:
    scores = [90.0, 89.0, 85.0, 60.0]
    assert varied(scores, OWN, share=1.0) == [0, 1, 2, 3]
    assert varied(scores, OWN, top=2) == [0, 2, 1, 3]
    assert varied([80.0] * 4, OWN, top=4)[0] == 0
    assert varied([], []) == []


def test_the_best_stays_first() -> None:
    assert varied([50.0, 99.0, 70.0, 10.0], OWN)[0] == 1
