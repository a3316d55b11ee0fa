"""Handing in, withdrawing and bringing back: each on a page that says what will happen."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from matchmaker.core.journey import InvestorState, ProjectState
from matchmaker.core.policy import Action
from matchmaker.services import profile
from matchmaker.services.selection import known_state
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.editing import page
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty

Answer = str | tuple[str, int] | Response


class SureForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the button."""


@bp.post("/r/<slug>/projects/<project_id>/submit")
@needs(Action.EDIT_PROJECT, access.project)
def submit_project(project: Project) -> Answer:
    party = ProjectParty(project)
    if party.needed():
        return page(party, "review", None), 422
    if profile.handed_in(g.session(), project):
        return _already(party)
    version = profile.submit_project(g.session(), project, actor=g.account, now=g.now)
    flash(_("Handed in as version %(number)s.", number=version.number), "confirmed")
    return redirect(party.url("show"), 303)


@bp.post("/r/<slug>/investors/<investor_id>/submit")
@needs(Action.EDIT_INVESTOR, access.investor)
def submit_investor(investor: Investor) -> Answer:
    party = InvestorParty(investor)
    if party.needed():
        return page(party, "review", None), 422
    if profile.handed_in(g.session(), investor):
        return _already(party)
    mandate = profile.submit_mandate(g.session(), investor, actor=g.account, now=g.now)
    flash(_("Handed in as version %(number)s.", number=mandate.number), "confirmed")
    return redirect(party.url("show"), 303)


def _already(party: Party) -> Response:
    """The button was pressed twice, or sent again by going back: one version is enough."""
    flash(_("This is handed in already; nothing has changed since."), "info")
    return redirect(party.url("show"), 303)


@bp.route("/r/<slug>/projects/<project_id>/withdraw", methods=["GET", "POST"])
@needs(Action.EDIT_PROJECT, access.project)
def withdraw_project(project: Project) -> Answer:
    form, party = SureForm(), ProjectParty(project)
    if form.validate_on_submit():
        profile.withdraw_project(g.session(), project, actor=g.account, now=g.now)
        flash(_("Withdrawn. You can bring it back at any time."), "confirmed")
        return redirect(party.url("show"), 303)
    consequences = [
        _("Nobody but your team and the organisers sees the project any more."),
        _("It is taken out of selection, matching and pairing."),
        _("Everything you wrote stays, and you can bring it back."),
    ]
    if known_state(project, g.viewer) is ProjectState.SELECTED:
        consequences.insert(0, _("The committee's decision to select it is given up."))
    return render_template(
        "profile/sure.html",
        form=form,
        title=_("Withdraw the project?"),
        consequences=consequences,
        label=_("Withdraw the project"),
        back=party.url("show"),
        danger=True,
    )


@bp.route("/r/<slug>/projects/<project_id>/restore", methods=["GET", "POST"])
@needs(Action.EDIT_PROJECT, access.project)
def restore_project(project: Project) -> Answer:
    form, party = SureForm(), ProjectParty(project)
    if form.validate_on_submit():
        profile.restore_project(g.session(), project, actor=g.account, now=g.now)
        flash(_("The project is back."), "confirmed")
        return redirect(party.url("show"), 303)
    return render_template(
        "profile/sure.html",
        form=form,
        title=_("Bring the project back?"),
        consequences=[
            _("It stands where it stood before it was handed in or decided upon."),
            _("The committee decides on it anew."),
        ],
        label=_("Bring it back"),
        back=party.url("show"),
        danger=False,
    )


@bp.route("/r/<slug>/investors/<investor_id>/withdraw", methods=["GET", "POST"])
@needs(Action.EDIT_INVESTOR, access.investor)
def withdraw_investor(investor: Investor) -> Answer:
    form, party = SureForm(), InvestorParty(investor)
    if form.validate_on_submit():
        profile.withdraw_investor(g.session(), investor, actor=g.account, now=g.now)
        flash(_("Withdrawn. You can bring it back at any time."), "confirmed")
        return redirect(party.url("show"), 303)
    consequences = [
        _("Teams no longer see the firm, and no new matches are computed for it."),
        _("Everything you wrote stays, and you can bring it back."),
    ]
    if investor.state is InvestorState.ACTIVE:
        consequences.append(_("Meetings that are booked already are not cancelled by this."))
    return render_template(
        "profile/sure.html",
        form=form,
        title=_("Withdraw the firm?"),
        consequences=consequences,
        label=_("Withdraw the firm"),
        back=party.url("show"),
        danger=True,
    )


@bp.route("/r/<slug>/investors/<investor_id>/restore", methods=["GET", "POST"])
@needs(Action.EDIT_INVESTOR, access.investor)
def restore_investor(investor: Investor) -> Answer:
    form, party = SureForm(), InvestorParty(investor)
    if form.validate_on_submit():
        profile.restore_investor(g.session(), investor, actor=g.account, now=g.now)
        flash(_("The firm is back."), "confirmed")
        return redirect(party.url("show"), 303)
    return render_template(
        "profile/sure.html",
        form=form,
        title=_("Bring the firm back?"),
        consequences=[_("Its newest mandate counts again from the next matching on.")],
        label=_("Bring it back"),
        back=party.url("show"),
        danger=False,
    )
