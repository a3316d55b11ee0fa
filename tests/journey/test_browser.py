"""The chain as people live it: a real browser, each role, both languages, a desk and a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from matchmaker.services.invariants import violations
from tests.journey.town import HERE, PASSWORD, Person, Town, founded
from tests.journey.walking import DESK, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture(params=[("en", DESK), ("zh", PHONE)], ids=["en-desk", "zh-phone"])
def town(request: Any, browser: Any, tmp_path: Path) -> Iterator[Town]:
    with founded(browser, tmp_path, *request.param) as town:
        yield town


def apply(town: Town) -> tuple[Person, str]:
    """An anonymous visitor finds the way to the form, and hands an application in."""
    team = town.person()
    team.go("/")
    team.page.click(f"main a[href='{HERE}/']")
    team.page.click(f"main a[href='{HERE}/apply']")
    assert "/login" in team.page.url
    team.register("tina@example.org").go(f"{HERE}/apply")
    team.press(f"{HERE}/apply", title="CAR-T cells for lupus", organisation="Huai University")
    home = team.home_of_draft()
    team.go(f"{home}/edit/field")
    team.choose_field().press("/edit/field", stage="preclinical")
    team.press("/edit/summary", pitch_en="Cells that calm the immune system.")
    team.press("/edit/money", round="seed", amount="2M", currency="USD")
    team.go(f"{home}/edit/review")
    team.press("/submit")
    return team, home.rpartition("/")[2]


def select(town: Town, organiser: Person, project: str) -> Person:
    """A reviewer is invited and scores; the organiser selects and tells the team."""
    organiser.go(f"{HERE}/invitations")
    organiser.press(f"{HERE}/invitations", email="rita@example.org", name="Rita", role="reviewer")
    reviewer = town.person()
    reviewer.go(town.link_in_letter("rita@example.org"))
    reviewer.press("/invitation/", name="Rita", password=PASSWORD, agree="y")
    if "/login" in reviewer.page.url:
        reviewer.enter("rita@example.org")
    for path, action in (
        (f"{HERE}/phase/selection", "/phase/selection"),
        (f"{HERE}/selection/rubric", "/rubric/start"),
        (f"{HERE}/selection/assignments", "/assignments/share"),
    ):
        organiser.go(path)
        organiser.press(action)
    reviewer.go(f"{HERE}/reviews/{project}")
    for field in reviewer.page.locator("[name^=points_]").all():
        field.fill("8")
    reviewer.press(f"/reviews/{project}", comment="Convincing.")
    organiser.go(f"{HERE}/selection/decide?to=selected&project={project}")
    organiser.press("/selection/decide")
    organiser.go(f"{HERE}/selection/tell")
    organiser.press("/selection/tell")
    return reviewer


def register(town: Town) -> tuple[Person, str]:
    """An investor says what the firm looks for."""
    investor = town.person().register("ivan@example.org")
    investor.go(f"{HERE}/register-investor")
    investor.press("/register-investor", organisation="Ivan Capital", kind="vc")
    home = investor.home_of_draft()
    investor.go(f"{home}/edit/looks")
    investor.choose_field().press("/edit/looks")
    investor.go(f"{home}/edit/review")
    investor.press("/submit")
    return investor, home.rpartition("/")[2]


def pair_and_publish(organiser: Person) -> None:
    for path, action, values in (
        ("phase/pairing", "/phase/pairing", {}),
        ("matches", "/matches/rank", {}),
        (
            "setup/slots",
            "/slots/make",
            {"day": "2027-04-15", "starts": "09:00", "ends": "11:00", "minutes": "20"},
        ),
        ("setup/tables", "/setup/tables", {"count": "2", "prefix": "T"}),
        ("pairings/propose", "/pairings/propose", {}),
        ("pairings/approve", "/pairings/approve", {}),
        ("timetables/plan", "/timetables/plan", {}),
        ("timetables/1/publish", "/timetables/1/publish", {}),
        ("phase/meeting", "/phase/meeting", {}),
    ):
        organiser.go(f"{HERE}/{path}")
        organiser.press(action, **values)


def test_from_an_anonymous_visitor_to_an_outcome(town: Town) -> None:
    organiser = town.person().enter("olga@example.org")
    team, project = apply(town)
    reviewer = select(town, organiser, project)
    investor, firm = register(town)
    organiser.go(f"{HERE}/phase/preference")
    organiser.press("/phase/preference")
    wish = f"{HERE}/wishes/{project}/{firm}"
    for person, side, value in ((investor, "investor", "must"), (team, "project", "meet")):
        person.go(f"{HERE}/preferences")
        person.page.click(f"form[action='{wish}/{side}'] button[value={value}]")
        person.page.wait_for_selector(f"form[action='{wish}/{side}'] [aria-pressed=true]")
    pair_and_publish(organiser)

    town.at["now"] = datetime(2027, 4, 15, 2, 30, tzinfo=UTC)
    for person in (team, investor):
        person.go(f"{HERE}/my-timetable")
        assert "T01" in person.page.inner_text("main")
    investor.page.click(f"main a[href*='{HERE}/meetings/']")
    meeting = investor.page.url.removeprefix(town.address)
    investor.go(f"{meeting}/outcome")
    investor.press("/outcome", kind="due_diligence", note="Data room next week.")
    organiser.go(f"{HERE}/outcomes")

    people = (organiser, team, reviewer, investor)
    for person in people:
        person.look_at_width()
    assert [] == [fault for person in people for fault in person.faults]
    with town.app.extensions["sessions"]() as session:
        assert [] == violations(session)
    for person in people:
        person.close()
