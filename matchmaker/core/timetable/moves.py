"""Table moves in the exact model: where somebody sits somewhere else than before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matchmaker.core.timetable.exact import ExactModel


def table_moves(exact: ExactModel) -> list[Any]:
    """Return a literal per person and slot that is true where the person changes table."""
    there: dict[tuple[int, int], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for (mode, slot), seat in exact.at.items():
        way = exact.seats.modes[mode]
        for use in way.uses:
            if exact.seats.resources[use][0] == "person" and way.table is not None:
                there[use, slot][way.table].append(seat)
    moves: list[Any] = []
    for person in {person for person, _ in there}:
        last: dict[str, Any] = {}
        for slot in range(exact.seats.slot_count):
            if slot and exact.seats.day[slot] != exact.seats.day[slot - 1]:
                last = {}
            here = there.get((person, slot))
            if here is None:
                continue
            last = _last_tables(exact, person, slot, last, here, moves)
    return moves


def _last_tables(
    exact: ExactModel,
    person: int,
    slot: int,
    before: Mapping[str, Any],
    here: Mapping[str, list[Any]],
    moves: list[Any],
) -> dict[str, Any]:
    """Return per table whether it is the person's latest one after this slot."""
    meets = exact.busy[person, slot]
    after = {}
    if before:
        moves.append(exact.model.new_bool_var(f"move{person}@{slot}"))
    for table in sorted({*before, *here}):
        latest = exact.model.new_bool_var(f"table{person}@{slot}:{table}")
        sits = sum(here.get(table, []))
        exact.model.add(latest >= sits)
        if table in before:
            exact.model.add(latest >= before[table] - meets)
        for other in before:
            if other != table:
                exact.model.add(moves[-1] >= sits + before[other] - 1)
        after[table] = latest
    return after
