"""Counting literals in unary, which proves much where nearly every seat is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def at_most(model: Any, literals: Sequence[Any], most: int, *, step: int = 1) -> None:
    """Let at most so many literals hold, where only multiples of ``step`` ever hold at once.

    A totalizer (Bailleux and Boufkhad 2003) that is cut off above ``most``.
    """
    if len(literals) <= most:
        return
    counted = [[literal] for literal in literals]
    while len(counted) > 1:
        left, right = counted[::2], counted[1::2]
        joined = [_merged(model, a, b, most + 1) for a, b in zip(left, right, strict=False)]
        counted = joined + left[len(right) :]
    total = counted[0]
    model.add_bool_and([~total[most]])
    for first in range(0, most - step + 1, step):
        for at in range(first, first + step - 1):
            model.add_implication(total[at], total[at + 1])


def _merged(model: Any, one: Sequence[Any], other: Sequence[Any], cap: int) -> list[Any]:
    """Return literals of which the n-th says that more than n of both lists' items hold."""
    total = [model.new_bool_var("") for _ in range(min(len(one) + len(other), cap))]
    for more, fewer in zip(total[1:], total, strict=False):
        model.add_implication(more, fewer)
    for some in range(len(one) + 1):
        for others in range(len(other) + 1):
            reached = some + others
            if 0 < reached <= len(total):
                needed = [
                    *([~one[some - 1]] if some else []),
                    *([~other[others - 1]] if others else []),
                ]
                model.add_bool_or([total[reached - 1], *needed])
            if reached < len(total):
                rest = [*one[some : some + 1], *other[others : others + 1]]
                model.add_bool_or([~total[reached], *rest])
    return total
