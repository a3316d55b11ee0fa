"""What a firm said at other roadshows, to be taken over into its mandate here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.profile import values as said
from matchmaker.services.profile.bodies import save_organisation
from matchmaker.services.profile.reading import current_mandate, mandate_values
from matchmaker.services.profile.writing import save_mandate
from matchmaker.store.account import Account
from matchmaker.store.profile import Delegate, Investor, InvestorMandate
from matchmaker.store.roadshow import Person, Roadshow


@dataclass(frozen=True, slots=True)
class Earlier:
    """A mandate that was handed in at another roadshow."""

    roadshow: Roadshow
    investor: Investor
    mandate: InvestorMandate


def earlier_mandates(session: Session, investor: Investor, *, actor: Account) -> list[Earlier]:
    """Return the mandates of firms the actor acted for elsewhere, the newest roadshow first.

    Only the actor's own: an organiser here sees nothing of another roadshow by this.
    """
    rows = session.execute(
        select(Roadshow, Investor)
        .join(Investor, Investor.roadshow_id == Roadshow.id)
        .join(Delegate, Delegate.investor_id == Investor.id)
        .join(Person, Person.id == Delegate.person_id)
        .where(Person.account_id == actor.id, Roadshow.id != investor.roadshow_id)
        .order_by(Roadshow.starts_on.desc(), Investor.code)
    )
    found = []
    for roadshow, other in rows.unique():
        mandate = current_mandate(other)
        if mandate is not None:
            found.append(Earlier(roadshow, other, mandate))
    return found


def take_over(
    session: Session, investor: Investor, source_id: str, *, actor: Account, now: datetime
) -> Earlier:
    """Write what an earlier mandate said into the draft here; it is not handed in by this.

    Answers of the draft are replaced; meetings, delegates and the name of the firm stay.
    """
    chosen = next(
        (
            one
            for one in earlier_mandates(session, investor, actor=actor)
            if one.investor.id == source_id
        ),
        None,
    )
    if chosen is None:
        raise Refusal("no-earlier-mandate", hint="There is no such mandate to take over.")
    save_mandate(
        session,
        investor,
        mandate_values(chosen.mandate, terms=True),
        revision=None,
        actor=actor,
        now=now,
    )
    body = investor.organisation
    known = {name: getattr(chosen.investor.organisation, name) for name in said.BODY}
    fresh = {name: one for name, one in known.items() if one and not getattr(body, name)}
    save_organisation(session, investor, fresh, actor=actor, now=now)
    journal.write(
        session,
        "mandate.imported",
        investor,
        actor=actor,
        now=now,
        source=chosen.investor.id,
        number=chosen.mandate.number,
    )
    return chosen
