"""The columns of a table of investors."""

from __future__ import annotations

from matchmaker.services.exchange.column import FIELDS, PEOPLE, PLACE, one, two

INVESTORS = (
    one(
        "code",
        "text",
        "code, id, number, no, investor id, ref, reference, 编号, 序号, 投资方编号",
        limit=12,
    ),
    *two(
        "name",
        "name, investor, investor name, firm, fund, fund name, company, company name, "
        "organisation, organization, institution, vc, firm name, 投资方, 投资机构, 机构, "
        "机构名称, 名称, 基金, 基金名称, 公司名称, 投资方名称, 投资人, 单位名称",
        200,
    ),
    one(
        "kind",
        "code",
        "kind, type, investor type, type of investor, firm type, organisation "
        "type, category, 类型, 机构类型, 投资方类型, 投资机构类型",
        vocabulary="investor",
    ),
    *PLACE,
    *FIELDS,
    one(
        "countries",
        "countries",
        "countries, geography, geographies, geographic focus, target "
        "countries, countries of interest, investment geography, geo focus, 国家偏好, 投资地域, "
        "关注国家, 投资国家, 地域偏好, 关注地域, 投资区域",
    ),
    one(
        "regions",
        "labels",
        "regions, target regions, regions of interest, regional focus, "
        "preferred regions, 关注地区, 投资地区, 地区偏好, 偏好地区",
        limit=80,
    ),
    one(
        "kinds",
        "codes",
        "kinds, institution kinds, types of organisation, kinds of "
        "institution, applicant types, 项目方类型, 机构偏好",
        vocabulary="institution",
    ),
    one(
        "stages",
        "codes",
        "stages, stage, development stages, clinical stages, stage focus, "
        "investment stage, phase, phases, 阶段, 投资阶段, 研发阶段, 关注阶段, 阶段偏好",
        vocabulary="stage",
    ),
    one(
        "rounds",
        "codes",
        "rounds, round, series, stages, stage, investment rounds, funding "
        "rounds, investment stage, funding stage, 轮次, 投资轮次, 投资阶段, 偏好轮次, 关注轮次",
        vocabulary="round",
    ),
    one("trl", "trl_span", "trl, trl range, technology readiness level, 技术成熟度, 成熟度"),
    one("trl_min", "trl", "trl min, trl from, min trl, minimum trl, 最低技术成熟度"),
    one("trl_max", "trl", "trl max, trl to, max trl, maximum trl, 最高技术成熟度"),
    one(
        "ticket",
        "amounts",
        "ticket, ticket size, cheque size, check size, investment size, "
        "investment range, deal size, round size, ticket range, investment amount, 单笔投资额, "
        "投资金额, 投资规模, 单笔投资金额, 投资额度, 投资额",
    ),
    one(
        "ticket_low",
        "amount",
        "ticket low, ticket min, ticket from, min ticket, minimum "
        "ticket, round size from, round size min, min investment, minimum investment, ticket "
        "size min, ticket size from, check size min, cheque size min, investment min, "
        "investment from, 最低投资额, 最小投资额, 单笔最低, 最低单笔投资额, 投资额下限",
    ),
    one(
        "ticket_typical",
        "amount",
        "ticket typical, typical ticket, round size typical, "
        "average ticket, usual ticket, typical investment, median ticket, ticket size typical, "
        "preferred ticket, sweet spot, 典型投资额, 平均投资额, 常规投资额, 平均单笔投资额",
    ),
    one(
        "ticket_high",
        "amount",
        "ticket high, ticket max, ticket to, max ticket, maximum "
        "ticket, round size to, round size max, max investment, maximum investment, ticket size "
        "max, ticket size to, check size max, cheque size max, investment max, investment to, "
        "最高投资额, 最大投资额, 单笔最高, 最高单笔投资额, 投资额上限",
    ),
    one("currency", "currency", "currency, ccy, 币种, 货币"),
    one(
        "instruments",
        "codes",
        "instrument, instruments, deal type, deal types, deal "
        "structure, investment type, 投资方式, 合作方式, 投资工具",
        vocabulary="instrument",
    ),
    one(
        "lead",
        "code",
        "lead, lead or follow, lead follow, lead investor, leads rounds, 领投, 领投跟投, 是否领投",
        vocabulary="lead",
    ),
    one(
        "languages",
        "languages",
        "language, languages, spoken languages, working language, 语言, 工作语言, 语种",
    ),
    *two(
        "thesis",
        "thesis, investment thesis, strategy, description, about, focus description, "
        "investment strategy, profile, summary, mandate, overview, 投资逻辑, 投资策略, 简介, "
        "投资理念, 机构简介, 机构介绍, 投资偏好",
    ),
    *two(
        "value",
        "value, value add, value beyond money, added value, what we bring, 增值服务, "
        "投后服务, 附加价值, 资源",
    ),
    one(
        "exclude",
        "exclusions",
        "exclude, excludes, excluded, exclusions, excluded fields, "
        "not interested in, 排除, 不投, 排除领域, 不关注",
    ),
    one("only", "facets", "only, hard limits, must match, strict, 硬性条件, 仅限"),
    one(
        "conflicts",
        "labels",
        "conflicts, conflict, conflicts of interest, portfolio, portfolio "
        "companies, 利益冲突, 回避, 已投企业, 投资组合",
        limit=200,
    ),
    *two("hard_nos", "hard nos, hard no, deal breakers, red lines, 底线, 不可接受"),
    one(
        "deals",
        "text",
        "deals, recent deals, past deals, investments, track record, deal "
        "history, 投资案例, 过往投资, 案例, 代表案例",
    ),
    one("min_meetings", "count", "min meetings, minimum meetings, 最少洽谈, 最少会谈数"),
    one(
        "max_meetings",
        "count",
        "max meetings, maximum meetings, meetings, capacity, number of "
        "meetings, 最多洽谈, 最多会谈数, 洽谈场次",
    ),
    one(
        "ticket_total",
        "amount",
        "ticket total, total ticket, initial and reserve, total per company, total commitment, "
        "累计投资额, 单项目累计投资",
    ),
    one(
        "landing",
        "code",
        "landing requirement, local landing, 落地要求, 返投要求, 返投",
        vocabulary="landing",
    ),
    *two("landing", "landing, landing terms, 落地说明, 落地条件"),
    one(
        "board", "code", "board, board seat, board policy, 董事会席位, 董事席位", vocabulary="board"
    ),
    *two("team", "team requirements, requirements of the team, 团队要求"),
    *two("rights", "ip stance, licence stance, rights wanted, 知识产权要求, 权益要求"),
    one(
        "cda_stance",
        "code",
        "cda, cda policy, nda policy, confidentiality policy, 保密协议, 保密协议政策",
        vocabulary="cda_stance",
    ),
    one(
        "assets",
        "code",
        "aum, assets under management, fund size, 管理规模, 基金规模",
        vocabulary="assets",
    ),
    one("vintage", "count", "vintage, fund vintage, year of the fund, 基金成立年份, 基金年份"),
    one(
        "fund_currencies",
        "labels",
        "fund currency, fund currencies, currency of the fund, 基金币种",
        limit=3,
    ),
    one("deals_per_year", "count", "deals per year, deals a year, 每年投资数, 年投资项目数"),
    *PEOPLE,
)
