"""The first pages: which roadshows there are, what one is, and where somebody stands in it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask import jsonify as json_answer
from sqlalchemy import text
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.core.policy import Action
from matchmaker.services.visibility import visible_roadshows
from matchmaker.web.access import needs
from matchmaker.web.steps import role_page
from matchmaker.web.text import COOKIE, LOCALES
from matchmaker.web.ways import own_path

bp = Blueprint("home", __name__)


@bp.get("/")
@needs(Action.PUBLIC)
def index() -> str:
    roadshows = g.session.scalars(visible_roadshows(g.viewer)).all()
    return render_template("home/index.html", roadshows=roadshows)


@bp.get("/r/<slug>/")
@needs(Action.SEE_ROADSHOW)
def roadshow() -> str:
    return render_template("home/roadshow.html")


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
