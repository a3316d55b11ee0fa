"""An instance as numbers: which people, interpreters and tables may serve a pair in which slots."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from matchmaker.core.instance.shape import Instance, Key, Party, WantedPair
from matchmaker.core.instance.staffing import MOST_GROUPS, Staffing

MOST_MODES = MOST_GROUPS


class Mode(NamedTuple):
    """One way to hold a pair's meeting.

    ``table`` names a home or pinned table; None takes any of the common tables. ``pool`` counts
    those that take a common one, of which ``Seats.common`` tells how many a slot has. ``uses`` are
    indices of resources, ``mask`` has a bit for each slot in which the pair may meet and nobody of
    ``uses`` is away.
    """

    pair: int
    people: tuple[str, ...]
    interpreter: str | None
    table: str | None
    uses: tuple[int, ...]
    mask: int
    pool: bool = True

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots of the mask in their order."""
        return bits(self.mask)


@lru_cache(maxsize=65_536)
def bits(mask: int) -> tuple[int, ...]:
    """Return the places of the bits that are set, in ascending order."""
    return tuple(at for at in range(mask.bit_length()) if mask >> at & 1)


@dataclass(frozen=True)
class Seats:
    """What the solvers see. Parties are numbered projects first, then investors."""

    instance: Instance
    pairs: tuple[WantedPair, ...]
    index: dict[Key, int]
    parties: tuple[Party, ...]
    party_of: tuple[tuple[int, int], ...]
    day: tuple[int, ...]
    resources: tuple[tuple[str, str], ...]
    free: tuple[int, ...]
    modes: tuple[Mode, ...]
    modes_of: tuple[tuple[int, ...], ...]
    common: tuple[tuple[str, ...], ...]
    after: tuple[tuple[int, ...], ...]
    complete: bool

    @property
    def slot_count(self) -> int:
        """The number of slots."""
        return len(self.day)

    @cached_property
    def number(self) -> dict[tuple[str, str], int]:
        """Resources by (kind, name)."""
        return {resource: at for at, resource in enumerate(self.resources)}

    @cached_property
    def pairs_of(self) -> tuple[tuple[int, ...], ...]:
        """The pairs of each party."""
        found: list[list[int]] = [[] for _ in self.parties]
        for pair, both in enumerate(self.party_of):
            for party in both:
                found[party].append(pair)
        return tuple(map(tuple, found))

    @cached_property
    def published_table(self) -> dict[int, str]:
        """Pair -> table of the timetable that is in people's hands."""
        held = ((self.index.get(old.key), old.table) for old in self.instance.published)
        return {pair: table for pair, table in held if pair is not None}

    def keeps_table(self, mode: int) -> bool:
        """Tell whether this way may still be at the published table, if there is one."""
        way = self.modes[mode]
        old = self.published_table.get(way.pair)
        if way.table is None:
            return old is None or any(old in tables for tables in self.common)
        return old in (None, way.table)

    @cached_property
    def published_at(self) -> dict[int, tuple[int, tuple[str, ...]]]:
        """Pair -> slot and people of the timetable that is in people's hands; slot -1 is one that
        there is no more.
        """
        place = {slot.id: at for at, slot in enumerate(self.instance.slots)}
        return {
            self.index[old.key]: (place.get(old.slot, -1), old.people)
            for old in self.instance.published
            if old.key in self.index
        }


def take_seats(
    instance: Instance, *, without: Collection[Key] = (), every_table: bool = False
) -> Seats:
    """Number a canonical instance, leaving out some pairs.

    ``every_table`` makes each common table a resource of its own instead of one of a number.
    """
    return _Numbering(instance, frozenset(without), every_table).seats()


class _Numbering:
    def __init__(self, instance: Instance, without: frozenset[Key], every_table: bool) -> None:
        self.instance = instance
        self.every_table = every_table
        self.place = {slot.id: at for at, slot in enumerate(instance.slots)}
        self.staffing = Staffing(instance)
        self.pairs = tuple(
            pair for pair in instance.pairs if not pair.is_never and pair.key not in without
        )
        self.number: dict[tuple[str, str], int] = {}
        self.free: list[int] = []
        self.complete = True
        self.always = (1 << len(instance.slots)) - 1
        for person in instance.people:
            self._add("person", person.id, self.always & ~self._mask(person.away))
        self.person = {person.id: at for at, person in enumerate(instance.people)}
        for one in instance.interpreters:
            self._add("interpreter", one.id, self.always & ~self._mask(one.away))
        self.common_tables = {table.id for table in instance.tables if table.home_of is None}
        self.homes: dict[str, list[str]] = {}
        for table in instance.tables:
            open_at = self.always if table.slots is None else self._mask(table.slots)
            self._add("table", table.id, open_at)
            if table.home_of is not None:
                self.homes.setdefault(table.home_of, []).append(table.id)

    def _add(self, kind: str, name: str, free: int) -> None:
        self.number[kind, name] = len(self.free)
        self.free.append(free)

    def _mask(self, slots: Collection[str]) -> int:
        return sum(1 << self.place[name] for name in slots)

    def seats(self) -> Seats:
        instance = self.instance
        parties = instance.projects + instance.investors
        project = {party.id: at for at, party in enumerate(instance.projects)}
        investor = {p.id: at for at, p in enumerate(instance.investors, len(instance.projects))}
        names = {pair.name: at for at, pair in enumerate(self.pairs)}
        modes: list[Mode] = []
        modes_of = []
        for at, pair in enumerate(self.pairs):
            found = list(islice(self._modes(at, pair), MOST_MODES + 1))
            self.complete &= len(found) <= MOST_MODES
            modes_of.append(tuple(range(len(modes), len(modes) + len(found[:MOST_MODES]))))
            modes += found[:MOST_MODES]
        dates: dict[str, int] = {}
        return Seats(
            instance=instance,
            pairs=self.pairs,
            index={pair.key: at for at, pair in enumerate(self.pairs)},
            parties=parties,
            party_of=tuple((project[one.project], investor[one.investor]) for one in self.pairs),
            day=tuple(
                dates.setdefault(slot.start.date().isoformat(), len(dates))
                for slot in instance.slots
            ),
            resources=tuple(self.number),
            free=tuple(self.free),
            modes=tuple(modes),
            modes_of=tuple(modes_of),
            common=self._common(),
            # -1 stands for a pair that will never be held, so this one cannot follow it
            after=tuple(tuple(names.get(one, -1) for one in pair.after) for pair in self.pairs),
            complete=self.complete,
        )

    def _common(self) -> tuple[tuple[str, ...], ...]:
        """Return per slot the tables that any pair may take."""
        if self.every_table:
            return tuple(() for _ in self.instance.slots)
        return tuple(
            tuple(
                table.id
                for table in self.instance.tables
                if table.home_of is None and (table.slots is None or slot.id in table.slots)
            )
            for slot in self.instance.slots
        )

    def _modes(self, at: int, pair: WantedPair) -> Iterator[Mode]:
        allowed = self._slots(pair)
        tables = self._tables(pair)
        for people in self.staffing.groups(pair):
            uses = tuple([self.person[name] for name in people])
            mask = allowed
            for use in uses:
                mask &= self.free[use]
            if not mask:
                continue
            for helper in self.staffing.interpreters(pair, people):
                if helper is None:
                    yield from self._at_tables(Mode(at, people, None, None, uses, mask), tables)
                else:
                    use = self.number["interpreter", helper]
                    way = Mode(at, people, helper, None, (*uses, use), mask & self.free[use])
                    yield from self._at_tables(way, tables)

    def _at_tables(self, way: Mode, tables: list[str | None]) -> Iterator[Mode]:
        """Yield a way for each table of the pair's own, and one for the common tables (None)."""
        for table in tables:
            if table is None:
                if way.mask:
                    yield way
                continue
            use = self.number["table", table]
            if way.mask & self.free[use]:
                yield way._replace(
                    table=table,
                    uses=(*way.uses, use),
                    mask=way.mask & self.free[use],
                    pool=table in self.common_tables and not self.every_table,
                )

    def _slots(self, pair: WantedPair) -> int:
        allowed = self.always if pair.slots is None else self._mask(pair.slots)
        return allowed if pair.slot is None else allowed & self._mask([pair.slot])

    def _tables(self, pair: WantedPair) -> list[str | None]:
        if pair.table is not None:
            return [pair.table]
        homes = (f"project:{pair.project}", f"investor:{pair.investor}")
        own: list[str | None] = [name for home in homes for name in self.homes.get(home, ())]
        if self.every_table:
            return own + [table.id for table in self.instance.tables if table.home_of is None]
        return [*own, None]
