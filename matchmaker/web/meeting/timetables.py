"""The versions of the timetable: planning, comparing, publishing, throwing away."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from matchmaker.core.journey import JobState, TimetableState
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import meeting as meetings
from matchmaker.services.meeting import draft as drafts
from matchmaker.services.meeting import edit
from matchmaker.services.meeting.booking import Seat
from matchmaker.services.meeting.names import investor_names, project_names
from matchmaker.services.meeting.plans import missed_floors, published_of
from matchmaker.services.meeting.reading import slots_of, tables_of
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Meeting, Placement, Timetable
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters, page_of, page_url
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import PlainForm, PlanForm, PublishForm, number_of
from matchmaker.web.meeting.saying import Speaker, broken
from matchmaker.web.refusals import sentence

NOBODY = ""  # what the form says where nothing was published


def load(values: dict[str, Any]) -> Timetable | None:
    """Return a version of this roadshow's timetable by its number."""
    number = values.pop("number")
    query = select(Timetable).where(
        Timetable.roadshow_id == g.roadshow.id, Timetable.number == number
    )
    return g.session.scalars(query).first()


@bp.get("/r/<slug>/timetables")
@needs(Action.RUN_ROADSHOW)
def timetables() -> str:
    known_parameters()
    query = (
        select(Timetable)
        .where(Timetable.roadshow_id == g.roadshow.id)
        .order_by(Timetable.number.desc())
    )
    page = page_of(query)
    sizes = dict(
        g.session.execute(
            select(Placement.timetable_id, func.count())
            .where(Placement.timetable_id.in_([one.id for one in page.items]))
            .group_by(Placement.timetable_id)
        ).all()
    )
    running = g.session.scalars(
        select(Job).where(
            Job.roadshow_id == g.roadshow.id,
            Job.kind == "plan",
            Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        )
    ).first()
    return render_template(
        "meeting/timetables.html",
        page=page,
        page_url=page_url,
        sizes=sizes,
        running=running,
        ready={
            "slots": len(slots_of(g.session(), g.roadshow)),
            "tables": len(tables_of(g.session(), g.roadshow)),
            "approved": drafts.approved_round(g.session(), g.roadshow),
        },
        published=published_of(g.session(), g.roadshow),
    )


@bp.route("/r/<slug>/timetables/plan", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def plan() -> str | Response | tuple[str, int]:
    known_parameters("base")
    session = g.session()
    form = PlanForm()
    rows = session.scalars(
        select(Timetable)
        .where(Timetable.roadshow_id == g.roadshow.id, Timetable.state == TimetableState.DRAFT)
        .order_by(Timetable.number.desc())
    ).all()
    form.base.choices = [("", _("Nothing"))]
    for one in rows:
        form.base.choices += [
            (f"{one.number}:pins", _("What is pinned in draft %(number)s", number=one.number)),
            (f"{one.number}:all", _("All that draft %(number)s has placed", number=one.number)),
        ]
    published = published_of(session, g.roadshow)
    if published is None:
        form.keep.data = "few"
    if form.validate_on_submit():
        number, _colon, how = (form.base.data or "").partition(":")
        base = next((one for one in rows if str(one.number) == number), None)
        try:
            job = meetings.queue_plan(
                session,
                g.roadshow,
                seconds=float(form.seconds.data),
                keep="draft" if base is not None and how == "all" else form.keep.data,
                base=base,
                most_disturbed=form.most.data or 0,
                prove=form.prove.data,
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.seconds.errors = [*form.seconds.errors, sentence(refusal)]
        else:
            return redirect(url_for("jobs.show", job_id=job.id), 303)
    page = render_template("meeting/plan.html", form=form, published=published)
    return (page, 422) if form.errors else page


@bp.get("/r/<slug>/timetables/<int:number>/compare")
@needs(Action.RUN_ROADSHOW, load)
def compare(timetable: Timetable) -> str:
    known_parameters()
    look = meetings.outlook(g.session(), timetable, now=g.now)
    return render_template(
        "meeting/compare.html",
        timetable=timetable,
        look=look,
        published=published_of(g.session(), g.roadshow),
        people=_people(look.changes.told),
        lines=_by_person(look.changes),
        **_names(),
    )


@bp.route("/r/<slug>/timetables/<int:number>/publish", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, load)
def publish(timetable: Timetable) -> str | Response:
    session = g.session()
    form = PublishForm()
    if form.validate_on_submit():
        booked = meetings.publish(
            session,
            timetable,
            revision=number_of(form.revision),
            replaces=form.replaces.data or None,
            actor=access.actor(),
            now=g.now,
        )
        flash(
            _(
                "Version %(number)s is published: %(added)s meetings added, %(moved)s moved,"
                " %(cancelled)s cancelled.",
                number=timetable.number,
                added=len(booked.added),
                moved=len(booked.moved),
                cancelled=len(booked.cancelled),
            ),
            "confirmed",
        )
        return redirect(url_for(".timetables", slug=g.roadshow.slug), 303)
    if timetable.state is not TimetableState.DRAFT:
        return redirect(url_for(".board", slug=g.roadshow.slug, number=timetable.number), 303)
    published = published_of(session, g.roadshow)
    form.revision.data = str(timetable.revision)
    form.replaces.data = published.id if published else NOBODY
    desk = edit.open_desk(session, timetable, now=g.now)
    missed = missed_floors(desk.drawn, desk.plan, timetable.floors)
    names = (
        (project_names(session, g.roadshow), investor_names(session, g.roadshow))
        if missed
        else ({}, {})
    )
    return render_template(
        "meeting/publish.html",
        missed=missed,
        speaker=Speaker(*names, desk.drawn),
        timetable=timetable,
        form=form,
        published=published,
        look=(look := meetings.outlook(session, timetable, now=g.now, drawn=desk.drawn)),
        broken=broken(look.violations),
        unplaced=sum(
            not pair.is_never and desk.drawn.pair(pair.key) not in desk.placements
            for pair in desk.drawn.instance.pairs
        ),
    )


@bp.post("/r/<slug>/timetables/<int:number>/lost")
@needs(Action.RUN_ROADSHOW, load)
def remove_lost(timetable: Timetable) -> Response:
    """Take off a draft what is not wanted any more."""
    if PlainForm().validate_on_submit():
        edit.remove_lost(g.session(), timetable, actor=access.actor(), now=g.now)
        flash(_("The meetings that are not wanted any more are off the draft."), "confirmed")
    return redirect(url_for(".publish", slug=g.roadshow.slug, number=timetable.number), 303)


@bp.route("/r/<slug>/timetables/<int:number>/discard", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, load)
def discard(timetable: Timetable) -> str | Response:
    form = PlainForm()
    if form.validate_on_submit():
        meetings.discard(g.session(), timetable, actor=access.actor(), now=g.now)
        flash(_("The draft is thrown away."), "confirmed")
        return redirect(url_for(".timetables", slug=g.roadshow.slug), 303)
    count = g.session.scalar(
        select(func.count()).select_from(Placement).where(Placement.timetable_id == timetable.id)
    )
    return render_template("meeting/discard.html", form=form, timetable=timetable, count=count)


@bp.post("/r/<slug>/timetables/copy")
@needs(Action.RUN_ROADSHOW)
def copy() -> Response:
    """Open what is published as a new draft."""
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".timetables", slug=g.roadshow.slug), 303)
    made = meetings.draft_from_published(g.session(), g.roadshow, actor=access.actor(), now=g.now)
    return redirect(url_for(".board", slug=g.roadshow.slug, number=made.number), 303)


def _names() -> dict[str, Any]:
    session = g.session()
    return {
        "projects": project_names(session, g.roadshow),
        "investors": investor_names(session, g.roadshow),
    }


def _people(ids: tuple[str, ...]) -> dict[str, Person]:
    query = select(Person).where(Person.roadshow_id == g.roadshow.id, Person.id.in_(ids))
    return {one.id: one for one in g.session.scalars(query)}


def _by_person(changes: meetings.Changes) -> list[tuple[str, Counter[str]]]:
    """Return how many meetings each person gains, loses and finds moved; most changes first."""
    found: dict[str, Counter[str]] = {one: Counter() for one in changes.told}
    for seat in changes.added:
        _count(found, seat, "added")
    for row in changes.removed:
        _count(found, row, "removed")
    for one in changes.moved:
        kind = "moved" if one.in_time else "table"
        both = _attending(one.meeting) | _attending(one.seat)
        for person in both:
            found[person][kind] += 1
    return sorted(found.items(), key=lambda line: (-line[1].total(), line[0]))


def _count(found: dict[str, Counter[str]], row: Meeting | Seat, kind: str) -> None:
    for person in _attending(row):
        found[person][kind] += 1


def _attending(row: Meeting | Seat) -> set[str]:
    if isinstance(row, Seat):
        return set(row.people)
    return {one.person_id for one in row.people}
