"""Wishes: the control on every card, one's own list, the organisers' overview; and CDAs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matchmaker.web.preference import agreements, mine, overview, stating
from matchmaker.web.preference.blueprint import bp
from matchmaker.web.refusals import SENTENCES

SENTENCES.update(
    {
        "unknown-side": _l("This is not a side of a meeting."),
        "other-roadshow": _l("Both have to belong to one roadshow."),
        "preferences-not-open": _l("Preferences are not open yet."),
        "preferences-closed": _l("The time for preferences is over."),
        "not-taking-part": _l("This party does not take part (any more)."),
        "too-many-musts": _l(
            "You have used all %(most)s must-meets. Turn another one into “would meet” first."
        ),
        "signed-in-future": _l("A CDA counts from the day it was signed, at the latest today."),
        "cda-over": _l("This agreement has ended already."),
    }
)

__all__ = ["agreements", "bp", "mine", "overview", "stating"]
