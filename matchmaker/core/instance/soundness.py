"""What an instance must satisfy as a whole, and its canonical order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from matchmaker.core.instance.fields import wrong
from matchmaker.core.instance.shape import Instance, Party, WantedPair


def canonical(instance: Instance) -> Instance:
    """Return the instance in the one order that every list order leads to.

    Slots by start, everything else by identifier; people of a party keep their seniority.
    """
    return replace(
        instance,
        slots=tuple(sorted(instance.slots, key=lambda slot: (slot.start, slot.id))),
        tables=tuple(sorted(instance.tables, key=lambda table: table.id)),
        people=tuple(sorted(instance.people, key=lambda person: person.id)),
        interpreters=tuple(sorted(instance.interpreters, key=lambda one: one.id)),
        projects=tuple(sorted(instance.projects, key=lambda party: party.id)),
        investors=tuple(sorted(instance.investors, key=lambda party: party.id)),
        pairs=tuple(sorted(instance.pairs, key=lambda pair: pair.key)),
        published=tuple(
            sorted(instance.published, key=lambda meeting: (meeting.key, meeting.slot))
        ),
    )


def check_sound(instance: Instance) -> None:
    """Raise Refusal ``bad-instance`` for repeated or dangling identifiers and contradictions."""
    ids = _identifiers(instance)
    _slots_apart(instance)
    for place, table in enumerate(instance.tables):
        path = f"instance.tables[{place}]"
        _known(table.slots or (), ids["slots"], f"{path}.slots", "slot")
        _known(
            [table.home_of] if table.home_of else [],
            ids["parties"],
            f"{path}.home_of",
            "party",
        )
    for place, person in enumerate(instance.people):
        _known(sorted(person.away), ids["slots"], f"instance.people[{place}].away", "slot")
    for place, one in enumerate(instance.interpreters):
        _known(
            sorted(one.away),
            ids["slots"],
            f"instance.interpreters[{place}].away",
            "slot",
        )
    for kind, parties in (
        ("projects", instance.projects),
        ("investors", instance.investors),
    ):
        for place, party in enumerate(parties):
            _party_holds(party, ids["people"], f"instance.{kind}[{place}]")
    _pairs_hold(instance, ids)
    _published_holds(instance, ids)


def _identifiers(instance: Instance) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = {}
    for kind in ("slots", "tables", "people", "interpreters", "projects", "investors"):
        found: set[str] = set()
        for place, item in enumerate(getattr(instance, kind)):
            if item.id in found:
                raise wrong(
                    f"instance.{kind}[{place}].id",
                    f"{item.id} stands in the list twice.",
                )
            found.add(item.id)
        ids[kind] = found
    ids["parties"] = {f"project:{one}" for one in ids["projects"]}
    ids["parties"] |= {f"investor:{one}" for one in ids["investors"]}
    return ids


def _known(names: Iterable[str], known: set[str], path: str, kind: str) -> None:
    for name in names:
        if name not in known:
            raise wrong(path, f"there is no {kind} {name}.", missing=name)


def _slots_apart(instance: Instance) -> None:
    try:
        ordered = sorted(instance.slots, key=lambda slot: (slot.start, slot.id))
        pairs = [(a, b, a.start + timedelta(minutes=a.minutes)) for a, b in pairwise(ordered)]
    except OverflowError:
        raise wrong("instance.slots", "a slot lies outside the calendar.") from None
    for before, after, end in pairs:
        if end > after.start:
            raise wrong("instance.slots", f"slots {before.id} and {after.id} overlap.")


def _party_holds(party: Party, people: set[str], path: str) -> None:
    _known(party.people, people, f"{path}.people", "person")
    if isinstance(party.attend, int) and party.attend > len(party.people):
        raise wrong(
            f"{path}.attend",
            f"{party.attend} must attend, but {party.id} has only {len(party.people)} people.",
        )
    if party.max is not None and party.min > party.max:
        raise wrong(
            f"{path}.min",
            f"the least number {party.min} is above the most {party.max}.",
        )


def _pairs_hold(instance: Instance, ids: dict[str, set[str]]) -> None:
    names: set[str] = set()
    away = {slot.id: frozenset[str]() for slot in instance.slots}
    for person in instance.people:
        for slot in person.away:
            away[slot] |= {person.id}
    for place, pair in enumerate(instance.pairs):
        path = f"instance.pairs[{place}]"
        _known([pair.project], ids["projects"], f"{path}.project", "project")
        _known([pair.investor], ids["investors"], f"{path}.investor", "investor")
        if pair.name in names:
            raise wrong(path, f"the pair {pair.name} stands in the list twice.")
        names.add(pair.name)
    for place, pair in enumerate(instance.pairs):
        path = f"instance.pairs[{place}]"
        project, investor = instance.parties_of(pair)
        _known(
            pair.people,
            set(project.people) | set(investor.people),
            f"{path}.people",
            f"person of {pair.name} called",
        )
        _known(pair.slots or (), ids["slots"], f"{path}.slots", "slot")
        _known([pair.slot] if pair.slot else [], ids["slots"], f"{path}.slot", "slot")
        _known([pair.table] if pair.table else [], ids["tables"], f"{path}.table", "table")
        _known(pair.after, names, f"{path}.after", "pair")
        for sentence in _contradictions(instance, pair, away):
            raise wrong(path, sentence)
    _no_circle(instance)


def _contradictions(
    instance: Instance, pair: WantedPair, away: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    """Yield what makes a fixed pair impossible whatever else is planned."""
    if pair.table and not (pair.state == "pinned" and pair.slot):
        yield f"{pair.name} has a table, but only a pinned pair with a slot can have one."
    if pair.state != "pinned":
        return
    if "no" in (pair.want_project, pair.want_investor):
        yield f"{pair.name} is pinned, but one side says no."
    if pair.slot is None:
        return
    if pair.slots is not None and pair.slot not in pair.slots:
        yield f"{pair.name} is pinned to {pair.slot}, which is not one of its slots."
    for table in instance.tables:
        if table.id == pair.table:
            if table.slots is not None and pair.slot not in table.slots:
                yield f"{pair.name} is pinned to table {table.id}, which is closed at {pair.slot}."
            if table.home_of not in (
                None,
                f"project:{pair.project}",
                f"investor:{pair.investor}",
            ):
                keeper = table.home_of
                yield f"{pair.name} is pinned to table {table.id}, which is kept for {keeper}."
    yield from _people_missing(instance, pair, pair.slot, away[pair.slot])


def _people_missing(
    instance: Instance, pair: WantedPair, slot: str, away: frozenset[str]
) -> Iterator[str]:
    for name in pair.people:
        if name in away:
            yield f"{pair.name} is pinned to {slot}, but {name} is away then."
    for party in instance.parties_of(pair):
        there = [name for name in party.people if name not in away]
        needed = (
            len(party.people)
            if party.attend == "all"
            else 1
            if party.attend == "any"
            else party.attend
        )
        if len(there) < needed:
            missing = ", ".join(name for name in party.people if name in away)
            yield f"{pair.name} is pinned to {slot}, but of {party.id} {missing} is away then."


def _no_circle(instance: Instance) -> None:
    try:
        TopologicalSorter({pair.name: pair.after for pair in instance.pairs}).prepare()
    except CycleError as circle:
        names = " after ".join(circle.args[1])
        raise wrong("instance.pairs", f"the order goes in a circle: {names}.") from None


def _published_holds(instance: Instance, ids: dict[str, set[str]]) -> None:
    seen: set[tuple[str, str]] = set()
    for place, meeting in enumerate(instance.published):
        path = f"instance.published[{place}]"
        _known([meeting.project], ids["projects"], f"{path}.project", "project")
        _known([meeting.investor], ids["investors"], f"{path}.investor", "investor")
        _known([meeting.slot], ids["slots"], f"{path}.slot", "slot")
        _known([meeting.table], ids["tables"], f"{path}.table", "table")
        _known(meeting.people, ids["people"], f"{path}.people", "person")
        if meeting.key in seen:
            raise wrong(
                path,
                f"the meeting {meeting.project}/{meeting.investor} stands in the list twice.",
            )
        seen.add(meeting.key)
