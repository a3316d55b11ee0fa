"""Reading instances and plans: what is refused, where, and that nothing else escapes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from matchmaker.core.instance import as_json, read_instance, read_plan
from matchmaker.core.refusal import Refusal
from matchmaker.core.timetable import plan
from tests.core.fairs import tiny

MUTATIONS = 2_000
EVIL = (
    None, True, -1, 0, 10**30, 1e308, "", " ", "nobody", "P0/V0", [], {}, [[]], [{}], ["s0", "s0"],
    {"id": "s0"}, "2026-09-12", "9999-12-31T23:59:00+00:00", "\u0000", "\ud800", 0.5, "all",
)  # fmt: skip


def test_reading_what_was_written_gives_the_same_instance() -> None:
    for seed in range(100):
        instance = tiny(seed)
        assert instance == read_instance(json.loads(json.dumps(as_json(instance))))


def test_reading_a_written_plan_gives_the_same_plan() -> None:
    for seed in range(10):
        made = plan(tiny(seed))
        assert made == read_plan(json.loads(json.dumps(made.as_json())))


def base() -> dict[str, Any]:
    """Return a small sound instance as JSON values."""
    return {
        "slots": [{"id": "s0", "start": "2026-09-12T09:00:00+08:00", "minutes": 25}],
        "tables": [{"id": "T0"}],
        "people": [{"id": "ann"}, {"id": "bo", "away": []}],
        "projects": [{"id": "P0", "people": ["ann"]}],
        "investors": [{"id": "V0", "people": ["bo"]}],
        "pairs": [{"project": "P0", "investor": "V0", "score": 50}],
    }


REFUSED = {
    "an unknown key": (("tabels",), [], "instance.tabels: this key is unknown."),
    "a list that is none": (("slots",), 3, "instance.slots: a list is expected, not 3."),
    "an empty list": (("slots",), [], "instance.slots: the list is empty."),
    "a time without zone": (
        ("slots", 0, "start"), "2026-09-12T09:00",
        "instance.slots[0].start: the time needs its offset, like +08:00.",
    ),
    "a dangling person": (
        ("projects", 0, "people"), ["zoe"], "instance.projects[0].people: there is no person zoe.",
    ),
    "a score above 100": (
        ("pairs", 0, "score"), 101,
        "instance.pairs[0].score: the number must lie between 0 and 100.",
    ),
    "a pin of somebody away": (
        ("pairs", 0), {"project": "P0", "investor": "V0", "state": "pinned", "slot": "s1"},
        "instance.pairs[0].slot: there is no slot s1.",
    ),
    "more attending than there are": (
        ("projects", 0, "attend"), 2,
        "instance.projects[0].attend: 2 must attend, but P0 has only 1 people.",
    ),
    "a circle of pairs": (
        ("pairs", 0, "after"), ["P0/V0"],
        "instance.pairs: the order goes in a circle: P0/V0 after P0/V0.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_wrong_is_named_with_its_place(what: str) -> None:
    path, value, hint = REFUSED[what]
    data = base()
    _put(data, path, value)
    with pytest.raises(Refusal) as refused:
        read_instance(data)
    assert hint == refused.value.hint


def test_a_pin_whose_person_is_away_is_a_contradiction() -> None:
    data = base()
    data["people"][0]["away"] = ["s0"]
    data["pairs"][0] |= {"state": "pinned", "slot": "s0"}
    with pytest.raises(Refusal, match="but of P0 ann is away then"):
        read_instance(data)


def _put(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


def places(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the paths of all values below the top."""
    inner = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    return [p for key, one in inner for p in ((*path, key), *places(one, (*path, key)))]


def test_mutated_instances_are_planned_or_refused_and_never_crash() -> None:
    rng = random.Random(7)
    outcomes = {"read": 0, "refused": 0}
    for turn in range(MUTATIONS):
        data = copy.deepcopy(as_json(tiny(turn % 40)))
        data = json.loads(json.dumps(data))
        for _ in range(rng.randint(1, 2)):
            path = rng.choice(places(data))
            _mutate(rng, data, path)
        instance, hint = outcome(read_instance, data)
        assert hint.startswith("instance") or instance is not None
        outcomes["refused" if instance is None else "read"] += 1
        if instance is None:
            continue
        if turn % 20 == 0:
            plan(instance, prove=False)
    assert outcomes["read"] > 100
    assert outcomes["refused"] > 800


def outcome(read: Callable[[object], Any], data: object) -> tuple[Any, str]:
    """Return what was read, or the hint of the refusal."""
    try:
        return read(data), ""
    except Refusal as refused:
        return None, refused.hint


def _mutate(rng: random.Random, data: Any, path: tuple[str | int, ...]) -> None:
    for key in path[:-1]:
        data = data[key]
    kind = rng.randrange(4)
    if kind == 0 and isinstance(data, dict):
        del data[path[-1]]
    elif kind == 1 and isinstance(data, list):
        data.append(copy.deepcopy(data[path[-1]]))
    else:
        data[path[-1]] = copy.deepcopy(rng.choice(EVIL))


def test_mutated_plans_are_read_or_refused() -> None:
    rng = random.Random(3)
    for turn in range(300):
        data = plan(tiny(turn % 5), prove=False).as_json()
        data = json.loads(json.dumps(data))
        _mutate(rng, data, rng.choice(places(data)))
        made, hint = outcome(read_plan, data)
        assert hint.startswith("plan") or made is not None
