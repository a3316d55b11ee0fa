"""When and where: placing pairs into slots and tables, with reasons for what does not fit."""

from matchmaker.core.instance.changes import Change, apply_changes, read_changes
from matchmaker.core.timetable.compare import Changes, Moved, compare
from matchmaker.core.timetable.planner import plan, warm
from matchmaker.core.timetable.watch import Progress

__all__ = [
    "Change",
    "Changes",
    "Moved",
    "Progress",
    "apply_changes",
    "compare",
    "plan",
    "read_changes",
    "warm",
]
