"""The bodies and the people behind projects and mandates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Role
from matchmaker.services import profile
from matchmaker.store.account import Membership
from matchmaker.store.profile import TeamMember
from matchmaker.store.roadshow import Organisation
from tests.services.profiles import make_account, make_roadshow, refused


def test_a_body_is_the_same_by_either_name_on_its_own_side(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    first = profile.organisation_for(
        session, roadshow, name_en="Bayer", name_zh="拜耳", kind="company", country="DE"
    )
    again = profile.organisation_for(session, roadshow, name_en="BAYER", city_en="Leverkusen")
    chinese = profile.organisation_for(session, roadshow, name_zh="拜耳", country="CN")
    investor = profile.organisation_for(session, roadshow, name_en="Bayer", kind="cvc")
    assert (first, first) == (again, chinese)
    assert ("DE", "Leverkusen") == (first.country, first.city_en)
    assert first is not investor


def test_changing_a_shared_body_changes_only_ones_own(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    body = profile.organisation_for(session, roadshow, name_en="Charité", kind="hospital")
    ours, theirs = (
        profile.create_project(
            session, roadshow, title=title, organisation=body, actor=None, now=now
        )
        for title in ("A", "B")
    )
    profile.save_organisation(session, ours, {"name_en": "Berlin Heart"}, actor=None, now=now)
    assert ("Berlin Heart", "Charité") == (
        ours.organisation.name_en,
        theirs.organisation.name_en,
    )
    assert 2 == len(session.scalars(select(Organisation)).all())


def test_somebody_entered_by_address_becomes_the_confirmed_accounts_person(
    session: Session, now: Any
) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=None, now=now
    )
    person = profile.add_person(session, roadshow, name_en="Anna", email="Anna@Example.org")
    profile.add_member(session, project, person, actor=None, now=now)
    stranger = make_account(session, "Bob", None)
    assert person is not profile.person_for(session, roadshow, stranger, now=now)
    anna = make_account(session, "Anna", now)
    assert person is profile.person_for(session, roadshow, anna, now=now)
    assert [(anna.id, Role.TEAM)] == [
        (one.account_id, one.role) for one in session.scalars(select(Membership))
    ]


def test_an_unconfirmed_account_takes_over_nobody(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    person = profile.add_person(session, roadshow, name_en="Anna", email="anna@example.org")
    anna = make_account(session, "Anna", None)
    assert person is not profile.person_for(session, roadshow, anna, now=now)
    assert person.account_id is None


def test_the_last_colleague_stays(session: Session, now: Any) -> None:
    roadshow, anna = make_roadshow(session, now), make_account(session, "Anna", now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=anna, now=now
    )
    first = profile.team_of(session, project)[0].person
    with refused("last-colleague"):
        profile.remove_colleague(session, project, first, actor=anna, now=now)
    second = profile.add_person(session, roadshow, name_zh="李华", languages=["zh", "en"])
    profile.add_member(session, project, second, actor=anna, now=now)
    profile.remove_colleague(session, project, first, heir=second, actor=anna, now=now)
    assert [second.id] == list(session.scalars(select(TeamMember.person_id)))
