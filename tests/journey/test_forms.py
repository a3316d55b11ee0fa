"""Both forms filled in from the first step to the last, on a phone and at a desk, in both
languages, and once with nothing but the keyboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matchmaker.web.profile.mandate_steps import MANDATE_STEPS
from matchmaker.web.profile.project_steps import PROJECT_STEPS
from tests.journey.town import FIELD, HERE, Person, Town, founded
from tests.journey.walking import DESK, PHONE, TOO_WIDE

pytestmark = pytest.mark.browser
CONTROLS = """() => [...document.querySelector("main form[action*='/edit/'], main form").elements]
  .filter(one => one.name && !one.disabled && one.offsetParent !== null && one.type !== "submit")
  .map(one => [one.name, one.type, one.value])"""
WRITTEN = """() => Object.fromEntries(
  [...document.querySelectorAll("main form input[type=text], main form textarea")]
    .filter(one => one.name && one.value).map(one => [one.name, one.value]))"""
ANSWERS = {
    "amount": "2,000,000",
    "body_country": "CN",
    "body_website": "https://capital.example.org/",
    "data_room": "https://room.example.org/lupus",
    "deals_per_year": "6",
    "grants": "100,000",
    "max_meetings": "6",
    "milestone_on": "2027-12-01",
    "min_meetings": "2",
    "raised": "500,000",
    "ticket_high": "5,000,000",
    "ticket_low": "1,000,000",
    "ticket_total": "10,000,000",
    "ticket_typical": "2,000,000",
    "trial": "NCT01234567",
    "trl_max": "6",
    "trl_min": "3",
    "valuation": "9,000,000",
    "video": "https://video.example.org/lupus",
    "vintage": "2024",
    "website": "https://lupus.example.org/",
}
LEFT_ALONE = ("exclusions-", "only", "deals")  # they would shut everything out, or have a form
LOOKED_AT = (("en", PHONE), ("zh", DESK))  # by axe: each width and each language once
WORDS = {"en": "Written by hand, with care.", "zh": "亲手认真填写的一段话。"}


@pytest.fixture(
    params=[("en", DESK), ("en", PHONE), ("zh", DESK), ("zh", PHONE)],
    ids=["en-desk", "en-phone", "zh-desk", "zh-phone"],
)
def town(request: Any, browser: Any, tmp_path: Path) -> Iterator[Town]:
    with founded(browser, tmp_path, *request.param) as town:
        yield town


def test_every_step_takes_an_answer_to_every_question_and_shows_it_again(town: Town) -> None:
    team = town.person().register("tina@example.org")
    team.go(f"{HERE}/apply")
    team.press(f"{HERE}/apply", title="CAR-T cells for lupus", organisation="Huai University")
    fill_all(team, [one for one in PROJECT_STEPS if one != "files"])
    hand_in(team)
    investor = town.person().register("ivan@example.org")
    investor.go(f"{HERE}/register-investor")
    investor.press("/register-investor", organisation="Ivan Capital", kind="vc")
    fill_all(investor, list(MANDATE_STEPS))
    hand_in(investor)
    assert [] == team.faults + investor.faults


def fill_all(person: Person, steps: list[str]) -> None:
    home = person.home_of_draft()
    person.page.set_viewport_size(person.town.screen)
    for step in steps:
        if step == "review":
            continue
        address = f"{home}/edit/{step}"
        person.go(address)
        look(person)
        for name, kind, value in person.page.evaluate(CONTROLS):
            answer(person, name, kind, value)
        if person.page.locator("#fields-search").count():
            person.choose_field()
        written = person.page.evaluate(WRITTEN)
        person.press(f"/edit/{step}")
        assert [] == person.page.locator("main .invalid").all_inner_texts(), step
        person.go(address)
        assert written == person.page.evaluate(WRITTEN), step
    person.go(f"{home}/edit/review")
    look(person)


def answer(person: Person, name: str, kind: str, value: str) -> None:
    if name.startswith(LEFT_ALONE):
        return
    field = person.page.locator(f"main form [name='{name}']").first
    if kind == "select-one":
        if not value:
            field.select_option(**({"value": ANSWERS[name]} if name in ANSWERS else {"index": 1}))
    elif kind == "checkbox":
        field.check()
    elif not value:
        language = name[-2:] if name[-3:] in ("_en", "_zh") else person.town.locale
        field.fill(ANSWERS.get(name, WORDS[language]))


def look(person: Person) -> None:
    """Note barriers and whatever is wider than the screen, as it is."""
    for box in person.page.evaluate(TOO_WIDE):
        person.fault(f"wider than the screen: {box}")
    if (person.town.locale, person.town.screen) in LOOKED_AT:
        person.look_for_barriers()


def hand_in(person: Person) -> None:
    person.press("/submit")
    assert "/edit/" not in person.page.url


def test_an_application_is_handed_in_with_the_keyboard_alone(browser: Any, tmp_path: Path) -> None:
    with founded(browser, tmp_path, "en", DESK) as town:
        team = town.person().register("tina@example.org")
        team.go(f"{HERE}/apply")
        type_into(team, "[name=title]", "CAR-T cells for lupus")
        type_into(team, "[name=organisation]", "Huai University")
        enter(team, "main form [type=submit]")
        type_into(team, "[name=short_name]", "LUPUS-1")
        enter(team, "main [name=go][value=next]")
        type_into(team, "#fields-search", FIELD["en"])
        team.page.wait_for_selector("#fields-found [role=option]")
        for key in ("ArrowDown", "Enter", "Escape"):
            team.page.keyboard.press(key)
        choose(team, "[name=stage]")
        enter(team, "main [name=go][value=next]")
        type_into(team, "[name=pitch_en]", "Cells that calm the immune system.")
        enter(team, "main [name=go][value=next]")
        choose(team, "[name=round]")
        type_into(team, "[name=amount]", "2M")
        choose(team, "[name=currency]")
        for _step in ("money", "plans", "team", "confidential"):
            enter(team, "main [name=go][value=next]")
        assert team.page.url.endswith("/edit/files")
        enter(team, "a[href$='/edit/review']")
        enter(team, "form[action$='/submit'] [type=submit]")
        assert "/edit/" not in team.page.url
        assert "Cells that calm the immune system." in team.page.inner_text("main")
        assert [] == team.faults


def reach(person: Person, selector: str) -> None:
    """Press Tab until the focus is there and can be seen to be."""
    found = "found => document.activeElement?.matches(found)"
    for _press in range(120):
        person.page.keyboard.press("Tab")
        if person.page.evaluate(found, selector):
            outline = "getComputedStyle(document.activeElement)"
            shown = f"{outline}.outlineStyle !== 'none' || {outline}.boxShadow !== 'none'"
            assert person.page.evaluate(shown), f"no ring around {selector}"
            return
    raise AssertionError(f"Tab does not lead to {selector} on {person.page.url}")


def type_into(person: Person, selector: str, text: str) -> None:
    reach(person, selector)
    person.page.keyboard.type(text)


def choose(person: Person, selector: str) -> None:
    """Take the next choice of a list."""
    reach(person, selector)
    person.page.keyboard.press("ArrowDown")


def enter(person: Person, selector: str) -> None:
    reach(person, selector)
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
