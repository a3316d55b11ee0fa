"""Making people and a roadshow for tests, through the product's own services."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, Role
from matchmaker.services.account import give_role, new_account
from matchmaker.services.roadshow import create_roadshow, move_phase
from matchmaker.store.account import Account
from matchmaker.store.roadshow import Roadshow

PHASES = list(Phase)


def make_account(session: Session, name: str, now: datetime, locale: str = "en") -> Account:
    """An account ``name@example.org`` that nobody can sign in to with a password."""
    return new_account(
        session,
        f"{name}@example.org",
        name=name.capitalize(),
        password_hash="!",
        locale=locale,
        confirmed=True,
        now=now,
    )


def make_roadshow(
    session: Session, organiser: Account, now: datetime, slug: str = "shanghai", **values: Any
) -> Roadshow:
    """A roadshow in its first phase."""
    given = {
        "name_en": f"Roadshow {slug}",
        "name_zh": "上海路演",
        "starts_on": date(2027, 4, 15),
        "ends_on": date(2027, 4, 16),
        **values,
    }
    return create_roadshow(session, slug, given, organiser=organiser, actor=organiser, now=now)


def go_to(
    session: Session, roadshow: Roadshow, phase: Phase, organiser: Account, now: datetime
) -> None:
    """Take a roadshow forward to a phase, step by step."""
    while roadshow.phase is not phase:
        step = PHASES[PHASES.index(roadshow.phase) + 1]
        move_phase(session, roadshow, step, actor=organiser, now=now)


def make_member(
    session: Session, roadshow: Roadshow, name: str, role: Role, organiser: Account, now: datetime
) -> Account:
    """An account with a role at a roadshow."""
    account = make_account(session, name, now)
    give_role(session, roadshow, account, role, actor=organiser, now=now)
    return account
