"""The columns of a table of projects."""

from __future__ import annotations

from matchmaker.services.exchange.column import FIELDS, PEOPLE, PLACE, one, two

PROJECTS = (
    one(
        "code",
        "text",
        "code, id, number, no, project id, application id, ref, reference, 编号, "
        "序号, 项目编号, 申请编号",
        limit=12,
    ),
    *two(
        "title",
        "title, project, project name, project title, name of project, asset, product, "
        "technology name, name, 项目, 项目名称, 项目名, 名称, 项目标题, 产品名称",
        200,
    ),
    one(
        "short_name",
        "text",
        "short name, acronym, abbreviation, short title, 简称, 项目简称, 缩写",
        limit=60,
    ),
    *two(
        "organisation",
        "organisation, organization, company, company name, institution, "
        "institute, university, applicant, startup, firm, affiliation, organisation name, "
        "organization name, 机构, 单位, 公司, 企业, 公司名称, 企业名称, 单位名称, 机构名称, "
        "申报单位, 所在单位, 依托单位, 项目单位",
        200,
    ),
    one(
        "kind",
        "code",
        "kind, type, organisation type, organization type, institution type, "
        "type of organisation, legal form, kind of institution, 类型, 机构类型, 单位类型, "
        "单位性质, 机构性质",
        vocabulary="institution",
    ),
    *PLACE,
    *FIELDS,
    one(
        "stage",
        "code",
        "stage, development stage, clinical stage, phase, development phase, "
        "clinical phase, product stage, status, stage of development, 阶段, 研发阶段, 临床阶段, "
        "项目阶段, 产品阶段, 开发阶段",
        vocabulary="stage",
    ),
    one(
        "trl",
        "trl",
        "trl, technology readiness level, readiness, readiness level, "
        "技术成熟度, 成熟度, 技术就绪度",
    ),
    one(
        "round",
        "code",
        "round, stage, series, financing round, funding round, investment "
        "round, funding stage, financing stage, current round, 轮次, 融资轮次, 本轮, 当前轮次, "
        "融资阶段",
        vocabulary="round",
    ),
    one(
        "amount",
        "amount",
        "amount, amount sought, funding sought, capital sought, raising, "
        "ask, target raise, financing need, funding need, amount raising, round size, funding "
        "required, investment sought, investment needed, seeking amount, 融资金额, 融资额, "
        "拟融资金额, 融资需求, 本轮融资额, 资金需求, 拟融资额",
    ),
    one(
        "raised",
        "amount",
        "raised, raised so far, funding to date, total raised, raised to "
        "date, total funding, capital raised, previous funding, 已融资, 已融资金额, 累计融资, "
        "历史融资",
    ),
    one("currency", "currency", "currency, ccy, 币种, 货币"),
    one(
        "instruments",
        "codes",
        "instrument, instruments, deal type, deal structure, type of "
        "deal, looking for, partnership type, cooperation type, 投资方式, 融资方式, 合作方式, "
        "交易方式",
        vocabulary="instrument",
    ),
    one(
        "languages",
        "languages",
        "language, languages, spoken languages, working language, 语言, 工作语言, 语种",
    ),
    *two(
        "pitch",
        "pitch, one line pitch, tagline, elevator pitch, one liner, short description, "
        "headline, slogan, 一句话介绍, 一句话简介, 一句话, 项目亮点, 亮点",
        300,
    ),
    *two(
        "summary",
        "summary, description, abstract, overview, project description, about, "
        "project summary, executive summary, introduction, 简介, 项目简介, 项目介绍, 摘要, "
        "概述, 描述, 介绍, 项目概述",
    ),
    *two(
        "seeking",
        "seeking, what we seek, needs, partnering needs, seeking partners, 需求, "
        "合作需求, 诉求, 寻求",
    ),
    *two("use_of_funds", "use of funds, use of proceeds, 资金用途, 资金使用计划, 融资用途"),
    *two(
        "unmet_need",
        "unmet need, problem, medical need, market need, unmet medical need, "
        "未满足需求, 临床需求, 痛点, 未满足的临床需求",
    ),
    *two(
        "differentiation",
        "differentiation, competitive advantage, advantage, usp, "
        "competition, competitors, innovation, 差异化, 竞争优势, 优势, 创新点",
    ),
    one(
        "evidence",
        "codes",
        "evidence, data, validation, level of evidence, 证据, 数据, 验证数据",
        vocabulary="evidence",
    ),
    *two(
        "regulatory",
        "regulatory, regulatory path, regulatory status, approval, 监管, 注册路径, 审批, 注册情况",
    ),
    *two("ip", "ip, intellectual property, patents, ip status, patent, 知识产权, 专利, 专利情况"),
    *two("milestone", "milestone, next milestone, milestones, 里程碑, 下一里程碑"),
    one("milestone_on", "day", "milestone date, next milestone date, 里程碑日期, 里程碑时间"),
    one(
        "company_formed",
        "truth",
        "company formed, incorporated, company founded, is company, "
        "是否成立公司, 已成立公司, 公司是否成立",
    ),
    one(
        "needs_interpreter",
        "truth",
        "needs interpreter, interpreter, interpretation, "
        "interpreter needed, 需要口译, 口译, 是否需要翻译, 翻译",
    ),
    one("video", "address", "video, video link, video url, 视频, 视频链接", limit=300),
    *two(
        "confidential_summary",
        "confidential summary, confidential, confidential information, "
        "保密摘要, 保密信息, 保密内容",
    ),
    one(
        "mechanism",
        "text",
        "mechanism, mechanism of action, moa, target and mechanism, 作用机制, 机制",
    ),
    one("valuation", "amount", "valuation, pre money, pre money valuation, 估值, 投前估值"),
    one("cap_table", "text", "cap table, shareholders, ownership, 股权结构, 股东"),
    one("data_room", "address", "data room, dataroom, 资料室, 数据室", limit=300),
    one(
        "grants",
        "amount",
        "grants, grants received, non dilutive funding, public funding received, "
        "科研经费金额, 政府资助金额, 资助金额",
    ),
    one(
        "partners",
        "codes",
        "partners sought, services sought, partner type, 合作伙伴类型, 所需合作方, 合作对象",
        vocabulary="partner",
    ),
    one(
        "ip_states",
        "codes",
        "patent status, ip state, ip states, state of patents, 专利状态, 知识产权状态",
        vocabulary="ip",
    ),
    *two(
        "rights", "rights free, free rights, territories, territory, 可授权地区, 权益地区, 地域权益"
    ),
    *two("standard", "standard of care, current treatment, 标准治疗, 现有治疗, 标准疗法"),
    *two(
        "competitors", "named competitors, competing products, competing projects, 竞品, 竞争对手"
    ),
    *two("advisors", "advisors, advisers, scientific advisory board, sab, 顾问, 科学顾问"),
    one(
        "publications",
        "text",
        "publications, papers, articles, doi, references, 论文, 发表论文, 文献",
    ),
    one(
        "trial",
        "text",
        "trial, trial id, nct, nct number, trial registration, 临床试验编号, 临床登记号",
        limit=120,
    ),
    one(
        "avoids",
        "labels",
        "investors to avoid, avoid, do not meet, 回避投资方, 不愿洽谈",
        limit=200,
    ),
    *PEOPLE,
)
