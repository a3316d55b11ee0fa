"""Limits on signing in: which requests count as a try, and for whom."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app, request, session

COUNTED = {
    "security.login",
    "security.register",
    "security.forgot_password",
    "security.send_confirmation",
    "security.verify",
    "security.change_password",
    "security.two_factor_token_validation",
    "security.mf_recovery",
}
CROWD = 15  # accounts behind one address: a whole venue shares a network


def limits(most: int) -> dict[str, int]:
    """Return how many tries the request's address and account have; none for other requests."""
    if request.method != "POST" or request.endpoint not in COUNTED:
        return {}
    found = {_key("address", request.remote_addr or ""): most * CROWD}
    return found | {_key("account", who): most for who in _named()}


def _named() -> set[str]:
    """Return everybody a request tries to be: whom it names, and who gave the password before.

    All of them, so that a made-up name beside the real one does not make the try another's.
    """
    sent = request.get_json(silent=True) if request.is_json else request.form
    names = [sent.get(name) for name in ("email", "identity")] if hasattr(sent, "get") else []
    names += [session.get("tf_user_id"), session.get("_user_id")]
    return {str(name).strip().lower()[:254] for name in names if name}


def _key(kind: str, value: str) -> str:
    """Return a name for the table that tells nobody which address or account it is."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{kind} {value}".encode(), hashlib.sha256).hexdigest()
