"""What each side states of the other: must meet, meet, no thanks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import InvestorState, Phase, ProjectState, Role, Wish
from matchmaker.core.policy import reached
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.visibility import seen_by
from matchmaker.store.account import Account, Membership
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow

SIDES = ("project", "investor")
MUST_MEETS = 5  # a party: a must-meet that everybody gets says nothing
FLOOR = 5  # no count of the other side's wishes is shown below it, and only in steps of it

Pair = tuple[str, str]


def set_wish(
    session: Session,
    project: Project,
    investor: Investor,
    side: str,
    wish: Wish | None,
    *,
    actor: Account | None,
    now: datetime,
) -> Preference | None:
    """State what ``side`` (``project`` or ``investor``) wishes of the other; None takes it back.

    Parties can from the phase of preferences until its deadline or the meetings; organisers and
    the system (no actor) always. At most ``MUST_MEETS`` must-meets a party.
    """
    if side not in SIDES:
        raise Refusal("unknown-side", hint="The side is project or investor.")
    roadshow = session.get_one(Roadshow, project.roadshow_id)
    if investor.roadshow_id != roadshow.id:
        raise Refusal("other-roadshow", hint="Both have to belong to one roadshow.")
    if not _runs(session, roadshow, actor):
        _refuse_outsiders(roadshow, project, investor, now)
    row = session.scalars(
        select(Preference).where(
            Preference.project_id == project.id,
            Preference.investor_id == investor.id,
            Preference.side == side,
        )
    ).first()
    before = row.wish if row else None
    if wish is before:
        return row
    if wish is Wish.MUST and musts_left(session, project if side == "project" else investor) < 1:
        raise Refusal(
            "too-many-musts",
            hint=f"At most {MUST_MEETS} must-meets; turn another one into “meet” first.",
            most=MUST_MEETS,
        )
    if row is None:
        row = Preference(
            roadshow_id=roadshow.id, project_id=project.id, investor_id=investor.id, side=side
        )
    journal.write(
        session,
        "preference.stated",
        project if side == "project" else investor,
        actor=actor,
        now=now,
        other=investor.id if side == "project" else project.id,
        before=before.value if before else None,
        wish=wish.value if wish else None,
    )
    if wish is None:
        session.delete(row)
        session.flush()
        return None
    row.wish, row.stated_at, row.stated_by_id = wish, now, actor.id if actor else None
    session.add(row)
    session.flush()
    return row


def _refuse_outsiders(
    roadshow: Roadshow, project: Project, investor: Investor, now: datetime
) -> None:
    """Stop a party outside the time of preferences, or once one side does not take part."""
    refuse_closed(roadshow, now)
    if project.state is not ProjectState.SELECTED or investor.state is not InvestorState.ACTIVE:
        raise Refusal("not-taking-part", hint="This party does not take part (any more).")


def refuse_closed(roadshow: Roadshow, now: datetime) -> None:
    """Stop a party outside the time of preferences."""
    if not reached(roadshow.phase, Phase.PREFERENCE):
        raise Refusal("preferences-not-open", hint="Preferences are not open yet.")
    late = roadshow.preferences_until is not None and now > roadshow.preferences_until
    if late or reached(roadshow.phase, Phase.MEETING):
        raise Refusal("preferences-closed", hint="The time for preferences is over.")


def are_open(roadshow: Roadshow, now: datetime) -> bool:
    """Tell whether parties can state wishes now."""
    try:
        refuse_closed(roadshow, now)
    except Refusal:
        return False
    return True


def musts_left(session: Session, party: Project | Investor) -> int:
    """Return how many must-meets a party can still give.

    Those of others who left, or whom the party no longer sees, count no more: it could not take
    them back.
    """
    musts = _counted(party).where(Preference.side == side_of(party), Preference.wish == Wish.MUST)
    return max(0, MUST_MEETS - int(session.scalar(musts) or 0))


def _counted(party: Project | Investor) -> Select[int]:
    """Count wishes between a party and those who take part, as far as it may know of them."""
    query = select(func.count(Preference.id))
    if isinstance(party, Project):
        return query.join(Investor, Investor.id == Preference.investor_id).where(
            Preference.project_id == party.id,
            Investor.state == InvestorState.ACTIVE,
            seen_by(party),
        )
    return query.join(Project, Project.id == Preference.project_id).where(
        Preference.investor_id == party.id, Project.state == ProjectState.SELECTED
    )


def side_of(party: Project | Investor) -> str:
    """Return ``project`` or ``investor``."""
    return "project" if isinstance(party, Project) else "investor"


def wishes(session: Session, roadshow: Roadshow) -> dict[Pair, dict[str, Wish]]:
    """Return every wish of the roadshow, ``{(project id, investor id): {side: wish}}``."""
    found: dict[Pair, dict[str, Wish]] = {}
    rows = session.execute(
        select(Preference.project_id, Preference.investor_id, Preference.side, Preference.wish)
        .where(Preference.roadshow_id == roadshow.id)
        .order_by(Preference.project_id, Preference.investor_id, Preference.side)
    )
    for project, investor, side, wish in rows:
        found.setdefault((project, investor), {})[side] = wish
    return found


def wishes_of(session: Session, party: Project | Investor) -> dict[str, Wish]:
    """Return a party's own wishes by the other's id. What others wish of it is not in here."""
    own, other = (
        (Preference.project_id, Preference.investor_id)
        if isinstance(party, Project)
        else (Preference.investor_id, Preference.project_id)
    )
    rows = session.execute(
        select(other, Preference.wish).where(own == party.id, Preference.side == side_of(party))
    )
    return {row[0]: row[1] for row in rows}


def interest(session: Session, party: Project | Investor) -> int | None:
    """Return "this many or more" of the other side want to meet the party; None below ``FLOOR``.

    The number falls in steps of ``FLOOR``, so that no single wish shows in it; a "no thanks"
    never does, nor does the wish of a firm that hides from the party: no count tells of it.
    """
    asked = _counted(party).where(
        Preference.side != side_of(party), Preference.wish.in_((Wish.MUST, Wish.MEET))
    )
    return int(session.scalar(asked) or 0) // FLOOR * FLOOR or None


def _runs(session: Session, roadshow: Roadshow, actor: Account | None) -> bool:
    if actor is None:
        return True
    held = select(Membership.id).where(
        Membership.roadshow_id == roadshow.id,
        Membership.account_id == actor.id,
        Membership.role == Role.ORGANISER,
    )
    return session.scalar(held) is not None
