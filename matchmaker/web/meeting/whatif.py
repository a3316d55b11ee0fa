"""What if: other slots, tables and limits tried out, and what limits the meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services.meeting import whatif
from matchmaker.services.meeting.names import Name, investor_names, project_names
from matchmaker.store.meeting import MeetingTable
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import PlainForm, WhatIfForm
from matchmaker.web.refusals import sentence
from matchmaker.web.text import locale, plain

FIELDS = (
    "minutes", "slots", "tables", "project_max", "project_min", "investor_max", "investor_min",
)  # fmt: skip
SHOWN = 30  # limits; the costliest stand first


@bp.get("/r/<slug>/timetables/what-if")
@needs(Action.RUN_ROADSHOW)
def what_if() -> str | tuple[str, int]:
    """Answer a variation that stands in the address; without one, only ask."""
    known_parameters(*FIELDS)
    session = g.session()
    setting = whatif.setting_of(session, g.roadshow)
    now = {name: str(value) for name, value in asdict(setting).items()}
    form = WhatIfForm(MultiDict({**now, **request.args.to_dict()}))
    found, refused = None, ""
    if request.args and form.validate():
        try:
            found = whatif.ask(session, g.roadshow, whatif.Setting(**form.numbers()))
        except Refusal as refusal:
            refused = sentence(refusal)
    job = whatif.latest_limits(session, g.roadshow)
    page = render_template(
        "meeting/what_if.html",
        form=form,
        setting=asdict(setting),
        found=found,
        refused=refused,
        job=job,
        limits=_limits(job.result.get("limits", ())) if job is not None else (),
        button=PlainForm(),
    )
    return (page, 422) if form.errors else page


@bp.post("/r/<slug>/timetables/limits")
@needs(Action.RUN_ROADSHOW)
def find_limits() -> Response:
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".what_if", slug=g.roadshow.slug), 303)
    job = whatif.queue_limits(g.session(), g.roadshow, actor=access.actor(), now=g.now)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _limits(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each limit with its sentence; those of parties that are gone are left out."""
    session = g.session()
    names: dict[str, Name] = {
        **project_names(session, g.roadshow),
        **investor_names(session, g.roadshow),
    }
    ids = [str(row["row"]) for row in rows[:SHOWN]]
    people = {
        one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids))).all()
    }
    tables = {
        one.id: one.name
        for one in session.scalars(select(MeetingTable).where(MeetingTable.id.in_(ids))).all()
    }
    told = []
    for row in rows[:SHOWN]:
        said = _sentence(str(row["kind"]), str(row["row"]), names, people, tables)
        if said:
            told.append({**row, "said": said})
    return told


def _sentence(
    kind: str,
    row: str,
    names: Mapping[str, Name],
    people: Mapping[str, Person],
    tables: Mapping[str, str],
) -> str:
    language = locale()
    if kind == "tables":
        return _("One more table")
    if kind == "slots":
        return _("One more slot each day")
    if row in names:
        who = names[row].said(language)
        if kind.endswith("max"):
            return _("One more meeting for %(who)s", who=who)
        return _("No minimum for %(who)s", who=who)
    if row in people:
        return _("%(who)s is there all the time", who=plain(people[row], "name"))
    if row in tables:
        return _("Table %(name)s is open in every slot", name=tables[row])
    return ""
