"""A scored pair and its reasons, as values; light to import, so that pages can read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DECIMALS = 4  # of stored points: a dozen rounded contributions still sum within 0.01


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one facet adds to a score, in points of the 0-100 scale.

    ``points`` is about the joint score, ``investor`` and ``project`` about the two sides; each of
    the three sums to its score over all contributions. ``code`` says which sentence tells it and
    ``facts`` fill it in; a facet that one side left empty has the code ``missing`` and 0 points.
    """

    facet: str
    points: float
    investor: float = 0.0
    project: float = 0.0
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def row(self) -> list[Any]:
        """Return ``[facet, points, code, facts]`` as JSON values."""
        facts = {k: list(v) if isinstance(v, tuple) else v for k, v in self.facts.items()}
        return [self.facet, round(self.points, DECIMALS), self.code, facts]


@dataclass(frozen=True, slots=True)
class Outside:
    """Why a pair is out: an exclusion, a hard limit or a conflict of interest.

    ``value`` is the code the rule names, ``found`` the project's own values, ``unless`` the
    exceptions that would have let it in.
    """

    code: str
    facet: str
    value: str = ""
    found: tuple[str, ...] = ()
    unless: tuple[tuple[str, str], ...] = ()

    def row(self) -> list[Any]:
        """Return ``[facet, 0, code, facts]`` as JSON values."""
        unless = [list(one) for one in self.unless]
        facts = {"value": self.value, "found": list(self.found), "unless": unless}
        return [self.facet, 0.0, self.code, facts]


@dataclass(frozen=True, slots=True)
class Affinity:
    """A scored pair. Scores run from 0 to 100; 50 is an average pair, an excluded pair has 0.

    ``investor_rank`` is the project's place in the investor's list, ``project_rank`` the
    investor's place in the project's list; both are None where the pair is out.
    """

    investor: str
    project: str
    score: float
    score_investor: float
    score_project: float
    investor_rank: int | None
    project_rank: int | None
    outside: Outside | None = None
    contributions: tuple[Contribution, ...] = ()

    @property
    def reasons_for(self) -> tuple[Contribution, ...]:
        """Return what speaks for the pair, the strongest first."""
        return tuple(sorted((c for c in self._told() if c.points > 0), key=lambda c: -c.points))

    @property
    def reasons_against(self) -> tuple[Contribution, ...]:
        """Return what speaks against the pair, the strongest first."""
        return tuple(sorted((c for c in self._told() if c.points < 0), key=lambda c: c.points))

    def _told(self) -> list[Contribution]:
        return [one for one in self.contributions if one.facet != "base"]


OUTSIDE_CODES = ("excluded", "outside-limit", "conflict")


def reason_of(row: Sequence[Any]) -> Contribution | Outside:
    """Return the reason that ``row()`` was made of."""
    facet, points, code, facts = row
    if code in OUTSIDE_CODES:
        return Outside(
            code=code,
            facet=facet,
            value=facts["value"],
            found=tuple(facts["found"]),
            unless=tuple((str(one), str(value)) for one, value in facts["unless"]),
        )
    known = {k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()}
    return Contribution(facet, points, code=code, facts=known)
