"""Who reviews what: shared out evenly or by hand; conflicts."""

from __future__ import annotations

from collections import defaultdict

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import selection
from matchmaker.store.account import Account, Membership
from matchmaker.store.profile import Project
from matchmaker.store.selection import Conflict, Review
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import active_filters, kept, known_parameters, page_in, page_url
from matchmaker.web.refusals import sentence
from matchmaker.web.selection.blueprint import bp, unknowable
from matchmaker.web.selection.forms import AssignForm, DeclareForm, PlainForm, ShareForm
from matchmaker.web.selection.narrowing import AssignmentFilter, are_in, is_begun, says
from matchmaker.web.text import local

PER_PAGE = 50
FILTERS = ("q", "reviewer", "state")


@bp.get("/r/<slug>/selection/assignments")
@needs(Action.RUN_ROADSHOW)
def assignments() -> str:
    known_parameters(*FILTERS)
    return _page(ShareForm(formdata=None), _assign_form(bound=False), _declare_form(bound=False))


@bp.post("/r/<slug>/selection/assignments/share")
@needs(Action.RUN_ROADSHOW)
def share() -> Response | tuple[str, int]:
    form = ShareForm()
    if form.validate_on_submit():
        try:
            made, short = selection.share_reviews(
                g.session(), g.roadshow, form.each.data, actor=access.actor(), now=g.now
            )
        except Refusal as refusal:
            form.each.errors = [sentence(refusal)]
        else:
            flash(
                ngettext("One review is assigned.", "%(num)s reviews are assigned.", len(made)),
                "confirmed",
            )
            few = [project.code for project in short if project.id not in unknowable()]
            if few:
                flash(
                    _(
                        "Still too few reviewers without a conflict of interest: %(codes)s.",
                        codes=", ".join(few),
                    ),
                    "attention",
                )
            return redirect(_back(), 303)
    return _page(form, _assign_form(bound=False), _declare_form(bound=False)), 422


@bp.post("/r/<slug>/selection/assignments/add")
@needs(Action.RUN_ROADSHOW)
def assign() -> Response | tuple[str, int]:
    form = _assign_form()
    if form.validate_on_submit():
        try:
            selection.assign(
                g.session(),
                g.session.get_one(Project, form.project.data),
                g.session.get_one(Account, form.reviewer.data),
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            form.reviewer.errors = [sentence(refusal)]
        else:
            flash(_("The application is assigned."), "confirmed")
            return redirect(_back(), 303)
    return _page(ShareForm(formdata=None), form, _declare_form(bound=False)), 422


@bp.route("/r/<slug>/selection/assignments/<review_id>/take", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def unassign(review_id: str) -> str | Response:
    """Take an application from a reviewer; a page of its own when something is written already."""
    row = g.session.scalars(
        select(Review).where(Review.roadshow_id == g.roadshow.id, Review.id == review_id)
    ).first()
    if row is None or row.project_id in unknowable():
        abort(404)
    if request.method == "GET":
        known_parameters(*FILTERS)
        return render_template(
            "selection/unassign.html", form=PlainForm(), row=row, begun=is_begun(row), back=_back()
        )
    selection.unassign(g.session(), row, actor=access.actor(), now=g.now)
    flash(_("The application is taken back from the reviewer."), "confirmed")
    return redirect(_back(), 303)


@bp.route("/r/<slug>/selection/assignments/remind", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def remind() -> str | Response:
    form = PlainForm()
    if form.validate_on_submit():
        mails = selection.remind_reviewers(g.session(), g.roadshow, actor=access.actor(), now=g.now)
        flash(
            ngettext("One mail is on its way.", "%(num)s mails are on their way.", mails),
            "confirmed",
        )
        return redirect(_back(), 303)
    busy = [
        load for load in selection.loads(g.session(), g.roadshow) if load.assigned > load.submitted
    ]
    return render_template("selection/remind.html", form=form, busy=busy)


@bp.post("/r/<slug>/selection/conflicts")
@needs(Action.RUN_ROADSHOW)
def declare() -> Response | tuple[str, int]:
    """Declare a conflict in somebody else's name, as they said it by mail or in the room."""
    form = _declare_form()
    if form.validate_on_submit():
        selection.declare_conflict(
            g.session(),
            g.session.get_one(Project, form.project.data),
            g.session.get_one(Account, form.reviewer.data),
            reason=form.reason.data or "",
            actor=access.actor(),
            now=g.now,
        )
        flash(_("The conflict of interest is declared."), "confirmed")
        return redirect(_back(), 303)
    return _page(ShareForm(formdata=None), _assign_form(bound=False), form), 422


@bp.route("/r/<slug>/selection/conflicts/<conflict_id>/withdraw", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def withdraw(conflict_id: str) -> str | Response:
    row = g.session.scalars(
        select(Conflict).where(Conflict.roadshow_id == g.roadshow.id, Conflict.id == conflict_id)
    ).first()
    if row is None or row.project_id in unknowable():
        abort(404)
    form = PlainForm()
    if form.validate_on_submit():
        selection.withdraw_conflict(g.session(), row, actor=access.actor(), now=g.now)
        flash(_("The conflict of interest is taken back."), "confirmed")
        return redirect(_back(), 303)
    return render_template(
        "selection/withdraw.html",
        form=form,
        row=row,
        person=g.session.get_one(Account, row.account_id),
        project=g.session.get_one(Project, row.project_id),
    )


def _page(share_form: ShareForm, form: AssignForm, declare_form: DeclareForm) -> str:
    session = g.session()
    held: dict[str, list[Review]] = defaultdict(list)
    for review in session.scalars(
        select(Review)
        .where(Review.roadshow_id == g.roadshow.id)
        .options(joinedload(Review.reviewer))
        .order_by(Review.assigned_at, Review.id)
    ):
        held[review.project_id].append(review)
    narrow = AssignmentFilter(request.args)
    loads = selection.loads(session, g.roadshow)
    people = [(one.reviewer.id, one.reviewer.name or one.reviewer.email) for one in loads]
    narrow.reviewer.choices = [("", _("Any")), *people]
    if narrow.reviewer.data not in dict(people):
        narrow.reviewer.data = ""
    rows = [
        row
        for row in _rows()
        if says(narrow.q.data, row.project, row.version) and are_in(narrow, held[row.project.id])
    ]
    return render_template(
        "selection/assignments.html",
        page=page_in(rows, PER_PAGE),
        page_url=page_url,
        narrow=narrow,
        active=active_filters(narrow),
        kept=kept(*FILTERS),
        is_begun=is_begun,
        held=held,
        loads=loads,
        share_form=share_form,
        form=form,
        declare_form=declare_form,
        conflicts=_conflicts(),
    )


def _back() -> str:
    """Return the list's address as it was narrowed."""
    return url_for(".assignments", slug=g.roadshow.slug, **kept(*FILTERS))


def _conflicts() -> list[tuple[Conflict, Account, Project]]:
    rows = g.session.execute(
        select(Conflict, Account, Project)
        .join(Account, Account.id == Conflict.account_id)
        .join(Project, Project.id == Conflict.project_id)
        .where(Conflict.roadshow_id == g.roadshow.id, Conflict.project_id.not_in(unknowable()))
        .order_by(Project.code, Account.name)
    )
    return [tuple(row) for row in rows]


def _assign_form(*, bound: bool = True) -> AssignForm:
    form = AssignForm(prefix="one-") if bound else AssignForm(formdata=None, prefix="one-")
    form.project.choices = _projects()
    form.reviewer.choices = [
        (account.id, account.name or account.email)
        for account in selection.reviewers(g.session(), g.roadshow)
    ]
    return form


def _declare_form(*, bound: bool = True) -> DeclareForm:
    form = DeclareForm(prefix="two-") if bound else DeclareForm(formdata=None, prefix="two-")
    form.project.choices = _projects()
    members = select(Membership.account_id).where(
        Membership.roadshow_id == g.roadshow.id,
        Membership.role.in_(("organiser", "reviewer")),
    )
    people = g.session.scalars(
        select(Account).where(Account.id.in_(members)).order_by(Account.name, Account.email)
    )
    form.reviewer.choices = [(row.id, row.name or row.email) for row in people]
    return form


def _rows() -> list[selection.Application]:
    if "applications" not in g:
        g.applications = selection.summary(g.session(), g.roadshow, without=unknowable())
    rows: list[selection.Application] = g.applications
    return sorted(rows, key=lambda row: row.project.code)


def _projects() -> list[tuple[str, str]]:
    return [(row.project.id, f"{row.project.code} {_plain(row)}") for row in _rows()]


def _plain(row: selection.Application) -> str:
    title = local(row.version, "title")
    return title.striptags() if isinstance(title, Markup) else title
