"""Pages of profiles ask the database as often for three of everything as for one."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaker.services import profile
from matchmaker.services.profile.readers import note_mandate_reading, note_reading
from matchmaker.store.account import Account
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import File, Roadshow
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]
PAGES = {
    ("anna", PROJECT): 18,
    ("ivan", PROJECT): 19,
    ("anna", f"{PROJECT}/versions"): 22,
    ("anna", f"{PROJECT}/edit/basics"): 15,
    ("anna", f"{PROJECT}/edit/field"): 15,
    ("anna", f"{PROJECT}/edit/team"): 17,
    ("anna", f"{PROJECT}/edit/files"): 15,
    ("anna", f"{PROJECT}/edit/review"): 17,
    ("anna", INVESTOR): 16,
    ("ivan", INVESTOR): 17,
    ("ivan", f"{INVESTOR}/versions"): 23,
    ("ivan", f"{INVESTOR}/edit/firm"): 14,
    ("ivan", f"{INVESTOR}/edit/looks"): 14,
    ("ivan", f"{INVESTOR}/edit/limits"): 14,
    ("ivan", f"{INVESTOR}/edit/delegates"): 16,
    ("ivan", f"{INVESTOR}/edit/review"): 17,
    ("ivan", f"{INVESTOR}/edit/counts"): 24,
    ("anna", f"{PROJECT}/edit/summary"): 15,
    ("anna", f"{PROJECT}/edit/money"): 15,
    ("anna", f"{PROJECT}/edit/plans"): 15,
    ("anna", f"{PROJECT}/edit/confidential"): 15,
    ("anna", f"{PROJECT}/edit/card"): 12,
    ("anna", f"{PROJECT}/edit/reach"): 20,
    ("ivan", f"{INVESTOR}/edit/ticket"): 14,
    ("ivan", f"{INVESTOR}/edit/thesis"): 14,
    ("ivan", f"{INVESTOR}/edit/card"): 12,
    ("ivan", f"{INVESTOR}/edit/reach"): 20,
    ("ivan", f"{INVESTOR}/earlier"): 13,
    ("anna", "/r/demo/projects"): 14,
    ("ivan", "/r/demo/projects"): 15,
    ("olga", "/r/demo/projects"): 12,
    ("anna", "/r/demo/investors"): 13,
    ("olga", "/r/demo/investors"): 11,
    ("olga", "/r/demo/apply"): 7,
    ("olga", "/r/demo/register-investor"): 7,
}
"""Questions of each page, the viewer's rights among them."""


def grow(session: Any, cast: Cast, count: int, now: Any) -> None:
    """Add so many colleagues, delegates, files, versions, readings, projects and firms."""
    roadshow = session.get_one(Roadshow, cast.roadshow.id)
    project = session.get_one(Project, cast.project.id)
    investor = session.get_one(Investor, cast.investor.id)
    by: dict[str, Any] = {"actor": session.get_one(Account, cast.ivan.id), "now": now}
    for at in range(count):
        names = [f"c{at}@example.org", f"d{at}@example.org"]
        colleague, delegate = (
            profile.add_person(session, roadshow, name_en=one, email=one) for one in names
        )
        profile.add_member(session, project, colleague, actor=None, now=now)
        profile.add_delegate(session, investor, delegate, actor=None, now=now)
        session.add(
            File(
                roadshow_id=roadshow.id,
                project_id=project.id,
                tier="public",
                name=f"{at}.pdf",
                mime="application/pdf",
                size=1,
                pages=1,
                sha256="x",
                key=f"k{at}",
                uploaded_at=now,
            )
        )
        profile.save_project(
            session, project, {"pitch_en": f"Pitch {at}"}, revision=None, actor=None, now=now
        )
        profile.submit_project(session, project, actor=None, now=now)
        profile.save_mandate(
            session, investor, {"thesis_en": f"T {at}"}, revision=None, actor=None, now=now
        )
        profile.submit_mandate(session, investor, actor=None, now=now)
        note_reading(session, project, "registered", **by)
        note_mandate_reading(
            session, investor, actor=session.get_one(Account, cast.anna.id), now=now
        )
        other = profile.create_project(
            session, roadshow, title=f"Other {at}", organisation=None, actor=None, now=now
        )
        profile.submit_project(session, other, actor=None, now=now)
        body = profile.organisation_for(session, roadshow, name_en=f"Firm {at}", kind="vc")
        firm = profile.create_investor(session, roadshow, organisation=body, actor=None, now=now)
        profile.save_mandate(session, firm, {"fields": ["cgt"]}, revision=None, actor=None, now=now)
        profile.submit_mandate(session, firm, actor=None, now=now)


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_as_often_for_three_as_for_one(
    app: Any, cast: Cast, sign_in: Any, look: Any, count_queries: Any, now: Any, count: int
) -> None:
    with look() as session:
        grow(session, cast, count, now)
        session.commit()
    asked = {}
    for who, path in PAGES:
        client = sign_in(getattr(cast, who))
        client.get(page_of(cast, path))  # what a process remembers is loaded once
        with count_queries(app.extensions["engine"]) as seen:
            assert 200 == client.get(page_of(cast, path)).status_code
        asked[who, path] = sum(one.lstrip().upper().startswith("SELECT") for one in seen)
    assert PAGES == asked
