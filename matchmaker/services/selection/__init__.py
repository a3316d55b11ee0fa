"""The committee: its rubric, who reviews what, conflicts, reviews, the ranking, decisions."""

from matchmaker.services.selection.assignment import (
    assign,
    loads,
    remind_reviewers,
    reviewers,
    share_reviews,
    unassign,
)
from matchmaker.services.selection.conflict import (
    conflicts,
    declare_conflict,
    withdraw_conflict,
)
from matchmaker.services.selection.decision import (
    consequences,
    decide,
    decide_all,
    feedback,
    known_column,
    known_state,
    tell_teams,
    untold,
)
from matchmaker.services.selection.reviewing import (
    discuss,
    discussion,
    my_review,
    my_reviews,
    reviews_of,
    save_review,
    submit_review,
)
from matchmaker.services.selection.rubric import (
    RUBRIC,
    CriterionValues,
    criteria,
    save_criteria,
    set_places,
)
from matchmaker.services.selection.summary import Application, summary, versions

__all__ = [
    "RUBRIC",
    "Application",
    "CriterionValues",
    "assign",
    "conflicts",
    "consequences",
    "criteria",
    "decide",
    "decide_all",
    "declare_conflict",
    "discuss",
    "discussion",
    "feedback",
    "known_column",
    "known_state",
    "loads",
    "my_review",
    "my_reviews",
    "remind_reviewers",
    "reviewers",
    "reviews_of",
    "save_criteria",
    "save_review",
    "set_places",
    "share_reviews",
    "submit_review",
    "summary",
    "tell_teams",
    "unassign",
    "untold",
    "versions",
    "withdraw_conflict",
]
