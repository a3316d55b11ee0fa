"""One's own account, and the way in by invitation."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import hash_password
from flask_security.utils import login_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from matchmaker.core.policy import Action
from matchmaker.services import invitation as invitations
from matchmaker.services.account import account_by_email, change_account, new_account
from matchmaker.services.personal import give_consent
from matchmaker.store.account import Account, Invitation
from matchmaker.store.roadshow import Roadshow
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.account.blueprint import bp
from matchmaker.web.text import COOKIE, locale


class AccountForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Your name"), [InputRequired(), Length(max=120)])
    locale = SelectField(_l("Language"), choices=[("en", "English"), ("zh", "中文")])


class DoForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: for a button."""


class WelcomeForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Your name"), [InputRequired(), Length(max=120)])
    password = PasswordField(
        _l("Choose a password"),
        [InputRequired(), Length(min=10, max=200)],
        description=_l("At least ten characters; a few unrelated words are easy to remember."),
    )
    agree = BooleanField(
        _l("I have read the text on privacy and agree to it"),
        [InputRequired(_l("Without this nothing may be stored about you."))],
    )


@bp.route("/account", methods=["GET", "POST"])
@needs(Action.SIGNED_IN)
def show() -> str | Response | tuple[str, int]:
    account = access.actor()
    form = AccountForm(obj=account)
    if form.validate_on_submit():
        change_account(
            g.session(),
            account,
            name=form.name.data,
            locale=form.locale.data,
            actor=account,
            now=g.now,
        )
        flash(_("Your account is saved."), "confirmed")
        response = redirect(url_for("account.show"), 303)
        response.set_cookie(COOKIE, form.locale.data, samesite="Lax", httponly=True)
        return response
    page = render_template("account/show.html", form=form, roadshows=_roadshows(account))
    return (page, 422) if form.errors else page


@bp.get("/invitation/<secret>")
@needs(Action.PUBLIC)
def invitation(secret: str) -> str | tuple[str, int]:
    """Show an invitation; looking changes nothing, because mail scanners look."""
    row = invitations.find(g.session(), secret, g.now)
    if row is None:
        return _over(secret)
    return _welcome(row, secret, WelcomeForm(name=row.name))


@bp.post("/invitation/<secret>/renew")
@needs(Action.PUBLIC)
def renew(secret: str) -> Response | tuple[str, int]:
    """Send a fresh link to the invited address, where the old one has ended."""
    row = invitations.find_any(g.session(), secret)
    if row is None or not invitations.can_renew(g.session(), row, g.now):
        return _over(secret)
    invitations.renew(g.session(), row, now=g.now)
    flash(_("A new link is on its way to the address that was invited."), "confirmed")
    return redirect(url_for("home.index"), 303)


@bp.post("/invitation/<secret>")
@needs(Action.PUBLIC)
def accept(secret: str) -> str | Response | tuple[str, int]:
    row = invitations.find(g.session(), secret, g.now, lock=True)
    if row is None:
        return _over(secret)
    account = g.account
    if account is None:
        form = WelcomeForm()
        if account_by_email(g.session(), row.email) is not None:
            return redirect(url_for("security.login", next=url_for(".invitation", secret=secret)))
        if not form.validate_on_submit():
            return _welcome(row, secret, form), 422
        account = new_account(
            g.session(),
            row.email,
            name=form.name.data,
            password_hash=hash_password(form.password.data),
            locale=locale(),
            confirmed=True,
            now=g.now,
        )
        give_consent(g.session(), account, now=g.now)
        invitations.accept(g.session(), row, actor=account, now=g.now)
        session.clear()
        login_user(account, authn_via=["password"])
    else:
        invitations.accept(g.session(), row, actor=account, now=g.now)
    roadshow = g.session.get_one(Roadshow, row.roadshow_id)
    flash(_("Welcome! You take part now."), "confirmed")
    return redirect(url_for("home.role_home", slug=roadshow.slug), 303)


def _over(secret: str) -> tuple[str, int]:
    """Say why a link cannot be used any more, and what its holder can do now."""
    row = invitations.find_any(g.session(), secret)
    page = render_template(
        "account/invitation_over.html",
        secret=secret,
        invitation=row,
        state=invitations.state_of(row, g.now) if row else "",
        show=g.session.get(Roadshow, row.roadshow_id) if row else None,
        renewable=row is not None and invitations.can_renew(g.session(), row, g.now),
        form=DoForm(formdata=None),
    )
    return page, 404 if row is None else 410


def _welcome(row: Invitation, secret: str, form: Any) -> str:
    roadshow = g.session.get(Roadshow, row.roadshow_id)
    if roadshow is None:
        abort(404)
    known = account_by_email(g.session(), row.email) is not None
    return render_template(
        "account/invitation.html",
        invitation=row,
        secret=secret,
        form=form,
        show=roadshow,
        known=known,
    )


def _roadshows(account: Account) -> list[tuple[Roadshow, list[Any]]]:
    roles: dict[str, list[Any]] = {}
    for membership in account.memberships:
        roles.setdefault(membership.roadshow_id, []).append(membership.role)
    query = select(Roadshow).where(Roadshow.id.in_(roles)).order_by(Roadshow.starts_on.desc())
    return [(roadshow, roles[roadshow.id]) for roadshow in g.session.scalars(query)]
