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
    who = _named()
    if who:
        found[_key("account", who)] = most
    return found


def _named() -> str:
    """Return whom a form tries to be: the address it names, or who gave the password before."""
    email = request.form.get("email") or request.form.get("identity") or ""
    known = session.get("tf_user_id") or session.get("_user_id") or ""
    return email.strip().lower()[:254] or str(known)


def _key(kind: str, value: str) -> str:
    """Return a name for the table that tells nobody which address or account it is."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{kind} {value}".encode(), hashlib.sha256).hexdigest()
