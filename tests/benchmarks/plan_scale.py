"""Prints what the planner makes of roadshows of every size, beside first fit and greedy.

    python -m tests.benchmarks.plan_scale [small] [square] [medium] [large] [--seeds 2]

One row per instance: meetings placed, gaps, the gaps that absences force, seconds, peak memory.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Iterable
from time import perf_counter

from matchmaker.core.instance import Instance
from matchmaker.core.instance.seats import Seats, take_seats
from matchmaker.core.review import find_clashes
from matchmaker.core.timetable import plan
from matchmaker.core.timetable.board import Board
from matchmaker.core.timetable.limits import least_gaps
from matchmaker.core.timetable.remedies import gaps_in
from tests.benchmarks.plan_shapes import SHAPES, planted

LIMIT = {"small": 20.0, "square": 20.0, "medium": 20.0, "large": 180.0}  # seconds


def first_fit(seats: Seats, order: Iterable[int]) -> tuple[int, int]:
    """Return (meetings, gaps) where each meeting takes the first free seat: what most tools do."""
    board = Board(seats)
    board.fill(order)
    people = [mask for mask, (kind, _) in zip(board.busy, seats.resources, strict=True)
              if kind == "person"]  # fmt: skip
    return len(board.placement), sum(gaps_in(mask, seats.day) for mask in people)


def most_constrained(seats: Seats) -> list[int]:
    """Return the meetings with the fewest seats first."""
    room = [sum(seats.modes[m].mask.bit_count() for m in modes) for modes in seats.modes_of]
    return sorted(range(len(room)), key=lambda pair: (room[pair], pair))


def timed(name: str, size: int, work: tuple[int, int], seconds: float, note: str = "") -> None:
    placed, gaps = work
    print(f"  {name:<28}{placed:>7} ({placed / size:7.2%}) {gaps:>7} gaps {seconds:8.2f} s {note}")


def measure(name: str, seed: int) -> None:
    """Print the rows of one instance."""
    instance: Instance = planted(name, seed)
    size = len(instance.pairs)
    seats = take_seats(instance)
    print(f"{name} {seed}: {size} meetings, absences force {least_gaps(seats)} gaps")
    for label, order in (("first fit", range(size)), ("greedy", most_constrained(seats))):
        start = perf_counter()
        timed(label, size, first_fit(seats, order), perf_counter() - start)
    start = perf_counter()
    made = plan(instance, time_limit=LIMIT[name])
    seconds = perf_counter() - start
    assert find_clashes(instance, made) == []
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = (
        f"{made.status}, {memory:.0f} MiB, {made.totals.gaps / len(instance.people):.3f} a person"
    )
    timed("planner", size, (made.totals.meetings, made.totals.gaps), seconds, note)


def main() -> None:
    """Measure the shapes named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", default=["small", "square", "medium"])
    parser.add_argument("--seeds", type=int, default=2)
    chosen = parser.parse_args()
    start = perf_counter()
    plan(planted("small", 99), prove=False)
    print(f"first plan of this process, with compiling or loading: {perf_counter() - start:.1f} s")
    for name in chosen.shapes:
        assert name in SHAPES, name
        for seed in range(chosen.seeds):
            measure(name, seed)


if __name__ == "__main__":
    main()
