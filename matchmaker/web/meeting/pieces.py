"""What the planning board shows: the pieces on the grid, the pairs beside it, the counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from matchmaker.core import instance as core
from matchmaker.core.journey import MeetingState, TimetableState
from matchmaker.core.review import Violation
from matchmaker.services.meeting.edit import Desk
from matchmaker.services.meeting.names import Name, investor_names, project_names
from matchmaker.services.meeting.plans import broken_rules, measure
from matchmaker.store.meeting import Meeting, Placement
from matchmaker.web.meeting.forms import FinishForm
from matchmaker.web.meeting.saying import Speaker, broken
from matchmaker.web.text import locale, show_time
from matchmaker.web.words import word

OFF = "off"  # the place beside the board


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A pair that is to meet and is not on the board, with the planner's reason."""

    id: str
    project: Name
    investor: Name
    score: float
    reason: str
    blocking: list[str]
    change: str


def names() -> tuple[dict[str, Name], dict[str, Name]]:
    """Return the names of projects and of investors by id."""
    session = g.session()
    return project_names(session, g.roadshow), investor_names(session, g.roadshow)


def board_of(desk: Desk, undo: str = "", said: str = "") -> dict[str, Any]:
    """Return what ``meeting/_board.html`` shows of a version."""
    projects, investors = names()
    ground, language = desk.drawn.ground, locale()
    was = {(one.project_id, one.investor_id): one for one in ground.meetings}
    violations = broken_rules(desk.drawn, desk.plan)
    troubled = _troubled(desk, violations)
    pieces = {}
    for pair, row in desk.placements.items():
        old = was.get(pair)
        pieces[row.slot_id, row.table_id] = {
            "id": "-".join(pair),
            "name": projects[pair[0]].brief(language),
            "text": investors[pair[1]].said(language),
            **_look(desk, row, old, pair in troubled),
            "pinned": row.pinned,
            "moved": old is not None and (old.slot_id, old.table_id) != (row.slot_id, row.table_id),
            "url": url_for(
                ".seat",
                slug=g.roadshow.slug,
                number=desk.timetable.number,
                project_id=pair[0],
                investor_id=pair[1],
            ),
        }
    closed = {(one.slot_id, table.id) for table in ground.tables for one in table.closures}
    return {
        "timetable": desk.timetable,
        "editable": desk.timetable.state is TimetableState.DRAFT,
        "rows": [
            {"id": one.id, "label": show_time(one.starts_at), "day": one.starts_at}
            for one in ground.slots
        ],
        "columns": [{"id": one.id, "label": one.name} for one in ground.tables],
        "pieces": pieces,
        "closed": closed,
        "measures": measure(desk.drawn, desk.plan),
        "violations": broken(violations),
        "unplaced": _unplaced(desk, projects, investors),
        "speaker": Speaker(projects, investors, desk.drawn),
        "undo": undo,
        "said": said,
        "off": OFF,
        "finish": FinishForm(formdata=None),
        "picked": frozenset(),
    }


def _troubled(desk: Desk, violations: Sequence[Violation]) -> set[tuple[str, str]]:
    """Return the pairs on the board that a broken rule is about."""
    subjects = [set(one.subjects) for one in violations]
    found = set()
    for meeting in desk.plan.meetings:
        own = core.pair_name(meeting.key)
        for names in subjects:
            people = names & {*meeting.people, meeting.table, meeting.interpreter or ""}
            if own in names or (people and meeting.slot in names):
                found.add(desk.drawn.pair(meeting.key))
    return found


def _look(desk: Desk, row: Placement, booked: Meeting | None, troubled: bool) -> dict[str, str]:
    """Return the state a piece shows: what became of it, lost, pinned, or simply placed."""
    if desk.timetable.state is not TimetableState.DRAFT:
        state = booked.state if booked is not None else MeetingState.SCHEDULED
        if state is MeetingState.NO_SHOW:
            return {"kind": "attention", "note": word(state, "meeting_state")}
        if state is MeetingState.SCHEDULED and troubled:
            return {"kind": "attention", "note": _("breaks a rule")}
        return {"kind": "confirmed", "note": ""}
    if _is_lost(desk, (row.project_id, row.investor_id)):
        return {"kind": "attention", "note": _("not wanted any more")}
    if troubled:
        return {"kind": "attention", "note": _("breaks a rule")}
    return {"kind": "waiting" if row.pinned else "confirmed", "note": ""}


def _is_lost(desk: Desk, pair: tuple[str, str]) -> bool:
    if not (desk.drawn.knows("project", pair[0]) and desk.drawn.knows("investor", pair[1])):
        return True
    wanted = desk.drawn.instance.by_key.get(desk.drawn.key(pair))
    return wanted is None or wanted.is_never


def _unplaced(desk: Desk, projects: dict[str, Name], investors: dict[str, Name]) -> list[Unplaced]:
    """Return the pairs that are to meet and are not on the board, best first."""
    speaker = Speaker(projects, investors, desk.drawn)
    told = {(one["project_id"], one["investor_id"]): one for one in desk.timetable.left_out}
    found = []
    for wanted in desk.drawn.instance.pairs:
        pair = desk.drawn.pair(wanted.key)
        if wanted.is_never or pair in desk.placements:
            continue
        why = told.get(pair, {})
        found.append(
            Unplaced(
                id="-".join(pair),
                project=projects[pair[0]],
                investor=investors[pair[1]],
                score=wanted.score,
                reason=str(why.get("reason", "")),
                blocking=speaker.blocking(why.get("blocking", ())),
                change=speaker.change(str(why.get("smallest_change", ""))),
            )
        )
    return sorted(found, key=lambda one: (-one.score, one.id))
