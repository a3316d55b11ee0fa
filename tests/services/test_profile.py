"""Projects and mandates: saving, versions, states, people, and what the match model gets."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from matchmaker.core.journey import InvestorState, Phase, ProjectState, Role
from matchmaker.core.profile import Exclusion, Mandate, Pitch, Ticket
from matchmaker.core.refusal import Refusal
from matchmaker.services import profile
from matchmaker.store.account import Account, Membership
from matchmaker.store.journal import JournalEntry, Mail
from matchmaker.store.profile import ProjectVersion, TeamMember
from matchmaker.store.roadshow import Organisation, Roadshow


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


def test_whoever_begins_an_application_leads_its_team(session: Session, now: Any) -> None:
    roadshow, anna = make_roadshow(session, now), make_account(session, "Anna", now)
    project = profile.create_project(
        session, roadshow, title="CAR-T for lupus", organisation=None, actor=anna, now=now
    )
    team = profile.team_of(session, project)
    assert ("P001", ProjectState.DRAFT, ["Anna"]) == (
        project.code,
        project.state,
        [member.person.name_en for member in team],
    )
    assert [Role.TEAM] == list(session.scalars(select(Membership.role)))
    assert profile.current_version(project) is None
    assert "CAR-T for lupus" == profile.project_draft(session, project).title_en


def test_an_organiser_who_enters_an_application_does_not_join_its_team(
    session: Session, now: Any
) -> None:
    roadshow = make_roadshow(session, now)
    olga = make_organiser(session, roadshow, now)
    project = profile.create_project(
        session, roadshow, title="肿瘤类器官", organisation=None, actor=olga, now=now
    )
    assert [] == profile.team_of(session, project)
    assert "肿瘤类器官" == profile.project_draft(session, project).title_zh


def test_codes_count_on_and_a_given_one_must_be_free(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)

    def make(code: str = "") -> str:
        return profile.create_project(
            session, roadshow, title="X", organisation=None, actor=None, now=now, code=code
        ).code

    assert ["P001", "P007", "P008"] == [make(), make("P007"), make()]
    with refused("code-taken"):
        make("P007")


def test_saving_changes_only_what_was_given(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="Old", organisation=None, actor=None, now=now
    )
    draft = profile.save_project(
        session,
        project,
        {
            "title_en": "  New \r\n title\x00 ",
            "fields": ["cell_therapy", "cgt", "cell_therapy"],
            "also_fields": ["cgt"],
            "amount": Decimal("1500000.50"),
            "currency": "EUR",
            "stage": "phase_1",
            "trl": 5,
            "confidential_summary_en": "secret",
            "milestone_on": date(2027, 12, 1),
        },
        revision=1,
        actor=None,
        now=now,
    )
    values = profile.project_values(draft, confidential=True)
    assert {
        "title_en": "New \n title",
        "fields": ["cell_therapy", "cgt"],
        "also_fields": [],
        "amount": Decimal("1500000.5"),
        "currency": "EUR",
        "stage": "phase_1",
        "confidential_summary_en": "secret",
        "milestone_on": date(2027, 12, 1),
        "pitch_en": "",
    } == {
        name: values[name]
        for name in (
            *("title_en", "fields", "also_fields", "amount", "currency", "stage"),
            *("confidential_summary_en", "milestone_on", "pitch_en"),
        )
    }
    assert 150000050 == draft.registered.amount
    assert 2 == draft.revision
    assert "confidential_summary_en" not in profile.project_values(draft, confidential=False)


def test_saving_nothing_new_is_no_revision(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="Same", organisation=None, actor=None, now=now
    )
    draft = profile.save_project(
        session, project, {"title_en": "Same"}, revision=1, actor=None, now=now
    )
    assert 1 == draft.revision


def test_a_stale_form_is_refused_and_changes_nothing(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="One", organisation=None, actor=None, now=now
    )
    profile.save_project(session, project, {"title_en": "Two"}, revision=1, actor=None, now=now)
    with refused("stale"):
        profile.save_project(
            session, project, {"title_en": "Three"}, revision=1, actor=None, now=now
        )
    assert "Two" == profile.project_draft(session, project).title_en


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"stage": "phase_9"}, "unknown-code"),
        ({"fields": ["no-such-field"]}, "unknown-code"),
        ({"currency": "XQZ"}, "unknown-code"),
        ({"languages": ["klingon"]}, "unknown-code"),
        ({"trl": 10}, "bad-value"),
        ({"trl": "4"}, "bad-value"),
        ({"amount": "lots"}, "bad-value"),
        ({"amount": -1}, "bad-value"),
        ({"amount": "NaN"}, "bad-value"),
        ({"amount": 10**20}, "bad-value"),
        ({"milestone_on": "soon"}, "bad-value"),
        ({"title_en": "x" * 201}, "too-long"),
        ({"summary_zh": "长" * 12_001}, "too-long"),
        ({"title_en": 7}, "bad-value"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(
    session: Session, now: Any, values: dict[str, Any], reason: str
) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=None, now=now
    )
    with pytest.raises(Refusal) as caught:
        profile.save_project(session, project, values, revision=None, actor=None, now=now)
    assert (reason, next(iter(values))) == (caught.value.reason, caught.value.facts["field"])


def test_a_submission_is_numbered_copied_and_never_changes(session: Session, now: Any) -> None:
    roadshow, anna = make_roadshow(session, now), make_account(session, "Anna", now)
    project = profile.create_project(
        session, roadshow, title="First", organisation=None, actor=anna, now=now
    )
    profile.save_project(
        session,
        project,
        {"fields": ["cgt"], "amount": 5, "mechanism": "known to us"},
        revision=None,
        actor=anna,
        now=now,
    )
    first = profile.submit_project(session, project, actor=anna, now=now)
    assert (1, ProjectState.SUBMITTED) == (first.number, project.state)
    draft = profile.project_draft(session, project)
    assert profile.project_values(first, confidential=True) == profile.project_values(
        draft, confidential=True
    )
    profile.save_project(
        session, project, {"title_en": "Second"}, revision=None, actor=anna, now=now
    )
    second = profile.submit_project(session, project, actor=anna, now=now)
    assert (2, "Second", "First") == (second.number, second.title_en, first.title_en)
    assert second is profile.current_version(project)
    assert [2, 1] == [one.number for one in profile.versions_of(session, project)]
    first.title_en = "Changed"
    with pytest.raises(DatabaseError):
        session.flush()
    session.rollback()


def test_submitting_tells_the_team_once_and_stands_in_the_journal(
    session: Session, now: Any
) -> None:
    roadshow, anna = make_roadshow(session, now), make_account(session, "Anna", now)
    project = profile.create_project(
        session, roadshow, title="First", organisation=None, actor=anna, now=now
    )
    profile.submit_project(session, project, actor=anna, now=now)
    assert [("anna@example.org", "project_submitted")] == [
        (mail.to, mail.template) for mail in session.scalars(select(Mail))
    ]
    assert [
        "project.created",
        "role.given",
        "team.joined",
        "project.submitted",
    ] == list(session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


def test_without_a_title_nothing_is_handed_in(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="", organisation=None, actor=None, now=now
    )
    with refused("missing"):
        profile.submit_project(session, project, actor=None, now=now)


def test_after_the_deadline_only_organisers_hand_in_but_revising_stays(
    session: Session, now: Any
) -> None:
    roadshow = make_roadshow(session, now, applications_until=now - timedelta(hours=1))
    anna, olga = make_account(session, "Anna", now), make_organiser(session, roadshow, now)
    project = profile.create_project(
        session, roadshow, title="Late", organisation=None, actor=anna, now=now
    )
    with refused("applications-closed"):
        profile.submit_project(session, project, actor=anna, now=now)
    assert 1 == profile.submit_project(session, project, actor=olga, now=now).number
    assert 2 == profile.submit_project(session, project, actor=anna, now=now).number


def test_a_selected_project_withdraws_and_comes_back_as_submitted(
    session: Session, now: Any
) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=None, now=now
    )
    profile.submit_project(session, project, actor=None, now=now)
    project.state, project.decided_at = ProjectState.SELECTED, now
    session.flush()
    profile.withdraw_project(session, project, actor=None, now=now)
    session.flush()
    assert (ProjectState.WITHDRAWN, None) == (project.state, project.decided_at)
    with refused("wrong-state"):
        profile.withdraw_project(session, project, actor=None, now=now)
    profile.restore_project(session, project, actor=None, now=now)
    session.flush()
    assert ProjectState.SUBMITTED is project.state


def test_a_declined_project_is_not_revised(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=None, now=now
    )
    profile.submit_project(session, project, actor=None, now=now)
    project.state, project.decided_at = ProjectState.DECLINED, now
    with refused("wrong-state"):
        profile.submit_project(session, project, actor=None, now=now)


def test_a_body_is_the_same_by_either_name_on_its_own_side(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    first = profile.organisation_for(
        session, roadshow, name_en="Bayer", name_zh="拜耳", kind="company", country="DE"
    )
    again = profile.organisation_for(session, roadshow, name_en="BAYER", city_en="Leverkusen")
    chinese = profile.organisation_for(session, roadshow, name_zh="拜耳", country="CN")
    investor = profile.organisation_for(session, roadshow, name_en="Bayer", kind="cvc")
    assert (first, first) == (again, chinese)
    assert ("DE", "Leverkusen") == (first.country, first.city_en)
    assert first is not investor


def test_changing_a_shared_body_changes_only_ones_own(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    body = profile.organisation_for(session, roadshow, name_en="Charité", kind="hospital")
    ours, theirs = (
        profile.create_project(
            session, roadshow, title=title, organisation=body, actor=None, now=now
        )
        for title in ("A", "B")
    )
    profile.save_organisation(session, ours, {"name_en": "Berlin Heart"}, actor=None, now=now)
    assert ("Berlin Heart", "Charité") == (
        ours.organisation.name_en,
        theirs.organisation.name_en,
    )
    assert 2 == len(session.scalars(select(Organisation)).all())


def test_somebody_entered_by_address_becomes_the_confirmed_accounts_person(
    session: Session, now: Any
) -> None:
    roadshow = make_roadshow(session, now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=None, now=now
    )
    person = profile.add_person(session, roadshow, name_en="Anna", email="Anna@Example.org")
    profile.add_member(session, project, person, actor=None, now=now)
    stranger = make_account(session, "Bob", None)
    assert person is not profile.person_for(session, roadshow, stranger, now=now)
    anna = make_account(session, "Anna", now)
    assert person is profile.person_for(session, roadshow, anna, now=now)
    assert [(anna.id, Role.TEAM)] == [
        (one.account_id, one.role) for one in session.scalars(select(Membership))
    ]


def test_an_unconfirmed_account_takes_over_nobody(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    person = profile.add_person(session, roadshow, name_en="Anna", email="anna@example.org")
    anna = make_account(session, "Anna", None)
    assert person is not profile.person_for(session, roadshow, anna, now=now)
    assert person.account_id is None


def test_the_last_colleague_stays(session: Session, now: Any) -> None:
    roadshow, anna = make_roadshow(session, now), make_account(session, "Anna", now)
    project = profile.create_project(
        session, roadshow, title="X", organisation=None, actor=anna, now=now
    )
    first = profile.team_of(session, project)[0].person
    with refused("last-colleague"):
        profile.remove_colleague(session, project, first, actor=anna, now=now)
    second = profile.add_person(session, roadshow, name_zh="李华", languages=["zh", "en"])
    profile.add_member(session, project, second, actor=anna, now=now)
    profile.remove_colleague(session, project, first, actor=anna, now=now)
    assert [second.id] == list(session.scalars(select(TeamMember.person_id)))


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


def test_versions_belong_to_one_project_only(session: Session, now: Any) -> None:
    roadshow = make_roadshow(session, now)
    first, second = (
        profile.create_project(
            session, roadshow, title=title, organisation=None, actor=None, now=now
        )
        for title in "AB"
    )
    profile.submit_project(session, first, actor=None, now=now)
    assert (1, 0) == tuple(
        len(profile.versions_of(session, project)) for project in (first, second)
    )
    assert 3 == len(session.scalars(select(ProjectVersion)).all())
