"""Deciding who meets whom: propose, then pin, forbid, release, add, swap, and approve.

After each decision the rest is chosen again with everything proposed held as far as possible, so
one decision moves as little as it must; ``cost_of`` tells beforehand what that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.journey import PairingState
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.jobs import Work, job
from matchmaker.services.meeting.instance import Drawn, draw
from matchmaker.services.pairing.choosing import Chosen, choose, holding, totals
from matchmaker.store.account import Account
from matchmaker.store.pairing import Pairing, PairingRound
from matchmaker.store.roadshow import Roadshow

PairId = tuple[str, str]
Verb = Literal["pin", "forbid", "release", "swap"]
TOLD = 6_000  # left-out pairs kept with their reason; in larger roadshows those that matter
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


def newest_round(session: Session, roadshow: Roadshow) -> PairingRound | None:
    """Return the newest proposal."""
    return session.scalars(
        select(PairingRound)
        .where(PairingRound.roadshow_id == roadshow.id)
        .order_by(PairingRound.number.desc())
        .limit(1)
    ).first()


def propose(
    session: Session,
    roadshow: Roadshow,
    *,
    actor: Account | None,
    now: datetime,
    prepared: tuple[core.Instance, Chosen] | None = None,
) -> PairingRound:
    """Choose pairs anew from all candidates; pins and prohibitions stay.

    ``prepared`` is a choice that was made beforehand; it is used if nothing has changed since.
    Refused when there are no candidates: no selected projects or no active investors.
    """
    drawn = draw(session, roadshow, pairs="all", now=now)
    _can_choose(drawn)
    ready = prepared is not None and prepared[0] == drawn.instance
    choice = prepared[1] if prepared is not None and ready else choose(drawn.instance)
    number = session.scalar(
        select(func.coalesce(func.max(PairingRound.number), 0)).where(
            PairingRound.roadshow_id == roadshow.id
        )
    )
    proposal = PairingRound(
        roadshow_id=roadshow.id,
        number=int(number or 0) + 1,
        proposed_at=now,
        run_id=drawn.ground.run.id if drawn.ground.run else None,
    )
    session.add(proposal)
    _keep(session, drawn, choice, proposal, now=now, fresh=True)
    journal.write(
        session,
        "pairing.proposed",
        proposal,
        actor=actor,
        now=now,
        number=proposal.number,
        pairs=len(choice.keys),
        short=choice.short,
    )
    return proposal


def _can_choose(drawn: Drawn) -> None:
    if not drawn.instance.pairs:
        raise Refusal("no-candidates", hint="There are no selected projects or active investors.")
    if not drawn.instance.slots:
        raise Refusal("no-slots", hint="Please enter slots first.")
    if not drawn.instance.tables:
        raise Refusal("no-tables", hint="Please enter tables first.")


def pin(
    session: Session, roadshow: Roadshow, pair: PairId, *, actor: Account | None, now: datetime
) -> Cost:
    """Decide that a pair meets, proposed or not. Refused where one side says no."""
    return _decide(session, roadshow, "pin", pair, actor=actor, now=now)


def forbid(
    session: Session, roadshow: Roadshow, pair: PairId, *, actor: Account | None, now: datetime
) -> Cost:
    """Decide that a pair does not meet."""
    return _decide(session, roadshow, "forbid", pair, actor=actor, now=now)


def release(
    session: Session, roadshow: Roadshow, pair: PairId, *, actor: Account | None, now: datetime
) -> Cost:
    """Take a pin or a prohibition back; the pair is a candidate like any other then."""
    return _decide(session, roadshow, "release", pair, actor=actor, now=now)


def swap(
    session: Session,
    roadshow: Roadshow,
    out: PairId,
    into: PairId,
    *,
    actor: Account | None,
    now: datetime,
) -> Cost:
    """Let one pair meet instead of another: pins the one, forbids the other."""
    return _decide(session, roadshow, "swap", into, out=out, actor=actor, now=now)


def cost_of(
    session: Session,
    roadshow: Roadshow,
    verb: Verb,
    pair: PairId,
    *,
    out: PairId | None = None,
    now: datetime,
    drawn: Drawn | None = None,
) -> Cost:
    """Return what a decision would change, and change nothing."""
    drawn = drawn or draw(session, roadshow, pairs="all", now=now)
    return _after(drawn, verb, pair, out)[1]


def approve(
    session: Session, roadshow: Roadshow, *, number: int, actor: Account, now: datetime
) -> PairingRound:
    """Approve the newest round, which must be the one that the organiser looked at."""
    newest = newest_round(session, roadshow)
    if newest is None:
        raise Refusal("nothing-proposed", hint="There is no proposal yet.")
    if newest.number != number:
        raise Refusal("stale", hint="There is a newer proposal.")
    if newest.approved_at is None:
        newest.approved_at, newest.approved_by_id = now, actor.id
        session.flush()
        journal.write(
            session, "pairing.approved", newest, actor=actor, now=now, number=newest.number
        )
    return newest


def _decide(
    session: Session,
    roadshow: Roadshow,
    verb: Verb,
    pair: PairId,
    *,
    out: PairId | None = None,
    actor: Account | None,
    now: datetime,
) -> Cost:
    proposal = newest_round(session, roadshow)
    drawn = draw(session, roadshow, pairs="all", now=now)
    choice, cost = _after(drawn, verb, pair, out)
    if not cost.kept:
        raise Refusal("pin-impossible", hint="No cap, slot or table admits this pair.")
    rows = drawn.ground.pairings
    if verb in ("pin", "swap"):
        _set(session, roadshow, rows, pair, PairingState.PINNED, actor, now)
    if verb == "forbid":
        _set(session, roadshow, rows, pair, PairingState.FORBIDDEN, actor, now)
    if verb == "swap" and out is not None:
        _set(session, roadshow, rows, out, PairingState.FORBIDDEN, actor, now)
    if verb == "release" and pair in rows:
        _set(session, roadshow, rows, pair, PairingState.LEFT_OUT, actor, now)
    session.flush()
    _keep(
        session,
        draw(session, roadshow, pairs="all", now=now),
        choice,
        proposal,
        now=now,
    )
    row = drawn.ground.pairings[pair]
    journal.write(
        session,
        f"pairing.{verb}",
        row,
        actor=actor,
        now=now,
        added=len(cost.added),
        removed=len(cost.removed),
    )
    return cost


def _after(drawn: Drawn, verb: Verb, pair: PairId, out: PairId | None) -> tuple[Chosen, Cost]:
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
    unchanged = choose(holding(drawn.instance, standing)).keys
    choice = choose(
        holding(
            drawn.instance,
            standing - ({key} if verb == "release" else set()),
            pinned={key} if verb in ("pin", "swap") else (),
            forbidden=forbidden,
            released={key} if verb == "release" else (),
        )
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
    reasons = {one.who: one.reason for one in told}
    for end, kind, parties in (
        (0, "project", drawn.instance.projects),
        (1, "investor", drawn.instance.investors),
    ):
        got = Counter(pair[end] for pair in pairs)
        for party in parties:
            if got[party.id] < party.min:
                who = f"{kind}:{party.id}"
                yield core.Floor(
                    who=who, min=party.min, got=got[party.id], reason=reasons.get(who, "")
                )


def _keep(
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
            row = _set(session, roadshow, rows, pair, PairingState.PROPOSED, None, now)
            row.score, row.reason, row.facts = _score(drawn, pair, score), "", {}
    for pair in matter:
        if pair in rows and rows[pair].state in (PairingState.PINNED, PairingState.FORBIDDEN):
            continue
        row = _set(session, roadshow, rows, pair, PairingState.LEFT_OUT, None, now)
        row.score = _score(drawn, pair, 0.0)
        row.reason = told[pair].reason
        row.facts = {"blocking": [*told[pair].blocking], "change": told[pair].smallest_change}
    if proposal is not None:
        proposal.totals = totals(drawn.instance, choice)
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


def _set(
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


@job("pairing")
def propose_in_background(work: Work) -> dict[str, object]:
    """Propose as a job: choosing takes seconds in a large roadshow, and locks nothing meanwhile."""
    work.progress(0.1, "choosing")
    with work.reading() as session:
        roadshow = session.get_one(Roadshow, work.roadshow_id)
        drawn = draw(session, roadshow, pairs="all", now=work.now())
    _can_choose(drawn)
    choice = choose(drawn.instance)
    work.progress(0.8, "writing")
    with work.writing() as session:
        roadshow = session.get_one(Roadshow, work.roadshow_id)
        actor = session.get(Account, work.actor_id) if work.actor_id else None
        made = propose(
            session, roadshow, actor=actor, now=work.now(), prepared=(drawn.instance, choice)
        )
        return {"round": made.number, "url": f"/r/{roadshow.slug}/pairings"}
