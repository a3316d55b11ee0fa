"""Projects and investors, and the immutable versions of what they said of themselves.

A project's version is spread over three tables by confidentiality: ``ProjectVersion`` is public,
``ProjectRegistered`` is for participants, ``ProjectConfidential`` is for after a CDA. Exactly one
version of a project has no number yet: the draft that is being written. A numbered version never
changes (a trigger in the database agrees).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, relationship

from matchmaker.core.journey import Duty, InvestorState, ProjectState, Visibility
from matchmaker.store.base import Base, RoadshowRow, Row, Sens, keep, state_type
from matchmaker.store.roadshow import Organisation, Person


class Project(RoadshowRow, Base):
    """An application by a team."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "code"),
        CheckConstraint(
            "(state IN ('selected', 'waitlisted', 'declined')) = (decided_at IS NOT NULL)",
            name="decided_state_has_a_decision",
        ),
        CheckConstraint("told IN ('selected', 'waitlisted', 'declined')", name="told"),
        CheckConstraint("(told IS NULL) = (told_at IS NULL)", name="told_with_a_time"),
    )

    code: Mapped[str] = keep(Sens.PUBLIC, String(12))
    organisation_id: Mapped[str] = keep(Sens.PUBLIC, ForeignKey("organisation.id"))
    state: Mapped[ProjectState] = keep(
        Sens.TEAM, state_type(ProjectState), default=ProjectState.DRAFT
    )
    decided_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)
    decided_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )
    decision_note: Mapped[str] = keep(Sens.ORGANISERS, Text, default="")
    told: Mapped[str | None] = keep(Sens.TEAM, String(24))
    """The decision that the team was told; ``state`` runs ahead of it until then."""
    told_at: Mapped[datetime | None] = keep(Sens.TEAM)
    min_meetings: Mapped[int | None] = keep(Sens.TEAM)
    max_meetings: Mapped[int | None] = keep(Sens.TEAM)
    created_at: Mapped[datetime] = keep(Sens.TEAM)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    versions: Mapped[list[ProjectVersion]] = relationship(
        back_populates="project", cascade="all, delete-orphan", order_by="ProjectVersion.number"
    )
    team: Mapped[list[TeamMember]] = relationship(
        back_populates="project", cascade="all, delete-orphan", order_by="TeamMember.rank"
    )


class ProjectVersion(Row, Base):
    """The public part of one version of a project's profile."""

    __tablename__ = "project_version"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint(
            "(number IS NULL) = (submitted_at IS NULL)", name="numbered_when_submitted"
        ),
        CheckConstraint("trl IS NULL OR trl BETWEEN 1 AND 9", name="trl"),
        Index(
            "uq_project_version_draft",
            "project_id",
            unique=True,
            sqlite_where=text("number IS NULL"),
            postgresql_where=text("number IS NULL"),
        ),
    )

    project_id: Mapped[str] = keep(
        Sens.PUBLIC, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int | None] = keep(Sens.PUBLIC)
    submitted_at: Mapped[datetime | None] = keep(Sens.PUBLIC)
    submitted_by_id: Mapped[str | None] = keep(
        Sens.TEAM, ForeignKey("account.id", ondelete="SET NULL")
    )
    edited_at: Mapped[datetime] = keep(Sens.TEAM)
    revision: Mapped[int] = keep(Sens.TEAM, default=1)
    """Counts saves of the draft; a form that was opened on an older one is stale."""
    title_en: Mapped[str] = keep(Sens.PUBLIC, String(200), default="")
    title_zh: Mapped[str] = keep(Sens.PUBLIC, String(200), default="")
    short_name: Mapped[str] = keep(Sens.PUBLIC, String(60), default="")
    pitch_en: Mapped[str] = keep(Sens.PUBLIC, String(300), default="")
    pitch_zh: Mapped[str] = keep(Sens.PUBLIC, String(300), default="")
    summary_en: Mapped[str] = keep(Sens.PUBLIC, Text, default="")
    summary_zh: Mapped[str] = keep(Sens.PUBLIC, Text, default="")
    stage: Mapped[str | None] = keep(Sens.PUBLIC, String(24))
    trl: Mapped[int | None] = keep(Sens.PUBLIC)
    languages: Mapped[list[str]] = keep(Sens.PUBLIC, JSON, default=list)
    website: Mapped[str] = keep(Sens.PUBLIC, String(300), default="")

    project: Mapped[Project] = relationship(back_populates="versions")
    fields: Mapped[list[ProjectField]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="ProjectField.rank"
    )
    registered: Mapped[ProjectRegistered] = relationship(
        cascade="all, delete-orphan", uselist=False
    )
    confidential: Mapped[ProjectConfidential] = relationship(
        cascade="all, delete-orphan", uselist=False
    )


class ProjectField(Base):
    """A taxonomy field of a version: core, or also touched."""

    __tablename__ = "project_field"
    __table_args__ = (CheckConstraint("weight IN ('core', 'also')", name="weight"),)

    version_id: Mapped[str] = keep(
        Sens.PUBLIC, ForeignKey("project_version.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = keep(Sens.PUBLIC, String(60), primary_key=True)
    weight: Mapped[str] = keep(Sens.PUBLIC, String(4), default="core")
    rank: Mapped[int] = keep(Sens.PUBLIC, default=0)


class ProjectRegistered(Base):
    """What participants of the roadshow may read. Money is in minor units of ``currency``."""

    __tablename__ = "project_registered"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        CheckConstraint("amount IS NULL OR currency <> ''", name="amount_has_currency"),
        CheckConstraint("grants IS NULL OR grants >= 0", name="grants"),
    )

    version_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("project_version.id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[str | None] = keep(Sens.EVENT, String(24))
    amount: Mapped[int | None] = keep(Sens.EVENT, BigInteger)
    raised: Mapped[int | None] = keep(Sens.EVENT, BigInteger)
    currency: Mapped[str] = keep(Sens.EVENT, String(3), default="")
    instruments: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    seeking_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    seeking_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    use_of_funds_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    use_of_funds_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    unmet_need_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    unmet_need_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    differentiation_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    differentiation_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    evidence: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    regulatory_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    regulatory_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    ip_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    ip_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    milestone_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    milestone_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    milestone_on: Mapped[date | None] = keep(Sens.EVENT)
    company_formed: Mapped[bool | None] = keep(Sens.EVENT)
    needs_interpreter: Mapped[bool] = keep(Sens.EVENT, default=False)
    video: Mapped[str] = keep(Sens.EVENT, String(300), default="")
    grants: Mapped[int | None] = keep(Sens.EVENT, BigInteger)
    partners: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    ip_states: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    rights_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    rights_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    standard_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    standard_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    competitors_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    competitors_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    advisors_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    advisors_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    publications: Mapped[str] = keep(Sens.EVENT, Text, default="")
    trial: Mapped[str] = keep(Sens.EVENT, String(120), default="")
    avoids: Mapped[list[str]] = keep(Sens.TEAM, JSON, default=list)
    """Names of investors that the team must not meet; only the organisers and the match know."""


class ProjectConfidential(Base):
    """What only the team, and whoever signed a CDA with it, may read. Never in any index."""

    __tablename__ = "project_confidential"

    version_id: Mapped[str] = keep(
        Sens.CDA, ForeignKey("project_version.id", ondelete="CASCADE"), primary_key=True
    )
    summary_en: Mapped[str] = keep(Sens.CDA, Text, default="")
    summary_zh: Mapped[str] = keep(Sens.CDA, Text, default="")
    mechanism: Mapped[str] = keep(Sens.CDA, Text, default="")
    valuation: Mapped[int | None] = keep(Sens.CDA, BigInteger)
    cap_table: Mapped[str] = keep(Sens.CDA, Text, default="")
    data_room: Mapped[str] = keep(Sens.CDA, String(300), default="")


class TeamMember(Base):
    """A person of a project's team, in order of seniority."""

    __tablename__ = "team_member"

    project_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = keep(Sens.EVENT, default=0)
    presenter: Mapped[bool] = keep(Sens.EVENT, default=False)
    duty: Mapped[Duty] = keep(Sens.TEAM, state_type(Duty), server_default="editor")

    project: Mapped[Project] = relationship(back_populates="team")
    person: Mapped[Person] = relationship()


class Investor(RoadshowRow, Base):
    """A firm (or angel) that looks for projects."""

    __tablename__ = "investor"
    __table_args__ = (UniqueConstraint("roadshow_id", "code"),)

    code: Mapped[str] = keep(Sens.EVENT, String(12))
    organisation_id: Mapped[str] = keep(Sens.EVENT, ForeignKey("organisation.id"))
    state: Mapped[InvestorState] = keep(
        Sens.TEAM, state_type(InvestorState), default=InvestorState.DRAFT
    )
    min_meetings: Mapped[int | None] = keep(Sens.TEAM)
    max_meetings: Mapped[int | None] = keep(Sens.TEAM)
    visibility: Mapped[Visibility] = keep(Sens.TEAM, state_type(Visibility), server_default="teams")
    created_at: Mapped[datetime] = keep(Sens.TEAM)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    mandates: Mapped[list[InvestorMandate]] = relationship(
        back_populates="investor",
        cascade="all, delete-orphan",
        order_by="InvestorMandate.number",
    )
    delegates: Mapped[list[Delegate]] = relationship(
        back_populates="investor", cascade="all, delete-orphan", order_by="Delegate.rank"
    )


class InvestorMandate(Row, Base):
    """One version of a mandate: what participants may read. Money in minor units."""

    __tablename__ = "investor_mandate"
    __table_args__ = (
        UniqueConstraint("investor_id", "number"),
        CheckConstraint(
            "(number IS NULL) = (submitted_at IS NULL)", name="numbered_when_submitted"
        ),
        CheckConstraint("trl_min IS NULL OR trl_min BETWEEN 1 AND 9", name="trl_min"),
        CheckConstraint("trl_max IS NULL OR trl_max BETWEEN 1 AND 9", name="trl_max"),
        CheckConstraint(
            "ticket_low IS NULL OR ticket_high IS NULL OR ticket_low <= ticket_high",
            name="ticket_in_order",
        ),
        CheckConstraint(
            "ticket_total IS NULL OR ticket_low IS NULL OR ticket_total >= ticket_low",
            name="total_holds_the_first",
        ),
        CheckConstraint("vintage IS NULL OR vintage BETWEEN 1950 AND 2100", name="vintage"),
        CheckConstraint(
            "deals_per_year IS NULL OR deals_per_year BETWEEN 0 AND 999", name="deals_per_year"
        ),
        Index(
            "uq_investor_mandate_draft",
            "investor_id",
            unique=True,
            sqlite_where=text("number IS NULL"),
            postgresql_where=text("number IS NULL"),
        ),
    )

    investor_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("investor.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int | None] = keep(Sens.EVENT)
    submitted_at: Mapped[datetime | None] = keep(Sens.EVENT)
    submitted_by_id: Mapped[str | None] = keep(
        Sens.TEAM, ForeignKey("account.id", ondelete="SET NULL")
    )
    edited_at: Mapped[datetime] = keep(Sens.TEAM)
    revision: Mapped[int] = keep(Sens.TEAM, default=1)
    thesis_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    thesis_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    countries: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    regions: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    kinds: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    stages: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    rounds: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    trl_min: Mapped[int | None] = keep(Sens.EVENT)
    trl_max: Mapped[int | None] = keep(Sens.EVENT)
    ticket_low: Mapped[int | None] = keep(Sens.EVENT, BigInteger)
    ticket_typical: Mapped[int | None] = keep(Sens.EVENT, BigInteger)
    ticket_high: Mapped[int | None] = keep(Sens.EVENT, BigInteger)
    currency: Mapped[str] = keep(Sens.EVENT, String(3), default="USD")
    instruments: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    lead: Mapped[str | None] = keep(Sens.EVENT, String(12))
    languages: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    value_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    value_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    ticket_total: Mapped[int | None] = keep(Sens.EVENT, BigInteger)
    """First ticket and what is kept for later rounds, together."""
    landing: Mapped[str | None] = keep(Sens.EVENT, String(24))
    landing_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    landing_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    board: Mapped[str | None] = keep(Sens.EVENT, String(24))
    team_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    team_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    rights_en: Mapped[str] = keep(Sens.EVENT, Text, default="")
    rights_zh: Mapped[str] = keep(Sens.EVENT, Text, default="")
    cda_stance: Mapped[str | None] = keep(Sens.EVENT, String(24))
    assets: Mapped[str | None] = keep(Sens.EVENT, String(24))
    vintage: Mapped[int | None] = keep(Sens.EVENT)
    fund_currencies: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    deals_per_year: Mapped[int | None] = keep(Sens.EVENT)

    investor: Mapped[Investor] = relationship(back_populates="mandates")
    fields: Mapped[list[MandateField]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="MandateField.rank"
    )
    terms: Mapped[MandateTerms] = relationship(cascade="all, delete-orphan", uselist=False)


class MandateField(Base):
    """A taxonomy field that a mandate names: core, or also welcome."""

    __tablename__ = "mandate_field"
    __table_args__ = (CheckConstraint("weight IN ('core', 'also')", name="weight"),)

    mandate_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("investor_mandate.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = keep(Sens.EVENT, String(60), primary_key=True)
    weight: Mapped[str] = keep(Sens.EVENT, String(4), default="core")
    rank: Mapped[int] = keep(Sens.EVENT, default=0)


class MandateTerms(Base):
    """What an investor tells only the organisers and the match: hard limits and their exceptions.

    ``exclusions`` is a list of ``{"facet": ..., "value": ..., "unless": [[facet, value], ...]}``;
    ``only`` lists the facets whose lists are hard limits; ``conflicts`` names organisations.
    """

    __tablename__ = "mandate_terms"

    mandate_id: Mapped[str] = keep(
        Sens.TEAM, ForeignKey("investor_mandate.id", ondelete="CASCADE"), primary_key=True
    )
    exclusions: Mapped[list[dict[str, object]]] = keep(Sens.TEAM, JSON, default=list)
    only: Mapped[list[str]] = keep(Sens.TEAM, JSON, default=list)
    conflicts: Mapped[list[str]] = keep(Sens.TEAM, JSON, default=list)
    hard_nos_en: Mapped[str] = keep(Sens.TEAM, Text, default="")
    hard_nos_zh: Mapped[str] = keep(Sens.TEAM, Text, default="")
    deals: Mapped[str] = keep(Sens.TEAM, Text, default="")


class Delegate(Base):
    """A person who acts for an investor, in order of seniority."""

    __tablename__ = "delegate"

    investor_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("investor.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = keep(Sens.EVENT, default=0)
    duty: Mapped[Duty] = keep(Sens.TEAM, state_type(Duty), server_default="editor")

    investor: Mapped[Investor] = relationship(back_populates="delegates")
    person: Mapped[Person] = relationship()


class ImportMapping(RoadshowRow, Base):
    """How an organiser's own headings and values became ours, remembered for next time."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("roadshow_id", "kind", "fingerprint"),)

    kind: Mapped[str] = keep(Sens.ORGANISERS, String(24))
    fingerprint: Mapped[str] = keep(Sens.ORGANISERS, String(64))
    mapping: Mapped[dict[str, object]] = keep(Sens.ORGANISERS, JSON, default=dict)
    used_at: Mapped[datetime] = keep(Sens.ORGANISERS)
