"""Handing in, withdrawing and bringing back: each on a page that says what will happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from matchmaker.core.journey import InvestorState, ProjectState, Role
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import profile
from matchmaker.services.selection import known_state
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty
from matchmaker.web.profile.stepping import page
from matchmaker.web.text import show_datetime

Answer = str | tuple[str, int] | Response


class SureForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the button."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of confirmation says: the question, what will happen, the button, and after."""

    title: str
    consequences: list[str]
    label: str
    done: str
    danger: bool = False


@bp.post("/r/<slug>/projects/<project_id>/submit")
@needs(Action.EDIT_PROJECT, access.project)
def submit_project(project: Project) -> Answer:
    return _submit(ProjectParty(project), profile.submit_project)


@bp.post("/r/<slug>/investors/<investor_id>/submit")
@needs(Action.EDIT_INVESTOR, access.investor)
def submit_investor(investor: Investor) -> Answer:
    return _submit(InvestorParty(investor), profile.submit_mandate)


@bp.route("/r/<slug>/projects/<project_id>/withdraw", methods=["GET", "POST"])
@needs(Action.LEAD_PROJECT, access.project)
def withdraw_project(project: Project) -> Answer:
    back = profile.can_restore(g.session(), project, actor=g.account, now=g.now)
    until = g.roadshow.applications_until
    if not back:
        stays = _("Applications have closed: only the organisers can bring it back afterwards.")
    elif until and until >= g.now and not g.viewer.has(Role.ORGANISER, g.roadshow.id):
        stays = _(
            "Everything you wrote stays, and you can bring it back until %(moment)s.",
            moment=show_datetime(until),
        )
    else:
        stays = _("Everything you wrote stays, and you can bring it back.")
    consequences = [
        _("Nobody but your team and the organisers sees the project any more."),
        _("It is taken out of selection, matching and pairing."),
        stays,
    ]
    if known_state(project, g.viewer) is ProjectState.SELECTED:
        consequences.insert(0, _("The committee's decision to select it is given up."))
        consequences.append(_("Meetings that are booked already are not cancelled by this."))
    asked = Asked(
        _("Withdraw the project?"),
        consequences,
        _("Withdraw the project"),
        _("The project is withdrawn."),
        danger=True,
    )
    return _sure(ProjectParty(project), profile.withdraw_project, asked)


@bp.route("/r/<slug>/projects/<project_id>/restore", methods=["GET", "POST"])
@needs(Action.LEAD_PROJECT, access.project)
def restore_project(project: Project) -> Answer:
    if not profile.can_restore(g.session(), project, actor=g.account, now=g.now):
        raise Refusal("applications-closed")
    asked = Asked(
        _("Bring the project back?"),
        [
            _("It stands where it stood before it was handed in or decided upon."),
            _("The committee decides on it anew."),
        ],
        _("Bring it back"),
        _("The project is back."),
    )
    return _sure(ProjectParty(project), profile.restore_project, asked)


@bp.route("/r/<slug>/investors/<investor_id>/withdraw", methods=["GET", "POST"])
@needs(Action.LEAD_INVESTOR, access.investor)
def withdraw_investor(investor: Investor) -> Answer:
    consequences = [
        _("Teams no longer see the firm, and no new matches are computed for it."),
        _("Everything you wrote stays, and you can bring it back."),
    ]
    if investor.state is InvestorState.ACTIVE:
        consequences.append(_("Meetings that are booked already are not cancelled by this."))
    asked = Asked(
        _("Withdraw the firm?"),
        consequences,
        _("Withdraw the firm"),
        _("Withdrawn. You can bring it back at any time."),
        danger=True,
    )
    return _sure(InvestorParty(investor), profile.withdraw_investor, asked)


@bp.route("/r/<slug>/investors/<investor_id>/restore", methods=["GET", "POST"])
@needs(Action.LEAD_INVESTOR, access.investor)
def restore_investor(investor: Investor) -> Answer:
    asked = Asked(
        _("Bring the firm back?"),
        [_("Its newest mandate counts again from the next matching on.")],
        _("Bring it back"),
        _("The firm is back."),
    )
    return _sure(InvestorParty(investor), profile.restore_investor, asked)


def _submit(party: Party, submit: Callable[..., Any]) -> Answer:
    if party.needed():
        return page(party, "review", None), 422
    if profile.handed_in(g.session(), party.thing):
        # The button was pressed twice, or sent again by going back: one version is enough.
        flash(_("This is handed in already; nothing has changed since."), "info")
        return redirect(party.url("show"), 303)
    version = submit(g.session(), party.thing, actor=g.account, now=g.now)
    flash(_("Handed in as version %(number)s.", number=version.number), "confirmed")
    return redirect(party.url("show"), 303)


def _sure(party: Party, do: Callable[..., None], asked: Asked) -> Answer:
    form = SureForm()
    if form.validate_on_submit():
        do(g.session(), party.thing, actor=g.account, now=g.now)
        flash(asked.done, "confirmed")
        return redirect(party.url("show"), 303)
    return render_template(
        "profile/sure.html",
        form=form,
        title=asked.title,
        consequences=asked.consequences,
        label=asked.label,
        back=party.url("show"),
        danger=asked.danger,
    )
