"""The columns of each kind of table: what each holds, and what other people call it."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = ("projects", "investors", "slots", "tables")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of ours.

    ``type`` says how a cell is read (see ``reading.READERS``); ``vocabulary`` which words a coded
    cell may use; ``limit`` the most characters; ``twin`` the same in the other language, whose
    headings are then shared; ``names`` other people's headings.
    """

    name: str
    type: str = "text"
    vocabulary: str = ""
    limit: int = 5000
    twin: str = ""
    names: tuple[str, ...] = field(default=())

    @property
    def coded(self) -> bool:
        """Whether a foreign word in a cell has to become a code of ours."""
        return self.type in CODED


CODED = ("code", "codes", "fields", "country", "countries", "languages")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _one(name: str, type_: str = "text", names: str = "", **rest: object) -> Column:
    return Column(name=name, type=type_, names=_names(names), **rest)  # type: ignore[arg-type]


def _two(stem: str, names: str, limit: int = 5000) -> tuple[Column, Column]:
    """Return the English and the Chinese column of a text."""
    return (
        Column(name=f"{stem}_en", limit=limit, twin=f"{stem}_zh", names=_names(names)),
        Column(name=f"{stem}_zh", limit=limit, twin=f"{stem}_en", names=_names(names)),
    )


_PLACE = (
    _one(
        "country",
        "country",
        "country, nation, country of origin, hq country, location country, "
        "headquarters country, based in, 国家, 国别, 国家地区, 所在国, 国家或地区",
        limit=2,
    ),
    _one(
        "region",
        "text",
        "region, state, province, area, cluster, hub, metro, 地区, 省份, 省, 区域, 所在地区, 省市",
        limit=80,
    ),
    *_two("city", "city, town, location, hq, headquarters, 城市, 所在城市, 所在地, 总部", 80),
    _one(
        "website",
        "address",
        "website, web, url, homepage, web site, link, 网站, 网址, 官网, 主页",
        limit=300,
    ),
)
_PEOPLE = (
    *_two(
        "contact_name",
        "contact, contact person, contact name, name of contact, presenter, "
        "speaker, founder, ceo, principal investigator, pi, delegate, representative, 联系人, "
        "姓名, 路演人, 负责人, 项目负责人, 参会代表, 代表, 主讲人, 创始人",
        120,
    ),
    *_two(
        "contact_title",
        "contact title, position, job title, role, function, contact position, "
        "职务, 职位, 头衔, 职称",
        160,
    ),
    _one(
        "contact_email",
        "email",
        "email, e mail, mail, contact email, email address, contact e "
        "mail, 邮箱, 电子邮箱, 电子邮件, 联系邮箱",
        limit=254,
    ),
    _one(
        "contact_languages",
        "languages",
        "contact languages, speaks, languages of contact, 联系人语言",
    ),
    _one(
        "colleagues",
        "people",
        "colleagues, team, team members, other delegates, delegates, "
        "attendees, participants, 同事, 团队成员, 其他参会人, 参会人员",
    ),
)
_FIELDS = (
    _one(
        "fields",
        "fields",
        "field, fields, sector, sectors, industry, industries, therapeutic "
        "area, therapeutic areas, area, areas, focus, focus areas, areas of interest, fields of "
        "interest, investment focus, sector focus, technology, modality, modalities, category, "
        "market, specialty, 领域, 行业, 赛道, 技术领域, 投资领域, 关注领域, 细分领域, 所属领域, "
        "治疗领域, 方向, 投资方向, 关注方向, 行业领域, 产业领域",
    ),
    _one(
        "also_fields",
        "fields",
        "also fields, secondary fields, other fields, secondary field, "
        "other areas, also interested in, indication, indications, sub sector, subsector, tags, "
        "次要领域, 其他领域, 适应症, 细分赛道, 标签",
    ),
)
PROJECTS = (
    _one(
        "code",
        "text",
        "code, id, number, no, project id, application id, ref, reference, 编号, "
        "序号, 项目编号, 申请编号",
        limit=12,
    ),
    *_two(
        "title",
        "title, project, project name, project title, name of project, asset, product, "
        "technology name, name, 项目, 项目名称, 项目名, 名称, 项目标题, 产品名称",
        200,
    ),
    _one(
        "short_name",
        "text",
        "short name, acronym, abbreviation, short title, 简称, 项目简称, 缩写",
        limit=60,
    ),
    *_two(
        "organisation",
        "organisation, organization, company, company name, institution, "
        "institute, university, applicant, startup, firm, affiliation, organisation name, "
        "organization name, 机构, 单位, 公司, 企业, 公司名称, 企业名称, 单位名称, 机构名称, "
        "申报单位, 所在单位, 依托单位, 项目单位",
        200,
    ),
    _one(
        "kind",
        "code",
        "kind, type, organisation type, organization type, institution type, "
        "type of organisation, legal form, kind of institution, 类型, 机构类型, 单位类型, "
        "单位性质, 机构性质",
        vocabulary="institution",
    ),
    *_PLACE,
    *_FIELDS,
    _one(
        "stage",
        "code",
        "stage, development stage, clinical stage, phase, development phase, "
        "clinical phase, product stage, status, stage of development, 阶段, 研发阶段, 临床阶段, "
        "项目阶段, 产品阶段, 开发阶段",
        vocabulary="stage",
    ),
    _one(
        "trl",
        "trl",
        "trl, technology readiness level, readiness, readiness level, "
        "技术成熟度, 成熟度, 技术就绪度",
    ),
    _one(
        "round",
        "code",
        "round, stage, series, financing round, funding round, investment "
        "round, funding stage, financing stage, current round, 轮次, 融资轮次, 本轮, 当前轮次, "
        "融资阶段",
        vocabulary="round",
    ),
    _one(
        "amount",
        "amount",
        "amount, amount sought, funding sought, capital sought, raising, "
        "ask, target raise, financing need, funding need, amount raising, round size, funding "
        "required, investment sought, investment needed, seeking amount, 融资金额, 融资额, "
        "拟融资金额, 融资需求, 本轮融资额, 资金需求, 拟融资额",
    ),
    _one(
        "raised",
        "amount",
        "raised, raised so far, funding to date, total raised, raised to "
        "date, total funding, capital raised, previous funding, 已融资, 已融资金额, 累计融资, "
        "历史融资",
    ),
    _one("currency", "currency", "currency, ccy, 币种, 货币"),
    _one(
        "instruments",
        "codes",
        "instrument, instruments, deal type, deal structure, type of "
        "deal, looking for, partnership type, cooperation type, 投资方式, 融资方式, 合作方式, "
        "交易方式",
        vocabulary="instrument",
    ),
    _one(
        "languages",
        "languages",
        "language, languages, spoken languages, working language, 语言, 工作语言, 语种",
    ),
    *_two(
        "pitch",
        "pitch, one line pitch, tagline, elevator pitch, one liner, short description, "
        "headline, slogan, 一句话介绍, 一句话简介, 一句话, 项目亮点, 亮点",
        300,
    ),
    *_two(
        "summary",
        "summary, description, abstract, overview, project description, about, "
        "project summary, executive summary, introduction, 简介, 项目简介, 项目介绍, 摘要, "
        "概述, 描述, 介绍, 项目概述",
    ),
    *_two(
        "seeking",
        "seeking, what we seek, needs, partnering needs, seeking partners, 需求, "
        "合作需求, 诉求, 寻求",
    ),
    *_two("use_of_funds", "use of funds, use of proceeds, 资金用途, 资金使用计划, 融资用途"),
    *_two(
        "unmet_need",
        "unmet need, problem, medical need, market need, unmet medical need, "
        "未满足需求, 临床需求, 痛点, 未满足的临床需求",
    ),
    *_two(
        "differentiation",
        "differentiation, competitive advantage, advantage, usp, "
        "competition, competitors, innovation, 差异化, 竞争优势, 优势, 创新点",
    ),
    _one(
        "evidence",
        "codes",
        "evidence, data, validation, level of evidence, 证据, 数据, 验证数据",
        vocabulary="evidence",
    ),
    *_two(
        "regulatory",
        "regulatory, regulatory path, regulatory status, approval, 监管, 注册路径, 审批, 注册情况",
    ),
    *_two("ip", "ip, intellectual property, patents, ip status, patent, 知识产权, 专利, 专利情况"),
    *_two("milestone", "milestone, next milestone, milestones, 里程碑, 下一里程碑"),
    _one("milestone_on", "day", "milestone date, next milestone date, 里程碑日期, 里程碑时间"),
    _one(
        "company_formed",
        "truth",
        "company formed, incorporated, company founded, is company, "
        "是否成立公司, 已成立公司, 公司是否成立",
    ),
    _one(
        "needs_interpreter",
        "truth",
        "needs interpreter, interpreter, interpretation, "
        "interpreter needed, 需要口译, 口译, 是否需要翻译, 翻译",
    ),
    _one("video", "address", "video, video link, video url, 视频, 视频链接", limit=300),
    *_two(
        "confidential_summary",
        "confidential summary, confidential, confidential information, "
        "保密摘要, 保密信息, 保密内容",
    ),
    _one(
        "mechanism",
        "text",
        "mechanism, mechanism of action, moa, target and mechanism, 作用机制, 机制",
    ),
    _one("valuation", "amount", "valuation, pre money, pre money valuation, 估值, 投前估值"),
    _one("cap_table", "text", "cap table, shareholders, ownership, 股权结构, 股东"),
    _one("data_room", "address", "data room, dataroom, 资料室, 数据室", limit=300),
    *_PEOPLE,
)
INVESTORS = (
    _one(
        "code",
        "text",
        "code, id, number, no, investor id, ref, reference, 编号, 序号, 投资方编号",
        limit=12,
    ),
    *_two(
        "name",
        "name, investor, investor name, firm, fund, fund name, company, company name, "
        "organisation, organization, institution, vc, firm name, 投资方, 投资机构, 机构, "
        "机构名称, 名称, 基金, 基金名称, 公司名称, 投资方名称, 投资人, 单位名称",
        200,
    ),
    _one(
        "kind",
        "code",
        "kind, type, investor type, type of investor, firm type, organisation "
        "type, category, 类型, 机构类型, 投资方类型, 投资机构类型",
        vocabulary="investor",
    ),
    *_PLACE,
    *_FIELDS,
    _one(
        "countries",
        "countries",
        "countries, geography, geographies, geographic focus, target "
        "countries, countries of interest, investment geography, geo focus, 国家偏好, 投资地域, "
        "关注国家, 投资国家, 地域偏好, 关注地域, 投资区域",
    ),
    _one(
        "regions",
        "labels",
        "regions, target regions, regions of interest, regional focus, "
        "preferred regions, 关注地区, 投资地区, 地区偏好, 偏好地区",
        limit=80,
    ),
    _one(
        "kinds",
        "codes",
        "kinds, institution kinds, types of organisation, kinds of "
        "institution, applicant types, 项目方类型, 机构偏好",
        vocabulary="institution",
    ),
    _one(
        "stages",
        "codes",
        "stages, stage, development stages, clinical stages, stage focus, "
        "investment stage, phase, phases, 阶段, 投资阶段, 研发阶段, 关注阶段, 阶段偏好",
        vocabulary="stage",
    ),
    _one(
        "rounds",
        "codes",
        "rounds, round, series, stages, stage, investment rounds, funding "
        "rounds, investment stage, funding stage, 轮次, 投资轮次, 投资阶段, 偏好轮次, 关注轮次",
        vocabulary="round",
    ),
    _one("trl", "trl_span", "trl, trl range, technology readiness level, 技术成熟度, 成熟度"),
    _one("trl_min", "trl", "trl min, trl from, min trl, minimum trl, 最低技术成熟度"),
    _one("trl_max", "trl", "trl max, trl to, max trl, maximum trl, 最高技术成熟度"),
    _one(
        "ticket",
        "amounts",
        "ticket, ticket size, cheque size, check size, investment size, "
        "investment range, deal size, round size, ticket range, investment amount, 单笔投资额, "
        "投资金额, 投资规模, 单笔投资金额, 投资额度, 投资额",
    ),
    _one(
        "ticket_low",
        "amount",
        "ticket low, ticket min, ticket from, min ticket, minimum "
        "ticket, round size from, round size min, min investment, minimum investment, ticket "
        "size min, ticket size from, check size min, cheque size min, investment min, "
        "investment from, 最低投资额, 最小投资额, 单笔最低, 最低单笔投资额, 投资额下限",
    ),
    _one(
        "ticket_typical",
        "amount",
        "ticket typical, typical ticket, round size typical, "
        "average ticket, usual ticket, typical investment, median ticket, ticket size typical, "
        "preferred ticket, sweet spot, 典型投资额, 平均投资额, 常规投资额, 平均单笔投资额",
    ),
    _one(
        "ticket_high",
        "amount",
        "ticket high, ticket max, ticket to, max ticket, maximum "
        "ticket, round size to, round size max, max investment, maximum investment, ticket size "
        "max, ticket size to, check size max, cheque size max, investment max, investment to, "
        "最高投资额, 最大投资额, 单笔最高, 最高单笔投资额, 投资额上限",
    ),
    _one("currency", "currency", "currency, ccy, 币种, 货币"),
    _one(
        "instruments",
        "codes",
        "instrument, instruments, deal type, deal types, deal "
        "structure, investment type, 投资方式, 合作方式, 投资工具",
        vocabulary="instrument",
    ),
    _one(
        "lead",
        "code",
        "lead, lead or follow, lead follow, lead investor, leads rounds, 领投, 领投跟投, 是否领投",
        vocabulary="lead",
    ),
    _one(
        "languages",
        "languages",
        "language, languages, spoken languages, working language, 语言, 工作语言, 语种",
    ),
    *_two(
        "thesis",
        "thesis, investment thesis, strategy, description, about, focus description, "
        "investment strategy, profile, summary, mandate, overview, 投资逻辑, 投资策略, 简介, "
        "投资理念, 机构简介, 机构介绍, 投资偏好",
    ),
    *_two(
        "value",
        "value, value add, value beyond money, added value, what we bring, 增值服务, "
        "投后服务, 附加价值, 资源",
    ),
    _one(
        "exclude",
        "exclusions",
        "exclude, excludes, excluded, exclusions, excluded fields, "
        "not interested in, 排除, 不投, 排除领域, 不关注",
    ),
    _one("only", "facets", "only, hard limits, must match, strict, 硬性条件, 仅限"),
    _one(
        "conflicts",
        "labels",
        "conflicts, conflict, conflicts of interest, portfolio, portfolio "
        "companies, 利益冲突, 回避, 已投企业, 投资组合",
        limit=200,
    ),
    *_two("hard_nos", "hard nos, hard no, deal breakers, red lines, 底线, 不可接受"),
    _one(
        "deals",
        "text",
        "deals, recent deals, past deals, investments, track record, deal "
        "history, 投资案例, 过往投资, 案例, 代表案例",
    ),
    _one("min_meetings", "count", "min meetings, minimum meetings, 最少洽谈, 最少会谈数"),
    _one(
        "max_meetings",
        "count",
        "max meetings, maximum meetings, meetings, capacity, number of "
        "meetings, 最多洽谈, 最多会谈数, 洽谈场次",
    ),
    *_PEOPLE,
)
SLOTS = (
    _one("day", "day", "day, date, 日期"),
    _one(
        "starts_at",
        "moment",
        "starts at, start, from, start time, begin, begins, time, slot, "
        "开始, 开始时间, 起始时间, 时间",
    ),
    _one("ends_at", "moment", "ends at, end, to, end time, until, 结束, 结束时间, 截止时间"),
    _one("minutes", "count", "minutes, duration, length, min, 分钟, 时长, 分钟数"),
)
TABLES = (
    _one(
        "name",
        "text",
        "name, table, table name, no, number, desk, 桌号, 名称, 桌, 洽谈桌",
        limit=40,
    ),
    *_two("room", "room, hall, location, zone, area, 房间, 会议室, 大厅, 区域, 地点", 120),
    _one("seats", "count", "seats, places, chairs, 座位, 座位数"),
    _one(
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
