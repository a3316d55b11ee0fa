"""The bodies behind projects and investors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matchmaker.core.profile import INSTITUTION_KINDS, INVESTOR_KINDS
from matchmaker.services import journal
from matchmaker.services.profile import values as said
from matchmaker.services.profile.freezing import refuse_frozen
from matchmaker.store.account import Account
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Organisation, Roadshow


def organisation_for(
    session: Session,
    roadshow: Roadshow,
    *,
    name_en: str = "",
    name_zh: str = "",
    kind: str = "company",
    **more: Any,
) -> Organisation:
    """Return the roadshow's body with this name, or a new one.

    ``more``: country, region, city_en, city_zh, website. A body is the same when one of its
    names is, however capitalised, and it stands on the same side (institutions, investors);
    what was not known of it is filled in, what was known stays.
    """
    cleaned, side = body_values(kind, {"name_en": name_en, "name_zh": name_zh, **more})
    found = _same_body(session, roadshow, cleaned, side)
    found = put_body(session, roadshow, found, kind, cleaned)
    session.flush()
    return found


def body_values(kind: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what is said of a body, cleaned, and the kinds of its side."""
    side = INVESTOR_KINDS if kind in INVESTOR_KINDS else INSTITUTION_KINDS
    wanted = {"kind": kind, **values}
    return said.body({key: one for key, one in wanted.items() if one}, side), side


def put_body(
    session: Session,
    roadshow: Roadshow,
    found: Organisation | None,
    kind: str,
    cleaned: Mapping[str, Any],
) -> Organisation:
    """Return a new body, or the one that was found with its gaps filled; not flushed."""
    if found is None:
        empty = {**dict.fromkeys(said.BODY, ""), "country": None, "kind": kind}
        found = Organisation(roadshow_id=roadshow.id, **{**empty, **cleaned})
        session.add(found)
        return found
    for name, value in cleaned.items():
        if name != "kind" and not getattr(found, name):
            setattr(found, name, value)
    return found


def save_organisation(
    session: Session,
    party: Project | Investor,
    values: Mapping[str, Any],
    *,
    actor: Account | None,
    now: datetime,
) -> Organisation:
    """Change what is known of a party's body; one that others share is copied first."""
    cleaned = said.body(values, said.kinds_for(type(party)))
    body = party.organisation
    changed = sorted(name for name, value in cleaned.items() if getattr(body, name) != value)
    if not changed:
        return body
    names = [f"body_{name}" for name in changed]
    refuse_frozen(session, party, names, actor=actor, now=now)
    if _shared(session, party):
        kept = {name: getattr(body, name) for name in said.BODY}
        body = Organisation(roadshow_id=party.roadshow_id, **kept)
        session.add(body)
        party.organisation = body
    for name in changed:
        setattr(body, name, cleaned[name])
    session.flush()
    party.organisation_id = body.id
    journal.write(session, "organisation.saved", body, actor=actor, now=now, changed=changed)
    return body


def _same_body(
    session: Session, roadshow: Roadshow, cleaned: Mapping[str, Any], side: tuple[str, ...]
) -> Organisation | None:
    same = [
        func.lower(getattr(Organisation, name)) == func.lower(cleaned[name])
        for name in ("name_en", "name_zh")
        if cleaned.get(name)
    ]
    if not same:
        return None
    return session.scalars(
        select(Organisation)
        .where(Organisation.roadshow_id == roadshow.id, Organisation.kind.in_(side), or_(*same))
        .order_by(Organisation.id)
    ).first()


def _shared(session: Session, party: Project | Investor) -> bool:
    for table in (Project, Investor):
        others = select(table.id).where(
            table.organisation_id == party.organisation_id, table.id != party.id
        )
        if session.scalar(others.limit(1)) is not None:
            return True
    return False
