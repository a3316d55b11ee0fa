"""What lets people understand each other who share no language and have no interpreter."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from matchmaker.core.instance.changes import Change, asks
from matchmaker.core.instance.seats import Seats
from matchmaker.core.instance.staffing import Staffing
from matchmaker.core.timetable.board import Board


class Languages:
    """Finds changes about languages for the pairs of one board; ``extra`` names an interpreter and
    a slot that there are not yet.
    """

    def __init__(
        self, seats: Seats, board: Board, staffing: Staffing, extra: tuple[str, str]
    ) -> None:
        self.seats = seats
        self.board = board
        self.staffing = staffing
        self.extra_helper, self.extra_slot = extra

    def understand(self, pair: int, people: tuple[str, ...], slot: int) -> list[Change]:
        """Return what lets people understand each other who do not: a language for all of them, one
        for each side and an interpreter between both, who is there already or comes for this.
        """
        together, _ = self._speak(people)
        sides = [
            [name for name in people if name in party.people]
            for party in self.seats.instance.parties_of(self.seats.pairs[pair])
        ]
        apart: list[Change] = []
        languages: dict[str, None] = {}
        for side in sides:
            more, common = self._speak(side)
            apart += more
            languages |= dict.fromkeys(common)
        name = (
            self.seats.instance.slots[slot].id if slot < self.seats.slot_count else self.extra_slot
        )
        apart.append(Change("add-interpreter", (self.extra_helper, "+".join(languages), name)))
        return min(apart, together, *self._helped(sides, slot), key=asks)

    def _helped(self, sides: Sequence[Sequence[str]], slot: int) -> Iterator[list[Change]]:
        """Yield for each interpreter without a meeting then what lets both sides be interpreted."""
        for one in self.seats.instance.interpreters:
            use = self.seats.number["interpreter", one.id]
            if self.board.busy[use] >> slot & 1:
                continue
            changes = [change for side in sides for change in self._speak(side, one.languages)[0]]
            if slot < self.seats.slot_count and not self.seats.free[use] >> slot & 1:
                changes.append(Change("free", (one.id, self.seats.instance.slots[slot].id)))
            yield changes

    def _speak(
        self, people: Sequence[str], among: Collection[str] = ()
    ) -> tuple[list[Change], list[str]]:
        """Return what gives people a common language, one of those named if any are, and that
        language; none where nobody says what they speak.
        """
        spoken = [(name, self.staffing.languages[name]) for name in people]
        stated = [(name, some) for name, some in spoken if some]
        if not stated:
            return [], []
        every = sorted(among or set[str]().union(*(some for _, some in stated)))
        common = min(every, key=lambda one: sum(one not in some for _, some in stated))
        learn = [Change("speak", (name, common)) for name, some in stated if common not in some]
        return learn, [common]
