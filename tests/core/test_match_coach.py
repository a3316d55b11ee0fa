"""The visibility coach: computed edits, with the places a full run gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaker.core.match import Edit, coach, rank
from matchmaker.core.profile import Mandate, Pitch, Ticket
from tests.core.profiles import TREE

PITCHES = [
    Pitch(id="own", fields=("car_t",), languages=("zh",), amount=3e7),
    *(
        Pitch(id=f"p{at:02}", fields=("rna",), languages=("en",), amount=2e6, country="DE")
        for at in range(12)
    ),
]
MANDATES = [
    Mandate(id=f"m{at}", fields=("rna",), languages=("en",), ticket=Ticket(low=1e6, high=9e6 + at))
    for at in range(6)
]


def edited(own: Pitch, edit: Edit) -> Pitch:
    if edit.facet == "ticket":
        return replace(own, amount=float(edit.value))
    if edit.facet == "field":
        return replace(own, also=(edit.value,))
    return replace(own, languages=(*own.languages, edit.value))


def test_each_edit_is_as_good_as_a_full_run_says() -> None:
    ranking = rank(PITCHES, MANDATES, taxonomy=TREE)
    edits = coach(ranking, "own")
    assert {(one.facet, one.value) for one in edits} >= {("field", "rna")}
    for edit in edits:
        changed = edited(PITCHES[0], edit)
        again = rank([changed, *PITCHES[1:]], MANDATES, taxonomy=TREE, model=ranking.model)
        places = [again.affinity(one.id, "own").investor_rank or 99 for one in MANDATES]
        assert edit.after == sum(place <= 10 for place in places)
        assert edit.gain > 0


def test_there_is_nothing_to_say_where_nothing_would_help() -> None:
    ranking = rank(PITCHES[:3], MANDATES, taxonomy=TREE)
    assert coach(ranking, "own") == []
    assert coach(rank(PITCHES, [], taxonomy=TREE), "own") == []


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_edits_than_asked_for(most: int) -> None:
    assert len(coach(rank(PITCHES, MANDATES, taxonomy=TREE), "own", most=most)) == most


def test_only_the_lists_of_those_asked_about_count() -> None:
    ranking = rank(PITCHES, MANDATES, taxonomy=TREE)
    some = {"m0", "m3"}
    ids = [one for one in MANDATES if one.id in some]
    alone = rank(PITCHES, ids, taxonomy=TREE, model=ranking.model)
    assert coach(alone, "own") == coach(ranking, "own", among=some)
    assert [] == coach(ranking, "own", among=())
