"""One roadshow with a project, a firm and people of every kind, for tests of their pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, ProjectState, Role
from matchmaker.services import profile
from matchmaker.store.account import Account, Membership
from matchmaker.store.roadshow import Roadshow

SECRET = "the epitope nobody knows"


@dataclass
class Cast:
    """One roadshow with a project, a firm, and people of every kind."""

    roadshow: Any
    project: Any
    investor: Any
    anna: Any
    ivan: Any
    olga: Any
    bob: Any


def account(session: Session, name: str, now: Any) -> Account:
    row = Account(
        email=f"{name}@example.org", name=name.title(), fs_uniquifier=name * 9, confirmed_at=now
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def cast(app: Any, session: Session, now: Any) -> Cast:
    roadshow = Roadshow(
        slug="demo",
        name_en="Spring roadshow",
        starts_on=date(2027, 5, 10),
        ends_on=date(2027, 5, 11),
        phase=Phase.PREFERENCE,
        created_at=now,
    )
    session.add(roadshow)
    session.flush()
    anna, ivan, olga, bob = (account(session, one, now) for one in ("anna", "ivan", "olga", "bob"))
    session.add(
        Membership(roadshow_id=roadshow.id, account_id=olga.id, role=Role.ORGANISER, created_at=now)
    )
    session.flush()
    body = profile.organisation_for(
        session, roadshow, name_en="Charité", name_zh="夏里特医院", kind="hospital", country="DE"
    )
    project = profile.create_project(
        session, roadshow, title="CAR-T for lupus", organisation=body, actor=anna, now=now
    )
    profile.save_project(
        session,
        project,
        {
            "title_zh": "治疗狼疮的CAR-T",
            "pitch_en": "Cells that reset immunity.",
            "fields": ["cell_therapy"],
            "stage": "phase_1",
            "amount": 3_000_000,
            "currency": "EUR",
            "ip_en": "Two families filed.",
            "confidential_summary_en": SECRET,
        },
        revision=None,
        actor=anna,
        now=now,
    )
    profile.submit_project(session, project, actor=anna, now=now)
    project.state, project.decided_at = ProjectState.SELECTED, now
    project.told, project.told_at = "selected", now
    firm = profile.organisation_for(session, roadshow, name_en="Lotus Capital", kind="vc")
    investor = profile.create_investor(session, roadshow, organisation=firm, actor=ivan, now=now)
    profile.save_mandate(
        session,
        investor,
        {
            "fields": ["cgt"],
            "thesis_en": "One-time cures.",
            "conflicts": ["Hidden Rival AG"],
        },
        revision=None,
        actor=ivan,
        now=now,
    )
    profile.submit_mandate(session, investor, actor=ivan, now=now)
    session.commit()
    session.expunge_all()
    return Cast(roadshow, project, investor, anna, ivan, olga, bob)


@pytest.fixture
def look(app: Any) -> Any:
    """Return a function that opens a session for a moment: SQLite lets only one write."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with app.extensions["sessions"]() as made:
            yield made

    return opened


def page_of(cast: Cast, path: str) -> str:
    return path.format(p=cast.project.id, i=cast.investor.id)


PROJECT = "/r/demo/projects/{p}"


INVESTOR = "/r/demo/investors/{i}"

STEPS = {
    "project": ("anna", f"{PROJECT}/edit/summary", "pitch_en", "summary_zh", "pitch_zh"),
    "investor": ("ivan", f"{INVESTOR}/edit/thesis", "thesis_en", "value_zh", "value_en"),
}
