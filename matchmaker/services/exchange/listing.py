"""Tables as people read them on paper: fewer columns, words instead of codes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from babel import Locale

from matchmaker.core.words import VALUE_NAMES, Names, money, vocabulary
from matchmaker.documents.safe import Cell
from matchmaker.services.exchange.asked import Table
from matchmaker.services.fields import taxonomy

COLUMNS = {
    "projects": ("code", "title_en", "title_zh", "organisation", "country", "stage", "state"),
    "investors": ("code", "name_en", "name_zh", "country", "fields", "state"),
    "matches": ("investor_name", "rank_for_investor", "project_name", "score", "rank_for_project"),
    "pairings": ("project", "project_name", "investor", "investor_name", "state", "score"),
    "slots": ("starts_at", "minutes"),
    "tables": ("name", "room_en", "room_zh", "seats", "home_of"),
}
"""The columns of each kind of table that fit on paper."""
BEST = 10  # matches of an investor that are printed
_TITLES = {
    "projects": ("Projects", "项目"),
    "investors": ("Investors", "投资方"),
    "matches": ("Matches", "匹配结果"),
    "pairings": ("Pairings", "配对"),
    "slots": ("Slots", "时段"),
    "tables": ("Tables", "洽谈桌"),
}
_HEADINGS = {
    "code": ("Code", "编号"),
    "title_en": ("Title", "英文名称"),
    "title_zh": ("Title in Chinese", "项目名称"),
    "organisation": ("Organisation", "机构"),
    "country": ("Country", "国家/地区"),
    "stage": ("Stage", "研发阶段"),
    "state": ("State", "状态"),
    "name": ("Table", "桌号"),
    "name_en": ("Name", "英文名称"),
    "name_zh": ("Name in Chinese", "中文名称"),
    "fields": ("Fields", "领域"),
    "investor_name": ("Investor", "投资方"),
    "project_name": ("Project", "项目"),
    "score": ("Score", "匹配度"),
    "rank_for_investor": ("Rank", "排名"),
    "rank_for_project": ("Rank for the project", "项目方排名"),
    "project": ("Code", "编号"),
    "investor": ("Code", "编号"),
    "starts_at": ("Start", "开始时间"),
    "minutes": ("Minutes", "分钟"),
    "room_en": ("Room", "英文会场名"),
    "room_zh": ("Room in Chinese", "会场"),
    "seats": ("Seats", "座位"),
    "home_of": ("Kept for", "固定项目"),
}
_STATES = {
    "draft": ("draft", "草稿"),
    "submitted": ("submitted", "已提交"),
    "selected": ("selected", "入选"),
    "waitlisted": ("waiting list", "候补"),
    "declined": ("declined", "未入选"),
    "withdrawn": ("withdrawn", "已撤回"),
    "active": ("active", "有效"),
    "proposed": ("proposed", "建议"),
    "pinned": ("pinned", "锁定"),
    "forbidden": ("forbidden", "禁止"),
    "left_out": ("left out", "未安排"),
}


def paper(table: Table, language: str) -> tuple[str, list[str], list[list[Cell]]]:
    """Return a table's title, headings and rows as they are printed."""
    side = 1 if language == "zh" else 0
    named = COLUMNS[table.name]
    rows = [
        [_said(name, told.get(name), language) for name in named]
        for told in _told(table, side)
        if _is_printed(table.name, told)
    ]
    return _TITLES[table.name][side], [_HEADINGS[name][side] for name in named], rows


def _told(table: Table, side: int) -> Iterator[dict[str, Cell]]:
    order = ("organisation_zh", "organisation_en")[:: 1 if side else -1]
    for row in table.rows:
        told = dict(zip(table.headings, row, strict=True))
        told["organisation"] = told.get(order[0]) or told.get(order[1])
        yield told


def _is_printed(kind: str, told: dict[str, Cell]) -> bool:
    """Of matches the best of each list, of pairings what was decided; files hold them all."""
    if kind == "matches":
        rank = told["rank_for_investor"]
        return isinstance(rank, int) and rank <= BEST
    return kind != "pairings" or told["state"] != "left_out"


@cache
def names() -> Names:
    """Return the names of codes in reasons: fields, countries, amounts, vocabularies."""

    def others(facet: str, code: str, locale: str) -> str:
        if facet == "amount":
            return money(float(code), locale)
        if facet == "country":
            return country(code, locale)
        return spoken(code, locale) if facet == "language" else code

    return vocabulary(taxonomy(), others)


@lru_cache(maxsize=2048)
def country(code: str, language: str) -> str:
    """Return a country's (or group's) name in a language."""
    locale = Locale.parse("zh_Hans" if language.startswith("zh") else "en")
    return str(locale.territories.get(code, code))


def spoken(code: str, language: str) -> str:
    """Return a language's name in a language."""
    locale = Locale.parse("zh_Hans" if language.startswith("zh") else "en")
    return str(locale.languages.get(code, code))


def _said(name: str, cell: Cell, language: str) -> Cell:
    if not isinstance(cell, str) or not cell:
        return cell
    side = 1 if language == "zh" else 0
    if name == "fields":
        codes = [part.strip() for part in cell.split(";")]
        return ("、" if side else ", ").join(taxonomy().name(code, language) for code in codes)
    if name == "country":
        return country(cell, language)
    if name == "state":
        return _STATES.get(cell, (cell, cell))[side]
    return VALUE_NAMES[name].get(cell, (cell, cell))[side] if name == "stage" else cell
