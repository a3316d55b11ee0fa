"""A planning instance beside the stored rows it was drawn from, and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matchmaker.core import instance as core
from matchmaker.services.meeting.reading import Ground, PairId


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """An instance and what its names stand for.

    Names are the codes people know (``P03``, ``V11``), local times for slots, tables' names, and
    ``P03.1`` for the first person of a project; they do not depend on opaque ids, so the same
    roadshow always gives the same plan. ``stood`` maps each of our ids to its name, ``ids`` back;
    a party without people is stood for by one nameless person, ``P03.0``, whose id is the
    party's.
    """

    instance: core.Instance
    ground: Ground
    ids: dict[tuple[str, str], str]
    stood: dict[tuple[str, str], str]
    fixed: frozenset[PairId] = frozenset()

    def id(self, kind: str, name: str) -> str:
        """Return the stored id behind a name of the instance."""
        return self.ids[kind, name]

    def name(self, kind: str, row_id: str) -> str:
        """Return the instance's name of a stored row."""
        return self.stood[kind, row_id]

    def knows(self, kind: str, row_id: str) -> bool:
        """Tell whether a stored row is part of the instance."""
        return (kind, row_id) in self.stood

    def key(self, pair: PairId) -> core.Key:
        """Return a pair's names."""
        return self.name("project", pair[0]), self.name("investor", pair[1])

    def pair(self, key: core.Key) -> PairId:
        """Return a pair's stored ids."""
        return self.id("project", key[0]), self.id("investor", key[1])

    def persons(self, names: Iterable[str]) -> list[str]:
        """Return the ids of real people behind names."""
        return [
            self.id("person", name)
            for name in names
            if self.id("person", name) in self.ground.people
        ]
