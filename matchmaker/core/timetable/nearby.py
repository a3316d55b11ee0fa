"""What a change of a published timetable reaches, so that planning again looks nowhere else."""

from __future__ import annotations

from collections.abc import Collection

from matchmaker.core.instance.seats import Seats
from matchmaker.core.timetable.board import Placement


def stays_put(seats: Seats) -> bool:
    """Tell whether moving a published meeting costs more than it could well bring."""
    weights = seats.instance.weights
    return bool(seats.published_at) and weights.disturb >= weights.gap > 0


def keeps(seats: Seats, pair: int, placement: Placement) -> bool:
    """Tell whether a placed pair is held when it was published, by all who were named."""
    old = seats.published_at.get(pair)
    if old is None or pair not in placement:
        return False
    mode, slot = placement[pair]
    return slot == old[0] and set(old[1]) <= set(seats.modes[mode].people)


def touched(seats: Seats, placement: Placement) -> set[int]:
    """Return the placed pairs whose people have another timetable than was published."""
    names = {
        name
        for old in seats.instance.published
        if not keeps(seats, seats.index.get(old.key, -1), placement)
        for name in old.people
    }
    people = {seats.number["person", name] for name in names}
    fresh = [pair for pair in placement if not keeps(seats, pair, placement)]
    for pair in fresh:
        people.update(seats.modes[placement[pair][0]].uses)
    return set(fresh) | _of(seats, placement, people)


def widened(seats: Seats, placement: Placement, pairs: Collection[int]) -> set[int]:
    """Return placed pairs and all that share somebody with one of them."""
    people = {use for pair in pairs for use in seats.modes[placement[pair][0]].uses}
    return set(pairs) | _of(seats, placement, people)


def _of(seats: Seats, placement: Placement, uses: set[int]) -> set[int]:
    return {
        pair for pair, (mode, _) in placement.items() if not uses.isdisjoint(seats.modes[mode].uses)
    }
