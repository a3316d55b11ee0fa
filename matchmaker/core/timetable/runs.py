"""Gaps in the exact model: the runs of a person's meetings on a day as literals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def gaps_of_day(
    model: Any, name: str, meets: Sequence[Any], count: int | None, *, gapless: bool = False
) -> list[Any]:
    """Return terms whose sum is the number of gaps of a person on a day.

    ``meets`` has a literal per slot, None where the person cannot meet. ``count`` is how often the
    person meets that day where this is known and at least once, else None. ``gapless`` allows no
    gap where the count is known.
    """
    if sum(literal is not None for literal in meets) < 2 or len(meets) < 3:
        return []
    if gapless and count is not None:
        _whole(model, name, meets, count)
        return []
    starts = [
        _start(model, f"start{name}@{at}", literal, before)
        for at, (literal, before) in enumerate(zip(meets, [None, *meets], strict=False))
        if literal is not None
    ]
    if count is not None:
        return _known(model, name, meets, starts, count)
    there = model.new_bool_var(f"there{name}")
    for literal in meets:
        if literal is not None:
            model.add_implication(literal, there)
    model.add(sum(starts) >= there)
    return [*starts, -there]


def _start(model: Any, name: str, here: Any, before: Any) -> Any:
    """Return the literal of a run that starts."""
    if before is None:
        return here
    start = model.new_bool_var(name)
    model.add_bool_or([~here, before, start])
    model.add_implication(start, here)
    model.add_implication(start, ~before)
    return start


def _known(
    model: Any, name: str, meets: Sequence[Any], starts: Sequence[Any], count: int
) -> list[Any]:
    """Return literals in descending order that count the gaps of so many meetings.

    Where the first of them is false, all meetings are one run: a literal for each place of that
    run says more than its slots do, and is what makes proofs of few gaps quick.
    """
    model.add(sum(starts) >= 1)
    if count < 2:
        return []
    gaps = [model.new_bool_var(f"gap{name}#{at}") for at in range(count - 1)]
    for more, fewer in zip(gaps[1:], gaps, strict=False):
        model.add_implication(more, fewer)
    model.add(sum(starts) == 1 + sum(gaps))
    _whole(model, name, meets, count, gaps[0])
    return gaps


def _whole(model: Any, name: str, meets: Sequence[Any], count: int, *unless: Any) -> None:
    """Let all meetings be one run, unless a literal says otherwise."""
    whole = {
        first: model.new_bool_var(f"whole{name}@{first}")
        for first in range(len(meets) - count + 1)
        if all(literal is not None for literal in meets[first : first + count])
    }
    model.add_exactly_one([*whole.values(), *unless])
    for at, literal in enumerate(meets):
        if literal is None:
            continue
        here = [run for first, run in whole.items() if first <= at < first + count]
        for run in here:
            model.add_implication(run, literal)
        model.add_bool_or([*here, *unless, ~literal])
