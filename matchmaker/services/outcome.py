"""What meetings led to: each side's word, the organisers' overview, who has not said anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.core.journey import MeetingState, OutcomeKind, Phase, Role
from matchmaker.core.outcome import furthest
from matchmaker.core.policy import Viewer, reached
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.outbox import letter, post
from matchmaker.services.visibility import visible_meetings
from matchmaker.store.account import Account
from matchmaker.store.journal import Mail
from matchmaker.store.meeting import TICK_SECONDS, Meeting, MeetingPerson
from matchmaker.store.outcome import Outcome
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import Person, Roadshow

SIDES = ("project", "investor", "organiser")
MOST_SIGNS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A meeting with what was said of it: each side's newest outcome."""

    meeting: Meeting
    said: Mapping[str, Outcome] = field(default_factory=dict)

    @property
    def kind(self) -> OutcomeKind | None:
        """How far it led by the word of any side."""
        return furthest([row.kind for row in self.said.values()])

    @property
    def silent(self) -> list[str]:
        """The two sides that have said nothing."""
        return [side for side in SIDES[:2] if side not in self.said]


def record_outcome(
    session: Session,
    meeting: Meeting,
    side: str,
    kind: OutcomeKind | None,
    *,
    usefulness: int | None = None,
    note: str = "",
    actor: Account | None,
    now: datetime,
) -> Outcome:
    """Write one side's word on a meeting; it replaces the side's earlier word and keeps it.

    ``side`` is project, investor or organiser; ``usefulness`` 1 (not) to 5 (very).
    """
    if side not in SIDES:
        raise Refusal("unknown-side", hint="The side is project, investor or organiser.")
    if usefulness is not None and not 1 <= usefulness <= 5:
        raise Refusal("bad-usefulness", hint="Usefulness goes from 1 to 5.")
    refuse_too_early(session, meeting, now)
    number = session.scalar(
        select(func.max(Outcome.number)).where(
            Outcome.meeting_id == meeting.id, Outcome.side == side
        )
    )
    row = Outcome(
        roadshow_id=meeting.roadshow_id,
        meeting_id=meeting.id,
        side=side,
        number=(number or 0) + 1,
        kind=kind,
        usefulness=usefulness,
        note=note.strip()[:MOST_SIGNS],
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
    )
    session.add(row)
    session.flush()
    journal.write(
        session,
        "outcome.recorded",
        row,
        actor=actor,
        now=now,
        meeting=meeting.id,
        side=side,
        kind=kind.value if kind else None,
        usefulness=usefulness,
    )
    return row


def rate(
    session: Session,
    meeting: Meeting,
    side: str,
    usefulness: int,
    *,
    actor: Account | None,
    now: datetime,
) -> Outcome:
    """Say with one tap how useful a meeting was; what the side said otherwise stays."""
    before = said(session, [meeting.id]).get(meeting.id, {}).get(side)
    return record_outcome(
        session,
        meeting,
        side,
        before.kind if before else None,
        usefulness=usefulness,
        note=before.note if before else "",
        actor=actor,
        now=now,
    )


def refuse_too_early(session: Session, meeting: Meeting, now: datetime) -> None:
    """Stop an outcome of a meeting that is off or still to come."""
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NO_SHOW):
        raise Refusal("meeting-was-off", hint="This meeting did not take place.")
    if not begun(meeting, session.get_one(Roadshow, meeting.roadshow_id), now):
        raise Refusal("meeting-to-come", hint="Outcomes are recorded after the meeting.")


def begun(meeting: Meeting, roadshow: Roadshow, now: datetime) -> bool:
    """Tell whether a meeting is far enough to have an outcome.

    Its time has come, or somebody saw it held, or the organisers opened the phase of outcomes.
    """
    return (
        started(meeting) <= now
        or meeting.state is MeetingState.HELD
        or reached(roadshow.phase, Phase.OUTCOME)
    )


def started(meeting: Meeting) -> datetime:
    """Return the moment at which a meeting begins."""
    return datetime.fromtimestamp(meeting.start_tick * TICK_SECONDS, UTC)


def said(session: Session, meetings: Collection[str]) -> dict[str, dict[str, Outcome]]:
    """Return the newest word of each side, ``{meeting id: {side: outcome}}``."""
    rows = session.scalars(
        select(Outcome).where(Outcome.meeting_id.in_(meetings)).order_by(Outcome.number)
    )
    found: dict[str, dict[str, Outcome]] = {}
    for row in rows:
        found.setdefault(row.meeting_id, {})[row.side] = row
    return found


def history(session: Session, meeting: Meeting, side: str) -> list[Outcome]:
    """Return everything a side said of a meeting, newest first."""
    return list(
        session.scalars(
            select(Outcome)
            .where(Outcome.meeting_id == meeting.id, Outcome.side == side)
            .order_by(Outcome.number.desc())
        )
    )


def side_of(meeting: Meeting, viewer: Viewer) -> str | None:
    """Return in whose name the viewer speaks of a meeting; None for somebody outside it."""
    if meeting.project_id in viewer.projects:
        return "project"
    if meeting.investor_id in viewer.investors:
        return "investor"
    return "organiser" if viewer.has(Role.ORGANISER, meeting.roadshow_id) else None


def followed(session: Session, roadshow: Roadshow, viewer: Viewer) -> list[Followed]:
    """Return the meetings that the viewer may see and that were not called off, by time.

    A party reads its own side's words only; organisers read all. The number of queries does not
    depend on the number of meetings.
    """
    query: Any = (  # typed differently by SQLAlchemy 2.0 and 2.1
        visible_meetings(viewer, roadshow)
        .where(Meeting.state.not_in((MeetingState.CANCELLED, MeetingState.NO_SHOW)))
        .options(joinedload(Meeting.project), joinedload(Meeting.investor))
    )
    rows: list[Meeting] = list(session.scalars(query).unique())
    words = said(session, [meeting.id for meeting in rows])
    everything = viewer.has(Role.ORGANISER, roadshow.id)
    return [
        Followed(
            meeting=meeting,
            said={
                side: row
                for side, row in words.get(meeting.id, {}).items()
                if everything or side == side_of(meeting, viewer)
            },
        )
        for meeting in rows
    ]


def ask_for_outcomes(
    session: Session,
    roadshow: Roadshow,
    rows: Collection[Followed],
    *,
    actor: Account,
    now: datetime,
) -> int:
    """Mail everybody whose side said nothing of a meeting they attended, at most once a week.

    Returns the number of mails: one a person, however many meetings.
    """
    silent = {(row.meeting.id, side) for row in rows for side in row.silent}
    people = session.execute(
        select(MeetingPerson.meeting_id, Person.id, Person.account_id)
        .join(Person, Person.id == MeetingPerson.person_id)
        .where(
            MeetingPerson.meeting_id.in_({meeting for meeting, _ in silent}),
            Person.account_id.is_not(None),
        )
        .order_by(Person.id)
    ).all()
    sides = _sides(session, {person for _, person, _ in people})
    wanted = {
        account: person
        for meeting, person, account in people
        if account and any((meeting, side) in silent for side in sides.get(person, ()))
    }
    year, week, _ = now.isocalendar()
    mails = 0
    for account_id, person_id in sorted(wanted.items()):
        mail = post(
            session,
            "outcomes_due",
            session.get_one(Account, account_id),
            dedupe=f"outcomes-{roadshow.id}-{account_id}-{year}-{week}",
            now=now,
            roadshow_id=roadshow.id,
            person_id=person_id,
        )
        mails += mail is not None
    journal.write(session, "outcomes.asked", roadshow, actor=actor, now=now, mails=mails)
    return mails


@letter("outcomes_due")
def outcomes_due(session: Session, mail: Mail) -> Mapping[str, Any]:
    """Ask somebody what came of their meetings."""
    return {
        "roadshow": session.get(Roadshow, mail.roadshow_id),
        "person": session.get(Person, mail.params["person_id"]),
    }


def _sides(session: Session, people: Collection[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for side, column in (("project", TeamMember.person_id), ("investor", Delegate.person_id)):
        for person in session.scalars(select(column).where(column.in_(people))):
            found.setdefault(person, set()).add(side)
    return found
