"""The smallest change of one criterion that would lift a pair to a wanted rank, computed.

Every candidate changes one facet of one profile by one step; the changed profile is scored again
against everybody with the same model, and the rank is read off. Nothing is guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matchmaker.core.match.outside import LISTS, has, why_outside
from matchmaker.core.match.ranking import DECIMALS, Ranking, score_block
from matchmaker.core.profile import Exclusion, Mandate, Pitch, Ticket

SIGNIFICANT = 2  # a proposed ticket has so many digits


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a mandate and what it does to the project's place in the investor's list.

    ``code`` is add (a value to a list), widen (a range to the value), allow (drop the exclusion)
    or lift (stop treating the list as a limit); ``effort`` orders changes, small first; ``before``
    is None where the pair was out. ``reached`` tells whether the wanted rank was.
    """

    facet: str
    code: str
    value: str
    effort: float
    before: int | None
    after: int | None
    score: float
    reached: bool


def what_if(ranking: Ranking, investor: str, project: str, *, wanted: int) -> Change | None:
    """Return the smallest change of the mandate that lifts the project to ``wanted`` or better.

    Where no single change reaches it, the change that lifts the most; None where none lifts.
    """
    tried = changes(ranking, investor, project, wanted=wanted)
    lifting = [one for one in tried if _lifts(one)]
    reached = [one for one in lifting if one.reached]
    if reached:
        return min(reached, key=lambda one: (one.effort, -one.score, one.facet))
    return max(lifting, key=lambda one: one.score) if lifting else None


def changes(ranking: Ranking, investor: str, project: str, *, wanted: int) -> list[Change]:
    """Return every single-facet change of the mandate towards the project, with its effect."""
    row, column = ranking.place(investor, project)
    mandate, pitch = ranking.mandates[row], ranking.pitches[column]
    out = bool(ranking.excluded[row, column])
    before = None if out else int(ranking.investor_rank[row, column])
    found = []
    for facet, code, value, effort, changed in _candidates(ranking, mandate, pitch):
        place, score = _place(ranking, changed, column)
        reached = place is not None and place <= wanted
        found.append(Change(facet, code, value, effort, before, place, score, reached))
    return found


def _lifts(change: Change) -> bool:
    if change.after is None:
        return False
    return change.before is None or change.after < change.before


def _place(ranking: Ranking, mandate: Mandate, column: int) -> tuple[int | None, float]:
    """Return the rank and the score of one project in the list of a changed mandate."""
    score, _, _, out = score_block(ranking.model, ranking.taxonomy, ranking.pitches, [mandate])
    if out[0, column]:
        return None, 0.0
    rounded = np.round(score[0], DECIMALS)
    own = rounded[column]
    ahead = (rounded > own) | ((rounded == own) & (np.arange(len(rounded)) < column))
    return int((ahead & ~out[0]).sum()) + 1, float(score[0, column])


Candidate = tuple[str, str, str, float, Mandate]


def _candidates(ranking: Ranking, mandate: Mandate, pitch: Pitch) -> Iterator[Candidate]:
    outside = why_outside(mandate, pitch, ranking.taxonomy)
    if outside is not None and outside.code == "conflict":
        return
    if outside is not None and outside.code == "excluded":
        kept = tuple(
            rule for rule in mandate.exclusions if not _shuts_out(rule, mandate, pitch, ranking)
        )
        yield outside.facet, "allow", outside.value, 2.0, replace(mandate, exclusions=kept)
        return
    if outside is not None:
        name = LISTS[outside.facet]
        only = frozenset(mandate.only - {outside.facet, name})
        yield outside.facet, "lift", "", 2.0, replace(mandate, only=only)
    yield from _additions(ranking, mandate, pitch)
    yield from _wider(mandate, pitch)


def _shuts_out(rule: Exclusion, mandate: Mandate, pitch: Pitch, ranking: Ranking) -> bool:
    alone = Mandate(id=mandate.id, exclusions=(rule,))
    return why_outside(alone, pitch, ranking.taxonomy) is not None


def _additions(ranking: Ranking, mandate: Mandate, pitch: Pitch) -> Iterator[Candidate]:
    """Put one of the project's own values at the head of a list that the mandate has."""
    for code in pitch.fields:
        listed = any(ranking.taxonomy.covers(wish, code) for wish in mandate.fields)
        if mandate.fields and not listed:
            fields = (code, *mandate.fields)
            yield "field", "add", code, 1.0, replace(mandate, fields=fields)
    single: dict[str, str | None] = {
        "country": pitch.country,
        "region": pitch.region,
        "kind": pitch.kind,
        "stage": pitch.stage,
        "round": pitch.round,
    }
    for facet, value in single.items():
        name = LISTS[facet]
        listed_values: tuple[str, ...] = getattr(mandate, name)
        if (
            value
            and listed_values
            and not any(
                has(pitch, facet=facet, value=one, taxonomy=ranking.taxonomy, wide=True)
                for one in listed_values
            )
        ):
            yield facet, "add", value, 1.0, _with(mandate, name, (value, *listed_values))
    for facet in ("instrument", "language"):
        name = LISTS[facet]
        own: tuple[str, ...] = getattr(pitch, name)
        wanted: tuple[str, ...] = getattr(mandate, name)
        if own and wanted and not set(own) & set(wanted):
            yield facet, "add", own[0], 1.0, _with(mandate, name, (*wanted, own[0]))


def _wider(mandate: Mandate, pitch: Pitch) -> Iterator[Candidate]:
    """Widen the ticket or the TRL range just as far as the project's value."""
    if mandate.trl is not None and pitch.trl is not None:
        low, high = mandate.trl
        if not low <= pitch.trl <= high:
            wider = (min(low, pitch.trl), max(high, pitch.trl))
            steps = max(low - pitch.trl, pitch.trl - high)
            yield "trl", "widen", str(pitch.trl), 0.5 * steps, replace(mandate, trl=wider)
    ticket, amount = mandate.ticket, pitch.amount
    if ticket is None or not amount:
        return
    known = [one for one in (ticket.low, ticket.typical, ticket.high) if one]
    if known and amount < min(known):
        low_amount = _rounded(amount, down=True)
        wider_ticket = Ticket(low=low_amount, typical=ticket.typical, high=ticket.high)
        effort = math.log10(min(known) / amount)
        yield "ticket", "widen", f"{low_amount:.0f}", effort, replace(mandate, ticket=wider_ticket)
    if known and amount > max(known):
        high_amount = _rounded(amount, down=False)
        wider_ticket = Ticket(low=ticket.low, typical=ticket.typical, high=high_amount)
        effort = math.log10(amount / max(known))
        yield "ticket", "widen", f"{high_amount:.0f}", effort, replace(mandate, ticket=wider_ticket)


def _rounded(amount: float, *, down: bool) -> float:
    unit = 10.0 ** (math.floor(math.log10(amount)) - SIGNIFICANT + 1)
    return (math.floor if down else math.ceil)(amount / unit) * unit


def _with(mandate: Mandate, name: str, values: tuple[str, ...]) -> Mandate:
    kept: dict[str, Any] = {name: values}
    return replace(mandate, **kept)
