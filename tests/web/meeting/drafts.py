"""A roadshow with a draft or a published timetable, and where its pages are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.services import meeting
from matchmaker.store.meeting import Timetable
from tests.services.roadshows import Show, make_show, simple_draft
from tests.services.test_meeting_chain import proposed

BASE = "/r/suzhou-2027"


def draft_of(session: Session, now: datetime) -> tuple[Show, Timetable]:
    show = make_show(session, now)
    proposed(session, show, now)
    timetable = simple_draft(session, show, now)
    session.commit()
    return show, timetable


def published_of(session: Session, now: datetime) -> Show:
    show, timetable = draft_of(session, now)
    meeting.publish(session, timetable, actor=show.organiser, now=now)
    session.commit()
    return show
