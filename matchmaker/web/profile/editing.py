"""The addresses of the stepped form of a project and of a mandate."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request
from flask_babel import gettext as _

from matchmaker.core.policy import Action
from matchmaker.services import profile
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.profile import disputing, meanwhile
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty
from matchmaker.web.profile.saving import Answer, autosave, save
from matchmaker.web.profile.stepping import card, page


@bp.get("/r/<slug>/projects/<project_id>/edit")
@bp.get("/r/<slug>/projects/<project_id>/edit/<step>")
@needs(Action.EDIT_PROJECT, access.project)
def edit_project(project: Project, step: str = "basics") -> Answer:
    return _show(ProjectParty(project), step)


@bp.post("/r/<slug>/projects/<project_id>/edit/<step>")
@needs(Action.EDIT_PROJECT, access.project)
def save_project(project: Project, step: str) -> Answer:
    return save(ProjectParty(project), step)


@bp.post("/r/<slug>/projects/<project_id>/edit/<step>/draft")
@needs(Action.EDIT_PROJECT, access.project)
def autosave_project(project: Project, step: str) -> Any:
    return autosave(ProjectParty(project), step)


@bp.get("/r/<slug>/projects/<project_id>/edit/card")
@needs(Action.EDIT_PROJECT, access.project)
def card_project(project: Project) -> str:
    return _card(ProjectParty(project))


@bp.get("/r/<slug>/investors/<investor_id>/edit")
@bp.get("/r/<slug>/investors/<investor_id>/edit/<step>")
@needs(Action.EDIT_INVESTOR, access.investor)
def edit_investor(investor: Investor, step: str = "firm") -> Answer:
    return _show(InvestorParty(investor), step)


@bp.post("/r/<slug>/investors/<investor_id>/edit/<step>")
@needs(Action.EDIT_INVESTOR, access.investor)
def save_investor(investor: Investor, step: str) -> Answer:
    return save(InvestorParty(investor), step)


@bp.post("/r/<slug>/investors/<investor_id>/edit/<step>/draft")
@needs(Action.EDIT_INVESTOR, access.investor)
def autosave_investor(investor: Investor, step: str) -> Any:
    return autosave(InvestorParty(investor), step)


@bp.get("/r/<slug>/investors/<investor_id>/edit/card")
@needs(Action.EDIT_INVESTOR, access.investor)
def card_investor(investor: Investor) -> str:
    return _card(InvestorParty(investor))


def _show(party: Party, step: str) -> Answer:
    if step not in party.open_steps():
        abort(404)
    form = party.form(step) if party.steps[step][1] else None
    if form is None:
        return page(party, step, form)
    form.revision.data = meanwhile.token(party, step)
    return page(party, step, form, **disputing.shown(party, step, form))


@bp.post("/r/<slug>/projects/<project_id>/edit/hide")
@needs(Action.EDIT_PROJECT, access.project)
def hide_sentence(project: Project) -> Answer:
    access.ask(Action.SEE_CONFIDENTIAL, project)
    place = request.form.get("at", "")
    profile.hide_sentence(
        g.session(),
        project,
        request.form.get("name", ""),
        int(place) if place.isascii() and place.isdecimal() and len(place) < 7 else -1,
        actor=g.account,
        now=g.now,
    )
    flash(_("Moved to the confidential summary."), "confirmed")
    return redirect(ProjectParty(project).url("edit", step="review"), 303)


def _card(party: Party) -> str:
    return render_template("profile/_card.html", party=party, thing=party.thing, card=card(party))
