"""Projects and mandates: begun, saved, handed in, withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from matchmaker.core.journey import ProjectState, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import profile
from matchmaker.store.account import Membership
from matchmaker.store.journal import JournalEntry, Mail
from matchmaker.store.profile import ProjectVersion
from tests.services.profiles import make_account, make_organiser, make_roadshow, refused


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
