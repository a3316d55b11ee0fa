"""The rubric's page."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import selection
from matchmaker.store.selection import Review
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.refusals import sentence
from matchmaker.web.selection.blueprint import bp
from matchmaker.web.selection.forms import PlainForm, rubric_form


@bp.route("/r/<slug>/selection/rubric", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def rubric() -> str | Response | tuple[str, int]:
    known_parameters()
    form = rubric_form(g.roadshow.places, selection.criteria(g.session(), g.roadshow))
    if form.validate_on_submit():
        try:
            selection.set_places(
                g.session(), g.roadshow, form.places.data, actor=access.actor(), now=g.now
            )
            selection.save_criteria(
                g.session(), g.roadshow, form.values(), actor=access.actor(), now=g.now
            )
        except Refusal as refusal:
            g.session.rollback()
            form.form_errors.append(sentence(refusal))
        else:
            flash(_("The rubric is saved."), "confirmed")
            return redirect(url_for(".rubric", slug=g.roadshow.slug), 303)
    page = render_template(
        "selection/rubric.html",
        form=form,
        start=PlainForm(formdata=None),
        empty=not selection.criteria(g.session(), g.roadshow),
        used=g.session.scalar(
            select(func.count()).where(
                Review.roadshow_id == g.roadshow.id, Review.submitted_at.is_not(None)
            )
        ),
        total=sum(row.points * row.weight for row in selection.criteria(g.session(), g.roadshow)),
    )
    return (page, 422) if request.method == "POST" else page


@bp.post("/r/<slug>/selection/rubric/start")
@needs(Action.RUN_ROADSHOW)
def start_rubric() -> Response:
    """Begin with a rubric that has proved itself, where there is none."""
    if not selection.criteria(g.session(), g.roadshow):
        selection.save_criteria(
            g.session(), g.roadshow, selection.RUBRIC, actor=access.actor(), now=g.now
        )
        flash(_("This rubric adds up to 100 points. Change what you like."), "confirmed")
    return redirect(url_for(".rubric", slug=g.roadshow.slug), 303)
