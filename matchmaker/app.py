"""The application: wires the layers, and is the one place of a request's commit and rollback."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, abort, current_app, g, request
from flask.wrappers import Response
from flask_wtf import CSRFProtect
from sqlalchemy.orm import scoped_session
from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaker.paths import STATIC, TEMPLATES
from matchmaker.services.attempt import count_attempt
from matchmaker.services.match import encoders
from matchmaker.settings import Settings
from matchmaker.store.engine import make_engine, make_sessions, writing
from matchmaker.web import assets, attempts, blueprints, security, text
from matchmaker.web.access import refuse_undeclared
from matchmaker.web.errors import handle_errors
from matchmaker.web.headers import protect
from matchmaker.worker import Worker

HOUR = timedelta(hours=1)
SAFE = ("GET", "HEAD", "OPTIONS")


def utc_now() -> datetime:
    return datetime.now(UTC)


def _context() -> int:
    """Return what tells one request's session from another's."""
    return id(g._get_current_object())  # noqa: SLF001 -- the proxy itself is always the same


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Flask:
    """Return the WSGI application for these settings; ``clock`` tells the time."""
    app = Flask("matchmaker", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.config.from_mapping(_config(settings))
    app.extensions["settings"] = settings
    encoders.prepare(settings.encoders)
    app.extensions["clock"] = clock
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.store_url)
    sessions = make_sessions(engine)
    app.extensions["engine"] = engine
    app.extensions["sessions"] = sessions
    app.extensions["session"] = scoped_session(sessions, scopefunc=_context)
    app.extensions["worker"] = Worker(app, settings, sessions, clock)
    _open_and_close(app)
    CSRFProtect(app)
    text.speak(app)
    security.sign_in(app, settings)
    handle_errors(app)
    protect(app, settings)
    blueprints.register(app)
    refuse_undeclared(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    app.wsgi_app = assets.served(app.wsgi_app, settings.data_dir)  # type: ignore[method-assign]
    return app


def _config(settings: Settings) -> dict[str, Any]:
    https = settings.public_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 4000,
        "TRUSTED_HOSTS": [*settings.trusted_hosts],
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _open_and_close(app: Flask) -> None:
    """Give each request its session and its moment; commit what returned, roll back the rest."""

    @app.before_request
    def begin() -> None:
        g.now = app.extensions["clock"]()
        g.request_id = secrets.token_hex(6)
        g.session = app.extensions["session"]
        if request.method not in SAFE:
            g.write = writing()
            g.write.__enter__()

    @app.before_request
    def known_host() -> None:
        if request.host.partition(":")[0] not in app.config["TRUSTED_HOSTS"]:
            abort(400)

    @app.before_request
    def limit_attempts() -> None:
        """Count before anything else, and for good: what the try leads to may be rolled back."""
        limits = attempts.limits(app.extensions["settings"].sign_in_limit)
        if not limits:
            return
        with app.extensions["sessions"]() as session:
            allowed = count_attempt(session, limits, within=HOUR, now=g.now)
            session.commit()
        if not allowed:
            abort(429)

    app.after_request(_end)
    app.teardown_request(_close)


def _end(response: Response) -> Response:
    """Commit what a page did and wake the worker; a refusal leaves nothing behind.

    Unless the page says that it kept what was sent (``g.keeps``), and nothing else.
    """
    session = g.get("session")
    if session is None:
        return response
    kept = response.status_code in (409, 422) and g.get("keeps")
    if response.status_code >= 400 and not kept:
        session.rollback()
        return response
    jobs, posted = session().info.pop("jobs", []), session().info.pop("posted", False)
    session.commit()
    if jobs or posted:
        current_app.extensions["worker"].wake(jobs)
    return response


def _close(_error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.remove()
    held = g.pop("write", None)
    if held is not None:
        held.__exit__(None, None, None)
