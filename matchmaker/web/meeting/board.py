"""The planning board: a draft by tables and slots, or by people and slots; moving a meeting."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.journey import TimetableState
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services.meeting import edit
from matchmaker.services.meeting.edit import Trial
from matchmaker.services.meeting.proposal import may_undo
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Placement, Timetable
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import PlainForm, SeatForm, number_of
from matchmaker.web.meeting.pieces import OFF, board_of, names
from matchmaker.web.meeting.seats import choices, cost_line, seat_options, why_not
from matchmaker.web.meeting.setup import slot_name
from matchmaker.web.meeting.timetables import load


@bp.get("/r/<slug>/timetables/<int:number>")
@needs(Action.RUN_ROADSHOW, load)
def board(timetable: Timetable) -> str:
    known_parameters("kept")
    desk = edit.open_desk(g.session(), timetable, now=g.now)
    return render_template("meeting/board.html", **board_of(desk, _taking_back(timetable)))


def _taking_back(timetable: Timetable) -> str:
    """Return the address that takes back what was just kept, if it still can be."""
    kept = request.args.get("kept", "")
    job = g.session.get(Job, kept) if kept.isalnum() else None
    if job is None or not may_undo(g.session(), timetable, job, now=g.now):
        return ""
    place = {"slug": g.roadshow.slug, "number": timetable.number, "job_id": job.id}
    return url_for(".settle", **place, verb="undo")


@bp.post("/r/<slug>/timetables/<int:number>/place")
@needs(Action.RUN_ROADSHOW, load)
def place(timetable: Timetable) -> FlaskResponse | Response:
    """Move what the board (or its undo) names; htmx gets the board anew, with what it cost."""
    values = {**request.args.to_dict(), **request.form.to_dict()}
    pair = pair_of(values.get("meeting", ""))
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
        return answer(timetable, why_not(refusal))
    undo = url_for(
        ".place",
        slug=g.roadshow.slug,
        number=timetable.number,
        meeting="-".join(pair),
        place=before,
    )
    return answer(timetable, text, undo)


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


def answer(timetable: Timetable, text: str, undo: str = "") -> FlaskResponse | Response:
    """Answer a change with the board anew, or with the way to it; ``undo`` takes it back."""
    if "HX-Request" not in request.headers:
        flash({"text": text, "undo": undo} if undo else text, "waiting")
        return redirect(url_for(".board", slug=g.roadshow.slug, number=timetable.number), 303)
    desk = edit.open_desk(g.session(), timetable, now=g.now)
    answer = make_response(render_template("meeting/_board.html", **board_of(desk, undo, text)))
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
    projects, investors = names()
    page = render_template(
        "meeting/seat.html",
        timetable=timetable,
        form=form,
        button=PlainForm(formdata=None),
        editable=editable and pair not in drawn.fixed,
        draft=editable,
        pair=pair,
        row=desk.placements.get(pair),
        project=projects[pair[0]],
        investor=investors[pair[1]],
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


def pair_of(name: str) -> tuple[str, str]:
    """Return the ids of a pair from ``project-investor``."""
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
