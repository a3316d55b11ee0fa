"""Ranking, pairing and the timetable: jobs that are queued, and what is decided after them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, TimetableState
from matchmaker.services import match, pairing
from matchmaker.services import roadshow as roadshows
from matchmaker.services.demo.cast import (
    CLOCK,
    PAIRED,
    PUBLISHED,
    RANKED,
    Cast,
    organiser_of,
    roadshow_of,
)
from matchmaker.services.demo.inviting import invite_guests
from matchmaker.services.meeting import publish, queue_plan
from matchmaker.store.meeting import Timetable

PLAN_SECONDS = 60.0
"""How long the planner may look for something better."""


def queue_first_ranking(session: Session, cast: Cast) -> str:
    """Queue a ranking of the profiles as they came in; returns the job's id."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    return match.queue_run(session, roadshow, actor=organiser, now=RANKED).id


def queue_ranking(session: Session, cast: Cast) -> str:
    """Queue the ranking of every pair; returns the job's id."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    roadshows.move_phase(session, roadshow, Phase.PAIRING, actor=organiser, now=PAIRED)
    return match.queue_run(session, roadshow, actor=organiser, now=PAIRED).id


def approve_pairings(session: Session, cast: Cast) -> None:
    """Propose who should meet, and approve it."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    now = PAIRED + timedelta(hours=3)
    chosen = pairing.propose(session, roadshow, actor=organiser, now=now)
    now += timedelta(days=1)
    pairing.approve(session, roadshow, number=chosen.number, actor=organiser, now=now)


def queue_draft(session: Session, cast: Cast) -> str:
    """Queue the planning of a draft timetable; returns the job's id."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    now = PUBLISHED - timedelta(days=1)
    job = queue_plan(session, roadshow, seconds=PLAN_SECONDS, actor=organiser, now=now)
    return job.id


def set_live(session: Session, cast: Cast) -> int:
    """Publish the draft and go on to the days of the roadshow; returns how many meetings."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    timetable = session.scalars(
        select(Timetable).where(
            Timetable.roadshow_id == roadshow.id, Timetable.state == TimetableState.DRAFT
        )
    ).one()
    booked = publish(session, timetable, actor=organiser, now=PUBLISHED)
    invite_guests(session, cast, PUBLISHED, CLOCK)
    morning = cast.moment(f"{cast.roadshow['starts_on']}T08:00")
    roadshows.move_phase(session, roadshow, Phase.MEETING, actor=organiser, now=morning)
    return len(booked.added)
