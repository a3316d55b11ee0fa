"""From a placement to a plan: tables, reasons, missed floors, totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from matchmaker.core.instance import Clash, Floor, LeftOut, Meeting, Plan, Totals
from matchmaker.core.instance.changes import sentence_of
from matchmaker.core.instance.seats import Seats, bits
from matchmaker.core.pairing.floors import Shortages
from matchmaker.core.timetable.board import Board, Placement
from matchmaker.core.timetable.compare import disturbed_by
from matchmaker.core.timetable.mending import MOST_MENDED, mend
from matchmaker.core.timetable.reasons import Explainer
from matchmaker.core.timetable.remedies import gaps_in
from matchmaker.core.timetable.tables import count_moves, give_tables


def report(
    seats: Seats,
    placement: Placement,
    *,
    status: str,
    seed: int,
    solver: str,
    bound: float,
    clashes: Sequence[Clash] = (),
    table_of: dict[int, str] | None = None,
) -> Plan:
    """Return the plan of a placement, with a reason for every pair that is not in it."""
    tables = give_tables(seats, placement) if table_of is None else table_of
    meetings = tuple(_meeting(seats, pair, placement, tables) for pair in sorted(placement))
    board = Board(seats, placement)
    explainer = Explainer(seats, board)
    left_out = tuple(
        explainer.explain(pair) for pair in range(len(seats.pairs)) if pair not in placement
    )
    return Plan(
        status=status,
        seed=seed,
        solver=solver,
        meetings=meetings,
        left_out=left_out,
        floors=tuple(_floors(seats, explainer, left_out)),
        totals=totals_of(seats, placement, tables, meetings, bound),
        clashes=tuple(clashes),
    )


def _meeting(seats: Seats, pair: int, placement: Placement, tables: dict[int, str]) -> Meeting:
    mode, slot = placement[pair]
    way, one = seats.modes[mode], seats.pairs[pair]
    return Meeting(
        project=one.project,
        investor=one.investor,
        slot=seats.instance.slots[slot].id,
        table=tables[pair],
        people=way.people,
        interpreter=way.interpreter,
    )


def totals_of(
    seats: Seats,
    placement: Placement,
    tables: dict[int, str],
    meetings: tuple[Meeting, ...],
    bound: float,
) -> Totals:
    """Return what a placement amounts to."""
    score = [0.0] * len(seats.instance.projects)
    busy: dict[int, int] = {}
    for pair, (mode, slot) in placement.items():
        score[seats.party_of[pair][0]] += seats.pairs[pair].score
        for use in seats.modes[mode].uses:
            if seats.resources[use][0] == "person":
                busy[use] = busy.get(use, 0) | 1 << slot
    total = round(sum(score), 6)
    return Totals(
        meetings=len(placement),
        score=total,
        bound=round(max(bound, total), 6),
        lowest_project=round(min(score, default=0.0), 6),
        gaps=sum(gaps_in(mask, seats.day) for mask in busy.values()),
        idle_slots=sum(_idle(mask, seats.day) for mask in busy.values()),
        moves=count_moves(seats, placement, tables),
        disturbed=len(disturbed_by(seats.instance, meetings)),
    )


def _idle(mask: int, day: Sequence[int]) -> int:
    """Return the empty slots between the first and the last meeting of each day."""
    held = [(day[slot], slot) for slot in bits(mask)]
    return sum(
        later - earlier - 1 for (today, earlier), (then, later) in pairwise(held) if today == then
    )


def _floors(seats: Seats, explainer: Explainer, left_out: Iterable[LeftOut]) -> list[Floor]:
    """Return the missed floors with what keeps each from being met and what would mend it."""
    board, remedies = explainer.board, explainer.remedies
    missed = [at for at, party in enumerate(seats.parties) if board.got[at] < party.min]
    mine: dict[int, list[LeftOut]] = {at: [] for at in missed}
    for left in left_out:
        for party in seats.party_of[seats.index[left.project, left.investor]]:
            if party in mine:
                mine[party].append(left)
    shortages = Shortages(seats)
    split = len(seats.instance.projects)
    return [
        Floor(
            who=f"{'project' if at < split else 'investor'}:{seats.parties[at].id}",
            min=seats.parties[at].min,
            got=board.got[at],
            reason=shortages.why(at, mine[at]),
            smallest_change=sentence_of(
                mend(seats, board.placement, at, remedies) if turn < MOST_MENDED else ()
            ),
        )
        for turn, at in enumerate(missed)
    ]
