"""A small roadshow for tests of the committee, wishes and outcomes, made row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty, InvestorState, MeetingState, Phase, ProjectState, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import selection
from matchmaker.store.account import Account, Membership
from matchmaker.store.journal import JournalEntry
from matchmaker.store.meeting import (
    TICK_SECONDS,
    Meeting,
    MeetingPerson,
    MeetingTable,
    Slot,
    Timetable,
)
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    MandateTerms,
    Project,
    ProjectConfidential,
    ProjectField,
    ProjectRegistered,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation, Person, Roadshow
from matchmaker.store.selection import Criterion, Review, Score


@dataclass
class Fair:
    """A roadshow under construction."""

    session: Session
    now: datetime
    roadshow: Roadshow
    criteria: list[Criterion] = field(default_factory=list)
    number: int = 0

    def _row(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def account(self, name: str, *roles: Role, locale: str = "en") -> Account:
        account: Account = self._row(
            Account(
                email=f"{name.lower()}@example.org",
                name=name,
                locale=locale,
                active=True,
                fs_uniquifier=f"{name}-{self.roadshow.id}",
                confirmed_at=self.now,
                created_at=self.now,
            )
        )
        for role in roles:
            self._row(
                Membership(
                    roadshow_id=self.roadshow.id,
                    account_id=account.id,
                    role=role,
                    created_at=self.now,
                )
            )
        return account

    def house(self, name: str, kind: str = "company", country: str = "DE") -> Organisation:
        return self._row(
            Organisation(roadshow_id=self.roadshow.id, kind=kind, name_en=name, country=country)
        )

    def person(self, account: Account, house: Organisation | None = None) -> Person:
        return self._row(
            Person(
                roadshow_id=self.roadshow.id,
                account_id=account.id,
                organisation_id=house.id if house else None,
                name_en=account.name,
                email=account.email,
            )
        )

    def project(
        self,
        title: str,
        *,
        state: ProjectState = ProjectState.SUBMITTED,
        house: Organisation | None = None,
        member: Account | None = None,
        field_code: str = "oncology",
        **more: Any,
    ) -> Project:
        self.number += 1
        decided = state in (
            ProjectState.SELECTED,
            ProjectState.WAITLISTED,
            ProjectState.DECLINED,
        )
        project: Project = self._row(
            Project(
                roadshow_id=self.roadshow.id,
                code=f"P{self.number:03}",
                organisation_id=(house or self.house(f"{title} Ltd")).id,
                state=state,
                decided_at=self.now if decided else None,
                created_at=self.now,
                **more,
            )
        )
        self.version(project, title, field_code)
        if member is not None:
            person = self.person(member)
            self._row(TeamMember(project_id=project.id, person_id=person.id, duty=Duty.LEAD))
            self._row(
                Membership(
                    roadshow_id=self.roadshow.id,
                    account_id=member.id,
                    role=Role.TEAM,
                    created_at=self.now,
                )
            )
        return project

    def version(self, project: Project, title: str, field_code: str = "oncology") -> ProjectVersion:
        version: ProjectVersion = self._row(
            ProjectVersion(
                project_id=project.id,
                title_en=title,
                title_zh=f"{title}项目",
                pitch_en=f"{title} in one line",
                summary_en=f"What {title} is about",
                stage="preclinical",
                edited_at=self.now,
                number=None,
            )
        )
        self._row(ProjectField(version_id=version.id, code=field_code))
        self._row(
            ProjectRegistered(version_id=version.id, unmet_need_en=f"need of {title}", currency="")
        )
        self._row(ProjectConfidential(version_id=version.id, summary_en=f"secret of {title}"))
        version.number, version.submitted_at = 1, self.now
        self.session.flush()
        return version

    def investor(self, name: str, *, delegate: Account | None = None, **more: Any) -> Investor:
        self.number += 1
        investor: Investor = self._row(
            Investor(
                roadshow_id=self.roadshow.id,
                code=f"I{self.number:03}",
                organisation_id=self.house(name, kind="vc", country="CN").id,
                state=InvestorState.ACTIVE,
                created_at=self.now,
                **more,
            )
        )
        mandate: InvestorMandate = self._row(
            InvestorMandate(investor_id=investor.id, edited_at=self.now, thesis_en=f"{name} thesis")
        )
        self._row(MandateTerms(mandate_id=mandate.id))
        mandate.number, mandate.submitted_at = 1, self.now
        if delegate is not None:
            person = self.person(delegate)
            self._row(Delegate(investor_id=investor.id, person_id=person.id, duty=Duty.LEAD))
            self._row(
                Membership(
                    roadshow_id=self.roadshow.id,
                    account_id=delegate.id,
                    role=Role.INVESTOR,
                    created_at=self.now,
                )
            )
        self.session.flush()
        return investor

    def rubric(self) -> list[Criterion]:
        for rank, (code, points) in enumerate((("science", 60), ("team", 40))):
            self.criteria.append(
                self._row(
                    Criterion(
                        roadshow_id=self.roadshow.id,
                        code=code,
                        rank=rank,
                        name_en=code.title(),
                        name_zh={"science": "科学性", "team": "团队"}[code],
                        points=points,
                    )
                )
            )
        return self.criteria

    def review(
        self,
        project: Project,
        reviewer: Account,
        scores: tuple[float, float] | None = None,
        *,
        feedback: str = "",
        comment: str = "",
    ) -> Review:
        """An assignment; with ``scores`` (science, team) a submitted review."""
        version = next(row for row in self._versions(project) if row.number is not None)
        review: Review = self._row(
            Review(
                roadshow_id=self.roadshow.id,
                project_id=project.id,
                version_id=version.id,
                reviewer_id=reviewer.id,
                assigned_at=self.now,
                submitted_at=self.now if scores else None,
                feedback=feedback,
                comment=comment,
                scores=[
                    Score(criterion_id=row.id, points=points)
                    for row, points in zip(self.criteria, scores or (), strict=False)
                ],
            )
        )
        return review

    def meeting(
        self,
        project: Project,
        investor: Investor,
        *,
        starts: datetime | None = None,
        state: MeetingState = MeetingState.SCHEDULED,
        people: tuple[Person, ...] = (),
    ) -> Meeting:
        """A booked meeting; an hour ago unless said otherwise."""
        self.number += 1
        starts = starts or self.now - timedelta(hours=1)
        at = starts + timedelta(minutes=30 * self.number)
        timetable = self._row(
            Timetable(roadshow_id=self.roadshow.id, number=self.number, drafted_at=self.now)
        )
        slot = self._row(Slot(roadshow_id=self.roadshow.id, starts_at=at, minutes=20))
        table = self._row(MeetingTable(roadshow_id=self.roadshow.id, name=f"T{self.number}"))
        tick = int(starts.timestamp()) // TICK_SECONDS
        meeting: Meeting = self._row(
            Meeting(
                roadshow_id=self.roadshow.id,
                project_id=project.id,
                investor_id=investor.id,
                timetable_id=timetable.id,
                slot_id=slot.id,
                table_id=table.id,
                start_tick=tick,
                end_tick=tick + 4,
                state=state,
                changed_at=self.now,
            )
        )
        for rank, person in enumerate(people):
            self._row(MeetingPerson(meeting_id=meeting.id, person_id=person.id, rank=rank))
        return meeting

    def _versions(self, project: Project) -> list[ProjectVersion]:
        self.session.refresh(project, ["versions"])
        return project.versions


def read(session: Session, query: Any) -> list[Any]:
    """Return what a query finds now, and let go of the database for the application's next turn."""
    rows = list(session.execute(query.execution_options(populate_existing=True)).all())
    session.commit()
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


def fresh(session: Session, row: Any) -> Any:
    """Return a row as it stands in the database now, None if it is gone."""
    found = read(session, select(type(row)).where(type(row).id == row.id))
    return found[0] if found else None


def main_of(page: str) -> str:
    """Return what a page says, without the secrets that differ each time it is asked for."""
    said = page.partition("<main")[2].partition("</body>")[0]
    return re.sub(r'(name="csrf_token"[^>]* value=")[^"]*', r"\1", said)


def asked(statements: list[str]) -> int:
    """Count queries; SQLite's BEGIN is a statement of its own and PostgreSQL's is not."""
    return sum(1 for statement in statements if not statement.startswith("BEGIN"))


def make_fair(session: Session, now: datetime, slug: str = "fair", **more: Any) -> Fair:
    """An empty roadshow in the phase of selection."""
    values: dict[str, Any] = {
        "slug": slug,
        "name_en": "Autumn roadshow",
        "name_zh": "秋季路演",
        "starts_on": date(2027, 5, 10),
        "ends_on": date(2027, 5, 12),
        "phase": Phase.SELECTION,
        "places": 2,
        "created_at": now,
        **more,
    }
    roadshow = Roadshow(**values)
    session.add(roadshow)
    session.flush()
    return Fair(session, now, roadshow)


def reason(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.reason


def entries(session: Session, action: str) -> list[JournalEntry]:
    return list(session.scalars(select(JournalEntry).where(JournalEntry.action == action)))


class Cast:
    """One of every kind around two applications; Rita reviewed Alpha and has Beta to do."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair
        fair.rubric()
        self.olga = fair.account("Olga", Role.ORGANISER)
        self.omar = fair.account("Omar", Role.ORGANISER)
        self.rita = fair.account("Rita", Role.REVIEWER)
        self.otto = fair.account("Otto", Role.REVIEWER)
        self.tara = fair.account("Tara")
        self.alpha = fair.project("Alpha", member=self.tara)
        self.beta = fair.project("Beta")
        self.ivy = fair.account("Ivy")
        self.fund = fair.investor("Fund", delegate=self.ivy)
        self.stranger = fair.account("Stan")
        self.done = fair.review(
            self.alpha, self.rita, (42, 31), comment="Weak controls", feedback="Show in vivo data"
        )
        self.other = fair.review(self.alpha, self.otto)
        self.unbegun = fair.review(self.beta, self.rita)
        selection.declare_conflict(
            fair.session, self.alpha, self.omar, actor=self.omar, now=fair.now
        )
