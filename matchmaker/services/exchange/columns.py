"""The columns of each kind of table that can be imported."""

from __future__ import annotations

from matchmaker.services.exchange.column import CODED, Column, one, two
from matchmaker.services.exchange.investor_columns import INVESTORS
from matchmaker.services.exchange.project_columns import PROJECTS

__all__ = ["CODED", "COLUMNS", "KINDS", "REQUIRED", "Column", "columns"]

KINDS = ("projects", "investors", "slots", "tables")
SLOTS = (
    one("day", "day", "day, date, 日期"),
    one(
        "starts_at",
        "moment",
        "starts at, start, from, start time, begin, begins, time, slot, "
        "开始, 开始时间, 起始时间, 时间",
    ),
    one("ends_at", "moment", "ends at, end, to, end time, until, 结束, 结束时间, 截止时间"),
    one("minutes", "count", "minutes, duration, length, min, 分钟, 时长, 分钟数"),
)
TABLES = (
    one(
        "name",
        "text",
        "name, table, table name, no, number, desk, 桌号, 名称, 桌, 洽谈桌",
        limit=40,
    ),
    *two("room", "room, hall, location, zone, area, 房间, 会议室, 大厅, 区域, 地点", 120),
    one("seats", "count", "seats, places, chairs, 座位, 座位数"),
    one(
        "home_of",
        "text",
        "home of, project, project code, belongs to, 固定项目, 项目编号",
        limit=12,
    ),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "projects": PROJECTS,
    "investors": INVESTORS,
    "slots": SLOTS,
    "tables": TABLES,
}
REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "projects": (("title_en", "title_zh"), ("organisation_en", "organisation_zh")),
    "investors": (("name_en", "name_zh"),),
    "slots": (("starts_at",),),
    "tables": (("name",),),
}
"""For each kind, groups of columns of which at least one must say something."""


def columns(kind: str) -> dict[str, Column]:
    """Return the columns of a kind of table by name, in their order."""
    return {column.name: column for column in COLUMNS[kind]}
