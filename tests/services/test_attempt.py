from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.services.attempt import count_attempt
from matchmaker.store.attempt import Attempt

HOUR = timedelta(hours=1)


def test_a_key_has_its_number_within_an_hour_that_moves(session: Session, now: datetime) -> None:
    minutes = (0, 20, 40, 59, 61, 62)
    allowed = [
        count_attempt(session, {"one": 3}, within=HOUR, now=now + timedelta(minutes=minute))
        for minute in minutes
    ]
    assert [True, True, True, False, True, False] == allowed


def test_one_full_key_refuses_the_try_and_no_other_key_is_charged(
    session: Session, now: datetime
) -> None:
    assert count_attempt(session, {"house": 9, "ann": 1}, within=HOUR, now=now)
    assert not count_attempt(session, {"house": 9, "ann": 1}, within=HOUR, now=now)
    assert count_attempt(session, {"house": 9, "bob": 1}, within=HOUR, now=now)
    assert 2 == session.scalar(
        select(func.count()).select_from(Attempt).where(Attempt.key == "house")
    )


def test_what_is_over_is_forgotten(session: Session, now: datetime) -> None:
    count_attempt(session, {"ann": 1}, within=HOUR, now=now)
    count_attempt(session, {"bob": 1}, within=HOUR, now=now + HOUR)
    assert ["bob"] == list(session.scalars(select(Attempt.key)))
