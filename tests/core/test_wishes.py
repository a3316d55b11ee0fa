"""Wishes for the morning or the afternoon are kept where nothing that counts more is lost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from matchmaker.core.instance import Instance, Meeting, Weights
from matchmaker.core.timetable import plan
from tests.benchmarks.plan_shapes import planted
from tests.core.fairs import every_plan, seats_of, tiny, worth

RULES = frozenset({"prefers", "away", "attend", "caps", "must", "slots", "row"})


def unmet(instance: Instance, meetings: Iterable[Meeting]) -> tuple[int, int]:
    """Return how many wishes of the parties of meetings are not kept, of how many."""
    early = {one.id: one.start.hour < 12 for one in instance.slots}
    wishes = [
        early[meeting.slot] == (party.prefers == "morning")
        for meeting in meetings
        for party in instance.parties_of(instance.by_key[meeting.key])
        if party.prefers
    ]
    return wishes.count(False), len(wishes)


def test_no_plan_of_the_same_meetings_and_price_keeps_more_wishes() -> None:
    missed = least = decided = 0
    for seed in range(160):
        instance = tiny(seed, RULES)
        noon = tuple(replace(one, start=one.start + timedelta(hours=1)) for one in instance.slots)
        weights = Weights(gap=1.0, move=0.0, disturb=0.0)
        instance = replace(instance, slots=noon, weights=weights)
        options = [[None, *seats_of(instance, one)] for one in instance.pairs if not one.is_never]
        if math.prod(map(len, options)) > 300:
            continue
        made = plan(instance)
        keys, reached = {one.key for one in made.meetings}, worth(instance, made.meetings)
        counts = {
            unmet(instance, some)[0]
            for some in every_plan(instance, options)
            if {one.key for one in some} == keys and worth(instance, some) == reached
        }
        missed += unmet(instance, made.meetings)[0]
        least += min(counts)
        decided += len(counts) > 1
    assert missed == least
    assert decided > 10


def test_at_the_size_of_a_roadshow_most_wishes_are_kept_without_a_gap() -> None:
    instance = planted("small", 3)
    made = plan(instance, prove=False)
    missed, wishes = unmet(instance, made.meetings)
    assert made.totals.gaps == 0
    assert wishes > 150
    assert missed < wishes / 5  # without a turn for wishes alone it was two in five
