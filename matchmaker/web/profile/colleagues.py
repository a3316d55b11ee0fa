"""Who acts for a project or a firm: added, changed, invited."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField
from wtforms.validators import DataRequired, Email, Optional

from matchmaker.core.journey import Duty, Role
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import invitation, profile
from matchmaker.services.account import viewer_of
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.access import ask, needs
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.inputs import CheckField, line
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty
from matchmaker.web.profile.seats import Seat, delegate, member, people_url
from matchmaker.web.refusals import SENTENCES
from matchmaker.web.text import plain
from matchmaker.web.words import choices

Answer = str | tuple[str, int] | Response


class PersonForm(FlaskForm):  # type: ignore[misc]
    name_en = line(_l("Name in Latin letters"), 120, description=_l("For example “Wei Zhang”."))
    name_zh = line(_l("Name in Chinese characters"), 120)
    title_en = line(
        _l("Position in English"), 160, description=_l("For example “Chief medical officer”.")
    )
    title_zh = line(_l("Position in Chinese"), 160)
    email = line(
        _l("E-mail"),
        254,
        Optional(),
        Email(_l("This is no e-mail address.")),
        description=_l("Not shown to others. Somebody with this address can act for you."),
    )
    languages = CheckField(_l("Languages"), kind="language")
    duty = SelectField(
        _l("Role"), [DataRequired()], choices=lambda: choices("duty"), default="editor"
    )
    invite = BooleanField(_l("Send an invitation to this address"))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if not (self.name_en.data or self.name_zh.data):
            self.name_en.errors = [*self.name_en.errors, _("Please give a name.")]
            fine = False
        if self.invite.data and not self.email.data:
            self.email.errors = [*self.email.errors, _("An invitation needs an address.")]
            fine = False
        return fine


@bp.route("/r/<slug>/projects/<project_id>/team/add", methods=["GET", "POST"])
@needs(Action.LEAD_PROJECT, access.project)
def add_to_project(project: Project) -> Answer:
    return _add(ProjectParty(project))


@bp.route("/r/<slug>/investors/<investor_id>/delegates/add", methods=["GET", "POST"])
@needs(Action.LEAD_INVESTOR, access.investor)
def add_to_investor(investor: Investor) -> Answer:
    return _add(InvestorParty(investor))


@bp.route("/r/<slug>/projects/<project_id>/team/<person_id>", methods=["GET", "POST"])
@needs(Action.CHANGE_COLLEAGUE, member)
def person_of_project(seat: Seat) -> Answer:
    return _change(ProjectParty(seat.party), seat)


@bp.route("/r/<slug>/investors/<investor_id>/delegates/<person_id>", methods=["GET", "POST"])
@needs(Action.CHANGE_COLLEAGUE, delegate)
def person_of_investor(seat: Seat) -> Answer:
    return _change(InvestorParty(seat.party), seat)


def _add(party: Party) -> Answer:
    form = PersonForm(data={"languages": []})
    if form.validate_on_submit():
        duty = Duty(form.duty.data)
        if _has_account(form.email.data):
            return _ask_first(party, form)
        person = profile.add_person(
            g.session(), g.roadshow, **_values(form), organisation=party.thing.organisation
        )
        add = profile.add_member if isinstance(party, ProjectParty) else profile.add_delegate
        add(g.session(), party.thing, person, duty=duty, actor=g.account, now=g.now)
        if form.invite.data and person.account_id is None:
            _send(party, person.email, person.name_en, duty)
            flash(_("Added, and invited by mail."), "confirmed")
        else:
            flash(_("Added."), "confirmed")
        return redirect(people_url(party), 303)
    return _page(party, form, None)


def _change(party: Party, seat: Seat) -> Answer:
    person = seat.person
    form = PersonForm(obj=person, duty=seat.row.duty.value)
    _narrow(form, seat)
    leading = request.form.get("go") == "lead"
    if leading and request.method == "POST":
        ask(seat.right, party.thing)
    if form.is_submitted() and _fine(form):
        try:
            _keep(party, seat, form, leading=leading)
        except Refusal as refusal:
            if refusal.reason != "last-lead":
                raise
            form.duty.errors = [SENTENCES["last-lead"]]
            return _page(party, form, seat)
        if leading:
            _hand_on(party, seat)
        else:
            flash(_("Saved."), "confirmed")
        g.viewer = viewer_of(g.session(), g.account)  # whoever gave up their own rights reads on
        return redirect(people_url(party) if party.edits else party.url("show"), 303)
    return _page(party, form, seat)


def _hand_on(party: Party, seat: Seat) -> None:
    """Let the person lead the party from now on."""
    if seat.own:
        profile.take_lead(g.session(), party.thing, actor=g.account, now=g.now)
    else:
        profile.hand_over(g.session(), party.thing, seat.person, actor=g.account, now=g.now)
    flash(_("%(name)s leads now.", name=plain(seat.person, "name")), "confirmed")


def _narrow(form: PersonForm, seat: Seat) -> None:
    """Leave in the form what the viewer may say of the person."""
    if not seat.leads:
        del form.duty
    if _somebody_else(seat.person):
        for field in [one.name for one in form if one.name not in ("duty", "csrf_token")]:
            del form[field]


def _fine(form: PersonForm) -> bool:
    """Check what is asked: of somebody else with an account only what they do."""
    return form.validate() if "name_en" in form else FlaskForm.validate(form)


def _keep(party: Party, seat: Seat, form: PersonForm, *, leading: bool) -> None:
    by = {"actor": g.account, "now": g.now}
    if "duty" in form and not leading:
        profile.set_duty(g.session(), party.thing, seat.person, Duty(form.duty.data), **by)
    if "name_en" not in form:
        return
    profile.save_person(g.session(), seat.person, _values(form), **by)
    if form.invite.data and seat.person.account_id is None:
        ask(seat.right, party.thing)
        _send(party, seat.person.email, seat.person.name_en, seat.row.duty)


def _values(form: PersonForm) -> dict[str, Any]:
    left_out = ("csrf_token", "invite", "duty")
    return {name: value for name, value in form.data.items() if name not in left_out}


def _page(party: Party, form: PersonForm, seat: Seat | None) -> Answer:
    back = people_url(party) if party.edits else party.url("show")
    page = render_template(
        "profile/person.html", party=party, thing=party.thing, form=form, seat=seat, back=back
    )
    return (page, 422) if form.is_submitted() else page


def _somebody_else(person: Person) -> bool:
    """Whoever has an account changes their own names; an organiser may too."""
    return (
        person.account_id is not None
        and person.account_id != g.viewer.account_id
        and not g.viewer.has(Role.ORGANISER, g.roadshow.id)
    )


def _has_account(email: str) -> bool:
    """Tell whether somebody of this roadshow has an account with the address."""
    if not email or g.viewer.has(Role.ORGANISER, g.roadshow.id):
        return False
    query = select(Person.id).where(
        Person.roadshow_id == g.roadshow.id,
        Person.account_id.is_not(None),
        func.lower(Person.email) == email.lower(),
    )
    return g.session.scalar(query) is not None


def _ask_first(party: Party, form: PersonForm) -> Response:
    """Nobody who takes part already is put on a team without their own yes."""
    name = form.name_en.data or form.name_zh.data
    _send(party, form.email.data, name, Duty(form.duty.data))
    flash(_("Invited by mail; they join as soon as they accept."), "confirmed")
    return redirect(people_url(party), 303)


def _send(party: Party, email: str, name: str, duty: Duty) -> None:
    project = isinstance(party, ProjectParty)
    invitation.invite(
        g.session(),
        g.roadshow,
        invitation.Guest(email, name),
        Role.TEAM if project else Role.INVESTOR,
        project=party.thing if project else None,
        investor=None if project else party.thing,
        duty=duty,
        actor=g.account,
        now=g.now,
    )
