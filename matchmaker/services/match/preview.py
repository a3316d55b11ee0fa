"""Who would move under other weights: computed at once, kept nowhere."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matchmaker.core.match.quality import TOP
from matchmaker.core.match.ranking import ranks
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.services.match.labels import Base, base_of
from matchmaker.services.match.runs import fingerprint, latest_run, profiles_to_rank
from matchmaker.services.match.settings import checked_weights
from matchmaker.store.roadshow import Roadshow

MOST_PAIRS = 60_000  # beyond, every so-many-th investor stands for all: the page answers at once
REMEMBERED = 3
MOST_SHOWN = 30
_bases: OrderedDict[str, Base] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A project in the lists: its mean place and in how many top lists it is, before and after."""

    project: str
    place_before: float
    place_after: float
    tops_before: int
    tops_after: int

    @property
    def by(self) -> float:
        """Places up (positive) or down in the mean."""
        return self.place_before - self.place_after


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A project that would enter an investor's top list."""

    investor: str
    project: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What other weights would change in the investors' lists.

    ``lists`` were looked at, of ``all_lists``; ``same`` keep their whole top in its order,
    ``entries`` counts pairs that enter a top. ``moves`` are projects, the furthest first.
    """

    top: int
    lists: int
    all_lists: int
    same: int
    entries: int
    moves: tuple[Move, ...]
    entered: tuple[NewEntry, ...]


def preview(
    session: Session, roadshow: Roadshow, weights: Mapping[str, float], *, top: int = TOP
) -> Preview | None:
    """Compare lists under the newest run's weights with those under ``weights`` (by facet).

    None where there is nothing to rank. Refuses weights that ``save_setting`` would refuse.
    """
    wanted = checked_weights(weights)
    pitches, mandates = profiles_to_rank(session, roadshow)
    if not pitches or not mandates:
        return None
    step = -(-len(pitches) * len(mandates) // MOST_PAIRS)
    base = _base(pitches, sorted(mandates, key=lambda one: one.id)[::step])
    run = latest_run(session, roadshow)
    now = run.model.get("parameters", {}) if run else {}
    temperature = float(now.get("temperature", 1.0))
    before = ranks(base.score(now.get("weights"), temperature), base.out)
    after = ranks(base.score(wanted or None, temperature), base.out)
    return _compared(base, before, after, top, len(mandates))


def _compared(
    base: Base, before: NDArray[np.int32], after: NDArray[np.int32], top: int, lists: int
) -> Preview:
    investors, projects = base.names
    was, is_in = (before > 0) & (before <= top), (after > 0) & (after <= top)
    same = int((np.where(was, before, 0) == np.where(is_in, after, 0)).all(axis=1).sum())
    entering = np.argwhere(is_in & ~was)
    gain = [int(before[row, column] - after[row, column]) for row, column in entering]
    order = sorted(range(len(entering)), key=lambda at: (-gain[at], *entering[at].tolist()))
    entered = tuple(
        NewEntry(
            investor=investors[entering[at][0]],
            project=projects[entering[at][1]],
            before=int(before[tuple(entering[at])]),
            after=int(after[tuple(entering[at])]),
        )
        for at in order[:MOST_SHOWN]
    )
    moves = [
        Move(
            project=project,
            place_before=_mean(before[:, at]),
            place_after=_mean(after[:, at]),
            tops_before=int(was[:, at].sum()),
            tops_after=int(is_in[:, at].sum()),
        )
        for at, project in enumerate(projects)
    ]
    moved = [one for one in moves if abs(one.by) >= 0.05 or one.tops_before != one.tops_after]
    moved.sort(key=lambda one: (-abs(one.by), one.project))
    return Preview(
        top=top,
        lists=len(investors),
        all_lists=lists,
        same=same,
        entries=len(entering),
        moves=tuple(moved[:MOST_SHOWN]),
        entered=entered,
    )


def _mean(places: NDArray[np.int32]) -> float:
    known = places[places > 0]
    return float(known.mean()) if known.size else 0.0


def _base(pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Base:
    """Return the fitted profiles, kept in this process: weights can be tried one after another."""
    digest = fingerprint(pitches, mandates, {})
    with _lock:
        if digest in _bases:
            _bases.move_to_end(digest)
            return _bases[digest]
    base = base_of(pitches, mandates)
    with _lock:
        _bases[digest] = base
        while len(_bases) > REMEMBERED:
            _bases.popitem(last=False)
    return base
