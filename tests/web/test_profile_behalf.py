"""Who writes for whom: on behalf, visibly; taking over what was said elsewhere, after a look."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matchmaker.core.journey import Phase
from matchmaker.services import profile
from matchmaker.services.profile.history import deeds_of
from matchmaker.store.account import Account
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow
from tests.visitor import Visitor
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]


def test_what_an_organiser_writes_for_a_team_says_so(cast: Cast, sign_in: Any, look: Any) -> None:
    path = page_of(cast, f"{PROJECT}/edit/summary")
    olga, anna = sign_in(cast.olga), sign_in(cast.anna)
    assert "You write on behalf of CAR-T for lupus" in olga.get(path).text
    assert "You write on behalf of" not in anna.get(path).text
    olga.post(path, data={"pitch_en": "By the organiser."})
    anna.post(path, data={"pitch_en": "By the team."})
    with look() as session:
        newest = deeds_of(session, session.get_one(Project, cast.project.id))[:2]
    assert [("Anna", False), ("Olga", True)] == [(one.who, one.behalf) for one in newest]
    page = Visitor(anna).open(page_of(cast, f"{PROJECT}/versions")).text
    assert "Changed Pitch in English Olga on your behalf" in page


def test_texts_in_one_language_are_named_and_marked(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.anna)
    review = Visitor(client).open(page_of(cast, f"{PROJECT}/edit/review"))
    assert "Only in one language so far" in review.text
    assert "Pitch in Chinese" in review.text
    client.post(page_of(cast, f"{PROJECT}/edit/summary"), data={"summary_en": "A summary."})
    client.post(page_of(cast, f"{PROJECT}/submit"))
    chinese = sign_in(cast.ivan, "zh").get(page_of(cast, PROJECT)).text
    assert "目前仅有英文" in chinese
    assert "Only in English so far" not in sign_in(cast.ivan).get(page_of(cast, PROJECT)).text


@pytest.fixture
def later(cast: Cast, look: Any, now: Any) -> Cast:
    """Another roadshow, where the firm of the first one begins anew."""
    with look() as session:
        roadshow = Roadshow(
            slug="autumn",
            name_en="Autumn roadshow",
            starts_on=date(2027, 9, 10),
            ends_on=date(2027, 9, 11),
            phase=Phase.CALL,
            created_at=now,
        )
        session.add(roadshow)
        session.flush()
        ivan = session.get_one(Account, cast.ivan.id)
        body = profile.organisation_for(session, roadshow, name_en="Lotus Capital II", kind="vc")
        investor = profile.create_investor(
            session, roadshow, organisation=body, actor=ivan, now=now
        )
        session.commit()
        session.expunge_all()
    return Cast(roadshow, cast.project, investor, *(cast.anna, cast.ivan, cast.olga, cast.bob))


def test_last_times_mandate_is_looked_at_and_taken_over(
    cast: Cast, later: Cast, sign_in: Any, look: Any
) -> None:
    client = sign_in(cast.ivan)
    base = f"/r/autumn/investors/{later.investor.id}"
    visitor = Visitor(client).open(f"{base}/edit").follow("Take over what you said there")
    assert "Lotus Capital looks for projects in Cell and gene therapy." in visitor.text
    assert "3 answers would change" in visitor.text
    with look() as session:
        assert (
            []
            == profile.mandate_draft(session, session.get_one(Investor, later.investor.id)).fields
        )
    visitor.press("Take this over")
    assert f"{base}/edit/review" == visitor.path
    with look() as session:
        investor = session.get_one(Investor, later.investor.id)
        draft = profile.mandate_draft(session, investor)
        assert (["cgt"], "One-time cures.", ["Hidden Rival AG"]) == (
            [one.code for one in draft.fields],
            draft.thesis_en,
            draft.terms.conflicts,
        )
        assert ("Lotus Capital II", None) == (
            investor.organisation.name_en,
            profile.current_mandate(investor),
        )
        assert "mandate.imported" in [one.action for one in deeds_of(session, investor)]
    assert "Your draft says the same already." in visitor.open(f"{base}/earlier").text


def test_nobody_takes_over_what_others_said_elsewhere(
    cast: Cast, later: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    with look() as session:
        roadshow = session.get_one(Roadshow, later.roadshow.id)
        bob = session.get_one(Account, cast.bob.id)
        body = profile.organisation_for(session, roadshow, name_en="Bob Fund", kind="vc")
        own = profile.create_investor(session, roadshow, organisation=body, actor=bob, now=now)
        session.commit()
        own_id = own.id
    client = sign_in(cast.bob)
    path = f"/r/autumn/investors/{own_id}/earlier"
    assert "You have handed in no mandate at another roadshow" in client.get(path).text
    answer = client.post(path, data={"source": cast.investor.id})
    assert 409 == answer.status_code
    with look() as session:
        draft = profile.mandate_draft(session, session.get_one(Investor, own_id))
        assert "" == draft.thesis_en


def test_an_own_firm_is_not_written_on_behalf_of(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.ivan).get(page_of(cast, f"{INVESTOR}/edit/thesis")).text
    assert "on behalf of" not in page
