"""What a decision about a pair changes: who comes in, who goes, and what that costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from matchmaker.core import instance as core
from matchmaker.core.journey import PairingState
from matchmaker.core.refusal import Refusal
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.pairing.choosing import Chosen, choose_both, holding

PairId = tuple[str, str]
Verb = Literal["pin", "forbid", "release", "swap"]
STANDING = (PairingState.PROPOSED, PairingState.PINNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a decision changes: pairs that come and go, the score, meetings missing under floors."""

    added: tuple[PairId, ...]
    removed: tuple[PairId, ...]
    score: float
    short: int
    kept: bool
    """Whether the decision itself can hold: a pin that no cap admits does not."""


def after(drawn: Drawn, verb: Verb, pair: PairId, out: PairId | None) -> tuple[Chosen, Cost]:
    """Return what is chosen after a decision, and how that differs from what stands."""
    if not (drawn.knows("project", pair[0]) and drawn.knows("investor", pair[1])):
        raise Refusal("unknown-pair", hint="Both sides must take part.")
    key = drawn.key(pair)
    wanted = drawn.instance.by_key.get(key)
    if wanted is None:
        raise Refusal("unknown-pair", hint="This pair has met already or is no candidate.")
    if verb in ("pin", "swap") and "no" in (wanted.want_project, wanted.want_investor):
        raise Refusal("side-says-no", hint="One side said no thanks; ask them first.")
    row = drawn.ground.pairings.get(pair)
    if verb == "release" and (
        row is None or row.state in (PairingState.PROPOSED, PairingState.LEFT_OUT)
    ):
        raise Refusal("nothing-to-release", hint="This pair is neither pinned nor forbidden.")
    standing = _standing(drawn)
    forbidden = {key} if verb == "forbid" else set()
    if out is not None:
        forbidden.add(drawn.key(out))
    unchanged, choice = choose_both(
        holding(drawn.instance, standing),
        holding(
            drawn.instance,
            standing - ({key} if verb == "release" else set()),
            pinned={key} if verb in ("pin", "swap") else (),
            forbidden=forbidden,
            released={key} if verb == "release" else (),
        ),
    )
    # what would come in without the decision, too, is for the next proposal to bring
    kept = frozenset(one for one in choice.keys if one in standing or one not in unchanged)
    worth = {one.key: one.score for one in drawn.instance.pairs}
    cost = Cost(
        added=tuple(sorted(drawn.pair(one) for one in kept - standing)),
        removed=tuple(sorted(drawn.pair(one) for one in standing - kept)),
        score=round(sum(worth[one] for one in kept) - sum(worth[one] for one in standing), 2),
        short=_short(drawn, kept) - _short(drawn, standing),
        kept=verb not in ("pin", "swap") or key in kept,
    )
    floors = tuple(_floors(drawn, kept, choice.floors))
    return replace(choice, keys=kept, floors=floors), cost


def _standing(drawn: Drawn) -> set[tuple[str, str]]:
    return {
        drawn.key(pair)
        for pair, row in drawn.ground.pairings.items()
        if row.state in STANDING
        and drawn.knows("project", pair[0])
        and drawn.knows("investor", pair[1])
        and drawn.key(pair) in drawn.instance.by_key
    }


def _short(drawn: Drawn, pairs: Collection[core.Key]) -> int:
    return sum(one.min - one.got for one in _floors(drawn, pairs, ()))


def _floors(
    drawn: Drawn, pairs: Collection[core.Key], told: Collection[core.Floor]
) -> Iterator[core.Floor]:
    """Yield the minimums that some pairs leave unmet, with what was told of why."""
    known = {(one.who, one.got): one for one in told}
    reasons = {one.who: one.reason for one in told}
    for end, kind, parties in (
        (0, "project", drawn.instance.projects),
        (1, "investor", drawn.instance.investors),
    ):
        got = Counter(pair[end] for pair in pairs)
        for party in parties:
            if got[party.id] < party.min:
                who = f"{kind}:{party.id}"
                yield known.get((who, got[party.id])) or core.Floor(
                    who=who, min=party.min, got=got[party.id], reason=reasons.get(who, "")
                )
