"""Giving the common tables of each slot to its meetings so that people change tables little."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment

from matchmaker.core.instance.seats import Seats

Placement = dict[int, tuple[int, int]]
ROUNDS = 6  # each slot is assigned anew given the others; few rounds change anything
WANTED_TABLE = 3.0  # moves: a published table is given up only where it is taken or closed


def give_tables(seats: Seats, placement: Placement) -> dict[int, str]:
    """Return the table of every placed pair."""
    table: dict[int, str] = {}
    waiting: dict[int, list[int]] = defaultdict(list)
    fixed: dict[int, set[str]] = defaultdict(set)
    for pair, (mode, slot) in sorted(placement.items()):
        own = seats.modes[mode].table
        if own is not None:
            table[pair] = own
            fixed[slot].add(own)
        else:
            waiting[slot].append(pair)
    published = {old.key: old.table for old in seats.instance.published}
    before, after = _neighbours(seats, placement)
    for turn in range(ROUNDS):
        changed = False
        for slot in sorted(waiting):
            pairs = waiting[slot]
            near = [before[pair] + (after[pair] if turn else []) for pair in pairs]
            kept = [published.get(seats.pairs[pair].key) for pair in pairs]
            wishes = [_wishes(others, table, old) for others, old in zip(near, kept, strict=True)]
            free = tuple(name for name in seats.common[slot] if name not in fixed[slot])
            for pair, name in zip(pairs, _assign(free, wishes), strict=True):
                changed |= table.get(pair) != name
                table[pair] = name
        if turn and not changed:
            break
    return table


def _wishes(others: list[int], table: dict[int, str], kept: str | None) -> dict[str, float]:
    """Return how many moves each table saves a meeting's people."""
    wish: dict[str, float] = defaultdict(float)
    for other in others:
        if other in table:
            wish[table[other]] += 1.0
    if kept is not None:
        wish[kept] += WANTED_TABLE
    return wish


def _assign(tables: tuple[str, ...], wishes: list[dict[str, float]]) -> list[str]:
    worth = np.zeros((len(wishes), len(tables)))
    place = {name: at for at, name in enumerate(tables)}
    for row, wish in enumerate(wishes):
        for name, value in wish.items():
            if name in place:
                worth[row, place[name]] = value
    _, columns = linear_sum_assignment(worth, maximize=True)
    return [tables[column] for column in columns]


def _neighbours(
    seats: Seats, placement: Placement
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return for each pair the meetings that its people have just before and just after it."""
    held: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for pair, (mode, slot) in placement.items():
        for use in seats.modes[mode].uses:
            if seats.resources[use][0] == "person":
                held[use, seats.day[slot]].append((slot, pair))
    before: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[int]] = defaultdict(list)
    for rows in held.values():
        rows.sort()
        for (_, first), (_, second) in pairwise(rows):
            before[second].append(first)
            after[first].append(second)
    return before, after


def count_moves(seats: Seats, placement: Placement, table: dict[int, str]) -> int:
    """Return how often somebody changes table between two successive meetings of a day."""
    before, _ = _neighbours(seats, placement)
    return sum(
        table[first] != table[second] for second, firsts in before.items() for first in firsts
    )
