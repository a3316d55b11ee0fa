"""What choosing pairs must respect, as counts: caps, floors and capacities, no slots yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matchmaker.core.instance.seats import Seats
from matchmaker.core.instance.staffing import needed


@dataclass(frozen=True, slots=True)
class Demand:
    """A transportation problem. Indices of pairs and parties are those of ``Seats``.

    ``ends`` are the parties of each pair, ``worth`` its score, ``musts`` how many sides say must,
    ``published`` whether people hold it in their hands. ``caps`` and ``floors`` are meetings per
    party; ``seats`` limits all together. ``shared`` are people who several parties need: the pairs
    that take their time, and how many of those they can attend.
    """

    ends: tuple[tuple[int, int], ...]
    worth: tuple[float, ...]
    musts: tuple[int, ...]
    pinned: tuple[bool, ...]
    chosen: tuple[bool, ...]
    published: tuple[bool, ...]
    usable: tuple[bool, ...]
    caps: tuple[int, ...]
    floors: tuple[int, ...]
    projects: int
    seats: int
    shared: tuple[tuple[tuple[int, ...], int], ...]

    def allows(self, pairs: frozenset[int]) -> bool:
        """Tell whether these pairs break no limit together."""
        got = Counter(end for pair in pairs for end in self.ends[pair])
        return (
            len(pairs) <= self.seats
            and all(count <= self.caps[at] for at, count in got.items())
            and all(len(pairs.intersection(some)) <= room for some, room in self.shared)
        )

    def given(self, pairs: frozenset[int]) -> Demand:
        """Return what is left to choose when these pairs are taken."""
        got = Counter(end for pair in pairs for end in self.ends[pair])
        return replace(
            self.without(pairs),
            caps=tuple(cap - got[at] for at, cap in enumerate(self.caps)),
            floors=tuple(max(0, floor - got[at]) for at, floor in enumerate(self.floors)),
            pinned=tuple(one and at not in pairs for at, one in enumerate(self.pinned)),
            chosen=tuple(one and at not in pairs for at, one in enumerate(self.chosen)),
            musts=tuple(0 if at in pairs else one for at, one in enumerate(self.musts)),
            seats=self.seats - len(pairs),
            shared=tuple(
                (
                    tuple(one for one in some if one not in pairs),
                    room - len(pairs.intersection(some)),
                )
                for some, room in self.shared
            ),
        )

    def without(self, pairs: frozenset[int]) -> Demand:
        """Return the demand with some pairs taken off the table."""
        usable = tuple(one and at not in pairs for at, one in enumerate(self.usable))
        return replace(self, usable=usable)


def demand_of(seats: Seats) -> Demand:
    """Return what choosing must respect so that placing has a chance."""
    instance = seats.instance
    usable = [bool(modes) and -1 not in seats.after[at] for at, modes in enumerate(seats.modes_of)]
    kept = {mode.table for mode in seats.modes if mode.table is not None and not mode.pool}
    homes = sum(seats.free[seats.number["table", name]].bit_count() for name in kept)
    return Demand(
        ends=seats.party_of,
        worth=tuple(pair.score for pair in seats.pairs),
        musts=tuple(pair.musts for pair in seats.pairs),
        pinned=tuple(pair.state == "pinned" for pair in seats.pairs),
        chosen=tuple(pair.state == "chosen" for pair in seats.pairs),
        published=tuple(at in seats.published_at for at in range(len(seats.pairs))),
        usable=tuple(usable),
        caps=tuple(_cap(seats, at) for at in range(len(seats.parties))),
        floors=tuple(party.min for party in seats.parties),
        projects=len(instance.projects),
        seats=homes + sum(map(len, seats.common)),
        shared=_shared(seats),
    )


def _cap(seats: Seats, at: int) -> int:
    """Return how many meetings a party may have and its people can attend."""
    most, limit = most_attended(seats, at), seats.parties[at].max
    return most if limit is None else min(most, limit)


def most_attended(seats: Seats, at: int) -> int:
    """Return how many meetings the people of a party can attend, whatever its cap."""
    party = seats.parties[at]
    free = [seats.free[seats.number["person", name]] for name in party.people]
    open_slots = [
        sum(mask >> slot & 1 for mask in free) // max(1, needed(party))
        for slot in range(seats.slot_count)
    ]
    return _in_rows(open_slots, seats.day, party.max_in_a_row)


def _in_rows(room: Sequence[int], day: Sequence[int], row: int | None) -> int:
    """Return the most meetings over slots with some room when rows are limited.

    best[k] is the most so far with the last k slots busy.
    """
    if row is None:
        return sum(room)
    best = [0] + [-1] * row
    for slot, here in enumerate(room):
        if slot and day[slot] != day[slot - 1]:
            best = [max(best)] + [-1] * row
        busy = [one + here if one >= 0 and here else -1 for one in best[:row]]
        best = [max(best), *busy]
    return max(best)


def _shared(seats: Seats) -> tuple[tuple[tuple[int, ...], int], ...]:
    """Return the limits of people who cannot be replaced and whose limit no party's cap implies."""
    always: dict[int, list[int]] = defaultdict(list)
    for pair, modes in enumerate(seats.modes_of):
        ways = [set(seats.modes[mode].uses) for mode in modes]
        for use in set.intersection(*ways) if ways else ():
            if seats.resources[use][0] != "table":
                always[use].append(pair)
    limits = []
    for use, pairs in sorted(always.items()):
        room = seats.free[use].bit_count()
        common = set.intersection(*(set(seats.party_of[pair]) for pair in pairs))
        implied = len(pairs) <= room or any(_cap(seats, party) <= room for party in common)
        if not implied:
            limits.append((tuple(pairs), room))
    return tuple(limits)
