"""Foreign planning problems put into the planner's own words: B2B schedules, fair assignment."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.instance import Instance, Party, Person, Slot, Table, WantedPair, Weights
from matchmaker.core.pairing import choose
from matchmaker.core.timetable import plan

HOUR = timedelta(hours=1)
START = datetime(2026, 9, 12, tzinfo=UTC)


def b2b_instance(problem: Any, spread: int | None) -> Instance:
    """Return a B2B meeting scheduling problem as an instance; slots within one long day."""
    slots = tuple(
        Slot(id=f"t{at:03}", start=START + timedelta(minutes=at), minutes=1)
        for at in range(problem.T)
    )
    people = tuple(
        Person(id=f"p{at:03}", away=frozenset(slots[t].id for t in away))
        for at, away in enumerate(problem.forb)
    )
    tables = min(problem.L, problem.P // 2)
    pairs = tuple(
        WantedPair(
            project=f"p{a:03}",
            investor=f"p{b:03}m{at:04}",
            state="chosen",
            slots=tuple(slots[t].id for t in problem.domain(at)) or (slots[0].id,),
            after=tuple(
                f"p{problem.pairs[m][0]:03}/p{problem.pairs[m][1]:03}m{m:04}"
                for m in sorted(problem.prec[at])
            ),
        )
        for at, (a, b) in enumerate(problem.pairs)
    )
    projects = sorted({a for a, _ in problem.pairs})
    return Instance(
        name=problem.name,
        slots=slots,
        tables=tuple(Table(id=f"T{at:03}") for at in range(tables)),
        people=people,
        projects=tuple(Party(id=f"p{at:03}", people=(f"p{at:03}",)) for at in projects),
        investors=tuple(
            Party(id=f"p{b:03}m{at:04}", people=(f"p{b:03}",))
            for at, (_, b) in enumerate(problem.pairs)
        ),
        pairs=pairs,
        weights=Weights(gap=1.0, move=0.0, disturb=0.0),
        gap_spread=spread,
    )


def b2b(problem: Any, spread: int | None) -> list[int] | None:
    """Return a slot per meeting with the fewest breaks, or None where that is proven impossible.

    Raises RuntimeError where the time limit (``PLAN_SECONDS``, 200) passes without a proof.
    """
    instance = b2b_instance(problem, spread)
    seconds = float(os.environ.get("PLAN_SECONDS", "200"))
    if any(not problem.domain(at) for at in range(problem.M)):
        return None
    made = plan(instance, strict=True, prove=True, time_limit=seconds)
    if made.status == "infeasible":
        if any("cannot" not in clash.sentence for clash in made.clashes):
            raise RuntimeError("not proven infeasible")
        return None
    if made.status != "optimal":
        raise RuntimeError(f"not proven: {made.totals.gaps} gaps")
    place = {slot.id: at for at, slot in enumerate(instance.slots)}
    slot_of = {int(one.investor.split("m")[1]): place[one.slot] for one in made.meetings}
    return [slot_of[at] for at in range(problem.M)]


def assign(
    scores: NDArray[np.float64],
    coverage: NDArray[np.int64],
    load_max: NDArray[np.int64],
    load_min: NDArray[np.int64],
    forbidden: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return a 0/1 array (reviewers, papers): papers are projects, reviewers are investors.

    Scores are moved into 0 to 100 by one straight line; as every paper gets an exact number of
    reviewers, that changes no comparison.
    """
    reviewers, papers = scores.shape
    low, high = float(scores.min()), float(scores.max())
    unit = 100.0 / (high - low) if high > low else 1.0
    pairs = tuple(
        WantedPair(
            project=f"p{p:05}",
            investor=f"r{r:05}",
            score=min(100.0, max(0.0, round((float(scores[r, p]) - low) * unit, 6))),
            state="forbidden" if forbidden[r, p] else "open",
        )
        for p in range(papers)
        for r in range(reviewers)
    )
    busiest = int(max(coverage.max(initial=1), load_max.max(initial=1)))
    slots = tuple(
        Slot(id=f"t{at:04}", start=START + timedelta(minutes=at), minutes=1)
        for at in range(busiest)
    )
    instance = Instance(
        slots=slots,
        tables=tuple(Table(id=f"T{at:05}") for at in range(min(reviewers, papers))),
        people=tuple(
            Person(id=f"{side}{at:05}")
            for side, count in (("p", papers), ("r", reviewers))
            for at in range(count)
        ),
        projects=tuple(
            Party(id=f"p{at:05}", people=(f"p{at:05}",), min=int(n), max=int(n))
            for at, n in enumerate(coverage)
        ),
        investors=tuple(
            Party(id=f"r{at:05}", people=(f"r{at:05}",), min=int(least), max=int(most))
            for at, (least, most) in enumerate(zip(load_min, load_max, strict=True))
        ),
        pairs=pairs,
    )
    chosen = np.zeros(scores.shape, dtype=np.int64)
    for project, investor in choose(instance, fair=True).chosen:
        chosen[int(investor[1:]), int(project[1:])] = 1
    return chosen
