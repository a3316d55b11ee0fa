"""Projects and investors: the lists, the cards, and the forms that make them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matchmaker.web.profile import (
    begin,
    changes,
    colleagues,
    duties,
    earlier,
    editing,
    files,
    index,
    lists,
    live,
    show,
    submitting,
)
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.refusals import SENTENCES

SENTENCES.update(
    {
        "missing": _l("Something that is needed is missing."),
        "too-long": _l("At most %(most)s characters, please; these are %(used)s."),
        "too-many": _l("At most %(most)s of these, please."),
        "bad-value": _l("“%(value)s” cannot be used here."),
        "unknown-code": _l("“%(value)s” is not one of the choices."),
        "not-in-order": _l("The least is more than the most."),
        "code-taken": _l("The code %(code)s is taken already."),
        "applications-closed": _l(
            "Applications have closed. Please write to the organisers if yours should still count."
        ),
        "frozen": _l(
            "This is fixed since applications closed. Please ask the organisers if it is wrong."
        ),
        "mandate-frozen": _l(
            "This is fixed since the deadline for mandates. Please ask the organisers if it is"
            " wrong."
        ),
        "page-not-drawn": _l("This page cannot be shown; please load the file instead."),
        "no-earlier-mandate": _l("There is no such mandate to take over."),
        "last-colleague": _l("Somebody must stay. Please add a colleague first."),
        "last-lead": _l("Somebody must lead. Please hand it over first."),
        "cannot-sign-in": _l("Whoever leads must be able to sign in. Please invite them first."),
        "somebody-leads": _l("Somebody leads already. Please ask them to hand it over."),
        "not-of-the-party": _l("This person is not of the team or firm (any more)."),
        "shared-person": _l(
            "This person acts for others too. Please ask the organisers to change the address."
        ),
        "unknown-file-kind": _l(
            "This is neither a PDF, nor a PowerPoint file (PPTX), nor a PNG or JPG picture."
        ),
        "file-is-not-its-kind": _l(
            "This file is not what its name says. Please export it again as PDF, PPTX, PNG or JPG."
        ),
        "file-is-damaged": _l(
            "This file cannot be opened. It may be damaged or protected by a password."
        ),
        "file-has-macros": _l(
            "This file contains macros or other active content. Please save it without them."
        ),
        "file-is-empty": _l("This file is empty."),
        "file-too-large": _l("This file is too large; at most %(most)s MB, please."),
        "file-too-many-pages": _l("At most %(most)s pages, please; these are %(pages)s."),
        "picture-too-large": _l(
            "This picture has too many pixels. Please make it smaller than %(most)s megapixels."
        ),
        "file-unpacks-too-large": _l(
            "This file unpacks to far more than it should. Please export it again."
        ),
        "too-many-files": _l("At most %(most)s files, please. Remove one first."),
        "file-check-failed": _l("This file could not be checked, so it was not kept."),
    }
)

__all__ = [
    "begin",
    "bp",
    "changes",
    "colleagues",
    "duties",
    "earlier",
    "editing",
    "files",
    "index",
    "lists",
    "live",
    "show",
    "submitting",
]
