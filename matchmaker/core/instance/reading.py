"""From JSON values to an instance, refusing whatever is not one."""

from __future__ import annotations

from datetime import datetime

from matchmaker.core.instance.fields import Fields, wrong
from matchmaker.core.instance.shape import (
    Attend,
    Instance,
    Interpreter,
    Party,
    Person,
    Prefers,
    PublishedMeeting,
    Slot,
    State,
    Table,
    Wanted,
    WantedPair,
    Weights,
)
from matchmaker.core.instance.soundness import canonical, check_sound

WISHES: tuple[Wanted, ...] = ("must", "meet", "none", "no")
STATES: tuple[State, ...] = ("open", "chosen", "pinned", "forbidden")
HALVES: tuple[Prefers, ...] = ("morning", "afternoon")


def read_instance(data: object) -> Instance:
    """Read an instance from JSON values (a decoded object).

    Raises Refusal ``bad-instance`` with the path and a sentence: unknown keys, wrong types,
    dangling or repeated identifiers, empty lists where one is needed, contradictions.
    """
    top = Fields(data, "instance")
    instance = Instance(
        name=top.text("name", default=""),
        slots=tuple(_slot(item) for item in top.items("slots", empty=False)),
        tables=tuple(_table(item) for item in top.items("tables", empty=False)),
        people=tuple(_person(item) for item in top.items("people", empty=False)),
        interpreters=tuple(_interpreter(item) for item in top.items("interpreters")),
        projects=tuple(_party(item) for item in top.items("projects", empty=False)),
        investors=tuple(_party(item) for item in top.items("investors", empty=False)),
        pairs=tuple(_pair(item) for item in top.items("pairs")),
        published=tuple(_published(item) for item in top.items("published")),
        weights=_weights(top.inner("weights")),
        gap_spread=top.optional_integer("gap_spread"),
    )
    top.done()
    check_sound(instance)
    return canonical(instance)


def _slot(item: Fields) -> Slot:
    written = item.text("start")
    try:
        start = datetime.fromisoformat(written)
    except ValueError:
        raise wrong(
            item.at("start"),
            "a date and time like 2026-09-12T09:00:00+08:00 is expected.",
        ) from None
    if start.utcoffset() is None:
        raise wrong(item.at("start"), "the time needs its offset, like +08:00.")
    slot = Slot(id=item.text("id"), start=start, minutes=item.integer("minutes", low=1))
    item.done()
    return slot


def _table(item: Fields) -> Table:
    table = Table(
        id=item.text("id"),
        slots=item.optional_texts("slots"),
        home_of=item.optional_text("home_of"),
    )
    item.done()
    return table


def _person(item: Fields) -> Person:
    person = Person(
        id=item.text("id"),
        away=frozenset(item.texts("away")),
        languages=item.texts("languages"),
    )
    item.done()
    return person


def _interpreter(item: Fields) -> Interpreter:
    interpreter = Interpreter(
        id=item.text("id"),
        languages=item.texts("languages", empty=False),
        away=frozenset(item.texts("away")),
    )
    item.done()
    return interpreter


def _party(item: Fields) -> Party:
    party = Party(
        id=item.text("id"),
        people=item.texts("people", empty=False),
        attend=_attend(item),
        min=item.integer("min", default=0),
        max=item.optional_integer("max"),
        prefers=_prefers(item),
        max_in_a_row=item.optional_integer("max_in_a_row", low=1),
    )
    item.done()
    return party


def _attend(item: Fields) -> Attend:
    value = item.raw("attend", "any")
    if value == "any" or value == "all":
        return "any" if value == "any" else "all"
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise wrong(item.at("attend"), "any, all or a whole number from 1 is expected.")


def _prefers(item: Fields) -> Prefers | None:
    written = item.optional_text("prefers")
    for half in HALVES:
        if written == half:
            return half
    if written is None:
        return None
    raise wrong(item.at("prefers"), "morning, afternoon or null is expected.")


def _pair(item: Fields) -> WantedPair:
    pair = WantedPair(
        project=item.text("project"),
        investor=item.text("investor"),
        score=item.number("score", default=0.0, high=100.0),
        want_project=item.choice("want_project", WISHES, default="none"),
        want_investor=item.choice("want_investor", WISHES, default="none"),
        state=item.choice("state", STATES, default="open"),
        people=item.texts("people"),
        slot=item.optional_text("slot"),
        table=item.optional_text("table"),
        slots=item.optional_texts("slots"),
        after=item.texts("after"),
    )
    item.done()
    return pair


def _published(item: Fields) -> PublishedMeeting:
    meeting = PublishedMeeting(
        project=item.text("project"),
        investor=item.text("investor"),
        slot=item.text("slot"),
        table=item.text("table"),
        people=item.texts("people", empty=False),
    )
    item.done()
    return meeting


def _weights(item: Fields) -> Weights:
    weights = Weights(
        gap=item.number("gap", default=1.0, high=1e6),
        move=item.number("move", default=0.2, high=1e6),
        disturb=item.number("disturb", default=5.0, high=1e6),
    )
    item.done()
    return weights
