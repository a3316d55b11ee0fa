"""What came of meetings: the form, one's own overview, the organisers' funnel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matchmaker.web.outcome import overview, recording
from matchmaker.web.outcome.blueprint import bp
from matchmaker.web.refusals import SENTENCES

SENTENCES.update(
    {
        "bad-usefulness": _l("Usefulness goes from 1 to 5."),
        "meeting-was-off": _l("This meeting did not take place."),
        "meeting-to-come": _l("You can say what came of a meeting once it has begun."),
    }
)

__all__ = ["bp", "overview", "recording"]
