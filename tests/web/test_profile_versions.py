"""Versions: compared side by side, who read which, and what is fixed after the deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.core.journey import ProjectState
from matchmaker.services import profile
from matchmaker.services.profile.freezing import GROUPS, MANDATE_GROUPS
from matchmaker.store.journal import JournalEntry
from matchmaker.store.preference import Cda
from matchmaker.store.profile import Investor, Project
from matchmaker.store.reading import MandateReading
from matchmaker.store.roadshow import Roadshow
from matchmaker.web.profile.mandate_steps import MANDATE_STEPS
from matchmaker.web.profile.project_steps import PROJECT_STEPS
from tests.visitor import Visitor
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]


def test_a_team_sees_which_firms_read_which_version(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    path = page_of(cast, PROJECT)
    ivan, anna = sign_in(cast.ivan), sign_in(cast.anna)
    assert f'hx-post="{path}/read"' in ivan.get(path).text
    assert f'hx-post="{path}/read"' not in anna.get(path).text
    for _ in range(2):
        assert 204 == ivan.post(f"{path}/read").status_code
    with look() as session:
        session.add(
            Cda(
                roadshow_id=cast.roadshow.id,
                project_id=cast.project.id,
                investor_id=cast.investor.id,
                signed_at=now,
            )
        )
        session.commit()
    anna.post(page_of(cast, f"{PROJECT}/edit/summary"), data={"pitch_en": "Anew."})
    anna.post(page_of(cast, f"{PROJECT}/submit"))
    assert 204 == ivan.post(f"{path}/read").status_code
    with look() as session:
        project = session.get_one(Project, cast.project.id)
        assert [("Lotus Capital", 2, "cda", 1), ("Lotus Capital", 1, "registered", 2)] == [
            (one.name_en, one.number, one.tier, one.times)
            for one in profile.readers_of(session, project)
        ]
        kept = select(JournalEntry).where(JournalEntry.action == "project.read")
        assert 1 == len(session.scalars(kept).all())
    page = Visitor(anna).open(f"{path}/versions").text
    assert "Read by 1 firm" in page
    assert "Lotus Capital Registered participants · 2 times" in page


def test_a_firm_sees_which_teams_read_which_mandate(cast: Cast, sign_in: Any, look: Any) -> None:
    path = page_of(cast, INVESTOR)
    anna, ivan = sign_in(cast.anna), sign_in(cast.ivan)
    assert f'hx-post="{path}/read"' in anna.get(path).text
    assert f'hx-post="{path}/read"' not in ivan.get(path).text
    for _ in range(2):
        assert 204 == anna.post(f"{path}/read").status_code
    ivan.post(f"{path}/edit/thesis", data={"thesis_en": "Anew."})
    ivan.post(f"{path}/submit")
    assert 204 == anna.post(f"{path}/read").status_code
    with look() as session:
        investor = session.get_one(Investor, cast.investor.id)
        assert [("CAR-T for lupus", 2, "", 1), ("CAR-T for lupus", 1, "", 2)] == [
            (one.name_en, one.number, one.tier, one.times)
            for one in profile.readers_of(session, investor)
        ]
    page = Visitor(ivan).open(f"{path}/versions").text
    assert "Read by 1 team CAR-T for lupus 2 times" in page
    with look() as session:
        project = session.get_one(Project, cast.project.id)
        project.state = ProjectState.WAITLISTED
        session.commit()
        investor = session.get_one(Investor, cast.investor.id)
        assert [] == profile.readers_of(session, investor)


@pytest.mark.parametrize("who", [None, "bob", "olga", "ivan", "anna"])
def test_nobody_elses_reading_of_a_mandate_is_noted(
    cast: Cast, sign_in: Any, look: Any, who: str
) -> None:
    with look() as session:  # selected, but the team was not told yet
        project = session.get_one(Project, cast.project.id)
        project.told = project.told_at = None
        session.commit()
    client = sign_in(getattr(cast, who) if who else None)
    assert client.post(page_of(cast, f"{INVESTOR}/read")).status_code in {302, 403, 404}
    with look() as session:
        assert [] == session.scalars(select(MandateReading)).all()


@pytest.mark.parametrize("who", [None, "bob", "olga", "anna"])
def test_nobody_elses_reading_is_noted(cast: Cast, sign_in: Any, look: Any, who: str) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    assert 403 == client.post(page_of(cast, f"{PROJECT}/read")).status_code
    with look() as session:
        assert [] == profile.readers_of(session, session.get_one(Project, cast.project.id))


def test_two_versions_stand_side_by_side(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.anna)
    client.post(
        page_of(cast, f"{PROJECT}/edit/summary"), data={"pitch_en": "Cells that mend immunity."}
    )
    page = client.get(page_of(cast, f"{PROJECT}/versions")).text
    older, newer = page.partition(">Newer</h3>")[0].rpartition(">Older</h3>")[2], ""
    newer = page.partition(">Newer</h3>")[2]
    assert "<del>" in older
    assert "<ins>" not in older
    assert "mend" not in older
    assert "<ins>" in newer.partition("</section>")[0]
    assert "reset" not in newer.partition("</section>")[0]


def test_what_is_frozen_stays_for_the_team_and_opens_for_organisers(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    olga = sign_in(cast.olga)
    settings = Visitor(olga).open("/r/demo/settings")
    settings.press("Save", frozen=["title", "money", "files"])
    with look() as session:
        roadshow = session.get_one(Roadshow, cast.roadshow.id)
        assert ["title", "money", "files"] == roadshow.frozen
        roadshow.applications_until = now - timedelta(hours=1)
        session.commit()
    anna = sign_in(cast.anna)
    path = page_of(cast, f"{PROJECT}/edit/basics")
    page = Visitor(anna).open(path)
    assert "Fixed since applications closed The deadline was Mar 1, 2027" in page.text
    assert "What is greyed out stands as it was handed in; the rest is open." in page.text
    assert "Only the organisers can correct it, or open it again" in page.text
    money = Visitor(anna).open(page_of(cast, f"{PROJECT}/edit/files"))
    assert "Nothing in this step can be changed any more" in money.text
    assert not money.has_button("Upload")
    sent = {
        "title_en": "Another title",
        "website": "https://new.example.org",
        "body_name_en": "Charité",
    }
    assert 303 == anna.post(path, data=sent).status_code
    assert (
        303 == anna.post(page_of(cast, f"{PROJECT}/edit/money"), data={"amount": "1"}).status_code
    )
    anna.post(page_of(cast, f"{PROJECT}/files"), data={})
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert ("CAR-T for lupus", "https://new.example.org") == (draft.title_en, draft.website)
        assert 3_000_000_00 == draft.registered.amount
    olga.post(path, data=sent)
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert "Another title" == draft.title_en


def test_a_frozen_mandate_stays_for_the_firm_and_opens_for_organisers(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    olga, ivan = sign_in(cast.olga), sign_in(cast.ivan)
    settings = Visitor(olga).open("/r/demo/settings")
    settings.press("Save", mandates_frozen=["looks", "limits", "capacity"])
    assert "Please say from when on mandates are fixed." in settings.text
    settings.press(
        "Save",
        mandates_frozen=["looks", "limits", "capacity"],
        mandates_until="2027-03-02T10:00",
    )
    path = page_of(cast, f"{INVESTOR}/edit/looks")
    assert "can be changed until Mar 2, 2027" in Visitor(ivan).open(path).text
    ivan.post(page_of(cast, f"{INVESTOR}/edit/limits"), data={"hard_nos_en": "Said in time."})
    with look() as session:
        roadshow = session.get_one(Roadshow, cast.roadshow.id)
        roadshow.mandates_until = now - timedelta(hours=1)
        session.commit()
    page = Visitor(ivan).open(page_of(cast, f"{INVESTOR}/edit/limits"))
    assert "Fixed since the deadline for mandates" in page.text
    assert "Said in time." not in page.html
    sent = {
        "looks": {"fields": "modality", "stages": "phase_1"},
        "delegates": {"max_meetings": "3"},
    }
    sent |= {"thesis": {"thesis_en": "Still ours."}, "limits": {"conflicts": "A new rival"}}
    for step, data in sent.items():
        assert 303 == ivan.post(page_of(cast, f"{INVESTOR}/edit/{step}"), data=data).status_code
    assert 303 == ivan.post(page_of(cast, f"{INVESTOR}/submit")).status_code
    with look() as session:
        investor = session.get_one(Investor, cast.investor.id)
        mandate = profile.current_mandate(investor)
        assert (["cgt"], [], None, "Still ours.", ["A new rival"], "", 2) == (
            [row.code for row in mandate.fields],
            mandate.stages,
            investor.max_meetings,
            mandate.thesis_en,
            mandate.terms.conflicts,
            mandate.terms.hard_nos_en,
            mandate.number,
        )
    olga.post(path, data={"fields": "cgt", "stages": "phase_1"})
    with look() as session:
        draft = profile.mandate_draft(session, session.get_one(Investor, cast.investor.id))
        assert ["phase_1"] == draft.stages


def test_nothing_is_asked_for_that_is_fixed(cast: Cast, sign_in: Any, look: Any, now: Any) -> None:
    firm = sign_in(cast.ivan)
    review, reach = (page_of(cast, f"{INVESTOR}/edit/{one}") for one in ("review", "reach"))
    asked = f"{page_of(cast, INVESTOR)}/edit/ticket#ticket_low"
    open_page = firm.get(review).text
    assert (True, False) == (asked in open_page, "Fixed since" in open_page)
    with look() as session:
        roadshow = session.get_one(Roadshow, cast.roadshow.id)
        roadshow.mandates_frozen, roadshow.mandates_until = ["ticket"], now - timedelta(hours=1)
        session.commit()
    page = Visitor(firm).open(review)
    assert "Fixed are: Money." in page.text
    assert asked not in page.html
    ticket = Visitor(firm).open(page_of(cast, f"{INVESTOR}/edit/ticket"))
    assert "Nothing in this step can be changed any more" in ticket.text
    assert not ticket.has_button("Save")
    assert asked not in firm.get(reach).text
    assert asked in sign_in(cast.olga).get(review).text


@pytest.mark.parametrize(
    ("groups", "steps", "besides"),
    [
        (GROUPS, PROJECT_STEPS, {"files", "body_website"}),  # the body's own is only an investor's
        (MANDATE_GROUPS, MANDATE_STEPS, {"body_region"}),  # nor is a region asked of a firm
    ],
    ids=["project", "mandate"],
)
def test_every_frozen_answer_is_one_that_the_form_asks_for(
    app: Any, groups: Any, steps: Any, besides: set[str]
) -> None:
    with app.test_request_context():
        asked = {
            name
            for _, made in steps.values()
            if made is not None
            for name in made(formdata=None).names()
        }
    assert set() == {name for names in groups.values() for name in names} - asked - besides
