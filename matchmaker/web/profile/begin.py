"""Beginning an application or a mandate: two answers, then the form."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from matchmaker.core.journey import Role
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import profile
from matchmaker.services.visibility import visible_investors, visible_projects
from matchmaker.store.profile import Investor, Project
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.inputs import CodeField, line
from matchmaker.web.refusals import sentence

Answer = str | tuple[str, int] | Response


class ApplyForm(FlaskForm):  # type: ignore[misc]
    title = line(
        _l("What is the project called?"),
        200,
        InputRequired(_l("Please give it a name; you can change it later.")),
        description=_l("In English or Chinese, for example “Allogeneic CAR-T cells for lupus”."),
    )
    organisation = line(
        _l("Which organisation stands behind it?"),
        200,
        InputRequired(_l("Please name the university, hospital, institute or company.")),
    )
    kind = CodeField(_l("Kind of organisation"), kind="institution")


class RegisterForm(FlaskForm):  # type: ignore[misc]
    organisation = line(
        _l("What is the firm called?"),
        200,
        InputRequired(_l("Please name the firm, or yourself if you invest as an angel.")),
    )
    kind = CodeField(_l("Kind of investor"), kind="investor_kind")


@bp.route("/r/<slug>/apply", methods=["GET", "POST"])
@needs(Action.APPLY)
def apply() -> Answer:
    form = ApplyForm()
    if form.validate_on_submit():
        try:
            body = _body(form, "company")
            title = form.title.data
            started = profile.begun(
                g.session(), g.roadshow, title=title, organisation=body, actor=g.account
            )
            if started is not None:  # the button was pressed twice
                return redirect(_to("project", started.id), 303)
            project = profile.create_project(
                g.session(),
                g.roadshow,
                title=title,
                organisation=body,
                actor=g.account,
                now=g.now,
            )
            return redirect(_to("project", project.id), 303)
        except Refusal as refusal:
            form.title.errors = [*form.title.errors, sentence(refusal)]
    mine = _mine(visible_projects(g.viewer, g.roadshow).where(Project.id.in_(g.viewer.projects)))
    cards = profile.project_cards(g.session(), mine)
    return _page(
        form,
        "profile/apply.html",
        mine=[(cards[one.id], one) for one in mine if one.id in cards],
    )


@bp.route("/r/<slug>/register-investor", methods=["GET", "POST"])
@needs(Action.REGISTER_INVESTOR)
def register() -> Answer:
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            body = _body(form, "vc")
            own = visible_investors(g.viewer, g.roadshow).where(
                Investor.id.in_(g.viewer.investors), Investor.organisation_id == body.id
            )
            started = g.session.scalars(own).first()
            if started is not None:  # the button was pressed twice
                return redirect(_to("investor", started.id), 303)
            investor = profile.create_investor(
                g.session(),
                g.roadshow,
                organisation=body,
                actor=g.account,
                now=g.now,
            )
            return redirect(_to("investor", investor.id), 303)
        except Refusal as refusal:
            form.organisation.errors = [*form.organisation.errors, sentence(refusal)]
    mine = _mine(visible_investors(g.viewer, g.roadshow).where(Investor.id.in_(g.viewer.investors)))
    return _page(form, "profile/register.html", mine=mine)


@bp.get("/signed-in")
@needs(Action.PUBLIC)
def back() -> str:
    """Where the sign-in beside a form that waits ends."""
    return render_template("profile/back.html")


def _mine(query: Any) -> list[Any]:
    return list(g.session.scalars(query).unique())


def _body(form: Any, kind: str) -> Any:
    name = form.organisation.data
    chinese = any("\u4e00" <= char <= "\u9fff" for char in name)
    return profile.organisation_for(
        g.session(),
        g.roadshow,
        kind=form.kind.data or kind,
        **{"name_zh" if chinese else "name_en": name},
    )


def _to(kind: str, thing_id: str) -> str:
    return url_for(f"profile.edit_{kind}", slug=g.roadshow.slug, **{f"{kind}_id": thing_id})


def _page(form: Any, template: str, **shown: Any) -> Answer:
    others = g.viewer.has(Role.ORGANISER, g.roadshow.id)
    page = render_template(template, form=form, for_others=others, **shown)
    return (page, 422) if form.is_submitted() else page
