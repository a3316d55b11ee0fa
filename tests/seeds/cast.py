"""Reading the cast of the demo."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from functools import cache
from typing import Any

from matchmaker.paths import SEEDS

RESERVED = re.compile(
    r"[a-z0-9.\-]+@(?:[a-z0-9\-]+\.)*(?:example\.(?:org|com|net)|[a-z0-9\-]+\.example)"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def roadshow() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SEEDS / "roadshow.json").read_text("utf-8"))
    return found


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def people() -> list[tuple[str, str, str, str]]:
    """Name in both languages, e-mail and languages of everybody in the cast."""
    found = []
    for row in (*rows("projects"), *rows("investors")):
        found.append(
            (
                row["contact_name_en"],
                row["contact_name_zh"],
                row["contact_email"],
                row["contact_languages"],
            )
        )
        for colleague in items(row["colleagues"]):
            name, chinese, _, _, email, languages = colleague.split("|")
            found.append((name, chinese, email, languages.replace("+", ";")))
    return found


def by_code(name: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows(name)}


def selected() -> list[dict[str, str]]:
    return [by_code("projects")[code] for code in roadshow()["selected"]]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
