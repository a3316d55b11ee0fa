"""Tiny random fairs with every rule switched on and off, and all their plans by brute force."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import combinations

from matchmaker.core.instance import (
    Instance,
    Interpreter,
    Meeting,
    Party,
    Person,
    Plan,
    PublishedMeeting,
    Slot,
    Table,
    WantedPair,
    Weights,
    canonical,
    check_sound,
)
from matchmaker.core.refusal import Refusal
from matchmaker.core.review import count_disturbed, count_gaps, count_moves, find_clashes

CHINA = timezone(timedelta(hours=8))
# rules that a placement can break; what a plan tells about itself is checked elsewhere
PLACING = {"unaccounted", "floor", "totals", "left-out", "pin", "reason"}
RULES = (
    "away", "shared", "attend", "named", "home", "hours", "languages", "row", "slots", "after",
    "floors", "caps", "must", "chosen", "pins", "forbidden", "published", "spread", "prefers",
)  # fmt: skip


def slot(at: int, day: int = 12) -> Slot:
    """Return a slot of 25 minutes; every fourth begins a new day."""
    start = datetime(2026, 9, day, 10, tzinfo=CHINA)
    return Slot(
        id=f"s{at}", start=start + timedelta(days=at // 4, minutes=30 * (at % 4)), minutes=25
    )


def tiny(seed: int, rules: frozenset[str] | None = None) -> Instance:
    """Return a sound random instance with at most six pairs; rules are drawn where not given."""
    rng = random.Random(seed)
    on = rules if rules is not None else _some_rules(rng)
    while True:
        instance = _draw(rng, on)
        try:
            check_sound(instance)
        except Refusal:
            continue
        return canonical(instance)


def rules_of(seed: int) -> frozenset[str]:
    """Return the rules that are on in the fair of a seed."""
    return _some_rules(random.Random(seed))


def _some_rules(rng: random.Random) -> frozenset[str]:
    return frozenset(rule for rule in RULES if rng.random() < 0.35)


def _draw(rng: random.Random, on: frozenset[str]) -> Instance:
    slots = tuple(slot(at) for at in range(rng.choice((2, 3, 3, 5))))
    names = [one.id for one in slots]
    people = tuple(
        Person(
            id=name,
            away=frozenset(s for s in names if "away" in on and rng.random() < 0.25),
            languages=tuple(rng.sample(("en", "zh", "ru"), rng.randint(0, 2)))
            if "languages" in on
            else (),
        )
        for name in "abcdef"
    )
    ours, theirs = list("abc"), list("def")
    if "shared" in on:
        theirs.append(rng.choice("abc"))
    projects = tuple(_party(rng, on, f"P{at}", ours) for at in range(2))
    investors = tuple(_party(rng, on, f"V{at}", theirs) for at in range(rng.choice((2, 2, 3))))
    pairs = _pairs(rng, on, projects, investors, names)
    return Instance(
        slots=slots,
        tables=_tables(rng, on, names),
        people=people,
        interpreters=tuple(
            Interpreter(
                id=f"i{at}",
                languages=tuple(rng.sample(("en", "zh", "ru"), 2)),
                away=frozenset(s for s in names if "away" in on and rng.random() < 0.2),
            )
            for at in range(rng.randint(0, 1) if "languages" in on else 0)
        ),
        projects=projects,
        investors=investors,
        pairs=pairs,
        published=_published(rng, on, pairs, names),
        weights=Weights(gap=1.0, move=rng.choice((0.0, 0.2)), disturb=rng.choice((0.0, 5.0))),
        gap_spread=rng.choice((0, 1)) if "spread" in on else None,
    )


def _party(rng: random.Random, on: frozenset[str], name: str, people: list[str]) -> Party:
    size = rng.choice((1, 1, 2))
    floor = rng.choice((0, 1, 2)) if "floors" in on else 0
    return Party(
        id=name,
        people=tuple(rng.sample(people, size)),
        attend=rng.choice(("any", "all", 1, size)) if "attend" in on else "any",
        min=floor,
        max=max(floor, rng.choice((1, 2, 3))) if "caps" in on else None,
        prefers=rng.choice((None, "morning", "afternoon")) if "prefers" in on else None,
        max_in_a_row=rng.choice((None, 1, 2)) if "row" in on else None,
    )


def _tables(rng: random.Random, on: frozenset[str], slots: list[str]) -> tuple[Table, ...]:
    homes = (None, None, "project:P0", "investor:V1")
    return tuple(
        Table(
            id=f"T{at}",
            slots=tuple(rng.sample(slots, rng.randint(1, len(slots))))
            if "hours" in on and rng.random() < 0.6
            else None,
            home_of=rng.choice(homes) if "home" in on else None,
        )
        for at in range(rng.choice((1, 2)))
    )


def _pairs(
    rng: random.Random,
    on: frozenset[str],
    projects: tuple[Party, ...],
    investors: tuple[Party, ...],
    slots: list[str],
) -> tuple[WantedPair, ...]:
    wishes = ("meet", "none", "must", "must") if "must" in on else ("meet", "none")
    states = ["open"] * 3
    states += ["chosen"] * ("chosen" in on) + ["pinned"] * ("pins" in on)
    states += ["forbidden"] * ("forbidden" in on)
    found: list[WantedPair] = []
    both = [(p, v) for p in projects for v in investors]
    for project, investor in rng.sample(both, min(len(both), rng.randint(2, 5))):
        state = rng.choice(states)
        everybody = sorted({*project.people, *investor.people})
        before = [one.name for one in found if "after" in on and rng.random() < 0.3]
        some = tuple(rng.sample(slots, rng.randint(1, len(slots))))
        allowed = some if "slots" in on and rng.random() < 0.5 else None
        fixed = state == "pinned" and rng.random() < 0.7
        found.append(
            WantedPair(
                project=project.id,
                investor=investor.id,
                score=rng.choice((0.0, 10.0, 40.0, 55.5, 80.0, 100.0)),
                want_project=rng.choice(wishes),
                want_investor=rng.choice((*wishes, "no")) if "forbidden" in on else "meet",
                state=state,
                people=tuple(rng.sample(everybody, 1)) if "named" in on else (),
                slots=allowed,
                slot=rng.choice(allowed or slots) if fixed else None,
                table="T0" if fixed and rng.random() < 0.3 else None,
                after=tuple(before),
            )
        )
    return tuple(found)


def _published(
    rng: random.Random, on: frozenset[str], pairs: tuple[WantedPair, ...], slots: list[str]
) -> tuple[PublishedMeeting, ...]:
    if "published" not in on:
        return ()
    return tuple(
        PublishedMeeting(
            project=one.project,
            investor=one.investor,
            slot=rng.choice(slots),
            table="T0",
            people=tuple(rng.sample("abcdef", 2)),
        )
        for one in rng.sample(pairs, rng.randint(1, len(pairs)))
    )


@dataclass(frozen=True, order=True)
class Worth:
    """The goals of a plan in their order, larger is better, counted in plain Python."""

    pins: int
    chosen: int
    musts: int
    project_floors: tuple[int, ...]
    investor_floors: tuple[int, ...]
    score: float
    price: float


def worth(instance: Instance, meetings: tuple[Meeting, ...]) -> Worth:
    """Return what a set of meetings is worth."""
    pairs = [instance.by_key[meeting.key] for meeting in meetings]
    weights = instance.weights
    price = (
        weights.gap * sum(count_gaps(instance, meetings).values())
        + weights.move * sum(count_moves(instance, meetings).values())
        + weights.disturb * len(count_disturbed(instance, meetings))
    )
    return Worth(
        pins=sum(pair.state == "pinned" for pair in pairs),
        chosen=sum(pair.state == "chosen" for pair in pairs),
        musts=sum(pair.musts for pair in pairs),
        project_floors=_short(instance.projects, [pair.project for pair in pairs]),
        investor_floors=_short(instance.investors, [pair.investor for pair in pairs]),
        score=round(sum(pair.score for pair in pairs), 6),
        price=-round(price, 6),
    )


def _short(parties: tuple[Party, ...], got: list[str]) -> tuple[int, ...]:
    return tuple(sorted(-max(0, one.min - got.count(one.id)) for one in parties))


def seats_of(instance: Instance, pair: WantedPair) -> list[Meeting]:
    """Return every way to hold one pair's meeting alone.

    Nobody comes for nothing: without somebody too few would attend, or the published timetable
    has them there; an interpreter comes where people have no language.
    """
    alone = (
        Meeting(
            project=pair.project,
            investor=pair.investor,
            slot=one.id,
            table=table.id,
            people=group,
            interpreter=helper,
        )
        for one in instance.slots
        if pair.slot in (None, one.id)
        for table in instance.tables
        if pair.table in (None, table.id)
        for group in groups_of(instance, pair)
        for helper in (None, *(one.id for one in instance.interpreters))
    )
    return [one for one in alone if _may_be(instance, one)]


def _may_be(instance: Instance, one: Meeting) -> bool:
    ordered = {"after", "gap-spread"}
    if broken(instance, (one,)) - ordered:
        return False
    return one.interpreter is None or "language" in broken(
        instance, (replace(one, interpreter=None),)
    )


def groups_of(instance: Instance, pair: WantedPair) -> list[tuple[str, ...]]:
    """Return the smallest groups that may attend, with whoever the published timetable names."""
    project, investor = instance.parties_of(pair)
    members = sorted({*project.people, *investor.people})
    expect = {name for old in instance.published if old.key == pair.key for name in old.people}

    def enough(group: frozenset[str]) -> bool:
        return set(pair.people) <= group and all(
            len(group & set(party.people)) >= _needed(party) for party in (project, investor)
        )

    groups = [
        frozenset(some)
        for size in range(1, len(members) + 1)
        for some in combinations(members, size)
    ]
    return [
        tuple(sorted(group))
        for group in groups
        if enough(group) and not any(enough(group - {name}) for name in group - expect)
    ]


def _needed(party: Party) -> int:
    return {"any": 1, "all": len(party.people)}.get(str(party.attend)) or int(party.attend)


def broken(instance: Instance, meetings: tuple[Meeting, ...]) -> set[str]:
    """Return the names of the rules that meetings break as placed."""
    found = find_clashes(instance, Plan(status="feasible", meetings=meetings))
    return {violation.rule for violation in found} - PLACING


def best_worth(instance: Instance, most_disturbed: int | None = None) -> Worth:
    """Return the best worth of any plan, by trying them all."""
    options = [[None, *seats_of(instance, pair)] for pair in instance.pairs if not pair.is_never]
    return max(
        worth(instance, meetings)
        for meetings in every_plan(instance, options)
        if most_disturbed is None or len(count_disturbed(instance, meetings)) <= most_disturbed
    )


def every_plan(
    instance: Instance, options: list[list[Meeting | None]]
) -> Iterator[tuple[Meeting, ...]]:
    """Yield every set of meetings of one option for each pair that breaks no rule."""

    def extend(
        at: int, held: tuple[Meeting, ...], taken: frozenset[tuple[str, str]]
    ) -> Iterator[tuple[Meeting, ...]]:
        if at == len(options):
            if not broken(instance, held):
                yield held
            return
        for one in options[at]:
            if one is None:
                yield from extend(at + 1, held, taken)
                continue
            uses = {
                (one.slot, name)
                for name in (*one.people, f"table {one.table}", f"helper {one.interpreter}")
            }
            uses.discard((one.slot, "helper None"))
            if not uses & taken:
                yield from extend(at + 1, (*held, one), taken | uses)

    yield from extend(0, (), frozenset())
