"""The committee: reviewers' pages, the organisers' board, decisions, and what teams are told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matchmaker.web.refusals import SENTENCES
from matchmaker.web.selection import (
    assignments,
    board,
    deciding,
    reviewing,
    rubric,
    telling,
)
from matchmaker.web.selection.blueprint import bp

SENTENCES.update(
    {
        "same-code": _l("Two criteria have the same code."),
        "too-many-criteria": _l("Use at most %(most)s criteria."),
        "bad-points": _l("Points start at 1, weights at 0."),
        "no-weight": _l("At least one criterion has to count."),
        "rubric-in-use": _l(
            "Reviews have been submitted: only names, hints and weights can change now."
        ),
        "no-places": _l("At least one project has to be selected."),
        "not-submitted": _l("This application is not submitted."),
        "not-a-reviewer": _l("This person is not a reviewer of this roadshow."),
        "reviewer-in-conflict": _l(
            "This reviewer has a conflict of interest with the application, or belongs to the"
            " same organisation."
        ),
        "assigned-already": _l("This reviewer has the application already."),
        "review-counts": _l("This review has been submitted; it stays."),
        "reviews-each": _l("Ask for one to %(most)s reviews an application."),
        "no-reviewers": _l("There are no reviewers yet. Invite some first."),
        "own-conflict": _l("Another organiser has to take back your own conflict of interest."),
        "unknown-criterion": _l("The rubric has changed meanwhile. Please look at it again."),
        "points-out-of-range": _l("Points go from 0 to %(most)s."),
        "review-incomplete": _l("Every criterion needs points before the review counts."),
        "no-rubric": _l("The organisers have not set up the rubric yet."),
        "not-your-review": _l("Only its author can write this review."),
        "decided-already": _l("The committee has decided; reviews are closed."),
        "review-first": _l("You can read what others wrote once you have submitted your review."),
        "nothing-said": _l("Please write something first."),
        "not-a-decision": _l("Choose one of the decisions."),
    }
)

__all__ = ["assignments", "board", "bp", "deciding", "reviewing", "rubric", "telling"]
