"""Tables in and out: foreign headings and words become ours, rows become values and back.

This package's surface is pure (no database): ``reading`` and ``ranking`` serve the page, the
command line and ``matchmaker rank`` alike. ``taking`` writes rows into a roadshow, ``giving``
writes a roadshow out; import those two where a session is at hand.
"""

from matchmaker.services.exchange.columns import KINDS
from matchmaker.services.exchange.mapping import (
    IGNORE,
    Mapping,
    Unit,
    fingerprint,
    guess_mapping,
)
from matchmaker.services.exchange.ranking import (
    mandate_of_row,
    organisation_names,
    pitch_of_row,
)
from matchmaker.services.exchange.reading import (
    Word,
    read,
    read_investors,
    read_projects,
    read_slots,
    read_tables,
    survey,
)
from matchmaker.services.exchange.rows import (
    ExclusionCell,
    InvestorRow,
    PersonCell,
    Problem,
    ProjectRow,
    SlotRow,
    TableRow,
)
from matchmaker.services.exchange.telling import sentence

__all__ = [
    "IGNORE",
    "KINDS",
    "ExclusionCell",
    "InvestorRow",
    "Mapping",
    "PersonCell",
    "Problem",
    "ProjectRow",
    "SlotRow",
    "TableRow",
    "Unit",
    "Word",
    "fingerprint",
    "guess_mapping",
    "mandate_of_row",
    "organisation_names",
    "pitch_of_row",
    "read",
    "read_investors",
    "read_projects",
    "read_slots",
    "read_tables",
    "sentence",
    "survey",
]
