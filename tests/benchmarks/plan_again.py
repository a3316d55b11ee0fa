"""Prints what one change of a published timetable costs: seconds, people disturbed, value kept.

    python -m tests.benchmarks.plan_again [small] [medium] [--seeds 1] [--whole]

Each kind of change is planned again three ways: nobody moves but whom the change itself moves, at
most ``MOST`` people move, and as few as worth it. Every plan is judged by the referee. ``--whole``
plans each once more with a search that goes over the whole timetable instead of what is near the
change.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter, process_time

import numpy as np

from matchmaker.core.instance import (
    Instance,
    Meeting,
    Plan,
    WantedPair,
    canonical,
)
from matchmaker.core.review import find_clashes
from matchmaker.core.timetable import arrange, plan
from tests.benchmarks.plan_shapes import planted

MOST = 6  # people who may move, beside those whose meeting cannot stay
WAITING = 0.10  # more pairs than were chosen, which wait for a seat
LIMIT = 20.0  # seconds
WAYS: tuple[tuple[str, int | None], ...] = (
    ("nobody moves", 0),
    (f"at most {MOST}", MOST),
    ("as few as worth it", None),
)


def fair(name: str, seed: int) -> Instance:
    """Return a planted instance of open pairs in which more of them wait than can meet.

    No party may have more meetings than in the planted timetable.
    """
    instance = planted(name, seed)
    rng = np.random.default_rng([seed, 7])
    taken = {pair.key for pair in instance.pairs}
    waiting: list[WantedPair] = []
    while len(waiting) < WAITING * len(taken):
        ours, theirs = rng.choice(len(instance.pairs), 2)
        key = (instance.pairs[ours].project, instance.pairs[theirs].investor)
        if key not in taken:
            taken.add(key)
            score = round(float(rng.uniform(10, 60)), 1)
            waiting.append(WantedPair(project=key[0], investor=key[1], score=score))
    got: dict[tuple[str, str], int] = {}
    for pair in instance.pairs:
        for who in (("project", pair.project), ("investor", pair.investor)):
            got[who] = got.get(who, 0) + 1
    return canonical(
        replace(
            instance,
            pairs=(
                *(
                    replace(one, state="open") if one.state == "chosen" else one
                    for one in instance.pairs
                ),
                *waiting,
            ),
            projects=tuple(
                replace(one, max=got.get(("project", one.id), 0)) for one in instance.projects
            ),
            investors=tuple(
                replace(one, max=got.get(("investor", one.id), 0)) for one in instance.investors
            ),
        )
    )


def cancellation(instance: Instance, held: Plan) -> Instance:
    """One side calls a meeting off."""
    lost = _middle(instance, held).key
    return _with_pairs(
        instance,
        lambda pair: replace(pair, state="forbidden", slot=None) if pair.key == lost else pair,
    )


def no_show(instance: Instance, held: Plan) -> Instance:
    """Somebody does not come on the second day."""
    meeting = _middle(instance, held)
    day = next(slot for slot in instance.slots if slot.id == meeting.slot).start.date()
    gone = frozenset(slot.id for slot in instance.slots if slot.start.date() == day)
    return _away(instance, {meeting.people[0]}, gone)


def closed_table(instance: Instance, held: Plan) -> Instance:
    """A table cannot be used any more on the second day."""
    meeting = _middle(instance, held)
    day = next(slot for slot in instance.slots if slot.id == meeting.slot).start.date()
    left = tuple(slot.id for slot in instance.slots if slot.start.date() != day)
    return replace(
        instance,
        tables=tuple(
            replace(one, slots=left) if one.id == meeting.table else one for one in instance.tables
        ),
    )


def late_talk(instance: Instance, held: Plan) -> Instance:
    """Three people speak in a session of two slots."""
    slot = _middle(instance, held).slot
    at = next(at for at, one in enumerate(instance.slots) if one.id == slot)
    busy = [one.people[0] for one in held.meetings if one.slot == slot]
    return _away(instance, set(busy[:3]), frozenset(one.id for one in instance.slots[at : at + 2]))


def must_meet(instance: Instance, held: Plan) -> Instance:
    """Both sides of a pair that waits say they must meet."""
    met = {one.key for one in held.meetings}
    new = next(pair.key for pair in instance.pairs if pair.key not in met)
    return _with_pairs(
        instance,
        lambda pair: (
            replace(pair, want_project="must", want_investor="must") if pair.key == new else pair
        ),
    )


CHANGES: tuple[Callable[[Instance, Plan], Instance], ...] = (
    cancellation,
    no_show,
    closed_table,
    late_talk,
    must_meet,
)


def _middle(instance: Instance, held: Plan) -> Meeting:
    """Return a meeting of the second half whose pair is not pinned."""
    free = [one for one in held.meetings if instance.by_key[one.key].state != "pinned"]
    half = len(instance.slots) // 2
    late = {slot.id for slot in instance.slots[half + 2 :]}
    return next(one for one in free if one.slot in late)


def _with_pairs(instance: Instance, change: Callable[[WantedPair], WantedPair]) -> Instance:
    return replace(instance, pairs=tuple(map(change, instance.pairs)))


def _away(instance: Instance, who: set[str], slots: frozenset[str]) -> Instance:
    """Return the instance with people away; what is pinned there is only chosen then."""
    people = tuple(
        replace(one, away=one.away | slots) if one.id in who else one for one in instance.people
    )

    def loosened(pair: WantedPair) -> WantedPair:
        if pair.slot in slots and who & set(pair.people):
            return replace(pair, state="chosen", slot=None)
        return pair

    return _with_pairs(replace(instance, people=people), loosened)


@contextmanager
def whole_timetable() -> Iterator[None]:
    """Let the search polish everything, as it does where nothing is published."""
    kept = arrange.stays_put
    arrange.stays_put = lambda _: False
    try:
        yield
    finally:
        arrange.stays_put = kept


def measure(name: str, seed: int, *, whole: bool) -> None:
    """Print the rows of one instance."""
    instance = fair(name, seed)
    start = process_time()
    held = plan(instance, time_limit=LIMIT, prove=False)
    print(
        f"{name} {seed}: {len(instance.pairs)} pairs, {held.totals.meetings} meetings, score"
        f" {held.totals.score:.1f}, {held.totals.gaps} gaps, {process_time() - start:.2f} CPU s"
    )
    for change in CHANGES:
        changed = change(instance, held)
        for label, most in WAYS:
            _row(changed, held, change.__name__.replace("_", " "), label, most)
            if whole:
                with whole_timetable():
                    _row(changed, held, "", f"{label}, whole", most)


def _row(changed: Instance, held: Plan, change: str, label: str, most: int | None) -> None:
    start, begun = process_time(), perf_counter()
    made = plan(changed, previous=held, time_limit=LIMIT, most_disturbed=most)
    seconds, waited = process_time() - start, perf_counter() - begun
    assert find_clashes(replace(changed, published=held.as_published()), made) == []
    musts = sum(changed.by_key[one.key].musts for one in made.meetings)
    print(
        f"  {change:<14}{label:<26}{seconds:7.2f} CPU s {waited:6.2f} s"
        f" {made.totals.disturbed:>4} disturbed {made.totals.meetings:>6} meetings {musts:>2} musts"
        f" score {made.totals.score:>10.1f} {made.totals.gaps:>4} gaps {made.status}",
        flush=True,
    )


def main() -> None:
    """Measure the shapes named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", default=["small", "medium"])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--whole", action="store_true")
    chosen = parser.parse_args()
    plan(planted("small", 99), prove=False)
    for name in chosen.shapes:
        for seed in range(chosen.seeds):
            measure(name, seed, whole=chosen.whole)


if __name__ == "__main__":
    main()
