"""What the match model gets of projects and mandates."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.core.journey import InvestorState, ProjectState
from matchmaker.core.profile import Exclusion, Mandate, Pitch, Ticket
from matchmaker.services import profile
from matchmaker.store.roadshow import Roadshow
from tests.services.profiles import make_roadshow, refused


def make_mandate(session: Session, roadshow: Roadshow, now: Any, name: str, **values: Any) -> Any:
    body = profile.organisation_for(session, roadshow, name_en=name, kind="vc", country="CN")
    investor = profile.create_investor(session, roadshow, organisation=body, actor=None, now=now)
    profile.save_mandate(session, investor, values, revision=None, actor=None, now=now)
    return investor


def test_a_mandate_becomes_a_value_without_what_is_not_known(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    charite = profile.organisation_for(
        session, roadshow, name_en="Charité", name_zh="夏里特医院", kind="hospital"
    )
    profile.create_project(session, roadshow, title="P", organisation=charite, actor=None, now=now)
    investor = make_mandate(
        session,
        roadshow,
        now,
        "Lotus Capital",
        fields=["cgt"],
        also_fields=["cell_therapy"],
        countries=["150", "CN"],
        stages=["preclinical"],
        trl_min=3,
        ticket_low=1_000_000,
        ticket_high=5_000_000,
        currency="CNY",
        languages=["zh"],
        thesis_zh="专注细胞治疗",
        exclusions=[
            {"facet": "field", "value": "cell_therapy", "unless": [["country", "DE"]]},
        ],
        only=["country"],
        conflicts=["夏里特医院", "Nobody Ltd"],
    )
    assert [] == profile.mandates(session, roadshow)
    profile.submit_mandate(session, investor, actor=None, now=now)
    assert InvestorState.ACTIVE is investor.state
    assert [
        Mandate(
            id=investor.id,
            name="Lotus Capital",
            organisation="lotus capital",
            kind="vc",
            fields=("cgt",),
            also=("cell_therapy",),
            countries=("150", "CN"),
            stages=("preclinical",),
            trl=(3, 9),
            ticket=Ticket(low=140_000.0, high=700_000.0),
            languages=("zh",),
            exclusions=(
                Exclusion(facet="field", value="cell_therapy", unless=(("country", "DE"),)),
            ),
            only=frozenset({"country"}),
            texts=("专注细胞治疗",),
            conflicts=frozenset({"charite", "nobody ltd"}),
        )
    ] == profile.mandates(session, roadshow)
    profile.withdraw_investor(session, investor, actor=None, now=now)
    assert [] == profile.mandates(session, roadshow)


def test_a_pitch_is_the_newest_version_without_confidential_text(
    session: Session, now: Any
) -> None:
    roadshow = make_roadshow(session, now)
    body = profile.organisation_for(
        session, roadshow, name_en="Charité", kind="hospital", country="DE", city_en="Berlin"
    )
    project = profile.create_project(
        session, roadshow, title="CAR-T", organisation=body, actor=None, now=now
    )
    person = profile.add_person(session, roadshow, name_en="Eva", languages=["de", "en"])
    profile.add_member(session, project, person, actor=None, now=now)
    profile.save_project(
        session,
        project,
        {
            "fields": ["cgt"],
            "pitch_en": "Living drugs for lupus.",
            "amount": 3_000_000,
            "currency": "EUR",
            "round": "series_a",
            "instruments": ["equity"],
            "confidential_summary_en": "the secret target",
        },
        revision=None,
        actor=None,
        now=now,
    )
    assert profile.pitch_of(session, roadshow, project) is None
    profile.submit_project(session, project, actor=None, now=now)
    profile.save_project(
        session, project, {"title_en": "only a draft"}, revision=None, actor=None, now=now
    )
    expected = Pitch(
        id=project.id,
        name="CAR-T",
        organisation="charite",
        fields=("cgt",),
        country="DE",
        city="Berlin",
        kind="hospital",
        round="series_a",
        amount=3_300_000.0,
        instruments=("equity",),
        languages=("de", "en"),
        texts=("CAR-T", "Living drugs for lupus."),
    )
    assert expected == profile.pitch_of(session, roadshow, project)
    assert [] == profile.pitches(session, roadshow)
    assert [expected] == profile.pitches(session, roadshow, [ProjectState.SUBMITTED])


def test_money_without_a_rate_is_missing(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    given = ((200, "USD"), (2000, "EUR"), (200, "GBP"), (30000, ""), (None, "USD"))
    assert [2.0, 22.0, None, 300.0, None] == [
        profile.converted(minor, currency, roadshow) for minor, currency in given
    ]


def test_a_change_of_currency_keeps_the_whole_units(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=None, now=now
    )
    for values in ({"amount": 1000, "currency": "USD"}, {"currency": "JPY"}):
        draft = profile.save_project(session, project, values, revision=None, actor=None, now=now)
    assert (1000, "JPY") == (draft.registered.amount, draft.registered.currency)


@pytest.mark.parametrize(
    "values",
    [
        {"ticket_low": 5, "ticket_high": 2},
        {"ticket_typical": 9, "ticket_high": 2},
        {"trl_min": 5, "trl_max": 2},
        {"min_meetings": 5, "max_meetings": 2},
    ],
)
def test_ranges_stand_in_order(session: Session, now: Any, values: dict[str, Any]) -> None:
    roadshow = make_roadshow(session, now)
    with refused("not-in-order"):
        make_mandate(session, roadshow, now, "A", **values)


@pytest.mark.parametrize("count", [1, 3])
def test_facts_and_cards_take_a_fixed_number_of_queries(
    session: Session, now: Any, count: int, engine: Any, count_queries: Any
) -> None:
    roadshow = make_roadshow(session, now)
    for number in range(count):
        body = profile.organisation_for(session, roadshow, name_en=f"Body {number}")
        project = profile.create_project(
            session, roadshow, title=f"T{number}", organisation=body, actor=None, now=now
        )
        profile.save_project(
            session, project, {"fields": ["cgt"]}, revision=None, actor=None, now=now
        )
        profile.submit_project(session, project, actor=None, now=now)
        investor = make_mandate(session, roadshow, now, f"Firm {number}", fields=["cgt"])
        profile.submit_mandate(session, investor, actor=None, now=now)
    session.expire_all()
    _ = (roadshow.id, roadshow.rates)
    with count_queries(engine) as seen:
        found = profile.pitches(session, roadshow, [ProjectState.SUBMITTED])
    assert (count, 3) == (len(found), len(seen))
    with count_queries(engine) as seen:
        wanted = profile.mandates(session, roadshow)
    assert (count, 4) == (len(wanted), len(seen))
