"""What a new timetable changes for the people who hold the old one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.core.instance import Instance, Key, Meeting, Plan, PublishedMeeting

Held = Meeting | PublishedMeeting


@dataclass(frozen=True, slots=True)
class Moved:
    """A meeting that both timetables hold, at another slot or table or with other people."""

    before: Held
    after: Meeting


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between two timetables; ``disturbed`` people lose or change a slot."""

    added: tuple[Meeting, ...]
    removed: tuple[Held, ...]
    moved: tuple[Moved, ...]
    disturbed: tuple[str, ...]


def disturbed_by(instance: Instance, meetings: Sequence[Meeting]) -> tuple[str, ...]:
    """Return who loses or changes the slot of a published meeting that may still be held."""
    wanted = {pair.key for pair in instance.pairs if not pair.is_never}
    return _disturbed([old for old in instance.published if old.key in wanted], meetings)


def compare(before: Plan | Sequence[PublishedMeeting], after: Plan) -> Changes:
    """Return what changes from one timetable to another, in the order of the pairs."""
    held: Sequence[Held] = before.meetings if isinstance(before, Plan) else before
    old: dict[Key, Held] = {meeting.key: meeting for meeting in held}
    new = {meeting.key: meeting for meeting in after.meetings}
    moved = tuple(
        Moved(old[key], new[key])
        for key in sorted(old.keys() & new.keys())
        if _place(old[key]) != _place(new[key])
    )
    return Changes(
        added=tuple(new[key] for key in sorted(new.keys() - old.keys())),
        removed=tuple(old[key] for key in sorted(old.keys() - new.keys())),
        moved=moved,
        disturbed=_disturbed(held, after.meetings),
    )


def _place(meeting: Held) -> tuple[str, str, frozenset[str]]:
    return meeting.slot, meeting.table, frozenset(meeting.people)


def _disturbed(before: Sequence[Held], after: Sequence[Meeting]) -> tuple[str, ...]:
    now = {(one.key, one.slot, name) for one in after for name in one.people}
    return tuple(
        sorted(
            {name for one in before for name in one.people if (one.key, one.slot, name) not in now}
        )
    )
