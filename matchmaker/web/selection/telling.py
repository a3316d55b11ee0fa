"""Telling the teams, and the page on which a team reads its decision."""

from __future__ import annotations

from collections import Counter

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.services import selection
from matchmaker.services.selection.decision import contacts
from matchmaker.store.profile import Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.selection.blueprint import bp, unknowable
from matchmaker.web.selection.forms import PlainForm


@bp.route("/r/<slug>/selection/tell", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def tell() -> str | Response:
    known_parameters()
    form = PlainForm()
    if form.validate_on_submit():
        told, mails = selection.tell_teams(
            g.session(), g.roadshow, without=unknowable(), actor=access.actor(), now=g.now
        )
        flash(
            ngettext(
                "One team can see its decision; %(mails)s mails are on their way.",
                "%(num)s teams can see their decision; %(mails)s mails are on their way.",
                len(told),
                mails=mails,
            ),
            "confirmed",
        )
        return redirect(url_for(".board", slug=g.roadshow.slug), 303)
    projects = selection.untold(g.session(), g.roadshow, without=unknowable())
    reachable = contacts(g.session(), projects)
    return render_template(
        "selection/tell.html",
        form=form,
        projects=projects,
        versions=selection.versions(g.session(), projects),
        counts=Counter(project.state.value for project in projects),
        mails=len(reachable),
        mute=[project for project in projects if project.id not in reachable],
        again=sum(1 for project in projects if project.told),
    )


@bp.get("/r/<slug>/projects/<project_id>/decision")
@needs(Action.SEE_OWN_PROJECT, access.project)
def decision(project: Project) -> str:
    known_parameters()
    if project.id in g.viewer.conflicts - g.viewer.projects:
        abort(404)
    return render_template(
        "selection/decision.html",
        project=project,
        version=selection.versions(g.session(), [project]).get(project.id),
        state=selection.known_state(project, g.viewer),
        feedback=selection.feedback(g.session(), project),
    )
