"""Setting up: slots and tables."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services.meeting import setup as service
from matchmaker.services.meeting.names import investor_names, project_names
from matchmaker.services.meeting.reading import slots_of, tables_of
from matchmaker.store.meeting import (
    Absence,
    Interpreter,
    MeetingTable,
    PitchSlot,
    ProgrammeSession,
    Slot,
)
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import PlainForm, SlotForm, SlotsForm, TableForm, TablesForm
from matchmaker.web.refusals import sentence
from matchmaker.web.text import locale, show_date, show_time


@bp.get("/r/<slug>/setup")
@needs(Action.RUN_ROADSHOW)
def setup() -> str:
    known_parameters()
    counts = {
        table.__tablename__: g.session.scalar(
            select(func.count()).select_from(table).where(table.roadshow_id == g.roadshow.id)
        )
        for table in (Slot, MeetingTable, ProgrammeSession, PitchSlot, Absence, Interpreter)
    }
    return render_template("meeting/setup.html", counts=counts)


@bp.route("/r/<slug>/setup/slots", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def slots() -> str | Response | tuple[str, int]:
    """Add one slot; the same page makes many and removes some."""
    form = SlotForm(minutes=g.roadshow.slot_minutes) if not request.form else SlotForm()
    if form.validate_on_submit():
        try:
            service.add_slot(
                g.session(),
                g.roadshow,
                starts_at=moment(form.starts_at.data),
                minutes=form.minutes.data,
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.refuse(refusal, sentence(refusal))
        else:
            flash(_("The slot is added."), "confirmed")
            return redirect(url_for(".slots", slug=g.roadshow.slug), 303)
    return _slots_page(form, _usual_slots())


@bp.post("/r/<slug>/setup/slots/make")
@needs(Action.RUN_ROADSHOW)
def make_slots() -> str | Response | tuple[str, int]:
    form = SlotsForm()
    if form.validate_on_submit():
        try:
            made = service.make_slots(
                g.session(),
                g.roadshow,
                day=form.day.data,
                starts=form.starts.data,
                ends=form.ends.data,
                minutes=form.minutes.data,
                buffer=form.buffer.data,
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            name = {"slots-overlap": "starts", "slot-start": "starts", "outside-roadshow": "day"}
            field = form[name[refusal.reason]] if refusal.reason in name else None
            if field is None:
                form.refuse(refusal, sentence(refusal))
            else:
                field.errors = [*field.errors, sentence(refusal)]
        else:
            flash(
                ngettext("%(num)s slot is added.", "%(num)s slots are added.", len(made)),
                "confirmed",
            )
            return redirect(url_for(".slots", slug=g.roadshow.slug), 303)
    return _slots_page(SlotForm(formdata=None, minutes=g.roadshow.slot_minutes), form)


@bp.post("/r/<slug>/setup/slots/remove")
@needs(Action.RUN_ROADSHOW)
def remove_slots() -> Response:
    if PlainForm().validate_on_submit():
        count = service.remove_slots(
            g.session(),
            g.roadshow,
            request.form.getlist("slot"),
            actor=access.actor(),
            now=g.now,
        )
        flash(
            ngettext("%(num)s slot is removed.", "%(num)s slots are removed.", count), "confirmed"
        )
    return redirect(url_for(".slots", slug=g.roadshow.slug), 303)


@bp.route("/r/<slug>/setup/tables", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def tables() -> str | Response | tuple[str, int]:
    form = TablesForm()
    if form.validate_on_submit():
        try:
            made = service.make_tables(
                g.session(),
                g.roadshow,
                form.count.data,
                prefix=form.prefix.data,
                room_en=form.room_en.data or "",
                room_zh=form.room_zh.data or "",
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.refuse(refusal, sentence(refusal))
        else:
            flash(
                ngettext("%(num)s table is added.", "%(num)s tables are added.", len(made)),
                "confirmed",
            )
            return redirect(url_for(".tables", slug=g.roadshow.slug), 303)
    page = render_template(
        "meeting/tables.html",
        form=form,
        tables=tables_of(g.session(), g.roadshow),
        projects=project_names(g.session(), g.roadshow),
        investors=investor_names(g.session(), g.roadshow),
        button=PlainForm(formdata=None),
    )
    return (page, 422) if form.errors else page


def load_table(values: dict[str, Any]) -> MeetingTable | None:
    """Return a table of this roadshow."""
    query = select(MeetingTable).where(
        MeetingTable.roadshow_id == g.roadshow.id, MeetingTable.id == values.pop("table_id")
    )
    return g.session.scalars(query).first()


@bp.route("/r/<slug>/setup/tables/<table_id>", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, load_table)
def table(table: MeetingTable) -> str | Response | tuple[str, int]:
    home = next(
        (
            f"{kind}:{party}"
            for kind, party in (
                ("project", table.home_project_id),
                ("investor", table.home_investor_id),
            )
            if party
        ),
        "",
    )
    form = TableForm(obj=table, home=home, closed=[one.slot_id for one in table.closures])
    form.home.choices = _homes()
    form.closed.choices = [(slot.id, slot_name(slot)) for slot in slots_of(g.session(), g.roadshow)]
    if form.validate_on_submit():
        kind, _colon, party = (form.home.data or "").partition(":")
        try:
            service.save_table(
                g.session(),
                g.roadshow,
                table,
                name=form.name.data,
                room_en=form.room_en.data or "",
                room_zh=form.room_zh.data or "",
                seats=form.seats.data,
                home_project=party if kind == "project" else None,
                home_investor=party if kind == "investor" else None,
                closed=form.closed.data or (),
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.refuse(refusal, sentence(refusal))
            g.session.rollback()
        else:
            flash(_("The table is saved."), "confirmed")
            return redirect(url_for(".tables", slug=g.roadshow.slug), 303)
    page = render_template("meeting/table.html", form=form, table=table)
    return (page, 422) if form.errors else page


@bp.post("/r/<slug>/setup/tables/<table_id>/remove")
@needs(Action.RUN_ROADSHOW, load_table)
def remove_table(table: MeetingTable) -> Response:
    if PlainForm().validate_on_submit():
        service.remove_table(g.session(), table, actor=access.actor(), now=g.now)
        flash(_("The table is removed."), "confirmed")
    return redirect(url_for(".tables", slug=g.roadshow.slug), 303)


def moment(value: datetime) -> datetime:
    """Return a wall-clock time of the venue as a moment."""
    return value.replace(tzinfo=ZoneInfo(g.roadshow.zone)).astimezone(UTC)


def wall(value: datetime) -> datetime:
    """Return a moment as the venue's clocks show it, for a form's field."""
    return value.astimezone(ZoneInfo(g.roadshow.zone)).replace(tzinfo=None)


def slot_name(slot: Slot) -> str:
    """Return a slot's day and time."""
    return f"{show_date(slot.starts_at)} {show_time(slot.starts_at)}"


def _usual_slots() -> SlotsForm:
    return SlotsForm(
        formdata=None,
        day=g.roadshow.starts_on,
        starts=time(9),
        ends=time(12),
        minutes=g.roadshow.slot_minutes,
        buffer=g.roadshow.buffer_minutes,
    )


def _slots_page(form: SlotForm, many: SlotsForm) -> str | tuple[str, int]:
    page = render_template(
        "meeting/slots.html",
        form=form,
        many=many,
        slots=slots_of(g.session(), g.roadshow),
        button=PlainForm(formdata=None),
    )
    return (page, 422) if form.errors or many.errors else page


def _homes() -> list[tuple[str, str]]:
    language = locale()
    projects = project_names(g.session(), g.roadshow)
    investors = investor_names(g.session(), g.roadshow)
    return [
        ("", _("Anybody")),
        *((f"project:{one.id}", f"{one.code} {one.said(language)}") for one in projects.values()),
        *((f"investor:{one.id}", f"{one.code} {one.said(language)}") for one in investors.values()),
    ]
