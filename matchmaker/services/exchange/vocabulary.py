"""The words people use for our codes, in English and Chinese.

A word is compared folded (no case, accents, width, punctuation), so "Series-B", "series b" and
"B轮" need one entry each at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from matchmaker.core.profile import (
    ASSETS,
    BOARDS,
    CDA_STANCES,
    EVIDENCE,
    INSTITUTION_KINDS,
    INSTRUMENTS,
    INVESTOR_KINDS,
    IP_STATES,
    LANDINGS,
    LEADS,
    PARTNERS,
    ROUNDS,
    STAGES,
)
from matchmaker.core.taxonomy import fold
from matchmaker.services.exchange.characters import simplified

FACETS = ("field", "country", "region", "kind", "stage", "round", "instrument")
LIMITS = (*FACETS, "language", "trl", "ticket")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}

_INSTITUTIONS = {
    "university": "uni, college, academia, academic, school, 高校, 大学, 学院, 高等院校, 院校",
    "hospital": "clinic, medical center, medical centre, university hospital, 医院, 医疗机构",
    "institute": "research institute, research center, research organisation, research "
    "organization, laboratory, lab, 研究所, 研究院, 科研院所, 科研机构, 研究中心, 实验室",
    "company": "startup, start up, spin off, spin out, spinoff, corporation, enterprise, firm, "
    "business, sme, biotech, 企业, 公司, 初创企业, 创业公司, 有限公司, 初创公司",
}
_INVESTORS = {
    "vc": "venture capital, venture capital firm, venture fund, venture capitalist, fund, "
    "private equity, pe, pe vc, vc pe, 风险投资, 风投, 创投, 风险投资机构, 创业投资, 基金, 私募, "
    "私募股权, 投资机构",
    "cvc": "corporate venture capital, corporate venture, corporate vc, corporate, strategic, "
    "pharma, strategic investor, corporate investor, 企业风投, 企业创投, 产业资本, 产业投资, "
    "企业风险投资, 战略投资, 战略投资者, 产业方, 药企",
    "angel": "angel investor, business angel, angels, angel group, angel network, 天使, "
    "天使投资, 天使投资人, 个人投资者",
    "family_office": "family, single family office, multi family office, 家族办公室, 家办",
    "guidance_fund": "government guidance fund, government fund, government, public fund, "
    "state fund, 政府引导基金, 引导基金, 政府基金, 国资, 国资基金",
    "foundation": "charity, non profit, nonprofit, trust, 基金会, 慈善基金会, 非营利",
    "other": "others, misc, 其他, 其它",
}
_STAGES = {
    "discovery": "early discovery, target discovery, lead, hit to lead, lead optimisation, lead "
    "optimization, concept, idea, basic research, research, in vitro, 发现, 药物发现, 早期研究, "
    "基础研究, 概念, 靶点发现, 研发早期, 先导化合物",
    "preclinical": "pre clinical, in vivo, animal, proof of concept, poc, prototype, 临床前, "
    "临床前研究, 动物实验, 样机, 原型, 概念验证",
    "ind": "ind enabling, ind filing, ind filed, ind approved, cta, ind cta, ind stage, "
    "clinical trial application, 临床申报, ind申报, ind阶段, 临床试验申请, 申报临床, 获批临床",
    "phase_1": "phase 1, clinical 1, first in human, fih, phase 1a, phase 1b, ph1, p1, phase1, "
    "early clinical, 临床1期, 1期临床, 临床i期, i期临床, i期, 一期, 临床一期, 1期, 一期临床",
    "phase_2": "phase 2, clinical 2, phase 2a, phase 2b, phase 1 2, ph2, p2, phase2, clinical, "
    "临床2期, 2期临床, 临床ii期, ii期临床, ii期, 二期, 临床二期, 2期, 二期临床",
    "phase_3": "phase 3, clinical 3, phase 2 3, pivotal, ph3, p3, phase3, late clinical, "
    "late stage, 临床3期, 3期临床, 临床iii期, iii期临床, iii期, 三期, 临床三期, 3期, 三期临床",
    "registration": "nda, bla, nda bla, filing, filed, regulatory review, pma, mdr, 510 k, "
    "regulatory submission, ce marking, 注册, 申报上市, 上市申请, 注册申报, 注册检验, 取证",
    "market": "marketed, on market, on the market, commercial, commercial stage, launched, "
    "approved, revenue, phase 4, 上市, 已上市, 商业化, 已获批, 已取证, 产业化, 市场化",
}
_ROUNDS = {
    "angel": "angel round, pre seed, friends and family, 天使, 天使轮, 种子前",
    "seed": "seed round, seed stage, 种子, 种子轮",
    "pre_a": "pre a, pre series a, pre a round, prea, pre a轮, prea轮",
    "series_a": "series a, a, a round, a轮, a+轮, series a+, a1, a2, a1轮, a2轮, 首轮",
    "series_b": "series b, b, b round, b轮, b+轮, series b+, b1, b2, pre b, pre b轮",
    "series_c": "series c, c, c round, c轮, c+轮, series c+, pre c, series c and later",
    "growth": "growth round, growth equity, series d, series e, series f, series g, d, e, d轮, "
    "e轮, f轮, d轮及以后, pre ipo, late, late stage, expansion, mezzanine, 成长期, 成长轮",
    "grant": "grants, non dilutive, public funding, 资助, 政府资助, 科研经费, 补助",
    "other": "others, venture, unspecified, unattributed, debt, private equity, post ipo, "
    "crowdfunding, strategic, 其他, 其它, 战略融资",
}
_INSTRUMENTS = {
    "equity": "shares, stock, preferred, equity investment, venture, 股权, 股权投资, 增资",
    "convertible": "convertible note, convertible loan, convertible debt, safe, cla, 可转债, "
    "可转换债券, 可转股债权",
    "licence": "license, licensing, out licensing, in licensing, out licence, in licence, "
    "license out, license in, 许可, 授权, 技术许可, 专利许可, 对外授权, 授权引进",
    "co_development": "co development, codevelopment, partnership, joint development, "
    "collaboration, joint venture, jv, 合作开发, 共同开发, 联合开发, 合作, 合资",
    "acquisition": "m and a, merger, buyout, sale, trade sale, 并购, 收购, 转让, 技术转让",
    "grant": "grants, non dilutive, donation, 资助, 捐赠, 赠款",
}
_LEADS = {
    "lead": "leads, leader, lead investor, yes, 领投, 是",
    "follow": "follower, co invest, co investor, coinvest, no, 跟投, 否",
    "either": "both, lead or follow, lead follow, flexible, any, 均可, 都可以, 领投或跟投",
}
_EVIDENCE = {
    "in_vitro": "invitro, cell, cells, 体外, 细胞, 体外实验, 细胞实验",
    "in_vivo": "invivo, animal, animals, mouse, 体内, 动物, 动物实验, 体内实验",
    "human": "clinical, patients, first in human, 人体, 临床, 患者, 临床数据, 人体数据",
}
_PARTNERS = {
    "cro": "contract research, contract research organisation, 合同研究组织, 委托研究",
    "cdmo": "cmo, manufacturing, contract manufacturing, manufacturer, 合同生产, 委托生产, 生产",
    "clinical_site": "clinical sites, trial site, hospital partner, 临床中心, 临床试验中心, "
    "合作医院",
    "landing_site": "landing, site, local site, lab space, park, 落地, 落地场地, 园区, 产业园",
    "distributor": "distribution, sales, sales partner, 经销商, 渠道, 销售, 代理",
    "data": "data partner, data access, datasets, 数据, 数据合作, 数据资源",
}
_IP_STATES = {
    "filed": "pending, application filed, pct filed, 已申请, 申请中",
    "granted": "issued, patent granted, 已授权, 授权专利",
    "in_licensed": "licensed in, in licence, in license, 引进许可, 授权引进, 受让许可",
    "fto": "freedom to operate, fto done, 自由实施, fto分析",
}
_LANDINGS = {
    "none": "no, not needed, 无, 不要求, 否",
    "welcome": "preferred, nice to have, 优先, 欢迎, 鼓励",
    "required": "yes, must, mandatory, 要求, 必须, 是",
}
_BOARDS = {
    "none": "no, no seat, 无, 不要求, 否",
    "observer": "board observer, observer seat, 观察员",
    "seat": "yes, board seat, director, 董事席位, 董事, 是",
}
_CDA_STANCES = {
    "before_meeting": "before, before the meeting, upfront, 会前",
    "after_meeting": "after, after the first meeting, 会后, 首次洽谈后",
    "late": "due diligence, only in diligence, 尽调, 尽调阶段",
    "never": "no, no cda, 不签, 否",
}
_ASSETS = {
    "under_50m": "<50m, under 50m, 5000万以下, 小于5000万",
    "50m_250m": "50-250m, 50m to 250m, 5000万-2.5亿",
    "250m_1b": "250m-1b, 250m to 1b, 2.5亿-10亿",
    "over_1b": ">1b, over 1b, more than 1b, 10亿以上",
}
_LANGUAGES = (
    "en zh de fr nl ru fi ja ko es it pt sv da nb no pl tr ar he hi cs hu el uk th vi id ms"
)
_FACETS = {
    "field": "fields, 领域",
    "country": "countries, 国家",
    "region": "regions, 地区",
    "kind": "kinds, 机构类型",
    "stage": "stages, 阶段",
    "round": "rounds, 轮次",
    "instrument": "instruments, 投资方式",
    "language": "languages, 语言",
    "trl": "readiness, 技术成熟度",
    "ticket": "amount, tickets, 投资额",
}
_COUNTRY_WORDS = {
    "US": "usa, u s a, u s, united states of america, america, 美利坚合众国",
    "GB": "uk, u k, great britain, britain, england, scotland, wales, 英格兰",
    "CN": "prc, p r china, pr china, mainland china, people s republic of china, "
    "chinese mainland, 中国大陆, 中华人民共和国, 大陆, 国内",
    "NL": "holland, the netherlands, nederland",
    "DE": "deutschland, federal republic of germany",
    "RU": "russian federation, 俄国",
    "FI": "suomi",
    "KR": "korea, republic of korea, 南韩",
    "CZ": "czech republic, 捷克共和国",
    "AE": "uae, emirates, 阿联酋",
    "HK": "hong kong, hong kong sar, 香港",
    "MO": "macau, macao, 澳门",
    "TW": "taiwan, 台湾",
    "001": "worldwide, global, anywhere, all, any, all countries, 全球, 不限, 世界各地",
    "003": "north america, 北美",
    "021": "usa and canada, us and canada, us canada, 美加",
    "142": "apac, asia pacific, 亚太",
    "019": "the americas",
    "EU": "european union, 欧盟国家",
    "145": "middle east, 中东",
}
_COUNTRY_SETS = {
    "DE;AT;CH": "dach, 德语区",
    "DK;FI;IS;NO;SE": "nordics, nordic countries, scandinavia, 北欧国家",
    "CN;HK;MO;TW": "greater china, 大中华区, 大中华, 两岸三地",
    "BE;NL;LU": "benelux",
}


def word_key(label: str) -> str:
    """Return a label as it is compared; Roman numbers become Arabic, a plus sign goes."""
    words = fold(simplified(label.replace("+", " "))).split()
    return " ".join(_ROMAN.get(word, word) for word in words)


def _table(codes: Iterable[str], words: Mapping[str, str]) -> dict[str, str]:
    table: dict[str, str] = {}
    for code in codes:
        for word in (code, code.replace("_", " "), *words.get(code, "").split(",")):
            table.setdefault(word_key(word), code)
    return table


TABLES: dict[str, dict[str, str]] = {
    "institution": _table(INSTITUTION_KINDS, _INSTITUTIONS),
    "investor": _table(INVESTOR_KINDS, _INVESTORS),
    "stage": _table(STAGES, _STAGES),
    "round": _table(ROUNDS, _ROUNDS),
    "instrument": _table(INSTRUMENTS, _INSTRUMENTS),
    "lead": _table(LEADS, _LEADS),
    "evidence": _table(EVIDENCE, _EVIDENCE),
    "partner": _table(PARTNERS, _PARTNERS),
    "ip": _table(IP_STATES, _IP_STATES),
    "landing": _table(LANDINGS, _LANDINGS),
    "board": _table(BOARDS, _BOARDS),
    "cda_stance": _table(CDA_STANCES, _CDA_STANCES),
    "assets": _table(ASSETS, _ASSETS),
    "facet": _table(FACETS, _FACETS),
    "limit": _table(LIMITS, _FACETS),
}
CODES: dict[str, tuple[str, ...]] = {
    "institution": INSTITUTION_KINDS,
    "investor": INVESTOR_KINDS,
    "stage": STAGES,
    "round": ROUNDS,
    "instrument": INSTRUMENTS,
    "lead": LEADS,
    "evidence": EVIDENCE,
    "partner": PARTNERS,
    "ip": IP_STATES,
    "landing": LANDINGS,
    "board": BOARDS,
    "cda_stance": CDA_STANCES,
    "assets": ASSETS,
    "facet": FACETS,
    "limit": LIMITS,
}


def code_of(vocabulary: str, label: str) -> str | None:
    """Return the code a person's word stands for in one of our vocabularies, or None."""
    key = word_key(label)
    table = TABLES[vocabulary]
    if key in table:
        return table[key]
    bare = re.sub(r"\b(stage|round|financing|clinical trial|trial)\b|[轮期]$", " ", key)
    return table.get(" ".join(bare.split())) if bare.strip() else None


@cache
def _country_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for words in (_COUNTRY_WORDS, _COUNTRY_SETS):
        for codes, text in words.items():
            table.update({word_key(word): codes for word in text.split(",")})
    for locale in ("en", "zh_Hans"):
        for code, name in Locale.parse(locale).territories.items():
            table.setdefault(word_key(name), code)
    return table


@cache
def countries() -> frozenset[str]:
    """Every country (two letters) and group of countries that Babel knows by name."""
    return frozenset(Locale.parse("en").territories)


def country_codes(label: str) -> tuple[str, ...]:
    """Return the country or group codes a person's word stands for; nothing if none."""
    code = label.strip().upper()
    if code in countries() and code not in ("UK", "ZZ"):
        return (code,)
    if len(code) == 3 and code.isalpha() and code.isascii():
        alias = get_global("territory_aliases").get(code)
        if alias:
            return tuple(alias)
    found = _country_table().get(word_key(label))
    return tuple(found.split(";")) if found else ()


@cache
def _language_table() -> dict[str, str]:
    table = {"mandarin": "zh", "putonghua": "zh", "普通话": "zh", "汉语": "zh", "国语": "zh"}
    for locale in ("en", "zh_Hans"):
        for code, name in Locale.parse(locale).languages.items():
            if len(code) in (2, 3):
                table.setdefault(code, code)
                table.setdefault(word_key(name), code)
                table.setdefault(word_key(name.replace("文", "语")), code)
    return table


def language_code(label: str) -> str | None:
    """Return the ISO code of a language by its code or its English or Chinese name."""
    key = word_key(label)
    return _language_table().get(key) or _language_table().get(key.split(" ")[0])
