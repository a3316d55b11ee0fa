"""Places for one meeting: which are open, what each costs, why one is not possible."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from matchmaker.core.refusal import Refusal
from matchmaker.services.meeting import edit
from matchmaker.services.meeting.edit import Desk, Trial
from matchmaker.store.meeting import MeetingTable, Slot
from matchmaker.web.meeting.saying import broken
from matchmaker.web.meeting.setup import slot_name
from matchmaker.web.refusals import sentence

BEST = 14  # places offered for one meeting


def cost_line(trial: Trial) -> str:
    """Return in a line what a move did: gaps, moves between tables, people disturbed."""
    parts = [
        _("gaps %(change)s", change=_signed(trial.gaps)),
        _("table moves %(change)s", change=_signed(trial.moves)),
    ]
    if trial.disturbed or trial.after.disturbed:
        parts.append(_("people disturbed %(change)s", change=_signed(trial.disturbed)))
    return _("Placed: %(cost)s.", cost=_(", ").join(parts))


def why_not(refusal: Refusal) -> str:
    """Return a refusal with the rules that would break."""
    rules = broken(refusal.facts.get("violations", ()))
    return " ".join([_("That is not possible."), *rules]) if rules else sentence(refusal)


def seat_options(desk: Desk, pair: tuple[str, str]) -> list[tuple[str, str, Trial]]:
    """Return the places where a pair could sit without breaking a rule, the cheapest first.

    Of the free tables of a slot one is tried: where either side sits just before or after.
    """
    taken = {(one.slot_id, one.table_id) for one in desk.placements.values()}
    beside = [
        one.table_id
        for one in desk.placements.values()
        if set(pair) & {one.project_id, one.investor_id}
    ]
    found = []
    for slot in desk.drawn.ground.slots:
        tables = [
            table
            for table in desk.drawn.ground.tables
            if (slot.id, table.id) not in taken and may_sit(table, slot, pair)
        ]
        tables.sort(key=lambda table: (-is_home(table, pair), -beside.count(table.id)))
        for table in tables[:1]:
            try:
                trial = edit.try_place(desk, pair, slot.id, table.id)
            except Refusal:
                continue
            if not trial.broken:
                found.append((slot.id, table.id, trial))
    found.sort(key=lambda one: (one[2].disturbed, one[2].gaps, one[2].moves))
    return found[:BEST]


def may_sit(table: MeetingTable, slot: Slot, pair: tuple[str, str]) -> bool:
    """Tell whether a table is open in a slot and not kept for others."""
    return (
        table.home_project_id in (None, pair[0])
        and table.home_investor_id in (None, pair[1])
        and slot.id not in {one.slot_id for one in table.closures}
    )


def is_home(table: MeetingTable, pair: tuple[str, str]) -> bool:
    return table.home_project_id == pair[0] or table.home_investor_id == pair[1]


def choices(desk: Desk, options: Sequence[tuple[str, str, Trial]]) -> list[tuple[str, str]]:
    """Return every open place as a choice, the offered ones first."""
    first = [f"{table}:{slot}" for slot, table, _trial in options]
    labels = {
        f"{table.id}:{slot.id}": f"{slot_name(slot)} · {table.name}"
        for slot in desk.drawn.ground.slots
        for table in desk.drawn.ground.tables
        if slot.id not in {one.slot_id for one in table.closures}
    }
    rest = [key for key in labels if key not in set(first)]
    return [(key, labels[key]) for key in [*first, *rest]]


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else (f"−{-number}" if number < 0 else "±0")
