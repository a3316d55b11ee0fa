"""The local search's flat records, and placing and taking one meeting in them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.compiled import compiled, inner

Records = NDArray[Any]

# places in Ground.numbers
COST, ROWS, UNPLACED, BEST, RANDOM, GAPPY, LISTED, STAMP = range(8)
GAP, DISTURB, WISH, SPREAD, MOST_GAPS = range(8, 13)  # prices
NUMBERS = 13
CHAIN, WAS, FOUND = range(3)  # rows of Ground.scratch
# typed, because numba compiles a function once more for each literal that is handed to it
NOTHING: Any = np.int64(-1)
ZERO: Any = np.int64(0)

PAIR = np.dtype(
    [
        ("first", np.int64),  # its modes follow each other
        ("last", np.int64),
        ("project", np.int64),
        ("investor", np.int64),
        ("project_row", np.int64),  # longest row of meetings, 0 for any
        ("investor_row", np.int64),
        ("before", np.int64),  # places in links: pairs that must be earlier, then later ones,
        ("later", np.int64),
        ("old", np.int64),  # then the people of the published meeting
        ("end", np.int64),
        ("old_slot", np.int64),  # -1 where it is not published
        ("slot", np.int64),  # -1 where it is not placed
        ("mode", np.int64),
        ("seat", np.int64),  # place in members
        ("mark", np.int64),
        ("listed", np.int64),  # not of this pair: the list of pairs to choose from
        ("best_slot", np.int64),
        ("best_mode", np.int64),
        ("ejected", np.int64),
        ("weight", np.int64),  # what leaving it out costs
    ],
    align=True,
)
MODE = np.dtype([("uses", np.int64), ("end", np.int64), ("pool", np.int64)], align=True)
SLOT = np.dtype([("day", np.int64), ("common", np.int64), ("pooled", np.int64)], align=True)
THING = np.dtype(
    [
        ("person", np.int64),
        ("near", np.int64),  # whether the search looks for ways to close this person's gaps
        ("gaps", np.int64),
        ("lost", np.int64),  # published meetings that a person does not keep
        ("gappy_at", np.int64),  # place in the list of people with gaps, or -1
        ("gappy", np.int64),  # not of this thing: that list
    ],
    align=True,
)


class Ground(NamedTuple):
    """The whole search in few arrays: numba's compile time grows with their number."""

    pairs: Records
    modes: Records
    links: NDArray[np.int64]  # the lists that pairs and modes point into
    allowed: NDArray[np.uint8]  # modes x slots
    wish: NDArray[np.uint8]  # pairs x slots: wishes that the slot does not meet
    slots: Records
    members: NDArray[np.int64]  # slots x the most common tables: meetings at common tables
    things: Records  # people, interpreters, tables
    holder: NDArray[np.int64]  # things x slots: pair or -1
    visits: NDArray[np.int64]  # things x days: meetings of a person
    meets: NDArray[np.int64]  # parties x slots
    numbers: NDArray[np.int64]
    scratch: NDArray[np.int64]


@inner
def draw(g: Ground, below: int) -> int:
    """Return a random number from 0 on (xorshift, 63 bits)."""
    x = g.numbers[RANDOM]
    x ^= (x << 13) & 0x7FFFFFFFFFFFFFFF
    x ^= x >> 7
    x ^= (x << 17) & 0x7FFFFFFFFFFFFFFF
    g.numbers[RANDOM] = x
    return int((x >> 11) % below)


@inner
def busy_beside(g: Ground, use: int, slot: int) -> int:
    """Return in how many of the two neighbouring slots of the day a resource is busy."""
    near = 0
    if slot > 0 and g.slots[slot - 1].day == g.slots[slot].day and g.holder[use, slot - 1] >= 0:
        near += 1
    if (
        slot + 1 < len(g.slots)
        and g.slots[slot + 1].day == g.slots[slot].day
        and g.holder[use, slot + 1] >= 0
    ):
        near += 1
    return near


@inner
def count_gaps(g: Ground, use: int, change: int) -> None:
    """Change a person's number of gaps and what it costs."""
    if change == 0:
        return
    old = g.things[use].gaps
    new = old + change
    g.things[use].gaps = new
    g.numbers[COST] += change * g.numbers[GAP]
    most = g.numbers[MOST_GAPS]
    excess = max(0, new - most) - max(0, old - most)
    g.numbers[COST] += excess * g.numbers[SPREAD]
    if old == 0:
        g.things[use].gappy_at = g.numbers[GAPPY]
        g.things[g.numbers[GAPPY]].gappy = use
        g.numbers[GAPPY] += 1
    elif new == 0:
        g.numbers[GAPPY] -= 1
        last = g.things[g.numbers[GAPPY]].gappy
        g.things[g.things[use].gappy_at].gappy = last
        g.things[last].gappy_at = g.things[use].gappy_at
        g.things[use].gappy_at = -1


@inner
def row_excess(g: Ground, party: int, slot: int, most: int) -> int:
    """Return by how much meeting in this slot makes rows longer than ``most`` (0 for any)."""
    if most == 0 or g.meets[party, slot] > 0:
        return 0
    day = g.slots[slot].day
    before = 0
    at = slot - 1
    while at >= 0 and g.slots[at].day == day and g.meets[party, at] > 0:
        before += 1
        at -= 1
    after = 0
    at = slot + 1
    while at < len(g.slots) and g.slots[at].day == day and g.meets[party, at] > 0:
        after += 1
        at += 1
    return max(0, before + after + 1 - most) - max(0, before - most) - max(0, after - most)


@inner
def rows_excess(g: Ground, pair: int, slot: int) -> int:
    """Return by how much a pair in this slot makes rows of its parties longer than allowed."""
    one = g.pairs[pair]
    return row_excess(g, one.project, slot, one.project_row) + row_excess(
        g, one.investor, slot, one.investor_row
    )


@inner
def put(g: Ground, pair: int, mode: int, slot: int) -> None:
    """Place a pair where nothing it uses is taken."""
    g.pairs[pair].slot = slot
    g.pairs[pair].mode = mode
    g.numbers[UNPLACED] -= g.pairs[pair].weight
    g.numbers[COST] += g.wish[pair, slot] * g.numbers[WISH]
    day = g.slots[slot].day
    for at in range(g.modes[mode].uses, g.modes[mode].end):
        use = g.links[at]
        if g.things[use].person:
            change = 1 - busy_beside(g, use, slot)
            if g.visits[use, day] == 0:
                change -= 1
            g.visits[use, day] += 1
            count_gaps(g, use, change)
        g.holder[use, slot] = pair
    if g.modes[mode].pool:
        g.members[slot, g.slots[slot].pooled] = pair
        g.pairs[pair].seat = g.slots[slot].pooled
        g.slots[slot].pooled += 1
    g.numbers[ROWS] += rows_excess(g, pair, slot)
    g.meets[g.pairs[pair].project, slot] += 1
    g.meets[g.pairs[pair].investor, slot] += 1
    if slot == g.pairs[pair].old_slot:
        for at in range(g.pairs[pair].old, g.pairs[pair].end):
            use = g.links[at]
            if g.holder[use, slot] == pair:
                g.things[use].lost -= 1
                if g.things[use].lost == 0:
                    g.numbers[COST] -= g.numbers[DISTURB]


@inner
def take(g: Ground, pair: int) -> None:
    """Remove a placed pair."""
    mode = g.pairs[pair].mode
    slot = g.pairs[pair].slot
    if slot == g.pairs[pair].old_slot:
        for at in range(g.pairs[pair].old, g.pairs[pair].end):
            use = g.links[at]
            if g.holder[use, slot] == pair:
                g.things[use].lost += 1
                if g.things[use].lost == 1:
                    g.numbers[COST] += g.numbers[DISTURB]
    g.pairs[pair].slot = -1
    g.pairs[pair].mode = -1
    g.numbers[UNPLACED] += g.pairs[pair].weight
    g.numbers[COST] -= g.wish[pair, slot] * g.numbers[WISH]
    day = g.slots[slot].day
    for at in range(g.modes[mode].uses, g.modes[mode].end):
        use = g.links[at]
        g.holder[use, slot] = -1
        if g.things[use].person:
            g.visits[use, day] -= 1
            change = busy_beside(g, use, slot) - 1
            if g.visits[use, day] == 0:
                change += 1
            count_gaps(g, use, change)
    if g.modes[mode].pool:
        g.slots[slot].pooled -= 1
        last = g.members[slot, g.slots[slot].pooled]
        g.members[slot, g.pairs[pair].seat] = last
        g.pairs[last].seat = g.pairs[pair].seat
        g.pairs[pair].seat = -1
    g.meets[g.pairs[pair].project, slot] -= 1
    g.meets[g.pairs[pair].investor, slot] -= 1
    g.numbers[ROWS] -= rows_excess(g, pair, slot)


@inner
def is_free(g: Ground, mode: int, slot: int) -> bool:
    """Tell whether a way to hold a meeting is allowed and free in a slot."""
    if not g.allowed[mode, slot]:
        return False
    if g.modes[mode].pool and g.slots[slot].pooled >= g.slots[slot].common:
        return False
    for at in range(g.modes[mode].uses, g.modes[mode].end):
        if g.holder[g.links[at], slot] >= 0:
            return False
    return True


@inner
def in_order(g: Ground, pair: int, slot: int) -> bool:
    """Tell whether a slot is after all placed pairs before this one, and before the later ones."""
    for at in range(g.pairs[pair].before, g.pairs[pair].later):
        if g.pairs[g.links[at]].slot >= slot:
            return False
    for at in range(g.pairs[pair].later, g.pairs[pair].old):
        other = g.pairs[g.links[at]].slot
        if 0 <= other <= slot:
            return False
    return True


@compiled
def put_all(g: Ground, seats: NDArray[np.int64]) -> None:
    """Place the pairs of rows of pair, mode and slot."""
    for at in range(len(seats)):
        put(g, seats[at, 0], seats[at, 1], seats[at, 2])


@compiled
def take_all(g: Ground) -> None:
    """Remove every placed pair."""
    for pair in range(len(g.pairs)):
        if g.pairs[pair].slot >= 0:
            take(g, pair)
