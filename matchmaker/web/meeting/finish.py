"""Finishing a selection of a draft: asking for it, looking at it, keeping it, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import meeting as meetings
from matchmaker.services.meeting import edit
from matchmaker.services.meeting.names import investor_names, project_names
from matchmaker.services.meeting.reading import slots_of, tables_of
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Timetable
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.jobs import LIVE
from matchmaker.web.lists import known_parameters
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.board import answer, pair_of
from matchmaker.web.meeting.forms import FinishForm, PlainForm
from matchmaker.web.meeting.people import people_of
from matchmaker.web.meeting.pieces import board_of
from matchmaker.web.meeting.saying import Speaker
from matchmaker.web.meeting.seats import why_not
from matchmaker.web.meeting.timetables import load
from matchmaker.web.refusals import sentence


@dataclass(frozen=True, slots=True)
class _Asked:
    roadshow_id: str
    timetable: Timetable
    job: Job


def load_finish(values: dict[str, Any]) -> _Asked | None:
    """Return a draft and the job that was to finish it."""
    timetable = load(values)
    job = g.session.get(Job, values.pop("job_id"))
    if timetable is None or job is None or job.kind != "finish":
        return None
    if job.arguments.get("timetable") != timetable.id:
        return None
    return _Asked(timetable.roadshow_id, timetable, job)


@bp.post("/r/<slug>/timetables/<int:number>/finish")
@needs(Action.RUN_ROADSHOW, load)
def finish(timetable: Timetable) -> Response | tuple[str, int]:
    """Queue the placing of what is selected on the board or among the people.

    Where that cannot be, the page comes back as it was: what is selected and typed stays.
    """
    form = FinishForm()
    if not form.validate_on_submit():
        return _asked_again(timetable, form), 422
    try:
        job = meetings.queue_finish(
            g.session(),
            timetable,
            pairs=[pair_of(one) for one in request.form.getlist("pair")],
            people=request.form.getlist("person"),
            slots=request.form.getlist("slot"),
            everything="all" in request.form,
            most_moved=form.most.data or 0,
            actor=access.actor(),
            now=g.now,
        )
    except Refusal as refusal:
        flash(sentence(refusal), "attention")
        return _asked_again(timetable, form), 422
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _asked_again(timetable: Timetable, form: FinishForm) -> str:
    desk = edit.open_desk(g.session(), timetable, now=g.now)
    picked = {
        one for name in ("pair", "person", "slot", "all") for one in request.form.getlist(name)
    }
    if "people" in request.form:
        page, known = "people", people_of(desk)
    else:
        page, known = "board", board_of(desk)
    return render_template(f"meeting/{page}.html", **{**known, "finish": form, "picked": picked})


@bp.get("/r/<slug>/timetables/<int:number>/finish/<job_id>")
@needs(Action.RUN_ROADSHOW, load_finish)
def finished(found: _Asked) -> str | Response:
    """Show what would change, person by person, before anything does."""
    known_parameters()
    session = g.session()
    if found.job.state in LIVE:
        return redirect(url_for("jobs.show", job_id=found.job.id))
    try:
        shown = meetings.proposal(session, found.timetable, found.job, now=g.now)
    except Refusal as refusal:
        flash(sentence(refusal), "attention")
        return redirect(url_for(".board", slug=g.roadshow.slug, number=found.timetable.number))
    projects, investors = project_names(session, g.roadshow), investor_names(session, g.roadshow)
    told = [one.person for one in shown.people]
    people = select(Person).where(Person.roadshow_id == g.roadshow.id, Person.id.in_(told))
    return render_template(
        "meeting/finish.html",
        timetable=found.timetable,
        shown=shown,
        left=[_left(one, Speaker(projects, investors)) for one in shown.left],
        button=PlainForm(formdata=None),
        projects=projects,
        investors=investors,
        people={one.id: one for one in session.scalars(people)},
        slots={one.id: one for one in slots_of(session, g.roadshow)},
        tables={one.id: one for one in tables_of(session, g.roadshow)},
    )


def _left(one: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    return {
        "pair": (one["project_id"], one["investor_id"]),
        "reason": one["reason"],
        "blocking": speaker.blocking(one["blocking"]),
        "change": speaker.change(one["smallest_change"]),
    }


@bp.post("/r/<slug>/timetables/<int:number>/finish/<job_id>/<verb>")
@needs(Action.RUN_ROADSHOW, load_finish)
def settle(found: _Asked, verb: str) -> FlaskResponse | Response:
    """Keep what was proposed, or take back what was kept."""
    if not PlainForm().validate_on_submit():
        abort(400)
    session, timetable, by = g.session(), found.timetable, {"actor": access.actor(), "now": g.now}
    try:
        if verb == "keep":
            meetings.keep_finish(session, timetable, found.job, **by)
        elif verb == "undo":
            meetings.undo_finish(session, timetable, found.job, **by)
        else:
            abort(404)
    except Refusal as refusal:
        session.rollback()
        return answer(timetable, why_not(refusal))
    if verb == "undo":
        return answer(timetable, _("Everything is back where it was."))
    flash(_("The draft has changed as proposed."), "confirmed")
    board = {"slug": g.roadshow.slug, "number": timetable.number, "kept": found.job.id}
    return redirect(url_for(".board", **board), 303)
