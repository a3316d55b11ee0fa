"""A plan as a value, and the reader that takes one back from JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from matchmaker.core.instance.fields import Fields
from matchmaker.core.instance.shape import Key, PublishedMeeting

REASONS = (
    "no-common-slot",
    "project-full",
    "investor-full",
    "person-busy",
    "no-table",
    "no-language",
    "better-use",
)
STATUSES = ("optimal", "feasible", "infeasible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A pair placed in a slot at a table with the people who attend."""

    project: str
    investor: str
    slot: str
    table: str
    people: tuple[str, ...]
    interpreter: str | None = None

    @property
    def key(self) -> Key:
        """The pair's identity."""
        return (self.project, self.investor)

    def as_published(self) -> PublishedMeeting:
        """Return the meeting as one that people have in their hands."""
        return PublishedMeeting(
            project=self.project,
            investor=self.investor,
            slot=self.slot,
            table=self.table,
            people=self.people,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A wanted pair that is not placed: one reason, what blocks it, and a change that would
    make room for it; ``gains`` is the number of meetings the change would add.
    """

    project: str
    investor: str
    reason: str
    blocking: tuple[str, ...] = ()
    smallest_change: str = ""
    gains: int = 0

    @property
    def key(self) -> Key:
        """The pair's identity."""
        return (self.project, self.investor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A missed minimum; ``who`` is ``project:ID`` or ``investor:ID``. ``smallest_change`` would
    mend it with everything else kept.
    """

    who: str
    min: int
    got: int
    reason: str
    smallest_change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Pairs whose demands cannot hold together; no proper part of them clashes."""

    pairs: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a plan amounts to. ``bound`` limits the score of any plan; gaps are idle stretches
    between two meetings of a person on a day, which is what has a price and what ``gap_spread``
    compares; ``idle_slots`` are the empty slots in them (None: not counted). Moves are changes of
    table between two successive meetings of a person on a day.
    """

    meetings: int = 0
    score: float = 0.0
    bound: float = 0.0
    lowest_project: float = 0.0
    gaps: int = 0
    idle_slots: int | None = None
    moves: int = 0
    disturbed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A timetable proposal. Two plans are equal whatever time they took."""

    status: str
    seed: int = 0
    seconds: float = field(default=0.0, compare=False)
    solver: str = ""
    meetings: tuple[Meeting, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    floors: tuple[Floor, ...] = ()
    totals: Totals = field(default_factory=Totals)
    clashes: tuple[Clash, ...] = ()

    def as_published(self) -> tuple[PublishedMeeting, ...]:
        """Return the meetings as ones that people have in their hands."""
        return tuple(one.as_published() for one in self.meetings)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as JSON values; ``clashes`` only where there are any."""
        values = asdict(self)
        if not self.clashes:
            del values["clashes"]
        return values


def read_plan(data: object) -> Plan:
    """Read a plan from JSON values.

    Raises Refusal with the place and a sentence for anything that is not a plan.
    """
    top = Fields(data, "plan")
    plan = Plan(
        status=top.choice("status", STATUSES),
        seed=top.integer("seed", default=0),
        seconds=top.number("seconds", default=0.0),
        solver=top.text("solver", default=""),
        meetings=tuple(_meeting(item) for item in top.items("meetings")),
        left_out=tuple(_left_out(item) for item in top.items("left_out")),
        floors=tuple(_floor(item) for item in top.items("floors")),
        totals=_totals(top.inner("totals")),
        clashes=tuple(_clash(item) for item in top.items("clashes")),
    )
    top.done()
    return plan


def _meeting(item: Fields) -> Meeting:
    value = Meeting(
        project=item.text("project"),
        investor=item.text("investor"),
        slot=item.text("slot"),
        table=item.text("table"),
        people=item.texts("people", empty=False),
        interpreter=item.optional_text("interpreter"),
    )
    item.done()
    return value


def _left_out(item: Fields) -> LeftOut:
    value = LeftOut(
        project=item.text("project"),
        investor=item.text("investor"),
        reason=item.choice("reason", REASONS),
        blocking=item.texts("blocking"),
        smallest_change=item.text("smallest_change", default=""),
        gains=item.integer("gains", default=0),
    )
    item.done()
    return value


def _floor(item: Fields) -> Floor:
    value = Floor(
        who=item.text("who"),
        min=item.integer("min"),
        got=item.integer("got"),
        reason=item.text("reason", default=""),
        smallest_change=item.text("smallest_change", default=""),
    )
    item.done()
    return value


def _clash(item: Fields) -> Clash:
    value = Clash(pairs=item.texts("pairs"), sentence=item.text("sentence", default=""))
    item.done()
    return value


def _totals(item: Fields) -> Totals:
    value = Totals(
        meetings=item.integer("meetings", default=0),
        score=item.number("score", default=0.0),
        bound=item.number("bound", default=0.0),
        lowest_project=item.number("lowest_project", default=0.0),
        gaps=item.integer("gaps", default=0),
        idle_slots=item.optional_integer("idle_slots"),
        moves=item.integer("moves", default=0),
        disturbed=item.integer("disturbed", default=0),
    )
    item.done()
    return value
