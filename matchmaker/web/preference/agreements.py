"""Confidentiality agreements of a project."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, SelectField
from wtforms.validators import DataRequired, InputRequired

from matchmaker.core.journey import InvestorState
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import preference
from matchmaker.services.selection import versions
from matchmaker.services.visibility import visible_investors
from matchmaker.store.preference import Cda
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.preference.blueprint import (
    ButtonForm,
    bp,
    name_of,
)
from matchmaker.web.refusals import sentence


class CdaForm(FlaskForm):  # type: ignore[misc]
    investor = SelectField(_l("Investor"), [DataRequired()])
    signed_on = DateField(_l("Signed on"), [InputRequired()])


TYPED = ("investor", "signed_on")
"""What is typed for a new agreement; it stays while another one is ended beside it."""


@bp.route("/r/<slug>/projects/<project_id>/agreements", methods=["GET", "POST"])
@needs(Action.EDIT_PROJECT, access.project)
def cdas(project: Project) -> str | AnyResponse | tuple[str, int]:
    """The team (or an organiser) notes with whom a CDA is in force."""
    known_parameters(*TYPED)
    form = CdaForm() if request.form else CdaForm(request.args or None)
    investors = list(
        g.session.scalars(
            visible_investors(g.viewer, g.roadshow).where(Investor.state == InvestorState.ACTIVE)
        )
    )
    form.investor.choices = [(row.id, name_of(row)) for row in investors]
    if form.validate_on_submit():
        signed = datetime.combine(form.signed_on.data, time(), ZoneInfo(g.roadshow.zone))
        try:
            preference.record_cda(
                g.session(),
                project,
                next(row for row in investors if row.id == form.investor.data),
                signed_at=signed.astimezone(UTC),
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.signed_on.errors = [sentence(refusal)]
        else:
            flash(
                _("The agreement is noted. The investor can now read the confidential part."),
                "confirmed",
            )
            return redirect(url_for(".cdas", slug=g.roadshow.slug, project_id=project.id), 303)
    page = render_template(
        "preference/cdas.html",
        project=project,
        version=versions(g.session(), [project]).get(project.id),
        form=form,
        rows=preference.cdas(g.session(), project),
        end=ButtonForm(formdata=None),
    )
    return (page, 422) if form.errors else page


@bp.post("/r/<slug>/projects/<project_id>/agreements/<cda_id>/end")
@needs(Action.EDIT_PROJECT, access.project)
def end_cda(project: Project, cda_id: str) -> AnyResponse:
    row = g.session.scalars(
        select(Cda).where(Cda.project_id == project.id, Cda.id == cda_id)
    ).first()
    if row is None:
        abort(404)
    try:
        preference.end_cda(g.session(), row, actor=access.actor(), now=g.now)
    except Refusal as refusal:
        flash(sentence(refusal), "attention")
    else:
        flash(_("The agreement has ended; the confidential part is closed again."), "confirmed")
    typed = {name: request.form[name][:40] for name in TYPED if request.form.get(name)}
    page = url_for(".cdas", slug=g.roadshow.slug, project_id=project.id, **typed)
    return redirect(page, 303)
