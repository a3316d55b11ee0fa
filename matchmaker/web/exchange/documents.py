"""Exports: handed over at once, or made as a job where they are large."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, g, redirect, send_file, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.services.exchange import giving, preparing
from matchmaker.store.exchange import ExportFile
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.exchange.blueprint import bp
from matchmaker.web.lists import known_parameters
from matchmaker.web.text import locale


@bp.get("/r/<slug>/exports/<kind>.<form>")
@needs(Action.RUN_ROADSHOW)
def download(kind: str, form: str) -> Response:
    known_parameters()
    if kind not in giving.KINDS or form not in giving.offers(kind):
        abort(404)
    if kind in preparing.SLOW:
        return redirect(url_for(".index", slug=g.roadshow.slug))
    document = giving.export(
        g.session, g.roadshow, kind, form, language=locale(), viewer=g.viewer, now=g.now, **_links()
    )
    return _handed(document.content, document.mime, document.filename)


@bp.post("/r/<slug>/exports/<kind>.<form>")
@needs(Action.RUN_ROADSHOW)
def prepare(kind: str, form: str) -> Response:
    """Make a large document as a job; its page leads to the document."""
    if kind not in giving.KINDS or form not in giving.offers(kind):
        abort(404)
    job = preparing.queue_export(
        g.session(),
        g.roadshow,
        kind,
        form,
        language=locale(),
        actor=access.actor(),
        now=g.now,
        **_links(),
    )
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _own_export(values: dict[str, Any]) -> ExportFile | None:
    query = select(ExportFile).where(
        ExportFile.roadshow_id == g.roadshow.id,
        ExportFile.account_id == g.viewer.account_id,
        ExportFile.id == values.pop("file_id"),
    )
    found: ExportFile | None = g.session.scalars(query).first()
    return found


@bp.get("/r/<slug>/exports/ready/<file_id>")
@needs(Action.RUN_ROADSHOW, _own_export)
def ready(made: ExportFile) -> Response:
    known_parameters()
    return _handed(made.content, made.mime, made.name)


def _links() -> dict[str, str]:
    """Return where printed pages lead, and what makes calendar identifiers unique."""
    address = current_app.extensions["settings"].public_url.rstrip("/")
    return {
        "url": address + url_for("home.roadshow", slug=g.roadshow.slug),
        "host": urlsplit(address).hostname or "matchmaker",
    }


def _handed(content: bytes, mime: str, name: str) -> Response:
    return send_file(
        io.BytesIO(content), mimetype=mime, as_attachment=True, download_name=name, max_age=0
    )
