"""What if there were other slots, tables or limits, and which of them cost most meetings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import JobState
from matchmaker.core.refusal import Refusal
from matchmaker.services import jobs
from matchmaker.services.jobs import Work, job
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.instance import draw
from matchmaker.services.meeting.reading import slots_of, tables_of
from matchmaker.store.account import Account
from matchmaker.store.journal import Job
from matchmaker.store.roadshow import Roadshow

if TYPE_CHECKING:
    from matchmaker.core.timetable.whatif import Answer, Variation

MOST_PLACES = 200_000  # pairs x slots that are planned while somebody waits
SECONDS = 3.0
KIND_OF = {
    "project-max": "project",
    "project-min": "project",
    "investor-max": "investor",
    "investor-min": "investor",
    "person": "person",
    "table-hours": "table",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What can be varied, in the numbers that people set."""

    minutes: int
    slots: int
    tables: int
    project_max: int
    project_min: int
    investor_max: int
    investor_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A plan as things are beside one as they would be, both made from the start."""

    now: Answer
    then: Answer


def setting_of(session: Session, roadshow: Roadshow) -> Setting:
    """Return how things are: ``slots`` are more slots a day, so none."""
    slots = slots_of(session, roadshow)
    lengths = Counter(slot.minutes for slot in slots)
    return Setting(
        minutes=max(lengths, key=lambda one: (lengths[one], -one), default=roadshow.slot_minutes),
        slots=0,
        tables=sum(
            table.home_project_id is None and table.home_investor_id is None
            for table in tables_of(session, roadshow)
        ),
        project_max=roadshow.project_max,
        project_min=roadshow.project_min,
        investor_max=roadshow.investor_max,
        investor_min=roadshow.investor_min,
    )


def ask(session: Session, roadshow: Roadshow, asked: Setting) -> Comparison:
    """Plan all candidate pairs as things are and as they would be; nothing is kept.

    Limits of single parties move with those of all. Refused without slots, tables or candidates,
    and where planning would keep people waiting.
    """
    from matchmaker.core.timetable.whatif import Variation, answer  # noqa: PLC0415 -- slow import

    drawn = _drawn(session, roadshow)
    if len(drawn.instance.pairs) * len(drawn.instance.slots) > MOST_PLACES:
        raise Refusal("too-large-to-try", hint="There are too many pairs and slots to try at once.")
    varied = _variation(setting_of(session, roadshow), asked)
    now = answer(drawn.instance, Variation(), time_limit=SECONDS)
    then = now if varied == Variation() else answer(drawn.instance, varied, time_limit=SECONDS)
    return Comparison(now=now, then=then)


def _variation(now: Setting, asked: Setting) -> Variation:
    from matchmaker.core.timetable.whatif import Variation  # noqa: PLC0415 -- slow import

    return Variation(
        minutes=None if asked.minutes == now.minutes else asked.minutes,
        slots=asked.slots,
        tables=asked.tables - now.tables,
        project_max=asked.project_max - now.project_max,
        project_min=asked.project_min - now.project_min,
        investor_max=asked.investor_max - now.investor_max,
        investor_min=asked.investor_min - now.investor_min,
    )


def _drawn(session: Session, roadshow: Roadshow) -> Drawn:
    if not slots_of(session, roadshow):
        raise Refusal("no-slots", hint="Please enter slots first.")
    if not tables_of(session, roadshow):
        raise Refusal("no-tables", hint="Please enter tables first.")
    drawn = draw(session, roadshow, pairs="all")
    if all(pair.is_never for pair in drawn.instance.pairs):
        raise Refusal("no-candidates", hint="There are no pairs to choose from yet.")
    return drawn


def queue_limits(
    session: Session, roadshow: Roadshow, *, actor: Account | None, now: datetime
) -> Job:
    """Queue the search for what limits the meetings."""
    _drawn(session, roadshow)
    return jobs.enqueue(session, "limits", roadshow, actor=actor, now=now, once=True)


@job("limits")
def find_limits(work: Work) -> Mapping[str, Any]:
    """Lift each limit by itself and count what it brings; the result is in the job."""
    from matchmaker.core.timetable.bottlenecks import bottlenecks  # noqa: PLC0415 -- slow import

    with work.reading() as session:
        roadshow = session.get_one(Roadshow, work.roadshow_id)
        url = f"/r/{roadshow.slug}/timetables/what-if"
        drawn = _drawn(session, roadshow)
    found = bottlenecks(drawn.instance, progress=lambda share: work.progress(share, "lifting"))
    return {
        "url": url,
        "limits": [
            {
                "kind": one.kind,
                "row": drawn.id(KIND_OF[one.kind], one.who) if one.who else "",
                "meetings": one.meetings,
                "score": round(one.score, 1),
                "planned": one.planned,
            }
            for one in found
        ],
    }


def latest_limits(session: Session, roadshow: Roadshow) -> Job | None:
    """Return the last search for limits that was finished."""
    return session.scalars(
        select(Job)
        .where(
            Job.roadshow_id == roadshow.id,
            Job.kind == "limits",
            Job.state.in_((JobState.DONE, JobState.STOPPED)),
        )
        .order_by(Job.finished_at.desc(), Job.id)
        .limit(1)
    ).first()
