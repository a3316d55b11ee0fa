"""The rubric: what reviewers score, how much it counts, and how many places there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.store.account import Account
from matchmaker.store.roadshow import Roadshow
from matchmaker.store.selection import Criterion, Review, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionValues:
    """A line of the rubric: 0 to ``points``, counted ``weight`` times."""

    code: str
    name_en: str
    name_zh: str = ""
    hint_en: str = ""
    hint_zh: str = ""
    weight: float = 1.0
    points: int = 10


RUBRIC = (
    CriterionValues(
        code="innovation",
        name_en="Technical innovation",
        name_zh="技术创新",
        hint_en="How new is it, and how well is it protected and shown to work?",
        hint_zh="技术新颖性如何？知识产权与已有数据是否充分？",
        points=25,
    ),
    CriterionValues(
        code="market",
        name_en="Market and business model",
        name_zh="市场与商业模式",
        hint_en="Is the need real, the market reachable, the model sound?",
        hint_zh="临床或市场需求是否真实？市场能否触达？商业模式是否成立？",
        points=20,
    ),
    CriterionValues(
        code="team",
        name_en="Team",
        name_zh="团队",
        hint_en="Does the team have what the next two years need?",
        hint_zh="团队是否具备未来两年所需的能力？",
        points=20,
    ),
    CriterionValues(
        code="feasibility",
        name_en="Feasibility",
        name_zh="可行性",
        hint_en="Are the milestones, the regulatory path and the budget realistic?",
        hint_zh="里程碑、注册路径与预算是否切合实际？",
        points=15,
    ),
    CriterionValues(
        code="finance",
        name_en="Financing",
        name_zh="融资计划",
        hint_en="Does the amount sought fit the milestones it is to reach?",
        hint_zh="融资金额与拟达成的里程碑是否匹配？",
        points=10,
    ),
    CriterionValues(
        code="benefit",
        name_en="Benefit to society",
        name_zh="社会效益",
        hint_en="What do patients and the region gain?",
        hint_zh="患者和所在地区将如何受益？",
        points=10,
    ),
)
MOST_CRITERIA = 20


def criteria(session: Session, roadshow: Roadshow) -> list[Criterion]:
    """Return the rubric in its order."""
    return list(
        session.scalars(
            select(Criterion)
            .where(Criterion.roadshow_id == roadshow.id)
            .order_by(Criterion.rank, Criterion.code)
        )
    )


def save_criteria(
    session: Session,
    roadshow: Roadshow,
    values: Sequence[CriterionValues],
    *,
    actor: Account | None,
    now: datetime,
) -> list[Criterion]:
    """Make the rubric say ``values``, in that order; criteria keep their identity by code.

    Once a review counts, criteria can be renamed and re-weighted but neither come, go nor change
    their points: scores would no longer mean what their writers meant.
    """
    _refuse_bad(values)
    kept = {row.code: row for row in criteria(session, roadshow)}
    shape = {row.code: row.points for row in kept.values()}
    if shape != {value.code: value.points for value in values} and _in_use(session, roadshow):
        raise Refusal(
            "rubric-in-use",
            hint="Reviews have been submitted; only names, hints and weights can change now.",
        )
    _fit_drafts(session, kept, values)
    for rank, value in enumerate(values):
        row = kept.pop(value.code, None)
        if row is None:
            row = Criterion(roadshow_id=roadshow.id, code=value.code)
            session.add(row)
        for name in ("name_en", "name_zh", "hint_en", "hint_zh", "weight", "points"):
            setattr(row, name, getattr(value, name))
        row.rank = rank
    for row in kept.values():
        session.delete(row)
    session.flush()
    weights = {value.code: value.weight for value in values}
    journal.write(session, "rubric.saved", roadshow, actor=actor, now=now, weights=weights)
    return criteria(session, roadshow)


def set_places(
    session: Session, roadshow: Roadshow, places: int, *, actor: Account | None, now: datetime
) -> None:
    """Say how many projects are to be selected."""
    if places < 1:
        raise Refusal("no-places", hint="At least one project has to be selected.")
    if roadshow.places != places:
        roadshow.places = places
        journal.write(session, "places.set", roadshow, actor=actor, now=now, places=places)


def _refuse_bad(values: Sequence[CriterionValues]) -> None:
    codes = [value.code for value in values]
    if len(set(codes)) < len(codes):
        raise Refusal("same-code", hint="Two criteria have the same code.")
    if len(values) > MOST_CRITERIA:
        raise Refusal("too-many-criteria", hint="Use twenty criteria at most.", most=MOST_CRITERIA)
    if any(value.points < 1 or value.weight < 0 for value in values):
        raise Refusal("bad-points", hint="Points start at 1, weights at 0.")
    if values and sum(value.weight for value in values) <= 0:
        raise Refusal("no-weight", hint="At least one criterion has to count.")


def _in_use(session: Session, roadshow: Roadshow) -> bool:
    query = select(func.count()).where(
        Review.roadshow_id == roadshow.id, Review.submitted_at.is_not(None)
    )
    return bool(session.scalar(query))


def _fit_drafts(
    session: Session, kept: dict[str, Criterion], values: Sequence[CriterionValues]
) -> None:
    """Drop unsubmitted scores that the criterion's new points no longer reach."""
    for value in values:
        row = kept.get(value.code)
        if row is not None and value.points < row.points:
            above = select(Score).where(Score.criterion_id == row.id, Score.points > value.points)
            for score in session.scalars(above).all():
                session.delete(score)
