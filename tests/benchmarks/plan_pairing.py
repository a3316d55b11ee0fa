"""Prints how long the exact choice of who meets whom takes at every size, beside a greedy one.

    python -m tests.benchmarks.plan_pairing [dense] [floors] [wide] [--seeds 1]

``dense``: 500 x 500, everybody wanted by everybody. ``floors``: the same with minimums that cannot
all be held, raised from the worst off. ``wide``: 2,000 x 5,000 with 50 candidates for each project.
One row per step: seconds, CPU seconds, peak memory; then the value beside the linear program's
bound, which no choice surpasses, and beside what a greedy choice by score reaches.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from time import perf_counter, process_time
from typing import TypeVar

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from matchmaker.core.instance import (
    Instance,
    Party,
    Person,
    Slot,
    Table,
    WantedPair,
    canonical,
    check_sound,
)
from matchmaker.core.instance.seats import take_seats
from matchmaker.core.pairing import choose
from matchmaker.core.pairing.demand import Demand, demand_of
from matchmaker.core.pairing.selection import select

CHINA = timezone(timedelta(hours=8))
SLOTS = 32
MUSTS = 0.01
T = TypeVar("T")


@dataclass(frozen=True)
class Market:
    """Sizes; ``candidates`` of each project, who are more often popular ones."""

    projects: int
    investors: int
    candidates: int
    cap: int
    floor: int = 0
    aim: float = 0.0  # seconds


MARKETS = {
    "dense": Market(500, 500, 500, cap=10, aim=2.0),
    "floors": Market(500, 500, 500, cap=10, floor=6, aim=20.0),
    "wide": Market(2_000, 5_000, 50, cap=12, floor=2, aim=60.0),
}


def market(name: str, seed: int) -> Instance:
    """Return a seeded market of one delegate each.

    With floors a twentieth of the projects are wanted by two investors only, who are the same.
    """
    shape = MARKETS[name]
    rng = np.random.default_rng([seed, shape.projects, shape.investors, shape.floor])
    popular = 1.0 / (1.0 + rng.permutation(shape.investors)) ** 0.6
    poor = rng.random(shape.projects) < (0.05 if shape.floor else 0.0)
    quality = rng.normal(0, 8, shape.projects)
    pairs: list[WantedPair] = []
    for project in range(shape.projects):
        if poor[project]:
            wanted = np.arange(2)
        elif shape.candidates < shape.investors:
            keys = rng.exponential(size=shape.investors) / popular
            wanted = np.sort(np.argpartition(keys, shape.candidates)[: shape.candidates])
        else:
            wanted = np.arange(shape.investors)
        scores = np.clip(rng.normal(55 + quality[project], 15, len(wanted)), 0, 100).round(1)
        must = rng.random(len(wanted)) < MUSTS
        pairs += [
            WantedPair(
                project=f"P{project:04}",
                investor=f"V{investor:04}",
                score=float(score),
                want_investor="must" if urgent else "meet",
            )
            for investor, score, urgent in zip(wanted, scores, must, strict=True)
        ]
    return canonical(
        Instance(
            name=f"{name} {seed}",
            slots=_slots(),
            tables=tuple(Table(id=f"T{at:03}") for at in range(shape.projects)),
            people=_people("p", shape.projects) + _people("v", shape.investors),
            projects=_parties("P", shape.projects, shape),
            investors=_parties("V", shape.investors, shape),
            pairs=tuple(pairs),
        )
    )


def _slots() -> tuple[Slot, ...]:
    morning = datetime(2026, 9, 12, 9, tzinfo=CHINA)
    return tuple(
        Slot(
            id=f"s{at:02}",
            start=morning + timedelta(days=at // 16, minutes=30 * (at % 16)),
            minutes=25,
        )
        for at in range(SLOTS)
    )


def _people(letter: str, count: int) -> tuple[Person, ...]:
    return tuple(Person(id=f"{letter}{at:04}") for at in range(count))


def _parties(letter: str, count: int, shape: Market) -> tuple[Party, ...]:
    floor = shape.floor if letter == "P" else 0
    return tuple(
        Party(id=f"{letter}{at:04}", people=(f"{letter.lower()}{at:04}",), min=floor, max=shape.cap)
        for at in range(count)
    )


def greedy(demand: Demand) -> tuple[int, ...]:
    """Return the pairs that most tools would choose: musts first, then by score, while it fits."""
    order = np.lexsort((-np.array(demand.worth), -np.array(demand.musts)))
    room = list(demand.caps)
    taken: list[int] = []
    for pair in map(int, order):
        project, investor = demand.ends[pair]
        if demand.usable[pair] and room[project] and room[investor] and len(taken) < demand.seats:
            room[project] -= 1
            room[investor] -= 1
            taken.append(pair)
    return tuple(taken)


def bound(demand: Demand, chosen: tuple[int, ...]) -> float:
    """Return the most score of any choice with as many musts and floors kept, by linear program.

    Which floors cannot be held whole is taken from the choice, whose shortfalls are proven apart.
    """
    usable = np.flatnonzero(np.array(demand.usable))
    ends = np.array(demand.ends)[usable]
    count, parties = len(usable), len(demand.caps)
    got = np.bincount(np.array(demand.ends)[list(chosen)].ravel(), minlength=parties)
    floors = np.minimum(got, demand.floors)
    rows = ends.T.ravel()
    table = coo_array((np.ones(2 * count), (rows, np.tile(np.arange(count), 2)))).tocsr()
    musts = np.array(demand.musts, dtype=float)[usable]
    limits = [(table, np.array(demand.caps, dtype=float)[: table.shape[0]])]
    held = np.flatnonzero(floors[: table.shape[0]])
    if len(held):
        limits.append((-table[held], -floors[held].astype(float)))
    limits.append((coo_array(-musts[None, :]), [-sum(demand.musts[at] for at in chosen)]))
    limits.append((coo_array(np.ones((1, count))), [demand.seats]))
    solved = linprog(
        -np.array(demand.worth)[usable],
        A_ub=vstack([one for one, _ in limits]).tocsr(),
        b_ub=np.concatenate([one for _, one in limits]),
        bounds=(0, 1),
        method="highs-ipm",
    )
    return float(-solved.fun)


def timed(label: str, work: Callable[[], T]) -> T:
    """Print what some work takes."""
    start, begun = process_time(), perf_counter()
    made = work()
    seconds, waited = process_time() - start, perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {label:<28}{waited:8.2f} s {seconds:8.2f} CPU s  peak {memory:6.0f} MiB", flush=True)
    return made


def told(label: str, demand: Demand, pairs: tuple[int, ...]) -> None:
    """Print what a choice reaches."""
    got = [0] * len(demand.caps)
    for pair in pairs:
        for end in demand.ends[pair]:
            got[end] += 1
    short = [max(0, low - have) for low, have in zip(demand.floors, got, strict=True)]
    musts = sum(demand.musts[pair] for pair in pairs)
    score = sum(demand.worth[pair] for pair in pairs)
    print(
        f"  {label:<28}{len(pairs):>7} pairs {musts:>5} musts {sum(short):>5} floor places missed"
        f" (worst {max(short)}) lowest project {min(got[: demand.projects]):>2}"
        f" score {score:>11.1f}"
    )


def measure(name: str, seed: int) -> None:
    """Print the rows of one market."""
    instance = market(name, seed)
    shape = MARKETS[name]
    print(
        f"{name} {seed}: {shape.projects} x {shape.investors}, {len(instance.pairs)} pairs,"
        f" aim {shape.aim:g} s"
    )
    timed("check", lambda: check_sound(instance))
    seats = timed("number", lambda: take_seats(instance))
    demand = timed("count", lambda: demand_of(seats))
    selection = timed("choose exactly", lambda: select(demand))
    simple = timed("choose greedily", lambda: greedy(demand))
    choice = timed("all, with reasons", lambda: choose(instance))
    told(f"exact ({selection.solver})", demand, selection.pairs)
    told("greedy", demand, simple)
    most = timed("bound by linear program", lambda: bound(demand, selection.pairs))
    assert tuple(seats.pairs[at].key for at in selection.pairs) == choice.chosen
    print(f"  bound {most:.1f}, gap {most - choice.score:.1f}")


def main() -> None:
    """Measure the markets named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("markets", nargs="*", default=list(MARKETS))
    parser.add_argument("--seeds", type=int, default=1)
    chosen = parser.parse_args()
    for name in chosen.markets:
        for seed in range(chosen.seeds):
            measure(name, seed)


if __name__ == "__main__":
    main()
