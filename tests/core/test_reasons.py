"""The reason of a pair that is left out is true, counted without the planner."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from matchmaker.core.instance import REASONS, Instance, LeftOut, Plan
from matchmaker.core.timetable import plan
from tests.core.fairs import groups_of, seats_of, tiny


def is_true(instance: Instance, made: Plan, left: LeftOut) -> bool:
    """Tell whether what a reason says holds in the plan."""
    pair = instance.by_key[left.key]
    if left.reason in ("project-full", "investor-full"):
        end = ("project-full", "investor-full").index(left.reason)
        party = instance.parties_of(pair)[end]
        return party.max == sum(one.key[end] == party.id for one in made.meetings)
    held = {"/".join(one.key) for one in made.meetings}
    if left.reason == "no-common-slot" and not held.issuperset(pair.after):
        return True
    if left.reason == "no-common-slot":
        away = {one.id: one.away for one in instance.people}
        return not any(
            pair.slots is None or slot.id in pair.slots
            for slot in instance.slots
            if pair.slot in (None, slot.id)
            and any(
                all(slot.id not in away[who] for who in some) for some in groups_of(instance, pair)
            )
        )
    seats = seats_of(replace(instance, gap_spread=None), replace(pair, after=()))
    busy = {(one.slot, who) for one in made.meetings for who in one.people}
    if left.reason == "person-busy":
        who = left.blocking[0].partition(" meets ")[0]
        return all((one.slot, who) in busy for one in seats)
    tables = {(one.slot, one.table) for one in made.meetings}
    helpers = {(one.slot, one.interpreter) for one in made.meetings if one.interpreter}
    free = [
        one
        for one in seats
        if not any((one.slot, who) in busy for who in one.people)
        and (one.slot, one.interpreter) not in helpers
        and (one.slot, one.table) not in tables
    ]
    return left.reason == "better-use" or not free


def test_every_reason_is_true() -> None:
    seen = Counter[str]()
    for seed in range(240):
        instance = tiny(seed)
        made = plan(instance, prove=False)
        for left in made.left_out:
            assert is_true(instance, made, left), (seed, left)
            seen[left.reason] += 1
    assert set(seen) == set(REASONS)
    assert min(seen.values()) > 8
