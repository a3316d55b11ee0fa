"""What a missing answer costs, held against the whole ranking computed by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Visibility
from matchmaker.core.match import rank
from matchmaker.core.profile import STAGES, Evidence, Pitch
from matchmaker.services import match, preference, profile
from matchmaker.services.fields import taxonomy
from matchmaker.services.match.decisions import with_history
from matchmaker.services.match.runs import profiles_to_rank
from matchmaker.services.profile import reaching
from matchmaker.services.profile.facts import draft_pitch
from matchmaker.services.profile.reaching import reach_of
from matchmaker.store.match import MatchRun
from matchmaker.store.profile import Investor
from tests.services.profiles import make_roadshow

FIELDS = ("car_t", "aso", "sirna", "gene_editing")


@pytest.fixture
def fair(session: Session, now: Any) -> Any:
    """Eight firms that look at stages, eight rivals, and one project that says nothing of its."""
    roadshow = make_roadshow(session, now)
    by: dict[str, Any] = {"revision": None, "actor": None, "now": now}
    for at in range(8):
        body = profile.organisation_for(session, roadshow, name_en=f"Firm {at}", kind="vc")
        investor = profile.create_investor(
            session, roadshow, organisation=body, actor=None, now=now
        )
        stages = ["phase_1", "phase_2"] if at < 6 else []
        values = {"fields": ["cgt", FIELDS[at % 4]], "stages": stages}
        profile.save_mandate(session, investor, values, **by)
        profile.submit_mandate(session, investor, actor=None, now=now)
    for at in range(9):
        body = profile.organisation_for(
            session, roadshow, name_en=f"Team {at}", kind="company", country="DE"
        )
        project = profile.create_project(
            session, roadshow, title=f"Project {at}", organisation=body, actor=None, now=now
        )
        stage = None if at == 8 else STAGES[at]
        profile.save_project(session, project, {"fields": [FIELDS[at % 4]], "stage": stage}, **by)
        if at < 8:
            profile.submit_project(session, project, actor=None, now=now)
    return roadshow, project


def test_each_answer_counts_as_the_whole_ranking_would(session: Session, fair: Any) -> None:
    roadshow, project = fair
    pitches, mandates = profiles_to_rank(session, roadshow)
    known = rank(pitches, mandates, taxonomy=taxonomy())
    own = draft_pitch(session, roadshow, project)

    def lists(stage: str | None) -> int:
        batch = [*pitches, replace(own, stage=stage)]
        ranking = rank(batch, mandates, taxonomy=taxonomy(), model=known.model)
        column = ranking.projects.index(own.id)
        return int((ranking.investor_rank[:, column] <= 4).sum())

    found = reach_of(session, roadshow, project)
    assert found is not None
    stage = next(one for one in found.missing if one.facet == "stage")
    counts = [lists(one) for one in STAGES]
    assert (8, 4, lists(None)) == (found.lists, found.near, found.now)
    assert (6, max(counts), min(counts)) == (stage.asked, stage.best, stage.worst)
    assert stage.worst < stage.best


def test_what_the_organisers_do_not_weigh_costs_nothing(
    session: Session, fair: Any, now: Any
) -> None:
    roadshow, project = fair
    match.save_setting(session, roadshow, weights={"stage": 0.0}, actor=None, now=now)
    found = reach_of(session, roadshow, project)
    assert found is not None
    stage = next(one for one in found.missing if one.facet == "stage")
    assert (6, found.now, found.now) == (stage.asked, stage.best, stage.worst)
    match.undo_setting(session, roadshow, actor=None, now=now)
    again = reach_of(session, roadshow, project)
    assert again is not None
    stage = next(one for one in again.missing if one.facet == "stage")
    assert stage.worst < stage.best


def test_what_was_said_is_not_missing(session: Session, fair: Any, now: Any) -> None:
    roadshow, project = fair
    values = {"stage": "phase_1", "languages": ["en"]}
    profile.save_project(session, project, values, revision=None, actor=None, now=now)
    found = reach_of(session, roadshow, project)
    assert found is not None
    assert not {"stage", "language", "country", "field"} & {one.facet for one in found.missing}


@pytest.mark.parametrize(("countries", "missing"), [([], True), (["001"], False)])
def test_the_whole_world_is_an_answer_too(
    session: Session, fair: Any, now: Any, countries: list[str], missing: bool
) -> None:
    roadshow, _ = fair
    investor = session.scalars(select(Investor).order_by(Investor.code)).first()
    assert investor is not None
    values = {"countries": countries}
    profile.save_mandate(session, investor, values, revision=None, actor=None, now=now)
    found = reach_of(session, roadshow, investor)
    assert found is not None
    assert missing == ("country" in {one.facet for one in found.missing})


def test_a_small_other_side_is_not_counted(session: Session, fair: Any, now: Any) -> None:
    roadshow, project = fair
    for investor in list(profile.mandates(session, roadshow))[:4]:
        row = session.get(Investor, investor.id)
        profile.withdraw_investor(session, row, actor=None, now=now)
    assert reach_of(session, roadshow, project) is None


def test_hidden_firms_stand_in_no_count_of_a_team(session: Session, fair: Any, now: Any) -> None:
    roadshow, project = fair
    firms = list(session.scalars(select(Investor).order_by(Investor.code)))
    firms[0].visibility = firms[7].visibility = Visibility.MET
    session.flush()
    hidden = reach_of(session, roadshow, project)
    assert hidden is not None
    stage = next(one for one in hidden.missing if one.facet == "stage")
    assert (6, 5) == (hidden.lists, stage.asked)
    by: dict[str, Any] = {"actor": None, "now": now}
    signed = preference.record_cda(session, project, firms[0], signed_at=now, **by)
    preference.end_cda(session, signed, **by)
    known = reach_of(session, roadshow, project)
    assert known is not None
    assert 7 == known.lists


def test_what_houses_decided_before_counts_where_the_run_counted_it(
    session: Session, fair: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    roadshow, project = fair
    run = MatchRun(roadshow_id=roadshow.id, number=1, started_at=now, finished_at=now, pairs=0)
    run.model, run.data = {}, {"evidence": {"somebody": 1}}
    session.add(run)
    session.flush()
    pitches, mandates = profiles_to_rank(session, roadshow)
    others = [Pitch(id="", fields=(field,), stage="phase_1") for field in FIELDS[1:]]
    deals = tuple(Evidence(pitch=one, weight=9.0) for one in others)
    before = {one.id: deals for one in mandates}
    monkeypatch.setattr(reaching, "histories", lambda *_: before)
    own = draft_pitch(session, roadshow, project)
    richer = with_history(mandates, before)
    known = rank(pitches, richer, taxonomy=taxonomy())
    ranking = rank([*pitches, own], richer, taxonomy=taxonomy(), model=known.model)
    column = ranking.projects.index(own.id)
    found = reach_of(session, roadshow, project)
    assert found is not None
    assert found.now == int((ranking.investor_rank[:, column] <= found.near).sum())
    run.data = {}
    plain = reach_of(session, roadshow, project)
    assert plain is not None
    assert plain.missing != found.missing
