"""Saying what came of a meeting: the form, and one tap for its usefulness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length, Optional

from matchmaker.core.journey import OutcomeKind
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import outcome
from matchmaker.services.selection import versions
from matchmaker.store.meeting import Meeting
from matchmaker.store.outcome import Outcome
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.outcome.blueprint import STARS, bp
from matchmaker.web.refusals import sentence
from matchmaker.web.ways import own_path
from matchmaker.web.words import choices


class OutcomeForm(FlaskForm):  # type: ignore[misc]
    kind = RadioField(_l("What did it lead to?"), [Optional()])
    usefulness = RadioField(
        _l("How useful was the meeting?"), [Optional()], choices=[(star, star) for star in STARS]
    )
    note = TextAreaField(
        _l("Note"),
        [Length(max=4000)],
        description=_l("Your own side and the organisers read it, the other side does not."),
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """What ``outcome/_form.html`` shows of a meeting for the viewer's side."""

    side: str
    row: Outcome | None
    form: OutcomeForm
    open: bool
    why: str


@bp.app_context_processor
def _panel() -> dict[str, Any]:
    """Let the meeting's own page include the form: ``outcome_panel(meeting)``."""
    return {"outcome_panel": panel}


def panel(meeting: Meeting, form: OutcomeForm | None = None) -> Panel | None:
    """Return the form for the viewer's side, filled with its newest word; None for a stranger."""
    side = outcome.side_of(meeting, g.viewer)
    if side is None:
        return None
    row = outcome.said(g.session(), [meeting.id]).get(meeting.id, {}).get(side)
    why = ""
    try:
        outcome.refuse_too_early(g.session(), meeting, g.now)
    except Refusal as refusal:
        why = sentence(refusal)
    return Panel(side, row, form or _form(row), not why, why)


@bp.route("/r/<slug>/meetings/<meeting_id>/outcome", methods=["GET", "POST"])
@needs(Action.RECORD_OUTCOME, access.meeting)
def record(meeting: Meeting) -> str | Response | tuple[str, int]:
    known_parameters()
    side = _side(meeting)
    form = _form(None) if request.method == "POST" else _form(_said(meeting).get(side))
    if form.validate_on_submit():
        try:
            outcome.record_outcome(
                g.session(),
                meeting,
                side,
                OutcomeKind(form.kind.data) if form.kind.data else None,
                usefulness=int(form.usefulness.data) if form.usefulness.data else None,
                note=form.note.data or "",
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.form_errors.append(sentence(refusal))
        else:
            flash(_("Thank you. Your word on this meeting is recorded."), "confirmed")
            return redirect(url_for(".overview", slug=g.roadshow.slug), 303)
    page = render_template(
        "outcome/record.html",
        started=outcome.started,
        meeting=meeting,
        panel=panel(meeting, form),
        version=versions(g.session(), [meeting.project]).get(meeting.project_id),
        history=outcome.history(g.session(), meeting, side),
    )
    return (page, 422) if form.errors else page


@bp.post("/r/<slug>/meetings/<meeting_id>/usefulness")
@needs(Action.RECORD_OUTCOME, access.meeting)
def rate(meeting: Meeting) -> Response:
    """One tap: how useful it was."""
    known_parameters()
    value = request.form.get("usefulness", "")
    if value not in STARS:
        raise Refusal("bad-usefulness")
    outcome.rate(g.session(), meeting, _side(meeting), int(value), actor=access.actor(), now=g.now)
    flash(_("Thank you. Your word on this meeting is recorded."), "confirmed")
    return redirect(own_path(request.referrer or url_for(".overview", slug=g.roadshow.slug)), 303)


def _side(meeting: Meeting) -> str:
    side = outcome.side_of(meeting, g.viewer)
    if side is None:
        raise LookupError("the policy lets only the sides and organisers in")
    return side


def _said(meeting: Meeting) -> dict[str, Outcome]:
    return outcome.said(g.session(), [meeting.id]).get(meeting.id, {})


def _form(row: Outcome | None) -> OutcomeForm:
    form = OutcomeForm(
        data={
            "kind": row.kind.value if row and row.kind else "",
            "usefulness": str(row.usefulness) if row and row.usefulness else "",
            "note": row.note if row else "",
        }
    )
    form.kind.choices = choices("outcome")
    return form
