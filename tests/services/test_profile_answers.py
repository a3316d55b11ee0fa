"""The rest of what diligence and mandates ask: kept, exported, guarded, acted upon."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.core.journey import Wish
from matchmaker.core.refusal import Refusal
from matchmaker.services import profile
from matchmaker.services.exchange.asked import Asked
from matchmaker.services.exchange.tables import investor_table, project_table
from matchmaker.store.preference import Preference
from tests.services.profiles import make_account, make_roadshow

DILIGENCE = {
    "currency": "USD",
    "amount": 3_000_000,
    "grants": 800_000,
    "partners": ["cdmo", "landing_site"],
    "ip_states": ["filed", "fto"],
    "rights_en": "Greater China, all indications",
    "standard_en": "Belimumab",
    "competitors_zh": "KYV-101",
    "advisors_en": "Prof. Weber",
    "publications": "Nature Medicine 2026",
    "trial": "NCT05930314",
    "avoids": ["Rival Partners"],
}
MANDATE = {
    "currency": "USD",
    "ticket_low": 1_000_000,
    "ticket_total": 15_000_000,
    "landing": "welcome",
    "landing_zh": "一年内在奉贤设立公司",
    "board": "observer",
    "team_en": "A full-time chief executive",
    "rights_en": "Owned by the company",
    "cda_stance": "after_meeting",
    "assets": "50m_250m",
    "vintage": 2024,
    "fund_currencies": ["CNY", "USD"],
    "deals_per_year": 6,
}


def test_every_answer_is_kept_and_leaves_in_the_columns_of_an_import(
    session: Session, now: Any
) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="LupuCAR", organisation=None, actor=None, now=now
    )
    profile.save_project(session, project, DILIGENCE, revision=None, actor=None, now=now)
    investor = profile.create_investor(session, roadshow, organisation=None, actor=None, now=now)
    profile.save_mandate(session, investor, MANDATE, revision=None, actor=None, now=now)
    asked = Asked(session, roadshow, "en", None)
    for table, sent in ((project_table(asked), DILIGENCE), (investor_table(asked), MANDATE)):
        row = dict(zip(table.headings, table.rows[0], strict=True))
        expected = {
            name: "; ".join(value) if isinstance(value, list) else value
            for name, value in sent.items()
        }
        assert expected == {name: row[name] for name in sent}


@pytest.mark.parametrize(
    "values",
    [
        {"vintage": 1776},
        {"deals_per_year": -1},
        {"landing": "maybe"},
        {"board": "chair"},
        {"fund_currencies": ["ducats"]},
        {"ticket_low": 5, "ticket_total": 4},
    ],
)
def test_what_a_mandate_cannot_say_is_refused(
    session: Session, now: Any, values: dict[str, Any]
) -> None:
    roadshow = make_roadshow(session, now)
    investor = profile.create_investor(session, roadshow, organisation=None, actor=None, now=now)
    with pytest.raises(Refusal):
        profile.save_mandate(session, investor, values, revision=None, actor=None, now=now)


def test_a_submitted_answer_of_the_new_ones_never_changes(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    investor = profile.create_investor(session, roadshow, organisation=None, actor=None, now=now)
    mandate = profile.submit_mandate(session, investor, actor=None, now=now)
    mandate.vintage = 2020
    with pytest.raises(IntegrityError, match="investor_mandate is fixed"):
        session.flush()
    session.rollback()


@pytest.mark.parametrize("first", ["team", "firm"])
def test_an_investor_to_avoid_gets_a_silent_no_whoever_comes_first(
    session: Session, now: Any, first: str
) -> None:
    roadshow = make_roadshow(session, now)
    anna = make_account(session, "anna", now)

    def team() -> None:
        project = profile.create_project(
            session, roadshow, title="LupuCAR", organisation=None, actor=anna, now=now
        )
        profile.save_project(
            session,
            project,
            {"avoids": ["rival  partners", "Other"]},
            revision=None,
            actor=anna,
            now=now,
        )
        profile.submit_project(session, project, actor=anna, now=now)

    def firm() -> None:
        for name in ("Rival Partners", "Friend Partners"):
            body = profile.organisation_for(session, roadshow, name_en=name, kind="vc")
            investor = profile.create_investor(
                session, roadshow, organisation=body, actor=None, now=now
            )
            profile.submit_mandate(session, investor, actor=None, now=now)

    for step in (team, firm) if first == "team" else (firm, team):
        step()
    said = session.scalars(select(Preference)).all()
    assert [("project", Wish.NO, "Rival Partners")] == [
        (one.side, one.wish, one.investor.organisation.name_en) for one in said
    ]
