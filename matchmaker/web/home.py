"""The first pages: which roadshows there are, what one is, and where somebody stands in it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask import jsonify as json_answer
from sqlalchemy import func, select, text
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.core.journey import Phase, ProjectState
from matchmaker.core.policy import PHASES, Action
from matchmaker.services.selection import criteria
from matchmaker.services.visibility import visible_roadshows
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import Organisation
from matchmaker.web.access import needs
from matchmaker.web.steps import role_page
from matchmaker.web.text import COOKIE, LOCALES
from matchmaker.web.ways import own_path

bp = Blueprint("home", __name__)
SHOWN = PHASES[PHASES.index(Phase.PREFERENCE) :]
"""Phases in which everybody may know which projects were selected."""


@bp.get("/")
@needs(Action.PUBLIC)
def index() -> str:
    roadshows = g.session.scalars(visible_roadshows(g.viewer)).all()
    return render_template("home/index.html", roadshows=roadshows)


@bp.get("/r/<slug>/")
@needs(Action.SEE_ROADSHOW)
def roadshow() -> str:
    """The public page: what it is, when, for whom, and how to take part."""
    return render_template(
        "home/roadshow.html",
        criteria=criteria(g.session(), g.roadshow),
        chosen=_chosen() if g.roadshow.phase in SHOWN else [],
    )


def _chosen() -> list[tuple[str | None, int]]:
    """Return how many selected projects come from each country, the most first."""
    count = func.count()
    return [
        (country, number)
        for country, number in g.session.execute(
            select(Organisation.country, count)
            .join(Project, Project.organisation_id == Organisation.id)
            .where(Project.roadshow_id == g.roadshow.id, Project.state == ProjectState.SELECTED)
            .group_by(Organisation.country)
            .order_by(count.desc(), Organisation.country)
        )
    ]


@bp.get("/r/<slug>/home")
@needs(Action.TAKE_PART)
def role_home() -> str:
    return render_template("home/role_home.html", **role_page())


@bp.get("/language/<code>")
@needs(Action.PUBLIC)
def language(code: str) -> AnyResponse:
    response = redirect(own_path(request.args.get("next", "/")))
    if code in LOCALES:
        response.set_cookie(COOKIE, code, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


@bp.get("/healthz")
@needs(Action.PUBLIC)
def healthz() -> Response:
    return json_answer(status="ok")


@bp.get("/readyz")
@needs(Action.PUBLIC)
def readyz() -> tuple[Response, int]:
    from matchmaker.store.migrate import heads_differ  # noqa: PLC0415 -- slow import

    checks = {"database": True, "migrations": True, "jobs": True}
    try:
        g.session.execute(text("SELECT 1"))
        checks["migrations"] = not heads_differ(current_app.extensions["engine"])
    except Exception:  # noqa: BLE001 -- any failure means not ready
        checks["database"] = checks["migrations"] = False
    ready = all(checks.values())
    return json_answer(status="ok" if ready else "degraded", **checks), 200 if ready else 503
