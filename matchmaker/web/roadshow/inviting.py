"""Inviting people: one by one or from a list, reminding them, taking an invitation back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, or_, select
from werkzeug.wrappers import Response

from matchmaker.core.journey import MailState, Role
from matchmaker.core.policy import Action
from matchmaker.services import invitation as invitations
from matchmaker.store.account import Invitation
from matchmaker.store.journal import Mail
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.forms.roadshow import (
    INVITATION_STATES,
    InvitationFilter,
    InviteForm,
    InviteListForm,
)
from matchmaker.web.lists import active_filters, known_parameters, page_of, page_url
from matchmaker.web.roadshow.blueprint import bp

GUEST = re.compile(
    r"^\s*(?:(?P<name>[^<>,;\t]*?)[\s,;\t]*<?)?(?P<email>[^\s<>,;]+@[^\s<>,;]+)>?\s*$"
)


@bp.route("/r/<slug>/invitations", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def invite() -> str | Response | tuple[str, int]:
    """Invite one person, to a team or firm where the role has one."""
    form = InviteForm()
    form.party.choices = _parties()
    if form.validate_on_submit():
        project, investor = _party(form.party.data)
        invitations.invite(
            g.session(),
            g.roadshow,
            invitations.Guest(form.email.data, form.name.data or ""),
            Role(form.role.data),
            project=project,
            investor=investor,
            actor=access.actor(),
            now=g.now,
        )
        flash(_("The invitation is on its way."), "confirmed")
        return redirect(url_for(".invite", slug=g.roadshow.slug), 303)
    return _invitations(form, InviteListForm(formdata=None))


@bp.post("/r/<slug>/invitations/list")
@needs(Action.RUN_ROADSHOW)
def invite_list() -> str | Response | tuple[str, int]:
    form = InviteListForm()
    if form.validate_on_submit():
        guests, wrong = read_guests(form.guests.data)
        if wrong:
            form.guests.errors.append(
                _("These lines have no address: %(lines)s", lines="; ".join(wrong[:5]))
            )
        else:
            rows = invitations.invite_list(
                g.session(),
                g.roadshow,
                guests,
                Role(form.role.data),
                actor=access.actor(),
                now=g.now,
            )
            flash(
                ngettext(
                    "One invitation is on its way.",
                    "%(num)s invitations are on their way.",
                    len(rows),
                ),
                "confirmed",
            )
            return redirect(url_for(".invite", slug=g.roadshow.slug), 303)
    one = InviteForm(formdata=None)
    one.party.choices = _parties()
    return _invitations(one, form)


@bp.post("/r/<slug>/invitations/<invitation_id>/revoke")
@needs(Action.RUN_ROADSHOW)
def revoke(invitation_id: str) -> Response:
    row = _invitation(invitation_id)
    invitations.revoke(g.session(), row, actor=access.actor(), now=g.now)
    flash(_("The invitation is taken back."), "confirmed")
    return redirect(url_for(".invite", slug=g.roadshow.slug), 303)


@bp.post("/r/<slug>/invitations/<invitation_id>/remind")
@needs(Action.RUN_ROADSHOW)
def remind(invitation_id: str) -> Response:
    """Send a fresh link; the old one ends."""
    row = _invitation(invitation_id)
    invitations.remind(g.session(), row, actor=access.actor(), now=g.now)
    flash(_("A reminder is on its way; the old link has ended."), "confirmed")
    return redirect(url_for(".invite", slug=g.roadshow.slug), 303)


@bp.post("/r/<slug>/invitations/remind")
@needs(Action.RUN_ROADSHOW)
def remind_all() -> Response:
    """Remind everybody who has not answered for three days."""
    count = invitations.remind_all(g.session(), g.roadshow, actor=access.actor(), now=g.now)
    told = ngettext("One reminder is on its way.", "%(num)s reminders are on their way.", count)
    flash(
        told if count else _("Everybody who has not answered was written to in the last days."),
        "confirmed" if count else "waiting",
    )
    return redirect(url_for(".invite", slug=g.roadshow.slug), 303)


def read_guests(text: str) -> tuple[list[invitations.Guest], list[str]]:
    """Return the people of a list, one a line (``Name <address>``), and lines without address."""
    guests, wrong = [], []
    for line in text.splitlines():
        if not line.strip():
            continue
        found = GUEST.match(line)
        if found is None or len(found["email"]) > 254:
            wrong.append(line.strip()[:60])
        else:
            guests.append(invitations.Guest(found["email"], (found["name"] or "").strip(' "')))
    return guests, wrong


def _invitations(one: InviteForm, many: InviteListForm) -> str | tuple[str, int]:
    known_parameters("q", "state")
    filters = InvitationFilter(request.args)
    query = invitations.in_state(g.roadshow, filters.state.data or "", g.now)
    if filters.q.data:
        query = query.where(
            or_(
                Invitation.name.icontains(filters.q.data, autoescape=True),
                Invitation.email.icontains(filters.q.data, autoescape=True),
            )
        )
    rows = page_of(query)
    page = render_template(
        "roadshow/invitations.html",
        one=one,
        many=many,
        filters=filters,
        active=active_filters(filters),
        page=rows,
        undelivered=_undelivered(rows.items),
        page_url=page_url,
        state_of=invitations.state_of,
        waiting=_count(invitations.in_state(g.roadshow, "open", g.now)),
        states=INVITATION_STATES,
    )
    return (page, 422) if one.errors or many.errors else page


def _undelivered(rows: Sequence[Invitation]) -> dict[str, Mail]:
    """Return the newest mail of each invitation whose mail could not be delivered."""
    keys = {invitations.letter_key(row): row.id for row in rows}
    failed = (Mail.state == MailState.FAILED) & Mail.dedupe.in_(keys)
    return {keys[mail.dedupe]: mail for mail in g.session.scalars(select(Mail).where(failed))}


def _count(query: Any) -> int:
    rows = query.order_by(None).subquery()
    return g.session.scalar(select(func.count()).select_from(rows)) or 0


def _invitation(invitation_id: str) -> Invitation:
    row = g.session.scalars(
        select(Invitation).where(
            Invitation.roadshow_id == g.roadshow.id, Invitation.id == invitation_id
        )
    ).first()
    if row is None:
        abort(404)
    assert isinstance(row, Invitation)
    return row


def _parties() -> list[tuple[str, str]]:
    """Return the teams and firms that somebody can be invited into."""
    projects = g.session.scalars(
        select(Project).where(Project.roadshow_id == g.roadshow.id).order_by(Project.code)
    )
    investors = g.session.scalars(
        select(Investor).where(Investor.roadshow_id == g.roadshow.id).order_by(Investor.code)
    )
    named = [("", _("No team or firm yet"))]
    named += [(f"project:{one.id}", f"{one.code} {_name(one.organisation)}") for one in projects]
    named += [(f"investor:{one.id}", f"{one.code} {_name(one.organisation)}") for one in investors]
    return named


def _name(organisation: Any) -> str:
    return str(organisation.name_en or organisation.name_zh)


def _party(value: str) -> tuple[Project | None, Investor | None]:
    kind, _colon, party_id = value.partition(":")
    if kind == "project":
        return g.session.get(Project, party_id), None
    if kind == "investor":
        return None, g.session.get(Investor, party_id)
    return None, None
