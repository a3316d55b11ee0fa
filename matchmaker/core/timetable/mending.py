"""What would give a party its least number of meetings, all else kept."""

from __future__ import annotations

from collections.abc import Iterable

from matchmaker.core.instance.changes import Change, apply_changes, asks
from matchmaker.core.instance.seats import Seats, take_seats
from matchmaker.core.instance.staffing import Staffing
from matchmaker.core.timetable.board import Board, Placement
from matchmaker.core.timetable.remedies import Remedies

MOST_MENDED = 50  # missed floors for which a change is looked for
MOST_NUMBERED = 3_000  # pairs; beyond, what several meetings more would need is not looked for
GROWING = ("raise-max", "allow-row")  # kinds of which a later change stands for an earlier one

Changes = tuple[Change, ...]


def mend(seats: Seats, placement: Placement, party: int, remedies: Remedies) -> Changes:
    """Return changes after which a party reaches its minimum and no other meeting moves.

    One meeting is added after the other, each by the pair that asks least; where no pair is left,
    the minimum itself is lowered to what can be had. Empty where looking would take too long.
    """
    found: list[Change] = []
    name, least = remedies.party(party), seats.parties[party].min
    while (missing := least - remedies.board.got[party]) > 0:
        if missing > 1 and len(seats.pairs) > MOST_NUMBERED:
            return ()
        step = _smallest(seats, party, remedies)
        if step is None:
            found.append(Change("lower-min", (name, str(remedies.board.got[party]))))
            break
        pair, changes = step
        found += changes
        if missing == 1:
            break
        wider = _widened(seats, placement, pair, changes)
        if wider is None:
            found = found[: -len(changes)]
            found.append(Change("lower-min", (name, str(remedies.board.got[party]))))
            break
        seats, placement, party = *wider, _party_named(wider[0], name)
        remedies = Remedies(seats, Board(seats, placement), Staffing(seats.instance))
    return _merged(found)


def _smallest(seats: Seats, party: int, remedies: Remedies) -> tuple[int, Changes] | None:
    """Return the pair that can be added to a party's meetings with the least change."""
    ways = (
        (asks(changes), pair, changes)
        for pair in seats.pairs_of[party]
        if pair not in remedies.board.placement
        and (changes := remedies.smallest(pair, growing=party))
    )
    best = min(ways, default=None, key=lambda way: way[:2])
    return None if best is None else best[1:]


def _widened(
    seats: Seats, placement: Placement, pair: int, changes: Changes
) -> tuple[Seats, Placement] | None:
    """Return the seats after some changes, and where everything is with one pair more."""
    gone = [one.key for one in seats.instance.pairs if one.key not in seats.index]
    wider = take_seats(apply_changes(seats.instance, changes), without=gone)
    ways = {
        (mode.pair, mode.people, mode.interpreter, mode.table): at
        for at, mode in enumerate(wider.modes)
    }
    place = {slot.id: at for at, slot in enumerate(wider.instance.slots)}
    moved: Placement = {}
    for one, (mode, slot) in placement.items():
        at = wider.index.get(seats.pairs[one].key)
        if at is None:
            continue  # given up for the pair
        way = seats.modes[mode]
        there = ways.get((at, way.people, way.interpreter, way.table))
        if there is None:
            return None
        moved[at] = there, place[seats.instance.slots[slot].id]
    board = Board(wider, moved)
    left = board.fill([wider.index[seats.pairs[pair].key]])
    return None if left else (wider, board.placement)


def _party_named(seats: Seats, name: str) -> int:
    kind, _, party = name.partition(":")
    start = 0 if kind == "project" else len(seats.instance.projects)
    return next(at for at in range(start, len(seats.parties)) if seats.parties[at].id == party)


def _merged(changes: Iterable[Change]) -> Changes:
    """Return changes of which none is overtaken by a later one."""
    found: dict[object, Change] = {}
    for one in changes:
        numbered = one.kind in GROWING
        words = tuple(part for part in one.subjects if not (numbered and part.isdigit()))
        key = (one.kind, words) if one.kind != "allow-spread" else one.kind
        found.pop(key, None)
        found[key] = one
    return tuple(found.values())
