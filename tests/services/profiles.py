"""A roadshow and its people, for tests of profiles."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, Role
from matchmaker.core.refusal import Refusal
from matchmaker.store.account import Account, Membership
from matchmaker.store.roadshow import Roadshow


def make_roadshow(session: Session, now: Any, slug: str = "demo", **more: Any) -> Roadshow:
    values: dict[str, Any] = {
        "slug": slug,
        "name_en": "Spring roadshow",
        "starts_on": date(2027, 5, 10),
        "ends_on": date(2027, 5, 11),
        "phase": Phase.CALL,
        "created_at": now,
        "currency": "USD",
        "rates": {"CNY": 0.14, "EUR": 1.1},
        **more,
    }
    row = Roadshow(**values)
    session.add(row)
    session.flush()
    return row


def make_account(session: Session, name: str, now: Any = None, **more: Any) -> Account:
    row = Account(
        email=f"{name.lower()}@example.org",
        name=name,
        fs_uniquifier=name.lower() * 4,
        confirmed_at=now,
        **more,
    )
    session.add(row)
    session.flush()
    return row


def make_organiser(session: Session, roadshow: Roadshow, now: Any) -> Account:
    account = make_account(session, "Olga", now)
    session.add(
        Membership(
            roadshow_id=roadshow.id, account_id=account.id, role=Role.ORGANISER, created_at=now
        )
    )
    session.flush()
    return account


def refused(reason: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.reason == reason)
