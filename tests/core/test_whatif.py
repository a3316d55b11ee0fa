"""What if: slots cut anew, tables and limits moved, and limits lifted one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from matchmaker.core.instance import (
    Instance,
    Party,
    Person,
    Slot,
    Table,
    WantedPair,
    check_sound,
)
from matchmaker.core.timetable.bottlenecks import Bottleneck, bottlenecks
from matchmaker.core.timetable.whatif import Variation, answer, vary
from tests.core.fairs import slot, tiny
from tests.core.test_review import fair


def clock(instance: Instance) -> list[tuple[str, int]]:
    return [(one.start.strftime("%d %H:%M"), one.minutes) for one in instance.slots]


def morning(count: int, minutes: int, pause: int, *, day: int = 12) -> tuple[Slot, ...]:
    first = slot(0, day).start
    return tuple(
        Slot(
            id=f"{day}-{at}",
            start=first + timedelta(minutes=at * (minutes + pause)),
            minutes=minutes,
        )
        for at in range(count)
    )


def test_slots_of_another_length_fill_the_same_stretches_with_the_same_pauses() -> None:
    lunch = replace(slot(0), id="late", start=slot(0).start + timedelta(hours=4))
    instance = fair(slots=(*morning(3, 25, 5), lunch), pairs=())

    shorter = vary(instance, Variation(minutes=15))

    assert clock(shorter) == [
        ("12 10:00", 15), ("12 10:20", 15), ("12 10:40", 15), ("12 11:00", 15), ("12 14:00", 15),
    ]  # fmt: skip


def test_more_slots_follow_the_last_of_each_day_and_fewer_go_from_its_end() -> None:
    instance = fair(slots=(*morning(2, 25, 5), *morning(2, 25, 5, day=13)), pairs=())

    assert clock(vary(instance, Variation(slots=1))) == [
        ("12 10:00", 25), ("12 10:30", 25), ("12 11:00", 25),
        ("13 10:00", 25), ("13 10:30", 25), ("13 11:00", 25),
    ]  # fmt: skip
    assert clock(vary(instance, Variation(slots=-5))) == [("12 10:00", 25), ("13 10:00", 25)]


def test_who_is_away_for_part_of_a_slot_is_away_from_it_and_free_afterwards() -> None:
    people = (Person(id="ann", away=frozenset({"12-1"})), *fair().people[1:])
    tables = (Table(id="T0", slots=("12-0",)), Table(id="T1"))
    instance = fair(slots=morning(2, 20, 0), people=people, tables=tables)

    varied = vary(instance, Variation(minutes=15, slots=2))

    away = {one.id: one.away for one in varied.people}["ann"]
    assert [one.id in away for one in varied.slots] == [False, True, True, False]
    hours = {one.id: one.slots for one in varied.tables}
    assert hours == {"T0": (varied.slots[0].id, varied.slots[3].id), "T1": None}


def test_tables_kept_for_nobody_come_and_go_and_limits_move() -> None:
    instance = fair(projects=(replace(fair().projects[0], min=1, max=2), fair().projects[1]))

    more = vary(instance, Variation(tables=2, project_max=-2, project_min=1))
    fewer = vary(instance, Variation(tables=-9))

    assert {one.id for one in more.tables} == {"T0", "T1", "T2", "extra-table-1", "extra-table-2"}
    assert {one.id for one in fewer.tables} == {"T0", "T2"}
    assert [(one.min, one.max) for one in more.projects] == [(0, 0), (1, None)]


def test_every_variation_of_a_sound_event_is_sound_and_more_room_never_costs_score() -> None:
    for seed in range(40):
        instance = tiny(seed, frozenset({"away", "caps", "slots", "shared", "home"}))
        now = answer(instance, Variation())
        wider = answer(instance, Variation(tables=1, slots=1))
        assert wider.bound >= now.score
        for varied in (Variation(minutes=10, tables=-1), Variation(slots=-1, investor_max=1)):
            check_sound(vary(instance, varied))


def test_lifting_what_binds_is_found_and_what_does_not_bind_is_not() -> None:
    crowded = fair(
        slots=morning(1, 25, 5),
        tables=(Table(id="T0"),),
        investors=(replace(fair().investors[0], max=1),),
    )

    found = bottlenecks(crowded)

    assert found == ()  # only two limits lifted together would help
    wider = replace(crowded, tables=(Table(id="T0"), Table(id="T1")))
    assert bottlenecks(wider) == (
        Bottleneck(kind="investor-max", who="V0", meetings=1, score=40.0, planned=True),
    )
    told: list[float] = []
    assert bottlenecks(wider, progress=lambda share: bool(told.append(share))) == ()
    assert told == [0.0]


def couples(**changes: object) -> Instance:
    """Two projects that want one investor each, P0 more so, two slots and two tables."""
    instance = Instance(
        slots=morning(2, 25, 5),
        tables=(Table(id="T0"), Table(id="T1")),
        people=tuple(Person(id=name) for name in ("ann", "bo", "cy", "di")),
        projects=(Party(id="P0", people=("ann",)), Party(id="P1", people=("bo",))),
        investors=(Party(id="V0", people=("cy",)), Party(id="V1", people=("di",))),
        pairs=(
            WantedPair(project="P0", investor="V0", score=90.0),
            WantedPair(project="P1", investor="V1", score=40.0),
        ),
    )
    return replace(instance, **changes)


def limited(side: str, number: int, **limits: int) -> Instance:
    parties = list(getattr(couples(), side))
    parties[number] = replace(parties[number], **limits)
    return replace(couples(), **{side: tuple(parties)})


def one_seat(instance: Instance) -> Instance:
    return replace(instance, slots=morning(1, 25, 5), tables=(Table(id="T0"),))


AWAY = frozenset({"12-0", "12-1"})
SEATS = [("slots", "", 1, 90.0), ("tables", "", 1, 90.0)]
BINDING = {
    "nothing": (couples(), []),
    "one seat": (one_seat(couples()), [("slots", "", 1, 40.0), ("tables", "", 1, 40.0)]),
    "hours of a table": (
        couples(tables=(Table(id="T0", slots=("12-0",)),)),
        [("slots", "", 1, 40.0), ("table-hours", "T0", 1, 40.0), ("tables", "", 1, 40.0)],
    ),
    "somebody away": (
        couples(people=(Person(id="ann", away=AWAY), *couples().people[1:])),
        [("person", "ann", 1, 90.0), ("slots", "", 1, 90.0)],
    ),
    "a project's cap": (limited("projects", 0, max=0), [("project-max", "P0", 1, 90.0)]),
    "an investor's cap": (limited("investors", 0, max=0), [("investor-max", "V0", 1, 90.0)]),
    "a project's least": (
        one_seat(limited("projects", 1, min=1)),
        [*SEATS, ("project-min", "P1", 0, 50.0)],
    ),
    "an investor's least": (
        one_seat(limited("investors", 1, min=1)),
        [*SEATS, ("investor-min", "V1", 0, 50.0)],
    ),
}


@pytest.mark.parametrize("what", BINDING)
def test_each_kind_of_limit_that_binds_is_named_with_what_it_costs(what: str) -> None:
    instance, expected = BINDING[what]
    found = bottlenecks(instance)
    assert expected == [(one.kind, one.who, one.meetings, one.score) for one in found]
    assert all(one.planned for one in found)
