"""Error pages: one look for all, no word about what is behind them."""

from __future__ import annotations

import logging

from flask import Flask, flash, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from matchmaker.core.refusal import Refusal
from matchmaker.web.again import once_more
from matchmaker.web.refusals import SENTENCES, sentence
from matchmaker.web.ways import own_path

log = logging.getLogger("matchmaker")
PAGES = (400, 403, 404, 409, 413, 429, 500, 503)


def handle_errors(app: Flask) -> None:
    """Answer refusals, HTTP errors and bugs with pages a person understands."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(IntegrityError, _conflict)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(Exception, _bug)


def page(status: int, **values: object) -> tuple[str, int]:
    """Return the page of a status; an unusual one looks like its class."""
    name = status if status in PAGES else (400 if status < 500 else 500)
    return render_template(f"errors/{name}.html", status=status, **values), status


def _http(error: HTTPException) -> tuple[str, int] | HTTPException | Response:
    if error.code is None or error.code < 400:
        return error
    csrf = isinstance(error, CSRFError)
    if csrf and (kept := once_more()) is not None:
        return kept
    verdict = g.get("verdict")
    message = SENTENCES.get(verdict.reason) if verdict is not None else None
    return page(error.code, message=message, stale_form=csrf)


def _refusal(refusal: Refusal) -> Response | tuple[str, int]:
    """A refusal that no page caught: say it where the person came from."""
    g.session.rollback()
    fragment = request.headers.get("HX-Request")
    if request.method == "POST" and request.referrer and not fragment:
        flash(sentence(refusal), "attention")
        return redirect(own_path(request.referrer))
    return page(409, message=sentence(refusal))


def _conflict(error: IntegrityError) -> tuple[str, int]:
    g.session.rollback()
    log.warning("conflict %s: %s", g.get("request_id"), type(error.orig).__name__)
    return page(409)


def _database(error: OperationalError) -> tuple[str, int]:
    g.session.rollback()
    log.error("database %s: %s", g.get("request_id"), type(error.orig).__name__)
    return page(503)


def _unstorable(error: DataError) -> tuple[str, int]:
    """Something that no column takes (a NUL sign, a number beyond all measure) was sent."""
    g.session.rollback()
    log.warning("unstorable %s: %s", g.get("request_id"), type(error.orig).__name__)
    return page(400)


def _bug(error: Exception) -> tuple[str, int]:
    log.error("bug %s", g.get("request_id"), exc_info=error)
    session = g.get("session")
    if session is not None:
        session.rollback()
    return page(500, request_id=g.get("request_id"))
