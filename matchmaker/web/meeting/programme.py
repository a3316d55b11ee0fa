"""Setting up: sessions, pitches, absences, interpreters; and one's own absences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from matchmaker.core.journey import ProjectState
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services.meeting import mine as own
from matchmaker.services.meeting import programme as service
from matchmaker.services.meeting.names import project_names
from matchmaker.store.meeting import Absence, Interpreter, PitchSlot, ProgrammeSession
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters, page_of, page_url
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import (
    AbsenceForm,
    InterpreterForm,
    PersonAbsenceForm,
    PitchForm,
    PlainForm,
    SessionForm,
)
from matchmaker.web.meeting.setup import moment, wall
from matchmaker.web.refusals import sentence
from matchmaker.web.text import locale


def child(table: Any, name: str) -> Any:
    """Return a loader of a row of this roadshow by the address's ``name``."""

    def load(values: dict[str, Any]) -> Any:
        query = select(table).where(
            table.roadshow_id == g.roadshow.id, table.id == values.pop(name)
        )
        return g.session.scalars(query).first()

    return load


# -- sessions -----------------------------------------------------------------------------------


@bp.get("/r/<slug>/setup/programme")
@needs(Action.RUN_ROADSHOW)
def programme() -> str:
    known_parameters()
    query = (
        select(ProgrammeSession)
        .where(ProgrammeSession.roadshow_id == g.roadshow.id)
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.code)
    )
    return render_template(
        "meeting/programme.html",
        page=page_of(query, 50),
        page_url=page_url,
        button=PlainForm(formdata=None),
    )


@bp.route("/r/<slug>/setup/programme/new", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def new_session() -> str | Response | tuple[str, int]:
    return _session_page(None, SessionForm())


@bp.route("/r/<slug>/setup/programme/<session_id>", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, child(ProgrammeSession, "session_id"))
def session(row: ProgrammeSession) -> str | Response | tuple[str, int]:
    texts = ("code", "title_en", "title_zh", "room_en", "room_zh")
    form = SessionForm(  # without obj, whose times and speakers would win over these
        **{name: getattr(row, name) for name in texts},
        starts_at=wall(row.starts_at),
        ends_at=wall(row.ends_at),
        speakers=[one.person_id for one in row.speakers],
    )
    return _session_page(row, form)


@bp.post("/r/<slug>/setup/programme/<session_id>/remove")
@needs(Action.RUN_ROADSHOW, child(ProgrammeSession, "session_id"))
def remove_session(row: ProgrammeSession) -> Response:
    if PlainForm().validate_on_submit():
        service.remove_session(g.session(), row, actor=access.actor(), now=g.now)
        flash(_("The session is removed."), "confirmed")
    return redirect(url_for(".programme", slug=g.roadshow.slug), 303)


def _session_page(
    row: ProgrammeSession | None, form: SessionForm
) -> str | Response | tuple[str, int]:
    form.speakers.choices = _people()
    if form.validate_on_submit():
        try:
            service.save_session(
                g.session(),
                g.roadshow,
                row,
                code=form.code.data,
                title_en=form.title_en.data or "",
                title_zh=form.title_zh.data or "",
                room_en=form.room_en.data or "",
                room_zh=form.room_zh.data or "",
                starts_at=moment(form.starts_at.data),
                ends_at=moment(form.ends_at.data),
                speakers=form.speakers.data or (),
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.refuse(refusal, sentence(refusal))
        else:
            flash(_("The session is saved."), "confirmed")
            return redirect(url_for(".programme", slug=g.roadshow.slug), 303)
    page = render_template("meeting/session.html", form=form, row=row)
    return (page, 422) if form.errors else page


# -- pitches ------------------------------------------------------------------------------------


@bp.route("/r/<slug>/setup/pitches", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def pitches() -> str | Response | tuple[str, int]:
    known_parameters()
    names, language = project_names(g.session(), g.roadshow), locale()
    form = PitchForm()
    selected = g.session.scalars(
        select(Project)
        .where(Project.roadshow_id == g.roadshow.id, Project.state == ProjectState.SELECTED)
        .order_by(Project.code)
    ).all()
    form.project.choices = [
        (one.id, f"{one.code} {names[one.id].said(language)}") for one in selected
    ]
    if form.validate_on_submit():
        project = next(one for one in selected if one.id == form.project.data)
        try:
            service.save_pitch(
                g.session(),
                g.roadshow,
                project,
                starts_at=moment(form.starts_at.data),
                minutes=form.minutes.data,
                room_en=form.room_en.data or "",
                room_zh=form.room_zh.data or "",
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.refuse(refusal, sentence(refusal))
        else:
            flash(_("The pitch is on the programme."), "confirmed")
            return redirect(url_for(".pitches", slug=g.roadshow.slug), 303)
    rows = g.session.scalars(
        select(PitchSlot)
        .where(PitchSlot.roadshow_id == g.roadshow.id)
        .order_by(PitchSlot.starts_at, PitchSlot.id)
    ).all()
    page = render_template(
        "meeting/pitches.html", form=form, rows=rows, names=names, button=PlainForm(formdata=None)
    )
    return (page, 422) if form.errors else page


@bp.post("/r/<slug>/setup/pitches/<pitch_id>/remove")
@needs(Action.RUN_ROADSHOW, child(PitchSlot, "pitch_id"))
def remove_pitch(row: PitchSlot) -> Response:
    if PlainForm().validate_on_submit():
        service.remove_pitch(g.session(), row, actor=access.actor(), now=g.now)
        flash(_("The pitch is off the programme."), "confirmed")
    return redirect(url_for(".pitches", slug=g.roadshow.slug), 303)


# -- absences -----------------------------------------------------------------------------------


@bp.route("/r/<slug>/setup/absences", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def all_absences() -> str | Response | tuple[str, int]:
    known_parameters()
    form = PersonAbsenceForm()
    form.person.choices = _people()
    if form.validate_on_submit():
        person = g.session.get(Person, form.person.data)
        if _add_absence(form, person):
            return redirect(url_for(".all_absences", slug=g.roadshow.slug), 303)
    query = (
        select(Absence)
        .where(Absence.roadshow_id == g.roadshow.id)
        .options(joinedload(Absence.person))
        .order_by(Absence.starts_at, Absence.id)
    )
    page = render_template(
        "meeting/all_absences.html",
        form=form,
        page=page_of(query, 50),
        page_url=page_url,
        button=PlainForm(formdata=None),
    )
    return (page, 422) if form.errors else page


@bp.post("/r/<slug>/setup/absences/<absence_id>/remove")
@needs(Action.RUN_ROADSHOW, child(Absence, "absence_id"))
def remove_any_absence(row: Absence) -> Response:
    if PlainForm().validate_on_submit():
        service.remove_absence(g.session(), row, actor=access.actor(), now=g.now)
        flash(_("The absence is removed."), "confirmed")
    return redirect(url_for(".all_absences", slug=g.roadshow.slug), 303)


@bp.route("/r/<slug>/my-absences", methods=["GET", "POST"])
@needs(Action.TAKE_PART)
def absences() -> str | Response | tuple[str, int]:
    """When the viewer cannot sit at a table."""
    known_parameters()
    persons = own.persons_of(g.session(), g.roadshow, access.actor())
    form = AbsenceForm()
    if persons and form.validate_on_submit() and _add_absence(form, persons[0]):
        return redirect(url_for(".absences", slug=g.roadshow.slug), 303)
    page = render_template(
        "meeting/absences.html",
        form=form,
        persons=persons,
        rows=own.absences_of(g.session(), [one.id for one in persons]),
        button=PlainForm(formdata=None),
    )
    return (page, 422) if form.errors else page


def load_own_absence(values: dict[str, Any]) -> Absence | None:
    """Return an absence of the viewer's own."""
    query = select(Absence).where(
        Absence.roadshow_id == g.roadshow.id,
        Absence.id == values.pop("absence_id"),
        Absence.person_id.in_(g.viewer.persons),
    )
    return g.session.scalars(query).first()


def _own_person(values: dict[str, Any]) -> Any:
    """Return the person of an own absence, remembering the absence."""
    row = load_own_absence(values)
    g.absence = row
    return row.person if row is not None else None


@bp.post("/r/<slug>/my-absences/<absence_id>/remove")
@needs(Action.EDIT_ABSENCES, _own_person)
def remove_absence(person: Person) -> Response:
    del person
    if PlainForm().validate_on_submit():
        service.remove_absence(g.session(), g.absence, actor=access.actor(), now=g.now)
        flash(_("The absence is removed."), "confirmed")
    return redirect(url_for(".absences", slug=g.roadshow.slug), 303)


def _add_absence(form: AbsenceForm, person: Person) -> bool:
    starts, ends = moment(form.starts_at.data), moment(form.ends_at.data)
    try:
        service.add_absence(
            g.session(),
            person,
            starts_at=starts,
            ends_at=ends,
            reason=form.reason.data or "",
            actor=access.actor(),
            now=g.now,
        )
    except Refusal as refusal:
        form.refuse(refusal, sentence(refusal))
        return False
    flash(_("The absence is noted."), "confirmed")
    within = service.meetings_within(g.session(), person, starts, ends)
    if within:
        flash(
            ngettext(
                "%(num)s published meeting lies in this time. The organisers will see it; it stays"
                " until they move it.",
                "%(num)s published meetings lie in this time. The organisers will see them; they"
                " stay until they are moved.",
                len(within),
            ),
            "attention",
        )
    return True


# -- interpreters -------------------------------------------------------------------------------


@bp.route("/r/<slug>/setup/interpreters", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def interpreters() -> str | Response | tuple[str, int]:
    known_parameters()
    form = InterpreterForm()
    if form.validate_on_submit():
        try:
            service.add_interpreter(
                g.session(),
                g.roadshow,
                name_en=form.name_en.data or "",
                name_zh=form.name_zh.data or "",
                languages=form.languages.data or (),
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.refuse(refusal, sentence(refusal))
        else:
            flash(_("The interpreter is added."), "confirmed")
            return redirect(url_for(".interpreters", slug=g.roadshow.slug), 303)
    rows = g.session.scalars(
        select(Interpreter)
        .join(Person)
        .where(Interpreter.roadshow_id == g.roadshow.id)
        .order_by(Person.name_en, Interpreter.id)
    ).all()
    page = render_template(
        "meeting/interpreters.html", form=form, rows=rows, button=PlainForm(formdata=None)
    )
    return (page, 422) if form.errors or request.method == "POST" else page


@bp.post("/r/<slug>/setup/interpreters/<interpreter_id>/remove")
@needs(Action.RUN_ROADSHOW, child(Interpreter, "interpreter_id"))
def remove_interpreter(row: Interpreter) -> Response:
    if PlainForm().validate_on_submit():
        service.remove_interpreter(g.session(), row, actor=access.actor(), now=g.now)
        flash(_("The interpreter is removed."), "confirmed")
    return redirect(url_for(".interpreters", slug=g.roadshow.slug), 303)


def _people() -> list[tuple[str, str]]:
    """Return everybody of the roadshow as choices, with their body."""
    rows: Iterable[Person] = g.session.scalars(
        select(Person)
        .where(Person.roadshow_id == g.roadshow.id)
        .options(joinedload(Person.organisation))
        .order_by(Person.name_en, Person.id)
    )
    language = locale()
    return [(one.id, _with_body(one, language)) for one in rows]


def _with_body(person: Person, language: str) -> str:
    names = (person.name_en, person.name_zh)
    first, second = names[::-1] if language == "zh" else names
    body = person.organisation
    if body is None:
        return first or second
    bodies = (body.name_en, body.name_zh)
    house, other = bodies[::-1] if language == "zh" else bodies
    return f"{first or second}, {house or other}"
