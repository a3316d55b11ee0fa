"""Giving the common tables of each slot to its meetings so that people change tables little."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from scipy.optimize import linear_sum_assignment

from matchmaker.core.timetable.seats import Seats

Placement = dict[int, tuple[int, int]]
ROUNDS = 6  # each slot is assigned anew given the others; few rounds change anything
WANTED_TABLE = 0.01  # moves: the published table is kept where nothing else speaks against it


def give_tables(seats: Seats, placement: Placement) -> dict[int, str]:
    """Return the table of every placed pair."""
    table: dict[int, str] = {}
    waiting: dict[int, list[int]] = defaultdict(list)
    for pair, (mode, slot) in sorted(placement.items()):
        own = seats.modes[mode].table
        if own is not None:
            table[pair] = own
        else:
            waiting[slot].append(pair)
    published = {old.key: old.table for old in seats.instance.published}
    before, after = _neighbours(seats, placement)
    for turn in range(ROUNDS):
        changed = False
        for slot in sorted(waiting):
            pairs = waiting[slot]
            wishes = [Counter[str]() for _ in pairs]
            for wish, pair in zip(wishes, pairs, strict=True):
                for other in before[pair] + (after[pair] if turn else []):
                    if other in table:
                        wish[table[other]] += 1.0  # type: ignore[assignment]
                kept = published.get(seats.pairs[pair].key)
                if kept is not None:
                    wish[kept] += WANTED_TABLE  # type: ignore[assignment]
            for pair, name in zip(pairs, _assign(seats.common[slot], wishes), strict=True):
                changed |= table.get(pair) != name
                table[pair] = name
        if turn and not changed:
            break
    return table


def _assign(tables: tuple[str, ...], wishes: list[Counter[str]]) -> list[str]:
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
        for (_, first), (_, second) in zip(rows, rows[1:], strict=False):
            before[second].append(first)
            after[first].append(second)
    return before, after
