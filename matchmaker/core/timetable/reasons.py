"""Why a wanted pair is not placed, and the smallest change that would make room for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matchmaker.core.instance import LeftOut, WantedPair
from matchmaker.core.timetable.board import Board, Obstacle
from matchmaker.core.timetable.changes import Change
from matchmaker.core.timetable.seats import Mode, Seats, take_seats

SHOWN = 4  # blocking facts per pair; a reader does not look at more


@dataclass(frozen=True, slots=True)
class Way:
    """A seat for a left-out pair and the changes that would free it."""

    cost: tuple[int, ...]
    slot: int
    changes: tuple[Change, ...]
    blocking: tuple[str, ...]
    reason: str
    gains: int


# How bad a change is: what is asked of nobody in particular comes first.
COSTS = {"raise": 0, "free": 1, "add": 2, "allow": 3, "relax": 4, "drop": 5}
REASON_OF = {
    "raise project": "project-full",
    "raise investor": "investor-full",
    "free": "no-common-slot",
    "add table": "no-table",
    "add interpreter": "no-language",
    "allow": "no-common-slot",
    "relax": "better-use",
    "drop": "person-busy",
}
