"""Names and summaries that stand in one language only, with the step where the other belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.services.profile import InvestorCard, ProjectCard

_OF_PROJECT = (
    ("title", _l("title"), "basics"),
    ("organisation.name", _l("organisation"), "basics"),
    ("pitch", _l("pitch"), "summary"),
    ("summary", _l("summary"), "summary"),
)
_OF_INVESTOR = (
    ("organisation.name", _l("name"), "firm"),
    ("thesis", _l("thesis"), "thesis"),
    ("value", _l("what the firm brings"), "thesis"),
)


@dataclass(frozen=True, slots=True)
class Half:
    """What a card lacks in one language (``en`` or ``zh``) and has in the other."""

    missing: str
    what: tuple[Any, ...]
    step: str


def halves_of(card: ProjectCard | InvestorCard) -> list[Half]:
    """Return what a card lacks in English, then in Chinese; ``step`` is where the first belongs."""
    parts = _OF_PROJECT if isinstance(card, ProjectCard) else _OF_INVESTOR
    found = []
    for missing, there in (("en", "zh"), ("zh", "en")):
        lacking = [
            (label, step)
            for path, label, step in parts
            if _said(card, f"{path}_{there}") and not _said(card, f"{path}_{missing}")
        ]
        if lacking:
            found.append(Half(missing, tuple(label for label, _ in lacking), lacking[0][1]))
    return found


def halves_by_id(cards: Iterable[ProjectCard | InvestorCard]) -> dict[str, list[Half]]:
    """Return the halves that each card lacks, by the id of its project or investor."""
    return {card.id: halves_of(card) for card in cards}


def _said(card: Any, path: str) -> bool:
    for name in path.split("."):
        card = getattr(card, name, None)
    return bool(card)
