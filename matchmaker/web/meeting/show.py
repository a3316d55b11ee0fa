"""One meeting's page, and one's own notes on it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matchmaker.core.journey import MeetingState, Role
from matchmaker.core.policy import Action, may
from matchmaker.core.refusal import Refusal
from matchmaker.services import match as matches
from matchmaker.services import outcome
from matchmaker.services import profile as profiles
from matchmaker.services.meeting import mine as service
from matchmaker.services.meeting.instance import end_of
from matchmaker.services.meeting.reading import newest_run
from matchmaker.store.match import Match
from matchmaker.store.meeting import Meeting
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.match.saying import bars
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import NoteForm, PlainForm
from matchmaker.web.refusals import sentence


@bp.get("/r/<slug>/meetings/<meeting_id>")
@needs(Action.SEE_MEETING, access.meeting)
def show(meeting: Meeting) -> str:
    known_parameters()
    note = service.note_of(g.session(), meeting, access.actor())
    form = NoteForm(formdata=None, text=note.text if note else "")
    return render_template("meeting/show.html", **_shown(meeting, form, note))


@bp.post("/r/<slug>/meetings/<meeting_id>/note")
@needs(Action.SEE_MEETING, access.meeting)
def save_note(meeting: Meeting) -> str | Response | tuple[str, int]:
    form = NoteForm()
    if form.validate_on_submit():
        try:
            service.save_note(
                g.session(), meeting, form.text.data or "", actor=access.actor(), now=g.now
            )
        except Refusal as refusal:
            form.refuse(refusal, sentence(refusal))
        else:
            flash(_("Your notes are saved."), "confirmed")
            return redirect(
                url_for(".show", slug=g.roadshow.slug, meeting_id=meeting.id, _anchor="notes"), 303
            )
    note = service.note_of(g.session(), meeting, access.actor())
    return render_template("meeting/show.html", **_shown(meeting, form, note)), 422


def _shown(meeting: Meeting, form: NoteForm, note: Any) -> dict[str, Any]:
    session = g.session()
    project = session.get_one(Project, meeting.project_id)
    investor = session.get_one(Investor, meeting.investor_id)
    registered = bool(may(g.viewer, Action.SEE_REGISTERED, project))
    cards = profiles.project_cards(session, [project], registered=registered)
    mandates = profiles.investor_cards(session, [investor])
    side = outcome.side_of(meeting, g.viewer)
    said = outcome.said(session, [meeting.id]).get(meeting.id, {})
    return {
        "meeting": meeting,
        "starts_at": meeting.slot.starts_at,
        "ends_at": end_of(meeting.slot),
        "project": cards.get(project.id),
        "investor": mandates.get(investor.id),
        "people": _sides(meeting),
        "bars": _bars(meeting),
        "form": form,
        "note": note,
        "side": side,
        "outcome": said.get(side or ""),
        "said": said if g.viewer.has(Role.ORGANISER, meeting.roadshow_id) else {},
        "can_tell": _can_tell(meeting),
        "runs": g.viewer.has(Role.ORGANISER, meeting.roadshow_id),
        "button": PlainForm(formdata=None),
    }


def _sides(meeting: Meeting) -> dict[str, list[Any]]:
    """Return who attends, by side."""
    session = g.session()
    project = session.get_one(Project, meeting.project_id)
    team = {one.person_id for one in profiles.team_of(session, project)}
    people = [one.person for one in meeting.people]
    return {
        "project": [one for one in people if one.id in team],
        "investor": [one for one in people if one.id not in team],
    }


def _bars(meeting: Meeting) -> list[dict[str, Any]]:
    session = g.session()
    run = newest_run(session, g.roadshow)
    match = session.get(Match, (run.id, meeting.project_id, meeting.investor_id)) if run else None
    if run is None or match is None or match.excluded:
        return []
    return bars(matches.reasons_of(session, g.roadshow, run, match))


def _can_tell(meeting: Meeting) -> bool:
    if meeting.state in (MeetingState.CANCELLED, MeetingState.NO_SHOW):
        return False
    if not may(g.viewer, Action.RECORD_OUTCOME, meeting):
        return False
    try:
        outcome.refuse_too_early(g.session(), meeting, g.now)
    except Refusal:
        return False
    return True
