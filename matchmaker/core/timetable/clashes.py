"""Pins that cannot hold together: the smallest set that clashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from matchmaker.core.instance.seats import Seats
from matchmaker.core.timetable.board import Board, Placement
from matchmaker.core.timetable.exact import ExactModel
from matchmaker.core.timetable.solving import prove, smallest_clash
from matchmaker.core.timetable.watch import Watch


def find_clash(seats: Seats, watch: Watch) -> list[int] | None:
    """Return pinned pairs that cannot all be held while any part of them can; None if all can."""
    pins = [at for at, pair in enumerate(seats.pairs) if pair.state == "pinned"]
    if not pins:
        return None
    lonely = next((pin for pin in pins if not seats.modes_of[pin]), None)
    if lonely is not None:
        return [lonely]
    crowd = _over_cap(seats, pins)
    if crowd:
        return crowd
    family = with_forerunners(seats, pins)
    if _first_fit(seats, family).keys() >= set(pins) and seats.instance.gap_spread is None:
        return None
    return smallest_clash(seats, pins, family, seconds=max(1.0, watch.left), watch=watch) or None


def hold_pins(seats: Seats, pins: Collection[int], watch: Watch) -> Placement:
    """Return where pins that do not clash can be held, and what must be held before them; empty
    where time runs out.
    """
    family = with_forerunners(seats, pins)
    held = _first_fit(seats, family)
    if held.keys() >= set(pins) and seats.instance.gap_spread is None:
        return orderly(seats, held)
    model = ExactModel(seats, required=pins, within=frozenset(family))
    proof = prove(model, [], seed=0, effort=60.0, seconds=max(1.0, watch.left), watch=watch)
    return proof.placement or {}


def _first_fit(seats: Seats, family: Iterable[int]) -> Placement:
    board = Board(seats)
    board.fill(sorted(family, key=lambda at: (_depth(seats, at), _ways(seats, at), at)))
    return board.placement


def orderly(seats: Seats, placement: Placement) -> Placement:
    """Return the placement without the pairs whose forerunners are not placed."""
    kept = dict(placement)
    while True:
        lost = [
            pair
            for pair in kept
            if any(
                first not in kept or kept[first][1] >= kept[pair][1] for first in seats.after[pair]
            )
        ]
        if not lost:
            return kept
        for pair in lost:
            del kept[pair]


def _over_cap(seats: Seats, pins: list[int]) -> list[int]:
    """Return one more pins of a party than it may have meetings."""
    got = Counter(party for pin in pins for party in seats.party_of[pin])
    for party, count in sorted(got.items()):
        most = seats.parties[party].max
        if most is not None and count > most:
            return [pin for pin in pins if party in seats.party_of[pin]][: most + 1]
    return []


def with_forerunners(seats: Seats, pins: Iterable[int]) -> list[int]:
    """Return the pins and all pairs that must be held before them."""
    found, waiting = set(pins), list(pins)
    while waiting:
        for first in seats.after[waiting.pop()]:
            if first >= 0 and first not in found:
                found.add(first)
                waiting.append(first)
    return sorted(found)


def _depth(seats: Seats, pair: int) -> int:
    """Return how many pairs stand before a pair in the longest chain of its order."""
    return 1 + max((_depth(seats, one) for one in seats.after[pair] if one >= 0), default=-1)


def _ways(seats: Seats, pair: int) -> int:
    return sum(seats.modes[mode].mask.bit_count() for mode in seats.modes_of[pair])
