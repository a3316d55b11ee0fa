"""The committee's rules: who reviews, who sees what, what is decided and when teams learn it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import ProjectState, Role
from matchmaker.core.policy import Action, may
from matchmaker.services import selection
from matchmaker.services.account import viewer_of
from matchmaker.services.outbox import contents
from matchmaker.services.selection import RUBRIC, CriterionValues
from matchmaker.store.journal import Mail
from matchmaker.store.selection import Conflict, Review
from tests.committee import Fair, entries, make_fair, reason


@pytest.fixture
def fair(session: Session, now: datetime) -> Fair:
    made = make_fair(session, now)
    made.rubric()
    return made


# -- the rubric ------------------------------------------------------------------------------


def test_the_proven_rubric_has_a_hundred_points_and_both_languages() -> None:
    assert sum(row.points * row.weight for row in RUBRIC) == 100
    assert all(row.name_en and row.name_zh and row.hint_en and row.hint_zh for row in RUBRIC)


def test_a_rubric_is_replaced_in_order_and_keeps_criteria_by_code(
    session: Session, now: datetime
) -> None:
    fair = make_fair(session, now)
    first = selection.save_criteria(session, fair.roadshow, RUBRIC, actor=None, now=now)
    kept = [replace(RUBRIC[2], name_en="The people"), RUBRIC[0]]
    second = selection.save_criteria(session, fair.roadshow, kept, actor=None, now=now)
    assert [row.name_en for row in second] == ["The people", "Technical innovation"]
    assert {row.id for row in second} == {first[2].id, first[0].id}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (
            [CriterionValues(code="a", name_en="A"), CriterionValues(code="a", name_en="B")],
            "same-code",
        ),
        ([CriterionValues(code="a", name_en="A", points=0)], "bad-points"),
        ([CriterionValues(code="a", name_en="A", weight=0)], "no-weight"),
        ([CriterionValues(code=f"c{n}", name_en="C") for n in range(21)], "too-many-criteria"),
    ],
)
def test_a_rubric_that_cannot_score_is_refused(
    session: Session, now: datetime, values: list[CriterionValues], code: str
) -> None:
    roadshow = make_fair(session, now).roadshow
    assert code == reason(selection.save_criteria, session, roadshow, values, actor=None, now=now)


def test_a_rubric_in_use_can_be_renamed_but_keeps_its_shape(fair: Fair) -> None:
    session, now = fair.session, fair.now
    fair.review(fair.project("Alpha"), fair.account("Rita", Role.REVIEWER), (30, 20))
    same = [
        CriterionValues(code="science", name_en="Research", points=60, weight=2),
        CriterionValues(code="team", name_en="People", points=40),
    ]
    saved = selection.save_criteria(session, fair.roadshow, same, actor=None, now=now)
    assert [(row.name_en, row.weight) for row in saved] == [("Research", 2), ("People", 1)]
    for changed in (same[:1], [*same, RUBRIC[0]], [same[0], replace(same[1], points=50)]):
        assert "rubric-in-use" == reason(
            selection.save_criteria, session, fair.roadshow, changed, actor=None, now=now
        )


# -- who reviews -----------------------------------------------------------------------------


def test_a_reviewer_is_assigned_the_newest_submitted_version(fair: Fair) -> None:
    rita, project = fair.account("Rita", Role.REVIEWER), fair.project("Alpha")
    review = selection.assign(fair.session, project, rita, actor=None, now=fair.now)
    assert (review.version_id, review.submitted_at) == (project.versions[0].id, None)
    assert "assigned-already" == reason(
        selection.assign, fair.session, project, rita, actor=None, now=fair.now
    )
    assert "not-a-reviewer" == reason(
        selection.assign, fair.session, project, fair.account("Ivan"), actor=None, now=fair.now
    )
    draft = fair.project("Beta", state=ProjectState.DRAFT)
    assert "not-submitted" == reason(
        selection.assign, fair.session, draft, rita, actor=None, now=fair.now
    )


def test_nobody_reviews_their_own_project_house_or_conflict(fair: Fair) -> None:
    house = fair.house("Charité Berlin")
    rita = fair.account("Rita", Role.REVIEWER)
    own = fair.project("Own", member=rita)
    colleague = fair.account("Carl", Role.REVIEWER)
    fair.person(colleague, fair.house("  CHARITÉ  berlin "))  # the same name on another row
    near = fair.project("Near", house=house)
    foe = fair.account("Fay", Role.REVIEWER)
    selection.declare_conflict(fair.session, near, foe, actor=foe, now=fair.now)
    for project, person in ((own, rita), (near, colleague), (near, foe)):
        assert "reviewer-in-conflict" == reason(
            selection.assign, fair.session, project, person, actor=None, now=fair.now
        )


def test_reviews_are_shared_evenly_without_conflicts_and_only_once(fair: Fair) -> None:
    people = [fair.account(name, Role.REVIEWER) for name in ("Ann", "Bob", "Cy", "Di")]
    projects = [fair.project(f"Project {n}") for n in range(6)]
    selection.declare_conflict(fair.session, projects[0], people[0], actor=None, now=fair.now)
    made, short = selection.share_reviews(fair.session, fair.roadshow, 2, actor=None, now=fair.now)
    assert (len(made), short) == (12, [])
    assert [load.assigned for load in selection.loads(fair.session, fair.roadshow)] == [3] * 4
    assert (projects[0].id, people[0].id) not in {(r.project_id, r.reviewer_id) for r in made}
    again, _ = selection.share_reviews(fair.session, fair.roadshow, 2, actor=None, now=fair.now)
    assert again == []


def test_sharing_names_the_applications_that_stay_short(fair: Fair) -> None:
    rita = fair.account("Rita", Role.REVIEWER)
    open_one, closed = fair.project("Open"), fair.project("Closed")
    selection.declare_conflict(fair.session, closed, rita, actor=None, now=fair.now)
    made, short = selection.share_reviews(fair.session, fair.roadshow, 1, actor=None, now=fair.now)
    assert ([review.project_id for review in made], short) == ([open_one.id], [closed])


def test_sharing_without_reviewers_or_with_a_foolish_number_is_refused(fair: Fair) -> None:
    share = selection.share_reviews
    assert "no-reviewers" == reason(share, fair.session, fair.roadshow, 2, actor=None, now=fair.now)
    for each in (0, 11):
        assert "reviews-each" == reason(
            share, fair.session, fair.roadshow, each, actor=None, now=fair.now
        )


def test_a_submitted_review_is_not_taken_away(fair: Fair) -> None:
    project = fair.project("Alpha")
    written = fair.review(project, fair.account("Rita", Role.REVIEWER), (30, 20))
    waiting = fair.review(project, fair.account("Otto", Role.REVIEWER))
    selection.unassign(fair.session, waiting, actor=None, now=fair.now)
    assert "review-counts" == reason(
        selection.unassign, fair.session, written, actor=None, now=fair.now
    )
    assert fair.session.scalars(select(Review)).all() == [written]


def test_only_reviewers_with_work_left_are_reminded_and_once_a_day(fair: Fair) -> None:
    project = fair.project("Alpha")
    fair.review(project, fair.account("Rita", Role.REVIEWER), (30, 20))
    fair.review(project, fair.account("Otto", Role.REVIEWER))
    remind = selection.remind_reviewers
    assert 1 == remind(fair.session, fair.roadshow, actor=None, now=fair.now)
    assert 0 == remind(fair.session, fair.roadshow, actor=None, now=fair.now)
    (mail,) = fair.session.scalars(select(Mail)).all()
    assert (mail.to, contents(fair.session, mail)) == (
        "otto@example.org",
        {"roadshow": fair.roadshow, "left": 1},
    )


# -- conflicts -------------------------------------------------------------------------------


def test_a_conflict_takes_every_right_on_the_review(fair: Fair) -> None:
    session, now = fair.session, fair.now
    project = fair.project("Alpha")
    both = fair.account("Olga", Role.ORGANISER, Role.REVIEWER)
    review = fair.review(project, both)
    assert may(viewer_of(session, both), Action.REVIEW_PROJECT, project)
    assert may(viewer_of(session, both), Action.SEE_REVIEWS, project)
    selection.declare_conflict(session, project, both, reason="my sister", actor=both, now=now)
    viewer = viewer_of(session, both)
    for action in (Action.REVIEW_PROJECT, Action.SEE_REVIEWS, Action.DECIDE):
        assert not may(viewer, action, project)
    assert session.get(Review, review.id) is None
    assert "conflict-of-interest" == reason(selection.reviews_of, session, project, viewer)
    assert "conflict-of-interest" == reason(
        selection.decide, session, project, ProjectState.SELECTED, actor=both, now=now
    )


def test_a_conflict_declared_late_keeps_the_review_out_of_the_numbers(fair: Fair) -> None:
    project, rita = fair.project("Alpha"), fair.account("Rita", Role.REVIEWER)
    fair.review(project, rita, (60, 40), feedback="Splendid")
    selection.declare_conflict(fair.session, project, rita, actor=rita, now=fair.now)
    (row,) = selection.summary(fair.session, fair.roadshow)
    assert (row.submitted, row.standing) == (0, None)
    project.told, project.told_at = "declined", fair.now
    assert selection.feedback(fair.session, project) == []


def test_declaring_twice_changes_nothing_and_nobody_takes_back_their_own(fair: Fair) -> None:
    project, olga = fair.project("Alpha"), fair.account("Olga", Role.ORGANISER)
    first = selection.declare_conflict(fair.session, project, olga, actor=olga, now=fair.now)
    assert first is selection.declare_conflict(
        fair.session, project, olga, actor=olga, now=fair.now
    )
    assert "own-conflict" == reason(
        selection.withdraw_conflict, fair.session, first, actor=olga, now=fair.now
    )
    other = fair.account("Omar", Role.ORGANISER)
    selection.withdraw_conflict(fair.session, first, actor=other, now=fair.now)
    assert fair.session.scalars(select(Conflict)).all() == []
    assert len(entries(fair.session, "conflict.declared")) == 1


# -- reviewing -------------------------------------------------------------------------------


def test_a_draft_may_be_partial_and_a_submitted_review_may_not(fair: Fair) -> None:
    session, now, rita = fair.session, fair.now, fair.account("Rita", Role.REVIEWER)
    review = fair.review(fair.project("Alpha"), rita)

    def save(**points: float | None) -> Review:
        return selection.save_review(
            session, review, points, comment="c", feedback="f", actor=rita, now=now
        )

    save(science=30, team=None)
    assert "review-incomplete" == reason(
        selection.submit_review, session, review, actor=rita, now=now
    )
    save(science=30, team=0)
    selection.submit_review(session, review, actor=rita, now=now)
    assert (review.submitted_at, [score.points for score in review.scores]) == (now, [30, 0])
    assert "review-incomplete" == reason(save, science=30)
    save(science=45.5, team=1)
    assert sorted(score.points for score in review.scores) == [1, 45.5]


@pytest.mark.parametrize("points", [-1, 60.5, float("nan"), float("inf")])
def test_points_lie_between_zero_and_the_most(fair: Fair, points: float) -> None:
    rita = fair.account("Rita", Role.REVIEWER)
    review = fair.review(fair.project("Alpha"), rita)
    assert "points-out-of-range" == reason(
        selection.save_review,
        fair.session,
        review,
        {"science": points},
        comment="",
        feedback="",
        actor=rita,
        now=fair.now,
    )


def test_only_the_author_writes_while_undecided_and_not_over_another_tab(fair: Fair) -> None:
    rita, project = fair.account("Rita", Role.REVIEWER), fair.project("Alpha")
    review = fair.review(project, rita)

    def save(actor: object = rita, revision: int | None = None) -> str:
        return reason(
            selection.save_review,
            fair.session,
            review,
            {"science": 1},
            comment="",
            feedback="",
            revision=revision,
            actor=actor,
            now=fair.now,
        )

    assert "not-your-review" == save(actor=fair.account("Otto", Role.REVIEWER))
    assert "stale" == save(revision=7)
    selection.decide(fair.session, project, ProjectState.DECLINED, actor=None, now=fair.now)
    assert "decided-already" == save()


def test_a_reviewer_reads_the_others_after_submitting_their_own(fair: Fair) -> None:
    session, now = fair.session, fair.now
    rita, otto = fair.account("Rita", Role.REVIEWER), fair.account("Otto", Role.REVIEWER)
    project = fair.project("Alpha")
    mine, other = fair.review(project, rita), fair.review(project, otto, (60, 40))
    assert "review-first" == reason(
        selection.reviews_of, session, project, viewer_of(session, rita)
    )
    selection.save_review(
        session, mine, {"science": 6, "team": 4}, comment="", feedback="", actor=rita, now=now
    )
    selection.submit_review(session, mine, actor=rita, now=now + timedelta(hours=1))
    viewer = viewer_of(session, rita)
    assert selection.reviews_of(session, project, viewer) == [other, mine]
    remark = selection.discuss(session, project, " Good. ", actor=rita, viewer=viewer, now=now)
    assert selection.discussion(session, project, viewer) == [remark]
    assert remark.text == "Good."


def test_a_reviewer_of_something_else_reads_and_says_nothing_here(fair: Fair) -> None:
    rita = fair.account("Rita", Role.REVIEWER)
    fair.review(fair.project("Alpha"), rita, (1, 1))
    other = fair.project("Beta")
    viewer = viewer_of(fair.session, rita)
    assert "review-first" == reason(selection.reviews_of, fair.session, other, viewer)
    assert "review-first" == reason(
        selection.discuss, fair.session, other, "Hm", actor=rita, viewer=viewer, now=fair.now
    )


def test_somebody_who_is_no_longer_a_reviewer_loses_what_was_assigned(fair: Fair) -> None:
    former = fair.account("Rita")
    project = fair.project("Alpha")
    fair.review(project, former)
    assert not may(viewer_of(fair.session, former), Action.REVIEW_PROJECT, project)
