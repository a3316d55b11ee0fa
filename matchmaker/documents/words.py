"""The few words that printed pages say by themselves, in both languages."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "schedule": "Personal timetable",
        "card": "Table card",
        "grid": "Timetable by table",
        "pack": "Meeting pack",
        "meeting": "Meeting",
        "session": "Session",
        "pitch": "Pitch",
        "away": "Not available",
        "table": "Table",
        "table_of": "Table {name}",
        "time": "Time",
        "nothing": "Nothing is planned yet.",
        "live": "Live version",
        "printed": "Printed {moment}",
        "zone": "All times are local: {zone} (UTC{offset})",
        "page": "Page {page} of {pages}",
        "interpreter": "Interpreter",
        "with": "with",
        "project": "Project",
        "investor": "Investor",
        "why": "Why this meeting",
        "score": "Match",
        "notes": "Notes",
        "next": "Agreed next step",
        "people": "At the table",
        "contents": "Meetings in this pack",
    },
    "zh": {
        "schedule": "个人日程",
        "card": "桌卡",
        "grid": "洽谈总表",
        "pack": "洽谈资料",
        "meeting": "洽谈",
        "session": "分会",
        "pitch": "路演",
        "away": "不在场",
        "table": "桌号",
        "table_of": "{name} 号桌",
        "time": "时间",
        "nothing": "暂无安排。",
        "live": "在线版本",
        "printed": "打印于 {moment}",
        "zone": "所有时间均为当地时间：{zone}（UTC{offset}）",
        "page": "第 {page} 页，共 {pages} 页",
        "interpreter": "口译",
        "with": "与",
        "project": "项目",
        "investor": "投资方",
        "why": "为何安排这场洽谈",
        "score": "匹配度",
        "notes": "记录",
        "next": "约定的下一步",
        "people": "参会人员",
        "contents": "本册洽谈",
    },
}


def words(language: str) -> dict[str, str]:
    """Return the words of a language; anything but Chinese reads English."""
    return WORDS["zh" if language.startswith("zh") else "en"]
