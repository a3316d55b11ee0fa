"""The ranking, decisions, and when teams learn them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import ProjectState, Role
from matchmaker.services import selection
from matchmaker.services.account import viewer_of
from matchmaker.services.outbox import contents
from matchmaker.store.journal import Mail
from matchmaker.store.profile import Project
from tests.committee import Fair, entries, make_fair, reason


@pytest.fixture
def fair(session: Session, now: datetime) -> Fair:
    made = make_fair(session, now)
    made.rubric()
    return made


# -- the ranking -----------------------------------------------------------------------------


def test_the_summary_ranks_by_the_rubric_and_lists_the_unrated_last(fair: Fair) -> None:
    low, high, none = (fair.project(name) for name in ("Low", "High", "None"))
    fair.project("Draft", state=ProjectState.DRAFT)
    for name in ("Rita", "Otto"):
        account = fair.account(name, Role.REVIEWER)
        fair.review(low, account, (30, 20))
        fair.review(high, account, (60, 40))
    rows = selection.summary(fair.session, fair.roadshow)
    assert [(row.project, row.assigned, row.submitted) for row in rows] == [
        (high, 2, 2),
        (low, 2, 2),
        (none, 0, 0),
    ]
    assert [row.standing.mean for row in rows[:2] if row.standing] == [100, 50]
    assert rows[2].standing is None


def test_what_a_viewer_must_not_know_enters_no_number(fair: Fair) -> None:
    rita, otto = fair.account("Rita", Role.REVIEWER), fair.account("Otto", Role.REVIEWER)
    seen, hidden = fair.project("Seen"), fair.project("Hidden")
    fair.review(seen, rita, (30, 20))
    fair.review(seen, otto, (36, 24))
    before = selection.summary(fair.session, fair.roadshow, without={hidden.id})
    fair.review(hidden, rita, (60, 40))
    fair.review(hidden, otto, (0, 0))
    after = selection.summary(fair.session, fair.roadshow, without={hidden.id})
    assert before == after


@pytest.mark.parametrize("count", [1, 3])
def test_the_summary_asks_as_many_queries_for_many_as_for_one(
    fair: Fair, count: int, engine: object, count_queries: object
) -> None:
    rita = fair.account("Rita", Role.REVIEWER)
    for number in range(count):
        fair.review(fair.project(f"Project {number}"), rita, (30, 20))
    fair.session.expire_all()
    assert fair.roadshow.places == 2
    with count_queries(engine) as seen:  # type: ignore[operator]
        rows = selection.summary(fair.session, fair.roadshow)
    assert (len(rows), len(seen)) == (count, 6)


# -- deciding and telling --------------------------------------------------------------------


def test_decisions_are_made_quietly_and_taken_back(fair: Fair) -> None:
    session, now, olga = fair.session, fair.now, fair.account("Olga", Role.ORGANISER)
    project = fair.project("Alpha", member=fair.account("Tara"))
    selection.decide(
        session, project, ProjectState.SELECTED, note="Clear case", actor=olga, now=now
    )
    assert (project.decided_at, project.decided_by_id, project.decision_note) == (
        now,
        olga.id,
        "Clear case",
    )
    selection.decide(session, project, ProjectState.SUBMITTED, actor=olga, now=now)
    assert (project.state, project.decided_at, project.decided_by_id) == (
        ProjectState.SUBMITTED,
        None,
        None,
    )
    assert session.scalars(select(Mail)).all() == []
    assert [entry.facts for entry in entries(session, "project.decided")] == [
        {"before": "submitted", "state": "selected"},
        {"before": "selected", "state": "submitted"},
    ]


def test_several_are_decided_all_or_none(fair: Fair) -> None:
    first, draft = fair.project("Alpha"), fair.project("Beta", state=ProjectState.DRAFT)
    assert "not-submitted" == reason(
        selection.decide_all,
        fair.session,
        [draft, first],
        ProjectState.SELECTED,
        actor=None,
        now=fair.now,
    )
    assert first.state is ProjectState.SUBMITTED
    waiting = fair.project("Gamma", state=ProjectState.SELECTED)
    assert selection.consequences([first, draft, waiting], ProjectState.SELECTED) == (
        [first],
        [waiting],
        [draft],
    )
    assert "not-a-decision" == reason(
        selection.decide, fair.session, first, ProjectState.WITHDRAWN, actor=None, now=fair.now
    )


def test_teams_learn_only_what_they_were_told(fair: Fair) -> None:
    session, now = fair.session, fair.now
    tara, olga = fair.account("Tara"), fair.account("Olga", Role.ORGANISER)
    project = fair.project("Alpha", member=tara)
    team, organiser = viewer_of(session, tara), viewer_of(session, olga)
    selection.decide(session, project, ProjectState.SELECTED, actor=olga, now=now)
    assert selection.known_state(project, team) is ProjectState.SUBMITTED
    assert selection.known_state(project, organiser) is ProjectState.SELECTED
    selection.tell_teams(session, fair.roadshow, actor=olga, now=now)
    assert selection.known_state(project, team) is ProjectState.SELECTED


def test_no_filter_tells_more_of_a_decision_than_its_page(fair: Fair) -> None:
    session, now = fair.session, fair.now
    tara, olga = fair.account("Tara"), fair.account("Olga", Role.ORGANISER)
    omar = fair.account("Omar", Role.ORGANISER)
    projects = [fair.project("Own", member=tara), fair.project("Told"), fair.project("Out")]
    selection.declare_conflict(session, projects[0], omar, actor=omar, now=now)
    selection.decide(session, projects[1], ProjectState.DECLINED, actor=None, now=now)
    selection.tell_teams(session, fair.roadshow, actor=None, now=now)
    selection.decide(session, projects[0], ProjectState.SELECTED, actor=None, now=now)
    projects[2].state = ProjectState.WITHDRAWN
    session.flush()
    for account in (tara, olga, omar):
        viewer = viewer_of(session, account)
        column = selection.known_column(viewer, fair.roadshow)
        found = session.scalars(select(column).order_by(Project.code)).all()
        assert found == [selection.known_state(project, viewer).value for project in projects]


def test_telling_posts_one_mail_a_team_with_the_feedback_and_never_twice(fair: Fair) -> None:
    session, now, olga = fair.session, fair.now, fair.account("Olga", Role.ORGANISER)
    rita, tara = fair.account("Rita", Role.REVIEWER), fair.account("Tara", locale="zh")
    told, lonely = fair.project("Told", member=tara), fair.project("Lonely")
    fair.project("Undecided")
    fair.review(told, rita, (30, 20), feedback="Show the in vivo data.", comment="Weak team")
    for project in (told, lonely):
        selection.decide(session, project, ProjectState.DECLINED, actor=olga, now=now)
    assert selection.tell_teams(session, fair.roadshow, actor=olga, now=now) == ([told, lonely], 1)
    assert selection.tell_teams(session, fair.roadshow, actor=olga, now=now) == ([], 0)
    (mail,) = session.scalars(select(Mail)).all()
    shown = contents(session, mail)
    assert (mail.to, mail.locale) == ("tara@example.org", "zh")
    assert shown is not None
    assert (shown["project"], shown["feedback"]) == (told, ["Show the in vivo data."])


def test_a_letter_of_an_outdated_decision_is_dropped_and_the_new_one_sent(fair: Fair) -> None:
    session, now, olga = fair.session, fair.now, fair.account("Olga", Role.ORGANISER)
    project = fair.project("Alpha", member=fair.account("Tara"))
    for state, later in ((ProjectState.WAITLISTED, 0), (ProjectState.SELECTED, 1)):
        at = now + timedelta(hours=later)
        selection.decide(session, project, state, actor=olga, now=at)
        selection.tell_teams(session, fair.roadshow, actor=olga, now=at)
    first, second = session.scalars(select(Mail).order_by(Mail.written_at)).all()
    assert contents(session, first) is None
    assert contents(session, second) is not None


def test_an_organiser_in_conflict_neither_knows_nor_tells(fair: Fair) -> None:
    session, now, olga = fair.session, fair.now, fair.account("Olga", Role.ORGANISER)
    project = fair.project("Alpha")
    selection.decide(session, project, ProjectState.SELECTED, actor=None, now=now)
    selection.declare_conflict(session, project, olga, actor=olga, now=now)
    viewer = viewer_of(session, olga)
    assert selection.known_state(project, viewer) is ProjectState.SUBMITTED
    assert "conflict-of-interest" == reason(
        selection.tell_teams, session, fair.roadshow, actor=olga, now=now
    )
    hidden = viewer.conflicts | viewer.projects
    assert selection.tell_teams(session, fair.roadshow, without=hidden, actor=olga, now=now) == (
        [],
        0,
    )
