"""What a roadshow freezes of an application or a mandate once its deadline is past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services.profile import people
from matchmaker.services.profile import values as said
from matchmaker.services.profile.drafts import current_number
from matchmaker.store.account import Account
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{code}" for name in names for code in ("en", "zh"))


_BODY = tuple(f"body_{name}" for name in said.BODY)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "title": (*_both("title"), "short_name"),
    "organisation": _BODY,
    "field": (*said.LISTS_OF_FIELDS, "stage", "trl"),
    "summary": (*_both("pitch", "summary", "unmet_need", "differentiation"), "evidence"),
    "money": ("round", "amount", "raised", "grants", "currency", "instruments"),
    "plans": (*_both("ip", "regulatory", "milestone", "rights"), "ip_states", "milestone_on"),
    "files": ("files",),
}
"""Groups of a project's answers that can be frozen; a name of the body begins with ``body_``."""
MANDATE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "firm": (*_BODY, "assets", "vintage", "fund_currencies", "deals_per_year"),
    "looks": (
        *(*said.LISTS_OF_FIELDS, "stages", "trl_min", "trl_max", "kinds", "countries", "regions"),
        *("landing", *_both("landing")),
    ),
    "limits": ("exclusions", "only", *_both("hard_nos")),
    "ticket": (
        *("ticket_low", "ticket_typical", "ticket_high", "ticket_total", "currency"),
        *("lead", "rounds", "instruments", "board"),
    ),
    "thesis": (*_both("thesis", "value", "team", "rights"), "cda_stance", "deals"),
    "capacity": ("languages", *said.MEETINGS),
}
"""Those of a mandate. Whom a firm must not meet is in none: a conflict may come on the last day."""


def frozen_names(
    session: Session, party: Project | Investor, *, actor: Account | None, now: datetime
) -> frozenset[str]:
    """Return the answers that the actor can no longer change; none for organisers.

    A mandate that was never handed in is open: firms may register late.
    """
    roadshow = session.get_one(Roadshow, party.roadshow_id)
    groups, chosen, until = GROUPS, roadshow.frozen, roadshow.applications_until
    if isinstance(party, Investor):
        groups, chosen = MANDATE_GROUPS, roadshow.mandates_frozen
        until = roadshow.mandates_until
    if actor is None or not chosen or until is None or now <= until:
        return frozenset()
    if isinstance(party, Investor) and current_number(session, party) is None:
        return frozenset()
    if people.is_organiser(session, actor, roadshow.id):
        return frozenset()
    return frozenset(name for group in chosen for name in groups.get(group, ()))


def refuse_frozen(
    session: Session,
    party: Project | Investor,
    names: Iterable[str],
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    """Refuse ``frozen`` (a mandate: ``mandate-frozen``) for names that are fixed by now."""
    shut = frozen_names(session, party, actor=actor, now=now) & set(names)
    if not shut:
        return
    if isinstance(party, Project):
        hint = "This is fixed since applications closed; please write to the organisers."
        raise Refusal("frozen", hint=hint, field=min(shut))
    hint = "This is fixed since the deadline for mandates; please write to the organisers."
    raise Refusal("mandate-frozen", hint=hint, field=min(shut))
