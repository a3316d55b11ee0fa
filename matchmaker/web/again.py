"""A form that was sent after the sign-in had run out: what was written comes back, nothing is lost.

The page that answers holds everything that was sent, so that it can be sent once more after
signing in beside it. Nothing is kept on the server: the text may be confidential, and whoever
sent it is not known. A request from another site never gets its words back: a stranger's page
could put them into somebody's hand together with a token of ours.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import make_response, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

TOKEN = "csrf_token"
SECRETS = {"password", "new_password", "code", "passcode"}
FILES = "multipart/form-data"
LONG = 20  # characters from which a text is worth showing


def once_more() -> Response | None:
    """Return the page that gives back what was sent, or None where there is nothing to give."""
    if request.method != "POST" or not _own_site() or request.headers.get("HX-Request"):
        return None
    if (request.endpoint or "").startswith("security.") or SECRETS & set(request.form):
        return None
    sent = [(name, one) for name, one in request.form.items(multi=True) if name != TOKEN]
    if not sent or request.headers.get("X-Draft"):
        return None
    signed_in = bool(current_user.is_authenticated)
    page = render_template(
        "again/once_more.html",
        status=401,
        sent=sent,
        shown=[one for _, one in sent if len(one) >= LONG],
        signed_in=signed_in,
        files=request.mimetype == FILES,
        sign_in=url_for("security.login", next=url_for("profile.back")),
    )
    answer = make_response(page, 401)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _own_site() -> bool:
    """Tell whether the browser says that a page of ours sent this."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.host
