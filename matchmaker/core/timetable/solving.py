"""Solving the exact model: goal by goal, with what is known settled first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import Any

from matchmaker.core.instance.seats import Seats
from matchmaker.core.timetable.board import Placement
from matchmaker.core.timetable.exact import SCORE_UNIT, ExactModel, Goal
from matchmaker.core.timetable.measures import Goals
from matchmaker.core.timetable.watch import Watch

LOOK = 0.25  # seconds between two looks at the watch while a proof goes on
MERGED_RANGE = 2**40  # goals are merged into one objective while it stays below


@dataclass(frozen=True, slots=True)
class Proof:
    """What the model found: None where nothing is possible; ``proven`` if all goals are.

    ``limit`` is what the goal that was not finished cannot surpass.
    """

    placement: Placement | None
    proven: bool
    infeasible: bool
    limit: int | None = None


def reached(goals: Goals) -> dict[str, int]:
    """Return the values of the goals above the price, by name."""
    values = {
        "pins": goals.pins,
        "chosen": goals.chosen,
        "musts": goals.musts,
        "score": round(goals.score * SCORE_UNIT),
    }
    for kind, short in (("project", goals.project_floors), ("investor", goals.investor_floors)):
        for depth in range(-min(short, default=0)):
            values[f"{kind} floor {depth}"] = -sum(-lack > depth for lack in short)
    return values


def settle(model: ExactModel, goals: list[Goal], values: Mapping[str, int]) -> list[Goal]:
    """Keep the goals above the price at known best values; return those that are left."""
    left = []
    for goal in goals:
        if goal.name in ("price", "wishes"):
            left.append(goal)
        else:
            model.model.add(goal.expression >= values.get(goal.name, 0))
    return left


def merged(goals: list[Goal]) -> list[Goal]:
    """Join successive goals into one weighted objective while its range stays small."""
    joined: list[Goal] = []
    for goal in goals:
        last = joined[-1] if joined else None
        if last is not None and (last.width + 1) * (goal.width + 1) < MERGED_RANGE:
            expression = last.expression * (goal.width + 1) + goal.expression
            width = last.width * (goal.width + 1) + goal.width
            joined[-1] = Goal(f"{last.name}, {goal.name}", expression, width)
        else:
            joined.append(goal)
    return joined


def prove(
    model: ExactModel,
    goals: list[Goal],
    *,
    seed: int,
    effort: float,
    seconds: float,
    hint: Placement | None = None,
    core: bool = False,
    limit: int | None = None,
    watch: Watch | None = None,
) -> Proof:
    """Raise the goals one after the other; ``effort`` is CP-SAT's deterministic time for all of
    them, ``seconds`` only a guard. ``core``: prove from below by cores of what cannot all hold,
    which finds no better plans on its way but is by far the quickest for few gaps. ``limit`` is
    what the first goal is known not to surpass. ``watch`` is told several times a second that the
    proof goes on, and stops it.
    """
    solver = model.cp.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.optimize_with_core = core
    solver.parameters.linearization_level = 0 if core or not goals else 1
    solver.parameters.random_seed = seed % 2**31
    if hint is not None:
        _hint(model, hint)
    placement, end = hint, monotonic() + seconds
    if limit is not None and goals:
        model.model.add(goals[0].expression <= limit)
    for goal in goals or [Goal("nothing", 0, 0)]:
        solver.parameters.max_deterministic_time = max(effort, 0.01)
        solver.parameters.max_time_in_seconds = max(end - monotonic(), 0.01)
        if goal.width:
            model.model.maximize(goal.expression)
        status = _watched(solver, model, goal, watch)
        effort -= solver.response_proto.deterministic_time
        if status == model.cp.INFEASIBLE:
            return Proof(None, proven=True, infeasible=True)
        bound = solver.best_objective_bound
        limit = math.floor(bound + 1e-6) if goal.width and math.isfinite(bound) else None
        if status not in (model.cp.OPTIMAL, model.cp.FEASIBLE):
            return Proof(placement, proven=False, infeasible=False, limit=limit)
        placement = {
            model.seats.modes[mode].pair: (mode, slot)
            for (mode, slot), seat in model.at.items()
            if solver.boolean_value(seat)
        }
        if status != model.cp.OPTIMAL:
            return Proof(placement, proven=False, infeasible=False, limit=limit)
        if goal.width:
            model.model.add(goal.expression >= round(solver.objective_value))
        _hint(model, placement)
    return Proof(placement, proven=True, infeasible=False)


def _watched(solver: Any, model: ExactModel, goal: Goal, watch: Watch | None) -> Any:
    """Solve in a thread of its own while this one tells the watch and hears whether to go on."""
    if watch is None:
        return solver.solve(model.model)
    bounds = [math.inf]
    solver.best_bound_callback = bounds.append
    with ThreadPoolExecutor(1) as beside:
        solving = beside.submit(solver.solve, model.model)
        try:
            while not wait([solving], LOOK).done:
                least = _gaps_within(model, bounds[-1]) if goal.name == "price" else 0
                # as a search that has not begun yet hears nothing, this is said at every look
                if not watch.look(least_gaps=least):
                    solver.stop_search()
        except BaseException:
            while not wait([solving], LOOK).done:
                solver.stop_search()
            raise
    return solving.result()


def _gaps_within(model: ExactModel, price: float) -> int:
    """Return the fewest gaps of a plan whose price goal cannot surpass this; 0 where something
    else has a price too.
    """
    weights = model.seats.instance.weights
    gap = round(weights.gap * SCORE_UNIT)
    if not gap or weights.move or model.disturbed or not math.isfinite(price):
        return 0
    return max(0, math.ceil(-price / gap - 1e-6))


def _hint(model: ExactModel, placement: Placement) -> None:
    model.model.clear_hints()  # type: ignore[no-untyped-call]
    chosen = set(placement.values())
    for key, seat in model.at.items():
        model.model.add_hint(seat, key in chosen)


def smallest_clash(
    seats: Seats,
    pins: list[int],
    family: Iterable[int],
    *,
    seconds: float,
    watch: Watch | None = None,
) -> list[int]:
    """Return pins that cannot all hold while every proper part of them can; empty if all fit.

    Halves what is looked at (Junker, QuickXplain, 2004); only the pairs of the family take part.
    Where time runs out, the clash is one that is not the smallest.
    """
    within, end = frozenset(family), monotonic() + seconds

    def clash(kept: list[int]) -> bool:
        model = ExactModel(seats, required=kept, within=within)
        left = max(0.05, end - monotonic())
        return prove(model, [], seed=0, effort=60.0, seconds=left, watch=watch).infeasible

    def needed(base: list[int], some: list[int], *, grown: bool) -> list[int]:
        """Return the least part of some pins that clashes with the base."""
        if monotonic() > end or (watch is not None and watch.stopped):
            return some
        if grown and clash(base):
            return []
        if len(some) == 1:
            return some
        half = len(some) // 2
        right = needed([*base, *some[:half]], some[half:], grown=True)
        left = needed([*base, *right], some[:half], grown=bool(right))
        return [*left, *right]

    return needed([], pins, grown=False) if clash(pins) else []
