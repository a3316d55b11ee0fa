"""Accounts, what they may do at which roadshow, and invitations.

``UserMixin`` and ``RoleMixin`` are the one exception to "the store never imports Flask": the
sign-in library asks them of the mapped classes themselves.
"""

from __future__ import annotations

from datetime import datetime

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
    func,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, relationship

from matchmaker.core.journey import Duty, Role
from matchmaker.store.base import ID_LENGTH, Base, RoadshowRow, Row, Sens, keep, state_type

ADMINISTRATOR = "administrator"

account_role = Table(
    "account_role",
    Base.metadata,
    Column(
        "account_id",
        String(ID_LENGTH),
        ForeignKey("account.id", ondelete="CASCADE"),
        primary_key=True,
        info={"sens": Sens.ORGANISERS},
    ),
    Column(
        "install_role_id",
        String(ID_LENGTH),
        ForeignKey("install_role.id", ondelete="CASCADE"),
        primary_key=True,
        info={"sens": Sens.ORGANISERS},
    ),
)


class InstallRole(Row, RoleMixin, Base):
    """A right over the whole install; there is one: administrator."""

    __tablename__ = "install_role"

    name: Mapped[str] = keep(Sens.PUBLIC, String(80), unique=True)
    permissions: Mapped[list[str] | None] = keep(Sens.PUBLIC, MutableList.as_mutable(JSON))


class Account(Row, UserMixin, Base):
    """Somebody who can sign in. What they are at a roadshow is a ``Membership``.

    An erased account keeps its id, so that what it did stays told apart, and nothing else.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "erased_at IS NULL OR (NOT active AND name = '' AND password IS NULL"
            " AND email LIKE 'erased-%' AND tf_totp_secret IS NULL AND tf_phone_number IS NULL"
            " AND last_login_ip IS NULL AND current_login_ip IS NULL)",
            name="erased_is_empty",
        ),
    )

    email: Mapped[str] = keep(Sens.ORGANISERS, String(254), unique=True)
    name: Mapped[str] = keep(Sens.EVENT, String(120), default="")
    locale: Mapped[str] = keep(Sens.TEAM, String(16), default="en")
    zone: Mapped[str] = keep(Sens.TEAM, String(64), default="")
    password: Mapped[str | None] = keep(Sens.SECRET, String(255))
    active: Mapped[bool] = keep(Sens.ORGANISERS, default=True)
    fs_uniquifier: Mapped[str] = keep(Sens.SECRET, String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)
    last_login_at: Mapped[datetime | None] = keep(Sens.SECRET)
    current_login_at: Mapped[datetime | None] = keep(Sens.SECRET)
    last_login_ip: Mapped[str | None] = keep(Sens.SECRET, String(64))
    current_login_ip: Mapped[str | None] = keep(Sens.SECRET, String(64))
    login_count: Mapped[int | None] = keep(Sens.SECRET)
    tf_primary_method: Mapped[str | None] = keep(Sens.SECRET, String(64))
    tf_totp_secret: Mapped[str | None] = keep(Sens.SECRET, String(255))
    tf_phone_number: Mapped[str | None] = keep(Sens.SECRET, String(128))
    mf_recovery_codes: Mapped[list[str] | None] = keep(Sens.SECRET, MutableList.as_mutable(JSON))
    created_at: Mapped[datetime] = keep(Sens.ORGANISERS, server_default=func.now())
    erased_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)

    roles: Mapped[list[InstallRole]] = relationship(secondary=account_role, lazy="selectin")
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="account", cascade="all, delete-orphan"
    )

    @property
    def administrator(self) -> bool:
        return any(role.name == ADMINISTRATOR for role in self.roles)


class Membership(RoadshowRow, Base):
    """What an account is at one roadshow; several roles are several rows."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("roadshow_id", "account_id", "role"),)

    account_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role] = keep(Sens.EVENT, state_type(Role))
    created_at: Mapped[datetime] = keep(Sens.ORGANISERS)

    account: Mapped[Account] = relationship(back_populates="memberships")


class Invitation(RoadshowRow, Base):
    """A place kept for somebody by e-mail; the link's secret is stored only as a hash.

    ``project_id`` or ``investor_id`` says which team or firm the person joins.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="accepted_or_revoked"),
        CheckConstraint(
            "reminders >= 0 AND (reminders = 0) = (reminded_at IS NULL)", name="reminders"
        ),
    )

    email: Mapped[str] = keep(Sens.ORGANISERS, String(254), index=True)
    name: Mapped[str] = keep(Sens.ORGANISERS, String(120), default="")
    role: Mapped[Role] = keep(Sens.ORGANISERS, state_type(Role))
    project_id: Mapped[str | None] = keep(Sens.TEAM, ForeignKey("project.id", ondelete="CASCADE"))
    investor_id: Mapped[str | None] = keep(Sens.TEAM, ForeignKey("investor.id", ondelete="CASCADE"))
    person_id: Mapped[str | None] = keep(Sens.TEAM, ForeignKey("person.id", ondelete="CASCADE"))
    duty: Mapped[Duty | None] = keep(Sens.TEAM, state_type(Duty))
    """What the person will do for the team or firm; None: whoever comes first leads."""
    token_hash: Mapped[str] = keep(Sens.SECRET, String(64), unique=True)
    invited_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )
    account_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )
    sent_at: Mapped[datetime] = keep(Sens.ORGANISERS)
    expires_at: Mapped[datetime] = keep(Sens.ORGANISERS)
    accepted_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)
    revoked_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)
    reminded_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)
    reminders: Mapped[int] = keep(Sens.ORGANISERS, default=0, server_default="0")


class Consent(Row, Base):
    """That an account agreed to a text on privacy; ``text`` is that text's digest."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("account_id", "text"),)

    account_id: Mapped[str] = keep(Sens.TEAM, ForeignKey("account.id", ondelete="CASCADE"))
    text: Mapped[str] = keep(Sens.TEAM, String(64))
    given_at: Mapped[datetime] = keep(Sens.TEAM)
