"""The demo: the cast of ``seeds/`` through a whole roadshow, by the same verbs the pages use.

``STAGES`` are done in order, each in a transaction of its own; ranking and planning are jobs that
the caller runs in between. Moments are fixed, so the demo is the same every time.
"""

from matchmaker.services.demo.cast import CLOCK, PAIRED, PUBLISHED, RANKED, Cast, read_cast
from matchmaker.services.demo.day import hold_meetings, record_outcomes, write_notes
from matchmaker.services.demo.entering import enter_investors, enter_projects, keep_late_table
from matchmaker.services.demo.opening import make_accounts, open_roadshow
from matchmaker.services.demo.pairs import (
    approve_pairings,
    queue_draft,
    queue_first_ranking,
    queue_ranking,
    set_live,
)
from matchmaker.services.demo.programme import make_programme
from matchmaker.services.demo.revising import keep_decks, revise_mandates, revise_projects
from matchmaker.services.demo.selecting import (
    decide_late,
    decide_projects,
    discuss_projects,
    review_projects,
)
from matchmaker.services.demo.wishing import state_wishes

__all__ = [
    "CLOCK",
    "PAIRED",
    "PUBLISHED",
    "RANKED",
    "Cast",
    "approve_pairings",
    "decide_late",
    "decide_projects",
    "discuss_projects",
    "enter_investors",
    "enter_projects",
    "hold_meetings",
    "keep_decks",
    "keep_late_table",
    "make_accounts",
    "make_programme",
    "open_roadshow",
    "queue_draft",
    "queue_first_ranking",
    "queue_ranking",
    "read_cast",
    "record_outcomes",
    "review_projects",
    "revise_mandates",
    "revise_projects",
    "set_live",
    "state_wishes",
    "write_notes",
]
