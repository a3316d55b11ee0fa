"""A served application with its clock and mails, and people who fill forms in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask_security import hash_password

from matchmaker.app import create_app
from matchmaker.core.journey import Phase
from matchmaker.settings import Settings
from matchmaker.store.engine import writing
from matchmaker.store.migrate import upgrade
from tests.demo import listening
from tests.journey.walking import Walker
from tests.makers import go_to, make_account, make_roadshow

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


@contextmanager
def founded(browser: Any, folder: Path, locale: str, screen: dict[str, int]) -> Iterator[Town]:
    """Serve an empty install whose roadshow calls for applications."""
    at = {"now": datetime(2027, 1, 4, 4, tzinfo=UTC)}
    settings = Settings(data_dir=folder, mail="memory", worker="inline", sign_in_limit=1000)
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
