"""Asking how few gaps can be reached, one number after the other."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import pytest

from matchmaker.core.instance import Instance, Plan, Weights, canonical
from matchmaker.core.instance.seats import Seats, take_seats
from matchmaker.core.review import find_clashes
from matchmaker.core.timetable import plan
from matchmaker.core.timetable.measures import Goals, weigh
from matchmaker.core.timetable.proof import STEPS, climb
from matchmaker.core.timetable.solving import Proof, reached
from matchmaker.core.timetable.watch import Progress, Watch
from tests.benchmarks.plan_shapes import planted
from tests.core.fairs import tiny

ONLY_GAPS = Weights(gap=1.0, move=0.0, disturb=0.0)


def gaps_only(seed: int) -> Instance:
    instance = tiny(seed, frozenset({"away", "chosen", "floors"}) if seed % 2 else None)
    pairs = tuple(replace(pair, after=()) for pair in instance.pairs)
    return canonical(replace(instance, published=(), weights=ONLY_GAPS, pairs=pairs))


def goals_of(instance: Instance, made: Plan) -> Goals:
    return weigh(instance, [instance.by_key[one.key] for one in made.meetings])


def climbed(seats: Seats, known: Goals, limit: int = 0, *, stopped: bool = False) -> Proof:
    watch = Watch(10.0, lambda _told: not stopped)
    watch.report("proving")
    return climb(seats, [], reached(known), limit, hint={}, seed=0, watch=watch)


def test_the_fewest_gaps_are_found_and_nothing_higher_is_given_up() -> None:
    raised = 0
    for seed in range(150):
        instance = gaps_only(seed)
        made = plan(instance, prove=True)
        seats = take_seats(instance)
        if made.status != "optimal" or made.totals.gaps >= STEPS:
            continue
        proof = climbed(seats, goals_of(instance, made))
        assert proof.proven, seed
        assert proof.placement is not None, seed
        placed = [seats.pairs[pair] for pair in proof.placement]
        assert weigh(instance, placed) == goals_of(instance, made), seed
        assert proof.limit == -10_000 * made.totals.gaps, seed
        raised += made.totals.gaps > 0
    assert raised >= 10


def test_after_some_numbers_without_a_plan_the_bound_has_moved_and_nothing_is_claimed() -> None:
    instance = gaps_only(3)
    made = plan(instance, prove=True)
    beyond = replace(goals_of(instance, made), score=made.totals.score + 1.0)
    assert climbed(take_seats(instance), beyond) == Proof(
        None, proven=False, infeasible=False, limit=-10_000 * STEPS
    )


def test_the_numbers_of_gaps_without_a_plan_are_told_as_a_bound_that_only_rises() -> None:
    instance = gaps_only(3)
    beyond = replace(goals_of(instance, plan(instance)), score=1e6)
    least: list[int] = []
    watch = Watch(10.0, lambda told: least.append(told.least_gaps))
    climb(take_seats(instance), [], reached(beyond), 0, hint={}, seed=0, watch=watch)
    assert sorted(least) == least
    assert set(least) == set(range(STEPS))


@pytest.mark.parametrize("gaps", [1, 2])
def test_asking_begins_at_the_bound_that_is_known(gaps: int) -> None:
    instance = gaps_only(3)
    made = plan(instance, prove=True)
    proof = climbed(take_seats(instance), goals_of(instance, made), limit=-10_000 * gaps)
    assert proof.limit == -10_000 * max(gaps, made.totals.gaps)


def test_whoever_stops_after_a_number_without_a_plan_is_not_told_that_there_is_none() -> None:
    instance = gaps_only(3)
    beyond = replace(goals_of(instance, plan(instance)), score=1e6)
    assert climbed(take_seats(instance), beyond, stopped=True) == Proof(
        None, proven=False, infeasible=False, limit=-10_000
    )


def test_a_proof_tells_how_it_goes_on_and_ends_soon_after_a_no() -> None:
    told: list[tuple[float, Progress]] = []

    def go_on(progress: Progress) -> bool:
        told.append((monotonic(), progress))
        return [one.stage for _at, one in told].count("proving") < 4

    instance = planted("small", 1)
    made = plan(instance, prove=True, time_limit=60.0, progress=go_on)
    (asked, latest), (ended, _explaining) = told[-2:]
    proving = [one for _at, one in told if one.stage == "proving"]
    assert len(proving) == 4
    assert proving[0].seconds_left > proving[-1].seconds_left > 30.0
    assert ended - asked < 3.0  # on a machine that does other things meanwhile
    assert (made.status, made.totals.gaps) == ("feasible", latest.gaps)
    assert [] == find_clashes(instance, made)
