"""Who is to meet: what each side said, what it costs to decide otherwise, what stands."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import PairingState, Wish
from matchmaker.core.refusal import Refusal
from matchmaker.services import pairing
from matchmaker.services.meeting import draft
from matchmaker.store.pairing import Pairing
from tests.services.roadshows import make_show, wish
from tests.services.test_meeting_chain import proposed


def test_a_no_is_never_paired_and_a_must_comes_first(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    show.roadshow.project_max = 1
    wish(session, show, show.pair(0, 0), "investor", Wish.NO)
    wish(session, show, show.pair(0, 3), "project", Wish.MUST)
    pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    rows = {
        (row.project_id, row.investor_id): row.state for row in session.scalars(select(Pairing))
    }
    assert show.pair(0, 0) not in rows
    assert rows[show.pair(0, 3)] is PairingState.PROPOSED
    with pytest.raises(Refusal) as no:
        pairing.pin(session, show.roadshow, show.pair(0, 0), actor=show.organiser, now=now)
    assert no.value.reason == "side-says-no"


def test_a_left_out_pair_says_what_fills_its_place(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    show.roadshow.project_max = 1
    pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    row = session.scalars(
        select(Pairing).where(
            Pairing.project_id == show.projects[0].id, Pairing.state == PairingState.LEFT_OUT
        )
    ).first()
    assert row is not None
    assert (row.reason, row.facts["change"]) == ("project-full", "raise max of project:P01 to 2")


def test_the_cost_of_a_pin_is_what_the_pin_then_does(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    show.roadshow.project_max = 1
    pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    out = session.scalars(select(Pairing).where(Pairing.state == PairingState.LEFT_OUT)).first()
    assert out is not None
    pair = (out.project_id, out.investor_id)
    before = _standing(session)
    told = pairing.cost_of(session, show.roadshow, "pin", pair, now=now)
    done = pairing.pin(session, show.roadshow, pair, actor=show.organiser, now=now)
    after = _standing(session)
    assert told == done
    assert (set(told.added), set(told.removed)) == (after - before, before - after)
    assert pair in after
    assert told.score < 0

    back = pairing.release(session, show.roadshow, pair, actor=show.organiser, now=now)
    assert back.kept
    assert session.scalars(select(Pairing).where(Pairing.state == PairingState.PINNED)).all() == []


def test_a_prohibition_outlives_the_next_proposal(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    proposed(session, show, now)
    pair = show.pair(0, 0)
    pairing.forbid(session, show.roadshow, pair, actor=show.organiser, now=now)
    proposed(session, show, now)
    row = session.scalars(
        select(Pairing).where(Pairing.project_id == pair[0], Pairing.investor_id == pair[1])
    ).one()
    assert row.state is PairingState.FORBIDDEN
    assert pair not in _standing(session)


def test_planning_wants_slots_tables_and_an_approval(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    with pytest.raises(Refusal) as no:
        draft.queue_plan(session, show.roadshow, actor=show.organiser, now=now)
    assert no.value.reason == "pairings-not-approved"
    with pytest.raises(Refusal) as no:
        pairing.approve(session, show.roadshow, number=1, actor=show.organiser, now=now)
    assert no.value.reason == "nothing-proposed"


def _standing(session: Session) -> set[tuple[str, str]]:
    states = (PairingState.PROPOSED, PairingState.PINNED)
    return {
        (row.project_id, row.investor_id)
        for row in session.scalars(select(Pairing).where(Pairing.state.in_(states)))
    }
