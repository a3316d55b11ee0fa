"""The people behind projects and investors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.account import give_role, normal_email
from matchmaker.services.meeting.booking import rekey
from matchmaker.services.profile import values as said
from matchmaker.store.account import Account, Membership
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Organisation, Person, Roadshow

PERSON_TEXTS = {"name_en": 120, "name_zh": 120, "title_en": 160, "title_zh": 160}


def person_for(session: Session, roadshow: Roadshow, account: Account, *, now: datetime) -> Person:
    """Return the account's person at a roadshow, or a new one.

    Somebody who was entered by address before they had an account becomes the account's, once
    the address is confirmed.
    """
    query = select(Person).where(Person.roadshow_id == roadshow.id)
    own = session.scalars(query.where(Person.account_id == account.id)).first()
    if own is not None:
        return own
    if account.confirmed_at is not None:
        entered = session.scalars(
            query.where(
                Person.account_id.is_(None), func.lower(Person.email) == func.lower(account.email)
            ).order_by(Person.id)
        ).first()
        if entered is not None:
            entered.account_id = account.id
            session.flush()
            rekey(session, entered)
            _give_roles(session, roadshow, entered, account, now=now)
            return entered
    name = account.name or account.email.partition("@")[0]
    chinese = any("\u4e00" <= char <= "\u9fff" for char in name)
    person = Person(
        roadshow_id=roadshow.id,
        account_id=account.id,
        name_en=name,
        name_zh=name if chinese else "",
        email=account.email,
        languages=[],
    )
    session.add(person)
    session.flush()
    return person


def add_person(
    session: Session,
    roadshow: Roadshow,
    *,
    name_en: str = "",
    name_zh: str = "",
    title_en: str = "",
    title_zh: str = "",
    email: str = "",
    languages: Iterable[str] = (),
    organisation: Organisation | None = None,
) -> Person:
    """Return the roadshow's person with this address (or this name in this body), or a new one."""
    given = {"name_en": name_en, "name_zh": name_zh, "title_en": title_en, "title_zh": title_zh}
    cleaned, address, spoken = person_values(**given, email=email, languages=languages)
    found = _same_person(session, roadshow, cleaned, address, organisation)
    found = put_person(session, roadshow, found, cleaned, address, spoken, organisation)
    session.flush()
    return found


def person_values(
    *, email: str = "", languages: Iterable[str] = (), **names: str
) -> tuple[dict[str, str], str, list[str]]:
    """Return a person's names and titles, address and languages, cleaned; a name there is."""
    cleaned = _person_texts({**dict.fromkeys(PERSON_TEXTS, ""), **names})
    address = said.text("email", normal_email(email), 254)
    if not (cleaned["name_en"] or cleaned["name_zh"]):
        cleaned["name_en"] = address.partition("@")[0]
    if not cleaned["name_en"]:
        cleaned["name_en"] = cleaned["name_zh"]
    return cleaned, address, said.check_languages(languages)


def put_person(
    session: Session,
    roadshow: Roadshow,
    found: Person | None,
    cleaned: Mapping[str, str],
    address: str,
    spoken: list[str],
    organisation: Organisation | None,
) -> Person:
    """Return a new person, or the one that was found with the gaps filled; not flushed."""
    if found is None:
        found = Person(roadshow_id=roadshow.id, email=address, languages=spoken, **cleaned)
        found.organisation = organisation
        session.add(found)
        return found
    for name, value in cleaned.items():
        if value and not getattr(found, name):
            setattr(found, name, value)
    found.languages = found.languages or spoken
    if organisation is not None and found.organisation_id is None and not found.organisation:
        found.organisation = organisation
    return found


def save_person(
    session: Session,
    person: Person,
    values: Mapping[str, Any],
    *,
    actor: Account | None,
    now: datetime,
) -> Person:
    """Change a person's names, titles, languages; the address only while they have no account."""
    for name, value in _person_texts(values).items():
        setattr(person, name, value)
    if not (person.name_en or person.name_zh):
        raise Refusal("missing", hint="A person needs a name.", field="name_en")
    person.name_en = person.name_en or person.name_zh
    if "languages" in values:
        person.languages = said.check_languages(values["languages"])
    if "email" in values and person.account_id is None:
        email = said.text("email", normal_email(values["email"] or ""), 254)
        if email != person.email:
            _refuse_shared(session, person, actor)
            person.email = email
    journal.write(session, "person.saved", person, actor=actor, now=now)
    return person


def add_member(
    session: Session,
    project: Project,
    person: Person,
    *,
    presenter: bool = False,
    duty: Duty | None = None,
    actor: Account | None,
    now: datetime,
) -> TeamMember:
    """Put a person on a project's team; who has an account gets the rights of a team member.

    The first one leads whatever is said; who is there already keeps what they do.
    """
    found = session.get(TeamMember, (project.id, person.id))
    if found is not None:
        found.presenter = found.presenter or presenter
        return found
    last = session.scalar(
        select(func.max(TeamMember.rank)).where(TeamMember.project_id == project.id)
    )
    row = TeamMember(
        project_id=project.id,
        person_id=person.id,
        rank=0 if last is None else last + 1,
        presenter=presenter,
        duty=Duty.LEAD if last is None else duty or Duty.EDITOR,
    )
    session.add(row)
    session.flush()
    session.expire(project, ["team"])
    give_own_role(session, person, Role.TEAM, actor=actor, now=now)
    facts: dict[str, Any] = {"person": person.id, "duty": row.duty.value}
    journal.write(session, "team.joined", project, actor=actor, now=now, **facts)
    return row


def add_delegate(
    session: Session,
    investor: Investor,
    person: Person,
    *,
    duty: Duty | None = None,
    actor: Account | None,
    now: datetime,
) -> Delegate:
    """Let a person act for an investor, as ``add_member`` does for a project."""
    found = session.get(Delegate, (investor.id, person.id))
    if found is not None:
        return found
    last = session.scalar(
        select(func.max(Delegate.rank)).where(Delegate.investor_id == investor.id)
    )
    row = Delegate(
        investor_id=investor.id,
        person_id=person.id,
        rank=0 if last is None else last + 1,
        duty=Duty.LEAD if last is None else duty or Duty.EDITOR,
    )
    session.add(row)
    session.flush()
    session.expire(investor, ["delegates"])
    give_own_role(session, person, Role.INVESTOR, actor=actor, now=now)
    facts: dict[str, Any] = {"person": person.id, "duty": row.duty.value}
    journal.write(session, "delegate.joined", investor, actor=actor, now=now, **facts)
    return row


def move_colleague_up(session: Session, party: Project | Investor, person: Person) -> None:
    """Change places with the colleague before; the first is the one others write to."""
    rows: list[Any] = list(party.team if isinstance(party, Project) else party.delegates)
    for place, row in enumerate(rows):
        row.rank = place
    at = next((place for place, row in enumerate(rows) if row.person_id == person.id), 0)
    if at > 0:
        rows[at].rank, rows[at - 1].rank = at - 1, at
    session.flush()
    session.expire(party, ["team" if isinstance(party, Project) else "delegates"])


def is_organiser(session: Session, account: Account | None, roadshow_id: str) -> bool:
    """Tell whether the account organises the roadshow."""
    if account is None:
        return False
    return (
        session.scalar(
            select(Membership.id).where(
                Membership.roadshow_id == roadshow_id,
                Membership.account_id == account.id,
                Membership.role == Role.ORGANISER,
            )
        )
        is not None
    )


def _same_person(
    session: Session,
    roadshow: Roadshow,
    cleaned: Mapping[str, str],
    email: str,
    organisation: Organisation | None,
) -> Person | None:
    query = select(Person).where(Person.roadshow_id == roadshow.id).order_by(Person.id)
    if email:
        return session.scalars(query.where(func.lower(Person.email) == func.lower(email))).first()
    if organisation is None:
        return None
    return session.scalars(
        query.where(
            Person.organisation_id == organisation.id,
            Person.name_en == cleaned["name_en"],
            Person.name_zh == cleaned["name_zh"],
        )
    ).first()


def _person_texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: said.text(name, values[name], most)
        for name, most in PERSON_TEXTS.items()
        if name in values
    }


def _refuse_shared(session: Session, person: Person, actor: Account | None) -> None:
    """Whoever gets mail at the address gets the person's rights, at every party of theirs."""
    parties = sum(
        session.scalar(select(func.count()).select_from(table).where(key == person.id)) or 0
        for table, key in ((TeamMember, TeamMember.person_id), (Delegate, Delegate.person_id))
    )
    if parties > 1 and actor is not None and not is_organiser(session, actor, person.roadshow_id):
        raise Refusal(
            "shared-person", hint="Ask the organisers to change the address.", field="email"
        )


def give_own_role(
    session: Session, person: Person, role: Role, *, actor: Account | None, now: datetime
) -> None:
    """Give a person's account the rights of a team member or a delegate, if they have one."""
    if person.account_id is None:
        return
    account = session.get(Account, person.account_id)
    roadshow = session.get(Roadshow, person.roadshow_id)
    if account is not None and roadshow is not None:
        give_role(session, roadshow, account, role, actor=actor, now=now)


def _give_roles(
    session: Session, roadshow: Roadshow, person: Person, account: Account, *, now: datetime
) -> None:
    for table, role in ((TeamMember, Role.TEAM), (Delegate, Role.INVESTOR)):
        key = table.person_id
        if session.scalar(select(key).where(key == person.id).limit(1)) is not None:
            give_role(session, roadshow, account, role, actor=account, now=now)
