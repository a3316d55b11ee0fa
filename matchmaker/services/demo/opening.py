"""Accounts, and a roadshow that is open for applications."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, Role
from matchmaker.services import roadshow as roadshows
from matchmaker.services import selection
from matchmaker.services.account import give_role, make_administrator, new_account
from matchmaker.services.demo.cast import CALLED, OPENED, Cast, accounts_by_email
from matchmaker.services.demo.inviting import invite_guests
from matchmaker.services.personal import give_consent

AS_TOLD = (
    *("name_en", "name_zh", "about_en", "about_zh", "venue_en", "venue_zh", "zone"),
    *("contact_email", "steps_en", "steps_zh", "privacy_en", "privacy_zh"),
    *("currency", "rates", "slot_minutes", "buffer_minutes"),
    *("project_min", "project_max", "investor_min", "investor_max"),
)


def make_accounts(session: Session, cast: Cast, *, password_hash: str) -> None:
    """Make everybody who can sign in, confirmed and all with one password."""
    for told in cast.roadshow["accounts"]:
        account = new_account(
            session,
            told["email"],
            name=told["name"],
            locale=told["locale"],
            password_hash=password_hash,
            confirmed=True,
            now=OPENED,
        )
        give_consent(session, account, now=OPENED)
        if told["role"] == "administrator":
            make_administrator(session, account, now=OPENED)


def open_roadshow(session: Session, cast: Cast) -> None:
    """Make the roadshow, its rubric and its committee, and call for applications."""
    accounts = accounts_by_email(session)
    organiser = accounts[cast.accounts(Role.ORGANISER.value)[0]["email"]]
    administrator = accounts[cast.accounts("administrator")[0]["email"]]
    told = cast.roadshow
    values: dict[str, Any] = {name: told[name] for name in AS_TOLD}
    values |= {name: date.fromisoformat(told[name]) for name in ("starts_on", "ends_on")}
    values |= {
        name: cast.moment(told[name]) for name in ("applications_until", "preferences_until")
    }
    roadshow = roadshows.create_roadshow(
        session, told["slug"], values, organiser=organiser, actor=administrator, now=OPENED
    )
    rubric = [selection.CriterionValues(**one) for one in told["criteria"]]
    selection.save_criteria(session, roadshow, rubric, actor=organiser, now=OPENED)
    places = len(told["selected"])
    selection.set_places(session, roadshow, places, actor=organiser, now=OPENED)
    invite_guests(session, cast, OPENED, CALLED)
    for one in cast.accounts(Role.REVIEWER.value):
        reviewer = accounts[one["email"]]
        give_role(session, roadshow, reviewer, Role.REVIEWER, actor=organiser, now=OPENED)
    roadshows.move_phase(session, roadshow, Phase.CALL, actor=organiser, now=CALLED)
