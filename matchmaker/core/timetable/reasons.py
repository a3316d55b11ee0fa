"""Why a wanted pair is not placed, and the smallest change that would make room for it."""

from __future__ import annotations

from collections.abc import Collection

from matchmaker.core.instance import LeftOut, WantedPair
from matchmaker.core.instance.changes import sentence_of
from matchmaker.core.instance.seats import Mode, Seats, bits
from matchmaker.core.instance.staffing import Staffing
from matchmaker.core.timetable.board import Board
from matchmaker.core.timetable.remedies import Remedies

SHOWN = 4  # blocking facts per pair; a reader does not look at more
MOST_WAYS = 12  # staffings named per pair


class Explainer:
    """Explains the left-out pairs of one finished board."""

    def __init__(self, seats: Seats, board: Board) -> None:
        self.seats = seats
        self.board = board
        self.staffing = Staffing(seats.instance)
        self.remedies = Remedies(seats, board, self.staffing)
        self.kinds = [kind for kind, _ in seats.resources]
        self.always = (1 << seats.slot_count) - 1

    def explain(self, pair: int) -> LeftOut:
        """Return why a pair is left out, and what would make room for it."""
        one = self.seats.pairs[pair]
        reason, blocking = self._reason(pair)
        changes = self.remedies.smallest(pair)
        return LeftOut(
            project=one.project,
            investor=one.investor,
            reason=reason,
            blocking=tuple(blocking[:SHOWN]),
            smallest_change=sentence_of(changes),
            gains=0 if any(change.kind == "drop" for change in changes) else 1,
        )

    def _reason(self, pair: int) -> tuple[str, list[str]]:
        seats, board = self.seats, self.board
        for party, reason in zip(
            seats.party_of[pair], ("project-full", "investor-full"), strict=True
        ):
            if board.is_full(party):
                return reason, [f"{self.remedies.party(party)} has {board.got[party]} meetings"]
        modes = [seats.modes[mode] for mode in seats.modes_of[pair]]
        waits = [first for first in seats.after[pair] if first not in board.placement]
        if waits:
            names = [
                seats.pairs[first].name if first >= 0 else name
                for first, name in zip(seats.after[pair], seats.pairs[pair].after, strict=True)
                if first in waits
            ]
            return "no-common-slot", [f"{name} is not held before" for name in names]
        if not modes:
            return self._never_together(pair)
        return self._taken(pair, modes)

    def _never_together(self, pair: int) -> tuple[str, list[str]]:
        one, instance = self.seats.pairs[pair], self.seats.instance
        ways = list(self.staffing.ways(one))
        if not any(understood for _, _, understood in ways):
            return "no-language", [f"nobody interprets between {one.project} and {one.investor}"]
        silent = self._there_together(one, [group for group, _, _ in ways])
        if silent:  # those who are there do not understand each other
            return "no-language", self._interpreters_away({way[1] for way in ways}, silent) or [
                f"nobody interprets between {one.project} and {one.investor}"
            ]
        people = dict.fromkeys(name for group, _, _ in ways[:MOST_WAYS] for name in group)
        blocking = []
        for name in people:
            away = instance.by_person[name].away
            shown = [slot.id for slot in instance.slots if slot.id in away]
            if shown:
                blocking.append(f"{name} away {', '.join(shown[:SHOWN])}")
        return "no-common-slot", blocking or [f"{one.name} may not be at any slot they share"]

    def _there_together(self, pair: WantedPair, groups: list[tuple[str, ...]]) -> list[str]:
        """Return the slots at which a pair may meet and everybody of some group is there."""
        instance, allowed = self.seats.instance, pair.slots
        slots = [slot.id for slot in instance.slots if allowed is None or slot.id in allowed]
        away = [
            set[str]().union(*(instance.by_person[one].away for one in some)) for some in groups
        ]
        return [
            slot
            for slot in slots
            if pair.slot in (None, slot) and any(slot not in some for some in away)
        ]

    def _interpreters_away(self, helpers: Collection[str | None], slots: list[str]) -> list[str]:
        absences = (
            (one.id, [slot for slot in slots if slot in one.away])
            for one in self.seats.instance.interpreters
            if one.id in helpers
        )
        return [f"{name} away {', '.join(some[:SHOWN])}" for name, some in absences if some]

    def _taken(self, pair: int, modes: list[Mode]) -> tuple[str, list[str]]:
        """Return what takes the seats of a pair whose people do share slots."""
        board, kinds = self.board, self.kinds
        tables_lack = helpers_lack = 0
        for mode in modes:
            people = helpers = mode.mask
            for use in mode.uses:
                if kinds[use] == "person":
                    people &= ~board.busy[use]
                elif kinds[use] == "interpreter":
                    helpers &= ~board.busy[use]
            tables_lack |= people & helpers
            helpers_lack |= people & ~helpers
        if tables_lack and not any(self._room(mode) & tables_lack for mode in modes):
            names = ", ".join(self._slot(slot) for slot in bits(tables_lack)[:SHOWN])
            return "no-table", [f"all tables taken at {names}"]
        if not tables_lack and helpers_lack:
            names = ", ".join(self._slot(slot) for slot in bits(helpers_lack)[:SHOWN])
            return "no-language", [f"all interpreters busy at {names}"]
        return self._busy(pair, modes)

    def _room(self, mode: Mode) -> int:
        room = self.board.room if mode.pool else self.always
        if mode.table is not None:
            room &= ~self.board.busy[self.seats.number["table", mode.table]]
        return room

    def _busy(self, pair: int, modes: list[Mode]) -> tuple[str, list[str]]:
        """Return whose meetings take the shared slots of a pair."""
        board, seats = self.board, self.seats
        needed = set.intersection(*(set(mode.uses) for mode in modes))
        shared = 0
        for mode in modes:
            shared |= mode.mask
        for use in sorted(needed):
            kind, name = seats.resources[use]
            if kind == "person" and not shared & ~board.busy[use]:
                return "person-busy", [
                    f"{name} meets {self._named(board.holder[use, slot])} at {self._slot(slot)}"
                    for slot in bits(shared)
                ]
        mode = modes[0]
        blocking = [
            f"{seats.resources[use][1]} meets {self._named(board.holder[use, slot])}"
            f" at {self._slot(slot)}"
            for slot in bits(mode.mask)
            for use in mode.uses
            if (use, slot) in board.holder
        ]
        return "better-use", blocking or [f"rows, order or gaps of {seats.pairs[pair].name}"]

    def _slot(self, slot: int) -> str:
        return self.seats.instance.slots[slot].id

    def _named(self, pair: int) -> str:
        one = self.seats.pairs[pair]
        return f"{one.name} (score {one.score:g})"
