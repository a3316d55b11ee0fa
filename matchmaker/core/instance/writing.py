"""From an instance back to JSON values; ``read_instance(as_json(x)) == canonical(x)``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from matchmaker.core.instance.shape import Instance


def as_json(instance: Instance) -> dict[str, Any]:
    """Return the instance as JSON values."""
    return {
        "name": instance.name,
        "slots": [{**asdict(slot), "start": slot.start.isoformat()} for slot in instance.slots],
        "tables": [asdict(table) for table in instance.tables],
        "people": [{**asdict(one), "away": sorted(one.away)} for one in instance.people],
        "interpreters": [
            {**asdict(one), "away": sorted(one.away)} for one in instance.interpreters
        ],
        "projects": [asdict(party) for party in instance.projects],
        "investors": [asdict(party) for party in instance.investors],
        "pairs": [asdict(pair) for pair in instance.pairs],
        "published": [asdict(meeting) for meeting in instance.published],
        "weights": asdict(instance.weights),
        "gap_spread": instance.gap_spread,
    }
