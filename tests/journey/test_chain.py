"""The whole chain by forms alone, on both databases: from an anonymous visitor to an outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.core.journey import Phase
from matchmaker.services.invariants import violations
from matchmaker.settings import Settings
from matchmaker.store.engine import writing
from tests.makers import go_to, make_account, make_roadshow
from tests.visitor import Visitor

PASSWORD = "correct horse battery"
HERE = "/r/shanghai"


class Town:
    """The application, its clock, its mails, and the people who use it."""

    def __init__(self, app: Any, at: dict[str, datetime]) -> None:
        self.app, self.at = app, at

    def visitor(self) -> Visitor:
        return Visitor(self.app.test_client())

    def letter(self, to: str) -> str:
        """The newest mail to somebody."""
        mails = [one for one in self.app.extensions["sent"] if to in one["To"]]
        return str(mails[-1].get_content())

    def link_in_letter(self, to: str) -> str:
        found = re.search(r"http://localhost(/\S+)", self.letter(to))
        assert found
        return found[1]

    def somebody(self, email: str) -> Visitor:
        """Register, confirm the address by the mail's link, sign in."""
        visitor = self.visitor().open("/register")
        visitor.press("Create the account", email=email, password=PASSWORD, agree="y")
        visitor.open(self.link_in_letter(email))
        return self.enter(visitor, email)

    def enter(self, visitor: Visitor, email: str) -> Visitor:
        return visitor.open("/login").press("Sign in", email=email, password=PASSWORD)

    def later(self, moment: datetime) -> None:
        self.at["now"] = moment


@pytest.fixture
def town(settings: Settings, engine: Engine, sessions: sessionmaker[Session]) -> Iterator[Town]:
    from flask_security import hash_password  # noqa: PLC0415 -- slow import

    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import

    at = {"now": datetime(2027, 1, 4, 4, tzinfo=UTC)}
    app = create_app(replace(settings, data_dir=settings.data_dir), clock=lambda: at["now"])
    app.testing = True
    with app.app_context(), writing(), sessions() as session:
        olga = make_account(session, "olga", at["now"])
        olga.password = hash_password(PASSWORD)
        roadshow = make_roadshow(session, olga, at["now"])
        go_to(session, roadshow, Phase.CALL, olga, at["now"])
        session.commit()
    yield Town(app, at)
    app.extensions["engine"].dispose()


def apply(town: Town) -> tuple[Visitor, str]:
    """An anonymous visitor finds the roadshow, gets an account, fills the form, hands it in."""
    anonymous = town.visitor().open("/").follow("Roadshow shanghai").follow("Apply with a project")
    assert "Sign in" in anonymous.text
    team = town.somebody("tina@example.org").open(f"{HERE}/apply")
    team.press("Begin", title="CAR-T cells for lupus", organisation="Huai University")
    home = team.path.rpartition("/edit")[0]
    team.open(f"{home}/edit/basics").press("Save and continue", title_zh="治疗狼疮的CAR-T细胞")
    team.press("Save and continue", fields=["cell_therapy"], stage="preclinical")
    team.press("Save and continue", pitch_en="Cells that calm the immune system.")
    team.press("Save and continue", round="seed", amount="2M", currency="USD")
    team.open(f"{home}/edit/team").press("Save and continue", languages=["en", "zh"])
    team.open(f"{home}/edit/review").press("Hand in")
    assert "P001" in town.letter("tina@example.org") or "CAR-T" in town.letter("tina@example.org")
    return team, home.rpartition("/")[2]


def review(town: Town, organiser: Visitor, project: str) -> None:
    """The organiser invites a reviewer, who scores; the organiser selects and tells the team."""
    organiser.open(f"{HERE}/invitations").press(
        "Send the invitation",
        within="/invitations",
        email="rita@example.org",
        name="Rita",
        role="reviewer",
    )
    reviewer = town.visitor().open(town.link_in_letter("rita@example.org"))
    reviewer.press("Accept and create the account", name="Rita", password=PASSWORD, agree="y")
    if "/login" in reviewer.path:
        town.enter(reviewer, "rita@example.org")
    organiser.open(f"{HERE}/phase/selection").press("Change the phase")
    organiser.open(f"{HERE}/selection/rubric").press("Use the proven rubric")
    organiser.open(f"{HERE}/selection/assignments").press("Share out evenly", each="1")
    reviewer.open(f"{HERE}/reviews").follow("P001")
    points = {
        name: "8"
        for _, _, names in reviewer.buttons()
        for name in names
        if name.startswith("points_")
    }
    reviewer.press("Submit the review", comment="Convincing.", feedback="Say more.", **points)
    assert "submitted" in reviewer.text
    organiser.open(f"{HERE}/selection/decide?to=selected&project={project}")
    organiser.press("Yes, decide so")
    organiser.open(f"{HERE}/selection/tell").press("Tell them now")
    assert "selected" in town.letter("tina@example.org")
    assert "Say more." in town.letter("tina@example.org")


def register(town: Town) -> tuple[Visitor, str]:
    """An investor registers what the firm looks for."""
    investor = town.somebody("ivan@example.org").open(f"{HERE}/register-investor")
    investor.press("Begin", organisation="Ivan Capital", kind="vc")
    home = investor.path.rpartition("/edit")[0]
    investor.open(f"{home}/edit/looks")
    investor.press("Save and continue", fields=["cell_therapy"], stages=["preclinical"])
    investor.open(f"{home}/edit/ticket")
    investor.press("Save and continue", ticket_low="500k", ticket_high="3M", currency="USD")
    investor.open(f"{home}/edit/review").press("Hand in")
    return investor, home.rpartition("/")[2]


def pair_and_publish(organiser: Visitor) -> None:
    """Rank, propose, approve, enter slots and tables, plan, publish."""
    organiser.open(f"{HERE}/phase/pairing").press("Change the phase")
    organiser.open(f"{HERE}/matches").press("Rank all pairs")
    assert "Finished" in organiser.text
    organiser.open(f"{HERE}/setup/slots").press(
        "Make slots", day="2027-04-15", starts="09:00", ends="11:00", minutes="20", buffer="5"
    )
    organiser.open(f"{HERE}/setup/tables").press("Add tables", count="2", prefix="T")
    organiser.open(f"{HERE}/pairings/propose").press("Propose")
    organiser.open(f"{HERE}/pairings/approve").press("Approve")
    organiser.open(f"{HERE}/timetables/plan").press("Start planning")
    assert "Finished" in organiser.text
    organiser.open(f"{HERE}/timetables/1/publish").press("Publish")
    organiser.open(f"{HERE}/phase/meeting").press("Change the phase")


def test_from_an_anonymous_visitor_to_an_outcome(
    town: Town, sessions: sessionmaker[Session]
) -> None:
    organiser = town.enter(town.visitor(), "olga@example.org")
    team, project = apply(town)
    review(town, organiser, project)
    investor, firm = register(town)
    organiser.open(f"{HERE}/phase/preference").press("Change the phase")
    investor.open(f"{HERE}/preferences").press("Must meet", within=f"/{project}/{firm}/investor")
    team.open(f"{HERE}/preferences").press("Would meet", within=f"/{project}/{firm}/project")
    pair_and_publish(organiser)

    assert "T01" in town.letter("ivan@example.org")
    for visitor in (team, investor):
        visitor.open(f"{HERE}/my-timetable")
        assert "09:00" in visitor.text
        assert "T01" in visitor.text
    events = Calendar.from_ical(team.open(f"{HERE}/my-timetable.ics").answer.data).walk("VEVENT")
    assert [datetime(2027, 4, 15, 1, tzinfo=UTC)] == [one["DTSTART"].dt for one in events]

    town.later(datetime(2027, 4, 15, 1, 30, tzinfo=UTC) + timedelta(hours=1))
    investor.open(f"{HERE}/my-timetable").follow("CAR-T cells for lupus")
    investor.open(f"{investor.path}/outcome")
    investor.press("Record", kind="due_diligence", usefulness="5", note="Data room next week.")
    assert "Due diligence" in investor.text
    organiser.open(f"{HERE}/outcomes")
    assert "Due diligence" in organiser.text
    with sessions() as session:
        assert [] == violations(session)
