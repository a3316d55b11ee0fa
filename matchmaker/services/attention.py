"""What waits at a roadshow: the counts an organiser wants to be zero."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import (
    InvestorState,
    JobState,
    MailState,
    MeetingState,
    PairingState,
    Phase,
    ProjectState,
    TimetableState,
)
from matchmaker.core.policy import reached
from matchmaker.services.invitation import in_state
from matchmaker.store.journal import Job, Mail
from matchmaker.store.meeting import Meeting, Slot, Timetable
from matchmaker.store.outcome import Outcome
from matchmaker.store.pairing import Pairing
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow
from matchmaker.store.selection import Review

LIVE = (MeetingState.SCHEDULED, MeetingState.HELD)
CHOSEN = (PairingState.PROPOSED, PairingState.PINNED)


def attention(
    session: Session, roadshow: Roadshow, *, hidden: Collection[str] = (), now: datetime
) -> dict[str, int]:
    """Return how many of each kind wait, the kinds with none left out, most pressing first.

    ``hidden`` are projects that the viewer may not know of. One query, whatever the phase.
    """
    asked = {**_always(roadshow), **_by_phase(roadshow, hidden, now)}
    counts = [
        select(func.count()).select_from(query.subquery()).scalar_subquery().label(kind)
        for kind, query in asked.items()
    ]
    row = session.execute(select(*counts)).one()
    return {kind: count for kind, count in zip(asked, row, strict=True) if count}


def _always(roadshow: Roadshow) -> dict[str, Select[Any]]:
    return {
        "mails-failed": select(Mail.id).where(
            Mail.roadshow_id == roadshow.id, Mail.state == MailState.FAILED
        ),
        "jobs-failed": select(Job.id).where(
            Job.roadshow_id == roadshow.id, Job.state == JobState.FAILED
        ),
    }


def _by_phase(roadshow: Roadshow, hidden: Collection[str], now: datetime) -> dict[str, Select[Any]]:
    phase = roadshow.phase
    found: dict[str, Select[Any]] = {}
    if phase in (Phase.MEETING, Phase.OUTCOME):
        found |= _of_meetings(roadshow, hidden, now)
    if phase is Phase.PREFERENCE:
        found |= _of_preferences(roadshow, hidden)
    if phase is Phase.SELECTION:
        found["reviews-open"] = select(Review.id).where(
            Review.roadshow_id == roadshow.id,
            Review.submitted_at.is_(None),
            Review.project_id.not_in(hidden),
        )
    if phase is Phase.CALL:
        found["projects-unfinished"] = select(Project.id).where(
            Project.roadshow_id == roadshow.id, Project.state == ProjectState.DRAFT
        )
    if not reached(phase, Phase.OUTCOME):
        found["investors-unfinished"] = select(Investor.id).where(
            Investor.roadshow_id == roadshow.id, Investor.state == InvestorState.DRAFT
        )
        for state in ("ended", "open"):
            found[f"invitations-{state}"] = in_state(roadshow, state, now).order_by(None)
    return found


def _of_preferences(roadshow: Roadshow, hidden: Collection[str]) -> dict[str, Select[Any]]:
    """Return the parties that have not said anything while both sides are asked."""
    here = Preference.roadshow_id == roadshow.id
    spoke = select(Preference.project_id).where(here, Preference.side == "project")
    heard = select(Preference.investor_id).where(here, Preference.side == "investor")
    return {
        "projects-silent": _selected(roadshow, hidden).where(Project.id.not_in(spoke)),
        "investors-silent": select(Investor.id).where(
            Investor.roadshow_id == roadshow.id,
            Investor.state == InvestorState.ACTIVE,
            Investor.id.not_in(heard),
        ),
    }


def _of_meetings(
    roadshow: Roadshow, hidden: Collection[str], now: datetime
) -> dict[str, Select[Any]]:
    """Return what a published timetable leaves undone."""
    published = select(Timetable.id).where(
        Timetable.roadshow_id == roadshow.id, Timetable.state == TimetableState.PUBLISHED
    )
    live = and_(Meeting.roadshow_id == roadshow.id, Meeting.state.in_(LIVE))
    held = select(func.count()).where(live, Meeting.project_id == Project.id).scalar_subquery()
    same = and_(
        Meeting.project_id == Pairing.project_id, Meeting.investor_id == Pairing.investor_id
    )
    told = select(Outcome.meeting_id)
    return {
        "projects-short": _selected(roadshow, hidden).where(
            published.exists(), held < func.coalesce(Project.min_meetings, roadshow.project_min)
        ),
        "pairings-unplaced": select(Pairing.id).where(
            Pairing.roadshow_id == roadshow.id,
            Pairing.state.in_(CHOSEN),
            Pairing.project_id.not_in(hidden),
            published.exists(),
            ~select(Meeting.id).where(Meeting.roadshow_id == roadshow.id, same).exists(),
        ),
        "outcomes-untold": select(Meeting.id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .where(
            live,
            or_(Meeting.state == MeetingState.HELD, Slot.starts_at <= now),
            Meeting.project_id.not_in(hidden),
            Meeting.id.not_in(told),
        ),
    }


def _selected(roadshow: Roadshow, hidden: Collection[str]) -> Select[Any]:
    return select(Project.id).where(
        Project.roadshow_id == roadshow.id,
        Project.state == ProjectState.SELECTED,
        Project.id.not_in(hidden),
    )
