"""The model card and its settings: seen by organisers, previewed, kept, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import ProjectState, Wish
from matchmaker.core.match import Trial
from matchmaker.services import match, preference, profile
from matchmaker.services.match import trying
from matchmaker.store.journal import JournalEntry
from matchmaker.store.match import MatchSetting
from tests.committee import read
from tests.web.test_match import Show, ranked

CARD = "/r/fair/matches/model"


@pytest.fixture
def show(session: Session, now: Any) -> Show:
    made = Show(session, now)
    session.commit()
    return made


def test_the_card_says_what_ranks_how_good_it_was_and_whom_it_shows(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session, now: Any
) -> None:
    assert "Nothing has been ranked yet" in sign_in(show.olga).get(CARD).text
    client = ranked(show, app, sign_in)
    page = client.get(CARD).text
    assert "Nobody has stated a wish yet" in page
    assert "Too few wishes are on record to measure it (0 wanted pairs; 30 are needed)." in page
    preference.set_wish(
        session, show.tumour, show.north, "investor", Wish.MUST, actor=show.ivan, now=now
    )
    session.commit()
    page = client.get(CARD).text
    for told in (
        "50% (chance 50%)",
        "Off: nobody here decided anything at an earlier roadshow.",
        "Off: too few wishes are on record to learn from.",
        "2 of 2 stand in at least one.",
        "This is the first run.",
    ):
        assert told in page


def test_pages_say_whether_decisions_or_profiles_alone_give_a_score_its_meaning(
    show: Show, app: Any, sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = "No recorded decisions went into it", "measured on decisions people recorded"
    pages = "/r/fair/matches", "/r/fair/matches/map"
    client = ranked(show, app, sign_in)
    for page in pages:
        assert [one in client.get(page).text for one in texts] == [True, False]
    won = Trial(stage="calibrated", reason="won", decisions=40, found=0.3, against=0.4)
    monkeypatch.setattr(trying, "_try_scale", lambda *_: (won, 0.8))
    client = ranked(show, app, sign_in)
    for page in pages:
        assert [one in client.get(page).text for one in texts] == [False, True]


def test_texts_that_repeat_a_thesis_are_named_to_organisers_and_to_nobody_else(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session, now: Any
) -> None:
    by: dict[str, Any] = {"actor": None, "now": now}
    thesis = "we back lipid carriers that bring messenger rna to the liver of children with rare"
    copy = show.fair.project(thesis, state=ProjectState.SELECTED)
    profile.save_mandate(session, show.north, {"thesis_en": thesis}, revision=None, **by)
    profile.submit_mandate(session, show.north, **by)
    session.commit()
    page = ranked(show, app, sign_in).get(CARD).text
    named = page[page.index("Texts that repeat a thesis") :]
    assert f"{thesis} · Northern Ventures" in named
    assert "runs in common" in named
    pair = f"/r/fair/matches/{copy.id}/{show.north.id}"
    assert "in common" not in sign_in(show.ivan).get(pair).text


def test_other_weights_show_who_moves_before_they_are_kept_and_can_be_taken_back(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session
) -> None:
    client = ranked(show, app, sign_in)
    weights = {**match.default_weights(), "field": 0, "stage": 0}
    form = {facet: str(weight) for facet, weight in weights.items()}
    whole = client.post(f"{CARD}/weights", data={**form, "preview": "1"}).text
    part = client.post(f"{CARD}/weights", data=form, headers={"HX-Request": "true"}).text
    assert "Who would move" in whole
    assert part.lstrip().startswith('<section id="preview"')
    assert [] == read(session, select(MatchSetting))
    wrong = client.post(f"{CARD}/weights", data={**form, "field": "4"})
    assert (422, True) == (wrong.status_code, "Number must be between 0 and 3" in wrong.text)
    assert 303 == client.post(f"{CARD}/weights", data={**form, "save": "1"}).status_code
    assert "declared profiles, with weights set by hand" in client.get(CARD).text
    assert 303 == client.post(f"{CARD}/undo").status_code
    rows = read(session, select(MatchSetting).order_by(MatchSetting.number))
    assert [({"field": 0.0, "stage": 0.0}, None), ({}, 1)] == [
        (one.weights, one.undoes) for one in rows
    ]
    actions = select(JournalEntry.actor_id).where(JournalEntry.action == "match.set")
    assert [show.olga.id] * 2 == read(session, actions)
    assert "weights set by hand" not in client.get(CARD).text


def test_organisers_refuse_a_stage_and_nobody_else_sees_the_card(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session
) -> None:
    client = ranked(show, app, sign_in)
    assert 303 == client.post(f"{CARD}/stages", data={"evidence": "y"}).status_code
    assert "Off: the organisers refuse it." in client.get(CARD).text
    rows = read(session, select(MatchSetting))
    assert [(True, False, False)] == [(one.evidence, one.learned, one.calibrated) for one in rows]
    client = sign_in(show.ivan)
    assert [404, 404] == [client.get(CARD + more).status_code for more in ("", "/weights")]
