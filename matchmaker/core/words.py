"""Reasons in words, English and Chinese.

``sentence`` tells one contribution or one exclusion; ``names(facet, code, locale)`` gives the
reader's word for a code. ``vocabulary`` is such a function for the codes of the core itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matchmaker.core.affinity import Contribution, Outside
from matchmaker.core.taxonomy import Taxonomy

Names = Callable[[str, str, str], str]

FACET_NAMES: Mapping[str, tuple[str, str]] = {
    "base": ("Starting point", "起点"),
    "field": ("Field", "领域"),
    "text": ("Text", "文字描述"),
    "country": ("Country", "国家/地区"),
    "region": ("Region", "区域"),
    "kind": ("Kind of institution", "机构类型"),
    "stage": ("Stage", "研发阶段"),
    "trl": ("Technology readiness", "技术成熟度"),
    "round": ("Round", "融资轮次"),
    "ticket": ("Amount", "金额"),
    "instrument": ("Instrument", "投资方式"),
    "language": ("Language", "语言"),
    "deals": ("Past deals", "过往投资"),
    "activity": ("Activity", "活跃度"),
    "organisation": ("Organisation", "机构"),
}
VALUE_NAMES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "kind": {
        "university": ("university", "高校"),
        "hospital": ("hospital", "医院"),
        "institute": ("research institute", "研究所"),
        "company": ("company", "企业"),
    },
    "stage": {
        "discovery": ("discovery", "药物发现"),
        "preclinical": ("preclinical", "临床前"),
        "ind": ("IND / clinical trial application", "IND申报"),
        "phase_1": ("phase I", "I期临床"),
        "phase_2": ("phase II", "II期临床"),
        "phase_3": ("phase III", "III期临床"),
        "registration": ("registration", "注册申报"),
        "market": ("on the market", "已上市"),
    },
    "round": {
        "angel": ("angel", "天使轮"),
        "seed": ("seed", "种子轮"),
        "pre_a": ("pre-A", "Pre-A轮"),
        "series_a": ("series A", "A轮"),
        "series_b": ("series B", "B轮"),
        "series_c": ("series C", "C轮"),
        "growth": ("growth", "成长期"),
        "grant": ("grant", "资助"),
        "other": ("other", "其他"),
    },
    "instrument": {
        "equity": ("equity", "股权投资"),
        "convertible": ("convertible", "可转债"),
        "licence": ("licence", "许可"),
        "co_development": ("co-development", "合作开发"),
        "acquisition": ("acquisition", "并购"),
        "grant": ("grant", "资助"),
    },
    "language": {"en": ("English", "英语"), "zh": ("Chinese", "中文")},
}
SENTENCES: Mapping[str, tuple[str, str]] = {
    "base": ("An average pair of this event starts at 50.", "本次活动的平均配对从50分起算。"),
    "field-listed": (
        "{field} is what the investor looks for ({wish}, no. {place} on its list).",
        "{field}属于投资方关注的领域（{wish}，位列第{place}）。",
    ),
    "field-near": (
        "{field} is not on the investor's list, but close to {wish}: both are {common}.",
        "{field}不在投资方的关注清单中，但与{wish}相近，同属{common}。",
    ),
    "listed": (
        "{facet}: {found} is on the investor's list.",
        "{facet}：{found}在投资方的关注清单中。",
    ),
    "field-listed-faint": (
        "{field} is no. {place} on the investor's list, but others look for it even more.",
        "{field}在投资方的关注清单中位列第{place}，但其他投资方更为关注。",
    ),
    "listed-faint": (
        "{facet}: {found} is on the investor's list, but counts more on others' lists.",
        "{facet}：{found}在投资方的关注清单中，但其他投资方更为看重。",
    ),
    "shared-faint": (
        "{facet}: both name {found}, as nearly everybody does.",
        "{facet}：双方均选择{found}，但几乎所有参与方都如此。",
    ),
    "ticket-near": (
        "The amount sought, {amount}, is close to the investor's range of {low} to {high}.",
        "融资金额{amount}接近投资方的单笔投资区间{low}至{high}。",
    ),
    "ticket-inside-faint": (
        "{amount} is within the investor's range of {low} to {high}, as it is for many others.",
        "融资金额{amount}在投资方的单笔投资区间{low}至{high}之内，但对许多投资方都是如此。",
    ),
    "near": (
        "{facet}: {found} is next to {wish}, which the investor looks for.",
        "{facet}：{found}与投资方关注的{wish}相近。",
    ),
    "not-listed": (
        "{facet}: the project is {found}; the investor looks for {wishes}.",
        "{facet}：项目为{found}；投资方关注{wishes}。",
    ),
    "deals": (
        "{facet}: {found} in {count} of the investor's {of} deals on record{deal}.",
        "{facet}：投资方已记录的{of}笔投资中有{count}笔属于{found}{deal}。",
    ),
    "ticket-inside": (
        "The amount sought, {amount}, lies within the investor's range of {low} to {high}.",
        "融资金额{amount}在投资方的单笔投资区间{low}至{high}之内。",
    ),
    "ticket-below": (
        "The amount sought, {amount}, is below the investor's range of {low} to {high}.",
        "融资金额{amount}低于投资方的单笔投资区间{low}至{high}。",
    ),
    "ticket-above": (
        "The amount sought, {amount}, is above the investor's range of {low} to {high}.",
        "融资金额{amount}高于投资方的单笔投资区间{low}至{high}。",
    ),
    "ticket-deals": (
        "The amount sought is {amount}; the investor's deals on record are around {typical}.",
        "融资金额为{amount}；投资方已记录的投资约为{typical}。",
    ),
    "shared": ("{facet}: both name {found}.", "{facet}：双方均选择{found}。"),
    "none-shared": (
        "{facet}: the project names {found}, the investor {wishes}.",
        "{facet}：项目方为{found}，投资方为{wishes}。",
    ),
    "text-words": (
        "Both texts speak of {words}{quotes}.",
        "双方的文字描述都提到{words}{quotes}。",
    ),
    "text-words-faint": (
        "Both texts speak of {words}, but have little else in common.",
        "双方的文字描述都提到{words}，但此外相似之处不多。",
    ),
    "text-related": (
        "The two texts speak of related things in other words.",
        "双方的文字描述用词不同，但主题相近。",
    ),
    "text-far": (
        "The two texts have hardly a word in common.",
        "双方的文字描述几乎没有共同的词语。",
    ),
    "no-common-language": (
        "The two texts have no language in common, so they do not count.",
        "双方的文字描述没有共同语言，因此不计分。",
    ),
    "deals-alike": (
        "{count} of the investor's {of} deals on record are like this one{deal}.",
        "投资方已记录的{of}笔投资中有{count}笔与该项目相似{deal}。",
    ),
    "no-deal-alike": (
        "None of the investor's {of} deals on record is like this one.",
        "投资方已记录的{of}笔投资均与该项目不相似。",
    ),
    "activity": (
        "The investor has {count} deals on record.",
        "投资方有{count}笔投资记录。",
    ),
    "missing-investor": (
        "{facet}: the investor says nothing; that counts as the middle of the investors who do.",
        "{facet}：投资方未填写，按已填写投资方的中间水平计分。",
    ),
    "missing-project": (
        "{facet}: the project says nothing; that counts as the middle of the projects that do.",
        "{facet}：项目方未填写，按已填写项目的中间水平计分。",
    ),
    "missing-both": (
        "{facet}: neither side says anything, so it does not count.",
        "{facet}：双方均未填写，因此不计分。",
    ),
    "excluded": (
        "{facet}: the investor excludes {value}{unless}.",
        "{facet}：投资方排除{value}{unless}。",
    ),
    "outside-limit": (
        "{facet}: the investor accepts nothing outside its list, and the project is {found}.",
        "{facet}：投资方不接受清单以外的项目，而该项目为{found}。",
    ),
    "conflict": (
        "The investor has declared a conflict of interest with {value}.",
        "投资方已申报与{value}存在利益冲突。",
    ),
}
_UNLESS = (" unless it is {others}, and it is not", "（{others}除外，但该项目不属于例外）")
_DEAL = (", most recently {name}", "，最近一笔为{name}")
_QUOTES = ("; closest: “{project}” and “{investor}”", "；最接近的表述：“{project}”与“{investor}”")
_NOTHING = ("not stated", "未填写")
_JOIN = (", ", "、")
SHOWN_WORDS = 5


def sentence(reason: Contribution | Outside, locale: str, names: Names) -> str:
    """Return the reason as one sentence in the locale ("en" or "zh", with or without region)."""
    side = 1 if locale.startswith("zh") else 0
    if isinstance(reason, Outside):
        return _outside(reason, side, locale, names)
    code = reason.code
    if code == "missing":
        silent = reason.facts["silent"]
        code = "missing-both" if len(silent) > 1 else f"missing-{silent[0]}"
    facts = {
        key: _word(reason.facet, key, value, side, locale, names)
        for key, value in reason.facts.items()
    }
    facts.setdefault("quotes", "")
    return SENTENCES[code][side].format(**(facts | {"facet": facet_name(reason.facet, locale)}))


def facet_name(facet: str, locale: str) -> str:
    """Return the reader's word for a facet."""
    return FACET_NAMES[facet][1 if locale.startswith("zh") else 0]


def vocabulary(taxonomy: Taxonomy, others: Names | None = None) -> Names:
    """Return names for fields and for the vocabularies of the core; ``others`` for the rest.

    Without ``others`` a code that is not known here is its own name, and money has no currency.
    """

    def names(facet: str, code: str, locale: str) -> str:
        side = 1 if locale.startswith("zh") else 0
        if facet == "field":
            return taxonomy.name(code, locale)
        known = VALUE_NAMES.get(facet, {}).get(code)
        if known is not None and not (facet == "language" and others):
            return known[side]
        if others is not None:
            return others(facet, code, locale)
        return money(float(code), locale) if facet == "amount" else code

    return names


def money(amount: float, locale: str) -> str:
    """Return an amount in whole units, shortened as people say it: 2.5M, 250万."""
    steps = (
        ((1e8, "亿"), (1e4, "万"))
        if locale.startswith("zh")
        else ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
    )
    for size, unit in steps:
        if amount >= size:
            return (
                f"{amount / size:.3g}{unit}"
                if amount < 1000 * size
                else f"{amount / size:,.0f}{unit}"
            )
    return f"{amount:,.0f}"


def _word(facet: str, key: str, value: Any, side: int, locale: str, names: Names) -> str:
    if key in ("amount", "low", "high", "typical"):
        return names("amount", f"{value:.0f}", locale)
    if key == "deal":
        return _DEAL[side].format(name=value) if value else ""
    if key == "words":
        return _JOIN[side].join(_in_reader_script(value, side)[:SHOWN_WORDS])
    if key == "quotes":
        return _quotes(value, side)
    if isinstance(value, tuple):
        return _list(facet, value, side, locale, names)
    return names(facet, value, locale) if isinstance(value, str) else str(value)


def _in_reader_script(words: Sequence[str], side: int) -> Sequence[str]:
    """Return the words of the reader's language; those of the other where there is none."""
    own = [word for word in words if word.isascii() != bool(side)]
    return own or words


def _quotes(parts: Sequence[str], side: int) -> str:
    pairs = [(parts[at], parts[at + 1]) for at in range(0, len(parts), 2)]
    for project, investor in (pairs[side], pairs[1 - side]) if len(pairs) > 1 else pairs:
        if project and investor:
            return _QUOTES[side].format(project=project, investor=investor)
    return ""


def _list(facet: str, codes: Sequence[str], side: int, locale: str, names: Names) -> str:
    return _JOIN[side].join(names(facet, code, locale) for code in codes) or _NOTHING[side]


def _outside(reason: Outside, side: int, locale: str, names: Names) -> str:
    others = _JOIN[side].join(names(facet, value, locale) for facet, value in reason.unless)
    value = reason.value
    if reason.facet != "organisation":
        value = _list(reason.facet, value.split(";"), side, locale, names) if value else ""
    money_or = "amount" if reason.facet == "ticket" else reason.facet
    return SENTENCES[reason.code][side].format(
        facet=facet_name(reason.facet, locale),
        value=value,
        found=_list(money_or, reason.found, side, locale, names),
        unless=_UNLESS[side].format(others=others) if others else "",
    )
