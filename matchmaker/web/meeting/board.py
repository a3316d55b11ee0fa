"""The planning board: a draft by tables and slots, or by people and slots; moving a meeting."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core import instance as core
from matchmaker.core.journey import MeetingState, TimetableState
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.core.review import Violation
from matchmaker.services.meeting import edit
from matchmaker.services.meeting.edit import Desk, Trial
from matchmaker.services.meeting.names import Name, investor_names, project_names
from matchmaker.services.meeting.plans import broken_rules, measure
from matchmaker.store.meeting import Meeting, Placement, Timetable
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import PlainForm, SeatForm, number_of
from matchmaker.web.meeting.saying import Speaker, broken
from matchmaker.web.meeting.seats import choices, cost_line, seat_options, why_not
from matchmaker.web.meeting.setup import slot_name
from matchmaker.web.meeting.timetables import load
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


@bp.get("/r/<slug>/timetables/<int:number>")
@needs(Action.RUN_ROADSHOW, load)
def board(timetable: Timetable) -> str:
    known_parameters()
    desk = edit.open_desk(g.session(), timetable, now=g.now)
    return render_template("meeting/board.html", **_board(desk))


@bp.post("/r/<slug>/timetables/<int:number>/place")
@needs(Action.RUN_ROADSHOW, load)
def place(timetable: Timetable) -> FlaskResponse | Response:
    """Move what the board (or its undo) names; htmx gets the board anew, with what it cost."""
    values = {**request.args.to_dict(), **request.form.to_dict()}
    pair = _pair(values.get("meeting", ""))
    asked = values.get("place", "")
    session, actor = g.session(), access.actor()
    before = _place_of(timetable, pair)
    try:
        if asked == OFF:
            edit.remove(session, timetable, pair, actor=actor, now=g.now)
            text = _("The meeting is off the board.")
        else:
            text = cost_line(_moved(timetable, pair, asked, before))
    except Refusal as refusal:
        session.rollback()
        return _answer(timetable, why_not(refusal))
    undo = url_for(
        ".place",
        slug=g.roadshow.slug,
        number=timetable.number,
        meeting="-".join(pair),
        place=before,
    )
    return _answer(timetable, text, undo)


def _moved(timetable: Timetable, pair: tuple[str, str], asked: str, before: str) -> Trial:
    """Place a pair where it is asked for; a meeting that sits there changes places with it."""
    table_id, _colon, slot_id = asked.partition(":")
    session, actor = g.session(), access.actor()
    there = session.scalars(
        select(Placement).where(
            Placement.timetable_id == timetable.id,
            Placement.table_id == table_id,
            Placement.slot_id == slot_id,
        )
    ).first()
    if there is not None and before != OFF:
        other = (there.project_id, there.investor_id)
        if other != pair:
            return edit.exchange(session, timetable, pair, other, actor=actor, now=g.now)
    return edit.place(
        session, timetable, pair, slot_id=slot_id, table_id=table_id, actor=actor, now=g.now
    )


def _answer(timetable: Timetable, text: str, undo: str = "") -> FlaskResponse | Response:
    if "HX-Request" not in request.headers:
        flash({"text": text, "undo": undo} if undo else text, "waiting")
        return redirect(url_for(".board", slug=g.roadshow.slug, number=timetable.number), 303)
    desk = edit.open_desk(g.session(), timetable, now=g.now)
    answer = make_response(render_template("meeting/_board.html", **_board(desk, undo, text)))
    toast = {"text": text} | ({"undo": undo, "target": "#board"} if undo else {})
    answer.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return answer


def load_pair(values: dict[str, Any]) -> tuple[Timetable, tuple[str, str]] | None:
    """Return a version and a pair of its roadshow."""
    timetable = load(values)
    pair = (values.pop("project_id"), values.pop("investor_id"))
    if timetable is None:
        return None
    g.timetable = timetable
    return _Placed(timetable.roadshow_id, timetable, pair)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class _Placed:
    roadshow_id: str
    timetable: Timetable
    pair: tuple[str, str]


@bp.route("/r/<slug>/timetables/<int:number>/<project_id>/<investor_id>", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, load_pair)
def seat(found: _Placed) -> str | Response | tuple[str, int]:
    """One meeting of a draft: where it could be instead and what that costs, without a script."""
    timetable, pair = found.timetable, found.pair
    session = g.session()
    desk = edit.open_desk(session, timetable, now=g.now)
    drawn = desk.drawn
    if not (drawn.knows("project", pair[0]) and drawn.knows("investor", pair[1])):
        abort(404)
    if (wanted := drawn.instance.by_key.get(drawn.key(pair))) is None:
        abort(404)
    editable = timetable.state is TimetableState.DRAFT
    options = seat_options(desk, pair) if editable and not wanted.is_never else []
    form = SeatForm()
    form.place.choices = choices(desk, options)
    if editable and form.validate_on_submit():
        table_id, _colon, slot_id = form.place.data.partition(":")
        try:
            trial = edit.place(
                session,
                timetable,
                pair,
                slot_id=slot_id,
                table_id=table_id,
                revision=number_of(form.revision),
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.refuse(refusal, why_not(refusal))
        else:
            flash(cost_line(trial), "confirmed")
            return redirect(url_for(".board", slug=g.roadshow.slug, number=timetable.number), 303)
    if not form.errors:
        form.revision.data = str(timetable.revision)
    names = _names()
    page = render_template(
        "meeting/seat.html",
        timetable=timetable,
        form=form,
        button=PlainForm(formdata=None),
        editable=editable and pair not in drawn.fixed,
        draft=editable,
        pair=pair,
        row=desk.placements.get(pair),
        project=names[0][pair[0]],
        investor=names[1][pair[1]],
        options=[(slot, table, cost_line(trial)) for slot, table, trial in options],
        slots={one.id: one for one in drawn.ground.slots},
        tables={one.id: one for one in drawn.ground.tables},
        people=drawn.ground.people,
        score=wanted.score,
        slot_name=slot_name,
    )
    return (page, 422) if form.errors else page


@bp.post("/r/<slug>/timetables/<int:number>/<project_id>/<investor_id>/<verb>")
@needs(Action.RUN_ROADSHOW, load_pair)
def change(found: _Placed, verb: str) -> Response:
    """Pin a meeting of a draft, release it, or take it off."""
    session, actor, timetable = g.session(), access.actor(), found.timetable
    if not PlainForm().validate_on_submit():
        abort(400)
    if verb == "remove":
        edit.remove(session, timetable, found.pair, actor=actor, now=g.now)
        flash(_("The meeting is off the board."), "confirmed")
    elif verb in ("pin", "release"):
        edit.pin(session, timetable, found.pair, verb == "pin", actor=actor, now=g.now)
        said = _("The meeting keeps its place when you plan again.")
        flash(
            said if verb == "pin" else _("The meeting may move when you plan again."), "confirmed"
        )
    else:
        abort(404)
    return redirect(url_for(".board", slug=g.roadshow.slug, number=timetable.number), 303)


def _pair(name: str) -> tuple[str, str]:
    project, _dash, investor = name.partition("-")
    return project, investor


def _place_of(timetable: Timetable, pair: tuple[str, str]) -> str:
    row = g.session.scalars(
        select(Placement).where(
            Placement.timetable_id == timetable.id,
            Placement.project_id == pair[0],
            Placement.investor_id == pair[1],
        )
    ).first()
    return f"{row.table_id}:{row.slot_id}" if row is not None else OFF


def _names() -> tuple[dict[str, Name], dict[str, Name]]:
    session = g.session()
    return project_names(session, g.roadshow), investor_names(session, g.roadshow)


def _board(desk: Desk, undo: str = "", said: str = "") -> dict[str, Any]:
    projects, investors = _names()
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
