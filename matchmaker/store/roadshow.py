"""A roadshow, the bodies and people that take part in it, and its files."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from matchmaker.core.journey import Phase
from matchmaker.core.profile import INSTITUTION_KINDS, INVESTOR_KINDS
from matchmaker.store.base import Base, RoadshowRow, Row, Sens, keep, state_type

ORGANISATION_KINDS = (*INSTITUTION_KINDS, *INVESTOR_KINDS)


class Roadshow(Row, Base):
    """One edition: dates, time zone, venue, phase, and the numbers the organiser chose.

    Meetings per party are counted over the whole roadshow; minutes are minutes.
    """

    __tablename__ = "roadshow"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("project_min <= project_max", name="project_floor_under_cap"),
        CheckConstraint("investor_min <= investor_max", name="investor_floor_under_cap"),
        CheckConstraint("places > 0", name="places"),
        CheckConstraint(
            "mandates_until IS NOT NULL OR CAST(mandates_frozen AS TEXT) = '[]'",
            name="frozen_from_a_time",
        ),
    )

    slug: Mapped[str] = keep(Sens.PUBLIC, String(60), unique=True)
    name_en: Mapped[str] = keep(Sens.PUBLIC, String(160))
    name_zh: Mapped[str] = keep(Sens.PUBLIC, String(160), default="")
    about_en: Mapped[str] = keep(Sens.PUBLIC, Text, default="")
    about_zh: Mapped[str] = keep(Sens.PUBLIC, Text, default="")
    venue_en: Mapped[str] = keep(Sens.PUBLIC, String(200), default="")
    venue_zh: Mapped[str] = keep(Sens.PUBLIC, String(200), default="")
    zone: Mapped[str] = keep(Sens.PUBLIC, String(64), default="Asia/Shanghai")
    starts_on: Mapped[date] = keep(Sens.PUBLIC)
    ends_on: Mapped[date] = keep(Sens.PUBLIC)
    currency: Mapped[str] = keep(Sens.PUBLIC, String(3), default="USD")
    rates: Mapped[dict[str, float]] = keep(Sens.EVENT, JSON, default=dict)
    """Units of ``currency`` for one unit of each other currency."""
    phase: Mapped[Phase] = keep(Sens.PUBLIC, state_type(Phase), default=Phase.DRAFT)
    open_registration: Mapped[bool] = keep(Sens.PUBLIC, default=True)
    applications_until: Mapped[datetime | None] = keep(Sens.PUBLIC)
    preferences_until: Mapped[datetime | None] = keep(Sens.EVENT)
    teams_see_investors: Mapped[bool] = keep(Sens.EVENT, default=True)
    project_min: Mapped[int] = keep(Sens.EVENT, default=4)
    project_max: Mapped[int] = keep(Sens.EVENT, default=8)
    investor_min: Mapped[int] = keep(Sens.EVENT, default=0)
    investor_max: Mapped[int] = keep(Sens.EVENT, default=6)
    places: Mapped[int] = keep(Sens.EVENT, default=20)
    """Projects to be selected: where the cut of the committee's ranking lies."""
    slot_minutes: Mapped[int] = keep(Sens.PUBLIC, default=20)
    buffer_minutes: Mapped[int] = keep(Sens.PUBLIC, default=5)
    frozen: Mapped[list[str]] = keep(Sens.PUBLIC, JSON, default=list)
    """Steps of the project form that only organisers change once applications have closed."""
    mandates_until: Mapped[datetime | None] = keep(Sens.EVENT)
    mandates_frozen: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list, server_default="[]")
    """Steps of the investor's form that only organisers change after ``mandates_until``."""
    contact_email: Mapped[str] = keep(Sens.PUBLIC, String(254), default="", server_default="")
    steps_en: Mapped[str] = keep(Sens.PUBLIC, Text, default="", server_default="")
    steps_zh: Mapped[str] = keep(Sens.PUBLIC, Text, default="", server_default="")
    """How to take part, in the organisers' words."""
    privacy_en: Mapped[str] = keep(Sens.PUBLIC, Text, default="", server_default="")
    privacy_zh: Mapped[str] = keep(Sens.PUBLIC, Text, default="", server_default="")
    """Who is responsible for personal data, and what organisers add to the text on privacy."""
    created_at: Mapped[datetime] = keep(Sens.PUBLIC)


class Organisation(RoadshowRow, Base):
    """The body behind a project or an investor."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(
            "kind IN (" + ", ".join(f"'{kind}'" for kind in ORGANISATION_KINDS) + ")",
            name="kind",
        ),
    )

    kind: Mapped[str] = keep(Sens.PUBLIC, String(24))
    name_en: Mapped[str] = keep(Sens.PUBLIC, String(200))
    name_zh: Mapped[str] = keep(Sens.PUBLIC, String(200), default="")
    country: Mapped[str | None] = keep(Sens.PUBLIC, String(2))
    region: Mapped[str] = keep(Sens.PUBLIC, String(80), default="")
    city_en: Mapped[str] = keep(Sens.PUBLIC, String(80), default="")
    city_zh: Mapped[str] = keep(Sens.PUBLIC, String(80), default="")
    website: Mapped[str] = keep(Sens.PUBLIC, String(300), default="")


class Person(RoadshowRow, Base):
    """Somebody who sits at tables. Has an account once they signed in; may never have one.

    An erased person keeps the seats of meetings that others remember, and nothing else.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "account_id"),
        CheckConstraint(
            "erased_at IS NULL OR (account_id IS NULL AND email = '' AND name_en = '–'"
            " AND name_zh = '' AND title_en = '' AND title_zh = '')",
            name="erased_is_empty",
        ),
    )

    account_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    organisation_id: Mapped[str | None] = keep(
        Sens.EVENT, ForeignKey("organisation.id", ondelete="SET NULL")
    )
    name_en: Mapped[str] = keep(Sens.EVENT, String(120))
    name_zh: Mapped[str] = keep(Sens.EVENT, String(120), default="")
    title_en: Mapped[str] = keep(Sens.EVENT, String(160), default="")
    title_zh: Mapped[str] = keep(Sens.EVENT, String(160), default="")
    email: Mapped[str] = keep(Sens.ORGANISERS, String(254), default="")
    languages: Mapped[list[str]] = keep(Sens.EVENT, JSON, default=list)
    checked_in_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)
    erased_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)

    organisation: Mapped[Organisation | None] = relationship()


class File(RoadshowRow, Base):
    """An uploaded file; the bytes lie outside the web root under a random key."""

    __tablename__ = "file"

    project_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    tier: Mapped[str] = keep(Sens.EVENT, String(12))
    name: Mapped[str] = keep(Sens.CDA, String(200))
    mime: Mapped[str] = keep(Sens.CDA, String(100))
    size: Mapped[int] = keep(Sens.CDA)
    pages: Mapped[int | None] = keep(Sens.CDA)
    sha256: Mapped[str] = keep(Sens.SECRET, String(64))
    key: Mapped[str] = keep(Sens.SECRET, String(64), unique=True)
    uploaded_by_id: Mapped[str | None] = keep(
        Sens.TEAM, ForeignKey("account.id", ondelete="SET NULL")
    )
    uploaded_at: Mapped[datetime] = keep(Sens.TEAM)


class FilePage(Base):
    """The words of one page of a file, to be searched by whoever may read the file."""

    __tablename__ = "file_page"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    file_id: Mapped[str] = keep(
        Sens.CDA, ForeignKey("file.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = keep(Sens.CDA, primary_key=True)
    text: Mapped[str] = keep(Sens.CDA, Text)
