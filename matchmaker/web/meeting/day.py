"""Running the day: now and next, who is here, what was held, last-minute changes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from matchmaker.core.journey import MeetingState
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import meeting as meetings
from matchmaker.services.meeting import edit
from matchmaker.services.meeting.instance import draw, end_of
from matchmaker.services.meeting.names import investor_names, project_names
from matchmaker.services.meeting.plans import placements_of, plan_of, published_of
from matchmaker.services.meeting.reading import slots_of
from matchmaker.store.meeting import Meeting, MeetingPerson, Slot, Timetable
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters, page_of, page_url
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import MoveForm, PlainForm
from matchmaker.web.meeting.seats import choices, cost_line, seat_options, why_not
from matchmaker.web.meeting.setup import slot_name

STATES = (MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW)


@bp.get("/r/<slug>/day")
@needs(Action.RUN_ROADSHOW)
def day() -> str:
    """The slot that runs now and the next one, or any slot that is asked for."""
    known_parameters("slot")
    session = g.session()
    slots = slots_of(session, g.roadshow)
    chosen = _chosen(slots)
    rows = session.scalars(
        select(Meeting)
        .where(
            Meeting.roadshow_id == g.roadshow.id,
            Meeting.slot_id.in_([slot.id for slot in chosen]),
            Meeting.state != MeetingState.CANCELLED,
        )
        .options(joinedload(Meeting.table))
    ).all()
    return render_template(
        "meeting/day.html",
        slots=slots,
        chosen=[
            (slot, sorted((one for one in rows if one.slot_id == slot.id), key=_table))
            for slot in chosen
        ],
        counts=Counter(
            session.scalars(select(Meeting.state).where(Meeting.roadshow_id == g.roadshow.id))
        ),
        here=session.scalar(
            select(func.count(Person.id.distinct()))
            .join(MeetingPerson)
            .join(Meeting)
            .where(Person.roadshow_id == g.roadshow.id, Person.checked_in_at.is_not(None))
        ),
        expected=session.scalar(
            select(func.count(MeetingPerson.person_id.distinct()))
            .join(Meeting)
            .where(Meeting.roadshow_id == g.roadshow.id, Meeting.state != MeetingState.CANCELLED)
        ),
        end_of=end_of,
        slot_name=slot_name,
        button=PlainForm(formdata=None),
        **_names(),
    )


@bp.get("/r/<slug>/day/people")
@needs(Action.RUN_ROADSHOW)
def check_in_list() -> str:
    """Everybody who sits somewhere, to be checked in."""
    known_parameters("q", "here")
    attending = (
        select(MeetingPerson.person_id)
        .join(Meeting)
        .where(Meeting.roadshow_id == g.roadshow.id, Meeting.state != MeetingState.CANCELLED)
    )
    query = (
        select(Person)
        .where(Person.roadshow_id == g.roadshow.id, Person.id.in_(attending))
        .options(joinedload(Person.organisation))
        .order_by(Person.name_en, Person.id)
    )
    asked = request.args.get("q", "").strip()
    if asked:
        query = query.where(
            Person.name_en.icontains(asked, autoescape=True)
            | Person.name_zh.icontains(asked, autoescape=True)
        )
    if request.args.get("here") == "no":
        query = query.where(Person.checked_in_at.is_(None))
    return render_template(
        "meeting/check_in.html",
        page=page_of(query, 50),
        page_url=page_url,
        asked=asked,
        missing=request.args.get("here") == "no",
        button=PlainForm(formdata=None),
    )


@bp.post("/r/<slug>/day/people/<person_id>/<here>")
@needs(Action.RUN_ROADSHOW, access.person)
def check_in(person: Person, here: str) -> Response:
    if PlainForm().validate_on_submit():
        meetings.check_in(g.session(), person, here=here == "here", actor=access.actor(), now=g.now)
    return _back(".check_in_list")


@bp.post("/r/<slug>/day/meetings/<meeting_id>/mark")
@needs(Action.RUN_ROADSHOW, access.meeting)
def mark(meeting: Meeting) -> Response:
    """Held, no-show, or back to scheduled; the message offers to take it back."""
    asked = request.form.get("state") or request.args.get("state", "")
    wanted = {one.value: one for one in STATES}.get(asked)
    if wanted is None or not PlainForm().validate_on_submit():
        return _back(".day")
    before = meeting.state
    meetings.mark(g.session(), meeting, wanted, actor=access.actor(), now=g.now)
    undo = url_for(".mark", slug=g.roadshow.slug, meeting_id=meeting.id, state=before.value)
    said = {
        MeetingState.HELD: _("Marked as held."),
        MeetingState.NO_SHOW: _("Marked as a no-show. Its table is free for somebody else."),
        MeetingState.SCHEDULED: _("Marked as still to come."),
    }[wanted]
    flash({"text": said, "undo": undo}, "confirmed")
    return _back(".day", slot=meeting.slot_id)


@bp.route("/r/<slug>/day/meetings/<meeting_id>/cancel", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, access.meeting)
def cancel(meeting: Meeting) -> str | Response:
    form = PlainForm()
    if form.validate_on_submit():
        meetings.cancel(g.session(), meeting, actor=access.actor(), now=g.now)
        flash(_("The meeting is cancelled and both sides are told."), "confirmed")
        return redirect(url_for(".day", slug=g.roadshow.slug, slot=meeting.slot_id), 303)
    return render_template("meeting/cancel.html", form=form, meeting=meeting, **_names())


@bp.route("/r/<slug>/day/meetings/<meeting_id>/move", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, access.meeting)
def move(meeting: Meeting) -> str | Response | tuple[str, int]:
    """Move one published meeting at once."""
    session = g.session()
    published = published_of(session, g.roadshow)
    if published is None:
        raise Refusal("nothing-published")
    desk = _desk(published)
    pair = (meeting.project_id, meeting.investor_id)
    options = seat_options(desk, pair) if meeting.state is MeetingState.SCHEDULED else []
    form = MoveForm()
    form.place.choices = choices(desk, options)
    if form.validate_on_submit():
        table_id, _colon, slot_id = form.place.data.partition(":")
        try:
            meetings.move_meeting(
                session,
                meeting,
                slot_id=slot_id,
                table_id=table_id,
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal, why_not(refusal))
        else:
            flash(_("The meeting is moved and both sides are told."), "confirmed")
            return redirect(url_for(".show", slug=g.roadshow.slug, meeting_id=meeting.id), 303)
    page = render_template(
        "meeting/move.html",
        form=form,
        meeting=meeting,
        options=[(slot, table, cost_line(trial)) for slot, table, trial in options],
        slots={one.id: one for one in desk.drawn.ground.slots},
        tables={one.id: one for one in desk.drawn.ground.tables},
        slot_name=slot_name,
        **_names(),
    )
    return (page, 422) if form.errors else page


@bp.route("/r/<slug>/day/meetings/<meeting_id>/stand-in", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, access.meeting)
def stand_in(meeting: Meeting) -> str | Response:
    """Offer a freed slot and table to another pair that is here."""
    if PlainForm().validate_on_submit():
        project, _dash, investor = request.form.get("pair", "").partition("-")
        meetings.seat_stand_in(
            g.session(), meeting, (project, investor), actor=access.actor(), now=g.now
        )
        flash(_("The meeting is booked and both sides are told."), "confirmed")
        return redirect(url_for(".day", slug=g.roadshow.slug, slot=meeting.slot_id), 303)
    return render_template(
        "meeting/stand_in.html",
        meeting=meeting,
        offers=meetings.stand_ins(g.session(), meeting, now=g.now),
        button=PlainForm(formdata=None),
        **_names(),
    )


def _desk(published: Timetable) -> edit.Desk:
    """Open the published version without what was missed."""
    session = g.session()
    drawn = draw(session, g.roadshow, now=g.now)
    missed = {
        (one.project_id, one.investor_id)
        for one in drawn.ground.meetings
        if one.state is MeetingState.NO_SHOW
    }
    rows = [
        one
        for one in placements_of(session, published)
        if (one.project_id, one.investor_id) not in missed
    ]
    return edit.Desk(
        timetable=published,
        drawn=drawn,
        placements={(one.project_id, one.investor_id): one for one in rows},
        plan=plan_of(drawn, rows),
    )


def _chosen(slots: list[Slot]) -> list[Slot]:
    """Return the slot that is asked for, else the one that runs now and the next."""
    asked = request.args.get("slot")
    for at, slot in enumerate(slots):
        if slot.id == asked:
            return slots[at : at + 1]
    ahead = [slot for slot in slots if end_of(slot) > g.now]
    return ahead[:2] or slots[-1:]


def _table(meeting: Meeting) -> tuple[int, str]:
    return meeting.table.rank, meeting.table.name


def _names() -> dict[str, Any]:
    session = g.session()
    return {
        "projects": project_names(session, g.roadshow),
        "investors": investor_names(session, g.roadshow),
    }


def _back(endpoint: str, **values: Any) -> Response:
    return redirect(url_for(endpoint, slug=g.roadshow.slug, **values), 303)
