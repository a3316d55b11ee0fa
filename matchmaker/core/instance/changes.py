"""Small changes to an instance that make room for one more meeting, in words and applied."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from matchmaker.core.instance import Instance, Interpreter, Party, Table, WantedPair, canonical
from matchmaker.core.refusal import Refusal

# One sentence per kind; what stands in braces are the subjects in their order.
SENTENCES = {
    "raise-max": "raise max of {} to {}",
    "lower-min": "lower min of {} to {}",
    "free": "free {} at {}",
    "allow": "allow {} at {}",
    "add-table": "add table {} at {}",
    "add-interpreter": "add interpreter {} for {} at {}",
    "allow-row": "allow {} meetings in a row for {}",
    "allow-spread": "allow {} gaps of difference",
    "unorder": "let {} be held without waiting for {}",
    "speak": "let {} speak {}",
    "choose": "choose {}",
    "drop": "drop {}",
    "add-slot": "add slot {} after {}",
}
SEPARATOR = "; "
# How much a change asks of people; fewer changes come first, then the sum of these.
ASKS = {
    "raise-max": 0,
    "lower-min": 7,
    "free": 1,
    "allow": 1,
    "choose": 1,
    "add-table": 2,
    "add-interpreter": 3,
    "speak": 8,
    "allow-row": 2,
    "allow-spread": 2,
    "unorder": 3,
    "drop": 4,
    "add-slot": 6,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: a kind of ``SENTENCES`` and the identifiers and numbers it is about."""

    kind: str
    subjects: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The change in words; ``read_changes`` reads it back."""
        return SENTENCES[self.kind].format(*self.subjects)


def asks(changes: Sequence[Change]) -> tuple[int, int]:
    """Return how many changes there are and how much they ask of people."""
    return len(changes), sum(ASKS[one.kind] for one in changes)


def sentence_of(changes: tuple[Change, ...]) -> str:
    """Return several changes in words."""
    return SEPARATOR.join(change.sentence for change in changes)


def read_changes(sentence: str) -> tuple[Change, ...]:
    """Return the changes that ``smallest_change`` of a plan names."""
    return tuple(_read(part) for part in sentence.split(SEPARATOR) if part)


def _read(sentence: str) -> Change:
    for kind, pattern in SENTENCES.items():
        literal = "(.+)".join(re.escape(part) for part in pattern.split("{}"))
        found = re.fullmatch(literal, sentence)
        if found:
            return Change(kind, found.groups())
    raise Refusal("unknown-change", hint=f"{sentence} is no change.", sentence=sentence)


def apply_changes(instance: Instance, changes: tuple[Change, ...]) -> Instance:
    """Return the instance with the changes made."""
    for change in changes:
        instance = APPLY[change.kind](instance, *change.subjects)
    return canonical(instance)


def _raise_max(instance: Instance, who: str, most: str) -> Instance:
    return _with_party(instance, who, lambda party: replace(party, max=int(most)))


def _lower_min(instance: Instance, who: str, least: str) -> Instance:
    return _with_party(instance, who, lambda party: replace(party, min=int(least)))


def _allow_row(instance: Instance, most: str, who: str) -> Instance:
    return _with_party(instance, who, lambda party: replace(party, max_in_a_row=int(most)))


def _with_party(instance: Instance, who: str, change: Callable[[Party], Party]) -> Instance:
    kind, _, name = who.partition(":")
    if kind == "project":
        parties = tuple(change(one) if one.id == name else one for one in instance.projects)
        return replace(instance, projects=parties)
    parties = tuple(change(one) if one.id == name else one for one in instance.investors)
    return replace(instance, investors=parties)


def _free(instance: Instance, who: str, slot: str) -> Instance:
    there = frozenset([slot])
    return replace(
        instance,
        people=tuple(
            replace(one, away=one.away - there) if one.id == who else one for one in instance.people
        ),
        interpreters=tuple(
            replace(one, away=one.away - there) if one.id == who else one
            for one in instance.interpreters
        ),
    )


def _allow(instance: Instance, pair: str, slot: str) -> Instance:
    def allow(one: WantedPair) -> WantedPair:
        return one if one.slots is None else replace(one, slots=(*one.slots, slot))

    return _with_pair(instance, pair, allow)


def _with_pair(
    instance: Instance, name: str, change: Callable[[WantedPair], WantedPair]
) -> Instance:
    pairs = tuple(change(one) if one.name == name else one for one in instance.pairs)
    return replace(instance, pairs=pairs)


def _add_table(instance: Instance, table: str, slot: str) -> Instance:
    for one in instance.tables:
        if one.id == table:
            opened = replace(one, slots=(*(one.slots or ()), slot))
            others = tuple(other for other in instance.tables if other.id != table)
            return replace(instance, tables=(*others, opened))
    return replace(instance, tables=(*instance.tables, Table(id=table, slots=(slot,))))


def _add_interpreter(instance: Instance, name: str, languages: str, slot: str) -> Instance:
    away = frozenset(one.id for one in instance.slots if one.id != slot)
    added = Interpreter(id=name, languages=tuple(languages.split("+")), away=away)
    return replace(instance, interpreters=(*instance.interpreters, added))


def _allow_spread(instance: Instance, most: str) -> Instance:
    return replace(instance, gap_spread=int(most))


def _unorder(instance: Instance, pair: str, first: str) -> Instance:
    def free(one: WantedPair) -> WantedPair:
        return replace(one, after=tuple(name for name in one.after if name != first))

    return _with_pair(instance, pair, free)


def _speak(instance: Instance, who: str, language: str) -> Instance:
    people = tuple(
        replace(one, languages=(*one.languages, language)) if one.id == who else one
        for one in instance.people
    )
    return replace(instance, people=people)


def _choose(instance: Instance, pair: str) -> Instance:
    return _with_pair(instance, pair, lambda one: replace(one, state="chosen"))


def _drop(instance: Instance, pair: str) -> Instance:
    return _with_pair(
        instance, pair, lambda one: replace(one, state="forbidden", slot=None, table=None)
    )


def _add_slot(instance: Instance, name: str, last: str) -> Instance:
    """Add a slot as long as the last one right after it; who is away stays away from the others."""
    for slot in instance.slots:
        if slot.id == last:
            start = slot.start + timedelta(minutes=slot.minutes)
            return replace(instance, slots=(*instance.slots, replace(slot, id=name, start=start)))
    return instance


APPLY: dict[str, Callable[..., Instance]] = {
    "raise-max": _raise_max,
    "lower-min": _lower_min,
    "free": _free,
    "allow": _allow,
    "add-table": _add_table,
    "add-interpreter": _add_interpreter,
    "allow-row": _allow_row,
    "allow-spread": _allow_spread,
    "unorder": _unorder,
    "speak": _speak,
    "choose": _choose,
    "drop": _drop,
    "add-slot": _add_slot,
}
