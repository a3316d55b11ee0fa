"""What must always hold, in words: run by ``matchmaker check``, by tests, and by an organiser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from matchmaker.core.journey import InvestorState, MailState, Phase, ProjectState, Role
from matchmaker.services import journal
from matchmaker.services.meeting.checks import meeting_violations
from matchmaker.store.account import Account, Membership
from matchmaker.store.journal import JournalEntry, Mail
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.preference import Preference
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    Project,
    ProjectConfidential,
    ProjectRegistered,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Person, Roadshow
from matchmaker.store.selection import Conflict, Criterion, Review, Score

Check = Callable[[Session], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold: its stable name, and one sentence."""

    name: str
    sentence: str


def violations(session: Session) -> list[Violation]:
    """Return every rule that does not hold; an empty list is a sound install."""
    found = [
        Violation(name, sentence) for name, check in CHECKS.items() for sentence in check(session)
    ]
    return found + [Violation(name, sentence) for name, sentence in meeting_violations(session)]


def _journal_chain(session: Session) -> Iterator[str]:
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.seq)).all()
    for seq in journal.broken_links(entries):
        yield f"journal entry {seq} does not fit the chain"


def _submitted_project_has_version(session: Session) -> Iterator[str]:
    query = select(Project.id).where(
        Project.state.not_in((ProjectState.DRAFT, ProjectState.WITHDRAWN)),
        ~select(ProjectVersion.id)
        .where(ProjectVersion.project_id == Project.id, ProjectVersion.number.is_not(None))
        .exists(),
    )
    for project_id in session.scalars(query):
        yield f"project {project_id} is past draft and has no submitted version"


def _active_investor_has_mandate(session: Session) -> Iterator[str]:
    query = select(Investor.id).where(
        Investor.state == InvestorState.ACTIVE,
        ~select(InvestorMandate.id)
        .where(InvestorMandate.investor_id == Investor.id, InvestorMandate.number.is_not(None))
        .exists(),
    )
    for investor_id in session.scalars(query):
        yield f"investor {investor_id} is active and has no submitted mandate"


def _versions_are_whole(session: Session) -> Iterator[str]:
    for table in (ProjectRegistered, ProjectConfidential):
        query = select(ProjectVersion.id).where(
            ~select(table.version_id).where(table.version_id == ProjectVersion.id).exists()
        )
        for version_id in session.scalars(query):
            yield f"version {version_id} lacks its {table.__tablename__}"


def _version_numbers_run(session: Session) -> Iterator[str]:
    for owner, number in (
        (ProjectVersion.project_id, ProjectVersion.number),
        (InvestorMandate.investor_id, InvestorMandate.number),
    ):
        query = (
            select(owner)
            .where(number.is_not(None))
            .group_by(owner)
            .having(func.max(number) != func.count())
        )
        for one in session.scalars(query):
            yield f"the versions of {one} are not numbered 1, 2, 3 ..."


def _scores_in_range(session: Session) -> Iterator[str]:
    query = select(Score.review_id).join(Criterion).where(Score.points > Criterion.points)
    for review_id in session.scalars(query.distinct()):
        yield f"review {review_id} gives more points than its criterion has"


def _no_review_in_conflict(session: Session) -> Iterator[str]:
    query = select(Review.id).join(
        Conflict,
        (Conflict.account_id == Review.reviewer_id) & (Conflict.project_id == Review.project_id),
    )
    for review_id in session.scalars(query.where(Review.submitted_at.is_not(None))):
        yield f"review {review_id} counts although its reviewer is in conflict"


def _parties_belong_together(session: Session) -> Iterator[str]:
    query = (
        select(Preference.id)
        .join(Project, Project.id == Preference.project_id)
        .join(Investor, Investor.id == Preference.investor_id)
        .where(
            (Project.roadshow_id != Preference.roadshow_id)
            | (Investor.roadshow_id != Preference.roadshow_id)
        )
    )
    for one in session.scalars(query):
        yield f"preference {one} joins parties of different roadshows"


def _people_belong(session: Session) -> Iterator[str]:
    for table, owner, column in (
        (TeamMember, Project, TeamMember.project_id),
        (Delegate, Investor, Delegate.investor_id),
    ):
        query = (
            select(table.person_id)
            .join(owner, owner.id == column)
            .join(Person, Person.id == table.person_id)
            .where(owner.roadshow_id != Person.roadshow_id)
        )
        for person_id in session.scalars(query):
            yield f"person {person_id} is in a party of another roadshow"


def _roadshow_has_organiser(session: Session) -> Iterator[str]:
    query = select(Roadshow.slug).where(
        ~select(Membership.id)
        .where(Membership.roadshow_id == Roadshow.id, Membership.role == Role.ORGANISER)
        .exists()
    )
    for slug in session.scalars(query):
        yield f"roadshow {slug} has no organiser"


def _matches_rank_once(session: Session) -> Iterator[str]:
    for who, rank in (
        (Match.investor_id, Match.rank_for_investor),
        (Match.project_id, Match.rank_for_project),
    ):
        query = (
            select(Match.run_id, who)
            .where(rank.is_not(None))
            .group_by(Match.run_id, who, rank)
            .having(func.count() > 1)
        )
        for run_id, one in session.execute(query):
            yield f"run {run_id} gives two matches of {one} the same rank"


def _runs_counted(session: Session) -> Iterator[str]:
    counted = select(Match.run_id, func.count().label("n")).group_by(Match.run_id).subquery()
    query = (
        select(MatchRun.id)
        .outerjoin(counted, counted.c.run_id == MatchRun.id)
        .where(MatchRun.finished_at.is_not(None), func.coalesce(counted.c.n, 0) > MatchRun.pairs)
    )
    for run_id in session.scalars(query):
        yield f"run {run_id} has more matches than pairs"


def _sent_mail_has_moment(session: Session) -> Iterator[str]:
    query = select(Mail.id).where((Mail.state == MailState.SENT) != Mail.sent_at.is_not(None))
    for mail_id in session.scalars(query):
        yield f"mail {mail_id} and its moment of sending disagree"


def _addresses_normal(session: Session) -> Iterator[str]:
    for account_id in session.scalars(
        select(Account.id).where(Account.email != func.lower(Account.email))
    ):
        yield f"account {account_id} has an address that is not in the one stored form"


def _decided_after_call(session: Session) -> Iterator[str]:
    query = (
        select(Project.id)
        .join(Roadshow, Roadshow.id == Project.roadshow_id)
        .where(Roadshow.phase == Phase.DRAFT, Project.state == ProjectState.SELECTED)
    )
    for project_id in session.scalars(query):
        yield f"project {project_id} is selected before its roadshow opened"


def _one_person_an_account(session: Session) -> Iterator[str]:
    other = aliased(Person)
    query = (
        select(Person.id)
        .join(
            other,
            (other.roadshow_id == Person.roadshow_id)
            & (other.email == Person.email)
            & (other.id < Person.id),
        )
        .where(Person.email != "", Person.account_id.is_not(None), other.account_id.is_not(None))
    )
    for person_id in session.scalars(query):
        yield f"person {person_id} shares an address with another person who has an account"


CHECKS: dict[str, Check] = {
    "journal-chain": _journal_chain,
    "submitted-has-version": _submitted_project_has_version,
    "active-has-mandate": _active_investor_has_mandate,
    "versions-whole": _versions_are_whole,
    "versions-numbered": _version_numbers_run,
    "scores-in-range": _scores_in_range,
    "no-review-in-conflict": _no_review_in_conflict,
    "preferences-one-roadshow": _parties_belong_together,
    "people-one-roadshow": _people_belong,
    "roadshow-has-organiser": _roadshow_has_organiser,
    "ranks-unique": _matches_rank_once,
    "runs-counted": _runs_counted,
    "mail-sent-when": _sent_mail_has_moment,
    "addresses-normal": _addresses_normal,
    "selected-after-opening": _decided_after_call,
    "person-once": _one_person_an_account,
}
