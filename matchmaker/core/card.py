"""What a project and an investor say of themselves, whoever asks: a card or a row of a table.

Codes are those of ``core.profile`` and of the taxonomy; money differs in its unit and is added by
who counts in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSaid:
    """The facts of a project that every reader of a card and every table has."""

    title_en: str = ""
    title_zh: str = ""
    short_name: str = ""
    pitch_en: str = ""
    pitch_zh: str = ""
    summary_en: str = ""
    summary_zh: str = ""
    stage: str | None = None
    trl: int | None = None
    website: str = ""
    languages: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    also_fields: tuple[str, ...] = ()
    round: str | None = None
    instruments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorSaid:
    """The facts of an investor's mandate that every reader of a card and every table has."""

    thesis_en: str = ""
    thesis_zh: str = ""
    value_en: str = ""
    value_zh: str = ""
    fields: tuple[str, ...] = ()
    also_fields: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()
    trl_min: int | None = None
    trl_max: int | None = None
    instruments: tuple[str, ...] = ()
    lead: str | None = None
    languages: tuple[str, ...] = ()
