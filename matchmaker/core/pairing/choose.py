"""Who should meet whom, counted without slots: the choice, its reasons and its prices."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matchmaker.core.instance import Floor, Instance, Key, LeftOut, canonical, check_sound
from matchmaker.core.instance.changes import sentence_of
from matchmaker.core.instance.seats import Seats, take_seats
from matchmaker.core.instance.shape import State, WantedPair
from matchmaker.core.pairing.demand import Demand, demand_of
from matchmaker.core.pairing.floors import Shortages
from matchmaker.core.pairing.selection import select, select_fairly
from matchmaker.core.refusal import Refusal

if TYPE_CHECKING:
    from matchmaker.core.pairing.room import Room

SHOWN = 4  # blocking facts per pair
MOST_MENDED = 50  # missed floors for which a change is looked for


@dataclass(frozen=True, slots=True)
class Choice:
    """The pairs that should meet, and why the others should not.

    ``score`` is the sum of the scores of ``chosen``. ``left_out`` has a reason for every pair that
    is neither chosen nor ruled out by a no or a prohibition; ``floors`` are the missed minimums.
    """

    chosen: tuple[Key, ...]
    score: float
    left_out: tuple[LeftOut, ...]
    floors: tuple[Floor, ...]
    solver: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a decision about one pair costs.

    ``score`` is what the total loses (negative: gains); ``musts`` and ``floors`` are how many
    must-meets and places under floors are lost; ``enters`` and ``leaves`` are the other pairs that
    come and go.
    """

    score: float
    musts: int
    floors: int
    enters: tuple[Key, ...]
    leaves: tuple[Key, ...]


def choose(instance: Instance, *, fair: bool = False) -> Choice:
    """Return the best choice: pins, then musts, floors from the worst off, total score.

    ``fair`` puts the lowest sum of scores of a project before the total.
    Exact for what can be counted: caps, floors, people's free slots, all seats together. Whether
    all chosen pairs find a slot is for ``timetable.plan`` to say.
    """
    check_sound(instance)
    return _Chooser(canonical(instance), fair=fair).choice()


def choose_both(before: Instance, after: Instance) -> tuple[tuple[Key, ...], Choice]:
    """Return the pairs chosen for one instance, and the whole choice of another one.

    Takes hardly longer than one choice where the two differ in nothing but the states of pairs.
    """
    check_sound(before)
    check_sound(after)
    first = _Chooser(canonical(before))
    return first.keys(), first.beside(canonical(after)).choice()


def cost_of(instance: Instance, key: Key, state: State) -> Price:
    """Return what it costs to decide a pair (``pinned``, ``chosen``, ``forbidden`` or ``open``)
    instead of leaving its state as it is: the choice is made twice and compared.

    Raises Refusal ``unknown-pair``, or ``pair-impossible`` where a decided pair cannot be held.
    """
    if key not in instance.by_key:
        raise Refusal("unknown-pair", hint=f"{key[0]} and {key[1]} are no pair.", pair=key)
    instance = canonical(instance)
    before = _Chooser(instance)
    after = before.beside(with_state(instance, key, state))
    held = after.keys()
    if state in ("pinned", "chosen") and key not in held:
        usable = key in after.seats.index and after.demand.usable[after.seats.index[key]]
        why = "other decided pairs leave no room" if usable else "a no, or no slot they share"
        raise Refusal("pair-impossible", hint=f"{key[0]} cannot meet {key[1]}: {why}.", pair=key)
    old, new = set(before.keys()) - {key}, set(after.keys()) - {key}
    return Price(
        score=round(before.score() - after.score(), 6),
        musts=before.musts() - after.musts(),
        floors=after.short() - before.short(),
        enters=tuple(sorted(new - old)),
        leaves=tuple(sorted(old - new)),
    )


def with_state(instance: Instance, key: Key, state: State) -> Instance:
    """Return the instance with another state of one pair."""

    def changed(pair: WantedPair) -> WantedPair:
        if pair.key != key:
            return pair
        if state == "pinned":
            return replace(pair, state=state)
        return replace(pair, state=state, slot=None, table=None)

    return replace(instance, pairs=tuple(map(changed, instance.pairs)))


class _Chooser:
    """One choice and what can be told about it."""

    def __init__(self, instance: Instance, *, fair: bool = False) -> None:
        self.instance = instance
        self.restated = False  # whether seats hold pairs that are ruled out, too
        self.seats: Seats = take_seats(instance)
        self.demand: Demand = demand_of(self.seats)
        self.pick(fair=fair)

    def pick(self, *, fair: bool) -> None:
        """Choose what the demand asks for."""
        self.selection = (select_fairly if fair else select)(self.demand)
        self.taken = frozenset(self.selection.pairs)
        self.rivals: dict[int, list[str]] = {}
        self.got = [0] * len(self.seats.parties)
        for pair in self.selection.pairs:
            for party in self.seats.party_of[pair]:
                self.got[party] += 1

    def beside(self, instance: Instance) -> _Chooser:
        """Return the chooser of another canonical instance, quickly where only states differ."""
        pairs = self._restated(instance)
        if pairs is None:
            return _Chooser(instance)
        other = copy(self)
        other.instance, other.restated = instance, True
        other.seats = replace(self.seats, instance=instance, pairs=pairs)
        fresh = zip(self.seats.modes_of, self.seats.after, pairs, strict=True)
        other.demand = replace(
            self.demand,
            pinned=tuple(pair.state == "pinned" for pair in pairs),
            chosen=tuple(pair.state == "chosen" for pair in pairs),
            usable=tuple(
                bool(modes) and -1 not in after and not pair.is_never
                for modes, after, pair in fresh
            ),
        )
        other.pick(fair=False)
        return other

    def _restated(self, instance: Instance) -> tuple[WantedPair, ...] | None:
        """Return the pairs of the seats with their other states, None where more has changed."""
        old = self.instance
        pairs = tuple(instance.by_key.get(pair.key, pair) for pair in self.seats.pairs)
        same = replace(instance, pairs=old.pairs) == old and len(instance.pairs) == len(old.pairs)
        kept = any(table.home_of is not None for table in old.tables)  # seats only for some pairs
        if (
            kept
            or not same
            or any(
                replace(new, state=pair.state) != pair
                for new, pair in zip(pairs, self.seats.pairs, strict=True)
            )
        ):
            return None
        if any(not pair.is_never and pair.key not in self.seats.index for pair in instance.pairs):
            return None
        never = {pair.name for pair in pairs if pair.is_never}
        if any(never.intersection(pair.after) for pair in pairs):
            return None
        return pairs

    def keys(self) -> tuple[Key, ...]:
        return tuple(self.seats.pairs[pair].key for pair in self.selection.pairs)

    def score(self) -> float:
        return round(sum(self.demand.worth[pair] for pair in self.selection.pairs), 6)

    def musts(self) -> int:
        return sum(self.demand.musts[pair] for pair in self.selection.pairs)

    def short(self) -> int:
        parties = zip(self.demand.floors, self.got, strict=True)
        return sum(max(0, floor - got) for floor, got in parties)

    def choice(self) -> Choice:
        if self.restated and self.short():
            return _Chooser(self.instance).choice()
        others = [
            at
            for at, pair in enumerate(self.seats.pairs)
            if at not in self.taken and not pair.is_never
        ]
        from matchmaker.core.pairing.room import Room  # noqa: PLC0415 -- builds on this package

        room = Room(self.seats, self.demand, self.taken)
        left_out = tuple(self._reason(pair, room) for pair in others)
        return Choice(
            chosen=self.keys(),
            score=self.score(),
            left_out=left_out,
            floors=tuple(self._floors(left_out, room)),
            solver=self.selection.solver,
        )

    def _reason(self, pair: int, room: Room) -> LeftOut:
        one = self.seats.pairs[pair]
        reason, blocking = self._why(pair)
        changes = room.changes(pair)
        return LeftOut(
            project=one.project,
            investor=one.investor,
            reason=reason,
            blocking=tuple(blocking)[:SHOWN],
            smallest_change=sentence_of(changes),
            gains=1 if changes else 0,
        )

    def _why(self, pair: int) -> tuple[str, Iterable[str]]:
        if not self.demand.usable[pair]:
            one = self.seats.pairs[pair]
            return "no-common-slot", [f"{one.project} and {one.investor} share no slot"]
        full = [at for at in self.seats.party_of[pair] if self.got[at] >= self.demand.caps[at]]
        if not full:
            return "better-use", ["the seats of all slots are taken by better pairs"]
        for at in full:
            most = self.seats.parties[at].max
            if most is None or most > self.got[at]:
                who = self._name(at)
                return "person-busy", [f"the people of {who} are there for {self.got[at]}"]
        is_project = full[0] < self.demand.projects
        return ("project-full" if is_project else "investor-full"), self._rivals(full[0])

    def _rivals(self, party: int) -> list[str]:
        """Return some chosen pairs of a full party, the weakest first."""
        if party not in self.rivals:
            mine = [pair for pair in self.seats.pairs_of[party] if pair in self.taken]
            mine.sort(key=lambda pair: (self.demand.musts[pair], self.demand.worth[pair], pair))
            self.rivals[party] = [
                f"{self.seats.pairs[at].name} (score {self.demand.worth[at]:g})"
                for at in mine[:SHOWN]
            ]
        return self.rivals[party]

    def _floors(self, left_out: tuple[LeftOut, ...], room: Room) -> Iterable[Floor]:
        missed = [at for at, party in enumerate(self.seats.parties) if self.got[at] < party.min]
        mine: dict[int, list[LeftOut]] = {at: [] for at in missed}
        for left in left_out:
            for party in self.seats.party_of[self.seats.index[left.project, left.investor]]:
                if party in mine:
                    mine[party].append(left)
        shortages = Shortages(self.seats, self.demand)
        for turn, at in enumerate(missed):
            others = [self.seats.index[left.project, left.investor] for left in mine[at]]
            mending = room.mend(at, others) if turn < MOST_MENDED else ()
            yield Floor(
                who=self._name(at),
                min=self.seats.parties[at].min,
                got=self.got[at],
                reason=shortages.why(at, mine[at]),
                smallest_change=sentence_of(mending),
            )

    def _name(self, party: int) -> str:
        kind = "project" if party < self.demand.projects else "investor"
        return f"{kind}:{self.seats.parties[party].id}"
