"""Who acts for a project or a firm: added, changed, invited, removed."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import Email, Optional

from matchmaker.core.journey import Role
from matchmaker.core.policy import Action
from matchmaker.services import invitation, profile
from matchmaker.services.profile.people import move_colleague_up
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.inputs import CheckField, line
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty

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


def member(values: dict[str, Any]) -> Project | None:
    """Load the project of the address, and the person of its team into ``g``."""
    project = access.project(values)
    return _with_person(project, TeamMember, TeamMember.project_id, values)


def delegate(values: dict[str, Any]) -> Investor | None:
    """Load the investor of the address, and the person of the firm into ``g``."""
    investor = access.investor(values)
    return _with_person(investor, Delegate, Delegate.investor_id, values)


def _with_person(party: Any, table: Any, key: Any, values: dict[str, Any]) -> Any:
    person_id = values.pop("person_id")
    if party is None:
        return None
    g.person = g.session.scalars(
        select(Person)
        .join(table, table.person_id == Person.id)
        .where(key == party.id, Person.id == person_id)
    ).first()
    return party if g.person is not None else None


@bp.route("/r/<slug>/projects/<project_id>/team/add", methods=["GET", "POST"])
@needs(Action.EDIT_PROJECT, access.project)
def add_to_project(project: Project) -> Answer:
    return _add(ProjectParty(project))


@bp.route("/r/<slug>/investors/<investor_id>/delegates/add", methods=["GET", "POST"])
@needs(Action.EDIT_INVESTOR, access.investor)
def add_to_investor(investor: Investor) -> Answer:
    return _add(InvestorParty(investor))


@bp.route("/r/<slug>/projects/<project_id>/team/<person_id>", methods=["GET", "POST"])
@needs(Action.EDIT_PROJECT, member)
def person_of_project(project: Project) -> Answer:
    return _change(ProjectParty(project))


@bp.route("/r/<slug>/investors/<investor_id>/delegates/<person_id>", methods=["GET", "POST"])
@needs(Action.EDIT_INVESTOR, delegate)
def person_of_investor(investor: Investor) -> Answer:
    return _change(InvestorParty(investor))


def _add(party: Party) -> Answer:
    form = PersonForm(data={"languages": []})
    if form.validate_on_submit():
        values = {
            name: value for name, value in form.data.items() if name not in ("csrf_token", "invite")
        }
        if _has_account(form.email.data):
            return _ask_first(party, form)
        person = profile.add_person(
            g.session(), g.roadshow, **values, organisation=party.thing.organisation
        )
        if isinstance(party, ProjectParty):
            profile.add_member(g.session(), party.thing, person, actor=g.account, now=g.now)
        else:
            profile.add_delegate(g.session(), party.thing, person, actor=g.account, now=g.now)
        if form.invite.data and person.account_id is None:
            _invite(party, person)
            flash(_("Added, and invited by mail."), "confirmed")
        else:
            flash(_("Added."), "confirmed")
        return redirect(_back(party), 303)
    page = render_template(
        "profile/person.html",
        party=party,
        thing=party.thing,
        form=form,
        person=None,
        back=_back(party),
    )
    return (page, 422) if form.is_submitted() else page


def _change(party: Party) -> Answer:
    person: Person = g.person
    form = PersonForm(obj=person)
    going = request.form.get("go")
    if going in ("remove", "up") and request.method == "POST":
        if going == "remove":
            profile.remove_colleague(g.session(), party.thing, person, actor=g.account, now=g.now)
            flash(_("Removed."), "confirmed")
        else:
            move_colleague_up(g.session(), party.thing, person)
        return redirect(_back(party), 303)
    if _somebody_else(person):
        abort(404)
    if form.validate_on_submit():
        values = {
            name: value for name, value in form.data.items() if name not in ("csrf_token", "invite")
        }
        profile.save_person(g.session(), person, values, actor=g.account, now=g.now)
        if form.invite.data and person.account_id is None:
            _invite(party, person)
        flash(_("Saved."), "confirmed")
        return redirect(_back(party), 303)
    page = render_template(
        "profile/person.html",
        party=party,
        thing=party.thing,
        form=form,
        person=person,
        back=_back(party),
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
    _send(party, form.email.data, form.name_en.data or form.name_zh.data)
    flash(_("Invited by mail; they join as soon as they accept."), "confirmed")
    return redirect(_back(party), 303)


def _invite(party: Party, person: Person) -> None:
    _send(party, person.email, person.name_en)


def _send(party: Party, email: str, name: str) -> None:
    project = isinstance(party, ProjectParty)
    invitation.invite(
        g.session(),
        g.roadshow,
        invitation.Guest(email, name),
        Role.TEAM if project else Role.INVESTOR,
        project=party.thing if project else None,
        investor=None if project else party.thing,
        actor=g.account,
        now=g.now,
    )


def _back(party: Party) -> str:
    return party.url("edit", step="team" if isinstance(party, ProjectParty) else "delegates")
