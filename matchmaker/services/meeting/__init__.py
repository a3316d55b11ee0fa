"""Meetings: when and where, from slots and tables to a published timetable and the day itself."""

from matchmaker.services.meeting.booking import book, rekey
from matchmaker.services.meeting.checks import meeting_violations
from matchmaker.services.meeting.day import (
    cancel,
    check_in,
    mark,
    move_meeting,
    seat_stand_in,
    stand_ins,
)
from matchmaker.services.meeting.draft import discard, draft_from_published, keep_plan, queue_plan
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.finish import queue_finish
from matchmaker.services.meeting.instance import draw, instance_of
from matchmaker.services.meeting.plans import published_of
from matchmaker.services.meeting.proposal import (
    Proposal,
    keep_finish,
    may_undo,
    proposal,
    undo_finish,
)
from matchmaker.services.meeting.publishing import Changes, Outlook, compare, outlook, publish

__all__ = [
    "Changes",
    "Drawn",
    "Outlook",
    "Proposal",
    "book",
    "cancel",
    "check_in",
    "compare",
    "discard",
    "draft_from_published",
    "draw",
    "instance_of",
    "keep_finish",
    "keep_plan",
    "mark",
    "may_undo",
    "meeting_violations",
    "move_meeting",
    "outlook",
    "proposal",
    "publish",
    "published_of",
    "queue_finish",
    "queue_plan",
    "rekey",
    "seat_stand_in",
    "stand_ins",
    "undo_finish",
]
