"""What is fixed of a mandate after the organisers' deadline, whoever writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.core.journey import Role
from matchmaker.services import profile, roadshow
from matchmaker.services.account import give_role
from matchmaker.services.profile.earlier import take_over
from matchmaker.store.journal import JournalEntry
from matchmaker.store.roadshow import Roadshow
from tests.services.profiles import make_account, make_organiser, make_roadshow, refused

FROZEN = ["looks", "firm", "ticket"]


@pytest.fixture
def firm(session: Session, now: Any) -> Any:
    """A mandate that was handed in and changed since, at a roadshow whose deadline is past."""
    here, ivan = make_roadshow(session, now), make_account(session, "Ivan", now)
    investor = profile.create_investor(session, here, organisation=None, actor=ivan, now=now)
    save(session, investor, ivan, now, fields=["cgt"], ticket_low=1_000_000, currency="CNY")
    profile.submit_mandate(session, investor, actor=ivan, now=now)
    save(session, investor, ivan, now, ticket_low=5, thesis_en="Written in time.")
    freeze(session, here, now)
    return investor, ivan


def save(session: Session, investor: Any, actor: Any, now: Any, **values: Any) -> None:
    profile.save_mandate(session, investor, values, revision=None, actor=actor, now=now)


def freeze(session: Session, here: Roadshow, now: Any) -> None:
    values = {"mandates_frozen": FROZEN, "mandates_until": now - timedelta(hours=1)}
    olga = make_organiser(session, here, now)
    roadshow.change_settings(session, here, values, actor=olga, now=now)


def test_a_firm_changes_what_is_open_and_is_refused_what_is_fixed(
    session: Session, firm: Any, now: Any
) -> None:
    investor, ivan = firm
    for values in ({"stages": ["phase_1"]}, {"assets": "under_50m"}, {"ticket_high": 10**7}):
        with refused("mandate-frozen"), session.begin_nested():
            save(session, investor, ivan, now, **values)
    with refused("mandate-frozen"), session.begin_nested():
        profile.save_organisation(session, investor, {"name_en": "Else"}, actor=ivan, now=now)
    with refused("mandate-frozen"), session.begin_nested():
        take_over_elsewhere(session, investor, ivan, now)
    save(session, investor, ivan, now, thesis_en="Open.", max_meetings=3)
    assert ("Open.", 3) == (
        profile.mandate_draft(session, investor).thesis_en,
        investor.max_meetings,
    )


def take_over_elsewhere(session: Session, investor: Any, ivan: Any, now: Any) -> None:
    other = make_roadshow(session, now, slug="other")
    there = profile.create_investor(session, other, organisation=None, actor=ivan, now=now)
    save(session, there, ivan, now, fields=["modality"])
    profile.submit_mandate(session, there, actor=ivan, now=now)
    take_over(session, investor, there.id, actor=ivan, now=now)


def test_what_was_changed_but_not_handed_in_in_time_stands_as_before(
    session: Session, firm: Any, now: Any
) -> None:
    investor, ivan = firm
    profile.submit_mandate(session, investor, actor=ivan, now=now)
    mandate = profile.current_mandate(investor)
    assert (2, 100_000_000, "Written in time.") == (
        mandate.number,
        mandate.ticket_low,
        mandate.thesis_en,
    )
    told = session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()
    assert ("mandate.submitted", {"number": 2, "kept": ["ticket_low"]}) == (
        told.action,
        told.facts,
    )


def test_organisers_and_those_who_come_late_write_everything(
    session: Session, firm: Any, now: Any
) -> None:
    investor, _ = firm
    here = session.get_one(Roadshow, investor.roadshow_id)
    olga = make_account(session, "Second", now)
    give_role(session, here, olga, Role.ORGANISER, actor=olga, now=now)
    save(session, investor, olga, now, stages=["phase_1"])
    assert ["phase_1"] == profile.mandate_draft(session, investor).stages
    late = make_account(session, "Late", now)
    theirs = profile.create_investor(session, here, organisation=None, actor=late, now=now)
    save(session, theirs, late, now, fields=["cgt"], stages=["phase_2"])
    profile.submit_mandate(session, theirs, actor=late, now=now)
    with refused("mandate-frozen"):
        save(session, theirs, late, now, stages=[])


def test_nothing_is_frozen_without_a_time(session: Session, now: Any) -> None:
    here = make_roadshow(session, now)
    olga = make_organiser(session, here, now)
    for values, reason in (
        ({"mandates_frozen": ["looks"]}, "frozen-without-time"),
        ({"mandates_frozen": ["files"], "mandates_until": now}, "unknown-code"),
    ):
        with refused(reason), session.no_autoflush:
            roadshow.change_settings(session, here, values, actor=olga, now=now)
        session.expire(here)
    with pytest.raises(IntegrityError, match="frozen_from_a_time"), session.begin_nested():
        session.execute(update(Roadshow).values(mandates_frozen=["looks"]))
