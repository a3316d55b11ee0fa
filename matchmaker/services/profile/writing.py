"""Projects and mandates: begun, saved, submitted, withdrawn and brought back.

Each party has one draft (a version without a number). Submitting numbers it and opens a copy as
the next draft, so that what was submitted never changes and nothing has to be typed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import InvestorState, ProjectState, Role, Visibility
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.account import give_role
from matchmaker.services.profile import people
from matchmaker.services.profile import values as said
from matchmaker.services.profile.drafts import (
    mandate_draft,
    project_draft,
    put,
    put_fields,
    refuse_disorder,
    refuse_stale,
    with_defaults,
)
from matchmaker.services.profile.freezing import frozen_names, refuse_frozen
from matchmaker.services.profile.reading import current_mandate, mandate_values
from matchmaker.store.account import Account
from matchmaker.store.base import new_id
from matchmaker.store.profile import (
    Investor,
    InvestorMandate,
    MandateField,
    MandateTerms,
    Project,
    ProjectConfidential,
    ProjectField,
    ProjectRegistered,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation, Person, Roadshow

Version = TypeVar("Version", ProjectVersion, InvestorMandate)
MONEY = {
    "project": ("amount", "raised", "grants", "valuation"),
    "mandate": ("ticket_low", "ticket_typical", "ticket_high", "ticket_total"),
}
AT_ONCE = frozenset({"visibility", *said.MEETINGS})
"""Answers that are the investor's own and no part of what is handed in."""


def create_project(
    session: Session,
    roadshow: Roadshow,
    *,
    title: str,
    organisation: Organisation | None,
    actor: Account | None,
    now: datetime,
    code: str = "",
) -> Project:
    """Begin an application with an empty draft; codes count P001, P002, ...

    The actor becomes the first of the team, except an organiser, who enters it for others.
    """
    body = organisation or _empty_body(session, roadshow, "company")
    project = new_project(roadshow, _next_code(session, roadshow, Project, "P", code), body, now)
    session.add(project)
    session.flush()
    session.add(first_project_draft(project, roadshow, title, now))
    session.flush()
    journal.write(session, "project.created", project, actor=actor, now=now, code=project.code)
    if actor is not None and not people.is_organiser(session, actor, roadshow.id):
        give_role(session, roadshow, actor, Role.TEAM, actor=actor, now=now)
        person = people.person_for(session, roadshow, actor, now=now)
        person.organisation_id = person.organisation_id or body.id
        people.add_member(session, project, person, presenter=True, actor=actor, now=now)
    return project


def create_investor(
    session: Session,
    roadshow: Roadshow,
    *,
    organisation: Organisation | None,
    actor: Account | None,
    now: datetime,
    code: str = "",
) -> Investor:
    """Begin a mandate with an empty draft; codes count I001, I002, ...

    The actor becomes the first delegate, except an organiser, who enters it for others.
    """
    body = organisation or _empty_body(session, roadshow, "vc")
    code = _next_code(session, roadshow, Investor, "I", code)
    investor = new_investor(roadshow, code, body, now)
    session.add(investor)
    session.flush()
    session.add(first_mandate_draft(investor, roadshow, now))
    session.flush()
    journal.write(session, "investor.created", investor, actor=actor, now=now, code=investor.code)
    if actor is not None and not people.is_organiser(session, actor, roadshow.id):
        give_role(session, roadshow, actor, Role.INVESTOR, actor=actor, now=now)
        person = people.person_for(session, roadshow, actor, now=now)
        person.organisation_id = person.organisation_id or body.id
        people.add_delegate(session, investor, person, actor=actor, now=now)
    return investor


def begun(
    session: Session, roadshow: Roadshow, *, title: str, organisation: Organisation, actor: Account
) -> Project | None:
    """Return the draft that the actor has begun with this title for this body already, or None."""
    query = (
        select(Project)
        .join(TeamMember, TeamMember.project_id == Project.id)
        .join(Person, Person.id == TeamMember.person_id)
        .join(ProjectVersion, ProjectVersion.project_id == Project.id)
        .where(
            Project.roadshow_id == roadshow.id,
            Project.organisation_id == organisation.id,
            Project.state == ProjectState.DRAFT,
            Person.account_id == actor.id,
            ProjectVersion.number.is_(None),
            or_(ProjectVersion.title_en == title, ProjectVersion.title_zh == title),
        )
    )
    return session.scalars(query.order_by(Project.code)).unique().first()


def save_project(
    session: Session,
    project: Project,
    values: Mapping[str, Any],
    *,
    revision: int | None,
    actor: Account | None,
    now: datetime,
) -> ProjectVersion:
    """Change the draft; only the values that are given (names: ``values.PROJECT_NAMES``).

    Money is in whole units. ``revision`` is that of the draft the values were read from; a newer
    one refuses ``stale`` with the present revision. None saves whatever stands there.
    """
    draft = project_draft(session, project, lock=True)
    refuse_stale(draft, revision)
    changed = put_project(draft, values)
    refuse_frozen(session, project, changed, actor=actor, now=now)
    return _saved(session, project, draft, changed, "project.saved", actor, now)


def save_mandate(
    session: Session,
    investor: Investor,
    values: Mapping[str, Any],
    *,
    revision: int | None,
    actor: Account | None,
    now: datetime,
) -> InvestorMandate:
    """Change the draft mandate, as ``save_project`` does; also the meetings that are wanted."""
    draft = mandate_draft(session, investor, lock=True)
    refuse_stale(draft, revision)
    changed = put_mandate(investor, draft, values)
    refuse_frozen(session, investor, changed, actor=actor, now=now)
    changed += put_back(session, investor, draft, actor=actor, now=now)
    return _saved(session, investor, draft, changed, "mandate.saved", actor, now)


def new_project(roadshow: Roadshow, code: str, body: Organisation, now: datetime) -> Project:
    """Return an application that is in no session yet."""
    return Project(
        id=new_id(),
        roadshow_id=roadshow.id,
        code=code,
        organisation=body,
        state=ProjectState.DRAFT,
        created_at=now,
    )


def new_investor(roadshow: Roadshow, code: str, body: Organisation, now: datetime) -> Investor:
    """Return an investor that is in no session yet."""
    return Investor(
        id=new_id(),
        roadshow_id=roadshow.id,
        code=code,
        organisation=body,
        state=InvestorState.DRAFT,
        created_at=now,
    )


def first_project_draft(
    project: Project, roadshow: Roadshow, title: str, now: datetime
) -> ProjectVersion:
    """Return the draft of a new application: its title, in the language it is in."""
    draft = with_defaults(ProjectVersion(project_id=project.id, edited_at=now))
    draft.registered = with_defaults(ProjectRegistered(currency=roadshow.currency))
    draft.confidential = with_defaults(ProjectConfidential())
    chinese = any("\u4e00" <= char <= "\u9fff" for char in title)
    name = "title_zh" if chinese else "title_en"
    setattr(draft, name, said.clean(said.PROJECT, name, title))
    return draft


def first_mandate_draft(investor: Investor, roadshow: Roadshow, now: datetime) -> InvestorMandate:
    """Return the empty draft of a new mandate."""
    empty = InvestorMandate(investor_id=investor.id, edited_at=now, currency=roadshow.currency)
    draft = with_defaults(empty)
    draft.terms = with_defaults(MandateTerms())
    return draft


def put_project(draft: ProjectVersion, values: Mapping[str, Any]) -> list[str]:
    """Write the values to the draft; return the names of those that changed."""
    changed = put(draft, values, said.PROJECT, MONEY["project"])
    return changed + put_fields(draft, values, ProjectField)


def put_mandate(investor: Investor, draft: InvestorMandate, values: Mapping[str, Any]) -> list[str]:
    """Write the values to the draft, and the meetings that are wanted to the investor."""
    changed = put(draft, values, said.MANDATE, MONEY["mandate"])
    changed += put_fields(draft, values, MandateField)
    refuse_disorder(draft)
    if set(said.MEETINGS) & set(values):
        wanted = said.meetings(
            values.get("min_meetings", investor.min_meetings),
            values.get("max_meetings", investor.max_meetings),
        )
        for name, number in zip(said.MEETINGS, wanted, strict=True):
            changed += [name] if getattr(investor, name) != number else []
            setattr(investor, name, number)
    if "visibility" in values:
        wanted_visibility = _visibility(values["visibility"])
        changed += ["visibility"] if investor.visibility is not wanted_visibility else []
        investor.visibility = wanted_visibility
    return changed


def _visibility(value: Any) -> Visibility:
    if value not in set(Visibility):
        raise Refusal("unknown-code", field="visibility", value=str(value)[:80])
    return Visibility(value)


def put_back(
    session: Session,
    investor: Investor,
    draft: InvestorMandate,
    *,
    actor: Account | None,
    now: datetime,
) -> list[str]:
    """Let frozen answers stand as they were handed in, also those changed in time but not sent."""
    frozen = frozen_names(session, investor, actor=actor, now=now)
    newest = current_mandate(investor) if frozen else None
    if newest is None:
        return []
    stood = mandate_values(newest, terms=True)
    return put_mandate(investor, draft, {name: stood[name] for name in frozen & set(stood)})


def _empty_body(session: Session, roadshow: Roadshow, kind: str) -> Organisation:
    body = Organisation(roadshow_id=roadshow.id, kind=kind, name_en="")
    session.add(body)
    session.flush()
    return body


def _next_code(
    session: Session,
    roadshow: Roadshow,
    table: type[Project] | type[Investor],
    letter: str,
    code: str,
) -> str:
    if code:
        wanted = said.text("code", code, 12)
        taken = select(table.id).where(table.roadshow_id == roadshow.id, table.code == wanted)
        if session.scalar(taken) is None:
            return wanted
        raise Refusal("code-taken", hint=f"{wanted} stands already.", code=wanted)
    session.execute(select(Roadshow.id).where(Roadshow.id == roadshow.id).with_for_update())
    codes = session.scalars(
        select(table.code).where(
            table.roadshow_id == roadshow.id, table.code.startswith(letter, autoescape=True)
        )
    )
    numbers = [int(one[1:]) for one in codes if one[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1:03}"


def _saved(
    session: Session,
    party: Project | Investor,
    draft: Version,
    changed: list[str],
    action: str,
    actor: Account | None,
    now: datetime,
) -> Version:
    if set(changed) - AT_ONCE:
        draft.revision += 1
        draft.edited_at = now
    if changed:
        session.flush()
        journal.write(session, action, party, actor=actor, now=now, changed=sorted(changed))
    return draft
