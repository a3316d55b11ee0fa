"""The referee: recounts every rule of a plan in plain Python, sharing no code with solvers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from matchmaker.core.instance import Instance, Meeting, Plan
from matchmaker.core.instance.shape import Key, Party, Person, WantedPair

REASONS = {
    "no-common-slot",
    "project-full",
    "investor-full",
    "person-busy",
    "no-table",
    "no-language",
    "better-use",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: its stable name, one sentence, and the identifiers it is about."""

    rule: str
    sentence: str
    subjects: tuple[str, ...]


def find_clashes(instance: Instance, plan: Plan) -> list[Violation]:
    """Return every broken rule of the plan; an empty list is a sound plan."""
    dangling = list(_dangling(instance, plan))
    if dangling:
        return dangling  # the other rules would stumble over names that do not exist
    found: list[Violation] = []
    for rule in RULES:
        found += rule(instance, plan)
    return found


def count_gaps(instance: Instance, meetings: tuple[Meeting, ...]) -> dict[str, int]:
    """Return for every person the idle stretches between two meetings of a day."""
    return {
        name: sum(after - before > 1 for before, after, _, _ in steps)
        for name, steps in _steps(instance, meetings).items()
    }


def count_idle_slots(instance: Instance, meetings: tuple[Meeting, ...]) -> dict[str, int]:
    """Return for every person the empty slots between the first and the last meeting of a day."""
    return {
        name: sum(after - before - 1 for before, after, _, _ in steps if after > before)
        for name, steps in _steps(instance, meetings).items()
    }


def count_moves(instance: Instance, meetings: tuple[Meeting, ...]) -> dict[str, int]:
    """Return for every person the changes of table between successive meetings of a day."""
    return {
        name: sum(here != there for _, _, here, there in steps)
        for name, steps in _steps(instance, meetings).items()
    }


def count_disturbed(instance: Instance, meetings: tuple[Meeting, ...]) -> set[str]:
    """Return the people who lose or change the slot of a published meeting that is still wanted."""
    now = {(meeting.key, meeting.slot, name) for meeting in meetings for name in meeting.people}
    return {
        name
        for old in instance.published
        if (pair := instance.by_key.get(old.key)) is not None and not pair.is_never
        for name in old.people
        if (old.key, old.slot, name) not in now
    }


def _steps(
    instance: Instance, meetings: tuple[Meeting, ...]
) -> dict[str, list[tuple[int, int, str, str]]]:
    """Return per person the pairs of successive meetings of one day: places in the day, tables."""
    place, day, number = {}, {}, Counter[str]()
    for slot in sorted(instance.slots, key=lambda slot: slot.start):
        date = slot.start.date().isoformat()
        place[slot.id], day[slot.id] = number[date], date
        number[date] += 1
    held: dict[str, list[tuple[str, int, str]]] = {person.id: [] for person in instance.people}
    for meeting in meetings:
        for name in meeting.people:
            held[name].append((day[meeting.slot], place[meeting.slot], meeting.table))
    return {
        name: [(a[1], b[1], a[2], b[2]) for a, b in pairwise(sorted(rows)) if a[0] == b[0]]
        for name, rows in held.items()
    }


def _dangling(instance: Instance, plan: Plan) -> Iterator[Violation]:
    slots = {slot.id for slot in instance.slots}
    tables = {table.id for table in instance.tables}
    interpreters = {one.id for one in instance.interpreters}
    for meeting in plan.meetings:
        name = f"{meeting.project}/{meeting.investor}"
        unknown = [one for one in meeting.people if one not in instance.by_person]
        if meeting.key not in instance.by_key:
            yield Violation("unknown", f"Nobody wants {name}.", (name,))
        elif meeting.slot not in slots or meeting.table not in tables or unknown:
            yield Violation("unknown", f"{name} names what does not exist.", (name, *unknown))
        elif meeting.interpreter is not None and meeting.interpreter not in interpreters:
            yield Violation("unknown", f"{name} has an unknown interpreter.", (name,))


def _wanted_once(instance: Instance, plan: Plan) -> Iterator[Violation]:
    for key, count in Counter(meeting.key for meeting in plan.meetings).items():
        pair = instance.by_key[key]
        if count > 1:
            yield Violation("twice", f"{pair.name} is placed {count} times.", (pair.name,))
        if pair.is_never:
            yield Violation("never", f"{pair.name} is placed though it may not be.", (pair.name,))


def _pins_kept(instance: Instance, plan: Plan) -> Iterator[Violation]:
    placed = {meeting.key: meeting for meeting in plan.meetings}
    excused = {name for clash in plan.clashes for name in clash.pairs}
    some = plan.status != "infeasible" or bool(plan.meetings)  # strict plans all or nothing
    for pair in instance.pairs:
        meeting = placed.get(pair.key)
        if meeting is None and pair.state == "pinned" and pair.name not in excused and some:
            yield Violation("pin", f"{pair.name} is pinned and not placed.", (pair.name,))
        if meeting is None:
            continue
        if pair.slot is not None and meeting.slot != pair.slot:
            yield Violation("pin", f"{pair.name} is not at {pair.slot}.", (pair.name,))
        if pair.table is not None and meeting.table != pair.table:
            yield Violation("pin", f"{pair.name} is not at table {pair.table}.", (pair.name,))


def _one_place_at_a_time(_: Instance, plan: Plan) -> Iterator[Violation]:
    taken: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for meeting in plan.meetings:
        name = f"{meeting.project}/{meeting.investor}"
        taken["table", meeting.table, meeting.slot].append(name)
        if meeting.interpreter is not None:
            taken["interpreter", meeting.interpreter, meeting.slot].append(name)
        for person, count in Counter(meeting.people).items():
            taken["person", person, meeting.slot].extend([name] * count)
    for (kind, who, slot), names in taken.items():
        if len(names) > 1:
            sentence = f"{kind} {who} has {len(names)} meetings at {slot}."
            yield Violation(f"{kind}-twice", sentence, (who, slot, *names))


def _there(instance: Instance, plan: Plan) -> Iterator[Violation]:
    away = {("person", one.id): one.away for one in instance.people}
    away |= {("interpreter", one.id): one.away for one in instance.interpreters}
    for meeting in plan.meetings:
        guests = [("person", name) for name in meeting.people]
        if meeting.interpreter is not None:
            guests.append(("interpreter", meeting.interpreter))
        for kind, name in guests:
            if meeting.slot in away[kind, name]:
                yield Violation(
                    "away",
                    f"{kind} {name} is away at {meeting.slot}.",
                    (name, meeting.slot),
                )


def _attendance(instance: Instance, plan: Plan) -> Iterator[Violation]:
    for meeting in plan.meetings:
        pair, present = instance.by_key[meeting.key], set(meeting.people)
        parties = instance.parties_of(pair)
        for party in parties:
            count = len(present & set(party.people))
            if count < _needed(party):
                sentence = f"{pair.name}: {count} of {party.id} attend, {_needed(party)} must."
                yield Violation("attend", sentence, (pair.name, party.id))
        for name in pair.people:
            if name not in present:
                yield Violation("named", f"{pair.name} lacks {name}.", (pair.name, name))
        for name in sorted(present.difference(*(party.people for party in parties))):
            yield Violation(
                "stranger",
                f"{name} belongs to neither side of {pair.name}.",
                (pair.name, name),
            )


def _needed(party: Party) -> int:
    if party.attend == "all":
        return len(party.people)
    return 1 if party.attend == "any" else int(party.attend)


def _tables_fit(instance: Instance, plan: Plan) -> Iterator[Violation]:
    tables = {table.id: table for table in instance.tables}
    for meeting in plan.meetings:
        table = tables[meeting.table]
        if table.slots is not None and meeting.slot not in table.slots:
            sentence = f"Table {table.id} is closed at {meeting.slot}."
            yield Violation("table-closed", sentence, (table.id, meeting.slot))
        if table.home_of not in (
            None,
            f"project:{meeting.project}",
            f"investor:{meeting.investor}",
        ):
            sentence = f"Table {table.id} is kept for {table.home_of}."
            yield Violation("table-home", sentence, (table.id, meeting.project, meeting.investor))


def _caps(instance: Instance, plan: Plan) -> Iterator[Violation]:
    for who, party, meetings in _by_party(instance, plan):
        if party.max is not None and len(meetings) > party.max:
            sentence = f"{who} has {len(meetings)} meetings, at most {party.max} are allowed."
            yield Violation("max", sentence, (who,))


def _by_party(instance: Instance, plan: Plan) -> Iterator[tuple[str, Party, list[Meeting]]]:
    held: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in plan.meetings:
        held[f"project:{meeting.project}"].append(meeting)
        held[f"investor:{meeting.investor}"].append(meeting)
    for kind, parties in (
        ("project", instance.projects),
        ("investor", instance.investors),
    ):
        for party in parties:
            yield f"{kind}:{party.id}", party, held[f"{kind}:{party.id}"]


def _in_a_row(instance: Instance, plan: Plan) -> Iterator[Violation]:
    ordered = sorted(instance.slots, key=lambda slot: slot.start)
    for who, party, meetings in _by_party(instance, plan):
        if party.max_in_a_row is None:
            continue
        busy, row, day = {meeting.slot for meeting in meetings}, 0, None
        for slot in ordered:
            if slot.start.date() != day:
                row, day = 0, slot.start.date()
            row = row + 1 if slot.id in busy else 0
            if row == party.max_in_a_row + 1:
                sentence = (
                    f"{who} has more than {party.max_in_a_row} meetings in a row at {slot.id}."
                )
                yield Violation("row", sentence, (who, slot.id))


def _slots_and_order(instance: Instance, plan: Plan) -> Iterator[Violation]:
    start = {slot.id: slot.start for slot in instance.slots}
    placed = {f"{one.project}/{one.investor}": start[one.slot] for one in plan.meetings}
    for meeting in plan.meetings:
        pair = instance.by_key[meeting.key]
        if pair.slots is not None and meeting.slot not in pair.slots:
            yield Violation(
                "slots",
                f"{pair.name} may not be at {meeting.slot}.",
                (pair.name, meeting.slot),
            )
        for name in pair.after:
            if name not in placed or placed[name] >= start[meeting.slot]:
                yield Violation("after", f"{pair.name} is not after {name}.", (pair.name, name))


def _languages(instance: Instance, plan: Plan) -> Iterator[Violation]:
    speaks = {one.id: set(one.languages) for one in instance.interpreters}
    for meeting in plan.meetings:
        pair = instance.by_key[meeting.key]
        sides = [
            [instance.by_person[name] for name in meeting.people if name in party.people]
            for party in instance.parties_of(pair)
        ]
        if _shared(sides[0] + sides[1]) != set():
            continue
        helper = speaks[meeting.interpreter] if meeting.interpreter is not None else set()
        for people in sides:
            common = _shared(people)
            if not helper or (common is not None and not helper & common):
                yield Violation("language", f"{pair.name} has no language in common.", (pair.name,))
                break


def _shared(people: list[Person]) -> set[str] | None:
    """Return the languages that all share; None where nobody states any."""
    stated = [set(person.languages) for person in people if person.languages]
    return set.intersection(*stated) if stated else None


def _gaps_fair(instance: Instance, plan: Plan) -> Iterator[Violation]:
    if instance.gap_spread is None or not instance.people:
        return
    gaps = count_gaps(instance, plan.meetings)
    most, least = max(gaps, key=gaps.__getitem__), min(gaps, key=gaps.__getitem__)
    if gaps[most] - gaps[least] > instance.gap_spread:
        sentence = f"{most} has {gaps[most]} gaps and {least} has {gaps[least]}."
        yield Violation("gap-spread", sentence, (most, least))


def _all_accounted_for(instance: Instance, plan: Plan) -> Iterator[Violation]:
    placed = {meeting.key for meeting in plan.meetings}
    out = Counter(left.key for left in plan.left_out)
    for pair in instance.pairs:
        wanted = not pair.is_never and pair.key not in placed
        if wanted and out[pair.key] != 1 and not _in_clash(plan, pair):
            sentence = f"{pair.name} is not placed and has {out[pair.key]} reasons."
            yield Violation("unaccounted", sentence, (pair.name,))
        if not wanted and out[pair.key]:
            yield Violation("left-out", f"{pair.name} should not be left out.", (pair.name,))
    for left in plan.left_out:
        name = f"{left.project}/{left.investor}"
        if left.key not in instance.by_key:
            yield Violation("unknown", f"Nobody wants {name}.", (name,))
        elif left.reason not in REASONS:
            yield Violation("reason", f"{left.reason} is no reason.", (name,))


def _in_clash(plan: Plan, pair: WantedPair) -> bool:
    return any(pair.name in clash.pairs for clash in plan.clashes)


def _floors_told(instance: Instance, plan: Plan) -> Iterator[Violation]:
    told = {floor.who: (floor.min, floor.got) for floor in plan.floors}
    for who, party, meetings in _by_party(instance, plan):
        missed = (party.min, len(meetings)) if len(meetings) < party.min else None
        if told.pop(who, None) != missed:
            yield Violation("floor", f"The floor of {who} is told wrongly.", (who,))
    for who in told:
        yield Violation("floor", f"There is no {who}.", (who,))


def _totals_right(instance: Instance, plan: Plan) -> Iterator[Violation]:
    score: dict[str, float] = {party.id: 0.0 for party in instance.projects}
    counted: set[Key] = set()
    for meeting in plan.meetings:
        if meeting.key not in counted:
            counted.add(meeting.key)
            score[meeting.project] += instance.by_key[meeting.key].score
    expected = {
        "meetings": float(len(plan.meetings)),
        "score": sum(score.values()),
        "lowest_project": min(score.values(), default=0.0),
        "gaps": float(sum(count_gaps(instance, plan.meetings).values())),
        "idle_slots": float(sum(count_idle_slots(instance, plan.meetings).values())),
        "moves": float(sum(count_moves(instance, plan.meetings).values())),
        "disturbed": float(len(count_disturbed(instance, plan.meetings))),
    }
    for name, value in expected.items():
        told = getattr(plan.totals, name)
        said = value if told is None else float(told)
        if abs(said - value) > 1e-6 * max(1.0, abs(value)):
            yield Violation("totals", f"{name} is {value:g}, the plan says {said:g}.", (name,))
    if plan.totals.bound < expected["score"] - 1e-6 * max(1.0, expected["score"]):
        yield Violation("totals", "The bound lies below the score.", ("bound",))


RULES: tuple[Callable[[Instance, Plan], Iterator[Violation]], ...] = (
    _wanted_once,
    _pins_kept,
    _one_place_at_a_time,
    _there,
    _attendance,
    _tables_fit,
    _caps,
    _in_a_row,
    _slots_and_order,
    _languages,
    _gaps_fair,
    _all_accounted_for,
    _floors_told,
    _totals_right,
)
