"""What limits the meetings of an event: each limit lifted a little, and everything solved again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from matchmaker.core.instance import Instance, Party
from matchmaker.core.instance.seats import take_seats
from matchmaker.core.pairing.demand import demand_of
from matchmaker.core.pairing.selection import select
from matchmaker.core.timetable.whatif import Answer, Variation, answer, vary

CONFIRMED = 12  # of the limits that cost most are planned again with slots and tables

Count = tuple[int, float]  # meetings, score


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """A limit and what lifting it brings.

    ``kind``: ``project-max`` or ``investor-max`` (one meeting more for ``who``), ``project-min`` or
    ``investor-min`` (no floor), ``person`` (never away), ``table-hours`` (never closed),
    ``tables`` and ``slots`` (one more table, one more slot each day). ``who`` is an identifier,
    "" for the last two. ``planned`` tells whether the meetings were placed or only chosen.
    """

    kind: str
    who: str
    meetings: int
    score: float
    planned: bool


def bottlenecks(
    instance: Instance,
    *,
    seed: int = 0,
    progress: Callable[[float], bool] | None = None,
) -> tuple[Bottleneck, ...]:
    """Return the limits that cost meetings or score, those that cost most first.

    Every limit is lifted by itself and the pairs are chosen anew, which is exact for all that can
    be counted; the costliest are placed into slots and tables too. ``progress`` is told the share
    done, from 0 to 1, and stops the search by returning False; what was found so far is returned.
    """
    instance = vary(instance, Variation())
    base, reached, got = answer(instance, Variation(), seed=seed), *_chosen(instance)
    lifted = list(_lifted(instance, got))
    found: list[tuple[Count, str, str, Instance]] = []
    for at, (kind, who, wider) in enumerate(lifted):
        if progress is not None and not progress(0.8 * at / len(lifted)):
            break
        more = _chosen(wider)[0]
        gain = more[0] - reached[0], round(more[1] - reached[1], 6)
        if gain[0] > 0 or gain[1] > 0:
            found.append((gain, kind, who, wider))
    found.sort(key=lambda one: (-one[0][0], -one[0][1], one[1], one[2]))
    told = []
    for at, (gain, kind, who, wider) in enumerate(found):
        planned = at < CONFIRMED and (progress is None or progress(0.8 + 0.2 * at / CONFIRMED))
        if planned:
            gain = _gain(base, answer(wider, Variation(), seed=seed))
        if gain[0] > 0 or gain[1] > 0:
            told.append(
                Bottleneck(kind=kind, who=who, meetings=gain[0], score=gain[1], planned=planned)
            )
    told.sort(key=lambda one: (-one.meetings, -one.score, one.kind, one.who))
    return tuple(told)


def _gain(base: Answer, wider: Answer) -> Count:
    """Return what is gained. A plan of the base is one of the wider instance, too: no loss."""
    return (
        max(0, wider.meetings - base.meetings),
        max(0.0, round(wider.score - base.score, 6)),
    )


def _chosen(instance: Instance) -> tuple[Count, dict[tuple[str, str], int]]:
    """Return what a choice of pairs reaches, and the meetings of each party."""
    seats = take_seats(instance)
    demand = demand_of(seats)
    got: dict[tuple[str, str], int] = {}
    pairs = select(demand).pairs
    for pair in pairs:
        for who in (
            ("project", seats.pairs[pair].project),
            ("investor", seats.pairs[pair].investor),
        ):
            got[who] = got.get(who, 0) + 1
    return (len(pairs), round(sum(demand.worth[pair] for pair in pairs), 6)), got


def _lifted(
    instance: Instance, got: dict[tuple[str, str], int]
) -> Iterator[tuple[str, str, Instance]]:
    """Yield each limit that may cost something, and the instance in which it is lifted."""
    yield "tables", "", vary(instance, Variation(tables=1))
    yield "slots", "", vary(instance, Variation(slots=1))
    for table in instance.tables:
        if table.slots is not None and len(table.slots) < len(instance.slots):
            tables = tuple(
                replace(one, slots=None) if one is table else one for one in instance.tables
            )
            yield "table-hours", table.id, replace(instance, tables=tables)
    for kind, parties in (("project", instance.projects), ("investor", instance.investors)):
        for party in parties:
            count = got.get((kind, party.id), 0)
            if party.max is not None and count >= party.max:
                yield f"{kind}-max", party.id, _with(instance, kind, replace(party, max=count + 1))
            if 0 < party.min >= count:
                yield f"{kind}-min", party.id, _with(instance, kind, replace(party, min=0))
    for person in instance.people:
        if person.away:
            people = tuple(
                replace(one, away=frozenset()) if one is person else one for one in instance.people
            )
            yield "person", person.id, replace(instance, people=people)


def _with(instance: Instance, kind: str, changed: Party) -> Instance:
    def other(parties: tuple[Party, ...]) -> tuple[Party, ...]:
        return tuple(changed if one.id == changed.id else one for one in parties)

    if kind == "project":
        return replace(instance, projects=other(instance.projects))
    return replace(instance, investors=other(instance.investors))
