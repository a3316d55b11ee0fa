"""One project and one investor, as the viewer may read them."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request
from sqlalchemy import select

from matchmaker.core.journey import ProjectState, Role
from matchmaker.core.policy import Action, may
from matchmaker.services import files as kept_files
from matchmaker.services import profile
from matchmaker.services.visibility import seen_by, shown_to_firms
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.preference.asking import asks_about_investor, asks_about_project
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.limits import rule_sentence
from matchmaker.web.profile.seats import own_seat

TIERS = ("public", "registered", "cda")
RIGHTS = {
    "public": Action.SEE_PROJECT,
    "registered": Action.SEE_REGISTERED,
    "cda": Action.SEE_CONFIDENTIAL,
}


@bp.get("/r/<slug>/projects/<project_id>")
@needs(Action.SEE_PROJECT, access.project)
def show_project(project: Project) -> str:
    known_parameters("as")
    edits = bool(may(g.viewer, Action.EDIT_PROJECT, project))
    follows = bool(may(g.viewer, Action.SEE_OWN_PROJECT, project))
    version = profile.current_version(project)
    draft = profile.project_draft(g.session(), project) if follows else None
    shown = version or draft
    if shown is None:
        abort(404)
    seen_as = request.args.get("as") if follows else None
    if seen_as not in TIERS:
        seen_as = None
    opened = tiers(project, seen_as)
    team = profile.team_of(g.session(), project) if opened["registered"] else []
    return render_template(
        "profile/project.html",
        project=project,
        version=shown,
        card=profile.project_card(
            project, shown, shown.registered if opened["registered"] else None
        ),
        opened=opened,
        seen_as=seen_as,
        edits=edits,
        follows=follows,
        own_seat=own_seat(team),
        pending=bool(draft and version and profile.has_changes(version, draft)),
        registered=shown.registered if opened["registered"] else None,
        confidential=shown.confidential if opened["cda"] else None,
        team=team,
        files=[
            one for one in kept_files.files_of(g.session(), project) if opened.get(one.tier, False)
        ],
        runs=g.viewer.has(Role.ORGANISER, g.roadshow.id),
        asks=asks_about_project(project),
        noted=reads_project(project) and version is not None,
        comes_back=project.state is not ProjectState.WITHDRAWN
        or profile.can_restore(g.session(), project, actor=g.account, now=g.now),
    )


def reads_project(project: Project) -> bool:
    """Tell whether the viewer is one of those whose reading the team is told of."""
    firm = g.viewer.has(Role.INVESTOR, g.roadshow.id) and bool(g.viewer.investors)
    runs = g.viewer.has(Role.ORGANISER, g.roadshow.id)
    if not firm or runs or project.id in g.viewer.projects:
        return False
    own = select(Investor.id).where(Investor.id.in_(g.viewer.investors), seen_by(project))
    return g.session.scalars(own.limit(1)).first() is not None


@bp.post("/r/<slug>/projects/<project_id>/read")
@needs(Action.SEE_PROJECT, access.project)
def read_project(project: Project) -> Response:
    """The page says that it was opened: an answer to a question that no crawler asks."""
    if not reads_project(project):
        abort(403)
    opened = [tier for tier, open_ in tiers(project).items() if open_]
    profile.note_reading(g.session(), project, opened[-1], actor=g.account, now=g.now)
    return Response(status=204)


def tiers(project: Project, seen_as: str | None = None) -> dict[str, bool]:
    """Return which tiers of a project are open to the viewer; ``seen_as`` only ever closes."""
    opened = {tier: bool(may(g.viewer, action, project)) for tier, action in RIGHTS.items()}
    if seen_as is not None:
        upto = TIERS.index(seen_as)
        opened = {tier: open_ and TIERS.index(tier) <= upto for tier, open_ in opened.items()}
    return opened


@bp.get("/r/<slug>/investors/<investor_id>")
@needs(Action.SEE_INVESTOR, access.investor)
def show_investor(investor: Investor) -> str:
    known_parameters("as")
    edits = bool(may(g.viewer, Action.EDIT_INVESTOR, investor))
    follows = bool(may(g.viewer, Action.SEE_TERMS, investor))
    mandate = profile.current_mandate(investor)
    draft = profile.mandate_draft(g.session(), investor) if follows else None
    shown: Any = mandate or draft
    if shown is None:
        abort(404)
    as_team = follows and request.args.get("as") == "team"
    terms = follows and not as_team
    delegates = profile.delegates_of(g.session(), investor)
    return render_template(
        "profile/investor.html",
        investor=investor,
        mandate=shown,
        card=profile.investor_card(investor, shown),
        edits=edits,
        follows=follows,
        own_seat=own_seat(delegates),
        as_team=as_team,
        pending=bool(draft and mandate and profile.has_changes(mandate, draft)),
        terms=shown.terms if terms else None,
        rules=[rule_sentence(rule) for rule in shown.terms.exclusions] if terms else [],
        delegates=delegates,
        noted=mandate is not None and reads_investor(investor),
        runs=g.viewer.has(Role.ORGANISER, g.roadshow.id),
        asks=asks_about_investor(investor),
    )


def reads_investor(investor: Investor) -> bool:
    """Tell whether the viewer is of a team whose reading the firm is told of.

    Only of a team that knows that it was selected: else the page would tell it.
    """
    team = g.viewer.has(Role.TEAM, g.roadshow.id) and bool(g.viewer.projects)
    runs = g.viewer.has(Role.ORGANISER, g.roadshow.id)
    if not team or runs or investor.id in g.viewer.investors:
        return False
    own = select(Project.id).where(
        Project.id.in_(g.viewer.projects),
        Project.roadshow_id == g.roadshow.id,
        Project.told == ProjectState.SELECTED,
        shown_to_firms(g.roadshow),
    )
    return g.session.scalars(own.limit(1)).first() is not None


@bp.post("/r/<slug>/investors/<investor_id>/read")
@needs(Action.SEE_INVESTOR, access.investor)
def read_investor(investor: Investor) -> Response:
    if not reads_investor(investor):
        abort(403)
    profile.note_mandate_reading(g.session(), investor, actor=g.account, now=g.now)
    return Response(status=204)
