"""What still stands of a plan that people have in their hands."""

from __future__ import annotations

from dataclasses import replace

from matchmaker.core.instance import Instance, Plan, PublishedMeeting
from matchmaker.core.instance.fields import wrong


def what_stands(instance: Instance, previous: Plan) -> tuple[PublishedMeeting, ...]:
    """Return the meetings of a plan that the instance still knows something of.

    A pair that is gone is cancelled, and nobody expects people who are gone. A meeting whose slot
    or table is gone stays in the list: its people expect to be told. Raises Refusal
    ``bad-instance`` where the plan holds a pair twice.
    """
    found: dict[tuple[str, str], PublishedMeeting] = {}
    for place, meeting in enumerate(previous.as_published()):
        if meeting.key in found:
            name = "/".join(meeting.key)
            raise wrong(f"plan.meetings[{place}]", f"the meeting {name} stands in the list twice.")
        found[meeting.key] = replace(
            meeting, people=tuple(one for one in meeting.people if one in instance.by_person)
        )
    return tuple(one for key, one in found.items() if key in instance.by_key and one.people)
