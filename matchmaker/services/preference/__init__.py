"""What each side states of the other, and confidentiality agreements between them."""

from matchmaker.services.preference.cda import cdas, end_cda, record_cda
from matchmaker.services.preference.overview import Party, progress, remind_silent
from matchmaker.services.preference.wish import (
    FLOOR,
    MUST_MEETS,
    SIDES,
    are_open,
    interest,
    musts_left,
    refuse_closed,
    set_wish,
    side_of,
    wishes,
    wishes_of,
)

__all__ = [
    "FLOOR",
    "MUST_MEETS",
    "SIDES",
    "Party",
    "are_open",
    "cdas",
    "end_cda",
    "interest",
    "musts_left",
    "progress",
    "record_cda",
    "refuse_closed",
    "remind_silent",
    "set_wish",
    "side_of",
    "wishes",
    "wishes_of",
]
