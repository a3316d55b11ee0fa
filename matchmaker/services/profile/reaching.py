"""What each missing answer costs: in how many lists a party stands near the top, by the model.

The draft is scored against everybody with the roadshow's own match model, once as it stands and
once for every answer that a missing part could have. Only counts leave this module.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.places import WORLD
from matchmaker.core.profile import INSTRUMENTS, ROUNDS, STAGES, Mandate, Pitch, Ticket
from matchmaker.services.match.decisions import histories, with_history
from matchmaker.services.match.encoders import in_use
from matchmaker.services.match.runs import compute, latest_run, profiles_to_rank
from matchmaker.services.match.settings import setting
from matchmaker.services.profile.drafts import mandate_draft
from matchmaker.services.profile.facts import draft_mandate, draft_pitch
from matchmaker.services.visibility import seen_by
from matchmaker.store.match import MatchRun
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow

if TYPE_CHECKING:
    from matchmaker.core.match import Ranking

NEAR = 10  # places at the top of a list
FEWEST = 5  # of the other side: fewer could be told apart by their counts
MOST_VALUES = 12  # answers tried for one part
REMEMBERED = 4  # rankings kept in this process
_rankings: OrderedDict[tuple[Any, ...], Ranking] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One part that was not said: how many of the other side ask for it, and what it could do.

    ``best`` and ``worst`` are the lists near whose top the party stands with the most and with
    the least lucky answer.
    """

    facet: str
    asked: int
    best: int
    worst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """In how many of the ``lists`` of the other side the party is among the first ``near``."""

    now: int
    lists: int
    near: int
    missing: tuple[Missing, ...]


def reach_of(session: Session, roadshow: Roadshow, party: Project | Investor) -> Reach | None:
    """Return the reach of a party's draft; None while the other side is too small to count."""
    run = latest_run(session, roadshow)
    pitches, mandates = profiles_to_rank(session, roadshow)
    known = histories(session, roadshow) if run and run.data.get("evidence") else {}
    mandates = with_history(mandates, known)
    others: Sequence[Pitch | Mandate] = pitches
    if isinstance(party, Project):  # a count of hidden firms would tell that there are some
        seen = set(session.scalars(select(Investor.id).where(seen_by(party))))
        others = shown = [one for one in mandates if one.id in seen]
    if len(others) < FEWEST:
        return None
    if isinstance(party, Project):
        own: Any = draft_pitch(session, roadshow, party)
        rivals = [one for one in pitches if one.id != party.id]
        answers = _answers_of_pitch(own, rivals, shown)
    else:
        own = with_history([draft_mandate(session, roadshow, party)], known)[0]
        answers = _answers_of_mandate(own, pitches)
        if WORLD in mandate_draft(session, party).countries:  # said, though it leaves nothing out
            answers = {facet: one for facet, one in answers.items() if facet != "country"}
    ranking = _ranking(pitches, mandates, _parameters(session, roadshow, run))
    return _counted(ranking, own, answers, others)


Answers = Mapping[str, Sequence[Any]]
"""Facet -> the profile with each answer that the facet could have."""


def _answers_of_pitch(own: Pitch, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Answers:
    amounts = sorted(
        one for mandate in mandates if mandate.ticket for one in _amounts(mandate.ticket)
    )
    named = (code for mandate in mandates for code in mandate.countries if len(code) == 2)
    found: dict[str, list[Pitch]] = {}
    if not own.fields:
        codes = _usual(code for one in mandates for code in one.fields)
        found["field"] = [replace(own, fields=(code,)) for code in codes]
    if own.country is None:
        codes = _usual([*named, *(one.country for one in pitches if one.country)])
        found["country"] = [replace(own, country=code) for code in codes]
    if own.stage is None:
        found["stage"] = [replace(own, stage=code) for code in STAGES]
    if own.trl is None:
        found["trl"] = [replace(own, trl=level) for level in range(1, 10)]
    if own.round is None:
        found["round"] = [replace(own, round=code) for code in ROUNDS]
    if own.amount is None and amounts:
        picked = {amounts[len(amounts) * part // 10] for part in (1, 3, 5, 7, 9)}
        found["ticket"] = [replace(own, amount=one) for one in sorted(picked)]
    if not own.instruments:
        found["instrument"] = [replace(own, instruments=(code,)) for code in INSTRUMENTS]
    if not own.languages:
        codes = _usual(code for one in mandates for code in one.languages)
        found["language"] = [replace(own, languages=(code,)) for code in codes]
    return found


def _answers_of_mandate(own: Mandate, pitches: Sequence[Pitch]) -> Answers:
    amounts = sorted(one.amount for one in pitches if one.amount)
    found: dict[str, list[Mandate]] = {}
    single: dict[str, tuple[str, Iterable[str]]] = {
        "field": ("fields", (code for one in pitches for code in one.fields)),
        "country": ("countries", (one.country for one in pitches if one.country)),
        "stage": ("stages", (one.stage for one in pitches if one.stage)),
        "round": ("rounds", (one.round for one in pitches if one.round)),
        "instrument": ("instruments", (code for one in pitches for code in one.instruments)),
        "language": ("languages", (code for one in pitches for code in one.languages)),
    }
    for facet, (name, said) in single.items():
        if not getattr(own, name):
            found[facet] = [_with(own, name, (code,)) for code in _usual(said)]
    if own.ticket is None and amounts:
        picked = {amounts[len(amounts) * part // 10] for part in (1, 3, 5, 7, 9)}
        found["ticket"] = [replace(own, ticket=Ticket(typical=one)) for one in sorted(picked)]
    return found


def _with(own: Mandate, name: str, value: tuple[str, ...]) -> Mandate:
    kept: dict[str, Any] = {name: value}
    return replace(own, **kept)


def _usual(codes: Iterable[str]) -> list[str]:
    """Return the most frequent codes, equal ones in the order of the alphabet."""
    counted = Counter(codes)
    return sorted(counted, key=lambda code: (-counted[code], code))[:MOST_VALUES]


def _amounts(ticket: Ticket) -> list[float]:
    return [one for one in (ticket.low, ticket.typical, ticket.high) if one]


def _parameters(session: Session, roadshow: Roadshow, run: MatchRun | None) -> dict[str, Any]:
    """Return what the next ranking is made with: the newest one's model, and weights by hand."""
    wanted = setting(session, roadshow)
    found: dict[str, Any] = dict(run.model.get("parameters", {})) if run else {}
    if run and run.model.get("by_hand"):
        found.pop("weights", None)
    found["encoders"] = in_use()
    if wanted is not None and wanted.weights:
        found["weights"] = dict(wanted.weights)
    return found


def _ranking(
    pitches: Sequence[Pitch], mandates: Sequence[Mandate], parameters: Mapping[str, Any]
) -> Ranking:
    """Return the ranking of what was handed in; nobody's draft changes it."""
    key = (json.dumps(parameters, sort_keys=True), *pitches, *mandates)
    with _lock:
        if key in _rankings:
            _rankings.move_to_end(key)
            return _rankings[key]
    ranking = compute(pitches, mandates, parameters)
    with _lock:
        _rankings[key] = ranking
        while len(_rankings) > REMEMBERED:
            _rankings.popitem(last=False)
    return ranking


def _counted(
    ranking: Ranking, own: Pitch | Mandate, answers: Answers, others: Sequence[Pitch | Mandate]
) -> Reach:
    rows = [(facet, one) for facet, tried in answers.items() for one in tried]
    batch = [replace(one, id=f"{at:06}") for at, one in enumerate([own, *(one for _, one in rows)])]
    reached, near = _places(ranking, batch, own.id, {one.id for one in others})
    by_facet: dict[str, list[int]] = {}
    for (facet, _), count in zip(rows, reached[1:], strict=True):
        by_facet.setdefault(facet, []).append(count)
    missing = [
        Missing(
            facet=facet,
            asked=sum(_asks(one, facet) for one in others),
            best=max(counts),
            worst=min(counts),
        )
        for facet, counts in by_facet.items()
    ]
    ordered = sorted(missing, key=lambda one: (-one.best, -one.asked, one.facet))
    return Reach(now=reached[0], lists=len(others), near=near, missing=tuple(ordered))


def _places(
    ranking: Ranking, batch: list[Any], own: str, lists: Collection[str]
) -> tuple[list[int], int]:
    """Return for each variant how many of the ``lists`` have it near the top, and how near.

    What the party itself handed in before is no rival of its draft.
    """
    from matchmaker.core.match.ranking import DECIMALS, score_block  # noqa: PLC0415 -- slow import

    of_pitch = isinstance(batch[0], Pitch)
    score, _, _, out = score_block(
        ranking.model,
        ranking.taxonomy,
        batch if of_pitch else ranking.pitches,
        ranking.mandates if of_pitch else batch,
    )
    if not of_pitch:
        score, out = score.T, out.T  # a row for each list of the other side
    known = ranking.score if of_pitch else ranking.score.T
    shut = ranking.excluded if of_pitch else ranking.excluded.T
    names, owners = ranking.projects, ranking.investors
    if not of_pitch:
        names, owners = owners, names
    others = [at for at, name in enumerate(names) if name != own]
    near = max(1, min(NEAR, len(others) // 2))
    counts = [0] * len(batch)
    for row in [at for at, owner in enumerate(owners) if owner in lists]:
        rivals = sorted(
            (-round(float(known[row, at]), DECIMALS), names[at])
            for at in others
            if not shut[row, at]
        )
        bar = rivals[near - 1] if len(rivals) >= near else (1.0, "")
        for at in range(len(batch)):
            place = (-round(float(score[row, at]), DECIMALS), own)
            counts[at] += bool(not out[row, at] and place < bar)
    return counts, near


def _asks(other: Pitch | Mandate, facet: str) -> bool:
    if isinstance(other, Mandate):
        name = _LISTS.get(facet, facet)
        return bool(getattr(other, name)) or (facet == "field" and bool(other.also))
    name = {"field": "fields", "ticket": "amount"}.get(facet, facet)
    name = {"instrument": "instruments", "language": "languages"}.get(name, name)
    return bool(getattr(other, name))


_LISTS = {
    "field": "fields",
    "country": "countries",
    "stage": "stages",
    "round": "rounds",
    "instrument": "instruments",
    "language": "languages",
}
