"""One demo with a second roadshow in it, and a client for each kind of person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.services.demo import CLOCK
from matchmaker.store.account import Account
from matchmaker.store.engine import writing
from tests.demo import SLUG, copy_of, emails, opened
from tests.makers import make_account
from tests.permissions.places import demo_values, make_other


@dataclass(frozen=True)
class Stage:
    """The application, the values of its addresses, and who is who."""

    app: Any
    values: dict[str, str]
    other: dict[str, str]
    accounts: dict[str, str]
    """``fs_uniquifier`` by role."""

    def client(self, role: str) -> Any:
        client = self.app.test_client()
        client.set_cookie("locale", "en")
        if role in self.accounts:
            with client.session_transaction() as kept:
                kept["_user_id"] = kept["identity"] = self.accounts[role]
                kept["_fresh"] = True
                kept["fs_cc"] = "set"
        return client


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with opened(copy_of(tmp_path_factory.mktemp("permissions"))) as app:
        with writing(), app.extensions["sessions"]() as session:
            values = demo_values(session, SLUG, app.extensions["settings"].upload_dir)
            other, foreign = make_other(session)
            people = {
                "stranger": make_account(session, "stranger", CLOCK),
                "foreign": foreign,
                "administrator": _account(session, emails("administrator")[0]),
                "organiser": _account(session, emails("organiser")[0]),
                "reviewer": _account(session, emails("reviewer")[0]),
                "team": _account(session, emails("team")[0]),
                "other_team": _account(session, emails("team")[1]),
                "investor": _account(session, emails("investor")[1]),
                "other_investor": _account(session, emails("investor")[0]),
            }
            accounts = {role: account.fs_uniquifier for role, account in people.items()}
            session.commit()
        yield Stage(app, values, other, accounts)


@pytest.fixture
def csrf(stage: Stage) -> Iterator[Callable[[bool], None]]:
    def turn(on: bool) -> None:
        stage.app.config["WTF_CSRF_ENABLED"] = on

    yield turn
    turn(False)


def _account(session: Any, email: str) -> Account:
    return session.scalars(select(Account).where(Account.email == email)).one()  # type: ignore[no-any-return]
