"""Handing in and taking out: a draft becomes a numbered version that never changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import (
    INVESTOR_MOVES,
    PROJECT_MOVES,
    InvestorState,
    ProjectState,
    move,
)
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.profile import people
from matchmaker.services.profile.avoiding import Avoided
from matchmaker.services.profile.drafts import (
    copy_mandate,
    copy_project,
    current_number,
    has_changes,
    mandate_draft,
    project_draft,
)
from matchmaker.services.profile.letters import tell_mandate, tell_project
from matchmaker.services.profile.reading import current_mandate, current_version
from matchmaker.services.profile.writing import put_back
from matchmaker.store.account import Account
from matchmaker.store.profile import Investor, InvestorMandate, Project, ProjectVersion
from matchmaker.store.roadshow import Roadshow

REOPENED = (ProjectState.DRAFT, ProjectState.WITHDRAWN)


def submit_project(
    session: Session,
    project: Project,
    *,
    actor: Account | None,
    now: datetime,
) -> ProjectVersion:
    """Number the draft as the newest version and open the next draft as its copy.

    The first submission hands the application in; a later one revises it and changes no
    decision. After ``applications_until`` only organisers hand in.
    """
    roadshow = session.get_one(Roadshow, project.roadshow_id)
    draft = project_draft(session, project, lock=True)
    if project.state in REOPENED and (draft.title_en or draft.title_zh):
        _refuse_late(session, roadshow, actor, now)
    taken_in(project, draft)
    number = _number(session, ProjectVersion, ProjectVersion.project_id, project.id)
    following = copy_project(draft, now)
    draft.number, draft.submitted_at = number, now
    draft.submitted_by_id = actor.id if actor else None
    _open_next(session, project, following)
    journal.write(session, "project.submitted", project, actor=actor, now=now, number=number)
    Avoided(session, roadshow).keep_away(project, draft.registered.avoids, now=now)
    tell_project(session, project, "project_submitted", f"{number}", now=now, number=number)
    return draft


def submit_mandate(
    session: Session,
    investor: Investor,
    *,
    actor: Account | None,
    now: datetime,
) -> InvestorMandate:
    """Number the draft as the mandate that counts from now on, and open the next draft."""
    draft = mandate_draft(session, investor, lock=True)
    kept = put_back(session, investor, draft, actor=actor, now=now)
    taken_in(investor, draft)
    number = _number(session, InvestorMandate, InvestorMandate.investor_id, investor.id)
    following = copy_mandate(draft, now)
    draft.number, draft.submitted_at = number, now
    draft.submitted_by_id = actor.id if actor else None
    _open_next(session, investor, following)
    told: dict[str, Any] = {"number": number, **({"kept": sorted(kept)} if kept else {})}
    journal.write(session, "mandate.submitted", investor, actor=actor, now=now, **told)
    roadshow = session.get_one(Roadshow, investor.roadshow_id)
    Avoided(session, roadshow).keep_away(investor, now=now)
    tell_mandate(session, investor, "mandate_submitted", f"{number}", now=now, number=number)
    return draft


def taken_in(party: Project | Investor, draft: ProjectVersion | InvestorMandate) -> None:
    """Move a party to where it stands once its draft is handed in; refuses what cannot be."""
    if isinstance(party, Investor):
        if party.state is not InvestorState.ACTIVE:
            party.state = move(INVESTOR_MOVES, party.state, InvestorState.ACTIVE)
        return
    if isinstance(draft, ProjectVersion) and not (draft.title_en or draft.title_zh):
        raise Refusal("missing", hint="A project needs a title.", field="title_en")
    if party.state in REOPENED:
        party.state = move(PROJECT_MOVES, party.state, ProjectState.SUBMITTED)
    elif party.state is ProjectState.DECLINED:
        move(PROJECT_MOVES, party.state, ProjectState.DRAFT)  # refuses


def handed_in(session: Session, party: Project | Investor) -> bool:
    """Tell whether the draft says nothing that the newest submitted version does not say."""
    if isinstance(party, Project):
        draft: Any = project_draft(session, party, lock=True)
        newest: Any = current_version(party)
        waits = party.state in REOPENED
    else:
        draft = mandate_draft(session, party, lock=True)
        newest = current_mandate(party)
        waits = party.state is not InvestorState.ACTIVE
    return newest is not None and not waits and not has_changes(newest, draft)


def withdraw_project(
    session: Session, project: Project, *, actor: Account | None, now: datetime
) -> None:
    """Take an application out; what was written stays and can be brought back."""
    before = project.state
    project.state = move(PROJECT_MOVES, before, ProjectState.WITHDRAWN)
    project.decided_at = project.decided_by_id = None
    journal.write(session, "project.withdrawn", project, actor=actor, now=now, before=before.value)
    tell_project(session, project, "project_withdrawn", now.isoformat(), now=now)


def can_restore(
    session: Session, project: Project, *, actor: Account | None, now: datetime
) -> bool:
    """Tell whether a project that is withdrawn could be brought back by the actor now."""
    if current_number(session, project) is None:
        return True
    try:
        _refuse_late(session, session.get_one(Roadshow, project.roadshow_id), actor, now)
    except Refusal:
        return False
    return True


def restore_project(
    session: Session, project: Project, *, actor: Account | None, now: datetime
) -> None:
    """Bring a withdrawn application back: as submitted if it had been, else as a draft."""
    had_been = current_number(session, project) is not None
    then = ProjectState.SUBMITTED if had_been else ProjectState.DRAFT
    if then is ProjectState.SUBMITTED:
        _refuse_late(session, session.get_one(Roadshow, project.roadshow_id), actor, now)
    project.state = move(PROJECT_MOVES, project.state, then)
    journal.write(session, "project.restored", project, actor=actor, now=now, state=then.value)


def withdraw_investor(
    session: Session, investor: Investor, *, actor: Account | None, now: datetime
) -> None:
    """Take a firm out of matching; its mandate stays and can be brought back."""
    investor.state = move(INVESTOR_MOVES, investor.state, InvestorState.WITHDRAWN)
    journal.write(session, "investor.withdrawn", investor, actor=actor, now=now)


def restore_investor(
    session: Session, investor: Investor, *, actor: Account | None, now: datetime
) -> None:
    """Bring a withdrawn firm back: active if its mandate had been submitted, else as a draft."""
    had_been = current_number(session, investor) is not None
    then = InvestorState.ACTIVE if had_been else InvestorState.DRAFT
    investor.state = move(INVESTOR_MOVES, investor.state, then)
    journal.write(session, "investor.restored", investor, actor=actor, now=now, state=then.value)


def _refuse_late(
    session: Session, roadshow: Roadshow, actor: Account | None, now: datetime
) -> None:
    until = roadshow.applications_until
    if until is None or now <= until or actor is None:
        return
    if not people.is_organiser(session, actor, roadshow.id):
        raise Refusal(
            "applications-closed",
            hint="Applications have closed; please write to the organisers.",
            until=until.isoformat(),
        )


def _number(session: Session, table: Any, key: Any, party_id: str) -> int:
    return int(session.scalar(select(func.max(table.number)).where(key == party_id)) or 0) + 1


def _open_next(
    session: Session, party: Project | Investor, following: ProjectVersion | InvestorMandate
) -> None:
    session.flush()  # the numbered one must leave the place of the draft first
    session.add(following)
    session.flush()
    session.expire(party, ["versions" if isinstance(party, Project) else "mandates"])
