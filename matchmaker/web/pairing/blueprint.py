"""The pairing pages hang on one blueprint."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from matchmaker.web.refusals import SENTENCES

bp = Blueprint("pairing", __name__)
SENTENCES.update(
    {
        "no-candidates": _l("There are no selected projects or no active investors yet."),
        "no-slots": _l("Please enter slots first."),
        "no-tables": _l("Please enter tables first."),
        "nothing-proposed": _l("There is no proposal yet."),
        "side-says-no": _l("One side said no thanks. Please speak with them first."),
        "nothing-to-release": _l("This pair is neither pinned nor forbidden."),
        "pin-impossible": _l(
            "This pair cannot meet: it has no slot in common, or other pins fill its places."
        ),
        "unknown-pair": _l("This pair has met already, or one side does not take part."),
        "bad-instance": _l("The entries contradict each other: %(place)s."),
    }
)
