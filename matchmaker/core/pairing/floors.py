"""Why a party gets fewer meetings than its floor: too few who want it, or too much demand."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

from matchmaker.core.instance import LeftOut
from matchmaker.core.instance.seats import Seats
from matchmaker.core.pairing.demand import demand_of

SHOWN = 5  # names per sentence


def why_short(seats: Seats, party: int, left_out: Sequence[LeftOut] = ()) -> str:
    """Return in a sentence what keeps a party below its floor."""
    floor = seats.parties[party].min
    pairs = seats.pairs_of[party]
    usable = [pair for pair in pairs if seats.modes_of[pair]]
    if len(usable) < floor:
        if len(usable) == len(pairs):
            return f"only {len(pairs)} {_word(len(pairs), 'pair')} with it may be held"
        return f"only {len(usable)} of its {len(pairs)} wanted pairs share a slot"
    sentence = hall_sentence(seats, party)
    if sentence:
        return sentence
    counted = Counter(left.reason for left in left_out).most_common()
    reasons = ", ".join(f"{count} {reason}" for reason, count in counted)
    return (
        f"of its {len(pairs)} pairs are left out: {reasons}" if reasons else "its limits forbid it"
    )


def hall_sentence(seats: Seats, party: int) -> str:
    """Return the Hall-type set that keeps a party short, or an empty text where counts allow it.

    The parties reached from it along alternating paths of a largest flow compete for too few
    meetings of the other side.
    """
    demand = demand_of(seats)
    side = party < demand.projects
    mine = [pair for pair, ok in enumerate(demand.usable) if ok]
    held, got = _largest(demand.ends, mine, demand.floors, demand.caps, side=side)
    reached, others = {party}, set()
    queue = deque([party])
    by_party: dict[int, list[int]] = {}
    for pair in mine:
        for end in demand.ends[pair]:
            by_party.setdefault(end, []).append(pair)
    if got[party] >= min(demand.floors[party], demand.caps[party]) and got[party]:
        return ""
    while queue:
        at = queue.popleft()
        for pair in by_party.get(at, ()):
            other = demand.ends[pair][1 if side else 0]
            if pair in held or other in others:
                continue
            others.add(other)
            for back in by_party.get(other, ()):
                rival = demand.ends[back][0 if side else 1]
                if back in held and rival not in reached:
                    reached.add(rival)
                    queue.append(rival)
    room = sum(demand.caps[other] for other in others)
    need = sum(demand.floors[one] for one in reached)
    if not others or need <= room:
        return ""
    ours, theirs = ("projects", "investors") if side else ("investors", "projects")
    return (
        f"{len(reached)} {ours} ({_names(seats, reached)}) need {need} meetings and share only"
        f" {len(others)} {theirs} ({_names(seats, others)}) with room for {room}"
    )


def _largest(
    ends: Sequence[tuple[int, int]],
    usable: Sequence[int],
    floors: Sequence[int],
    caps: Sequence[int],
    *,
    side: bool,
) -> tuple[set[int], Counter[int]]:
    """Return a largest set of pairs within the floors of one side and the caps of the other."""
    from ortools.graph.python import max_flow  # noqa: PLC0415 -- slow import

    flow = max_flow.SimpleMaxFlow()
    source, sink = len(caps), len(caps) + 1
    arcs = {}
    for pair in usable:
        tail, head = ends[pair] if side else ends[pair][::-1]
        arcs[pair] = flow.add_arc_with_capacity(tail, head, 1)
    tails = {ends[pair][0 if side else 1] for pair in usable}
    heads = {ends[pair][1 if side else 0] for pair in usable}
    for at in sorted(tails):
        flow.add_arc_with_capacity(source, at, min(floors[at], caps[at]))
    for at in sorted(heads):
        flow.add_arc_with_capacity(at, sink, caps[at])
    flow.solve(source, sink)
    held = {pair for pair, arc in arcs.items() if flow.flow(arc) > 0}
    got = Counter(ends[pair][0 if side else 1] for pair in held)
    return held, got


def _names(seats: Seats, parties: set[int]) -> str:
    names = [seats.parties[at].id for at in sorted(parties)]
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"


def _word(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
