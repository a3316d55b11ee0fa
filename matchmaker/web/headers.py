"""What every response says to browsers, and who may send requests from elsewhere."""

from __future__ import annotations

from flask import Flask, abort, g, request
from flask.wrappers import Response

from matchmaker.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


def protect(app: Flask, settings: Settings) -> None:
    """Add the headers to every response; refuse writes that another site sent."""

    @app.before_request
    def same_site() -> None:
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.method not in ("GET", "HEAD", "OPTIONS") and site == "cross-site":
            abort(403)

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if settings.public_url.startswith("https://"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        viewer = g.get("viewer")
        told_apart = viewer is not None and viewer.signed_in
        if told_apart and not response.cache_control.immutable:
            response.headers["Cache-Control"] = "no-store"
            response.vary.add("Cookie")
        return response
