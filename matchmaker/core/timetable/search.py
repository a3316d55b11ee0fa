"""The local search: insertion with ejections and Kempe chains, then annealing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.compiled import compiled, inner
from matchmaker.core.timetable.chains import exchange, make_room, swap_chain
from matchmaker.core.timetable.state import (
    BEST,
    COST,
    FOUND,
    GAPPY,
    LISTED,
    NOTHING,
    ROWS,
    UNPLACED,
    ZERO,
    Ground,
    busy_beside,
    draw,
    in_order,
    is_free,
    put,
    rows_excess,
    take,
)

MOST_EJECTIONS = 64


@inner
def snugness(g: Ground, pair: int, mode: int, slot: int) -> int:
    """Return how well a free seat joins the other meetings of its people; -1000 if not allowed."""
    if rows_excess(g, pair, slot) > 0 or not in_order(g, pair, slot):
        return -1000
    worth: int = 100 if slot == g.pairs[pair].old_slot else 0
    worth -= 2 * g.wish[pair, slot]
    for at in range(g.modes[mode].uses, g.modes[mode].end):
        use = g.links[at]
        if g.things[use].person:
            worth += 2 * busy_beside(g, use, slot)
            if g.visits[use, g.slots[slot].day] > 0:
                worth -= 1
    return int(worth)


@compiled
def fill(g: Ground, order: NDArray[np.int64]) -> None:
    """Place pairs one by one in the free seat that is closest to its people's other meetings."""
    for at in range(len(order)):
        pair = order[at]
        if g.pairs[pair].slot >= 0:
            continue
        best, best_mode, best_slot = -1000, NOTHING, NOTHING
        for mode in range(g.pairs[pair].first, g.pairs[pair].last):
            for slot in range(len(g.slots)):
                if is_free(g, mode, slot):
                    worth = snugness(g, pair, mode, slot)
                    if worth > best:
                        best, best_mode, best_slot = worth, mode, slot
        if best_mode >= 0:
            put(g, pair, best_mode, best_slot)


@inner
def note(g: Ground, count: int, pair: int) -> int:
    """Append a pair to the list of ejections if it is not there; return the new length."""
    for at in range(count):
        if g.scratch[FOUND, at] == pair:
            return count
    if count < MOST_EJECTIONS:
        g.scratch[FOUND, count] = pair
        return count + 1
    return count


@inner
def conflicts(g: Ground, pair: int, mode: int, slot: int) -> int:
    """List the meetings to be ejected before a pair can be put here; return their number."""
    count: int = ZERO
    frees_table = False
    for at in range(g.modes[mode].uses, g.modes[mode].end):
        held = g.holder[g.links[at], slot]
        if held >= 0:
            count = note(g, count, held)
            if g.modes[g.pairs[held].mode].pool:
                frees_table = True
    if g.modes[mode].pool and g.slots[slot].pooled >= g.slots[slot].common and not frees_table:
        if g.slots[slot].pooled == 0:
            return -1
        count = note(g, count, g.members[slot, draw(g, g.slots[slot].pooled)])
    for at in range(g.pairs[pair].before, g.pairs[pair].later):
        if g.pairs[g.links[at]].slot >= slot:
            count = note(g, count, g.links[at])
    for at in range(g.pairs[pair].later, g.pairs[pair].old):
        if 0 <= g.pairs[g.links[at]].slot <= slot:
            count = note(g, count, g.links[at])
    return count


@inner
def best_seat(g: Ground, pair: int, step: int, tabu: NDArray[np.int64]) -> tuple[int, int, int]:
    """Return (price of ejections, mode, slot) of the cheapest seat; mode -1 where there is none."""
    best, best_mode, best_slot, ties = 0, NOTHING, NOTHING, 0
    for mode in range(g.pairs[pair].first, g.pairs[pair].last):
        for slot in range(len(g.slots)):
            if not g.allowed[mode, slot] or rows_excess(g, pair, slot) > 0:
                continue
            count = conflicts(g, pair, mode, slot)
            if count < 0 or (count > 0 and tabu[pair, slot] > step):
                continue
            price = 0
            for at in range(count):
                one = g.pairs[g.scratch[FOUND, at]]
                price += one.weight + one.weight * min(one.ejected, 64) // 8
            if best_mode < 0 or price < best:
                best, best_mode, best_slot, ties = price, mode, slot, 1
            elif price == best:
                ties += 1
                if draw(g, ties) == 0:
                    best_mode, best_slot = mode, slot
    return best, best_mode, best_slot


@inner
def chain_in(g: Ground, pair: int, tries: int) -> bool:
    """Try to place a pair by Kempe chains at random seats."""
    first = g.pairs[pair].first
    ways = g.pairs[pair].last - first
    for _ in range(tries):
        mode = first + draw(g, ways)
        slot = draw(g, len(g.slots))
        other = draw(g, len(g.slots))
        if slot != other and g.allowed[mode, slot] and make_room(g, pair, mode, slot, other):
            return True
    return False


@inner
def eject_into(
    g: Ground, pair: int, mode: int, slot: int, step: int, tabu: NDArray[np.int64], count: int
) -> int:
    """Put a pair into a seat, ejecting what is there; return the number of waiting pairs."""
    ejections = conflicts(g, pair, mode, slot)
    for at in range(ejections):
        victim = g.scratch[FOUND, at]
        tabu[victim, g.pairs[victim].slot] = step + 8 + draw(g, 8) + count
        g.pairs[victim].ejected += 1
        take(g, victim)
        g.pairs[count].listed = victim
        count += 1
    if rows_excess(g, pair, slot) == 0 and is_free(g, mode, slot):
        put(g, pair, mode, slot)
    else:
        g.pairs[count].listed = pair
        count += 1
    return count


@compiled
def insert(g: Ground, count: int, first: int, steps: int, tabu: NDArray[np.int64]) -> int:
    """Place the listed pairs, ejecting others where it must be; return how many still wait.

    The cheapest placement met is kept in ``best_slot`` and ``best_mode``, its price in BEST.
    """
    for step in range(first, first + steps):
        if count == 0:
            break
        chosen = draw(g, count)
        pair = g.pairs[chosen].listed
        price, mode, slot = best_seat(g, pair, step, tabu)
        if mode < 0:
            continue
        count -= 1
        g.pairs[chosen].listed = g.pairs[count].listed
        if price == 0 or not chain_in(g, pair, 24):
            count = eject_into(g, pair, mode, slot, step, tabu, count)
        if g.numbers[UNPLACED] < g.numbers[BEST]:
            g.numbers[BEST] = g.numbers[UNPLACED]
            for at in range(len(g.pairs)):
                g.pairs[at].best_slot = g.pairs[at].slot
                g.pairs[at].best_mode = g.pairs[at].mode
    return count


@inner
def move(g: Ground, pair: int, slot: int) -> bool:
    """Move a placed pair into a free seat of a slot; where that is its own, change who attends."""
    here, mode = g.pairs[pair].slot, g.pairs[pair].mode
    first, last = g.pairs[pair].first, g.pairs[pair].last
    ways = last - first
    if here == slot and ways == 1:
        return False
    rows = g.numbers[ROWS]
    take(g, pair)
    turn = draw(g, ways) if here == slot or draw(g, 3) == 0 else mode - first
    for step in range(ways):
        way = first + (turn + step) % ways
        if here == slot and way == mode:
            continue
        if is_free(g, way, slot) and in_order(g, pair, slot):
            put(g, pair, way, slot)
            if g.numbers[ROWS] <= rows:
                return True
            take(g, pair)
            break
    put(g, pair, mode, here)
    return False


@inner
def aim(g: Ground) -> tuple[int, int]:
    """Return a pair and the slot to try for it: most often one that closes somebody's gap."""
    slots = len(g.slots)
    if g.numbers[GAPPY] > 0 and draw(g, 100) < 60:
        person = g.things[draw(g, g.numbers[GAPPY])].gappy
        start = draw(g, slots)
        pair = -1
        for step in range(slots):
            pair = g.holder[person, (start + step) % slots]
            if pair >= 0:
                break
        start = draw(g, slots)
        for step in range(slots * g.things[person].near):
            slot = (start + step) % slots
            if g.holder[person, slot] < 0 and busy_beside(g, person, slot) > 0:
                return pair, slot
    pair = g.pairs[draw(g, g.numbers[LISTED])].listed
    old = g.pairs[pair].old_slot
    if old >= 0 and old != g.pairs[pair].slot and draw(g, 3) == 0:
        return pair, old
    return pair, draw(g, slots)


@compiled
def anneal(g: Ground, first: int, steps: int, total: int, hot: float, cold: float) -> None:
    """Lower the cost of a placement without ever unplacing a pair; the placed pairs are listed.

    The temperature falls from hot to cold over ``total`` steps, of which this call does some.
    """
    heat = hot
    for step in range(first, first + steps):
        if g.numbers[COST] == 0:
            return
        if step % 256 == 0 or step == first:
            heat = hot * (cold / hot) ** (step / total)
        pair, slot = aim(g)
        here, mode = g.pairs[pair].slot, g.pairs[pair].mode
        cost = g.numbers[COST]
        length = 0
        if not move(g, pair, slot):
            if here == slot:
                continue
            length = exchange(g, pair, slot)
            if length == 0:
                continue
        worse = g.numbers[COST] - cost
        if worse <= 0 or draw(g, 1 << 30) < np.exp(-worse / heat) * (1 << 30):
            continue
        if length > 0:
            swap_chain(g, here, slot, length)
        else:
            take(g, pair)
            put(g, pair, mode, here)
