"""The blueprint of an organiser's own pages, and its refusals."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from matchmaker.web.refusals import SENTENCES

bp = Blueprint("roadshow", __name__)
SENTENCES.update(
    {
        "bad-slug": _l("Use small letters, digits and hyphens."),
        "slug-taken": _l("Another roadshow has this address."),
        "phase-step": _l("Phases go one step forward or back."),
        "last-organiser": _l("A roadshow needs an organiser; make somebody else one first."),
        "dates-in-order": _l("The last day lies before the first."),
        "frozen-without-time": _l("Please say from when on mandates are fixed."),
        "floor-above-cap": _l("The least number of meetings is above the most."),
        "too-many-guests": _l("At most %(most)s people at once."),
        "mail-is-not-failed": _l("Only a mail that failed can be sent again."),
    }
)
