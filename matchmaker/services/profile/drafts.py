"""The draft of a project or a mandate: the version without a number."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services.profile import values as said
from matchmaker.store.base import Base, new_id
from matchmaker.store.profile import (
    Investor,
    InvestorMandate,
    MandateField,
    MandateTerms,
    Project,
    ProjectConfidential,
    ProjectField,
    ProjectRegistered,
    ProjectVersion,
)


def project_draft(session: Session, project: Project, *, lock: bool = False) -> ProjectVersion:
    """Return the version that is being written; ``lock`` keeps other writers waiting."""
    query = select(ProjectVersion).where(
        ProjectVersion.project_id == project.id, ProjectVersion.number.is_(None)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()


def mandate_draft(session: Session, investor: Investor, *, lock: bool = False) -> InvestorMandate:
    """Return the mandate that is being written; ``lock`` keeps other writers waiting."""
    query = select(InvestorMandate).where(
        InvestorMandate.investor_id == investor.id, InvestorMandate.number.is_(None)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()


def has_changes(version: Any, draft: Any) -> bool:
    """Tell whether the draft was changed after the version was submitted from it."""
    return bool(draft.revision > version.revision + 1)


def current_number(session: Session, party: Project | Investor) -> int | None:
    """Return the number of the newest submitted version, or None."""
    if isinstance(party, Project):
        return session.scalar(
            select(func.max(ProjectVersion.number)).where(ProjectVersion.project_id == party.id)
        )
    return session.scalar(
        select(func.max(InvestorMandate.number)).where(InvestorMandate.investor_id == party.id)
    )


def refuse_stale(draft: ProjectVersion | InvestorMandate, revision: int | None) -> None:
    if revision is not None and revision != draft.revision:
        raise Refusal(
            "stale",
            hint="Somebody changed this meanwhile.",
            revision=draft.revision,
            given=revision,
        )


def refuse_disorder(draft: InvestorMandate) -> None:
    tickets = [draft.ticket_low, draft.ticket_typical, draft.ticket_high]
    for names, row in (
        (("ticket_low", "ticket_typical", "ticket_high"), tickets),
        (("ticket_low", "ticket_total"), [draft.ticket_low, draft.ticket_total]),
        (("trl_min", "trl_max"), [draft.trl_min, draft.trl_max]),
    ):
        known = [(name, one) for name, one in zip(names, row, strict=True) if one is not None]
        for (_, low), (name, high) in itertools.pairwise(known):
            if low > high:
                raise Refusal("not-in-order", hint="The least is more than the most.", field=name)


def put(
    draft: ProjectVersion | InvestorMandate,
    values: Mapping[str, Any],
    columns: said.Columns,
    money: tuple[str, ...],
) -> list[str]:
    """Write the given values to the draft's tables; return the names of those that changed."""
    cleaned = {name: said.clean(columns, name, values[name]) for name in columns if name in values}
    parts = _parts(draft)
    holder = parts[columns["currency"][0]]
    before = holder.currency
    currency = cleaned.get("currency") or before
    if not currency and any(cleaned.get(name) is not None for name in money):
        raise Refusal("missing", hint="Money needs a currency.", field="currency")
    if not cleaned.get("currency", "x"):
        cleaned.pop("currency")
    for name in money:
        table, key = columns[name]
        if name in cleaned:
            cleaned[name] = said.minor(cleaned[name], currency)
        elif currency != before:
            kept = said.major(getattr(parts[table], key), before)
            cleaned[name] = said.minor(kept, currency)
    changed = []
    for name, value in cleaned.items():
        table, key = columns[name]
        if getattr(parts[table], key) != value:
            setattr(parts[table], key, value)
            changed.append(name)
    return changed


def _parts(draft: ProjectVersion | InvestorMandate) -> dict[type[Base], Any]:
    if isinstance(draft, ProjectVersion):
        return _Lazy(
            {
                ProjectVersion: lambda: draft,
                ProjectRegistered: lambda: draft.registered,
                ProjectConfidential: lambda: draft.confidential,
            }
        )
    return _Lazy({InvestorMandate: lambda: draft, MandateTerms: lambda: draft.terms})


class _Lazy(dict[type[Base], Any]):
    """Parts of a draft that are loaded only when a value of theirs is written."""

    def __getitem__(self, table: type[Base]) -> Any:
        return super().__getitem__(table)()


def put_fields(
    draft: ProjectVersion | InvestorMandate,
    values: Mapping[str, Any],
    row: type[ProjectField] | type[MandateField],
) -> list[str]:
    given = [name for name in said.LISTS_OF_FIELDS if name in values]
    if not given:
        return []
    before = {"core": [], "also": []}  # type: dict[str, list[str]]
    for field in draft.fields:
        before[field.weight].append(field.code)
    core, also = (
        said.field_codes(name, values[name]) if name in values else before[weight]
        for name, weight in (("fields", "core"), ("also_fields", "also"))
    )
    also = [code for code in also if code not in core]
    if before == {"core": core, "also": also}:
        return []
    kept = {field.code: field for field in draft.fields}
    wanted = [(code, "core") for code in core] + [(code, "also") for code in also]
    fields: list[Any] = []
    for rank, (code, weight) in enumerate(wanted):
        field = kept.get(code) or row(code=code)
        field.weight, field.rank = weight, rank
        fields.append(field)
    draft.fields = fields
    return given


def _copy(row: Any, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    left_out = {"id", "version_id", "mandate_id", "number", "submitted_at", "submitted_by_id"}
    return {
        column.key: getattr(row, column.key)
        for column in row.__table__.columns
        if column.key not in left_out and column.key not in skip
    }


def copy_project(draft: ProjectVersion, now: datetime) -> ProjectVersion:
    following = ProjectVersion(**_following(draft, now))
    following.fields = [ProjectField(**_copy(field)) for field in draft.fields]
    following.registered = ProjectRegistered(**_copy(draft.registered))
    following.confidential = ProjectConfidential(**_copy(draft.confidential))
    return following


def copy_mandate(draft: InvestorMandate, now: datetime) -> InvestorMandate:
    following = InvestorMandate(**_following(draft, now))
    following.fields = [MandateField(**_copy(field)) for field in draft.fields]
    following.terms = MandateTerms(**_copy(draft.terms))
    return following


Part = TypeVar("Part", bound=Base)
Rows = dict[type[Base], list[dict[str, Any]]]


def whole_rows(drafts: Iterable[ProjectVersion | InvestorMandate]) -> Rows:
    """Return versions that are in no session yet as rows to insert, parents first."""
    rows: Rows = {}
    for draft in drafts:
        draft.id = draft.id or new_id()
        for row, key in _tree(draft):
            told = {**_whole(row), key: draft.id} if key else _whole(row)
            rows.setdefault(type(row), []).append(told)
    return rows


def following_rows(drafts: Iterable[ProjectVersion | InvestorMandate], now: datetime) -> Rows:
    """Return what ``copy_project`` and ``copy_mandate`` make of each as rows to insert."""
    rows: Rows = {}
    for draft in drafts:
        new = new_id()
        for row, key in _tree(draft):
            told = _copy(row) if key else {**_following(draft, now), "number": None}
            told |= {key: new} if key else {"id": new, "submitted_at": None}
            rows.setdefault(type(row), []).append(told)
    return rows


def _tree(draft: ProjectVersion | InvestorMandate) -> Iterator[tuple[Base, str | None]]:
    """Yield a version and its parts, each with the name of its key to the version."""
    yield draft, None
    if isinstance(draft, ProjectVersion):
        parts: tuple[Base, ...] = (*draft.fields, draft.registered, draft.confidential)
    else:
        parts = (*draft.fields, draft.terms)
    key = "version_id" if isinstance(draft, ProjectVersion) else "mandate_id"
    yield from ((part, key) for part in parts)


def with_defaults(row: Part) -> Part:
    """Return a row that is in no session yet with the defaults of its table, but no id."""
    for column in row.__table__.columns:
        default: Any = column.default
        if default is not None and column.key != "id" and getattr(row, column.key) is None:
            setattr(row, column.key, default.arg(None) if default.is_callable else default.arg)
    return row


def _whole(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in with_defaults(row).__table__.columns}


def _following(draft: ProjectVersion | InvestorMandate, now: datetime) -> dict[str, Any]:
    return {**_copy(draft), "edited_at": now, "revision": draft.revision + 1}
