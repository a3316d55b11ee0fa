"""Choosing under what was decided already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from matchmaker.core import instance as core
from matchmaker.core.instance.shape import WantedPair
from matchmaker.core.journey import Wish
from matchmaker.services.meeting.drawn import Drawn

if TYPE_CHECKING:
    from matchmaker.core.pairing import Choice

Key = core.Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A choice of pairs, why the others are not among them, and the floors that do not hold."""

    keys: frozenset[Key]
    left_out: tuple[core.LeftOut, ...]
    floors: tuple[core.Floor, ...]
    solver: str

    @property
    def short(self) -> int:
        """How many meetings are missing under floors."""
        return sum(one.min - one.got for one in self.floors)


def choose(instance: core.Instance) -> Chosen:
    """Return the best choice: pins, what stands already, musts, floors, total score."""
    from matchmaker.core import pairing  # noqa: PLC0415 -- slow import

    return _chosen(pairing.choose(instance))


def choose_both(before: core.Instance, after: core.Instance) -> tuple[frozenset[Key], Chosen]:
    """Return the pairs of the best choice of one instance, and the best choice of another."""
    from matchmaker.core import pairing  # noqa: PLC0415 -- slow import

    keys, found = pairing.choose_both(before, after)
    return frozenset(keys), _chosen(found)


def _chosen(found: Choice) -> Chosen:
    return Chosen(
        keys=frozenset(found.chosen),
        left_out=found.left_out,
        floors=found.floors,
        solver=found.solver,
    )


def holding(
    instance: core.Instance,
    standing: Collection[Key],
    *,
    pinned: Collection[Key] = (),
    forbidden: Collection[Key] = (),
    released: Collection[Key] = (),
) -> core.Instance:
    """Return the instance in which what stands stays if at all possible."""

    def decided(pair: WantedPair) -> WantedPair:
        if pair.slot is not None:
            return pair
        if pair.key in pinned:
            return replace(pair, state="pinned")
        if pair.key in forbidden:
            return replace(pair, state="forbidden")
        if pair.key in released:
            return replace(pair, state="open")
        if pair.key in standing and pair.state == "open":
            return replace(pair, state="chosen")
        return pair

    return replace(instance, pairs=tuple(decided(pair) for pair in instance.pairs))


def totals(drawn: Drawn, chosen: Chosen) -> dict[str, Any]:
    """Return what a choice amounts to, as the round keeps it.

    Wishes are counted as they were stated: in the instance a meeting that is over has none left.
    """
    instance = drawn.instance
    candidates = [pair for pair in instance.pairs if not pair.is_never]
    by_project = {party.id: 0.0 for party in instance.projects}
    for key in chosen.keys:
        by_project[key[0]] += instance.by_key[key].score

    def said(keys: Iterable[Key], *wishes: Wish) -> int:
        stated = (drawn.ground.wishes.get(drawn.pair(key), {}).values() for key in keys)
        return sum(wish in wishes for sides in stated for wish in sides)

    return {
        "pairs": len(chosen.keys),
        "candidates": len(candidates),
        "score": round(sum(by_project.values()), 2),
        "lowest_project": round(min(by_project.values(), default=0.0), 2),
        "musts": said(chosen.keys, Wish.MUST),
        "musts_asked": said((pair.key for pair in candidates), Wish.MUST),
        "wished": said(chosen.keys, Wish.MUST, Wish.MEET),
        "short": chosen.short,
        "solver": chosen.solver,
    }
