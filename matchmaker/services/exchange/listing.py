"""Tables as people read them on paper: fewer columns, words instead of codes."""

from __future__ import annotations

from functools import cache

from babel import Locale

from matchmaker.core.words import VALUE_NAMES, Names, money, vocabulary
from matchmaker.documents.safe import Cell
from matchmaker.services.exchange.asked import Table
from matchmaker.services.fields import taxonomy

COLUMNS = {
    "projects": ("code", "title_en", "title_zh", "organisation", "country", "stage", "state"),
    "investors": ("code", "name_en", "name_zh", "country", "fields", "state"),
    "matches": ("investor_name", "project_name", "score", "rank_for_investor", "reasons"),
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
    "reasons": ("Reasons", "理由"),
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
    places = {heading: place for place, heading in enumerate(table.headings)}
    if table.name == "projects":
        first, second = ("organisation_zh", "organisation_en") if side else ("organisation_en",) * 2
        rows = [
            [
                _said(name, row[places[name]], language)
                if name != "organisation"
                else row[places[first]] or row[places[second]]
                for name in named
            ]
            for row in table.rows
        ]
    else:
        rows = [[_said(name, row[places[name]], language) for name in named] for row in table.rows]
    return _TITLES[table.name][side], [_HEADINGS[name][side] for name in named], rows


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
