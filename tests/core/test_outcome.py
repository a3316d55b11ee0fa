"""The ladder of outcomes."""

from __future__ import annotations

from matchmaker.core.journey import OutcomeKind as Kind
from matchmaker.core.outcome import funnel, furthest


def test_the_highest_step_that_a_side_states_counts() -> None:
    assert furthest([Kind.CDA, Kind.SECOND_MEETING, None]) is Kind.CDA
    assert furthest([Kind.DECLINED, Kind.SECOND_MEETING]) is Kind.SECOND_MEETING
    assert furthest([Kind.DECLINED, None]) is Kind.DECLINED
    assert furthest([None, None]) is None


def test_a_step_includes_the_ones_below_it() -> None:
    said = [Kind.CLOSED, Kind.CDA, Kind.SECOND_MEETING, Kind.DECLINED, None]
    assert funnel(said) == {
        Kind.SECOND_MEETING: 3,
        Kind.CDA: 2,
        Kind.DUE_DILIGENCE: 1,
        Kind.TERM_SHEET: 1,
        Kind.CLOSED: 1,
        Kind.DECLINED: 1,
    }
