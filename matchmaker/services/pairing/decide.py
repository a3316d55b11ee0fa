"""Deciding who meets whom: propose, then pin, forbid, release, add, swap, and approve.

After each decision the rest is chosen again with everything proposed held as far as possible, so
one decision moves as little as it must; ``cost_of`` tells beforehand what that is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.journey import PairingState
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.jobs import Work, job
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.instance import draw
from matchmaker.services.pairing.choosing import Chosen, choose
from matchmaker.services.pairing.keeping import keep_choice, set_state
from matchmaker.services.pairing.pricing import Cost, PairId, Verb, after
from matchmaker.store.account import Account
from matchmaker.store.pairing import PairingRound
from matchmaker.store.roadshow import Roadshow


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
    keep_choice(session, drawn, choice, proposal, now=now, fresh=True)
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
    return after(drawn, verb, pair, out)[1]


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
    choice, cost = after(drawn, verb, pair, out)
    if not cost.kept:
        raise Refusal("pin-impossible", hint="No cap, slot or table admits this pair.")
    rows = drawn.ground.pairings
    if verb in ("pin", "swap"):
        set_state(session, roadshow, rows, pair, PairingState.PINNED, actor, now)
    if verb == "forbid":
        set_state(session, roadshow, rows, pair, PairingState.FORBIDDEN, actor, now)
    if verb == "swap" and out is not None:
        set_state(session, roadshow, rows, out, PairingState.FORBIDDEN, actor, now)
    if verb == "release" and pair in rows:
        set_state(session, roadshow, rows, pair, PairingState.LEFT_OUT, actor, now)
    session.flush()
    keep_choice(
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
