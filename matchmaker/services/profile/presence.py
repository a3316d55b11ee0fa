"""When people can be met at a roadshow: what their absences leave of its days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.store.meeting import Absence, Slot
from matchmaker.store.roadshow import Roadshow

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Presence:
    """When one person is there: from, until (None: as long as the others), and away between.

    ``never`` says that nothing is left.
    """

    comes: datetime | None = None
    leaves: datetime | None = None
    away: tuple[Span, ...] = ()
    never: bool = False


def presence(absences: Iterable[Span], opens: datetime, closes: datetime) -> Presence:
    """Return what absences, in any order and overlapping, leave of the time between two moments."""
    gaps: list[Span] = []
    for start, end in sorted(absences):
        if end <= opens or start >= closes:
            continue
        if gaps and start <= gaps[-1][1]:
            gaps[-1] = (gaps[-1][0], max(end, gaps[-1][1]))
        else:
            gaps.append((start, end))
    if len(gaps) == 1 and gaps[0][0] <= opens and gaps[0][1] >= closes:
        return Presence(never=True)
    comes = gaps.pop(0)[1] if gaps and gaps[0][0] <= opens else None
    leaves = gaps.pop()[0] if gaps and gaps[-1][1] >= closes else None
    return Presence(comes, leaves, tuple(gaps))


def presences(session: Session, roadshow: Roadshow, persons: Sequence[str]) -> dict[str, Presence]:
    """Return when each of these persons is there, those without an absence left out.

    Measured against the slots for meetings, before there are any against the roadshow's days; two
    queries at most, none without persons.
    """
    if not persons:
        return {}
    rows = session.scalars(
        select(Absence).where(Absence.roadshow_id == roadshow.id, Absence.person_id.in_(persons))
    )
    spans: dict[str, list[Span]] = {}
    for row in rows:
        spans.setdefault(row.person_id, []).append((row.starts_at, row.ends_at))
    if not spans:
        return {}
    opens, closes = _hours(session, roadshow)
    found = {person: presence(absences, opens, closes) for person, absences in spans.items()}
    return {person: one for person, one in found.items() if one != Presence()}


def _hours(session: Session, roadshow: Roadshow) -> Span:
    slots = session.scalars(select(Slot).where(Slot.roadshow_id == roadshow.id)).all()
    if slots:
        ends = (slot.starts_at + timedelta(minutes=slot.minutes) for slot in slots)
        return min(slot.starts_at for slot in slots), max(ends)
    zone = ZoneInfo(roadshow.zone)
    first, last = (
        datetime.combine(day, time(), zone)
        for day in (roadshow.starts_on, roadshow.ends_on + timedelta(days=1))
    )
    return first, last
