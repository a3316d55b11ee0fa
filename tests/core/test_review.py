"""The referee finds each violation that is planted into a sound plan, and only that."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from matchmaker.core import review
from matchmaker.core.instance import (
    Instance,
    Interpreter,
    LeftOut,
    Meeting,
    Party,
    Person,
    Plan,
    Table,
    WantedPair,
)
from matchmaker.core.review import find_clashes
from matchmaker.core.timetable import plan
from tests.core.fairs import slot


def fair(**changes: object) -> Instance:
    """Two projects of one person each and one investor of two, four slots, three tables."""
    instance = Instance(
        slots=tuple(slot(at) for at in range(4)),
        tables=(Table(id="T0"), Table(id="T1"), Table(id="T2", home_of="project:P1")),
        people=tuple(Person(id=name) for name in ("ann", "bo", "cy", "di")),
        interpreters=(Interpreter(id="ivy", languages=("en", "zh")),),
        projects=(Party(id="P0", people=("ann",)), Party(id="P1", people=("bo",))),
        investors=(Party(id="V0", people=("cy", "di")),),
        pairs=(
            WantedPair(project="P0", investor="V0", score=60.0),
            WantedPair(project="P1", investor="V0", score=40.0),
        ),
    )
    return replace(instance, **changes)


def meeting(project: str, at: int, table: str, *people: str, **more: str) -> Meeting:
    return Meeting(
        project=project, investor="V0", slot=f"s{at}", table=table, people=people, **more
    )


def rules(instance: Instance, *meetings: Meeting) -> set[str]:
    """Return the rules that a plan of these meetings breaks, its own counts aside."""
    made = Plan(status="feasible", meetings=meetings)
    return {one.rule for one in find_clashes(instance, made)} - {"unaccounted", "totals"}


def pair(name: str = "P0", **changes: object) -> tuple[WantedPair, ...]:
    return tuple(replace(one, **changes) if one.project == name else one for one in fair().pairs)


GOOD = meeting("P0", 0, "T0", "ann", "cy"), meeting("P1", 1, "T0", "bo", "cy")
PLANTED: dict[str, Callable[[], set[str]]] = {
    "twice": lambda: rules(fair(), GOOD[0], meeting("P0", 2, "T0", "ann", "cy")),
    "never": lambda: rules(fair(pairs=pair(state="forbidden")), *GOOD),
    "pin": lambda: rules(fair(pairs=pair(state="pinned", slot="s3")), *GOOD),
    "table-twice": lambda: rules(fair(), GOOD[0], meeting("P1", 0, "T0", "bo", "di")),
    "person-twice": lambda: rules(fair(), GOOD[0], meeting("P1", 0, "T1", "bo", "cy")),
    "interpreter-twice": lambda: rules(
        fair(),
        meeting("P0", 0, "T0", "ann", "cy", interpreter="ivy"),
        meeting("P1", 0, "T1", "bo", "di", interpreter="ivy"),
    ),
    "away": lambda: rules(
        fair(people=(Person(id="ann", away=frozenset({"s0"})), *fair().people[1:])), *GOOD
    ),
    "attend": lambda: rules(
        fair(investors=(Party(id="V0", people=("cy", "di"), attend=2),)), GOOD[0]
    ),
    "named": lambda: rules(fair(pairs=pair(people=("di",))), *GOOD),
    "stranger": lambda: rules(fair(), meeting("P0", 0, "T0", "ann", "cy", "bo")),
    "table-closed": lambda: rules(
        fair(tables=(Table(id="T0", slots=("s1",)), Table(id="T1"))), GOOD[0]
    ),
    "table-home": lambda: rules(fair(), meeting("P0", 0, "T2", "ann", "cy")),
    "max": lambda: rules(fair(investors=(Party(id="V0", people=("cy", "di"), max=1),)), *GOOD),
    "row": lambda: rules(
        fair(investors=(Party(id="V0", people=("cy", "di"), max_in_a_row=1),)), *GOOD
    ),
    "slots": lambda: rules(fair(pairs=pair(slots=("s2",))), *GOOD),
    "after": lambda: rules(fair(pairs=pair(after=("P1/V0",))), *GOOD),
    "language": lambda: rules(
        fair(
            people=(
                Person(id="ann", languages=("ru",)),
                Person(id="bo"),
                Person(id="cy", languages=("zh",)),
                Person(id="di"),
            )
        ),
        GOOD[0],
    ),
    "gap-spread": lambda: rules(fair(gap_spread=0), GOOD[0], meeting("P1", 2, "T0", "bo", "cy")),
    "floor": lambda: rules(
        fair(projects=(Party(id="P0", people=("ann",), min=2), fair().projects[1])), *GOOD
    ),
    "unknown": lambda: rules(fair(), meeting("P9", 0, "T0", "ann", "cy")),
}


def test_a_sound_plan_breaks_nothing() -> None:
    assert set() == rules(fair(), *GOOD)
    assert [] == find_clashes(fair(), plan(fair()))


def test_every_rule_of_the_referee_has_a_planted_violation() -> None:
    source = inspect.getsource(review)
    kinds = ("person", "table", "interpreter")
    rules_of = set(re.findall(r'Violation\(\s*"([a-z-]+)"', source))
    rules_of |= {f"{kind}-twice" for kind in kinds if 'f"{kind}-twice"' in source}
    assert rules_of == set(PLANTED) | {"unaccounted", "left-out", "totals", "reason"}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_violation_is_found(rule: str) -> None:
    assert {rule} == PLANTED[rule]()


def test_pairs_without_account_and_wrong_words_are_found() -> None:
    made = plan(fair())
    left = LeftOut(project="P0", investor="V0", reason="because")
    broken = {
        "unaccounted": replace(made, meetings=made.meetings[:1]),
        "left-out": replace(made, left_out=(left,)),
        "totals": replace(made, totals=replace(made.totals, score=1.0)),
    }
    for rule, wrong in broken.items():
        assert rule in {one.rule for one in find_clashes(fair(), wrong)}
    assert "reason" in {one.rule for one in find_clashes(fair(), replace(made, left_out=(left,)))}


@pytest.mark.parametrize("name", ["meetings", "score", "lowest_project", "gaps", "idle_slots",
                                  "moves", "disturbed"])  # fmt: skip
def test_each_total_is_counted_again(name: str) -> None:
    made = plan(fair())
    wrong = replace(made.totals, **{name: getattr(made.totals, name) + 1})
    told = find_clashes(fair(), replace(made, totals=wrong))
    assert [("totals", (name,))] == [
        (one.rule, one.subjects) for one in told if name in one.subjects
    ]


def test_an_idle_stretch_is_one_gap_however_many_slots_are_empty_in_it() -> None:
    apart = tuple(
        replace(one, state="pinned", slot=name)
        for one, name in zip(fair().pairs, ("s0", "s3"), strict=True)
    )
    here = (Party(id="V0", people=("cy",)),)
    totals = plan(fair(pairs=apart, investors=here)).totals
    assert (1, 2) == (totals.gaps, totals.idle_slots)


def test_the_bound_may_not_lie_below_the_score() -> None:
    made = plan(fair())
    wrong = replace(made, totals=replace(made.totals, bound=1.0))
    assert ["totals"] == [one.rule for one in find_clashes(fair(), wrong)]
