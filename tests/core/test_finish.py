"""Finishing a timetable made by hand: what stands stays, and no more could have been placed."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from matchmaker.core.instance import Instance, Meeting
from matchmaker.core.review import count_disturbed
from matchmaker.core.timetable import plan
from matchmaker.core.timetable.finish import Finished, finish
from tests.core.fairs import broken, every_plan, seats_of, tiny
from tests.core.test_timetable import MOST_PLANS

RULES = frozenset(
    {"away", "shared", "attend", "named", "home", "hours", "languages", "row", "slots"}
)


def begun(seed: int) -> tuple[Instance, tuple[Meeting, ...], frozenset[tuple[str, str]]] | None:
    """Return a fair, some meetings of a plan of it, and the pairs that are not among them."""
    rng = random.Random(seed)
    instance = tiny(seed, RULES | ({"caps", "must"} if seed % 2 else frozenset()))
    pairs = [pair for pair in instance.pairs if not pair.is_never]
    if math.prod(1 + len(seats_of(instance, pair)) for pair in pairs) > MOST_PLANS:
        return None
    made = plan(instance).meetings
    standing = tuple(rng.sample(made, rng.randint(0, len(made))))
    met = {one.key for one in standing}
    return instance, standing, frozenset(pair.key for pair in pairs) - met


def value(instance: Instance, meetings: tuple[Meeting, ...]) -> tuple[float, ...]:
    pairs = [instance.by_key[one.key] for one in meetings]
    return len(pairs), sum(one.musts for one in pairs), sum(one.score for one in pairs)


def best(
    instance: Instance,
    standing: tuple[Meeting, ...],
    wanted: list[tuple[str, str]],
) -> tuple[float, ...]:
    """Return the best value of any way to add wanted pairs to standing meetings."""
    if not wanted:
        return value(instance, standing)
    first, *rest = wanted
    found = [best(instance, standing, rest)]
    found += [
        best(instance, (*standing, one), rest)
        for one in seats_of(instance, instance.by_key[first])
        if not broken(instance, (*standing, one))
    ]
    return max(found)


def test_what_stands_stays_and_no_more_can_be_placed() -> None:
    finished = added = left = 0
    for seed in range(110):
        start = begun(seed)
        if start is None:
            continue
        instance, standing, wanted = start
        made = finish(instance, standing, wanted)
        assert set(standing) <= set(made.meetings), seed
        assert not broken(instance, made.meetings), seed
        assert best(instance, standing, sorted(wanted)) == value(instance, made.meetings), seed
        assert {one.key for one in made.left_out} == wanted - keys(made), seed
        assert all(one.reason and one.smallest_change for one in made.left_out), seed
        finished += 1
        added += len(made.meetings) > len(standing)
        left += bool(made.left_out)
    assert (finished > 60, added > 30, left > 15) == (True, True, True)


def keys(made: Finished) -> frozenset[tuple[str, str]]:
    return frozenset(one.key for one in made.meetings)


def by_hand(seed: int) -> tuple[Instance, tuple[Meeting, ...], frozenset[tuple[str, str]]] | None:
    """Return a fair in which somebody has put some pairs wherever they fit."""
    rng = random.Random(seed)
    instance = tiny(seed, frozenset({"away", "shared", "hours", "must"}))
    pairs = [pair for pair in instance.pairs if not pair.is_never]
    if math.prod(1 + len(seats_of(instance, pair)) for pair in pairs) > MOST_PLANS:
        return None
    standing: tuple[Meeting, ...] = ()
    for pair in rng.sample(pairs, (len(pairs) + 1) // 2):
        options = [
            one for one in seats_of(instance, pair) if not broken(instance, (*standing, one))
        ]
        if options:
            standing = (*standing, rng.choice(options))
    met = {one.key for one in standing}
    return instance, standing, frozenset(pair.key for pair in pairs) - met


def test_a_few_people_make_room_and_nobody_loses_a_meeting() -> None:
    tried = helped = 0
    for seed in range(120):
        start = by_hand(seed)
        if start is None:
            continue
        instance, standing, wanted = start
        still = finish(instance, standing, wanted)
        made = finish(instance, standing, wanted, most_moved=3)
        was = replace(instance, published=tuple(one.as_published() for one in standing))
        assert {one.key for one in standing} <= keys(made), seed
        assert not broken(instance, made.meetings), seed
        assert len(count_disturbed(was, made.meetings)) <= 3, seed
        assert best_moved(was, standing, 3) == value(instance, made.meetings), seed
        tried += 1
        helped += value(instance, made.meetings) > value(instance, still.meetings)
    assert (tried > 60, helped > 3) == (True, True), (tried, helped)


def best_moved(was: Instance, standing: tuple[Meeting, ...], most: int) -> tuple[float, ...]:
    """Return the best value of any timetable that keeps every meeting and moves a few people."""
    stands = {one.key for one in standing}
    options: list[list[Meeting | None]] = [
        [*seats_of(was, pair)] if pair.key in stands else [None, *seats_of(was, pair)]
        for pair in was.pairs
        if not pair.is_never
    ]
    return max(
        value(was, meetings)
        for meetings in every_plan(was, options)
        if len(count_disturbed(was, meetings)) <= most
    )


def test_only_the_asked_slots_and_pairs_are_used() -> None:
    for seed in range(40):
        instance = tiny(seed, frozenset())
        wanted = [pair.key for pair in instance.pairs if not pair.is_never]
        made = finish(instance, (), wanted[:1], slots=["s1"])
        assert {one.slot for one in made.meetings} <= {"s1"}
        assert keys(made) <= {wanted[0]}


def test_meetings_that_break_a_rule_are_walked_around() -> None:
    seen = 0
    for seed in range(120):
        start = begun(seed)
        if start is None or not start[1]:
            continue
        instance, standing, wanted = start
        first = standing[0]
        gone = frozenset([first.slot])
        away = replace(
            instance,
            people=tuple(
                replace(one, away=one.away | gone) if one.id == first.people[0] else one
                for one in instance.people
            ),
        )
        made = finish(away, standing, wanted, most_moved=1)
        new = [one for one in made.meetings if one.key in wanted]
        assert {one.key for one in standing} <= keys(made)
        assert first in made.meetings
        taken = {(first.slot, what) for what in (*first.people, first.table)}
        assert not any(
            (one.slot, what) in taken for one in new for what in (*one.people, one.table)
        )
        seen += 1
    assert seen > 30
