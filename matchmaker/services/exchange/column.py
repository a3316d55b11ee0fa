"""What one column of a table holds, and what other people call it."""

from __future__ import annotations

from dataclasses import dataclass, field


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


def one(name: str, type_: str = "text", names: str = "", **rest: object) -> Column:
    return Column(name=name, type=type_, names=_names(names), **rest)  # type: ignore[arg-type]


def two(stem: str, names: str, limit: int = 5000) -> tuple[Column, Column]:
    """Return the English and the Chinese column of a text."""
    return (
        Column(name=f"{stem}_en", limit=limit, twin=f"{stem}_zh", names=_names(names)),
        Column(name=f"{stem}_zh", limit=limit, twin=f"{stem}_en", names=_names(names)),
    )


PLACE = (
    one(
        "country",
        "country",
        "country, nation, country of origin, hq country, location country, "
        "headquarters country, based in, 国家, 国别, 国家地区, 所在国, 国家或地区",
        limit=2,
    ),
    one(
        "region",
        "text",
        "region, state, province, area, cluster, hub, metro, 地区, 省份, 省, 区域, 所在地区, 省市",
        limit=80,
    ),
    *two("city", "city, town, location, hq, headquarters, 城市, 所在城市, 所在地, 总部", 80),
    one(
        "website",
        "address",
        "website, web, url, homepage, web site, link, 网站, 网址, 官网, 主页",
        limit=300,
    ),
)
PEOPLE = (
    *two(
        "contact_name",
        "contact, contact person, contact name, name of contact, presenter, "
        "speaker, founder, ceo, principal investigator, pi, delegate, representative, 联系人, "
        "联络人, 姓名, 路演人, 负责人, 项目负责人, 参会代表, 代表, 主讲人, 创始人",
        120,
    ),
    *two(
        "contact_title",
        "contact title, position, job title, role, function, contact position, "
        "职务, 职位, 头衔, 职称",
        160,
    ),
    one(
        "contact_email",
        "email",
        "email, e mail, mail, contact email, email address, contact e "
        "mail, 邮箱, 电子邮箱, 电子邮件, 联系邮箱",
        limit=254,
    ),
    one(
        "contact_languages",
        "languages",
        "contact languages, speaks, languages of contact, 联系人语言",
    ),
    one(
        "colleagues",
        "people",
        "colleagues, team, team members, other delegates, delegates, "
        "attendees, participants, 同事, 团队成员, 其他参会人, 参会人员",
    ),
)
FIELDS = (
    one(
        "fields",
        "fields",
        "field, fields, sector, sectors, industry, industries, therapeutic "
        "area, therapeutic areas, area, areas, focus, focus areas, areas of interest, fields of "
        "interest, investment focus, sector focus, technology, modality, modalities, category, "
        "market, specialty, 领域, 行业, 赛道, 技术领域, 投资领域, 关注领域, 细分领域, 所属领域, "
        "治疗领域, 方向, 投资方向, 关注方向, 行业领域, 产业领域",
    ),
    one(
        "also_fields",
        "fields",
        "also fields, secondary fields, other fields, secondary field, "
        "other areas, also interested in, indication, indications, sub sector, subsector, tags, "
        "次要领域, 其他领域, 适应症, 细分赛道, 标签",
    ),
)
