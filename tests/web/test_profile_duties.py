"""What somebody does for a team: given, shown, handed over, given up."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.core.journey import Duty, Phase, Role
from matchmaker.services import profile
from matchmaker.services.account import give_role
from matchmaker.store.account import Account, Invitation
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person, Roadshow
from tests.visitor import Visitor
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]


@pytest.fixture
def joined(cast: Cast, look: Any, now: Any) -> Any:
    """Bob reads along in Anna's team and edits in Ivan's firm; returns his person's id."""
    with look() as session:
        project, investor = (
            session.get_one(Project, cast.project.id),
            session.get_one(Investor, cast.investor.id),
        )
        roadshow = session.get_one(Roadshow, cast.roadshow.id)
        bob = session.get_one(Account, cast.bob.id)
        person = profile.person_for(session, roadshow, bob, now=now)
        profile.add_member(session, project, person, duty=Duty.READER, actor=None, now=now)
        profile.add_delegate(session, investor, person, actor=None, now=now)
        session.commit()
        return person.id


def test_who_reads_along_sees_everything_and_changes_nothing(
    cast: Cast, joined: str, sign_in: Any
) -> None:
    bob = sign_in(cast.bob)
    page = bob.get(page_of(cast, PROJECT))
    assert "the epitope nobody knows" in page.text
    assert "You in this team: Reader" in page.text
    assert "/edit" not in page.text
    answers = {
        path: bob.post(page_of(cast, f"{PROJECT}{path}"), data={"pitch_en": "No."}).status_code
        for path in ("/edit/summary", "/submit", "/withdraw", "/team/add", "/agreements")
    }
    assert {403} == set(answers.values())
    wishes = bob.get(f"/r/demo/preferences?party={cast.project.id}").text
    assert "You read along here. Ask whoever leads to let you edit." in wishes
    assert 200 == bob.get(page_of(cast, f"{PROJECT}/versions")).status_code


def test_an_editor_writes_but_neither_invites_nor_withdraws(
    cast: Cast, joined: str, sign_in: Any
) -> None:
    bob = sign_in(cast.bob)
    assert 200 == bob.get(page_of(cast, f"{INVESTOR}/edit/looks")).status_code
    bob.post(page_of(cast, f"{INVESTOR}/edit/limits"), data={"exclusions-0-what": "Germany"})
    done = Visitor(bob).open(page_of(cast, f"{INVESTOR}/versions")).text
    assert "Changed Organisations you must not meet, What is out Bob" in done
    people = bob.get(page_of(cast, f"{INVESTOR}/edit/delegates")).text
    assert "Whoever leads adds people and changes what they do." in people
    for path in ("/delegates/add", "/withdraw"):
        answer = bob.get(page_of(cast, f"{INVESTOR}{path}"))
        assert (403, True) == (
            answer.status_code,
            "Only whoever leads the team or firm and the organisers can do this." in answer.text,
        )


def test_the_lead_is_handed_over_and_its_holder_leaves(
    app: Any, cast: Cast, joined: str, sign_in: Any, look: Any
) -> None:
    visitor = Visitor(sign_in(cast.anna)).open(page_of(cast, f"{PROJECT}/team/{joined}"))
    visitor.press("Save", duty="editor")
    visitor.open(page_of(cast, f"{PROJECT}/team/{joined}")).press("Hand the lead over to Bob")
    assert "Bob leads now." in visitor.text
    mail = {one["To"]: one for one in app.extensions["sent"]}["bob@example.org"]
    assert "You lead from now on: CAR-T for lupus" == mail["Subject"]
    assert page_of(cast, f"{PROJECT}/edit/team") in mail.get_content()
    assert {"Anna": "editor", "Bob": "lead"} == duties(look, cast)
    mine = visitor.open(page_of(cast, PROJECT)).follow("You in this team: Editor")
    visitor = mine.follow("Leave the team")
    assert "Who leads from then on" not in visitor.text
    visitor.press("Leave the team")
    assert "You have left the team." in visitor.text
    assert {"Bob": "lead"} == duties(look, cast)
    told = Visitor(sign_in(cast.bob)).open(page_of(cast, f"{PROJECT}/versions")).text
    assert "A colleague was removed Anna" in told
    assert "A role was changed Bob (Lead)" in told


def test_who_leads_alone_names_who_follows_when_leaving(
    cast: Cast, joined: str, sign_in: Any, look: Any
) -> None:
    with look() as session:
        own = session.scalars(select(Person.id).where(Person.account_id == cast.anna.id)).one()
    visitor = Visitor(sign_in(cast.anna)).open(page_of(cast, f"{PROJECT}/team/{own}"))
    visitor.press("Save", duty="reader")
    assert "Somebody must lead. Please hand it over first." in visitor.text
    visitor.open(page_of(cast, f"{PROJECT}/team/{own}/remove"))
    visitor.press("Leave the team", heir=joined)
    assert {"Bob": "lead"} == duties(look, cast)


def test_who_gives_up_every_right_of_their_own_is_led_to_what_they_still_read(
    cast: Cast, joined: str, sign_in: Any, look: Any
) -> None:
    with look() as session:
        own = session.scalars(select(Person.id).where(Person.account_id == cast.anna.id)).one()
    visitor = Visitor(sign_in(cast.anna)).open(page_of(cast, f"{PROJECT}/team/{joined}"))
    visitor.press("Save", duty="lead")
    visitor.open(page_of(cast, f"{PROJECT}/team/{own}")).press("Save", duty="reader")
    assert (200, True) == (visitor.status, "You in this team: Reader" in visitor.text)
    assert {"Anna": "reader", "Bob": "lead"} == duties(look, cast)


def test_a_colleague_is_invited_to_a_role(app: Any, cast: Cast, sign_in: Any, look: Any) -> None:
    visitor = Visitor(sign_in(cast.anna)).open(page_of(cast, f"{PROJECT}/team/add"))
    visitor.press("Save", name_en="Eve", email="eve@example.org", duty="reader", invite="y")
    assert {"Anna": "lead", "Eve": "reader"} == duties(look, cast)
    with look() as session:
        assert [Duty.READER] == list(session.scalars(select(Invitation.duty)))
    mail = {one["To"]: one for one in app.extensions["sent"]}["eve@example.org"]
    told = "You are to join CAR-T for lupus. Reads along: changes nothing."
    assert told in mail.get_content()


def test_what_is_typed_stays_when_another_button_of_the_page_is_pressed(
    cast: Cast, joined: str, sign_in: Any, look: Any
) -> None:
    visitor = Visitor(sign_in(cast.olga)).open(page_of(cast, f"{PROJECT}/team/{joined}"))
    visitor.press("Let Bob lead", name_en="", title_en="Chief scientist")
    assert (422, True) == (visitor.status, "Chief scientist" in visitor.html)
    assert {"Anna": "lead", "Bob": "reader"} == duties(look, cast)
    visitor.press("Let Bob lead", name_en="Robert", title_en="Chief scientist")
    assert "Robert leads now." in visitor.text
    assert "Chief scientist" in visitor.text
    assert {"Anna": "lead", "Robert": "lead"} == duties(look, cast)
    visitor.open(page_of(cast, f"{PROJECT}/edit/team")).press("Move up", advisors_en="Prof. Weber")
    assert "Prof. Weber" in visitor.html
    assert ["Robert", "Anna"] == list(duties(look, cast))
    assert 403 == sign_in(cast.ivan).post(visitor.path, data={"up": joined}).status_code


def duties(look: Any, cast: Cast) -> dict[str, str]:
    with look() as session:
        team = profile.team_of(session, session.get_one(Project, cast.project.id))
        return {seat.person.name_en: seat.duty.value for seat in team}


def test_the_way_to_apply_is_offered_only_while_it_is_open(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    with look() as session:
        roadshow, bob = (
            session.get_one(Roadshow, cast.roadshow.id),
            session.get_one(Account, cast.bob.id),
        )
        give_role(session, roadshow, bob, Role.TEAM, actor=None, now=now)
        session.commit()
    told = {}
    for phase in (Phase.CALL, Phase.PREFERENCE):
        with look() as session:
            session.get_one(Roadshow, cast.roadshow.id).phase = phase
            session.commit()
        told[phase] = "Apply with your project." in sign_in(cast.bob).get("/r/demo/home").text
    assert {Phase.CALL: True, Phase.PREFERENCE: False} == told


def test_a_name_in_the_other_language_stands_in_a_sentence_without_marks(
    cast: Cast, joined: str, sign_in: Any
) -> None:
    client = sign_in(cast.anna)
    client.set_cookie("locale", "zh")
    page = client.get(page_of(cast, f"{PROJECT}/team/{joined}/remove")).text
    assert ("确定移除Bob？" in page, "&lt;span" in page) == (True, False)
