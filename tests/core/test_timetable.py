"""Plans against a referee, brute force, shuffled input, and their own words."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

import numba
import pytest

from matchmaker.core.instance import (
    Instance,
    Meeting,
    Plan,
    Weights,
    canonical,
)
from matchmaker.core.instance.seats import take_seats
from matchmaker.core.review import find_clashes
from matchmaker.core.timetable import Progress, apply_changes, compare, plan, read_changes, warm
from matchmaker.core.timetable.board import Board
from matchmaker.core.timetable.measures import weigh
from matchmaker.core.timetable.state import compiled
from tests.core.fairs import RULES, best_worth, broken, rules_of, seats_of, tiny, worth

FAIRS = 500
MOST_PLANS = 300  # per fair; more would make brute force slow


def fairs(count: int, start: int = 0) -> list[Instance]:
    found: list[Instance] = []
    seed = start
    while len(found) < count:
        instance = tiny(seed)
        pairs = [pair for pair in instance.pairs if not pair.is_never]
        if math.prod(1 + len(seats_of(instance, pair)) for pair in pairs) <= MOST_PLANS:
            found.append(instance)
        seed += 1
    return found


def without_clashes(instance: Instance, made: Plan) -> Instance:
    gone = {name for clash in made.clashes for name in clash.pairs}
    pairs = tuple(
        replace(pair, state="forbidden", slot=None, table=None) if pair.name in gone else pair
        for pair in instance.pairs
    )
    return replace(instance, pairs=pairs)


def test_tiny_fairs_are_planned_as_well_as_brute_force_can() -> None:
    for instance in fairs(FAIRS):
        made = plan(instance)
        assert [] == find_clashes(instance, made)
        rest = without_clashes(instance, made)
        assert best_worth(rest) == worth(rest, made.meetings), instance
        assert ("infeasible" if made.clashes else "optimal") == made.status


def test_clashing_pins_are_the_smallest_set_that_clashes() -> None:
    seen = 0
    for seed in range(150):
        instance = tiny(seed, frozenset({"pins", "away", "slots", "row", "caps"}))
        made = plan(instance)
        for clash in made.clashes[:1]:
            seen += 1
            assert not pins_hold(instance, clash.pairs)
            for name in clash.pairs:
                assert pins_hold(instance, tuple(one for one in clash.pairs if one != name))
    assert seen > 10


def pins_hold(instance: Instance, names: tuple[str, ...]) -> bool:
    pairs = tuple(
        replace(pair, state="chosen" if pair.name in names else "forbidden")
        for pair in instance.pairs
        if pair.name in names
    )
    pinned = replace(instance, pairs=pairs)
    return best_worth(pinned).chosen == len(names)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_alone_is_kept(rule: str) -> None:
    for seed in range(8):
        instance = tiny(1_000 + seed, frozenset({rule}))
        assert [] == find_clashes(instance, plan(instance))


def test_the_order_of_the_lists_does_not_matter() -> None:
    for seed in range(20):
        instance = tiny(seed)
        expected = plan(instance)
        rng = random.Random(seed)
        for _ in range(10):
            assert expected == plan(shuffled(instance, rng))


def test_one_fair_shuffled_two_hundred_times_is_planned_once() -> None:
    instance, rng = tiny(3), random.Random(3)
    expected = plan(instance)
    assert all(expected == plan(shuffled(instance, rng)) for _ in range(200))


def test_every_rule_is_on_in_many_fairs_and_off_in_many() -> None:
    drawn = [rules_of(seed) for seed in range(FAIRS)]
    on = {rule: sum(rule in rules for rules in drawn) for rule in RULES}
    assert [] == [rule for rule, count in on.items() if not 100 < count < FAIRS - 100]


def shuffled(instance: Instance, rng: random.Random) -> Instance:
    def mixed(items: tuple) -> tuple:
        return tuple(rng.sample(items, len(items)))

    return replace(
        instance,
        slots=mixed(instance.slots),
        tables=mixed(instance.tables),
        people=mixed(instance.people),
        interpreters=mixed(instance.interpreters),
        projects=mixed(instance.projects),
        investors=mixed(instance.investors),
        pairs=mixed(instance.pairs),
        published=mixed(instance.published),
    )


def test_the_smallest_change_makes_room_and_everything_else_stays() -> None:
    changed = 0
    for seed in range(250):
        instance = tiny(seed)
        made = plan(instance)
        for left in made.left_out:
            assert left.smallest_change, (seed, left)
            assert left.blocking, (seed, left)
            changes = read_changes(left.smallest_change)
            wider = apply_changes(instance, changes)
            dropped = {change.subjects[0] for change in changes if change.kind == "drop"}
            stay = tuple(one for one in made.meetings if "/".join(one.key) not in dropped)
            assert any(
                not broken(wider, (*stay, one)) for one in seats_of(wider, wider.by_key[left.key])
            ), (seed, left)
            assert higher(instance, made.meetings) <= higher(wider, (*stay, *held(wider, left.key)))
            changed += 1
    assert changed > 120


def held(instance: Instance, key: tuple[str, str]) -> tuple[Meeting, ...]:
    return seats_of(instance, instance.by_key[key])[:1] or (_anyhow(instance, key),)


def _anyhow(instance: Instance, key: tuple[str, str]) -> Meeting:
    return Meeting(
        project=key[0],
        investor=key[1],
        slot=instance.slots[0].id,
        table=instance.tables[0].id,
        people=("a",),
    )


def higher(instance: Instance, meetings: tuple[Meeting, ...]) -> tuple[object, ...]:
    reached = worth(instance, meetings)
    return (
        reached.pins,
        reached.chosen,
        reached.musts,
        reached.project_floors,
        reached.investor_floors,
    )


def test_a_plan_made_again_from_itself_disturbs_nobody() -> None:
    for seed in range(60):
        weights = Weights(gap=1.0, move=0.0, disturb=5.0)
        instance = replace(tiny(seed), published=(), weights=weights)
        first = plan(instance)
        again = plan(instance, previous=first, seed=3)
        if first.clashes:
            continue
        assert first.totals.score == again.totals.score
        assert again.totals.disturbed == 0
        assert compare(first, again).disturbed == ()


def test_strict_places_everything_decided_or_nothing() -> None:
    kinds = set()
    for seed in range(120):
        instance = tiny(seed, frozenset({"pins", "chosen", "away", "caps", "row", "attend"}))
        made = plan(instance, strict=True)
        assert [] == find_clashes(instance, made)
        decided = [p for p in instance.pairs if p.state in ("pinned", "chosen") and not p.is_never]
        best = best_worth(instance)
        fits = best.pins + best.chosen == len(decided)
        assert fits == (made.status != "infeasible")
        kinds.add(made.status)
        if made.status == "infeasible":
            assert made.meetings == ()
            assert made.clashes != ()
    assert {"optimal", "infeasible"} == kinds


def test_progress_is_told_and_a_no_keeps_the_best_plan() -> None:
    told: list[Progress] = []

    def stop(progress: Progress) -> bool:
        told.append(progress)
        return progress.stage != "polishing"

    instance = tiny(7)
    made = plan(instance, progress=stop)
    assert [] == find_clashes(instance, made)
    assert told[0].stage == "placing"
    assert told[-1].stage == "explaining"


def test_whoever_stops_at_the_first_look_gets_no_less_than_first_fit_would() -> None:
    better = 0
    for seed in range(400):
        instance = tiny(seed, frozenset(RULES) - {"spread"})
        seats = take_seats(instance)
        board = Board(seats)
        board.fill(range(len(seats.pairs)))
        made = plan(instance, progress=lambda _told: False)
        assert [] == find_clashes(instance, made)
        if not made.clashes:
            first = weigh(instance, (seats.pairs[pair] for pair in board.placement))
            stopped = weigh(instance, (instance.by_key[one.key] for one in made.meetings))
            assert stopped >= first, seed
            better += stopped > first
    assert better > 10


def test_without_a_folder_for_machine_code_the_search_still_compiles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def njit(**options: bool) -> Callable[[Callable[[], int]], Callable[[], int]]:
        asked.append(options.get("cache", False))
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(numba, "njit", njit)
    assert compiled(lambda: 5)() == 5
    assert asked == [True, False]
    warm()


def test_the_same_seed_gives_the_same_plan_and_time_does_not_compare() -> None:
    instance = tiny(11)
    first, second = plan(instance, seed=5), plan(instance, seed=5)
    assert first == second
    assert canonical(instance) == instance


def test_at_most_so_many_people_are_disturbed_for_the_most_value() -> None:
    rules = frozenset({"caps", "away", "shared", "must", "attend", "slots"})
    asked = limited = 0
    for seed in range(90):
        rng = random.Random(seed)
        instance = replace(tiny(seed, rules), weights=Weights(gap=1.0, move=0.0, disturb=0.0))
        if math.prod(1 + len(seats_of(instance, pair)) for pair in instance.pairs) > MOST_PLANS:
            continue
        held = plan(instance).as_published()
        changed = replace(
            instance,
            published=held,
            pairs=tuple(replace(one, score=rng.choice((5.0, 50.0))) for one in instance.pairs),
        )
        for most in (0, 2):
            made = plan(changed, most_disturbed=most)
            assert [] == find_clashes(changed, made)
            assert made.totals.disturbed <= most
            assert best_worth(changed, most) == worth(changed, made.meetings), (seed, most)
            asked += 1
            limited += most < plan(changed).totals.disturbed
    assert asked > 60
    assert limited > 10


def test_pins_hold_without_a_proof_whatever_must_be_held_before_them() -> None:
    pinned = 0
    for seed in range(72, 150):
        rules = {"pins", "after", "caps"} | ({"away", "spread"} if seed % 2 else {"row"})
        instance = tiny(seed, frozenset(rules))
        made = plan(instance, prove=False)
        assert [] == find_clashes(instance, made), seed
        pinned += any(pair.state == "pinned" and pair.after for pair in instance.pairs)
    assert pinned > 10


def test_what_is_decided_or_must_be_brings_what_has_to_be_held_before_it() -> None:
    for seed in range(45):
        instance = tiny(seed, frozenset({"after", "chosen", "must", "caps", "row"}))
        pairs = [pair for pair in instance.pairs if not pair.is_never]
        if math.prod(1 + len(seats_of(instance, pair)) for pair in pairs) <= MOST_PLANS:
            best = best_worth(instance)
            reached = worth(instance, plan(instance, prove=False).meetings)
            assert (best.chosen, best.musts) == (reached.chosen, reached.musts), seed
