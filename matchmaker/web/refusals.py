"""What a refusal's stable reason says in the viewer's language.

Each word's module adds its own: ``SENTENCES.update({...})``. ``%(name)s`` are the refusal's facts.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matchmaker.core.refusal import Refusal

SENTENCES = {
    "sign-in": _l("Please sign in first."),
    "not-a-participant": _l("This page is for people who take part in this roadshow."),
    "call-closed": _l("Applications are not open at the moment."),
    "registration-closed": _l("Registration is not open at the moment."),
    "invitation-only": _l("This roadshow is by invitation. Please ask the organisers for one."),
    "for-participants": _l("This is shown to participants of the roadshow."),
    "after-cda": _l("This is shown after a confidentiality agreement (CDA) with the team."),
    "not-your-project": _l("Only the project's team and the organisers can do this."),
    "not-your-firm": _l("Only the firm's delegates and the organisers can do this."),
    "you-only-read": _l("You read along here. Ask whoever leads to let you edit."),
    "you-do-not-lead": _l("Only whoever leads the team or firm and the organisers can do this."),
    "conflict-of-interest": _l("You have a conflict of interest with this project."),
    "wrong-state": _l("This cannot be done in the present state."),
    "job-is-over": _l("This job has ended already."),
    "stale": _l("Somebody changed this meanwhile. Please look at both texts and save again."),
}


def sentence(refusal: Refusal) -> str:
    """Return the refusal in the viewer's language, or its English hint where none is known."""
    known = SENTENCES.get(refusal.reason)
    if known is None:
        return refusal.hint or refusal.reason
    try:
        return str(known) % refusal.facts
    except (KeyError, TypeError, ValueError):
        return str(known)
