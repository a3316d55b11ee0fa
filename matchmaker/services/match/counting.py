"""What the criteria of a mandate let in and shut out, also while it is being written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from matchmaker.core.places import WORLD
from matchmaker.core.profile import Exclusion, Mandate, Ticket
from matchmaker.core.taxonomy import fold
from matchmaker.services.fields import taxonomy
from matchmaker.services.match.runs import profiles_to_rank
from matchmaker.store.roadshow import Roadshow

if TYPE_CHECKING:
    from matchmaker.core.match import CriterionCounts


def criterion_counts(
    session: Session, roadshow: Roadshow, mandate: Mandate | Mapping[str, Any]
) -> CriterionCounts:
    """Return how many projects each criterion of a mandate names and shuts out.

    ``mandate`` is a value of the core, or values as ``profile.save_mandate`` takes them (fields,
    countries, stages, ticket_low in whole units of ``currency``, exclusions, only ...): a form can
    ask while it is being filled in. Counted are the selected projects, or the submitted ones
    before any is; only counts leave this function, never which projects they are.
    """
    from matchmaker.core.match import criterion_counts as count  # noqa: PLC0415 -- slow import

    value = mandate if isinstance(mandate, Mandate) else mandate_of_values(roadshow, mandate)
    pitches, _ = profiles_to_rank(session, roadshow)
    return count(value, pitches, taxonomy())


def mandate_of_values(roadshow: Roadshow, values: Mapping[str, Any]) -> Mandate:
    """Return values of a form as the match model sees them; what does not parse is missing."""
    ticket = Ticket(
        low=_amount(values, "ticket_low", roadshow),
        typical=_amount(values, "ticket_typical", roadshow),
        high=_amount(values, "ticket_high", roadshow),
    )
    countries = _list(values, "countries")
    bare = Mandate(
        id="draft",
        fields=_list(values, "fields"),
        also=_list(values, "also_fields"),
        countries=() if WORLD in countries else countries,
        ticket=None if ticket == Ticket() else ticket,
        trl=_span(values),
        exclusions=tuple(_exclusions(values.get("exclusions") or ())),
        only=frozenset(_list(values, "only")),
        conflicts=frozenset(fold(one) for one in _list(values, "conflicts")),
    )
    lists: dict[str, Any] = {
        name: _list(values, name)
        for name in ("regions", "kinds", "stages", "rounds", "instruments", "languages")
    }
    return replace(bare, **lists)


def _list(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(one) for one in values.get(name) or () if one)


def _amount(values: Mapping[str, Any], name: str, roadshow: Roadshow) -> float | None:
    amount, currency = values.get(name), values.get("currency") or roadshow.currency
    if not isinstance(amount, int | float | Decimal) or amount <= 0:
        return None
    rate = 1.0 if currency == roadshow.currency else roadshow.rates.get(currency)
    return None if rate is None else float(round(float(amount) * float(rate)))


def _span(values: Mapping[str, Any]) -> tuple[int, int] | None:
    low, high = values.get("trl_min"), values.get("trl_max")
    return None if low is None and high is None else (int(low or 1), int(high or 9))


def _exclusions(rules: Iterable[Any]) -> Iterable[Exclusion]:
    for rule in rules:
        if rule.get("facet") and rule.get("value"):
            unless = tuple((str(facet), str(value)) for facet, value in rule.get("unless") or ())
            yield Exclusion(facet=str(rule["facet"]), value=str(rule["value"]), unless=unless)
