"""What saying nothing counts: the middle of those who speak, and nothing where nobody does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.core.match import rank
from matchmaker.core.profile import STAGES, Mandate, Pitch
from matchmaker.core.similarity import ProfileSimilarity
from tests.core.profiles import TREE

SPREAD = [
    Pitch(id=f"{country}-{stage}", fields=("rna",), country=country, stage=stage)
    for country in ("CN", "DE", "FI", "US", "JP", "BR")
    for stage in STAGES
]


@pytest.mark.parametrize("left", [{"stage": None}, {"country": None}])
def test_a_project_that_leaves_something_out_stands_behind_half_of_those_that_say_it(
    left: dict[str, None],
) -> None:
    mandates = [
        Mandate(id=f"m{at}", fields=("rna",), stages=STAGES[at : at + 2], countries=("CN", "DE"))
        for at in range(6)
    ]
    model = ProfileSimilarity().fit(SPREAD, mandates, taxonomy=TREE)
    for own in SPREAD:
        silent = replace(own, **left)
        signals = model.signals([silent, *SPREAD], mandates)
        facet = next(iter(left))
        said = signals.log[facet][:, 1:]
        quiet = signals.log[facet][:, :1]
        assert (quiet <= 0).all()
        assert quiet.mean() == pytest.approx(min(0.0, float(np.median(said))))


def test_an_investor_that_says_nothing_is_the_middle_of_those_beside_it() -> None:
    mandates = [Mandate(id=f"m{at}", stages=(stage,)) for at, stage in enumerate(STAGES)]
    model = ProfileSimilarity().fit(SPREAD, mandates, taxonomy=TREE)
    signals = model.signals(SPREAD, [*mandates, Mandate(id="silent")])
    assert (signals.investor_side()[-1] == 0).all()
    said = signals.project_side()[:-1]
    assert signals.project_side()[-1] == pytest.approx(float(np.median(said)))
    assert (signals.project_side()[-1] < 0).all()


def test_where_both_sides_say_nothing_nothing_counts() -> None:
    mandates = [Mandate(id="m", stages=("phase_1",)), Mandate(id="silent", countries=("CN",))]
    ranking = rank([*SPREAD, Pitch(id="p", country="CN")], mandates, taxonomy=TREE)
    told = {one.facet: one for one in ranking.affinity("silent", "p").contributions}
    assert (told["stage"].points, told["stage"].facts["silent"]) == (0.0, ("investor", "project"))


def test_texts_without_a_common_language_say_so_whatever_they_are_told_beside() -> None:
    pitches = [
        Pitch(id="en", texts=("A soft valve for small hearts that grows with the child",)),
        Pitch(id="zh", texts=("用于儿童心脏的可生长软瓣膜，无需再次手术即可随年龄增长",)),
    ]
    mandates = [Mandate(id="m", texts=("Devices for the hearts of children and newborn babies",))]
    ranking = rank(pitches, mandates, taxonomy=TREE)
    codes = [one.code for one in ranking.explained(0, 1)[1].contributions if one.facet == "text"]
    assert codes == ["no-common-language"]
