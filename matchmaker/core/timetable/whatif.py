"""What if there were more slots, other tables, other limits: a varied instance, its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from matchmaker.core.instance import Instance, Party, Slot, Table, WantedPair, canonical
from matchmaker.core.instance.seats import take_seats
from matchmaker.core.timetable.arrange import Arranger
from matchmaker.core.timetable.report import totals_of
from matchmaker.core.timetable.tables import give_tables
from matchmaker.core.timetable.watch import Progress, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How an event might differ; what is 0 or None stays as it is.

    ``minutes`` is the length of every slot, cut anew within the stretches that the slots fill now.
    ``slots`` are more (or fewer) of them at the end of each day, ``tables`` more (or fewer) tables
    that are kept for nobody. The others move the limits of all projects or investors.
    """

    minutes: int | None = None
    slots: int = 0
    tables: int = 0
    project_max: int = 0
    project_min: int = 0
    investor_max: int = 0
    investor_min: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a plan of an instance amounts to.

    ``places`` are the seats that tables and slots make, ``short`` the meetings missing under
    floors, ``bound`` the score that no plan surpasses.
    """

    meetings: int
    score: float
    bound: float
    lowest_project: float
    gaps: int
    short: int
    slots: int
    tables: int
    places: int


def answer(
    instance: Instance,
    variation: Variation,
    *,
    seed: int = 0,
    time_limit: float = 5.0,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Answer:
    """Plan a varied instance as ``plan`` does, without proof and reasons; say what comes of it."""
    instance = vary(instance, variation)
    watch = Watch(time_limit, progress)
    seats = take_seats(instance)
    found = Arranger(seats, seed, time_limit, watch).arrange()
    tables = give_tables(seats, found.placement)
    totals = totals_of(seats, found.placement, tables, (), found.bound)
    got = [0] * len(seats.parties)
    for pair in found.placement:
        for party in seats.party_of[pair]:
            got[party] += 1
    return Answer(
        meetings=totals.meetings,
        score=totals.score,
        bound=totals.bound,
        lowest_project=totals.lowest_project,
        gaps=totals.gaps,
        short=sum(max(0, one.min - has) for one, has in zip(seats.parties, got, strict=True)),
        slots=len(instance.slots),
        tables=len(instance.tables),
        places=sum(
            len(instance.slots) if table.slots is None else len(table.slots)
            for table in instance.tables
        ),
    )


def vary(instance: Instance, variation: Variation) -> Instance:
    """Return the instance as it would be, planned from the start: nothing is published yet, and
    what is pinned comes first among the pairs without a place of its own.
    """
    instance = canonical(instance)
    instance = replace(
        instance, published=(), pairs=tuple(_loosened(pair) for pair in instance.pairs)
    )
    if variation.minutes is not None or variation.slots:
        instance = _with_slots(instance, _cut(instance.slots, variation))
    if variation.tables:
        instance = _with_tables(instance, variation.tables)
    return canonical(
        replace(
            instance,
            projects=_limits(instance.projects, variation.project_min, variation.project_max),
            investors=_limits(instance.investors, variation.investor_min, variation.investor_max),
        )
    )


def _loosened(pair: WantedPair) -> WantedPair:
    if pair.state != "pinned":
        return pair
    return replace(pair, state="chosen", slot=None, table=None, people=())


def _limits(parties: Iterable[Party], least: int, most: int) -> tuple[Party, ...]:
    def moved(party: Party) -> Party:
        highest = None if party.max is None else max(0, party.max + most)
        lowest = max(0, party.min + least)
        return replace(party, max=highest, min=lowest if highest is None else min(lowest, highest))

    return tuple(map(moved, parties))


def _with_tables(instance: Instance, more: int) -> Instance:
    """Return the instance with more common tables, or without the last of them."""
    if more > 0:
        taken = {table.id for table in instance.tables}
        fresh = (f"extra-table-{at}" for at in range(1, len(taken) + more + 1))
        added = [Table(id=name) for name in fresh if name not in taken][:more]
        return replace(instance, tables=(*instance.tables, *added))
    common = [table.id for table in instance.tables if table.home_of is None]
    spared = max(1, len(common) + more)
    gone = set(common[spared:])
    return replace(
        instance, tables=tuple(table for table in instance.tables if table.id not in gone)
    )


def _cut(slots: tuple[Slot, ...], variation: Variation) -> tuple[Slot, ...]:
    """Return the slots of the days at another length, with more or fewer at their ends."""
    days: dict[str, list[Slot]] = {}
    for slot in slots:
        days.setdefault(slot.start.date().isoformat(), []).append(slot)
    found: list[Slot] = []
    for today in days.values():
        minutes = variation.minutes
        if minutes is not None and {one.minutes for one in today} != {minutes}:
            today = [slot for stretch in _stretches(today) for slot in _anew(stretch, minutes)]
        found += today[: max(1, len(today) + variation.slots)] if variation.slots < 0 else today
        if today:
            found += _after(today, variation.slots)
    return tuple(found)


def _stretches(slots: list[Slot]) -> list[list[Slot]]:
    """Return the slots between which there is only a short pause, shorter than a meeting."""
    found = [slots[:1]]
    for before, slot in pairwise(slots):
        if slot.start - _end(before) < timedelta(minutes=min(before.minutes, slot.minutes)):
            found[-1].append(slot)
        else:
            found.append([slot])
    return found


def _anew(stretch: list[Slot], minutes: int) -> list[Slot]:
    """Return the slots of another length that fit into a stretch, the pause between them kept."""
    pause = stretch[1].start - _end(stretch[0]) if len(stretch) > 1 else timedelta()
    found: list[Slot] = []
    start, end = stretch[0].start, _end(stretch[-1])
    while start + timedelta(minutes=minutes) <= end:
        found.append(_slot(start, minutes))
        start += timedelta(minutes=minutes) + pause
    return found


def _after(today: list[Slot], more: int) -> list[Slot]:
    """Return more slots after the last of a day, at the usual distance."""
    last = today[-1]
    same = [one for one in _stretches(today)[-1] if one.minutes == last.minutes]
    step = same[-1].start - same[-2].start if len(same) > 1 else timedelta(minutes=last.minutes)
    added = [_slot(last.start + step * at, last.minutes) for at in range(1, more + 1)]
    return [slot for slot in added if slot.start.date() == last.start.date()]


def _slot(start: datetime, minutes: int) -> Slot:
    return Slot(id=f"{start:%Y-%m-%dT%H:%M}+{minutes}", start=start, minutes=minutes)


def _end(slot: Slot) -> datetime:
    return slot.start + timedelta(minutes=slot.minutes)


def _with_slots(instance: Instance, slots: tuple[Slot, ...]) -> Instance:
    """Return the instance in other slots. Who is away during part of a slot is away from it; at a
    time that no slot covered, people are there and tables are open.
    """
    covers = {
        new.id: frozenset(
            old.id for old in instance.slots if old.start < _end(new) and new.start < _end(old)
        )
        for new in slots
    }

    def away(names: frozenset[str]) -> frozenset[str]:
        return frozenset(new for new, old in covers.items() if old & names)

    def open_at(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if names is None:
            return None
        return tuple(new for new, old in covers.items() if old <= set(names))

    return replace(
        instance,
        slots=slots,
        people=tuple(replace(one, away=away(one.away)) for one in instance.people),
        interpreters=tuple(replace(one, away=away(one.away)) for one in instance.interpreters),
        tables=tuple(replace(one, slots=open_at(one.slots)) for one in instance.tables),
        pairs=tuple(_allowed(pair, covers) for pair in instance.pairs),
    )


def _allowed(pair: WantedPair, covers: Mapping[str, frozenset[str]]) -> WantedPair:
    slots = pair.slots
    if slots is not None:
        slots = tuple(new for new, old in covers.items() if old and old <= set(slots))
    if slots == ():
        return replace(pair, state="forbidden", slots=None, table=None)
    return replace(pair, slots=slots)
