"""Two versions of a timetable side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.services.meeting.booking import Seat
from matchmaker.services.meeting.instance import draw
from matchmaker.services.meeting.plans import (
    Measures,
    lost,
    measure,
    placements_of,
    plan_of,
    seats_of,
)
from matchmaker.store.meeting import Timetable
from matchmaker.store.roadshow import Roadshow


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What two versions amount to, and where they differ.

    ``one_only`` and ``other_only`` are meetings that the other does not hold, ``elsewhere`` those
    at another slot or table or with other people; ``people`` is how many have other times.
    """

    one: Measures
    other: Measures
    one_only: tuple[Seat, ...]
    other_only: tuple[Seat, ...]
    elsewhere: tuple[tuple[Seat, Seat], ...]
    same: int
    people: int


def beside(session: Session, one: Timetable, other: Timetable, *, now: datetime) -> Beside:
    """Compare two versions of one roadshow as both would be held now."""
    drawn = draw(session, session.get_one(Roadshow, one.roadshow_id), now=now)
    measures, seats = [], []
    for version in (one, other):
        rows = placements_of(session, version)
        gone = {row.id for row in lost(drawn, rows)}
        stay = [row for row in rows if row.id not in gone]
        measures.append(measure(drawn, plan_of(drawn, stay)))
        seats.append({seat.pair: seat for seat in seats_of(drawn, stay)})
    mine, theirs = seats
    both = [(mine[pair], theirs[pair]) for pair in sorted(mine.keys() & theirs.keys())]
    elsewhere = tuple(pair for pair in both if _place(pair[0]) != _place(pair[1]))
    times = [
        {(*pair, seat.slot.id, who) for pair, seat in some.items() for who in seat.people}
        for some in seats
    ]
    return Beside(
        one=measures[0],
        other=measures[1],
        one_only=tuple(mine[pair] for pair in sorted(mine.keys() - theirs.keys())),
        other_only=tuple(theirs[pair] for pair in sorted(theirs.keys() - mine.keys())),
        elsewhere=elsewhere,
        same=len(both) - len(elsewhere),
        people=len({key[3] for key in times[0] ^ times[1]}),
    )


def _place(seat: Seat) -> tuple[str, str, frozenset[str]]:
    return seat.slot.id, seat.table.id, frozenset(seat.people)
