"""Who leads, edits or only reads for a team or a firm: given, handed over, taken, given up.

At least one of a party's people leads it; the database agrees, also when two step back at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.profile.leaving import end_of_seat
from matchmaker.services.profile.letters import tell_lead
from matchmaker.store.account import Account
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Person

Seat = TeamMember | Delegate


def seats_of(session: Session, party: Project | Investor, *, lock: bool = False) -> list[Any]:
    """Return the seats of a party's people by rank; ``lock`` keeps other changes waiting."""
    if lock:
        kind = type(party)
        session.execute(select(kind.id).where(kind.id == party.id).with_for_update())
    if isinstance(party, Project):
        query: Any = select(TeamMember).where(TeamMember.project_id == party.id)
        query = query.order_by(TeamMember.rank, TeamMember.person_id)
    else:
        query = select(Delegate).where(Delegate.investor_id == party.id)
        query = query.order_by(Delegate.rank, Delegate.person_id)
    return list(session.scalars(query.execution_options(populate_existing=lock)))


def set_duty(
    session: Session,
    party: Project | Investor,
    person: Person,
    duty: Duty,
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    """Say what one of the party's people does; refuses ``last-lead`` where nobody else leads."""
    seats = seats_of(session, party, lock=True)
    seat = _seat(seats, person)
    if seat.duty is duty:
        return
    if seat.duty is Duty.LEAD and not _leads(seats, without=person):
        raise Refusal("last-lead", hint="Somebody must lead; hand it over first.")
    before, seat.duty = seat.duty, duty
    session.flush()
    told = {"person": person.id, "before": before.value, "duty": duty.value}
    journal.write(session, "duty.changed", party, actor=actor, now=now, **told)
    if duty is Duty.LEAD and not (actor is not None and actor.id == person.account_id):
        tell_lead(session, party, person, now=now)


def hand_over(
    session: Session,
    party: Project | Investor,
    person: Person,
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    """Let somebody of the party lead it; the actor, if of the party, edits from now on.

    Refuses ``cannot-sign-in`` for somebody without an account, who could do nothing with it.
    """
    seats = seats_of(session, party, lock=True)
    _seat(seats, person)
    account = session.get(Account, person.account_id) if person.account_id else None
    if account is None or not account.active:
        raise Refusal("cannot-sign-in", hint="Invite them first: whoever leads must sign in.")
    set_duty(session, party, person, Duty.LEAD, actor=actor, now=now)
    for own in [seat for seat in seats if actor is not None and _account_of(seat) == actor.id]:
        if own.person_id != person.id and own.duty is Duty.LEAD:
            set_duty(session, party, own.person, Duty.EDITOR, actor=actor, now=now)


def take_lead(
    session: Session, party: Project | Investor, *, actor: Account, now: datetime
) -> None:
    """Lead a party of one's own; only where nobody who leads it can sign in."""
    seats = seats_of(session, party, lock=True)
    own = next((seat for seat in seats if _account_of(seat) == actor.id), None)
    if own is None:
        raise Refusal("not-of-the-party", hint="Only one of its people can.")
    for seat in seats:
        account = session.get(Account, _account_of(seat)) if _account_of(seat) else None
        if seat.duty is Duty.LEAD and seat is not own and account is not None and account.active:
            raise Refusal("somebody-leads", hint="Ask who leads to hand it over.")
    set_duty(session, party, own.person, Duty.LEAD, actor=actor, now=now)


def remove_colleague(
    session: Session,
    party: Project | Investor,
    person: Person,
    *,
    heir: Person | None = None,
    actor: Account | None,
    now: datetime,
) -> None:
    """Take a person off a team or a firm; ``heir`` leads it from then on.

    Refuses ``last-colleague`` for the last one, or nobody could act for it, and ``last-lead``
    where nobody would lead. Their role at the roadshow goes too if nothing else gives it.
    """
    seats = seats_of(session, party, lock=True)
    row = next((seat for seat in seats if seat.person_id == person.id), None)
    if row is None:
        return
    if len(seats) <= 1:
        raise Refusal("last-colleague", hint="Somebody must stay; add a colleague first.")
    if heir is not None and heir.id != person.id:
        set_duty(session, party, heir, Duty.LEAD, actor=actor, now=now)
    if row.duty is Duty.LEAD and not _leads(seats, without=person):
        raise Refusal("last-lead", hint="Somebody must lead; hand it over first.")
    session.delete(row)
    session.flush()
    session.expire(party, ["team" if isinstance(party, Project) else "delegates"])
    journal.write(session, "colleague.removed", party, actor=actor, now=now, person=person.id)
    end_of_seat(session, party, person, actor=actor, now=now)


def heir_among(seats: Sequence[Any]) -> Any:
    """Return the seat that leads when nobody is asked: who can sign in, edits, and comes first."""

    def order(seat: Any) -> tuple[bool, bool, int, str]:
        return (not _account_of(seat), seat.duty is Duty.READER, seat.rank, seat.person_id)

    return min(seats, key=order)


def _seat(seats: Sequence[Any], person: Person) -> Any:
    found = next((seat for seat in seats if seat.person_id == person.id), None)
    if found is None:
        raise Refusal("not-of-the-party", hint="This person is none of its people.")
    return found


def _leads(seats: Sequence[Any], *, without: Person) -> bool:
    return any(seat.duty is Duty.LEAD for seat in seats if seat.person_id != without.id)


def _account_of(seat: Any) -> str | None:
    found: str | None = seat.person.account_id
    return found
