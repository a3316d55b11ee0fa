"""Ranking runs, their pairs, what changed between them, and why a pair stands where it does."""

from matchmaker.services.match.compare import Moved, RunComparison, compare_runs
from matchmaker.services.match.counting import criterion_counts, mandate_of_values
from matchmaker.services.match.drafting import Placed, draft_list
from matchmaker.services.match.runs import (
    do_run,
    is_current,
    is_same_model,
    latest_run,
    queue_run,
    run_by_number,
    runs,
    saw_profiles,
    scores,
)
from matchmaker.services.match.settings import (
    checked_weights,
    default_weights,
    save_setting,
    setting,
    settings,
    undo_setting,
)
from matchmaker.services.match.why import ranking_of, reasons_of, smallest_change, visibility

__all__ = [
    "Moved",
    "Placed",
    "RunComparison",
    "checked_weights",
    "compare_runs",
    "criterion_counts",
    "default_weights",
    "do_run",
    "draft_list",
    "is_current",
    "is_same_model",
    "latest_run",
    "mandate_of_values",
    "queue_run",
    "ranking_of",
    "reasons_of",
    "run_by_number",
    "runs",
    "save_setting",
    "saw_profiles",
    "scores",
    "setting",
    "settings",
    "smallest_change",
    "undo_setting",
    "visibility",
]
