"""The change that would make room for a left-out pair is the smallest one, by trying all others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from matchmaker.core.instance import Instance, LeftOut, Meeting, Party, Plan, WantedPair
from matchmaker.core.instance.changes import asks
from matchmaker.core.timetable import Change, apply_changes, plan, read_changes
from tests.core.fairs import broken, seats_of, tiny

LANGUAGES = ("en", "ru", "zh")
# fairs of which one has a pair whose smallest change is of that kind
FULL_AND_IN_A_ROW = (1_683, 3_297, 3_382)  # giving up one meeting spares several changes
OTHERS_WAIT = (496, 1_251, 2_465)  # a meeting is given up for which another waits
AN_INTERPRETER_IS_THERE = (1_405,)  # who would understand both sides if one learned a little


def every_change(instance: Instance, made: Plan, pair: WantedPair) -> Iterator[Change]:
    """Yield each single change that could have to do with a pair."""
    slots = [one.id for one in instance.slots]
    for kind, party in zip(("project", "investor"), instance.parties_of(pair), strict=True):
        yield from _of_party(f"{kind}:{party.id}", party, len(made.meetings), len(slots))
    for one in (*instance.people, *instance.interpreters):
        yield from (Change("free", (one.id, name)) for name in sorted(one.away))
    for name in slots:
        if pair.slots is not None and name not in pair.slots:
            yield Change("allow", (pair.name, name))
        yield Change("add-table", ("extra-table-1", name))
        for two in combinations(LANGUAGES, 2):
            yield Change("add-interpreter", ("extra-interpreter-1", "+".join(two), name))
    for one in instance.people:
        yield from (Change("speak", (one.id, language)) for language in LANGUAGES)
    if instance.gap_spread is not None:
        yield from (Change("allow-spread", (str(most),)) for most in range(4))
    for other in instance.pairs:
        yield from (Change("unorder", (other.name, first)) for first in other.after)
    yield from (Change("drop", ("/".join(one.key),)) for one in made.meetings)
    yield Change("add-slot", ("extra-slot-1", slots[-1]))


def _of_party(who: str, party: Party, meetings: int, slots: int) -> Iterator[Change]:
    if party.max is not None:
        yield from (
            Change("raise-max", (who, str(most))) for most in range(party.max + 1, meetings + 2)
        )
    if party.max_in_a_row is not None:
        yield from (
            Change("allow-row", (str(row), who)) for row in range(party.max_in_a_row + 1, slots + 1)
        )


def makes_room(instance: Instance, made: Plan, left: LeftOut, changes: tuple[Change, ...]) -> bool:
    """Tell whether a pair can be held after some changes, all else kept but what is dropped.

    Nothing decided is dropped, no wish to meet is given up for a lesser one, and nobody is further
    below a minimum than before.
    """
    wider = apply_changes(instance, changes)
    dropped = {change.subjects[0] for change in changes if change.kind == "drop"}
    given = [one for one in instance.pairs if one.name in dropped]
    musts = sum(one.musts for one in given)
    if any(one.state != "open" for one in given) or musts > instance.by_key[left.key].musts:
        return False
    stay = tuple(one for one in made.meetings if "/".join(one.key) not in dropped)
    return any(
        not broken(wider, (*stay, seat)) and _nobody_loses(instance, made.meetings, (*stay, seat))
        for seat in seats_of(wider, wider.by_key[left.key])
    )


def _nobody_loses(
    instance: Instance, before: tuple[Meeting, ...], after: tuple[Meeting, ...]
) -> bool:
    for at, parties in enumerate((instance.projects, instance.investors)):
        had, has = ([one.key[at] for one in some] for some in (before, after))
        if any(has.count(one.id) < min(one.min, had.count(one.id)) for one in parties):
            return False
    return True


def is_smaller(one: Change, given: tuple[Change, ...]) -> bool:
    """Tell whether a change asks less; of one kind about the same, whether its number does."""
    if asks((one,)) != asks(given) or one.kind != given[0].kind:
        return asks((one,)) < asks(given)
    (words, number), (others, most) = map(_parted, (one, given[0]))
    return words == others and number < most


def _parted(change: Change) -> tuple[list[str], list[int]]:
    numbers = [int(part) for part in change.subjects if part.isdigit()]
    return [part for part in change.subjects if not part.isdigit()], numbers


def test_no_smaller_change_makes_room() -> None:
    seen = compared = 0
    for seed in (*range(70), *FULL_AND_IN_A_ROW):
        instance = tiny(seed)
        made = plan(instance)
        for left in made.left_out:
            given = read_changes(left.smallest_change)
            assert makes_room(instance, made, left, given), (seed, left)
            nothing = makes_room(instance, made, left, ())
            assert nothing == (given[0].kind == "choose"), (seed, left)
            if nothing:
                continue
            singles = list(every_change(instance, made, instance.by_key[left.key]))
            smaller = [one for one in singles if is_smaller(one, given)]
            compared += len(smaller)
            better = [one for one in smaller if makes_room(instance, made, left, (one,))]
            assert [] == better, (seed, left)
            seen += 1
    assert seen > 40
    assert compared > 700


def test_no_two_changes_ask_less_than_several() -> None:
    seen = 0
    for seed in (*range(150, 168), *OTHERS_WAIT, *AN_INTERPRETER_IS_THERE):
        instance = tiny(seed)
        made = plan(instance)
        for left in made.left_out:
            given = read_changes(left.smallest_change)
            if len(given) < 2:
                continue
            singles = every_change(instance, made, instance.by_key[left.key])
            smaller = [two for two in combinations(singles, 2) if asks(two) < asks(given)]
            better = [two for two in smaller if makes_room(instance, made, left, two)]
            assert [] == better, (seed, left)
            seen += 1
    assert seen > 3
