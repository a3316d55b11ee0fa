"""Planning an instance: choose, place, polish, prove, explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from matchmaker.core.instance import (
    Clash,
    Instance,
    Key,
    Party,
    Person,
    Plan,
    Slot,
    Table,
    WantedPair,
    canonical,
    check_sound,
)
from matchmaker.core.instance.seats import Seats, take_seats
from matchmaker.core.timetable.again import plan_gently
from matchmaker.core.timetable.arrange import Arrangement, Arranger, top_up
from matchmaker.core.timetable.clashes import find_clash
from matchmaker.core.timetable.local import LocalSearch
from matchmaker.core.timetable.previous import what_stands
from matchmaker.core.timetable.proof import Outcome, refine
from matchmaker.core.timetable.report import report
from matchmaker.core.timetable.watch import Progress, Watch


def plan(
    instance: Instance,
    *,
    previous: Plan | None = None,
    seed: int = 0,
    time_limit: float = 20.0,
    strict: bool = False,
    prove: bool | None = None,
    most_disturbed: int | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Plan:
    """Return the best timetable found: who meets whom, when, where, and why not.

    ``previous`` is the timetable that people hold in their hands, in place of ``published``; what
    the instance does not know any more is taken as cancelled.
    ``strict``: every pinned and chosen pair is placed, or nothing is. ``prove``: None proves small
    instances, True spends the time limit (seconds) on a proof, False never tries.
    ``most_disturbed`` people at most lose or change a published slot, but for those whose meeting
    cannot stay. ``progress`` is
    told how far the work has come and stops it by returning False; the best plan so far is kept.
    The same instance and seed give the same plan, whatever the order of the lists, unless time
    runs out. Raises Refusal ``bad-instance`` for contradictions.
    """
    check_sound(instance)
    if previous is not None:
        instance = replace(instance, published=what_stands(instance, previous))
    watch = Watch(time_limit, progress)
    instance = canonical(instance)
    if most_disturbed is None or not instance.published:
        made = _Planner(instance, seed, time_limit, watch, strict=strict, prove=prove).run()
    else:

        def planning(one: Instance) -> Plan:
            some = Watch(min(watch.left, time_limit / 4), progress)
            planner = _Planner(one, seed, time_limit / 4, some, strict=False, prove=False)
            return planner.run()

        made = plan_gently(instance, most_disturbed, planning, prove=prove, seed=seed, watch=watch)
    return replace(made, seconds=round(watch.spent, 3))


def warm() -> None:
    """Compile the local search, or load what was compiled before.

    Takes some ten seconds once per install and half a second after that; a server calls it in a
    thread when it starts, so that nobody's first plan waits for it.
    """
    start = datetime(2000, 1, 1, tzinfo=UTC)
    instance = Instance(
        slots=(Slot(id="s", start=start, minutes=1),),
        tables=(Table(id="t"),),
        people=(Person(id="p"), Person(id="v")),
        projects=(Party(id="p", people=("p",)),),
        investors=(Party(id="v", people=("v",)),),
        pairs=(WantedPair(project="p", investor="v"),),
    )
    LocalSearch(take_seats(instance), 0).compile()


class _Planner:
    def __init__(
        self,
        instance: Instance,
        seed: int,
        time_limit: float,
        watch: Watch,
        *,
        strict: bool,
        prove: bool | None,
    ) -> None:
        self.instance = instance
        self.seed = seed
        self.time_limit = time_limit
        self.watch = watch
        self.strict = strict
        self.prove = prove

    def run(self) -> Plan:
        seats = take_seats(self.instance)
        clashes: list[Clash] = []
        gone: set[Key] = set()
        while (clash := find_clash(seats, self.watch)) is not None:
            clashes.append(_clash(seats, clash))
            if self.strict:
                return self._nothing(seats, clashes)
            gone |= {seats.pairs[pair].key for pair in clash}
            seats = take_seats(self.instance, without=gone)
        start = Arranger(seats, self.seed, self.time_limit, self.watch).arrange()
        fixed = [at for at, pair in enumerate(seats.pairs) if pair.state in ("pinned", "chosen")]
        required = fixed if self.strict else []
        outcome = refine(
            seats,
            start,
            required=required,
            prove=self.prove,
            seed=self.seed,
            watch=self.watch,
        )
        if self.strict and not set(required) <= outcome.placement.keys():
            return self._nothing(seats, [*clashes, _shortage(seats, outcome, required)])
        return self._plan(seats, start, outcome, clashes)

    def _plan(
        self, seats: Seats, start: Arrangement, outcome: Outcome, clashes: list[Clash]
    ) -> Plan:
        status = "optimal" if outcome.proven else "feasible"
        placement = outcome.placement
        if outcome.improved and outcome.table_of is None:
            placement = top_up(seats, placement)
        score = sum(seats.pairs[pair].score for pair in placement)
        self.watch.report(
            "explaining", meetings=len(placement), score=score, bound=max(score, start.bound)
        )
        return report(
            seats,
            placement,
            status="infeasible" if clashes else status,
            seed=self.seed,
            solver=f"{start.solver}{', CP-SAT' if outcome.improved else ''}",
            bound=score if outcome.proven else start.bound,
            clashes=clashes,
            table_of=outcome.table_of,
        )

    def _nothing(self, seats: Seats, clashes: list[Clash]) -> Plan:
        """Return the empty plan that says why nothing can be held as asked."""
        return report(
            seats, {}, status="infeasible", seed=self.seed, solver="", bound=0.0, clashes=clashes
        )


def _clash(seats: Seats, pairs: list[int]) -> Clash:
    names = tuple(seats.pairs[pair].name for pair in pairs)
    if len(names) == 1:
        return Clash(pairs=names, sentence=f"{names[0]} is pinned and has no seat.")
    return Clash(pairs=names, sentence=f"{', '.join(names)} are pinned and cannot all be held.")


def _shortage(seats: Seats, outcome: Outcome, required: list[int]) -> Clash:
    lost = [pair for pair in required if pair not in outcome.placement]
    names = tuple(seats.pairs[pair].name for pair in lost)
    proven = "cannot" if outcome.infeasible else "could not"
    return Clash(
        pairs=names, sentence=f"Not all decided pairs {proven} be placed: {', '.join(names)}."
    )
