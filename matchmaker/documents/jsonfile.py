"""JSON for programs: one object, keys in the order given, Chinese readable as it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from matchmaker.documents.safe import Cell, plain


def write_json(value: Any) -> bytes:
    """Return indented UTF-8; moments and days become ISO text."""
    return (json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def write_rows(
    kind: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    facts: Mapping[str, Any] | None = None,
) -> bytes:
    """Return ``{...facts, kind: [{heading: cell, ...}, ...]}``."""
    named = [dict(zip(headings, row, strict=True)) for row in rows]
    return write_json({**(facts or {}), kind: named})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | Decimal):
        return value.isoformat() if isinstance(value, datetime) else plain(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
