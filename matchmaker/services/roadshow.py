"""A roadshow from its making to its closing: settings, phases, who is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, Role
from matchmaker.core.policy import PHASES
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.account import give_role
from matchmaker.services.profile.freezing import GROUPS, MANDATE_GROUPS
from matchmaker.store.account import Account, Membership
from matchmaker.store.roadshow import Roadshow

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SETTINGS = frozenset(
    {
        "name_en",
        "name_zh",
        "about_en",
        "about_zh",
        "venue_en",
        "venue_zh",
        "contact_email",
        "steps_en",
        "steps_zh",
        "privacy_en",
        "privacy_zh",
        "zone",
        "starts_on",
        "ends_on",
        "currency",
        "rates",
        "open_registration",
        "applications_until",
        "preferences_until",
        "teams_see_investors",
        "project_min",
        "project_max",
        "investor_min",
        "investor_max",
        "slot_minutes",
        "buffer_minutes",
        "frozen",
        "mandates_until",
        "mandates_frozen",
    }
)


def create_roadshow(
    session: Session,
    slug: str,
    values: Mapping[str, Any],
    *,
    organiser: Account,
    actor: Account,
    now: datetime,
) -> Roadshow:
    """Make a roadshow in the phase ``draft``, with its first organiser."""
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        raise Refusal("bad-slug", hint="Use small letters, digits and hyphens.")
    if session.scalar(select(Roadshow.id).where(Roadshow.slug == slug)) is not None:
        raise Refusal("slug-taken", hint="Another roadshow has this address.")
    roadshow = Roadshow(slug=slug, created_at=now, phase=Phase.DRAFT, **_known(values))
    _check(roadshow)
    session.add(roadshow)
    session.flush()
    journal.write(session, "roadshow.created", roadshow, actor=actor, now=now)
    give_role(session, roadshow, organiser, Role.ORGANISER, actor=actor, now=now)
    return roadshow


def change_settings(
    session: Session,
    roadshow: Roadshow,
    values: Mapping[str, Any],
    *,
    actor: Account,
    now: datetime,
) -> None:
    """Change settings; the journal says which."""
    changed = []
    for name, value in _known(values).items():
        if getattr(roadshow, name) != value:
            setattr(roadshow, name, value)
            changed.append(name)
    _check(roadshow)
    if changed:
        journal.write(
            session, "roadshow.changed", roadshow, actor=actor, now=now, settings=sorted(changed)
        )


def move_phase(
    session: Session, roadshow: Roadshow, phase: Phase, *, actor: Account, now: datetime
) -> None:
    """Go to the next phase or back to the one before."""
    step = PHASES.index(phase) - PHASES.index(roadshow.phase)
    if abs(step) != 1:
        raise Refusal(
            "phase-step", hint="Phases go one step forward or back.", phase=roadshow.phase.value
        )
    before, roadshow.phase = roadshow.phase, phase
    journal.write(
        session,
        "roadshow.phase",
        roadshow,
        actor=actor,
        now=now,
        before=before.value,
        after=phase.value,
    )


def take_role(session: Session, membership: Membership, *, actor: Account, now: datetime) -> None:
    """Take a role away; the last organiser keeps theirs."""
    if membership.role is Role.ORGANISER:
        others = session.scalar(
            select(func.count())
            .select_from(Membership)
            .where(
                Membership.roadshow_id == membership.roadshow_id,
                Membership.role == Role.ORGANISER,
                Membership.id != membership.id,
            )
        )
        if not others:
            raise Refusal("last-organiser", hint="A roadshow needs an organiser.")
    journal.write(
        session, "role.taken", membership, actor=actor, now=now, role=membership.role.value
    )
    session.delete(membership)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - SETTINGS
    if unknown:
        raise LookupError(f"no such settings: {sorted(unknown)}")
    return dict(values)


def _check(roadshow: Roadshow) -> None:
    for name, groups in (("frozen", GROUPS), ("mandates_frozen", MANDATE_GROUPS)):
        chosen = getattr(roadshow, name)
        if set(chosen or ()) - set(groups):
            raise Refusal("unknown-code", field=name, value=str(chosen)[:80])
    if roadshow.mandates_frozen and roadshow.mandates_until is None:
        raise Refusal("frozen-without-time", hint="Say from when on this is fixed.")
    starts, ends = roadshow.starts_on, roadshow.ends_on
    if not (isinstance(starts, date) and isinstance(ends, date)) or starts > ends:
        raise Refusal("dates-in-order", hint="The last day lies before the first.")
    for side in ("project", "investor"):
        low, high = getattr(roadshow, f"{side}_min"), getattr(roadshow, f"{side}_max")
        if low is not None and high is not None and low > high:
            raise Refusal(
                "floor-above-cap", hint="The least number of meetings is above the most.", side=side
            )
