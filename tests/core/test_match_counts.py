"""What each criterion of a mandate lets in and shuts out."""

from __future__ import annotations

from matchmaker.core.match import CriterionCount, CriterionCounts, criterion_counts
from matchmaker.core.profile import Exclusion, Mandate, Pitch, Ticket
from tests.core.profiles import TREE

PITCHES = [
    Pitch(id="a", fields=("car_t",), country="DE", amount=1e6),
    Pitch(id="b", fields=("rna",), country="US", amount=9e6),
    Pitch(id="c", fields=("heart",), country="US"),
    Pitch(id="d", fields=("imaging",)),
]


def test_every_criterion_is_counted_by_itself_and_all_together() -> None:
    mandate = Mandate(
        id="m",
        fields=("therapy",),
        countries=("150", "CN"),
        ticket=Ticket(low=5e5, high=2e6),
        only=frozenset({"countries"}),
        exclusions=(Exclusion(facet="field", value="heart"),),
    )
    told = criterion_counts(mandate, PITCHES, TREE)
    assert told == CriterionCounts(
        total=4,
        open=2,
        criteria=(
            CriterionCount(facet="field", kind="list", fits=2, misses=2, each=(("therapy", 2),)),
            CriterionCount(
                facet="country",
                kind="limit",
                fits=1,
                misses=2,
                silent=1,
                shuts_out=2,
                alone=1,
                each=(("150", 1), ("CN", 0)),
            ),
            CriterionCount(facet="ticket", kind="list", fits=1, misses=1, silent=2),
            CriterionCount(
                facet="field",
                kind="exclusion",
                value="heart",
                fits=1,
                misses=3,
                shuts_out=1,
                each=(("heart", 1),),
            ),
        ),
    )
    assert told.of("country") == told.criteria[1]
    assert told.of("stage") is None


def test_a_mandate_without_criteria_lets_everything_in() -> None:
    assert criterion_counts(Mandate(id="m"), PITCHES, TREE) == CriterionCounts(
        total=4, open=4, criteria=()
    )
