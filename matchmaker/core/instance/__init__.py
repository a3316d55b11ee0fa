"""The planning instance and the plan, as values: what ``matchmaker plan`` reads and writes."""

from matchmaker.core.instance.plan import (
    REASONS,
    Clash,
    Floor,
    LeftOut,
    Meeting,
    Plan,
    Totals,
    read_plan,
)
from matchmaker.core.instance.reading import read_instance
from matchmaker.core.instance.shape import (
    Instance,
    Interpreter,
    Key,
    Party,
    Person,
    PublishedMeeting,
    Slot,
    Table,
    WantedPair,
    Weights,
    pair_name,
)
from matchmaker.core.instance.soundness import canonical, check_sound
from matchmaker.core.instance.writing import as_json

__all__ = [
    "REASONS",
    "Clash",
    "Floor",
    "Instance",
    "Interpreter",
    "Key",
    "LeftOut",
    "Meeting",
    "Party",
    "Person",
    "Plan",
    "PublishedMeeting",
    "Slot",
    "Table",
    "Totals",
    "WantedPair",
    "Weights",
    "as_json",
    "canonical",
    "check_sound",
    "pair_name",
    "read_instance",
    "read_plan",
]
