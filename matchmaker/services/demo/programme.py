"""Slots, tables and the programme around them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.services.demo.cast import (
    INVITED,
    Cast,
    organiser_of,
    people_by_email,
    projects_by_code,
    roadshow_of,
)
from matchmaker.services.meeting import programme, setup


def make_programme(session: Session, cast: Cast) -> None:
    """Enter everything that says when and where people can meet."""
    roadshow, told = roadshow_of(session, cast), cast.roadshow
    by: dict[str, Any] = {"actor": organiser_of(session, cast), "now": INVITED + timedelta(days=14)}
    projects = projects_by_code(session, roadshow)
    for one in told["slots"]:
        setup.add_slot(
            session,
            roadshow,
            starts_at=cast.moment(one["starts_at"]),
            minutes=one["minutes"],
            **by,
        )
    for one in told["tables"]:
        home = projects[one["home_of"]].id if one.get("home_of") else None
        place = {name: one[name] for name in ("name", "room_en", "room_zh", "seats")}
        setup.save_table(session, roadshow, None, home_project=home, **place, **by)
    for one in told["interpreters"]:
        programme.add_interpreter(session, roadshow, **one, **by)
    for one in told["pitches"]:
        programme.save_pitch(
            session,
            roadshow,
            projects[one["project"]],
            starts_at=cast.moment(one["starts_at"]),
            minutes=one["minutes"],
            room_en=one["room_en"],
            room_zh=one["room_zh"],
            **by,
        )
    _sessions(session, cast)


def _sessions(session: Session, cast: Cast) -> None:
    """Enter the parallel sessions with their speakers, and who is away when."""
    roadshow, told = roadshow_of(session, cast), cast.roadshow
    by: dict[str, Any] = {"actor": organiser_of(session, cast), "now": INVITED + timedelta(days=14)}
    people = people_by_email(session, roadshow)
    for one in told["sessions"]:
        names = ("code", "title_en", "title_zh", "room_en", "room_zh")
        programme.save_session(
            session,
            roadshow,
            None,
            starts_at=cast.moment(one["starts_at"]),
            ends_at=cast.moment(one["ends_at"]),
            speakers=[people[email].id for email in one["speakers"]],
            **{name: one[name] for name in names},
            **by,
        )
    for one in told["absences"]:
        programme.add_absence(
            session,
            people[one["email"]],
            starts_at=cast.moment(one["starts_at"]),
            ends_at=cast.moment(one["ends_at"]),
            reason=one["reason"],
            **by,
        )
