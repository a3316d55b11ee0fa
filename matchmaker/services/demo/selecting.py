"""The committee at work: conflicts, reviews, what it discusses, decisions that teams are told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, ProjectState, Role
from matchmaker.services import roadshow as roadshows
from matchmaker.services import selection
from matchmaker.services.account import viewer_of
from matchmaker.services.demo.cast import (
    CALLED,
    DECIDED,
    REVIEWED,
    Cast,
    accounts_by_email,
    organiser_of,
    projects_by_code,
    roadshow_of,
    steps,
)
from matchmaker.services.demo.inviting import invite_guests


def review_projects(session: Session, cast: Cast) -> int:
    """Assign and write every review; returns how many."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    invite_guests(session, cast, CALLED, REVIEWED)
    roadshows.move_phase(session, roadshow, Phase.SELECTION, actor=organiser, now=REVIEWED)
    accounts, projects = accounts_by_email(session), projects_by_code(session, roadshow)
    codes = [one["code"] for one in cast.roadshow["criteria"]]
    every = len(cast.accounts(Role.REVIEWER.value))
    for told in cast.roadshow["conflicts"]:
        account = accounts[told["account"]]
        selection.declare_conflict(
            session,
            projects[told["project"]],
            account,
            reason=told["reason"],
            actor=account,
            now=REVIEWED,
        )
    made, _ = selection.share_reviews(session, roadshow, every, actor=organiser, now=REVIEWED)
    assigned = {(review.project_id, review.reviewer_id): review for review in made}
    until = DECIDED - timedelta(days=2)
    for now, told in steps(REVIEWED + timedelta(hours=4), until, cast.reviews):
        reviewer, project = accounts[told["reviewer"]], projects[told["project"]]
        review = assigned[project.id, reviewer.id]
        selection.save_review(
            session,
            review,
            {code: float(told[code]) for code in codes if told[code]},
            comment=told[f"comment_{reviewer.locale}"] or told["comment_en"],
            feedback=told[f"feedback_{reviewer.locale}"],
            actor=reviewer,
            now=now,
        )
        selection.submit_review(session, review, actor=reviewer, now=now)
    return len(cast.reviews)


def discuss_projects(session: Session, cast: Cast) -> int:
    """Say what the committee said to each other; returns the number of remarks."""
    roadshow, accounts = roadshow_of(session, cast), accounts_by_email(session)
    projects = projects_by_code(session, roadshow)
    viewers = {
        email: viewer_of(session, accounts[email])
        for email in {told["author"] for told in cast.roadshow["discussion"]}
    }
    for told in cast.roadshow["discussion"]:
        selection.discuss(
            session,
            projects[told["project"]],
            told["text"],
            actor=accounts[told["author"]],
            viewer=viewers[told["author"]],
            now=cast.moment(told["at"]),
        )
    return len(cast.roadshow["discussion"])


def decide_projects(session: Session, cast: Cast) -> int:
    """Decide every application and tell the teams; returns the number of mails."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    projects = projects_by_code(session, roadshow)
    for state, key in (
        (ProjectState.SELECTED, "selected"),
        (ProjectState.WAITLISTED, "waitlisted"),
        (ProjectState.DECLINED, "declined"),
    ):
        some = [projects[code] for code in cast.roadshow[key]]
        selection.decide_all(session, some, state, actor=organiser, now=DECIDED)
    _, mails = selection.tell_teams(
        session, roadshow, actor=organiser, now=DECIDED + timedelta(hours=1)
    )
    return mails


def decide_late(session: Session, cast: Cast) -> None:
    """Decide what was still open; the teams have not been told of it yet."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    projects = projects_by_code(session, roadshow)
    for told in cast.roadshow["late"]:
        selection.decide(
            session,
            projects[told["project"]],
            ProjectState(told["state"]),
            note=told["note"],
            actor=organiser,
            now=cast.moment(told["at"]),
        )
