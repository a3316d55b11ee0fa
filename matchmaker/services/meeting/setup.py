"""Slots and tables: entered one by one or made from a day's frame, never pulled from under a
published meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.meeting.instance import end_of
from matchmaker.services.meeting.reading import slots_of
from matchmaker.store.account import Account
from matchmaker.store.meeting import Meeting, MeetingTable, Placement, Slot, TableClosure, Timetable
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow

MOST_SLOTS = 400
MOST_TABLES = 1000
LONGEST = 480  # minutes of a slot; a meeting holds at most 96 ticks


def add_slot(
    session: Session,
    roadshow: Roadshow,
    *,
    starts_at: datetime,
    minutes: int,
    actor: Account | None,
    now: datetime,
) -> Slot:
    """Add one slot; it may not overlap another."""
    (slot,) = _add_slots(session, roadshow, [(starts_at, minutes)], actor=actor, now=now)
    return slot


def make_slots(
    session: Session,
    roadshow: Roadshow,
    *,
    day: date,
    starts: time,
    ends: time,
    minutes: int,
    buffer: int,
    actor: Account | None,
    now: datetime,
) -> list[Slot]:
    """Add every slot of ``minutes`` with ``buffer`` minutes after it that fits between two times
    of a day, by the roadshow's clock. Slots that stand already are left as they are.
    """
    if minutes <= 0 or buffer < 0:
        raise Refusal("slot-length", hint="A slot needs a length of at least five minutes.")
    zone = ZoneInfo(roadshow.zone)
    at, last = datetime.combine(day, starts, zone), datetime.combine(day, ends, zone)
    standing = {slot.starts_at for slot in slots_of(session, roadshow)}
    wanted: list[tuple[datetime, int]] = []
    while at + timedelta(minutes=minutes) <= last and len(wanted) < MOST_SLOTS:
        if at not in standing:
            wanted.append((at, minutes))
        at += timedelta(minutes=minutes + buffer)
    if not wanted:
        raise Refusal("no-new-slots", hint="No new slot fits between these times.")
    return _add_slots(session, roadshow, wanted, actor=actor, now=now)


def remove_slots(
    session: Session,
    roadshow: Roadshow,
    slots: Iterable[str],
    *,
    actor: Account | None,
    now: datetime,
) -> int:
    """Remove slots; refused where a meeting is booked in one. Drafts lose what lay there."""
    rows = [slot for slot in slots_of(session, roadshow) if slot.id in set(slots)]
    ids = [slot.id for slot in rows]
    refuse_booked(session, Meeting.slot_id.in_(ids), "slot-in-use")
    drop_placements(session, Placement.slot_id.in_(ids))
    session.execute(delete(TableClosure).where(TableClosure.slot_id.in_(ids)))
    for slot in rows:
        session.delete(slot)
    if rows:
        journal.write(session, "slots.removed", roadshow, actor=actor, now=now, count=len(rows))
    session.flush()
    return len(rows)


def _add_slots(
    session: Session,
    roadshow: Roadshow,
    wanted: Sequence[tuple[datetime, int]],
    *,
    actor: Account | None,
    now: datetime,
) -> list[Slot]:
    standing = slots_of(session, roadshow)
    if len(standing) + len(wanted) > MOST_SLOTS:
        raise Refusal("too-many-slots", hint=f"At most {MOST_SLOTS} slots.", most=MOST_SLOTS)
    made: list[Slot] = []
    for starts_at, minutes in wanted:
        _check_slot(roadshow, starts_at, minutes)
        slot = Slot(roadshow_id=roadshow.id, starts_at=starts_at, minutes=minutes)
        for other in (*standing, *made):
            if slot.starts_at < end_of(other) and other.starts_at < end_of(slot):
                raise Refusal(
                    "slots-overlap",
                    hint="This overlaps another slot.",
                    other=_clock(other.starts_at, roadshow),
                )
        made.append(slot)
    session.add_all(made)
    session.flush()
    journal.write(session, "slots.added", roadshow, actor=actor, now=now, count=len(made))
    return made


def _check_slot(roadshow: Roadshow, starts_at: datetime, minutes: int) -> None:
    if not 5 <= minutes <= LONGEST or minutes % 5:
        raise Refusal(
            "slot-length", hint="A slot lasts a multiple of five minutes, at most eight hours."
        )
    if starts_at.timestamp() % 300:
        raise Refusal("slot-start", hint="A slot begins on a multiple of five minutes.")
    day = starts_at.astimezone(ZoneInfo(roadshow.zone)).date()
    if not roadshow.starts_on <= day <= roadshow.ends_on:
        raise Refusal(
            "outside-roadshow",
            hint="This lies outside the days of the roadshow.",
            first=roadshow.starts_on.isoformat(),
            last=roadshow.ends_on.isoformat(),
        )


def save_table(
    session: Session,
    roadshow: Roadshow,
    table: MeetingTable | None,
    *,
    name: str,
    room_en: str = "",
    room_zh: str = "",
    seats: int = 4,
    home_project: str | None = None,
    home_investor: str | None = None,
    closed: Iterable[str] = (),
    actor: Account | None,
    now: datetime,
) -> MeetingTable:
    """Add a table or change one. ``closed`` are ids of slots in which it cannot be used.

    Refused where a booked meeting would lose its table.
    """
    name = " ".join(name.split())[:40]
    if not name:
        raise Refusal("table-name", hint="A table needs a name.")
    _check_table(session, roadshow, table, name)
    _check_home(session, roadshow, home_project, home_investor)
    fresh = table is None
    if table is None:
        rank = session.scalar(
            select(func.coalesce(func.max(MeetingTable.rank), 0)).where(
                MeetingTable.roadshow_id == roadshow.id
            )
        )
        table = MeetingTable(roadshow_id=roadshow.id, rank=int(rank or 0) + 1)
        session.add(table)
    table.name, table.seats = name, max(2, min(int(seats), 99))
    table.room_en, table.room_zh = room_en.strip()[:120], room_zh.strip()[:120]
    table.home_project_id, table.home_investor_id = home_project, home_investor
    session.flush()
    _close(session, roadshow, table, set(closed))
    _refuse_strangers(session, table)
    action = "table.added" if fresh else "table.changed"
    journal.write(session, action, table, actor=actor, now=now)
    return table


def make_tables(
    session: Session,
    roadshow: Roadshow,
    count: int,
    *,
    prefix: str = "T",
    room_en: str = "",
    room_zh: str = "",
    actor: Account | None,
    now: datetime,
) -> list[MeetingTable]:
    """Add several tables named in a row: T01, T02 and so on, after those that stand."""
    if not 1 <= count <= 200:
        raise Refusal("table-count", hint="Between 1 and 200 tables can be added at once.")
    taken = set(
        session.scalars(select(MeetingTable.name).where(MeetingTable.roadshow_id == roadshow.id))
    )
    names = (f"{prefix.strip()[:30]}{number:02}" for number in range(1, MOST_TABLES + 1))
    free = [name for name in names if name not in taken][:count]
    if len(free) < count:
        raise Refusal("table-count", hint="There are too many tables.")
    return [
        save_table(
            session,
            roadshow,
            None,
            name=name,
            room_en=room_en,
            room_zh=room_zh,
            actor=actor,
            now=now,
        )
        for name in free
    ]


def remove_table(
    session: Session, table: MeetingTable, *, actor: Account | None, now: datetime
) -> None:
    """Remove a table; refused where a meeting is booked at it. Drafts lose what lay there."""
    refuse_booked(session, Meeting.table_id == table.id, "table-in-use")
    drop_placements(session, Placement.table_id == table.id)
    journal.write(session, "table.removed", table, actor=actor, now=now)
    session.delete(table)
    session.flush()


def _check_table(
    session: Session, roadshow: Roadshow, table: MeetingTable | None, name: str
) -> None:
    query = select(MeetingTable.id).where(
        MeetingTable.roadshow_id == roadshow.id, MeetingTable.name == name
    )
    other = session.scalar(query)
    if other is not None and (table is None or other != table.id):
        raise Refusal("table-name-taken", hint="Another table has this name.", name=name)


def _check_home(
    session: Session, roadshow: Roadshow, project: str | None, investor: str | None
) -> None:
    if project and investor:
        raise Refusal("two-homes", hint="A table is kept for one party at most.")
    team = session.get(Project, project) if project else None
    firm = session.get(Investor, investor) if investor else None
    for wanted, row in ((project, team), (investor, firm)):
        if wanted and (row is None or row.roadshow_id != roadshow.id):
            raise Refusal("unknown-party", hint="There is no such party at this roadshow.")


def _close(session: Session, roadshow: Roadshow, table: MeetingTable, closed: set[str]) -> None:
    known = {slot.id for slot in slots_of(session, roadshow)}
    now_closed = {one.slot_id for one in table.closures}
    table.closures = [one for one in table.closures if one.slot_id in closed]
    table.closures += [TableClosure(slot_id=slot) for slot in sorted((closed & known) - now_closed)]
    session.flush()
    refuse_booked(
        session, Meeting.table_id == table.id, "table-in-use", Meeting.slot_id.in_(closed)
    )


def _refuse_strangers(session: Session, table: MeetingTable) -> None:
    """Refuse a home at a table where others are booked."""
    if table.home_project_id is not None:
        refuse_booked(
            session,
            Meeting.table_id == table.id,
            "table-in-use",
            Meeting.project_id != table.home_project_id,
        )
    if table.home_investor_id is not None:
        refuse_booked(
            session,
            Meeting.table_id == table.id,
            "table-in-use",
            Meeting.investor_id != table.home_investor_id,
        )


def refuse_booked(session: Session, where: object, reason: str, *more: object) -> None:
    count = session.scalar(
        select(func.count())
        .select_from(Meeting)
        .where(Meeting.state != MeetingState.CANCELLED, where, *more)  # type: ignore[arg-type]
    )
    if count:
        raise Refusal(
            reason,
            hint="Published meetings stand on this; move or cancel them first.",
            meetings=count,
        )


def drop_placements(session: Session, where: object) -> None:
    """Remove what drafts had there; what is published or was once cannot lose its ground."""
    frozen = session.scalar(
        select(func.count())
        .select_from(Placement)
        .join(Timetable)
        .where(Timetable.state != "draft", where)  # type: ignore[arg-type]
    )
    if frozen:
        raise Refusal(
            "in-a-published-version",
            hint="A published version of the timetable names this; it stays.",
            meetings=frozen,
        )
    session.execute(delete(Placement).where(where))  # type: ignore[arg-type]


def _clock(moment: datetime, roadshow: Roadshow) -> str:
    return moment.astimezone(ZoneInfo(roadshow.zone)).strftime("%Y-%m-%d %H:%M")
