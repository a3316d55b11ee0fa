"""A firm chooses which teams see it."""

from __future__ import annotations

from typing import Any

from matchmaker.core.journey import Visibility
from matchmaker.services import preference
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow
from tests.committee import Fair
from tests.visitor import Visitor
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]
NAME = "Lotus Capital"


def told(cast: Cast, sign_in: Any) -> dict[str, tuple[int, bool]]:
    """What the team is answered, and whether the firm is named, page by page."""
    client = sign_in(cast.anna)
    pages = ("/r/demo/investors", INVESTOR, f"{PROJECT}/versions", f"{PROJECT}/agreements")
    found = {page: client.get(page_of(cast, page)) for page in pages}
    return {page: (one.status_code, NAME in one.text) for page, one in found.items()}


def test_a_firm_shows_itself_only_to_teams_that_it_meets(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    ivan = sign_in(cast.ivan)
    assert 204 == ivan.post(page_of(cast, f"{PROJECT}/read")).status_code
    shown = told(cast, sign_in)
    assert {(200, True)} == set(shown.values())
    firm = Visitor(ivan).open(page_of(cast, f"{INVESTOR}/edit/firm"))
    firm.press("Save and continue", visibility="met")
    own = ivan.get(page_of(cast, INVESTOR)).text
    assert "Only teams we have a meeting or a CDA with" in own
    assert "There are changes that you have not handed in." not in own
    hidden = {page: (404 if page == INVESTOR else 200, False) for page in shown}
    assert hidden == told(cast, sign_in)
    assert 403 == ivan.post(page_of(cast, f"{PROJECT}/read")).status_code
    assert "has read this version" not in ivan.get(page_of(cast, PROJECT)).text
    wish = page_of(cast, "/r/demo/wishes/{p}/{i}/project")
    assert 404 == sign_in(cast.anna).post(wish, data={"wish": "must"}).status_code
    with look() as session:
        roadshow = session.get_one(Roadshow, cast.roadshow.id)
        sides = (
            session.get_one(Project, cast.project.id),
            session.get_one(Investor, cast.investor.id),
        )
        Fair(session, now, roadshow).meeting(*sides)
        session.commit()
    assert shown == told(cast, sign_in)


def test_whoever_signed_a_cda_is_known_to_the_team(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    with look() as session:
        investor = session.get_one(Investor, cast.investor.id)
        investor.visibility = Visibility.MET
        project = session.get_one(Project, cast.project.id)
        signed = preference.record_cda(
            session, project, investor, signed_at=now, actor=None, now=now
        )
        preference.end_cda(session, signed, actor=None, now=now)
        session.commit()
    assert {(200, True)} == {
        one for page, one in told(cast, sign_in).items() if not page.endswith("versions")
    }


def test_a_choice_that_does_not_exist_is_refused(cast: Cast, sign_in: Any, look: Any) -> None:
    ivan = sign_in(cast.ivan)
    firm = Visitor(ivan).open(page_of(cast, f"{INVESTOR}/edit/firm"))
    firm.press("Save and continue", visibility="nobody")
    assert 422 == firm.status
    with look() as session:
        investor = session.get_one(Investor, cast.investor.id)
        assert Visibility.TEAMS is investor.visibility
