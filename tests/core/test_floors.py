"""Missed minimums: the crowd that is named is one, and what would mend them does."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from itertools import combinations, product

from matchmaker.core.instance import (
    Floor,
    Instance,
    Key,
    Meeting,
    Party,
    Person,
    Table,
    WantedPair,
    check_sound,
)
from matchmaker.core.instance.seats import take_seats
from matchmaker.core.pairing import choose
from matchmaker.core.pairing.demand import demand_of
from matchmaker.core.timetable import Change, apply_changes, plan, read_changes
from tests.core.fairs import RULES, broken, seats_of, slot, tiny
from tests.core.test_pairing import sound
from tests.core.test_timetable import higher

CROWD = re.compile(
    r"\d+ (\w+?)s? \((.*)\) need (\d+) meetings and share only \d+ \w+ \((.*)\) with room for (\d+)"
    r"(?:, besides (\d+) pairs? with others)?"
)


def crowded(seed: int) -> Instance:
    """Return a market whose minimums can hardly hold."""
    rng = random.Random(seed)
    caps = [rng.choice((None, 1, 2, 3)) for _ in range(rng.randint(2, 4))]
    projects = range(rng.randint(2, 4))
    return Instance(
        slots=tuple(slot(at) for at in range(rng.choice((3, 5)))),
        tables=tuple(Table(id=f"T{at}") for at in range(rng.choice((1, 2, 4)))),
        people=tuple(Person(id=f"{side}{at}") for side in "pv" for at in range(4)),
        projects=tuple(
            Party(id=f"P{p}", people=(f"p{p}",), min=rng.randint(0, 3)) for p in projects
        ),
        investors=tuple(
            Party(id=f"V{v}", people=(f"v{v}",), min=min(cap or 9, rng.choice((0, 0, 2))), max=cap)
            for v, cap in enumerate(caps)
        ),
        pairs=tuple(
            WantedPair(
                project=f"P{p}",
                investor=f"V{v}",
                score=round(rng.uniform(0, 100), 1),
                want_project=rng.choice(("must", "meet", "none")),
                state=rng.choice(("open", "open", "forbidden", "chosen")),
            )
            for p, v in product(projects, range(len(caps)))
            if rng.random() < 0.6
        ),
    )


def test_a_crowd_needs_more_than_what_it_is_said_to_have_and_has_nothing_else() -> None:
    seen = besides = 0
    for seed in range(500):
        instance = crowded(seed)
        for floor in choose(instance).floors:
            found = CROWD.fullmatch(floor.reason)
            if found is None:
                continue
            side, ours, need, theirs, room, others = found.groups()
            end = ("project", "investor").index(side)
            crowd, shared = set(ours.split(", ")), set(theirs.split(", "))
            mine = [one.key for one in instance.pairs if not one.is_never and one.key[end] in crowd]
            parties = {one.id: one for one in (instance.projects, instance.investors)[end]}
            assert floor.who.partition(":")[2] in crowd, seed
            assert int(need) == sum(parties[name].min for name in crowd), seed
            assert int(others or 0) == sum(key[1 - end] not in shared for key in mine), seed
            assert int(need) > int(room) + int(others or 0), seed
            seen += 1
            besides += others is not None
    assert seen > 12
    assert besides > 5


def test_what_would_admit_a_pair_does_as_far_as_can_be_counted() -> None:
    kinds = set()
    for seed in range(150):
        for instance in (tiny(seed), sound(seed)):
            choice = choose(instance)
            for left in choice.left_out:
                changes = read_changes(left.smallest_change)
                assert bool(changes) == bool(left.gains)
                if changes:
                    kinds |= {one.kind for one in changes}
                    assert can_choose(instance, changes, (*choice.chosen, left.key)), (seed, left)
    assert kinds > {"raise-max", "add-table", "free", "add-slot", "allow", "add-interpreter"}


def can_choose(instance: Instance, changes: Iterable[Change], keys: Iterable[Key]) -> bool:
    seats = take_seats(apply_changes(instance, tuple(changes)))
    demand, pairs = demand_of(seats), frozenset(seats.index[key] for key in keys)
    return demand.allows(pairs) and all(demand.usable[pair] for pair in pairs)


def missing(instance: Instance, floor: Floor, held: Iterable[Key]) -> tuple[int, int]:
    """Return which end of a pair a party is, and how many meetings it lacks in an instance."""
    kind, _, name = floor.who.partition(":")
    end = ("project", "investor").index(kind)
    least = {one.id: one.min for one in (instance.projects, instance.investors)[end]}[name]
    return end, max(0, least - sum(key[end] == name for key in held))


def test_what_would_mend_the_minimum_of_a_choice_does() -> None:
    mended = lowered = 0
    for seed in range(150):
        for instance in (
            tiny(seed, None if seed % 2 else frozenset({"floors", "caps"})),
            crowded(seed),
        ):
            choice = choose(instance)
            for floor in choice.floors:
                changes = read_changes(floor.smallest_change)
                end, count = missing(apply_changes(instance, changes), floor, choice.chosen)
                name = floor.who.partition(":")[2]
                more = [left.key for left in choice.left_out if left.key[end] == name]
                assert any(
                    can_choose(instance, changes, (*choice.chosen, *some))
                    for some in combinations(more, count)
                ), (seed, floor)
                lowers = any(one.kind == "lower-min" for one in changes)
                lowered += lowers
                mended += not lowers
    assert mended > 30
    assert lowered > 30


def test_what_would_mend_the_minimum_of_a_plan_does_and_nothing_moves() -> None:
    several = mended = 0
    for seed in range(80):
        rng = random.Random(seed)
        rules = frozenset(rule for rule in RULES if rng.random() < 0.4) | {"floors"}
        instance = tiny(seed, rules - {"spread"})
        made = plan(instance, prove=False)
        for floor in made.floors:
            changes = read_changes(floor.smallest_change)
            wider = apply_changes(instance, changes)
            check_sound(wider)
            dropped = {one.subjects[0] for one in changes if one.kind == "drop"}
            stay = tuple(one for one in made.meetings if "/".join(one.key) not in dropped)
            end, count = missing(wider, floor, [one.key for one in stay])
            name = floor.who.partition(":")[2]
            more = [left.key for left in made.left_out if left.key[end] == name]
            assert any(
                not broken(wider, (*stay, *some))
                and higher(instance, made.meetings) <= higher(wider, (*stay, *some))
                for keys in combinations(more, count)
                for some in ways(wider, keys)
            ), (seed, floor)
            mended += count > 0
            several += count > 1
    assert mended > 25
    assert several > 3


def ways(instance: Instance, keys: Iterable[Key]) -> Iterable[tuple[Meeting, ...]]:
    return product(*(seats_of(instance, instance.by_key[key]) for key in keys))
