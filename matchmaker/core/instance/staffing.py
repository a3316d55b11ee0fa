"""Who may attend a pair's meeting, and who interprets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations, islice

from matchmaker.core.instance.shape import Instance, Party, WantedPair

MOST_GROUPS = 400  # per pair; more ways to staff one meeting than that cannot matter to anybody

MOST_EXPECTED = 3  # published people of whom any part may stay


class Staffing:
    """Groups of people by the attendance rules, and the interpreters that each of them needs."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.languages = {person.id: set(person.languages) for person in instance.people}
        self.published = {old.key: old.people for old in instance.published}
        self.silent = not any(self.languages.values())
        ours = {name for party in instance.projects for name in party.people}
        self.apart = not any(ours.intersection(party.people) for party in instance.investors)
        self._smallest: dict[tuple[str, str], list[tuple[str, ...]]] = {}

    def ways(self, pair: WantedPair) -> Iterator[tuple[tuple[str, ...], str | None, bool]]:
        """Yield people, their interpreter, and whether they understand each other, seniors first.

        Absences do not matter here.
        """
        for people in self.groups(pair):
            helpers = self.interpreters(pair, people)
            for interpreter in helpers:
                yield people, interpreter, True
            if not helpers:
                yield people, None, False

    def groups(self, pair: WantedPair) -> Iterator[tuple[str, ...]]:
        """Yield the smallest groups that may attend, alone and with people who expect to."""
        if self.apart and not pair.people and pair.key not in self.published:
            ours, theirs = self._usual(pair)
            both = (one + other for one in ours for other in theirs)
            yield from islice(both, MOST_GROUPS)
        else:
            yield from self._particular(pair)

    def _usual(self, pair: WantedPair) -> list[list[tuple[str, ...]]]:
        """Return the smallest groups of both parties where nobody is named."""
        found = []
        for kind, party in zip("pv", self.instance.parties_of(pair), strict=True):
            groups = self._smallest.get((kind, party.id))
            if groups is None:
                groups = list(islice(attendances(party, ()), MOST_GROUPS))
                self._smallest[kind, party.id] = groups
            found.append(groups)
        return found

    def _particular(self, pair: WantedPair) -> Iterator[tuple[str, ...]]:
        project, investor = self.instance.parties_of(pair)
        members = {*project.people, *investor.people}
        expect = [name for name in self.published.get(pair.key, ()) if name in members]
        seen: set[tuple[str, ...]] = set()
        both = (
            tuple(dict.fromkeys((*ours, *theirs, *others)))
            for ours in attendances(project, pair.people)
            for theirs in attendances(investor, pair.people)
            for others in _expected([n for n in expect if n not in ours and n not in theirs])
        )
        for people in islice(both, MOST_GROUPS):
            if people not in seen:
                seen.add(people)
                yield people

    def interpreters(self, pair: WantedPair, people: tuple[str, ...]) -> list[str | None]:
        """Return who may interpret between people; [None] where nobody has to."""
        if self.silent or self._shared(people) != set():
            return [None]
        sides = self.sides(pair, people)
        return [
            one.id
            for one in self.instance.interpreters
            if all(side is None or side & set(one.languages) for side in sides)
        ]

    def sides(self, pair: WantedPair, people: tuple[str, ...]) -> list[set[str] | None]:
        """Return per side the languages that all its people share; None where none are stated."""
        return [
            self._shared([name for name in people if name in party.people])
            for party in self.instance.parties_of(pair)
        ]

    def _shared(self, people: Collection[str]) -> set[str] | None:
        stated = [self.languages[name] for name in people if self.languages[name]]
        return set.intersection(*stated) if stated else None


def _expected(people: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield who may come besides, most first; of many, all or nobody."""
    sizes = range(len(people), -1, -1) if len(people) <= MOST_EXPECTED else (len(people), 0)
    for size in sizes:
        yield from combinations(people, size)


def attendances(party: Party, named: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the smallest groups of a party that may attend, seniors first."""
    must = [name for name in party.people if name in named]
    others = [name for name in party.people if name not in named]
    more = max(0, needed(party) - len(must))
    for chosen in combinations(others, more):
        group = {*must, *chosen}
        yield tuple(name for name in party.people if name in group)


def needed(party: Party) -> int:
    """Return how many people of a party must attend a meeting."""
    if party.attend == "all":
        return len(party.people)
    return 1 if party.attend == "any" else int(party.attend)
