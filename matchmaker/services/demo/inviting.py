"""Who was invited by mail: some came, some have not answered yet, one address was wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.core.journey import Role
from matchmaker.services import invitation
from matchmaker.services.demo.cast import (
    Cast,
    accounts_by_email,
    investors_by_code,
    organiser_of,
    projects_by_code,
    roadshow_of,
)


def invite_guests(session: Session, cast: Cast, first: datetime, last: datetime) -> None:
    """Send the invitations of the time between two moments, and do what became of them."""
    roadshow, accounts = roadshow_of(session, cast), accounts_by_email(session)
    projects = projects_by_code(session, roadshow)
    investors = investors_by_code(session, roadshow)
    for told in cast.roadshow["invitations"]:
        sent = cast.moment(told["at"])
        if not first <= sent < last:
            continue
        by = accounts[told["by"]] if "by" in told else organiser_of(session, cast)
        row = invitation.invite(
            session,
            roadshow,
            invitation.Guest(told["email"], told["name"]),
            Role(told["role"]),
            project=projects.get(told.get("project", "")),
            investor=investors.get(told.get("investor", "")),
            actor=by,
            now=sent,
        )
        if "accepted" in told:
            guest = accounts[told["email"]]
            invitation.accept(session, row, actor=guest, now=cast.moment(told["accepted"]))
        if "revoked" in told:
            invitation.revoke(session, row, actor=by, now=cast.moment(told["revoked"]))
