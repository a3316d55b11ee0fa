"""The words of a planning instance. Every identifier is a string, unique in its list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

Wanted = Literal["must", "meet", "none", "no"]
State = Literal["open", "chosen", "pinned", "forbidden"]
Prefers = Literal["morning", "afternoon"]
Attend = Literal["any", "all"] | int
Key = tuple[str, str]  # (project, investor)


def pair_name(key: Key) -> str:
    """Return how ``after`` and the reasons name a pair: ``project/investor``."""
    return f"{key[0]}/{key[1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time interval in which meetings are held; ``start`` knows its zone."""

    id: str
    start: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A place. ``slots`` None: open in every slot. ``home_of``: kept for one party, as
    ``project:ID`` or ``investor:ID``.
    """

    id: str
    slots: tuple[str, ...] | None = None
    home_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who attends meetings. No languages: never the reason for an interpreter."""

    id: str
    away: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """Somebody who lets two sides without a common language meet."""

    id: str
    languages: tuple[str, ...] = ()
    away: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A project or an investor.

    ``people`` seniors first. ``attend``: one of them, all, or at least a number. ``min`` and
    ``max`` count meetings; ``max`` None is no limit. ``max_in_a_row`` limits meetings in
    consecutive slots of a day; ``prefers`` is a wish.
    """

    id: str
    people: tuple[str, ...]
    attend: Attend = "any"
    min: int = 0
    max: int | None = None
    prefers: Prefers | None = None
    max_in_a_row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPair:
    """A project and an investor who might meet. ``score`` is 0 to 100; ``people`` must attend;
    ``slots`` None: any slot; ``after``: pairs that must be held in earlier slots.
    """

    project: str
    investor: str
    score: float = 0.0
    want_project: Wanted = "none"
    want_investor: Wanted = "none"
    state: State = "open"
    people: tuple[str, ...] = ()
    slot: str | None = None
    table: str | None = None
    slots: tuple[str, ...] | None = None
    after: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """The pair's identity."""
        return (self.project, self.investor)

    @property
    def name(self) -> str:
        """How ``after`` and the reasons name the pair."""
        return pair_name(self.key)

    @property
    def is_never(self) -> bool:
        """Whether somebody said no or an organiser forbade it."""
        return self.state == "forbidden" or "no" in (
            self.want_project,
            self.want_investor,
        )

    @property
    def musts(self) -> int:
        """How many of the two sides say must, 0 to 2."""
        return (self.want_project == "must") + (self.want_investor == "must")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMeeting:
    """A meeting of the timetable that people have in their hands."""

    project: str
    investor: str
    slot: str
    table: str
    people: tuple[str, ...]

    @property
    def key(self) -> Key:
        """The pair's identity."""
        return (self.project, self.investor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Prices of one gap, one table move and one disturbed person, in the same unit."""

    gap: float = 1.0
    move: float = 0.2
    disturb: float = 5.0


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Everything a plan depends on.

    ``gap_spread`` n: the numbers of gaps of any two people differ by at most n.
    """

    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    people: tuple[Person, ...]
    projects: tuple[Party, ...]
    investors: tuple[Party, ...]
    pairs: tuple[WantedPair, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    published: tuple[PublishedMeeting, ...] = ()
    weights: Weights = field(default_factory=Weights)
    gap_spread: int | None = None
    name: str = ""

    @cached_property
    def by_project(self) -> dict[str, Party]:
        """Projects by identifier."""
        return {party.id: party for party in self.projects}

    @cached_property
    def by_investor(self) -> dict[str, Party]:
        """Investors by identifier."""
        return {party.id: party for party in self.investors}

    @cached_property
    def by_person(self) -> dict[str, Person]:
        """People by identifier."""
        return {person.id: person for person in self.people}

    @cached_property
    def by_key(self) -> dict[Key, WantedPair]:
        """Pairs by (project, investor)."""
        return {pair.key: pair for pair in self.pairs}

    def parties_of(self, pair: WantedPair) -> tuple[Party, Party]:
        """Return the project and the investor of a pair."""
        return self.by_project[pair.project], self.by_investor[pair.investor]
