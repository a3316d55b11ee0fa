"""What a roadshow freezes of an application once its deadline is past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services.profile import people
from matchmaker.services.profile import values as said
from matchmaker.store.account import Account
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import Roadshow


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{code}" for name in names for code in ("en", "zh"))


GROUPS: Mapping[str, tuple[str, ...]] = {
    "title": (*_both("title"), "short_name"),
    "organisation": tuple(f"body_{name}" for name in said.BODY),
    "field": (*said.LISTS_OF_FIELDS, "stage", "trl"),
    "summary": (*_both("pitch", "summary", "unmet_need", "differentiation"), "evidence"),
    "money": ("round", "amount", "raised", "grants", "currency", "instruments"),
    "plans": (*_both("ip", "regulatory", "milestone", "rights"), "ip_states", "milestone_on"),
    "files": ("files",),
}
"""Groups of answers that can be frozen; a name of the body begins with ``body_``."""


def is_frozen(roadshow: Roadshow, now: datetime) -> bool:
    """Tell whether anything of the applications is frozen now."""
    until = roadshow.applications_until
    return bool(roadshow.frozen) and until is not None and now > until


def frozen_names(
    session: Session, project: Project, *, actor: Account | None, now: datetime
) -> frozenset[str]:
    """Return the answers that the actor can no longer change; none for organisers."""
    roadshow = session.get_one(Roadshow, project.roadshow_id)
    if actor is None or not is_frozen(roadshow, now):
        return frozenset()
    if people.is_organiser(session, actor, roadshow.id):
        return frozenset()
    return frozenset(name for group in roadshow.frozen for name in GROUPS.get(group, ()))


def refuse_frozen(
    session: Session,
    project: Project,
    names: Iterable[str],
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    """Refuse ``frozen`` where one of the names may not be changed any more."""
    shut = frozen_names(session, project, actor=actor, now=now) & set(names)
    if shut:
        raise Refusal(
            "frozen",
            hint="This is fixed since applications closed; please write to the organisers.",
            field=min(shut),
        )
