"""The chain as people live it: a real browser, each role, both languages, a desk and a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask_security import hash_password

from matchmaker.app import create_app
from matchmaker.core.journey import Phase
from matchmaker.services.invariants import violations
from matchmaker.settings import Settings
from matchmaker.store.engine import writing
from matchmaker.store.migrate import upgrade
from tests.demo import listening
from tests.journey.walking import DESK, PHONE, Walker
from tests.makers import go_to, make_account, make_roadshow

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
HERE = "/r/shanghai"
FORM = """action => [...document.querySelectorAll("form")]
  .findIndex(one => (one.getAttribute("action") || location.pathname).includes(action))"""
FIELD = {"en": "cell therapy", "zh": "细胞治疗"}


@dataclass
class Town:
    """The served application, its clock and its mails, seen in one language on one screen."""

    app: Any
    address: str
    at: dict[str, datetime]
    browser: Any
    locale: str
    screen: dict[str, int]

    def person(self) -> Person:
        walker = Walker.start(self.browser, self.address, self.locale)
        walker.page.set_viewport_size(self.screen)
        return Person(walker.page, walker.address, walker.faults, self)

    def link_in_letter(self, to: str) -> str:
        mails = [one for one in self.app.extensions["sent"] if to in one["To"]]
        found = re.search(r"http://[^/\s]+(/\S+)", mails[-1].get_content())
        assert found
        return found[1]


@dataclass
class Person(Walker):
    """Somebody who fills forms and presses buttons."""

    town: Any = None

    def press(self, action: str, *, value: str = "", **values: Any) -> Person:
        """Fill the form that goes to an address like this, and press its first button (or the one
        with this value).
        """
        number = self.page.evaluate(FORM, action)
        assert number >= 0, f"no form for {action} on {self.page.url}"
        form = self.page.locator("form").nth(number)
        for name, one in values.items():
            self._fill(form, name, one)
        which = f"[value='{value}']" if value else ":not([name=take], [hidden], [aria-hidden])"
        button = form.locator(f"button[type=submit]{which}, button:not([type]){which}").first
        with self.page.expect_navigation():
            button.click()
        for refused in self.page.evaluate("window.refused ?? []"):
            self.fault(f"content security policy: {refused}")
        return self

    def _fill(self, form: Any, name: str, value: Any) -> None:
        field = form.locator(f"[name='{name}']")
        kind = field.first.evaluate("one => one.type")
        if kind in ("checkbox", "radio"):
            for one in value if isinstance(value, list) else [value]:
                form.locator(f"[name='{name}'][value='{one}']").check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)

    def choose_field(self) -> Person:
        """Find a field of the taxonomy by typing, in the person's language."""
        self.page.fill("#fields-search", FIELD[self.town.locale])
        self.page.wait_for_selector("#fields-found [role=option]")
        self.page.press("#fields-search", "ArrowDown")
        self.page.press("#fields-search", "Enter")
        self.page.press("#fields-search", "Escape")
        return self

    def register(self, email: str) -> Person:
        self.go("/register")
        self.press("/register", email=email, password=PASSWORD, agree="y")
        self.go(self.town.link_in_letter(email))
        return self.enter(email)

    def enter(self, email: str) -> Person:
        self.go("/login")
        return self.press("/login", email=email, password=PASSWORD)

    def home_of_draft(self) -> str:
        return self.page.url.removeprefix(self.address).rpartition("/edit")[0]


@pytest.fixture(params=[("en", DESK), ("zh", PHONE)], ids=["en-desk", "zh-phone"])
def town(request: Any, browser: Any, tmp_path: Path) -> Iterator[Town]:
    locale, screen = request.param
    at = {"now": datetime(2027, 1, 4, 4, tzinfo=UTC)}
    settings = Settings(data_dir=tmp_path, mail="memory", worker="inline", sign_in_limit=1000)
    app = create_app(settings, clock=lambda: at["now"])
    upgrade(app.extensions["engine"])
    with app.app_context(), writing(), app.extensions["sessions"]() as session:
        olga = make_account(session, "olga", at["now"], locale)
        olga.password = hash_password(PASSWORD)
        go_to(session, make_roadshow(session, olga, at["now"]), Phase.CALL, olga, at["now"])
        session.commit()
    with listening(app) as address:
        yield Town(app, address, at, browser, locale, screen)
    app.extensions["engine"].dispose()


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
