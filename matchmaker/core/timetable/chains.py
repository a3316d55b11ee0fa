"""Kempe chains: the meetings of two slots that must change places together."""

from __future__ import annotations

from matchmaker.core.compiled import inner
from matchmaker.core.timetable.state import (
    CHAIN,
    NOTHING,
    RANDOM,
    ROWS,
    STAMP,
    WAS,
    ZERO,
    Ground,
    in_order,
    put,
    take,
)

LONGEST_CHAIN = 96  # meetings; longer ones nearly always swap two whole slots for nothing


@inner
def add_to_chain(g: Ground, pair: int, length: int) -> int:
    """Append a pair that is not yet in the chain; return the new length."""
    if g.pairs[pair].mark == g.numbers[STAMP]:
        return length
    g.pairs[pair].mark = g.numbers[STAMP]
    if length < LONGEST_CHAIN:
        g.scratch[CHAIN, length] = pair
    return length + 1


@inner
def add_holders(g: Ground, mode: int, slot: int, length: int) -> int:
    """Append the meetings that hold in a slot what a mode uses; return the new length."""
    for at in range(g.modes[mode].uses, g.modes[mode].end):
        held = g.holder[g.links[at], slot]
        if held >= 0:
            length = add_to_chain(g, held, length)
    return length


@inner
def share(g: Ground, one: int, other: int) -> bool:
    """Tell whether two modes use the same thing."""
    for at in range(g.modes[one].uses, g.modes[one].end):
        for to in range(g.modes[other].uses, g.modes[other].end):
            if g.links[at] == g.links[to]:
                return True
    return False


@inner
def grow_chain(g: Ground, first: int, second: int, guest: int, length: int) -> int:
    """Complete a chain between two slots; return its length, or 0 where it cannot be.

    ``guest`` is the mode of a meeting that is to be put into ``first``, or -1.
    """
    done = 0
    net = 0  # meetings at common tables that ``first`` gains
    extra = 1 if guest >= 0 and g.modes[guest].pool else 0
    while done < length:
        if length > LONGEST_CHAIN:
            return 0
        pair = g.scratch[CHAIN, done]
        done += 1
        mode = g.pairs[pair].mode
        there = second if g.pairs[pair].slot == first else first
        if not g.allowed[mode, there]:
            return 0
        if g.modes[mode].pool:
            net += 1 if there == first else -1
        if there == first and guest >= 0 and share(g, guest, mode):
            return 0
        length = add_holders(g, mode, there, length)
    if lacks_tables(g, first, net + extra) or lacks_tables(g, second, -net):
        return 0
    return length


@inner
def lacks_tables(g: Ground, slot: int, more: int) -> bool:
    """Tell whether a slot has too few common tables for more meetings."""
    return more > 0 and g.slots[slot].pooled + more > g.slots[slot].common


@inner
def swap_chain(g: Ground, first: int, second: int, length: int) -> None:
    """Put every meeting of a chain into the other slot."""
    for at in range(length):
        pair = g.scratch[CHAIN, at]
        mode = g.pairs[pair].mode
        g.scratch[WAS, at] = mode if g.pairs[pair].slot == first else -1 - mode
        take(g, pair)
    for at in range(length):
        mode = g.scratch[WAS, at]
        if mode < 0:
            put(g, g.scratch[CHAIN, at], -1 - mode, first)
        else:
            put(g, g.scratch[CHAIN, at], mode, second)


@inner
def chain_in_order(g: Ground, length: int) -> bool:
    """Tell whether all pairs of a chain stand where their order allows."""
    for at in range(length):
        pair = g.scratch[CHAIN, at]
        if not in_order(g, pair, g.pairs[pair].slot):
            return False
    return True


@inner
def exchange(g: Ground, pair: int, slot: int) -> int:
    """Move a placed pair into a slot by a Kempe chain; return the chain's length, 0 if refused."""
    g.numbers[STAMP] += 1
    here = g.pairs[pair].slot
    length = grow_chain(g, here, slot, NOTHING, add_to_chain(g, pair, ZERO))
    if length == 0:
        return 0
    rows = g.numbers[ROWS]
    swap_chain(g, here, slot, length)
    if g.numbers[ROWS] > rows or not chain_in_order(g, length):
        swap_chain(g, here, slot, length)
        return 0
    return length


@inner
def make_room(g: Ground, pair: int, mode: int, slot: int, other: int) -> bool:
    """Place a pair by moving what stands in its way into another slot along Kempe chains."""
    g.numbers[STAMP] += 1
    length = add_holders(g, mode, slot, ZERO)
    if length == 0:
        if g.slots[slot].pooled == 0:
            return False
        victim = g.members[slot, (g.numbers[RANDOM] >> 7) % g.slots[slot].pooled]
        length = add_to_chain(g, victim, length)
    length = grow_chain(g, slot, other, mode, length)
    if length == 0:
        return False
    rows = g.numbers[ROWS]
    swap_chain(g, slot, other, length)
    put(g, pair, mode, slot)
    if g.numbers[ROWS] > rows or not in_order(g, pair, slot) or not chain_in_order(g, length):
        take(g, pair)
        swap_chain(g, slot, other, length)
        return False
    return True
