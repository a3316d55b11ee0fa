"""The blueprint of one's own account, and its refusals."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from matchmaker.web.refusals import SENTENCES

bp = Blueprint("account", __name__)
SENTENCES.update(
    {
        "invitation-used": _l("This invitation has been used or has ended."),
        "account-exists": _l("There is an account with this address already. Please sign in."),
        "last-administrator": _l(
            "You are the only administrator; make somebody else one before you go."
        ),
        "has-account": _l("This person has an account and erases it themselves."),
        "short-password": _l("The password needs at least ten characters."),
    }
)
