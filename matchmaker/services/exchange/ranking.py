"""Rows as the match model sees them, so that tables can be ranked without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matchmaker.core.places import WORLD
from matchmaker.core.profile import Exclusion, Mandate, Pitch, Ticket
from matchmaker.core.taxonomy import fold
from matchmaker.services.exchange.rows import InvestorRow, ProjectRow

Rates = Mapping[str, float]
"""Units of the reference currency for one unit of each other currency."""


def pitch_of_row(row: ProjectRow, rates: Rates | None = None, *, reference: str = "USD") -> Pitch:
    """Return the public part of a project as a value; an amount without a rate is missing."""
    names = ("title", "pitch", "summary", "unmet_need", "differentiation")
    return Pitch(
        id=row.code or f"P{row.row}",
        name=row.name,
        organisation=organisation_key(row.organisation),
        fields=row.fields,
        also=row.also_fields,
        country=row.country,
        region=row.region or None,
        city=row.city_en or row.city_zh or None,
        kind=row.kind,
        stage=row.stage,
        trl=row.trl,
        round=row.round,
        amount=converted(row.amount, row.currency, rates, reference),
        instruments=row.instruments,
        languages=row.languages or spoken_by(row),
        texts=_texts(row, names),
    )


def mandate_of_row(
    row: InvestorRow,
    rates: Rates | None = None,
    *,
    reference: str = "USD",
    organisations: Mapping[str, str] | None = None,
) -> Mandate:
    """Return a mandate as a value.

    ``organisations`` (see ``organisation_names``) says under which key a pitch knows a body that
    a conflict names by its other name.
    """
    known = organisations or {}
    ticket = Ticket(
        low=converted(row.ticket_low, row.currency, rates, reference),
        typical=converted(row.ticket_typical, row.currency, rates, reference),
        high=converted(row.ticket_high, row.currency, rates, reference),
    )
    return Mandate(
        id=row.code or f"I{row.row}",
        name=row.name,
        organisation=organisation_key(row.name),
        kind=row.kind,
        fields=row.fields,
        also=row.also_fields,
        countries=() if WORLD in row.countries else row.countries,
        regions=row.regions,
        kinds=row.kinds,
        stages=row.stages,
        rounds=row.rounds,
        trl=_span(row.trl_min, row.trl_max),
        ticket=None if ticket == Ticket() else ticket,
        instruments=row.instruments,
        languages=row.languages or spoken_by(row),
        exclusions=tuple(
            Exclusion(facet=one.facet, value=one.value, unless=one.unless) for one in row.exclude
        ),
        only=frozenset(row.only),
        texts=_texts(row, ("thesis", "value")),
        conflicts=frozenset(
            known.get(key, key) for key in map(organisation_key, row.conflicts) if key
        ),
    )


def organisation_key(name: str) -> str:
    """Return a body's name as it is compared."""
    return fold(name)


def organisation_names(rows: Iterable[ProjectRow]) -> dict[str, str]:
    """Return the key that ``pitch_of_row`` uses for every name a project's body goes by."""
    return {
        organisation_key(name): organisation_key(row.organisation)
        for row in rows
        for name in (row.organisation_en, row.organisation_zh)
        if name
    }


def converted(
    amount: float | None, currency: str | None, rates: Rates | None, reference: str
) -> float | None:
    """Return an amount in the reference currency; without a currency it is in it already."""
    if amount is None or currency in (None, reference):
        return amount
    rate = (rates or {}).get(currency or "")
    return None if rate is None else amount * rate


def spoken_by(row: ProjectRow | InvestorRow) -> tuple[str, ...]:
    """Return the languages of a row's people, the first person's first."""
    return tuple(dict.fromkeys(code for person in row.people for code in person.languages))


def _span(low: int | None, high: int | None) -> tuple[int, int] | None:
    if low is None and high is None:
        return None
    return low if low is not None else 1, high if high is not None else 9


def _texts(row: ProjectRow | InvestorRow, names: tuple[str, ...]) -> tuple[str, ...]:
    found = (getattr(row, f"{name}_{language}") for name in names for language in ("en", "zh"))
    return tuple(text for text in found if text)
