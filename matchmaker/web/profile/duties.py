"""Leaving a team or a firm, and being taken off it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import DataRequired

from matchmaker.core.journey import Duty
from matchmaker.core.policy import Action
from matchmaker.services import profile
from matchmaker.services.profile.duties import heir_among, seats_of
from matchmaker.services.profile.leaving import keeps_role
from matchmaker.store.roadshow import Person
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty
from matchmaker.web.profile.seats import (
    Seat,
    delegate,
    member,
    people_url,
)
from matchmaker.web.text import plain

Answer = str | tuple[str, int] | Response


class LeaveForm(FlaskForm):  # type: ignore[misc]
    """Who leads from then on, where nobody else does."""

    heir = SelectField(_l("Who leads from then on"), [DataRequired()])


@bp.route("/r/<slug>/projects/<project_id>/team/<person_id>/remove", methods=["GET", "POST"])
@needs(Action.CHANGE_COLLEAGUE, member)
def remove_from_project(seat: Seat) -> Answer:
    return _remove(ProjectParty(seat.party), seat)


@bp.route("/r/<slug>/investors/<investor_id>/delegates/<person_id>/remove", methods=["GET", "POST"])
@needs(Action.CHANGE_COLLEAGUE, delegate)
def remove_from_investor(seat: Seat) -> Answer:
    return _remove(InvestorParty(seat.party), seat)


def _remove(party: Party, seat: Seat) -> Answer:
    form, others = LeaveForm(), _others(party, seat)
    if _leads_alone(seat, others):
        able = [one for one in others if one.person.account_id] or others
        form.heir.choices = [(one.person_id, plain(one.person, "name")) for one in able]
        if not form.is_submitted():
            form.heir.data = heir_among(others).person_id
    else:
        del form.heir
    if form.validate_on_submit():
        heir = g.session.get(Person, form.heir.data) if "heir" in form else None
        person = seat.person
        by = {"actor": g.account, "now": g.now}
        profile.remove_colleague(g.session(), party.thing, person, heir=heir, **by)
        flash(_done(party, seat), "confirmed")
        return redirect(_after(party, seat), 303)
    page = render_template(
        "profile/leave.html",
        form=form,
        title=_title(party, seat),
        consequences=_consequences(seat, others),
        label=_label(party, seat),
        back=people_url(party) if party.edits else party.url("show"),
    )
    return (page, 422) if form.is_submitted() else page


def _others(party: Party, seat: Seat) -> list[Any]:
    seats = seats_of(g.session(), party.thing)
    return [one for one in seats if one.person_id != seat.person_id]


def _leads_alone(seat: Seat, others: list[Any]) -> bool:
    leads = seat.row.duty is Duty.LEAD
    return leads and bool(others) and not any(one.duty is Duty.LEAD for one in others)


def _after(party: Party, seat: Seat) -> str:
    """Whoever left sees what everybody sees, or the way home."""
    return "/" if seat.own else people_url(party)


def _label(party: Party, seat: Seat) -> str:
    if party.kind == "project":
        return _("Leave the team") if seat.own else _("Remove from the team")
    return _("Leave the firm") if seat.own else _("Remove from the firm")


def _title(party: Party, seat: Seat) -> str:
    if seat.own:
        return _("Leave the team?") if party.kind == "project" else _("Leave the firm?")
    return _("Remove %(name)s?", name=plain(seat.person, "name"))


def _done(party: Party, seat: Seat) -> str:
    if not seat.own:
        return _("Removed.")
    return _("You have left the team.") if party.kind == "project" else _("You have left the firm.")


def _consequences(seat: Seat, others: list[Any]) -> list[str]:
    name = plain(seat.person, "name")
    alone = [
        _("None of the others can sign in yet; until then only the organisers can act for them.")
    ]
    return [
        _("You no longer see or change what the others write.")
        if seat.own
        else _("%(name)s no longer sees or changes what you write.", name=name),
        *_role_lost(seat, name),
        _("Meetings that are booked already keep their people; ask the organisers to change them."),
        *(alone if not any(one.person.account_id for one in others) else []),
        _("Whoever leads can invite again."),
    ]


def _role_lost(seat: Seat, name: str) -> list[str]:
    """Say that the person no longer takes part at all, where no other seat lets them."""
    if seat.person.account_id is None or keeps_role(g.session(), seat.party, seat.person):
        return []
    if seat.own:
        return [_("You no longer read what only participants of the roadshow may.")]
    return [_("%(name)s no longer reads what only participants of the roadshow may.", name=name)]
