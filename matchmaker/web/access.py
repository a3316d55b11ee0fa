"""Every (endpoint, method) says what it needs; whatever says nothing does not exist.

``needs`` wraps a view: it loads the roadshow named in the address and the thing the page is
about, asks ``may``, and passes the thing on. What the viewer may not know of answers 404.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.journey import Role
from matchmaker.core.policy import HIDDEN, Action, Verdict, may
from matchmaker.services.visibility import (
    visible_investors,
    visible_meetings,
    visible_projects,
)
from matchmaker.store.account import Account
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Meeting
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person, Roadshow
from matchmaker.web.again import once_more

View = TypeVar("View", bound=Callable[..., Any])
Loader = Callable[[dict[str, Any]], Any]

# Pages of the sign-in library; it asks its own questions (signed in, recently confirmed, ...).
SECURITY = "security."
FILES = "static"


def needs(action: Action, load: Loader | None = None) -> Callable[[View], View]:
    """Let the view be reached by whoever may do ``action`` to the thing that ``load`` finds.

    ``load`` takes its values out of the address's and returns the thing or None (404, or the
    sign-in page for who has not signed in). Without it the thing is the roadshow of the address,
    or nothing.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if any("\0" in value for value in values.values() if isinstance(value, str)):
                abort(404)  # PostgreSQL cannot even be asked for it
            if "slug" in values:
                g.roadshow = _roadshow(values.pop("slug"))
            thing = load(values) if load else g.get("roadshow")
            unknown = load is not None and thing is None
            if unknown and action is Action.PUBLIC:  # a secret address needs no sign-in
                abort(404)
            refused = refuse(HIDDEN if unknown else may(g.viewer, action, thing))
            if refused is not None:
                return refused
            return view(thing, **values) if load else view(**values)

        guarded.needs = action  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return wrap


def refuse(verdict: Verdict) -> Response | None:
    """Return the way to the sign-in page, stop with 404 or 403, or None for a yes."""
    if verdict:
        return None
    if not g.viewer.signed_in and request.method in ("GET", "HEAD"):
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if not g.viewer.signed_in and (kept := once_more()) is not None:
        return kept
    if verdict.hidden:
        abort(404)
    g.verdict = verdict
    return abort(403)


def ask(action: Action, thing: Any = None) -> None:
    """Stop with 404 or 403 unless the viewer may do this."""
    verdict = may(g.viewer, action, thing)
    if not verdict:
        g.verdict = verdict
        abort(404 if verdict.hidden else 403)


def access_table(app: Flask) -> dict[tuple[str, str], str]:
    """Return what each (endpoint, method) of the application needs."""
    table = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint.startswith(SECURITY):
                table[rule.endpoint, method] = "sign-in library"
            elif rule.endpoint == FILES:
                table[rule.endpoint, method] = Action.PUBLIC.value
            else:
                table[rule.endpoint, method] = getattr(view, "needs", None)
    return table


def refuse_undeclared(app: Flask) -> None:
    """Stop the application from starting when a route says nothing of its needs."""
    silent = sorted({endpoint for (endpoint, _), need in access_table(app).items() if not need})
    if silent:
        raise RuntimeError(f"routes without a declared need: {', '.join(silent)}")


# -- loaders: what the address names, if the viewer may know of it ---------------------------


def project(values: dict[str, Any]) -> Project | None:
    query = visible_projects(g.viewer, g.roadshow).where(Project.id == values.pop("project_id"))
    return g.session.scalars(query).first()


def investor(values: dict[str, Any]) -> Investor | None:
    query = visible_investors(g.viewer, g.roadshow)
    return g.session.scalars(query.where(Investor.id == values.pop("investor_id"))).first()


def meeting(values: dict[str, Any]) -> Meeting | None:
    query = visible_meetings(g.viewer, g.roadshow).where(Meeting.id == values.pop("meeting_id"))
    return g.session.scalars(query).first()


def person(values: dict[str, Any]) -> Person | None:
    query = select(Person).where(
        Person.roadshow_id == g.roadshow.id, Person.id == values.pop("person_id")
    )
    if not g.viewer.has(Role.ORGANISER, g.roadshow.id):
        query = query.where(Person.id.in_(g.viewer.persons))
    return g.session.scalars(query).first()


def job(values: dict[str, Any]) -> Job | None:
    return g.session.get(Job, values.pop("job_id"))


def _roadshow(slug: str) -> Roadshow:
    found = g.session.scalars(select(Roadshow).where(Roadshow.slug == slug)).first()
    if found is None or not may(g.viewer, Action.SEE_ROADSHOW, found):
        abort(404)
    return found


def actor() -> Account:
    """Return the signed-in account; only behind a need that asks for one."""
    return g.account
