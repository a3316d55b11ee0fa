"""How the organisers want rankings made: each setting is a row of its own, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.store.account import Account
from matchmaker.store.match import MatchSetting
from matchmaker.store.roadshow import Roadshow

HEAVIEST = 3.0
"""The most that a facet's weight can be set to; 1 takes its evidence at face value."""
STAGES = ("evidence", "learned", "calibrated")


def settings(session: Session, roadshow: Roadshow) -> list[MatchSetting]:
    """Return every setting there was, the newest first."""
    query = select(MatchSetting).where(MatchSetting.roadshow_id == roadshow.id)
    return list(session.scalars(query.order_by(MatchSetting.number.desc())))


def setting(session: Session, roadshow: Roadshow) -> MatchSetting | None:
    """Return the setting that counts now, or None where nothing was ever set."""
    query = select(MatchSetting).where(MatchSetting.roadshow_id == roadshow.id)
    return session.scalars(query.order_by(MatchSetting.number.desc()).limit(1)).first()


def default_weights() -> dict[str, float]:
    """Return the weights as shipped, by facet in the order in which reasons are told."""
    from matchmaker.core.similarity import FACETS, WEIGHTS  # noqa: PLC0415 -- slow import

    return {facet: WEIGHTS[facet] for facet in FACETS}


def checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights by hand that differ from the shipped ones; refuses what cannot be one."""
    shipped = default_weights()
    for facet, weight in weights.items():
        if facet not in shipped:
            raise Refusal("unknown-facet", hint=f"There is no facet {facet}.", facet=facet)
        if not 0 <= weight <= HEAVIEST:
            raise Refusal(
                "bad-weight",
                hint=f"A weight goes from 0 to {HEAVIEST:g}.",
                facet=facet,
                most=f"{HEAVIEST:g}",
            )
    if not any({**shipped, **weights}.values()):
        raise Refusal("no-weight", hint="At least one weight has to be above 0.")
    return {
        facet: round(float(weight), 3)
        for facet, weight in weights.items()
        if abs(weight - shipped[facet]) > 1e-9
    }


def save_setting(
    session: Session,
    roadshow: Roadshow,
    *,
    weights: Mapping[str, float] | None = None,
    evidence: bool | None = None,
    learned: bool | None = None,
    calibrated: bool | None = None,
    actor: Account | None,
    now: datetime,
) -> MatchSetting:
    """Set weights by hand or allow and refuse stages; what is None stays. Holds from the next run.

    ``weights`` by facet, 0 to 3; those as shipped need not be named, ``{}`` goes back to them.
    """
    before = setting(session, roadshow)
    kept = {name: getattr(before, name, True) for name in STAGES}
    given = {"evidence": evidence, "learned": learned, "calibrated": calibrated}
    wanted: dict[str, Any] = {**kept, **{k: v for k, v in given.items() if v is not None}}
    wanted["weights"] = (
        dict(before.weights if before else {}) if weights is None else checked_weights(weights)
    )
    if before is not None and all(getattr(before, key) == one for key, one in wanted.items()):
        return before
    return _add(session, roadshow, wanted, None, actor, now)


def undo_setting(
    session: Session, roadshow: Roadshow, *, actor: Account | None, now: datetime
) -> MatchSetting:
    """Take the newest setting back: what held before it holds again."""
    found = settings(session, roadshow)
    if not found:
        raise Refusal("nothing-to-undo", hint="No setting of the ranking was ever changed.")
    last = found[0]
    before = found[1] if len(found) > 1 else None
    wanted: dict[str, Any] = {name: getattr(before, name, True) for name in STAGES}
    wanted["weights"] = dict(before.weights if before else {})
    return _add(session, roadshow, wanted, last.number, actor, now)


def _add(
    session: Session,
    roadshow: Roadshow,
    wanted: Mapping[str, Any],
    undoes: int | None,
    actor: Account | None,
    now: datetime,
) -> MatchSetting:
    before = setting(session, roadshow)
    row = MatchSetting(
        roadshow_id=roadshow.id,
        number=(before.number if before else 0) + 1,
        undoes=undoes,
        made_at=now,
        made_by_id=actor.id if actor else None,
        **wanted,
    )
    session.add(row)
    session.flush()
    facts = {"number": row.number, "undoes": undoes, **wanted}
    journal.write(session, "match.set", row, actor=actor, now=now, **facts)
    return row
