"""What a project offers and what an investor looks for, as plain values.

Codes are stable strings: taxonomy nodes for fields, ISO 3166 alpha-2 for countries, and the
words of the vocabularies below for everything else. A value that is not known is ``None`` or
empty, and the match model treats it as *missing*, never as zero: see ``similarity/silence.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

INSTITUTION_KINDS = ("university", "hospital", "institute", "company")
INVESTOR_KINDS = ("vc", "cvc", "angel", "family_office", "guidance_fund", "foundation", "other")
STAGES = (
    "discovery",
    "preclinical",
    "ind",
    "phase_1",
    "phase_2",
    "phase_3",
    "registration",
    "market",
)
ROUNDS = ("angel", "seed", "pre_a", "series_a", "series_b", "series_c", "growth", "grant", "other")
INSTRUMENTS = ("equity", "convertible", "licence", "co_development", "acquisition", "grant")
LEADS = ("lead", "follow", "either")
EVIDENCE = ("in_vitro", "in_vivo", "human")
IP_STATES = ("filed", "granted", "in_licensed", "fto")
PARTNERS = ("cro", "cdmo", "clinical_site", "landing_site", "distributor", "data")
LANDINGS = ("none", "welcome", "required")
BOARDS = ("none", "observer", "seat")
CDA_STANCES = ("before_meeting", "after_meeting", "late", "never")
ASSETS = ("under_50m", "50m_250m", "250m_1b", "over_1b")
"""Assets under management, in US dollars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pitch:
    """A project as the match model sees it: only what every investor may know.

    ``fields`` are core fields and ``also`` secondary ones (taxonomy codes); ``amount`` is the
    amount sought in whole units of the roadshow's reference currency; ``texts`` are public
    passages (pitch line, summary, ...), most important first. ``organisation`` identifies the
    body behind it, so that conflicts can be named.
    """

    id: str
    name: str = ""
    organisation: str = ""
    fields: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    country: str | None = None
    region: str | None = None
    city: str | None = None
    kind: str | None = None
    stage: str | None = None
    trl: int | None = None
    round: str | None = None
    amount: float | None = None
    instruments: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What an investor puts in at first, in whole units of the reference currency."""

    low: float | None = None
    typical: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A hard no: pitches whose ``facet`` has ``value`` are out, unless an exception holds.

    ``facet`` is one of field, country, region, kind, stage, round, instrument. Exceptions are
    ``(facet, value)`` pairs: "no cardiovascular, except devices" is
    ``Exclusion(facet="field", value="cardiovascular", unless=(("field", "devices"),))``.
    """

    facet: str
    value: str
    unless: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something the investor did with a pitch: a past deal, an accepted meeting, an outcome.

    ``weight`` is 1 for a deal, less for weaker signs, negative for a decline; ``age`` is in
    years before the moment of ranking.
    """

    pitch: Pitch
    weight: float = 1.0
    age: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What an investor looks for.

    Positive lists are preferences, in the person's own order; a facet named in ``only`` turns
    its list into a hard limit ("nothing outside these countries"). ``trl`` is an inclusive
    range. ``texts`` are the thesis and past passages, most important first.
    """

    id: str
    name: str = ""
    organisation: str = ""
    kind: str | None = None
    fields: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()
    trl: tuple[int, int] | None = None
    ticket: Ticket | None = None
    instruments: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    only: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    history: tuple[Evidence, ...] = ()
    conflicts: frozenset[str] = field(default_factory=frozenset)
    """Organisations (``Pitch.organisation``) this investor must not be matched with."""
