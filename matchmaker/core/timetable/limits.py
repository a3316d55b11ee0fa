"""What no timetable can undercut: gaps that absences force on people."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from matchmaker.core.instance.seats import Seats


def least_gaps(seats: Seats) -> int:
    """Return a number of gaps that every plan has that holds all pairs.

    Per person: the meetings that nobody else can attend, in as few of the runs between absences as
    will hold them.
    """
    days: dict[int, int] = {}
    for slot, day in enumerate(seats.day):
        days[day] = days.get(day, 0) | 1 << slot
    sure: Counter[int] = Counter()
    for modes in seats.modes_of:
        if modes:
            sure.update(set.intersection(*(set(seats.modes[mode].uses) for mode in modes)))
    return sum(
        _gaps_of(count, tuple(seats.free[use] & mask for mask in days.values()))
        for use, count in sure.items()
        if seats.resources[use][0] == "person"
    )


@lru_cache(maxsize=65_536)
def _gaps_of(count: int, days: tuple[int, ...]) -> int:
    """Return the fewest gaps of a person with so many meetings in the free slots of the days."""
    best = {0: 0}
    for free in days:
        held, more = 0, {0: 0}
        for gaps, run in enumerate(sorted(_runs(free), reverse=True)):
            more |= dict.fromkeys(range(held + 1, held + run + 1), gaps)
            held += run
        joined: dict[int, int] = {}
        for before, gaps in best.items():
            for today, extra in more.items():
                total = before + today
                joined[total] = min(joined.get(total, gaps + extra), gaps + extra)
        best = joined
    return best.get(count, 0)


def _runs(free: int) -> list[int]:
    """Return the lengths of the runs of set bits."""
    return [len(run) for run in f"{free:b}".split("0") if run]
