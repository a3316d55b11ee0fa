"""Planning again with at most so many people disturbed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from matchmaker.core.instance import Instance, Key, Plan, PublishedMeeting, WantedPair
from matchmaker.core.instance.seats import Seats, take_seats
from matchmaker.core.timetable.arrange import Arrangement, higher
from matchmaker.core.timetable.board import Board, Placement
from matchmaker.core.timetable.compare import disturbed_by
from matchmaker.core.timetable.giving_way import GivingWay
from matchmaker.core.timetable.measures import Goals, weigh
from matchmaker.core.timetable.proof import refine
from matchmaker.core.timetable.report import report
from matchmaker.core.timetable.watch import Watch

Planning = Callable[[Instance], Plan]
ROUNDS = 6  # plans made while published meetings that cannot stay are let go


def plan_gently(
    instance: Instance,
    most: int,
    planning: Planning,
    *,
    prove: bool | None,
    seed: int,
    watch: Watch,
) -> Plan:
    """Return a plan that disturbs at most so many people, or only those who cannot be spared.

    A free plan shows what is worth changing. Everything published is held on to but the meetings
    of so many people, those of the shortest chains of moves first, and planned again. Small
    instances are proven; ``instance`` is canonical.
    """
    free = planning(instance)
    if free.totals.disturbed <= most:
        return free
    best = _held(instance, frozenset(), free, planning)
    most = max(most, best.totals.disturbed)
    allowed = _worth_moving(instance, free, set(disturbed_by(instance, best.meetings)), most)
    if allowed:
        looser = _held(instance, allowed, free, planning)
        best = _better(instance, best, looser, most)
    if _higher(instance, free) > _higher(instance, best):
        best = _admitting(instance, best, free, most, planning)
    bound = max(free.totals.bound, best.totals.score)
    if free.clashes:
        return replace(best, totals=replace(best.totals, bound=bound))
    return _proven(instance, best, most, bound, prove=prove, seed=seed, watch=watch)


def _proven(
    instance: Instance,
    plan: Plan,
    most: int,
    bound: float,
    *,
    prove: bool | None,
    seed: int,
    watch: Watch,
) -> Plan:
    """Return a plan proven under the limit where size allows, told in the instance's own words."""
    seats = take_seats(instance)
    placement = _placement(seats, plan)
    goals = weigh(instance, (seats.pairs[pair] for pair in placement))
    start = Arrangement(placement, goals, replace(goals, score=float("inf")), bound, 0, plan.solver)
    outcome = refine(
        seats, start, required=(), prove=prove, seed=seed, watch=watch, most_disturbed=most
    )
    tables = {seats.index[one.key]: one.table for one in plan.meetings}
    score = sum(seats.pairs[pair].score for pair in outcome.placement)
    return report(
        seats,
        outcome.placement,
        status="optimal" if outcome.proven else "feasible",
        seed=seed,
        solver=plan.solver,
        bound=score if outcome.proven else max(bound, score),
        table_of=outcome.table_of if outcome.improved else tables,
    )


def _placement(seats: Seats, plan: Plan) -> Placement:
    """Return where a plan has the pairs of the seats."""
    place = {slot.id: at for at, slot in enumerate(seats.instance.slots)}
    found: Placement = {}
    for meeting in plan.meetings:
        pair, slot = seats.index[meeting.key], place[meeting.slot]
        ways = [
            mode
            for mode in seats.modes_of[pair]
            if set(seats.modes[mode].people) == set(meeting.people)
            and seats.modes[mode].interpreter == meeting.interpreter
            and seats.modes[mode].table in (None, meeting.table)
            and seats.modes[mode].mask >> slot & 1
        ]
        ways.sort(key=lambda mode: seats.modes[mode].table is None)
        if ways:
            found[pair] = ways[0], slot
    return found


def _admitting(instance: Instance, best: Plan, free: Plan, most: int, planning: Planning) -> Plan:
    """Return a plan with what matters most of the free plan, for which other meetings are given up;
    the best one so far where that disturbs too many.
    """
    seats = take_seats(instance)
    met = {meeting.key for meeting in best.meetings}
    urgent = [
        at
        for at in (seats.index[one.key] for one in free.meetings if one.key not in met)
        if seats.pairs[at].state == "chosen" or seats.pairs[at].musts
    ]
    urgent.sort(key=lambda at: (seats.pairs[at].state, -seats.pairs[at].musts, at))
    giving = GivingWay(seats, _placement(seats, best), disturbed_by(instance, best.meetings))
    given = {seats.pairs[at].key for at in giving.admit(urgent, most)}
    if not given:
        return best
    return _better(instance, best, _held(instance, (), free, planning, given), most)


def _better(instance: Instance, best: Plan, other: Plan, most: int) -> Plan:
    """Return the better one of two plans, the first where the other disturbs too many."""
    if other.totals.disturbed > most or _worth(instance, other) <= _worth(instance, best):
        return best
    return other


def _worth(instance: Instance, plan: Plan) -> tuple[Goals, int, int]:
    """Return what tells two plans apart, larger is better."""
    return _weigh(instance, plan), -plan.totals.gaps, -plan.totals.moves


def _higher(instance: Instance, plan: Plan) -> tuple[object, ...]:
    return higher(_weigh(instance, plan))


def _weigh(instance: Instance, plan: Plan) -> Goals:
    return weigh(instance, (instance.by_key[meeting.key] for meeting in plan.meetings))


def _worth_moving(instance: Instance, free: Plan, disturbed: set[str], most: int) -> frozenset[str]:
    """Return people who may be disturbed: whole groups that a free plan moves together."""
    now = {(one.key, one.slot, name) for one in free.meetings for name in one.people}
    groups: list[set[str]] = []
    for old in instance.published:
        people = {name for name in old.people if (old.key, old.slot, name) not in now}
        if people:
            touched = [group for group in groups if group & people]
            groups = [group for group in groups if not group & people]
            groups.append(people.union(*touched))
    allowed = set(disturbed)
    for group in sorted(groups, key=lambda one: (len(one), sorted(one))):
        if len(allowed | group) <= most:
            allowed |= group
    return frozenset(allowed) if allowed != disturbed else frozenset()


def _held(
    instance: Instance,
    allowed: Collection[str],
    free: Plan,
    planning: Planning,
    given: Collection[Key] = (),
) -> Plan:
    """Return the plan that keeps the published meetings of everybody else, where they can stay,
    but for some that are given up.

    Where there is no room for all of them, those stay that the ``free`` plan keeps.
    """
    gone = _crowded_out(instance, allowed, free, given)
    for _ in range(ROUNDS):
        made = planning(_pinned(instance, allowed, gone))
        names = {name for clash in made.clashes for name in clash.pairs}
        clashing = {pair.key for pair in instance.pairs if pair.name in names} - gone
        clashing -= {pair.key for pair in instance.pairs if pair.state == "pinned"}
        if not clashing:
            break
        gone |= clashing
    return made


def _crowded_out(
    instance: Instance, allowed: Collection[str], free: Plan, given: Collection[Key]
) -> set[Key]:
    """Return the given meetings and published ones that find no room beside the others."""
    seats = take_seats(_pinned(instance, allowed, given))
    kept = {(one.key, one.slot) for one in free.meetings}
    pins = [at for at, pair in enumerate(seats.pairs) if pair.state == "pinned"]

    def later(at: int) -> tuple[bool, bool, int]:
        pair = seats.pairs[at]
        return instance.by_key[pair.key].state != "pinned", (pair.key, pair.slot) not in kept, at

    # what must wait for others is for the search for clashes to judge
    left = Board(seats).fill(sorted(pins, key=later))
    return {
        *given,
        *(seats.pairs[at].key for at in left if seats.modes_of[at] and not seats.after[at]),
    }


def _pinned(instance: Instance, allowed: Collection[str], gone: Collection[Key]) -> Instance:
    held = {
        old.key: old
        for old in instance.published
        if old.key not in gone and not set(allowed).intersection(old.people)
    }
    away = {person.id: person.away for person in instance.people}
    slots = {slot.id for slot in instance.slots}

    def stays(pair: WantedPair, old: PublishedMeeting) -> bool:
        members = {name for party in instance.parties_of(pair) for name in party.people}
        return (
            not pair.is_never
            and pair.slot is None
            and old.slot in slots
            and (pair.slots is None or old.slot in pair.slots)
            and set(old.people) <= members
            and all(old.slot not in away[name] for name in old.people)
        )

    def hold(pair: WantedPair) -> WantedPair:
        old = held.get(pair.key)
        if old is None or not stays(pair, old):
            return pair
        people = tuple(dict.fromkeys((*pair.people, *old.people)))
        return replace(pair, state="pinned", slot=old.slot, people=people)

    return replace(instance, pairs=tuple(map(hold, instance.pairs)))
