"""Who leads, edits or reads along; a team or firm is never without somebody who leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.core.journey import Duty, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import invitation, personal, profile
from matchmaker.services.account import give_role, viewer_of
from matchmaker.store.account import Account
from matchmaker.store.engine import writing
from matchmaker.store.journal import JournalEntry, Mail
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Person, Roadshow
from tests.services.profiles import make_account, make_roadshow, refused
from tests.services.test_meeting_race import together

LEAD, EDITOR, READER = Duty
Make = Callable[[Session, datetime], Any]


def a_team(session: Session, now: datetime) -> tuple[Project, dict[str, Person]]:
    """A project of Anna's; Bob edits, Cara reads along, Dan cannot sign in."""
    roadshow, anna = make_roadshow(session, now), make_account(session, "Anna", now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=anna, now=now
    )
    people = {"Anna": profile.team_of(session, project)[0].person}
    for name, duty in (("Bob", None), ("Cara", READER), ("Dan", None)):
        account = None if name == "Dan" else make_account(session, name, now)
        person = profile.add_person(session, roadshow, name_en=name)
        person.account_id = account.id if account else None
        profile.add_member(session, project, person, duty=duty, actor=anna, now=now)
        people[name] = person
    return project, people


def a_firm(session: Session, now: datetime) -> tuple[Investor, dict[str, Person]]:
    """An investor of Ivan's, where Bob edits."""
    roadshow, ivan = make_roadshow(session, now), make_account(session, "Ivan", now)
    investor = profile.create_investor(session, roadshow, organisation=None, actor=ivan, now=now)
    bob = profile.add_person(session, roadshow, name_en="Bob")
    profile.add_delegate(session, investor, bob, actor=ivan, now=now)
    return investor, {"Ivan": profile.delegates_of(session, investor)[0].person, "Bob": bob}


def account_of(session: Session, person: Person) -> Account:
    return session.get_one(Account, person.account_id)


def duties(session: Session) -> dict[str, Duty]:
    """What everybody does, by name; read from the database."""
    session.flush()
    return {
        name: duty
        for seat in (TeamMember, Delegate)
        for name, duty in session.execute(
            select(Person.name_en, seat.duty).join(Person, Person.id == seat.person_id)
        )
    }


def letters(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(Mail.to, Mail.template).order_by(Mail.to))
    return [(to, template) for to, template in rows]


def test_the_first_one_leads_and_the_others_do_what_was_said(session: Session, now: Any) -> None:
    project, people = a_team(session, now)
    assert {"Anna": LEAD, "Bob": EDITOR, "Cara": READER, "Dan": EDITOR} == duties(session)
    seen = {
        name: viewer_of(session, account_of(session, people[name])) for name in list(people)[:3]
    }
    own, nothing = frozenset({project.id}), frozenset[str]()
    assert {"Anna": (own, nothing), "Bob": (nothing, nothing), "Cara": (nothing, own)} == {
        name: (viewer.leads, viewer.reads_only) for name, viewer in seen.items()
    }


def test_who_hands_the_lead_over_edits_from_then_on(session: Session, now: Any) -> None:
    project, people = a_team(session, now)
    by: dict[str, Any] = {"actor": account_of(session, people["Anna"]), "now": now}
    with refused("cannot-sign-in"):
        profile.hand_over(session, project, people["Dan"], **by)
    profile.hand_over(session, project, people["Cara"], **by)
    assert {"Anna": EDITOR, "Bob": EDITOR, "Cara": LEAD, "Dan": EDITOR} == duties(session)
    told = session.scalars(
        select(JournalEntry).where(JournalEntry.action == "duty.changed").order_by(JournalEntry.seq)
    )
    assert [("cara@example.org", "lead_given")] == letters(session)
    assert [
        {"person": people["Cara"].id, "before": "reader", "duty": "lead"},
        {"person": people["Anna"].id, "before": "lead", "duty": "editor"},
    ] == [entry.facts for entry in told]


def test_nobody_leaves_a_team_without_somebody_who_leads(session: Session, now: Any) -> None:
    project, people = a_team(session, now)
    by: dict[str, Any] = {"actor": account_of(session, people["Anna"]), "now": now}
    with refused("last-lead"):
        profile.set_duty(session, project, people["Anna"], READER, **by)
    with refused("last-lead"):
        profile.remove_colleague(session, project, people["Anna"], **by)
    profile.remove_colleague(session, project, people["Anna"], heir=people["Bob"], **by)
    assert {"Bob": LEAD, "Cara": READER, "Dan": EDITOR} == duties(session)


def roles(session: Session, person: Person) -> set[Role]:
    viewer = viewer_of(session, account_of(session, person))
    return set(viewer.roles.get(person.roadshow_id, ()))


@pytest.mark.parametrize("besides", ["nothing", "seat", "invitation", "other roadshow"])
@pytest.mark.parametrize("make", [a_team, a_firm])
def test_who_is_removed_loses_the_role_that_nothing_else_gives(
    session: Session, now: Any, make: Make, besides: str
) -> None:
    party, people = make(session, now)
    team, bob = isinstance(party, Project), people["Bob"]
    lead = account_of(session, people["Anna" if team else "Ivan"])
    account = make_account(session, "Bobby", now) if bob.account_id is None else None
    bob.account_id = account.id if account else bob.account_id
    role = Role.TEAM if team else Role.INVESTOR
    roadshow = session.get_one(Roadshow, party.roadshow_id)
    account = account_of(session, bob)
    give_role(session, roadshow, account, role, actor=None, now=now)
    begin: Any = profile.create_project if team else profile.create_investor
    title = {"title": "Y"} if team else {}
    if besides == "invitation":
        guest = invitation.Guest(account.email)
        asked = invitation.invite(session, roadshow, guest, role, actor=lead, now=now)
        invitation.accept(session, asked, actor=account, now=now)
    elif besides != "nothing":
        where = roadshow if besides == "seat" else make_roadshow(session, now, slug="later")
        begin(session, where, organisation=None, actor=account, now=now, **title)
    profile.remove_colleague(session, party, bob, actor=lead, now=now)
    kept = besides in ("seat", "invitation")
    assert ({role} if kept else set()) == roles(session, bob)
    taken = session.scalars(select(JournalEntry.facts).where(JournalEntry.action == "role.taken"))
    assert ([] if kept else [{"role": role.value}]) == list(taken)


def test_an_invitation_to_a_team_ends_with_the_seat_that_was_kept(
    session: Session, now: Any
) -> None:
    project, people = a_team(session, now)
    roadshow, anna = (
        session.get_one(Roadshow, project.roadshow_id),
        account_of(session, people["Anna"]),
    )
    people["Dan"].email = "dan@example.org"
    guest = invitation.Guest("dan@example.org")
    sent = [
        invitation.invite(session, roadshow, guest, Role.TEAM, project=to, actor=anna, now=now)
        for to in (project, None)
    ]
    profile.remove_colleague(session, project, people["Dan"], actor=anna, now=now)
    assert [False, True] == [invitation.is_open(one, now) for one in sent]


def test_the_lead_is_taken_only_from_who_can_no_longer_sign_in(session: Session, now: Any) -> None:
    project, people = a_team(session, now)
    anna, bob, cara = (account_of(session, people[name]) for name in ("Anna", "Bob", "Cara"))
    with refused("somebody-leads"):
        profile.take_lead(session, project, actor=bob, now=now)
    anna.active = False
    session.flush()
    led = {one.name: viewer_of(session, one).leads for one in (bob, cara)}
    assert {"Bob": frozenset({project.id}), "Cara": frozenset()} == led
    profile.take_lead(session, project, actor=bob, now=now)
    assert [] == letters(session)
    assert {"Anna": LEAD, "Bob": LEAD, "Cara": READER, "Dan": EDITOR} == duties(session)


def test_an_erased_lead_is_followed_by_the_next_who_can_sign_in(session: Session, now: Any) -> None:
    _, people = a_team(session, now)
    anna = account_of(session, people["Anna"])
    personal.erase_account(session, anna, actor=anna, now=now)
    assert [("bob@example.org", "lead_given")] == letters(session)
    assert {"Bob": LEAD, "Cara": READER, "Dan": EDITOR} == duties(session)


@pytest.mark.parametrize("make", [a_team, a_firm])
def test_the_database_keeps_somebody_who_leads(session: Session, now: Any, make: Make) -> None:
    party, people = make(session, now)
    seat: Any = TeamMember if isinstance(party, Project) else Delegate
    of = seat.project_id if isinstance(party, Project) else seat.investor_id
    first = next(iter(people.values()))
    for statement in (
        update(seat).where(seat.person_id == first.id).values(duty=EDITOR),
        delete(seat).where(seat.person_id == first.id),
    ):
        with (
            pytest.raises(IntegrityError, match="needs somebody who leads"),
            session.begin_nested(),
        ):
            session.execute(statement)
    session.execute(delete(seat).where(of == party.id, seat.duty != LEAD))
    session.execute(delete(seat).where(of == party.id))
    with pytest.raises(IntegrityError, match="needs somebody who leads"), session.begin_nested():
        session.execute(insert(seat).values({of.key: party.id, "person_id": first.id}))


def test_a_whole_project_goes_with_its_people(session: Session, now: Any) -> None:
    project, _ = a_team(session, now)
    session.execute(delete(Project).where(Project.id == project.id))
    assert {} == duties(session)


def test_of_two_leads_who_leave_at_once_one_stays(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    with writing(), sessions() as session:
        project, people = a_team(session, now)
        by: dict[str, Any] = {"actor": account_of(session, people["Anna"]), "now": now}
        profile.set_duty(session, project, people["Bob"], LEAD, **by)
        session.commit()

    def leaver(name: str) -> Any:
        def work() -> str:
            with writing(), sessions() as session:
                party, person = (
                    session.get_one(Project, project.id),
                    session.get_one(Person, people[name].id),
                )
                profile.team_of(session, party)  # what was read before does not count
                actor = account_of(session, person)
                profile.remove_colleague(session, party, person, actor=actor, now=now)
                session.commit()
                return "left"

        return work

    answers = together([leaver("Anna"), leaver("Bob")])
    kinds = Counter(answer.reason if isinstance(answer, Refusal) else answer for answer in answers)
    assert {"left": 1, "last-lead": 1} == kinds
    with sessions() as session:
        assert 1 == list(duties(session).values()).count(LEAD)


def test_the_database_lets_one_of_two_leads_step_back_at_once(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    """Also where no service keeps them waiting for each other."""
    with writing(), sessions() as session:
        project, people = a_team(session, now)
        by: dict[str, Any] = {"actor": account_of(session, people["Anna"]), "now": now}
        profile.set_duty(session, project, people["Bob"], LEAD, **by)
        session.commit()

    def stepper(name: str) -> Any:
        def work() -> str:
            with writing(), sessions() as session:
                mine = TeamMember.person_id == people[name].id
                session.execute(update(TeamMember).where(mine).values(duty=EDITOR))
                session.commit()
                return "stepped back"

        return work

    answers = together([stepper("Anna"), stepper("Bob")])
    kinds = Counter(type(answer) for answer in answers)
    assert {str: 1, IntegrityError: 1} == kinds
