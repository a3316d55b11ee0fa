"""When and where: setting up, planning, publishing, one's own timetable, running the day."""

from matchmaker.web.meeting import (
    beside,
    board,
    day,
    finish,
    mine,
    paper,
    people,
    programme,
    setup,
    show,
    timetables,
    whatif,
)
from matchmaker.web.meeting.blueprint import bp

__all__ = [
    "beside",
    "board",
    "bp",
    "day",
    "finish",
    "mine",
    "paper",
    "people",
    "programme",
    "setup",
    "show",
    "timetables",
    "whatif",
]
