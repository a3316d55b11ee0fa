"""When and how the exact model takes over from the local search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from matchmaker.core.instance.seats import Seats, take_seats
from matchmaker.core.timetable.arrange import Arrangement
from matchmaker.core.timetable.board import Placement
from matchmaker.core.timetable.exact import SCORE_UNIT, Counted, ExactModel, is_crowded
from matchmaker.core.timetable.limits import least_gaps
from matchmaker.core.timetable.local import UNIT, LocalSearch
from matchmaker.core.timetable.measures import Goals, weigh
from matchmaker.core.timetable.solving import Proof, merged, reached, settle
from matchmaker.core.timetable.solving import prove as solve
from matchmaker.core.timetable.tables import count_moves, give_tables
from matchmaker.core.timetable.watch import Watch

SMALL = 2_500  # places (ways x slots) that are proven without being asked
LARGEST = 120_000  # places beyond which a proof is not even tried
EFFORT = 4.0  # CP-SAT's deterministic seconds for a proof that nobody asked for
# how tables are counted, and the effort, of the turns of a proof that was asked for
TURNS: tuple[tuple[Counted, float], ...] = (
    ("sum", 6.0),
    ("meetings", 8.0),
    ("sum", 50.0),
    ("people", 30.0),
    ("meetings", 0.0),
)
CROWDED_TURNS: tuple[tuple[Counted, float], ...] = (
    ("people", 40.0),
    ("sum", 30.0),
    ("meetings", 0.0),
)
# the same for asking whether some number of gaps can be reached; once that has been raised, what
# has settled the number before begins
ASKED: tuple[tuple[Counted, float], ...] = (("meetings", 10.0), ("sum", 30.0), ("people", 30.0))
RAISED: dict[Counted, tuple[tuple[Counted, float], ...]] = {
    "meetings": (("meetings", 12.0), ("sum", 20.0), ("meetings", 60.0), ("people", 30.0)),
    "sum": (("sum", 16.0), ("meetings", 70.0), ("people", 30.0)),
    "people": (("people", 30.0), ("meetings", 70.0), ("sum", 20.0)),
}
STEPS = 3  # so many numbers of gaps are asked about
MOST_TABLES = 10  # tables of a slot, beyond which they are not numbered for a proof


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the exact model made of a plan. ``table_of`` where it chose the tables too."""

    placement: Placement
    proven: bool = False
    infeasible: bool = False
    improved: bool = False
    table_of: dict[int, str] | None = None


def refine(
    seats: Seats,
    start: Arrangement,
    *,
    required: Iterable[int],
    prove: bool | None,
    seed: int,
    watch: Watch,
    most_disturbed: int | None = None,
) -> Outcome:
    """Prove an arrangement, or improve it, as far as size and time allow."""
    required = list(required)
    complete = len(start.placement) == len(seats.pairs)
    outcome = Outcome(start.placement, proven=_is_evident(seats, start, complete=complete))
    if outcome.proven or prove is False or not seats.complete:
        return outcome
    priced = bool(seats.instance.weights.move)
    both, size = seats, places(seats)
    if priced and size * len(seats.instance.tables) <= SMALL * MOST_TABLES:
        tabled = take_seats(seats.instance, without=_missing(seats), every_table=True)
        if places(tabled) <= SMALL:
            both, size = tabled, places(tabled)
    if size > (LARGEST if prove else SMALL) or not watch.report("proving"):
        return outcome
    known = _known(seats, start, required)
    proof = _proof(
        both,
        required,
        None if known is None else reached(known),
        hint=_hint(seats, both, start.placement),
        patient=bool(prove),
        seed=seed,
        watch=watch,
        most_disturbed=most_disturbed,
    )
    if proof.infeasible or proof.placement is None:
        return Outcome(start.placement, infeasible=proof.infeasible)
    if both is seats:
        moves = count_moves(seats, proof.placement, give_tables(seats, proof.placement))
        found = Outcome(
            proof.placement, proven=proof.proven and not (priced and moves), improved=True
        )
    else:
        found = _untabled(seats, both, proof.placement, proven=proof.proven)
    if proof.proven or _quality(seats, found.placement) > _quality(seats, start.placement):
        return found
    return outcome


def _known(seats: Seats, start: Arrangement, required: list[int]) -> Goals | None:
    """Return the goals above the price where they are settled before any proof."""
    if len(required) == len(seats.pairs):
        return weigh(seats.instance, seats.pairs)
    return start.goals if start.goals == start.best else None


def _proof(
    seats: Seats,
    required: list[int],
    known: Mapping[str, int] | None,
    *,
    hint: Placement,
    patient: bool,
    seed: int,
    watch: Watch,
    most_disturbed: int | None,
) -> Proof:
    """Prove with ever more effort, counting tables in several ways in turn: one proves what another
    cannot, and what one has proven, the next starts from. ``known`` are goals settled already.
    """
    limit: int | None = None
    turns = CROWDED_TURNS if is_crowded(seats, required) else TURNS
    for turn, (counted, effort) in enumerate(turns):
        model = ExactModel(
            seats,
            required=required,
            counted=counted,
            most_disturbed=most_disturbed,
            goes_on=watch.look,
        )
        goals = model.goals()
        goals = merged(goals) if known is None else settle(model, goals, known)
        last = known is None or turn == len(turns) - 1
        proof = solve(
            model,
            goals,
            seed=seed + turn,
            effort=(10.0 * watch.left if last else effort) if patient else EFFORT,
            seconds=watch.left,
            hint=hint,
            core=known is not None,
            limit=limit,
            watch=watch,
        )
        if proof.proven or proof.infeasible or last or not patient or not watch.goes_on():
            break
        if len(goals) == 1 and proof.limit is not None:
            limit = proof.limit if limit is None else min(limit, proof.limit)
        if turn == 0 and known is not None and limit is not None and _counts_gaps(seats):
            climbed = climb(seats, required, known, limit, hint=hint, seed=seed, watch=watch)
            if climbed.proven:
                return climbed
            limit = climbed.limit
    return proof


def _counts_gaps(seats: Seats) -> bool:
    """Tell whether gaps are all that has a price."""
    weights = seats.instance.weights
    return bool(weights.gap) and not weights.move and not seats.published_at


def climb(
    seats: Seats,
    required: list[int],
    known: Mapping[str, int],
    limit: int,
    *,
    hint: Placement,
    seed: int,
    watch: Watch,
) -> Proof:
    """Ask for a plan with as few gaps as the limit allows; where there is none, for one gap more.

    Each is a much smaller question than the fewest gaps. Tables are counted in several ways, as
    one is quicker to find such a plan and another to prove that there is none.
    """
    gap = round(seats.instance.weights.gap * SCORE_UNIT)
    first = -limit // gap
    turns = ASKED
    for gaps in range(first, first + STEPS):
        watch.look(least_gaps=gaps)
        for counted, effort in turns:
            model = ExactModel(
                seats, required=required, counted=counted, most_gaps=gaps, goes_on=watch.look
            )
            settle(model, model.goals(), known)
            proof = solve(
                model, [], seed=seed, effort=effort, seconds=watch.left, hint=hint, watch=watch
            )
            if proof.proven or not watch.goes_on():
                break
        if not proof.infeasible:
            return replace(proof, limit=-gaps * gap)
        turns = RAISED[counted]
        if not watch.goes_on():
            break
    return Proof(None, proven=False, infeasible=False, limit=-(gaps + 1) * gap)


def _quality(seats: Seats, placement: Placement) -> tuple[Goals, int]:
    """Return the goals of a placement and, negated, what gaps and disturbance cost."""
    search = LocalSearch(seats, 0)
    search.start(placement)
    goals = weigh(seats.instance, (seats.pairs[pair] for pair in placement))
    return goals, -search.price


def _is_evident(seats: Seats, start: Arrangement, *, complete: bool) -> bool:
    """Tell whether a plan is optimal by the bounds on its goals alone."""
    if start.goals != start.best or (start.price and not complete):
        return False
    weights = seats.instance.weights
    if start.price:
        sure = all(pair.state != "open" or pair.musts or pair.score > 0 for pair in seats.pairs)
        if not sure or start.price > round(weights.gap * UNIT) * least_gaps(seats):
            return False
    if not weights.move:
        return True
    return not count_moves(seats, start.placement, give_tables(seats, start.placement))


def places(seats: Seats) -> int:
    """Return the number of ways and slots of all pairs."""
    return sum(mode.mask.bit_count() for mode in seats.modes)


def _missing(seats: Seats) -> set[tuple[str, str]]:
    return {pair.key for pair in seats.instance.pairs if pair.key not in seats.index}


def _hint(seats: Seats, both: Seats, placement: Placement) -> Placement:
    """Return a placement in the ways of another numbering of the same pairs."""
    if both is seats:
        return placement
    tables = give_tables(seats, placement)
    found: Placement = {}
    for pair, (mode, slot) in placement.items():
        way = seats.modes[mode]
        for other in both.modes_of[pair]:
            one = both.modes[other]
            same = (one.people, one.interpreter) == (way.people, way.interpreter)
            if same and one.table == tables[pair]:
                found[pair] = (other, slot)
    return found


def _untabled(seats: Seats, both: Seats, placement: Placement, *, proven: bool) -> Outcome:
    """Return a placement with tables in the ways of the seats without them."""
    found: Placement = {}
    table_of: dict[int, str] = {}
    for pair, (mode, slot) in placement.items():
        way = both.modes[mode]
        table_of[pair] = str(way.table)
        for other in seats.modes_of[pair]:
            one = seats.modes[other]
            same = (one.people, one.interpreter) == (way.people, way.interpreter)
            if same and one.table in (None, way.table) and one.mask >> slot & 1:
                found[pair] = (other, slot)
                if one.table == way.table:
                    break
    return Outcome(found, proven=proven, improved=True, table_of=table_of)
