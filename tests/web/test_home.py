"""What waits for an organiser, counted and said on the home page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import (
    InvestorState,
    MailState,
    MeetingState,
    PairingState,
    Phase,
    ProjectState,
    Role,
    TimetableState,
)
from matchmaker.services.attention import attention
from matchmaker.store.account import Invitation
from matchmaker.store.journal import Mail
from matchmaker.store.meeting import Timetable
from matchmaker.store.outcome import Outcome
from matchmaker.store.pairing import Pairing
from matchmaker.store.preference import Preference
from matchmaker.store.roadshow import Person
from matchmaker.web.waiting import ENDPOINTS, SENTENCES
from tests.committee import Fair, main_of, make_fair


def chosen(fair: Fair, project: Any, investor: Any) -> None:
    fair.session.add(
        Pairing(
            roadshow_id=fair.roadshow.id,
            project_id=project.id,
            investor_id=investor.id,
            state=PairingState.PROPOSED,
            decided_at=fair.now,
        )
    )


def invited(fair: Fair, email: str, expires: datetime) -> None:
    fair.session.add(
        Invitation(
            roadshow_id=fair.roadshow.id,
            email=email,
            name="",
            role=Role.REVIEWER,
            token_hash=email,
            sent_at=fair.now,
            expires_at=expires,
        )
    )


def test_what_a_published_timetable_leaves_undone_is_counted(
    session: Session, now: datetime
) -> None:
    fair = make_fair(session, now, phase=Phase.MEETING, project_min=2)
    alpha, beta = (fair.project(name, state=ProjectState.SELECTED) for name in ("Alpha", "Beta"))
    fair.project("Gamma", state=ProjectState.DECLINED)
    fund, bank = fair.investor("Fund"), fair.investor("Bank")
    told = fair.meeting(alpha, fund, state=MeetingState.HELD)
    fair.meeting(alpha, bank, state=MeetingState.HELD)
    fair.meeting(beta, fund, starts=now + timedelta(days=1))
    fair.meeting(beta, bank, state=MeetingState.NO_SHOW)
    session.add(
        Outcome(
            roadshow_id=fair.roadshow.id,
            meeting_id=told.id,
            side="project",
            usefulness=4,
            recorded_at=now,
        )
    )
    for project, investor in ((alpha, fund), (beta, fund)):
        chosen(fair, project, investor)
    chosen(fair, beta, fair.investor("Angel"))
    session.flush()
    assert {"outcomes-untold": 1} == attention(session, fair.roadshow, now=now)

    timetable = session.get_one(Timetable, told.timetable_id)
    timetable.state, timetable.published_at = TimetableState.PUBLISHED, now
    session.flush()
    assert {"projects-short": 1, "pairings-unplaced": 1, "outcomes-untold": 1} == attention(
        session, fair.roadshow, now=now
    )
    assert {"outcomes-untold": 1} == attention(session, fair.roadshow, hidden={beta.id}, now=now)


def test_each_phase_counts_what_it_waits_for(session: Session, now: datetime) -> None:
    fair = make_fair(session, now)
    rita = fair.account("Rita", Role.REVIEWER)
    fair.rubric()
    alpha = fair.project("Alpha", state=ProjectState.SELECTED)
    fair.review(alpha, rita)
    fair.project("Beta", state=ProjectState.DRAFT)
    fund = fair.investor("Fund")
    fair.investor("Bank")
    fair.investor("Angel").state = InvestorState.DRAFT
    invited(fair, "a@example.org", now + timedelta(days=1))
    invited(fair, "b@example.org", now)
    session.add(
        Preference(
            roadshow_id=fair.roadshow.id,
            project_id=alpha.id,
            investor_id=fund.id,
            side="investor",
            wish="meet",
            stated_at=now,
        )
    )
    session.add(
        Mail(
            roadshow_id=fair.roadshow.id,
            template="invitation",
            to="a@example.org",
            dedupe="a",
            state=MailState.FAILED,
            written_at=now,
            next_at=now,
        )
    )
    found = {}
    for phase in Phase:
        fair.roadshow.phase = phase
        session.flush()
        found[phase.value] = attention(session, fair.roadshow, now=now)
    always, doors = (
        {"mails-failed": 1},
        {
            "investors-unfinished": 1,
            "invitations-ended": 1,
            "invitations-open": 1,
        },
    )
    assert {
        "draft": always | doors,
        "call": always | {"projects-unfinished": 1} | doors,
        "selection": always | {"reviews-open": 1} | doors,
        "preference": always | {"projects-silent": 1, "investors-silent": 1} | doors,
        "pairing": always | doors,
        "meeting": always | doors,
        "outcome": always,
        "closed": always,
    } == found


@pytest.mark.parametrize(
    ("locale", "said", "nothing"),
    [
        ("en", "One application is begun and not submitted.", "Nothing waits for you."),
        ("zh", "有1份申请已开始填写，尚未提交。", "没有待您处理的事项。"),
    ],
)
def test_an_organiser_reads_what_waits_and_goes_there(
    session: Session, now: datetime, sign_in: Any, locale: str, said: str, nothing: str
) -> None:
    fair = make_fair(session, now, phase=Phase.CALL)
    olga = fair.account("Olga", Role.ORGANISER)
    session.commit()
    client = sign_in(olga, locale)
    assert nothing in main_of(client.get("/r/fair/home").text)
    fair.project("Alpha", state=ProjectState.DRAFT)
    session.commit()
    shown = main_of(client.get("/r/fair/home").text)
    assert said in shown
    assert 'href="/r/fair/projects?state=draft"' in shown
    assert shown.count('aria-current="step"') == 1


def test_every_kind_leads_to_a_page_that_opens(
    session: Session, now: datetime, sign_in: Any, app: Any
) -> None:
    fair = make_fair(session, now, phase=Phase.MEETING)
    olga = fair.account("Olga", Role.ORGANISER)
    session.commit()
    client = sign_in(olga)
    with app.test_request_context():
        from flask import url_for  # noqa: PLC0415 -- needs the application

        addresses = {
            kind: url_for(endpoint, slug="fair", **query)
            for kind, (endpoint, query) in ENDPOINTS.items()
        }
    assert set(SENTENCES) == set(ENDPOINTS)
    assert dict.fromkeys(addresses, 200) == {
        kind: client.get(address).status_code for kind, address in addresses.items()
    }


@pytest.mark.parametrize("making", [True, False])
def test_a_demo_says_while_it_is_being_made(sign_in: Any, app: Any, making: bool) -> None:
    app.extensions["making"] = making
    assert making == ("still being made" in sign_in().get("/").text)


def test_a_team_reads_its_next_meeting_by_day_table_and_people_and_tells_of_those_held(
    session: Session, now: datetime, sign_in: Any
) -> None:
    fair = make_fair(session, now, phase=Phase.MEETING)
    tara, ted, ivy = (fair.account(name) for name in ("Tara", "Ted", "Ivy"))
    alpha = fair.project(
        "Alpha", member=tara, state=ProjectState.SELECTED, told="selected", told_at=now
    )
    fund, bank = fair.investor("Fund", delegate=ivy), fair.investor("Bank")
    mine = session.scalars(select(Person).where(Person.account_id == ivy.id)).one()
    colleague = fair.person(ted, alpha.organisation)
    held = fair.meeting(alpha, bank, state=MeetingState.HELD)
    ahead = fair.meeting(alpha, fund, starts=now + timedelta(days=1), people=(colleague, mine))
    timetable = session.get_one(Timetable, held.timetable_id)
    timetable.state, timetable.published_at = TimetableState.PUBLISHED, now
    day, table, code = show_day(ahead.slot.starts_at), ahead.table.name, alpha.code
    session.commit()
    said = main_of(sign_in(tara).get("/r/fair/home").text)
    assert "Tell what came of one meeting." in said
    assert f"{code} Alpha" in said
    assert f"{day} · Ted" in said
    assert f"Table {table}" in said
    assert f"{day}</span>" in main_of(sign_in(ivy).get("/r/fair/home").text)


def show_day(moment: datetime) -> str:
    local = moment.astimezone(ZoneInfo("Asia/Shanghai"))
    return f"{local:%A}, {local:%B} {local.day}, {local.year}"
