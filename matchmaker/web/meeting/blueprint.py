"""The pages of slots, timetables and meetings hang on one blueprint."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from matchmaker.web.refusals import SENTENCES

bp = Blueprint("meeting", __name__)
SENTENCES.update(
    {
        "slot-length": _l("A slot lasts a multiple of five minutes, at most eight hours."),
        "slot-start": _l("A slot begins on a multiple of five minutes, such as 9:05."),
        "slots-overlap": _l("This overlaps the slot at %(other)s."),
        "outside-roadshow": _l(
            "This lies outside the days of the roadshow, %(first)s to %(last)s."
        ),
        "no-new-slots": _l("No new slot fits between these times."),
        "too-many-slots": _l("At most %(most)s slots."),
        "slot-in-use": _l(
            "%(meetings)s published meetings stand on this. Move or cancel them first."
        ),
        "table-in-use": _l(
            "%(meetings)s published meetings stand on this. Move or cancel them first."
        ),
        "interpreter-in-use": _l(
            "%(meetings)s published meetings stand on this. Move or cancel them first."
        ),
        "in-a-published-version": _l(
            "A version of the timetable that was published names this, so it stays."
        ),
        "table-name": _l("A table needs a name."),
        "table-name-taken": _l("Another table is called %(name)s."),
        "table-count": _l("Between 1 and 200 tables can be added at once."),
        "two-homes": _l("A table is kept for one party at most."),
        "unknown-party": _l("There is no such party at this roadshow."),
        "unknown-person": _l("There is no such person at this roadshow."),
        "session-name": _l("A session needs a code and a title."),
        "session-code-taken": _l("Another session has the code %(code)s."),
        "pitch-length": _l("A pitch lasts between 1 minute and 4 hours."),
        "not-selected": _l("Only selected projects pitch."),
        "times-in-order": _l("The end comes before the start."),
        "too-many-absences": _l("At most %(most)s absences; please merge some."),
        "interpreter-languages": _l("An interpreter speaks at least two languages."),
        "person-name": _l("Please give a name."),
        "no-candidates": _l("There are no pairs to choose from yet."),
        "too-large-to-try": _l("There are too many pairs and slots to try this at once."),
        "pairings-not-approved": _l("Please approve the pairings first."),
        "ground-changed": _l("Slots or tables were removed meanwhile. Please plan again."),
        "nothing-published": _l("No timetable is published yet."),
        "not-placed": _l("This pair is not on the board."),
        "not-paired": _l("This pair is not among the pairings. Pin it there first."),
        "unknown-place": _l("There is no such slot or table."),
        "nobody-to-sit": _l("Nobody of one side can sit there."),
        "fixed": _l("This meeting has begun or was held; it stays where it is."),
        "breaks-rules": _l("This would break %(count)s rules of the timetable."),
        "placements-lost": _l(
            "%(count)s meetings of this draft are not wanted any more. Remove them first."
        ),
        "nothing-selected": _l("Please select pairs that have no place yet, or people or times."),
        "draft-changed": _l("The draft was changed meanwhile. Please select and look once more."),
        "no-proposal": _l("This came to no result. Please select and try once more."),
        "double-booked": _l("A person or table is taken at that time by another meeting."),
        "person-twice": _l(
            "%(name)s sits at another roadshow at the same time. Move one of the two meetings."
        ),
        "slot-not-freed": _l("This meeting still takes place."),
        "not-a-stand-in": _l("This pair cannot meet then."),
        "too-many-feeds": _l("At most %(most)s addresses; please revoke one first."),
        "note-too-long": _l("A note has at most %(most)s characters."),
    }
)
