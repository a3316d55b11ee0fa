"""Words that every pitch and every thesis uses, so that naming them tells nothing."""

from __future__ import annotations

import re

from matchmaker.core.similarity.passages import stem

_ENGLISH = """
    able accept access across active actively add aim allow almost already also amount announce
    annual answer apply approach area ask asks asset available base based become begin benefit
    best better big bought bring build built business buy call campaign capital carry case chain
    change cheque chief choose class close cny code come comes commit common company complete
    condition conduct connect continue cost country create crowd current currently data day deal
    decide decision deliver demand design develop developer development different direct
    directly domestic done double early effort eight eleven employ enable end enter entry equal
    equals establish eur european event every exist exit expand expect experience expert
    expertise factories factory fail fast favour few fewer field fifty find finish firm first
    five focus follow foreign form forty found founded founder four free fund funding future
    gain general get give given global goal goes gone good ground group grow growth half hand
    head hear hears help high hire hold home house hundred idea iii important improve include
    increase industry information initial instead interest introduce invest invested investing
    investment investor issue join keep kept key kind know large last late later launch lead
    leader leading learn leave led let lets level life like limit line list local long look lose
    low lower made main major make manage mark market matter maximum mean meet member million
    minimum model month months move national near nearly need network new next nine ninety non
    note notes number offer office once open operate opportunity option order organisation
    organise original own paid pair part partner partnership pass past pay people per person
    place plan platform point portfolio position possible potential practice prefer present
    previous price primary prior private problem process product production profile profit
    program programme progress project promise proof prove proven provide public publish purpose
    put quality quarter question raise range rare reach read ready real receive recent reduce
    region relate relationship repeat report require research respond response rest result
    return review right role round route run said sale same say scale science scientific
    scientist season seat second see seek sell send series serve service set seven several share
    shareholder short show side sign similar simple since single site six size skill small sold
    solution solve special specialist specific spend spoken stage stand standard start state
    stay step still strategic strategy strong study success successful suitable sum supply
    support sure take taken talk target team tell ten term thing think third thirds thirty
    thousand three tie time today together top total track turn twelve twenty twice two typical
    typically understand unique unit unmet until usage usd use used useful user usually value
    visit wait want way week whole wide win within without work world year years young
"""
_CHINESE = """
    我们 你们 他们 它们 本项目 该项目 本公司 公司 团队 项目 企业 投资 融资 基金 股权 资金
    资本 现寻求 现寻找 现寻 寻求 寻找 正在 目前 现有 已有 已经 已在 正寻求 希望 计划 预计
    将于 用于 可用 可以 可在 能够 无需 不需 需要 必须 通过 采用 使用 利用 基于 根据 按照
    针对 面向 关注 专注 聚焦 重点 主要 包括 以及 或者 并且 同时 因此 由于 从而 其中 之间
    之后 之前 以上 以下 以内 以来 左右 约为 超过 不足 至少 最多 提供 支持 帮助 助力 推动
    推进 开展 完成 实现 达到 取得 获得 拥有 具有 具备 成为 作为 进行 进入 参与 合作 合作方
    伙伴 共同 领投 跟投 跟随 退出 估值 首轮 本轮 下一 一家 两家 三家 一个 两个 三个 多个
    个月 年内 每年 全球 国际 国内 我国 海外 优先 偏好 倾向 尤其 特别 相关 有关 领域 方向
    阶段 早期 中期 后期 产品 技术 平台 方案 市场 客户 用户 业务 行业 产业 机构 专家 人员
    经验 优势 价值 机会 能力 资源 数据 结果 问题 需求 成本 价格 收入 销售 规模 水平 万元
    亿元 美元 欧元 人民币 百万 千万 第一 第二 第三 首个 首次 首家 唯一 创新 创始 创始人
    新一代 不仅 而且 还有 还能 还可 同一 其他 其它 任何 所有 全部 部分 各类 各种 多种 一种
    两种 这种 这些 那些 不是 就是 还是 只有 没有 不能 不会 不再 不用 用的 做的 的话 接受
    要求 选择 决策 来源 引导 方式 设立 自己 自身 看重 依赖 成长 相当 部门 差异 出现 标准
    中心 保留 评估 条件 资料 直接 写入 先看 支付 服务 启动 类证 集团 家族 生产 工厂 科研
    替代 改变 提高 降低 减少 增加 成功 持续 稳定 快速 高效 显著 良好 重要 关键 核心 全面
    完整 独立 专业 负责 管理 运营 建设 建立 发展 落地 签署 合同 协议 授权 上市 交付 订单
    供应 采购 地区 区域 国家 政府 单位 协会 大学 学院 研究院 实验室
"""
_FUNCTION = "[的了和与及或在是为以从被将把并但而也都就已其该此这那们我他她它您你之吗呢吧很]"

EMPTY = frozenset(stem(word) for word in re.findall(r"\S+", _ENGLISH))
"""English, as stems; beside the usual stop words."""

CUTS = re.compile(
    "|".join(sorted(re.findall(r"\S+", _CHINESE), key=lambda one: (-len(one), one)))
    + f"|{_FUNCTION}"
)
"""Chinese expressions and characters that no telling word contains."""

LEFT = (
    "家一二三四五六七八九十百千万亿两几多各每约近均仅只由到至向于对有无不未可应需会使让用较更最其"
)
RIGHT = (
    "制一二三四五六七八九十百千万亿两几多个名例项家次月年元内外上"
    "下中后时者方于对有无不未可应需会等较"
)
"""Characters that are cut off the beginning and the end of a shared run: they belong to others."""
