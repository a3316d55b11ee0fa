"""Foreign planning problems put into the planner's own words: B2B schedules, fair assignment."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from matchmaker.core.instance import Instance, Party, Person, Slot, Table, WantedPair, Weights
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
