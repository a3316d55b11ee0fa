"""The earlier decisions of a run as plain values: a file with which its numbers are repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.profile import Evidence, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.services.match.decisions import histories
from matchmaker.store.match import MatchRun
from matchmaker.store.profile import Investor
from matchmaker.store.roadshow import Roadshow

NAMING = ("id", "name", "organisation", "texts")
"""What a past project is left without: nothing of it weighs, and all of it tells who it was."""

Known = dict[str, tuple[Evidence, ...]]


def counted_evidence(model: Mapping[str, Any]) -> bool:
    """Tell whether a run's model counted earlier decisions."""
    trials = model.get("trials", ())
    return any(one["stage"] == "evidence" and one["reason"] == "won" for one in trials)


def evidence_of_run(session: Session, roadshow: Roadshow, run: MatchRun) -> dict[str, Any] | None:
    """Return the earlier decisions that a run counted, by the investor's code.

    Amounts are in whole units of ``currency``. None where decisions came or went since the run:
    those of today would make other numbers.
    """
    told: Mapping[str, int] = run.data.get("evidence", {})
    known = histories(session, roadshow) if told else {}
    if told != {key: len(own) for key, own in known.items()}:
        return None
    query = select(Investor.id, Investor.code).where(Investor.id.in_(known))
    codes: dict[str, str] = {row.id: row.code for row in session.execute(query)}
    investors = {codes[key]: [_plain(one) for one in own] for key, own in known.items()}
    return {"currency": roadshow.currency, "investors": dict(sorted(investors.items()))}


def evidence_of_values(values: Mapping[str, Any], rates: Mapping[str, float]) -> Known:
    """Return earlier decisions read from such values, amounts in dollars by ``rates``."""
    currency, investors = values["currency"], values["investors"]
    if investors and currency not in rates:
        raise Refusal(
            "no-rate",
            hint=f"Earlier decisions are in {currency}: give --rate {currency}=USD.",
            currency=currency,
        )
    rate = rates.get(currency, 1.0)
    return {code: tuple(_evidence(one, rate) for one in own) for code, own in investors.items()}


def _plain(evidence: Evidence) -> dict[str, Any]:
    values = asdict(evidence)
    for name in NAMING:
        del values["pitch"][name]
    return values


def _evidence(values: Mapping[str, Any], rate: float) -> Evidence:
    said: dict[str, Any] = {
        name: tuple(one) if isinstance(one, Sequence) and not isinstance(one, str) else one
        for name, one in values["pitch"].items()
    }
    pitch = Pitch(id="", **said)
    if pitch.amount is not None:
        pitch = replace(pitch, amount=float(round(pitch.amount * rate)))
    return Evidence(pitch=pitch, weight=values["weight"], age=values["age"])
