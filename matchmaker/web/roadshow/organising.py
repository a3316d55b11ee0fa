"""Organising a roadshow: settings, phases, people, the journal and the mail."""

from __future__ import annotations

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from matchmaker.core.journey import MailState, Phase, Role
from matchmaker.core.policy import PHASES, Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import outbox
from matchmaker.services.account import account_by_email
from matchmaker.services.personal import erase_person
from matchmaker.services.roadshow import change_settings, create_roadshow, move_phase, take_role
from matchmaker.store.account import Account, Membership
from matchmaker.store.journal import JournalEntry, Mail
from matchmaker.store.roadshow import Organisation, Person
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.deeds import DEEDS, deed
from matchmaker.web.forms.roadshow import (
    ContactFilter,
    MailFilter,
    NewRoadshowForm,
    PeopleFilter,
    PhaseForm,
    SettingsForm,
)
from matchmaker.web.lists import active_filters, known_parameters, page_of, page_url
from matchmaker.web.refusals import sentence
from matchmaker.web.roadshow.blueprint import bp


@bp.route("/roadshows/new", methods=["GET", "POST"])
@needs(Action.ADMINISTER)
def new() -> str | Response | tuple[str, int]:
    form = NewRoadshowForm()
    if form.validate_on_submit():
        organiser = account_by_email(g.session(), form.organiser.data)
        if organiser is None:
            form.organiser.errors.append(_("Nobody has an account with this address."))
        else:
            try:
                made = create_roadshow(
                    g.session(),
                    form.slug.data,
                    {
                        "name_en": form.name_en.data,
                        "name_zh": form.name_zh.data,
                        "starts_on": form.starts_on.data,
                        "ends_on": form.ends_on.data,
                        "zone": form.zone.data,
                    },
                    organiser=organiser,
                    actor=access.actor(),
                    now=g.now,
                )
            except Refusal as refusal:
                form.field_of(refusal).errors.append(sentence(refusal))
            else:
                flash(_("The roadshow is made."), "confirmed")
                return redirect(url_for("home.roadshow", slug=made.slug), 303)
    page = render_template("roadshow/new.html", form=form)
    return (page, 422) if form.errors else page


@bp.get("/r/<slug>/organise")
@needs(Action.RUN_ROADSHOW)
def organise() -> str:
    return render_template("roadshow/organise.html", phases=PHASES, form=PhaseForm())


@bp.route("/r/<slug>/settings", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def settings() -> str | Response | tuple[str, int]:
    form = SettingsForm.of(g.roadshow)
    if form.validate_on_submit():
        try:
            change_settings(
                g.session(), g.roadshow, form.values(g.roadshow), actor=access.actor(), now=g.now
            )
        except Refusal as refusal:
            form.field_of(refusal).errors.append(sentence(refusal))
            g.session.rollback()
        else:
            flash(_("The settings are saved."), "confirmed")
            return redirect(url_for(".settings", slug=g.roadshow.slug), 303)
    page = render_template("roadshow/settings.html", form=form)
    return (page, 422) if form.errors else page


@bp.route("/r/<slug>/phase/<phase>", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def phase(phase: str) -> str | Response:
    """A page of its own before a phase changes, because it opens and closes doors for everybody."""
    if phase not in {one.value for one in Phase}:
        abort(404)
    form = PhaseForm()
    if form.validate_on_submit():
        move_phase(g.session(), g.roadshow, Phase(phase), actor=access.actor(), now=g.now)
        flash(_("The roadshow is in its next phase."), "confirmed")
        return redirect(url_for(".organise", slug=g.roadshow.slug), 303)
    return render_template("roadshow/phase.html", form=form, phase=Phase(phase))


@bp.get("/r/<slug>/people")
@needs(Action.RUN_ROADSHOW)
def people() -> str:
    known_parameters("q", "role")
    form = PeopleFilter(request.args)
    query = (
        select(Membership)
        .join(Account)
        .where(Membership.roadshow_id == g.roadshow.id)
        .options(contains_eager(Membership.account))
        .order_by(Account.name, Account.email, Membership.role)
    )
    if form.q.data:
        query = query.where(
            or_(
                Account.name.icontains(form.q.data, autoescape=True),
                Account.email.icontains(form.q.data, autoescape=True),
            )
        )
    if form.role.data in {role.value for role in Role}:
        query = query.where(Membership.role == Role(form.role.data))
    return render_template(
        "roadshow/people.html",
        page=page_of(query),
        page_url=page_url,
        form=form,
        active=active_filters(form),
    )


@bp.route("/r/<slug>/people/<membership_id>/remove", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def remove(membership_id: str) -> str | Response:
    row = g.session.scalars(
        select(Membership).where(
            Membership.roadshow_id == g.roadshow.id, Membership.id == membership_id
        )
    ).first()
    if row is None:
        abort(404)
    form = PhaseForm()
    if form.validate_on_submit():
        take_role(g.session(), row, actor=access.actor(), now=g.now)
        flash(_("The role is taken back."), "confirmed")
        return redirect(url_for(".people", slug=g.roadshow.slug), 303)
    return render_template("roadshow/remove.html", form=form, row=row)


@bp.get("/r/<slug>/contacts")
@needs(Action.RUN_ROADSHOW)
def contacts() -> str:
    """People of teams and firms who never signed in."""
    known_parameters("q")
    form = ContactFilter(request.args)
    query = (
        select(Person)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Person.roadshow_id == g.roadshow.id,
            Person.account_id.is_(None),
            Person.erased_at.is_(None),
        )
        .options(contains_eager(Person.organisation))
        .order_by(Person.name_en, Person.name_zh, Person.id)
    )
    if form.q.data:
        columns = (Person.name_en, Person.name_zh, Person.email, Organisation.name_en)
        query = query.where(
            or_(*(column.icontains(form.q.data, autoescape=True) for column in columns))
        )
    return render_template(
        "roadshow/contacts.html",
        page=page_of(query),
        page_url=page_url,
        form=form,
        active=active_filters(form),
    )


@bp.route("/r/<slug>/contacts/<person_id>/erase", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, access.person)
def erase_contact(person: Person) -> str | Response:
    """Erase somebody who asked for it and has no account to do it with."""
    if person.account_id is not None:
        raise Refusal("has-account")
    form = PhaseForm()
    if form.validate_on_submit():
        letters = current_app.extensions["settings"].letter_dir
        erase_person(g.session(), person, letters=letters, actor=access.actor(), now=g.now)
        flash(_("This person is erased."), "confirmed")
        return redirect(url_for(".contacts", slug=g.roadshow.slug), 303)
    return render_template("roadshow/erase_contact.html", form=form, person=person)


@bp.get("/r/<slug>/journal")
@needs(Action.RUN_ROADSHOW)
def journal() -> str:
    known_parameters("q")
    query = (
        select(JournalEntry)
        .where(JournalEntry.roadshow_id == g.roadshow.id)
        .order_by(JournalEntry.seq.desc())
    )
    wanted = request.args.get("q", "").strip()
    called = [code for code in DEEDS if wanted and wanted.casefold() in deed(code).casefold()]
    if wanted:
        query = query.where(
            or_(
                JournalEntry.action.icontains(wanted, autoescape=True),
                JournalEntry.action.in_(called),
                JournalEntry.thing_id == wanted,
            )
        )
    page = page_of(query)
    names = dict(
        g.session.execute(
            select(Account.id, func.coalesce(func.nullif(Account.name, ""), Account.email)).where(
                Account.id.in_({entry.actor_id for entry in page.items})
            )
        ).all()
    )
    return render_template(
        "roadshow/journal.html",
        page=page,
        page_url=page_url,
        names=names,
        wanted=wanted,
        deed=deed,
    )


@bp.get("/r/<slug>/mail")
@needs(Action.RUN_ROADSHOW)
def mail() -> str:
    known_parameters("q", "about", "state")
    form = MailFilter(request.args)
    query = (
        select(Mail)
        .where(Mail.roadshow_id == g.roadshow.id)
        .order_by(Mail.written_at.desc(), Mail.id)
    )
    if form.q.data:
        query = query.where(Mail.to.icontains(form.q.data.strip(), autoescape=True))
    if form.about.data:
        query = query.where(Mail.template == form.about.data)
    if form.state.data in {state.value for state in MailState}:
        query = query.where(Mail.state == MailState(form.state.data))
    return render_template(
        "roadshow/mail.html",
        page=page_of(query),
        page_url=page_url,
        form=form,
        active=active_filters(form),
    )


@bp.post("/r/<slug>/mail/<mail_id>/again")
@needs(Action.RUN_ROADSHOW)
def mail_again(mail_id: str) -> Response:
    row = g.session.scalars(
        select(Mail).where(Mail.roadshow_id == g.roadshow.id, Mail.id == mail_id)
    ).first()
    if row is None:
        abort(404)
    if row.state is not MailState.FAILED:
        raise Refusal("mail-is-not-failed")
    outbox.again(g.session(), row, actor=access.actor(), now=g.now)
    return redirect(url_for(".mail", slug=g.roadshow.slug), 303)
