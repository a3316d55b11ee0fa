"""Accounts, roles, invitations and a roadshow's phases."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.core.journey import MailState, Phase, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import invitation, outbox
from matchmaker.services.account import (
    account_by_email,
    make_administrator,
    new_account,
    viewer_of,
)
from matchmaker.services.roadshow import change_settings, create_roadshow, move_phase, take_role
from matchmaker.store.account import Account, Invitation, Membership
from matchmaker.store.engine import writing
from matchmaker.store.journal import JournalEntry, Mail
from matchmaker.store.roadshow import Person, Roadshow
from tests.makers import make_account, make_member, make_roadshow


def reason(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.reason


def test_an_address_is_one_account_however_it_is_written(session: Session, now: datetime) -> None:
    account = make_account(session, "olga", now)
    assert account is account_by_email(session, " OLGA@Example.org ")
    assert "account-exists" == reason(
        new_account, session, "Olga@example.org", name="", password_hash="!", now=now
    )


def test_a_viewer_is_what_the_account_is_at_each_roadshow(session: Session, now: datetime) -> None:
    olga, rita = make_account(session, "olga", now), make_account(session, "rita", now)
    one, two = make_roadshow(session, olga, now), make_roadshow(session, rita, now, "two")
    viewer = viewer_of(session, olga)
    assert viewer.has(Role.ORGANISER, one.id)
    assert not viewer.takes_part(two.id)
    assert not viewer.administrator
    make_administrator(session, olga, now=now)
    assert viewer_of(session, olga).administrator


def test_an_inactive_account_is_nobody(session: Session, now: datetime) -> None:
    olga = make_account(session, "olga", now)
    make_roadshow(session, olga, now)
    olga.active = False
    assert not viewer_of(session, olga).signed_in


@pytest.mark.parametrize("slug", ["Über", "a b", "-a", "a--b", "", "x" * 61])
def test_a_roadshow_needs_a_plain_address(session: Session, now: datetime, slug: str) -> None:
    olga = make_account(session, "olga", now)
    assert "bad-slug" == reason(
        create_roadshow, session, slug, {}, organiser=olga, actor=olga, now=now
    )


def test_two_roadshows_cannot_share_an_address(session: Session, now: datetime) -> None:
    olga = make_account(session, "olga", now)
    make_roadshow(session, olga, now)
    assert "slug-taken" == reason(make_roadshow, session, olga, now)


def test_phases_go_one_step_forward_or_back(session: Session, now: datetime) -> None:
    olga = make_account(session, "olga", now)
    roadshow = make_roadshow(session, olga, now)
    assert "phase-step" == reason(move_phase, session, roadshow, Phase.MEETING, actor=olga, now=now)
    move_phase(session, roadshow, Phase.CALL, actor=olga, now=now)
    move_phase(session, roadshow, Phase.DRAFT, actor=olga, now=now)
    assert Phase.DRAFT is roadshow.phase


def test_settings_that_contradict_each_other_are_refused(session: Session, now: datetime) -> None:
    olga = make_account(session, "olga", now)
    roadshow = make_roadshow(session, olga, now)
    assert "floor-above-cap" == reason(
        change_settings,
        session,
        roadshow,
        {"project_min": 9, "project_max": 8},
        actor=olga,
        now=now,
    )


def test_the_last_organiser_keeps_the_role(session: Session, now: datetime) -> None:
    olga = make_account(session, "olga", now)
    roadshow = make_roadshow(session, olga, now)
    own = session.scalars(select(Membership)).one()
    assert "last-organiser" == reason(take_role, session, own, actor=olga, now=now)
    make_member(session, roadshow, "oskar", Role.ORGANISER, olga, now)
    take_role(session, own, actor=olga, now=now)
    session.flush()
    assert not viewer_of(session, olga).takes_part(roadshow.id)


def invited(session: Session, now: datetime) -> tuple[Invitation, str]:
    olga = make_account(session, "olga", now)
    roadshow = make_roadshow(session, olga, now)
    guest = invitation.Guest("Ina@Example.org", "Ina")
    row = invitation.invite(session, roadshow, guest, Role.INVESTOR, actor=olga, now=now)
    mail = session.scalars(select(Mail).where(Mail.template == "invitation")).one()
    return row, mail.params["body"]


def test_an_invitation_is_found_by_its_secret_and_stores_only_a_hash(
    session: Session, now: datetime
) -> None:
    row, secret = invited(session, now)
    assert row is invitation.find(session, secret, now)
    assert secret not in row.token_hash
    assert re.fullmatch(r"[\w-]{43}", secret)


def test_an_invitation_is_accepted_once(session: Session, now: datetime) -> None:
    row, secret = invited(session, now)
    ina, eva = make_account(session, "ina", now), make_account(session, "eva", now)
    invitation.accept(session, row, actor=ina, now=now)
    assert viewer_of(session, ina).has(Role.INVESTOR, row.roadshow_id)
    assert "Ina" == session.scalars(select(Person.name_en)).one()
    assert invitation.find(session, secret, now) is None
    assert "invitation-used" == reason(invitation.accept, session, row, actor=eva, now=now)


def test_of_many_who_accept_at_once_one_does(
    engine: Engine, sessions: sessionmaker[Session], now: datetime
) -> None:
    names = ["ann", "bob", "cai", "dan"]
    with writing(), sessions() as session:
        row, _ = invited(session, now)
        key, ids = row.id, [make_account(session, name, now).id for name in names]
        session.commit()
    read = threading.Barrier(len(names))

    def accepted(account_id: str) -> str:
        with writing(), sessions() as session:
            row = session.get_one(Invitation, key)
            if engine.dialect.name == "postgresql":  # SQLite has one writer at a time
                read.wait(20)
            try:
                invitation.accept(session, row, actor=session.get_one(Account, account_id), now=now)
            except Refusal as refusal:
                return refusal.reason
            session.commit()
            return "accepted"

    with ThreadPoolExecutor(len(names)) as pool:
        told = sorted(pool.map(accepted, ids))
    assert ["accepted", *["invitation-used"] * 3] == told
    with sessions() as session:
        roles = select(Membership).where(Membership.role == Role.INVESTOR)
        assert 1 == len(session.scalars(roles).all())


def test_an_invitation_ends(session: Session, now: datetime) -> None:
    _, secret = invited(session, now)
    assert invitation.find(session, secret, now + timedelta(days=31)) is None


def test_a_revoked_invitation_is_not_sent_and_not_found(session: Session, now: datetime) -> None:
    row, secret = invited(session, now)
    invitation.revoke(session, row, actor=make_account(session, "eva", now), now=now)
    mail = session.scalars(select(Mail).where(Mail.template == "invitation")).one()
    assert outbox.contents(session, mail) is None
    assert invitation.find(session, secret, now) is None


def test_a_mail_that_failed_is_sent_again_with_a_fresh_link(
    session: Session, now: datetime
) -> None:
    row, secret = invited(session, now)
    mail = session.scalars(select(Mail).where(Mail.template == "invitation")).one()
    mail.state, mail.params = MailState.FAILED, {"invitation_id": row.id}  # as the worker leaves it
    olga = account_by_email(session, "olga@example.org")
    assert olga is not None
    late = now + timedelta(days=40)
    outbox.again(session, mail, actor=olga, now=late)
    shown = outbox.contents(session, mail)
    assert shown is not None
    assert row is invitation.find(session, shown["secret"], late)
    assert invitation.find(session, secret, now) is None


def test_inviting_again_ends_the_link_sent_before(session: Session, now: datetime) -> None:
    row, secret = invited(session, now)
    olga = account_by_email(session, "olga@example.org")
    assert olga is not None
    again = invitation.invite(
        session,
        session.get_one(Roadshow, row.roadshow_id),
        invitation.Guest("ina@example.org", "Ina"),
        Role.INVESTOR,
        actor=olga,
        now=now,
    )
    assert invitation.find(session, secret, now) is None
    assert invitation.is_open(again, now)


def test_deeds_of_inviting_stand_in_the_journal(session: Session, now: datetime) -> None:
    row, _ = invited(session, now)
    actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)).all()
    assert ["account.created", "roadshow.created", "role.given", "invitation.sent"] == actions
    assert row.accepted_at is None
