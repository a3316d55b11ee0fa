"""What a table says, read into typed values; and what is wrong with it, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from matchmaker.core.card import InvestorSaid, ProjectSaid


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one cell (or one row: then ``column`` is empty).

    ``reason`` is a stable code and ``facts`` its values, so that a page can say it in the
    viewer's language; ``blocking`` ones stop an import, the others are only shown. ``row`` is
    the number in the file, 0 for the table as a whole.
    """

    row: int
    column: str
    heading: str
    value: str
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    blocking: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCell:
    """A person as a cell names one."""

    name_en: str = ""
    name_zh: str = ""
    title_en: str = ""
    title_zh: str = ""
    email: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionCell:
    """A facet's value that is out, unless one of the (facet, value) pairs holds."""

    facet: str
    value: str
    unless: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow(ProjectSaid):
    """One project of a table. Money in whole units of ``currency``; codes are ours."""

    row: int
    code: str = ""
    organisation_en: str = ""
    organisation_zh: str = ""
    kind: str | None = None
    country: str | None = None
    region: str = ""
    city_en: str = ""
    city_zh: str = ""
    amount: float | None = None
    raised: float | None = None
    currency: str | None = None
    seeking_en: str = ""
    seeking_zh: str = ""
    use_of_funds_en: str = ""
    use_of_funds_zh: str = ""
    unmet_need_en: str = ""
    unmet_need_zh: str = ""
    differentiation_en: str = ""
    differentiation_zh: str = ""
    evidence: tuple[str, ...] = ()
    regulatory_en: str = ""
    regulatory_zh: str = ""
    ip_en: str = ""
    ip_zh: str = ""
    milestone_en: str = ""
    milestone_zh: str = ""
    milestone_on: date | None = None
    company_formed: bool | None = None
    needs_interpreter: bool | None = None
    video: str = ""
    confidential_summary_en: str = ""
    confidential_summary_zh: str = ""
    mechanism: str = ""
    valuation: float | None = None
    cap_table: str = ""
    data_room: str = ""
    grants: float | None = None
    partners: tuple[str, ...] = ()
    ip_states: tuple[str, ...] = ()
    rights_en: str = ""
    rights_zh: str = ""
    standard_en: str = ""
    standard_zh: str = ""
    competitors_en: str = ""
    competitors_zh: str = ""
    advisors_en: str = ""
    advisors_zh: str = ""
    publications: str = ""
    trial: str = ""
    avoids: tuple[str, ...] = ()
    people: tuple[PersonCell, ...] = ()

    @property
    def name(self) -> str:
        return self.title_en or self.title_zh

    @property
    def organisation(self) -> str:
        return self.organisation_en or self.organisation_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorRow(InvestorSaid):
    """One investor of a table. Money in whole units of ``currency``; codes are ours."""

    row: int
    code: str = ""
    name_en: str = ""
    name_zh: str = ""
    kind: str | None = None
    country: str | None = None
    region: str = ""
    city_en: str = ""
    city_zh: str = ""
    website: str = ""
    ticket_low: float | None = None
    ticket_typical: float | None = None
    ticket_high: float | None = None
    currency: str | None = None
    exclude: tuple[ExclusionCell, ...] = ()
    only: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    hard_nos_en: str = ""
    hard_nos_zh: str = ""
    deals: str = ""
    min_meetings: int | None = None
    max_meetings: int | None = None
    ticket_total: float | None = None
    landing: str | None = None
    landing_en: str = ""
    landing_zh: str = ""
    board: str | None = None
    team_en: str = ""
    team_zh: str = ""
    rights_en: str = ""
    rights_zh: str = ""
    cda_stance: str | None = None
    assets: str | None = None
    vintage: int | None = None
    fund_currencies: tuple[str, ...] = ()
    deals_per_year: int | None = None
    people: tuple[PersonCell, ...] = ()

    @property
    def name(self) -> str:
        return self.name_en or self.name_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """One slot, local to the roadshow's zone."""

    row: int
    starts_at: datetime
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One table."""

    row: int
    name: str
    room_en: str = ""
    room_zh: str = ""
    seats: int | None = None
    home_of: str = ""


AnyRow = ProjectRow | InvestorRow | SlotRow | TableRow
