"""What a run was made of as plain values: a file with which its numbers are repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.profile import Evidence, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.services.match.decisions import histories
from matchmaker.services.match.runs import MODEL_VERSION, saw_profiles
from matchmaker.store.match import MatchRun
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow

NAMING = ("id", "name", "organisation", "texts")
"""What a past project is left without: nothing of it weighs, and all of it tells who it was."""

Known = dict[str, tuple[Evidence, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a ranking is made with: the estimator's parameters, earlier decisions by the investor's
    code, the rates into ``currency``, and the codes of those it ranks (None: all).
    """

    parameters: Mapping[str, Any]
    rates: Mapping[str, float]
    evidence: Known = field(default_factory=dict)
    currency: str = "USD"
    projects: frozenset[str] | None = None
    investors: frozenset[str] | None = None
    is_current: bool = True


def made_of_values(values: Mapping[str, Any], rates: Mapping[str, float]) -> Made:
    """Read what a run was made with; ``rates`` into dollars stand in where it brings none.

    Refused is what cannot give the run's numbers: another model, or decisions that are gone.
    """
    model, evidence = values["model"], values.get("evidence")
    if (version := model.get("version", MODEL_VERSION)) != MODEL_VERSION:
        hint = f"That ranking was made by the model {version}, and this matchmaker has "
        hint += f"{MODEL_VERSION}. Rank again, and evaluate --output that ranking."
        raise Refusal("other-model", hint=hint, version=version)
    if evidence is None and counted_evidence(model):
        hint = "That ranking counted earlier decisions, and the file does not hold them: they have "
        hint += "changed since, or an older matchmaker made it. Rank again, and evaluate --output "
        hint += "that ranking."
        raise Refusal("no-evidence", hint=hint)
    own = values.get("profiles")
    made = Made(parameters=model["parameters"], rates=rates)
    if own is not None:
        made = replace(
            made,
            currency=own["currency"],
            rates={code: float(rate) for code, rate in own["rates"].items()},
            projects=frozenset(own["projects"]),
            investors=frozenset(own["investors"]),
            is_current=bool(own["current"]),
        )
    if not evidence:
        return made
    return replace(made, evidence=evidence_of_values(evidence, made.rates, made.currency))


def counted_evidence(model: Mapping[str, Any]) -> bool:
    """Tell whether a run's model counted earlier decisions."""
    trials = model.get("trials", ())
    return any(one["stage"] == "evidence" and one["reason"] == "won" for one in trials)


def profiles_of(session: Session, roadshow: Roadshow, run: MatchRun) -> dict[str, Any]:
    """Return the codes of those a run ranked, and how it reads their amounts.

    ``rates`` are units of ``currency`` for one unit of each other currency; ``current`` tells
    whether their profiles are still those that it saw.
    """
    codes = {
        name: sorted(session.scalars(select(party.code).where(party.id.in_(run.data[name]))))
        for name, party in (("projects", Project), ("investors", Investor))
    }
    return {
        **codes,
        "currency": roadshow.currency,
        "rates": {code: float(rate) for code, rate in roadshow.rates.items()},
        "current": saw_profiles(session, roadshow, run),
    }


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


def evidence_of_values(
    values: Mapping[str, Any], rates: Mapping[str, float], reference: str = "USD"
) -> Known:
    """Return earlier decisions read from such values, amounts in ``reference`` by ``rates``."""
    currency, investors = values["currency"], values["investors"]
    rates = {**rates, reference: 1.0}
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
