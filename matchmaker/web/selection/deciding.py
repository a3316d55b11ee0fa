"""Deciding: first a page that lists what will happen, then the deed; nobody is told yet."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.journey import ProjectState
from matchmaker.core.policy import Action, may
from matchmaker.services import selection
from matchmaker.store.profile import Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.selection.blueprint import bp, unknowable
from matchmaker.web.selection.board import DECIDABLE
from matchmaker.web.selection.forms import DecisionForm

MOST_AT_ONCE = 500


@bp.route("/r/<slug>/selection/decide", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def decide() -> str | Response | tuple[str, int]:
    known_parameters("to", "project")
    state, projects = _asked()
    change, same, cannot = selection.consequences(projects, state)
    form = DecisionForm()
    if form.validate_on_submit():
        selection.decide_all(
            g.session(),
            change,
            state,
            note=form.note.data or "",
            actor=access.actor(),
            now=g.now,
        )
        flash(_said(len(change)), "confirmed")
        return redirect(url_for(".board", slug=g.roadshow.slug), 303)
    page = render_template(
        "selection/decide.html",
        form=form,
        state=state,
        projects=projects,
        change=change,
        same=same,
        cannot=cannot,
        versions=selection.versions(g.session(), projects),
        after=_after(change, state),
    )
    return (page, 422) if form.errors else page


def _asked() -> tuple[ProjectState, list[Project]]:
    """Return what was chosen; whatever the viewer may not decide about does not exist (404)."""
    to = request.values.get("to", "")
    ids = list(dict.fromkeys(request.values.getlist("project")))[:MOST_AT_ONCE]
    if to not in DECIDABLE:
        abort(400)
    rows = g.session.scalars(
        select(Project)
        .where(Project.roadshow_id == g.roadshow.id, Project.id.in_(ids))
        .order_by(Project.code)
    ).all()
    projects = [row for row in rows if may(g.viewer, Action.DECIDE, row)]
    if len(projects) != len(ids):
        abort(404)
    return ProjectState(to), projects


def _after(change: list[Project], state: ProjectState) -> int:
    """Return how many would be selected afterwards, as far as the viewer may know."""
    now = set(
        g.session.scalars(
            select(Project.id).where(
                Project.roadshow_id == g.roadshow.id,
                Project.state == ProjectState.SELECTED,
                Project.id.not_in(unknowable()),
            )
        )
    )
    moved = {project.id for project in change}
    return len(now | moved) if state is ProjectState.SELECTED else len(now - moved)


def _said(number: int) -> str:
    return ngettext(
        "One application is decided. Nobody has been told yet.",
        "%(num)s applications are decided. Nobody has been told yet.",
        number,
    )
