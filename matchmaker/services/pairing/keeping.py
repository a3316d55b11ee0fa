"""Writing a choice down: proposed pairs, left-out ones with their reasons, totals and floors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.core.journey import PairingState
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.pairing.choosing import Chosen, totals
from matchmaker.store.account import Account
from matchmaker.store.pairing import Pairing, PairingRound
from matchmaker.store.roadshow import Roadshow

PairId = tuple[str, str]
TOLD = 6_000  # left-out pairs kept with their reason; in larger roadshows those that matter


def keep_choice(
    session: Session,
    drawn: Drawn,
    choice: Chosen,
    proposal: PairingRound | None,
    *,
    now: datetime,
    fresh: bool = False,
) -> None:
    """Write a choice down: proposed pairs, left-out ones with reasons, totals and floors."""
    roadshow, rows = drawn.ground.roadshow, drawn.ground.pairings
    chosen = {drawn.pair(key): drawn.instance.by_key[key].score for key in choice.keys}
    told = {drawn.pair(one.key): one for one in choice.left_out}
    matter = _worth_telling(drawn, told)
    _drop_old(session, drawn, {*chosen, *matter}, fresh=fresh)
    for pair, score in chosen.items():
        if pair not in rows or rows[pair].state is not PairingState.PINNED:
            row = set_state(session, roadshow, rows, pair, PairingState.PROPOSED, None, now)
            row.score, row.reason, row.facts = _score(drawn, pair, score), "", {}
    for pair in matter:
        if pair in rows and rows[pair].state in (PairingState.PINNED, PairingState.FORBIDDEN):
            continue
        row = set_state(session, roadshow, rows, pair, PairingState.LEFT_OUT, None, now)
        row.score = _score(drawn, pair, 0.0)
        row.reason = told[pair].reason
        row.facts = {"blocking": [*told[pair].blocking], "change": told[pair].smallest_change}
    if proposal is not None:
        proposal.totals = totals(drawn, choice)
        proposal.floors = [asdict(one) for one in choice.floors]
    session.flush()


def _drop_old(session: Session, drawn: Drawn, told: Collection[PairId], *, fresh: bool) -> None:
    """Forget what the last choice said of pairs of which this one says nothing.

    Without ``fresh`` a left-out candidate keeps the reason it was left out for.
    """
    rows = drawn.ground.pairings
    for pair, row in list(rows.items()):
        if row.state in (PairingState.PINNED, PairingState.FORBIDDEN):
            scored = drawn.ground.scores.get(pair)
            row.score = scored.score if scored else None
        elif pair not in told and (
            fresh or row.state is PairingState.PROPOSED or not _is_candidate(drawn, pair)
        ):
            session.delete(row)
            del rows[pair]


def _is_candidate(drawn: Drawn, pair: PairId) -> bool:
    if not (drawn.knows("project", pair[0]) and drawn.knows("investor", pair[1])):
        return False
    wanted = drawn.instance.by_key.get(drawn.key(pair))
    return wanted is not None and not wanted.is_never


def _worth_telling(drawn: Drawn, told: Collection[PairId]) -> set[PairId]:
    """Return the left-out pairs to keep: all, or in a large roadshow the wished and well-ranked."""
    if len(told) <= TOLD:
        return set(told)
    near = [
        pair
        for pair in told
        if pair in drawn.ground.wishes
        or (
            (scored := drawn.ground.scores.get(pair)) is not None
            and min(scored.rank_for_project or 999, scored.rank_for_investor or 999) <= 10
        )
    ]
    return set(near[:TOLD])


def _score(drawn: Drawn, pair: PairId, otherwise: float) -> float | None:
    scored = drawn.ground.scores.get(pair)
    return scored.score if scored is not None else (otherwise or None)


def set_state(
    session: Session,
    roadshow: Roadshow,
    rows: dict[PairId, Pairing],
    pair: PairId,
    state: PairingState,
    actor: Account | None,
    now: datetime,
) -> Pairing:
    row = rows.get(pair)
    if row is None:
        row = Pairing(
            roadshow_id=roadshow.id,
            project_id=pair[0],
            investor_id=pair[1],
            state=state,
            facts={},
            decided_at=now,
        )
        session.add(row)
        rows[pair] = row
    if row.state is not state or actor is not None:
        row.state, row.decided_at = state, now
        row.decided_by_id = actor.id if actor else None
    if state in (PairingState.PINNED, PairingState.FORBIDDEN):
        row.reason, row.facts = "", {}
    return row
