"""States of the things on the journey, and the moves between them.

Each state is an enum whose values stand in the database; each ``*_MOVES`` table says which state
may follow which, and ``move`` refuses the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from matchmaker.core.refusal import Refusal


class Role(StrEnum):
    """What a person is at one roadshow."""

    ORGANISER = "organiser"
    REVIEWER = "reviewer"
    INVESTOR = "investor"
    TEAM = "team"


class Duty(StrEnum):
    """What somebody does for a team or a firm; at least one of its people leads it."""

    LEAD = "lead"
    EDITOR = "editor"
    READER = "reader"


class Visibility(StrEnum):
    """Which teams an investor lets see it."""

    TEAMS = "teams"
    MET = "met"


class Phase(StrEnum):
    """Where a roadshow stands. Phases go forward one by one and may be taken back by one."""

    DRAFT = "draft"
    CALL = "call"
    SELECTION = "selection"
    PREFERENCE = "preference"
    PAIRING = "pairing"
    MEETING = "meeting"
    OUTCOME = "outcome"
    CLOSED = "closed"


class ProjectState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SELECTED = "selected"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class InvestorState(StrEnum):
    """Whether an investor's mandate counts."""

    DRAFT = "draft"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class Wish(StrEnum):
    """A preference of one side for the other."""

    MUST = "must"
    MEET = "meet"
    NO = "no"


class PairingState(StrEnum):
    """What was decided about a pair."""

    PROPOSED = "proposed"
    PINNED = "pinned"
    FORBIDDEN = "forbidden"
    LEFT_OUT = "left_out"


class MeetingState(StrEnum):
    """What became of a meeting."""

    SCHEDULED = "scheduled"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class TimetableState(StrEnum):
    """A timetable is drafted, published once, and later superseded."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class OutcomeKind(StrEnum):
    """What a meeting led to."""

    SECOND_MEETING = "second_meeting"
    CDA = "cda"
    DUE_DILIGENCE = "due_diligence"
    TERM_SHEET = "term_sheet"
    CLOSED = "closed"
    DECLINED = "declined"


class JobState(StrEnum):
    """A piece of long work."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class MailState(StrEnum):
    """What became of an outgoing mail. ``dropped``: its reason was gone when it was to be sent."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


PROJECT_MOVES: Mapping[ProjectState, frozenset[ProjectState]] = {
    ProjectState.DRAFT: frozenset({ProjectState.SUBMITTED, ProjectState.WITHDRAWN}),
    ProjectState.SUBMITTED: frozenset(
        {
            ProjectState.SELECTED,
            ProjectState.WAITLISTED,
            ProjectState.DECLINED,
            ProjectState.WITHDRAWN,
        }
    ),
    ProjectState.SELECTED: frozenset(
        {ProjectState.SUBMITTED, ProjectState.WAITLISTED, ProjectState.WITHDRAWN}
    ),
    ProjectState.WAITLISTED: frozenset(
        {
            ProjectState.SUBMITTED,
            ProjectState.SELECTED,
            ProjectState.DECLINED,
            ProjectState.WITHDRAWN,
        }
    ),
    ProjectState.DECLINED: frozenset(
        {ProjectState.SUBMITTED, ProjectState.SELECTED, ProjectState.WAITLISTED}
    ),
    ProjectState.WITHDRAWN: frozenset({ProjectState.DRAFT, ProjectState.SUBMITTED}),
}
INVESTOR_MOVES: Mapping[InvestorState, frozenset[InvestorState]] = {
    InvestorState.DRAFT: frozenset({InvestorState.ACTIVE, InvestorState.WITHDRAWN}),
    InvestorState.ACTIVE: frozenset({InvestorState.WITHDRAWN}),
    InvestorState.WITHDRAWN: frozenset({InvestorState.DRAFT, InvestorState.ACTIVE}),
}
MEETING_MOVES: Mapping[MeetingState, frozenset[MeetingState]] = {
    MeetingState.SCHEDULED: frozenset(
        {MeetingState.HELD, MeetingState.NO_SHOW, MeetingState.CANCELLED}
    ),
    MeetingState.HELD: frozenset({MeetingState.SCHEDULED, MeetingState.NO_SHOW}),
    MeetingState.NO_SHOW: frozenset({MeetingState.SCHEDULED, MeetingState.HELD}),
    MeetingState.CANCELLED: frozenset(),
}
TIMETABLE_MOVES: Mapping[TimetableState, frozenset[TimetableState]] = {
    TimetableState.DRAFT: frozenset({TimetableState.PUBLISHED}),
    TimetableState.PUBLISHED: frozenset({TimetableState.SUPERSEDED}),
    TimetableState.SUPERSEDED: frozenset(),
}

State = TypeVar("State", bound=StrEnum)


def move(moves: Mapping[State, frozenset[State]], now: State, then: State) -> State:
    """Return ``then`` if the table allows the move, else refuse with the states that are open."""
    if then not in moves[now]:
        raise Refusal(
            "wrong-state",
            hint=f"This is {now.value}; it cannot become {then.value}.",
            now=now.value,
            then=then.value,
            open=sorted(state.value for state in moves[now]),
        )
    return then
