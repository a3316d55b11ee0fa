"""A small roadshow with people, scores and wishes, for tests of pairing and meetings."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import (
    Duty,
    InvestorState,
    JobState,
    PairingState,
    Phase,
    ProjectState,
    Role,
    Wish,
)
from matchmaker.services.jobs import KINDS
from matchmaker.services.meeting.draft import new_draft
from matchmaker.store.account import Account, Membership
from matchmaker.store.journal import Job
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.meeting import MeetingTable, Placement, Slot, Timetable
from matchmaker.store.pairing import Pairing
from matchmaker.store.preference import Preference
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    MandateTerms,
    Project,
    ProjectConfidential,
    ProjectRegistered,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation, Person, Roadshow

START = datetime(2027, 9, 12, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@dataclass
class Show:
    """The rows of a small roadshow."""

    roadshow: Roadshow
    organiser: Account
    projects: list[Project]
    investors: list[Investor]
    team: dict[str, list[Person]]
    delegates: dict[str, list[Person]]
    slots: list[Slot]
    tables: list[MeetingTable]
    run: MatchRun

    def pair(self, project: int, investor: int) -> tuple[str, str]:
        return self.projects[project].id, self.investors[investor].id


def account(session: Session, email: str, name: str = "", locale: str = "en") -> Account:
    row = Account(
        email=email,
        name=name or email.partition("@")[0],
        locale=locale,
        password="x",
        fs_uniquifier=f"uniq-{email}",
        active=True,
        confirmed_at=datetime(2027, 1, 1, tzinfo=UTC),
        created_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    session.add(row)
    session.flush()
    return row


def make_show(
    session: Session,
    now: datetime,
    *,
    projects: int = 3,
    investors: int = 4,
    slots: int = 4,
    tables: int = 2,
    slug: str = "suzhou-2027",
    with_accounts: bool = True,
) -> Show:
    """Store a roadshow in the pairing phase with every pair scored."""
    roadshow = Roadshow(
        slug=slug,
        name_en="Suzhou Roadshow",
        name_zh="苏州路演",
        starts_on=date(2027, 9, 12),
        ends_on=date(2027, 9, 13),
        zone="Asia/Shanghai",
        phase=Phase.MEETING,
        project_min=1,
        project_max=3,
        investor_min=0,
        investor_max=3,
        created_at=now,
    )
    session.add(roadshow)
    session.flush()
    organiser = account(session, f"organiser@{slug}.example")
    session.add(
        Membership(
            roadshow_id=roadshow.id,
            account_id=organiser.id,
            role=Role.ORGANISER,
            created_at=now,
        )
    )
    made = Show(roadshow, organiser, [], [], {}, {}, [], [], _run(session, roadshow, now))
    for number in range(1, projects + 1):
        _project(session, made, number, now, with_accounts)
    for number in range(1, investors + 1):
        _investor(session, made, number, now, with_accounts)
    for number in range(slots):
        made.slots.append(
            Slot(
                roadshow_id=roadshow.id,
                starts_at=START + timedelta(minutes=25 * number),
                minutes=20,
            )
        )
    for number in range(1, tables + 1):
        made.tables.append(
            MeetingTable(
                roadshow_id=roadshow.id,
                name=f"T{number:02}",
                room_en="Lake hall",
                room_zh="湖厅",
                rank=number,
            )
        )
    session.add_all([*made.slots, *made.tables])
    _scores(session, made)
    session.flush()
    return made


def wish(session: Session, show: Show, pair: tuple[str, str], side: str, kind: Wish) -> None:
    session.add(
        Preference(
            roadshow_id=show.roadshow.id,
            project_id=pair[0],
            investor_id=pair[1],
            side=side,
            wish=kind,
            stated_at=START - timedelta(days=30),
        )
    )
    session.flush()


class Work:
    """Runs a job's function inside the test's own session."""

    def __init__(self, session: Session, job: Job, now: datetime) -> None:
        self.session, self._now = session, now
        self.job_id, self.arguments = job.id, job.arguments
        self.roadshow_id, self.actor_id = job.roadshow_id, job.queued_by_id
        self.told: list[str] = []

    def reading(self) -> Any:
        return nullcontext(self.session)

    def writing(self) -> Any:
        return nullcontext(self.session)

    def now(self) -> datetime:
        return self._now

    def progress(self, share: float, note: str = "", **facts: Any) -> bool:
        self.told.append(note)
        return True


def run_job(session: Session, job: Job, now: datetime) -> dict[str, Any]:
    result = dict(KINDS[job.kind](Work(session, job, now)))  # type: ignore[arg-type]
    job.state = JobState.DONE
    session.info.pop("jobs", None)
    return result


def simple_draft(session: Session, show: Show, now: datetime) -> Timetable:
    """Return a draft in which every standing pair has the first seat that is free."""
    timetable = new_draft(session, show.roadshow, actor=show.organiser, now=now)
    taken: set[tuple[str, str]] = set()
    standing = (PairingState.PROPOSED, PairingState.PINNED)
    here = Pairing.roadshow_id == show.roadshow.id
    rows = session.scalars(select(Pairing).where(here, Pairing.state.in_(standing)))
    for row in sorted(rows, key=lambda one: (-(one.score or 0), one.project_id, one.investor_id)):
        people = [show.team[row.project_id][0].id, show.delegates[row.investor_id][0].id]
        for slot, table in product(show.slots, show.tables):
            wanted = {(slot.id, who) for who in (table.id, *people)}
            if not wanted & taken:
                taken |= wanted
                timetable.placements.append(
                    Placement(
                        project_id=row.project_id,
                        investor_id=row.investor_id,
                        slot_id=slot.id,
                        table_id=table.id,
                        people=people,
                    )
                )
                break
    session.flush()
    return timetable


def _run(session: Session, roadshow: Roadshow, now: datetime) -> MatchRun:
    run = MatchRun(
        roadshow_id=roadshow.id, number=1, started_at=now, finished_at=now, model={}, data={}
    )
    session.add(run)
    session.flush()
    return run


def _body(session: Session, show: Show, name: str, kind: str) -> Organisation:
    body = Organisation(
        roadshow_id=show.roadshow.id, kind=kind, name_en=name, name_zh=f"{name}机构", country="CN"
    )
    session.add(body)
    session.flush()
    return body


def _person(session: Session, show: Show, name: str, role: Role, own: bool) -> Person:
    slug = show.roadshow.slug
    owner = (
        account(session, f"{name.lower().replace(' ', '.')}@{slug}.example", name) if own else None
    )
    person = Person(
        roadshow_id=show.roadshow.id,
        account_id=owner.id if owner else None,
        name_en=name,
        name_zh=f"{name}女士",
        email=owner.email if owner else "",
        languages=["en", "zh"],
    )
    session.add(person)
    session.flush()
    if owner is not None:
        session.add(
            Membership(
                roadshow_id=show.roadshow.id,
                account_id=owner.id,
                role=role,
                created_at=show.run.started_at,
            )
        )
    return person


def _project(session: Session, show: Show, number: int, now: datetime, own: bool) -> None:
    body = _body(session, show, f"Institute {number}", "institute")
    row = Project(
        roadshow_id=show.roadshow.id,
        code=f"P{number:02}",
        organisation_id=body.id,
        state=ProjectState.SELECTED,
        decided_at=now,
        created_at=now,
    )
    session.add(row)
    session.flush()
    version = ProjectVersion(
        project_id=row.id,
        number=1,
        submitted_at=now,
        edited_at=now,
        title_en=f"Therapy {number}",
        title_zh=f"疗法{number}",
        pitch_en="A short line.",
    )
    version.registered = ProjectRegistered(currency="USD")
    version.confidential = ProjectConfidential(summary_en="SECRET SAUCE")
    session.add(version)
    person = _person(session, show, f"Founder {number}", Role.TEAM, own)
    session.add(TeamMember(project_id=row.id, person_id=person.id, rank=0, duty=Duty.LEAD))
    show.projects.append(row)
    show.team[row.id] = [person]
    session.flush()


def _investor(session: Session, show: Show, number: int, now: datetime, own: bool) -> None:
    body = _body(session, show, f"Capital {number}", "vc")
    row = Investor(
        roadshow_id=show.roadshow.id,
        code=f"V{number:02}",
        organisation_id=body.id,
        state=InvestorState.ACTIVE,
        created_at=now,
    )
    session.add(row)
    session.flush()
    mandate = InvestorMandate(
        investor_id=row.id,
        number=1,
        submitted_at=now,
        edited_at=now,
        thesis_en="We like therapies.",
    )
    mandate.terms = MandateTerms()
    session.add(mandate)
    person = _person(session, show, f"Partner {number}", Role.INVESTOR, own)
    session.add(Delegate(investor_id=row.id, person_id=person.id, rank=0, duty=Duty.LEAD))
    show.investors.append(row)
    show.delegates[row.id] = [person]
    session.flush()


def _scores(session: Session, show: Show) -> None:
    for i, project in enumerate(show.projects):
        for j, investor in enumerate(show.investors):
            session.add(
                Match(
                    run_id=show.run.id,
                    project_id=project.id,
                    investor_id=investor.id,
                    score=90.0 - 7 * ((i + j) % len(show.investors)) - i,
                    score_investor=80.0,
                    score_project=70.0,
                    rank_for_investor=i + 1,
                    rank_for_project=j + 1,
                    reasons=[["base", 50.0, "base", {}]],
                )
            )
