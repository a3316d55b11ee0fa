"""Answers that were typed and could not be saved are kept for their writer.

Another changed the same answer meanwhile, or it cannot be used as it stands. It waits beside the
draft, not in it: nobody else reads it, and it is in no version, until its writer mends or drops it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from matchmaker.services.profile.drafts import mandate_draft, project_draft
from matchmaker.store.account import Account
from matchmaker.store.disputed import DisputedAnswer
from matchmaker.store.profile import Investor, Project

Typed = Mapping[str, list[str]]
"""What was sent of an answer: the values of each input."""


def keep_disputed(
    session: Session,
    party: Project | Investor,
    step: str,
    answers: Mapping[str, tuple[str, Typed]],
    *,
    window: str,
    known: Mapping[str, str],
    actor: Account,
    now: datetime,
) -> set[str]:
    """Keep what was typed, {answer: (sum of it as the form was opened, inputs)}, for the actor.

    A text that was typed in another ``window`` stays, unless it is ``known`` here, {answer: its
    window}. Returns the answers that are not kept for that.
    """
    if isinstance(party, Project):  # two requests of one page never write the same row at once
        project_draft(session, party, lock=True)
    else:
        mandate_draft(session, party, lock=True)
    kept = {row.answer: row for row in disputed_of(session, party, actor=actor) if row.step == step}
    foreign = {
        name
        for name in kept.keys() & answers.keys()
        if (kept[name].written_in or "") not in (window, known.get(name))
    }
    for name, (opened, typed) in answers.items():
        if name in foreign:
            continue
        row = kept.get(name)
        if row is None:
            row = DisputedAnswer(account_id=actor.id, step=step, answer=name, **_whose(party))
            session.add(row)
        row.opened, row.typed, row.edited_at = opened, dict(typed), now
        row.written_in = window
    session.flush()
    return foreign


def disputed_of(
    session: Session, party: Project | Investor, *, actor: Account
) -> list[DisputedAnswer]:
    """Return what the actor has waiting at a party, of all steps."""
    query = select(DisputedAnswer).where(_of(party, actor)).order_by(DisputedAnswer.answer)
    return list(session.scalars(query))


def drop_disputed(
    session: Session,
    party: Project | Investor,
    step: str,
    answers: Collection[str],
    *,
    actor: Account,
) -> None:
    """Forget these texts of the actor's: they were put into the draft, or thrown away."""
    session.execute(
        delete(DisputedAnswer).where(
            _of(party, actor), DisputedAnswer.step == step, DisputedAnswer.answer.in_(answers)
        )
    )


def _of(party: Project | Investor, actor: Account) -> ColumnElement[bool]:
    whose = [getattr(DisputedAnswer, name) == key for name, key in _whose(party).items()]
    return and_(DisputedAnswer.account_id == actor.id, *whose)


def _whose(party: Project | Investor) -> dict[str, Any]:
    return {"project_id" if isinstance(party, Project) else "investor_id": party.id}
