"""What a mandate's own criteria do: how many projects each one names, and how many it shuts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matchmaker.core.match.outside import LISTS, has, values, why_outside
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.taxonomy import Taxonomy

RANGES = ("trl", "ticket")  # facets whose list is a span


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionCount:
    """One criterion of a mandate, in projects.

    ``kind`` is list (a wish), limit (a list that is a hard limit), exclusion or conflict; ``value``
    is the code an exclusion names, else empty. ``fits`` have what the criterion names, ``misses``
    have something else, ``silent`` say nothing. ``shuts_out`` are those it excludes, and
    ``alone`` those of them that no other criterion excludes: so many come back without it.
    ``each`` counts every listed value by itself.
    """

    facet: str
    kind: str
    value: str = ""
    fits: int = 0
    misses: int = 0
    silent: int = 0
    shuts_out: int = 0
    alone: int = 0
    each: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionCounts:
    """All projects, those that no hard limit shuts out, and each criterion by itself."""

    total: int
    open: int
    criteria: tuple[CriterionCount, ...]

    def of(self, facet: str) -> CriterionCount | None:
        """Return the criterion that a facet's list makes, or None where the list is empty."""
        wanted = (one for one in self.criteria if one.facet == facet)
        return next((one for one in wanted if one.kind in ("list", "limit")), None)


def criterion_counts(
    mandate: Mandate, pitches: Sequence[Pitch], taxonomy: Taxonomy
) -> CriterionCounts:
    """Return what each criterion of a mandate does to these projects, lists before exclusions."""
    alone = _alone(mandate)
    out = [
        {at for at, pitch in enumerate(pitches) if why_outside(one, pitch, taxonomy)}
        for _, one in alone
    ]
    found = []
    for place, (criterion, _) in enumerate(alone):
        others = set().union(*(one for at, one in enumerate(out) if at != place))
        found.append(replace(criterion, shuts_out=len(out[place]), alone=len(out[place] - others)))
    shut = set().union(*out)
    told = tuple(_counted(one, mandate, pitches, taxonomy) for one in found)
    return CriterionCounts(total=len(pitches), open=len(pitches) - len(shut), criteria=told)


def _alone(mandate: Mandate) -> list[tuple[CriterionCount, Mandate]]:
    """Return every criterion with a mandate that has its rule and no other."""
    bare = replace(mandate, only=frozenset(), exclusions=(), conflicts=frozenset())
    found = []
    for facet, name in LISTS.items():
        if getattr(mandate, name):
            limit = bool({facet, name} & mandate.only)
            rule = replace(bare, only=frozenset({facet} if limit else ()))
            found.append((CriterionCount(facet=facet, kind="limit" if limit else "list"), rule))
    for one in mandate.exclusions:
        criterion = CriterionCount(facet=one.facet, kind="exclusion", value=one.value)
        found.append((criterion, replace(bare, exclusions=(one,))))
    if mandate.conflicts:
        criterion = CriterionCount(facet="organisation", kind="conflict")
        found.append((criterion, replace(bare, conflicts=mandate.conflicts)))
    return found


def _counted(
    criterion: CriterionCount, mandate: Mandate, pitches: Sequence[Pitch], taxonomy: Taxonomy
) -> CriterionCount:
    facet = criterion.facet
    if criterion.kind == "conflict":
        return replace(criterion, fits=criterion.shuts_out)
    silent = sum(not values(facet, one, wide=True) for one in pitches)
    if criterion.kind == "exclusion":
        wanted: tuple[str, ...] = (criterion.value,)
    elif facet in RANGES:
        limit = Mandate(id="", trl=mandate.trl, ticket=mandate.ticket, only=frozenset({facet}))
        misses = sum(why_outside(limit, one, taxonomy) is not None for one in pitches)
        fits = len(pitches) - silent - misses
        return replace(criterion, fits=fits, misses=misses, silent=silent)
    else:
        wanted = getattr(mandate, LISTS[facet])
    having = [
        {
            at
            for at, pitch in enumerate(pitches)
            if has(pitch, facet=facet, value=value, taxonomy=taxonomy, wide=True)
        }
        for value in wanted
    ]
    fits = len(set().union(*having))
    return replace(
        criterion,
        fits=fits,
        misses=len(pitches) - silent - fits,
        silent=silent,
        each=tuple((value, len(one)) for value, one in zip(wanted, having, strict=True)),
    )
