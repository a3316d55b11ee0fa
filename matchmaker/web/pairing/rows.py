"""The rows of the pairing board: decisions, wishes and names, read in bulk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import g
from sqlalchemy import func, select

from matchmaker.core.journey import InvestorState, PairingState, ProjectState, Wish
from matchmaker.core.taxonomy import fold
from matchmaker.services.meeting.names import Name, investor_names, project_names
from matchmaker.services.meeting.reading import wishes_of
from matchmaker.services.profile import Wanted, find_investors, find_projects
from matchmaker.store.pairing import Pairing
from matchmaker.store.profile import Investor, Project
from matchmaker.web.text import locale

STANDING = (PairingState.PROPOSED, PairingState.PINNED)
ASKED = (Wish.MUST, Wish.MEET)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pair and what was decided, with both sides' wishes."""

    pairing: Pairing
    project: Name
    investor: Name
    wishes: dict[str, Wish] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """How many sides would like to meet."""
        return sum(wish in ASKED for wish in self.wishes.values())

    @property
    def must(self) -> bool:
        """Whether a side says must."""
        return Wish.MUST in self.wishes.values()

    @cached_property
    def text(self) -> str:
        """What the search looks in."""
        return _searched(self.project, self.investor)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """How many meetings a party gets, against its floor and its cap."""

    kind: str
    name: Name
    pinned: int
    chosen: int
    least: int
    most: int
    score: float
    asked: int
    """Wishes of the other side for it."""

    @property
    def short(self) -> bool:
        return self.chosen < self.least

    def fits(self, asked: str, standing: str) -> bool:
        """Tell whether the party passes the search and the filter of its list."""
        passes = {
            "short": self.short,
            "room": self.chosen < self.most,
            "full": self.chosen >= self.most,
            "locked": self.pinned > 0,
        }
        text = _searched(self.name)
        return passes.get(standing, True) and all(part in text for part in fold(asked).split())


def _searched(*names: Name) -> str:
    """Return what a search looks in, folded."""
    return fold(
        " ".join(
            part
            for one in names
            for part in (one.code, one.name_en, one.name_zh, one.short, one.by_en, one.by_zh)
        )
    )


def read_rows(*, left_out: bool = True) -> list[Row]:
    """Return the roadshow's pairs in a fixed number of queries; ``left_out`` are many."""
    session = g.session()
    projects, investors = project_names(session, g.roadshow), investor_names(session, g.roadshow)
    wishes = wishes_of(session, g.roadshow)
    query = select(Pairing).where(Pairing.roadshow_id == g.roadshow.id)
    if not left_out:
        query = query.where(Pairing.state.in_(STANDING))
    return [
        Row(
            pairing=one,
            project=projects[one.project_id],
            investor=investors[one.investor_id],
            wishes=wishes.get((one.project_id, one.investor_id), {}),
        )
        for one in session.scalars(query)
    ]


def counts() -> Counter[str]:
    """Return how many pairs there are of each decision."""
    query = (
        select(Pairing.state, func.count())
        .where(Pairing.roadshow_id == g.roadshow.id)
        .group_by(Pairing.state)
    )
    return Counter({state.value: number for state, number in g.session.execute(query)})


def fits(row: Row, values: dict[str, Any]) -> bool:
    """Tell whether a row passes the filters."""
    if values.get("state") and row.pairing.state.value != values["state"]:
        return False
    if values.get("reason") and row.pairing.reason != values["reason"]:
        return False
    wish = values.get("wish")
    wanted = {
        "must": row.must,
        "both": row.asked == 2,
        "one": row.asked == 1,
        "none": row.asked == 0,
    }
    if wish and not wanted.get(wish, True):
        return False
    asked = fold(values.get("q") or "")
    return not asked or all(part in row.text for part in asked.split())


def in_fields(project: str | None, investor: str | None) -> Callable[[Row], bool]:
    """Return what tells whether a row's sides say these fields, or finer ones; none: any."""
    sides = []
    for key, code, find in (
        ("project", project, find_projects),
        ("investor", investor, find_investors),
    ):
        if code:
            query = find(g.viewer, g.roadshow, Wanted(field=code)).order_by(None)
            table = Project if key == "project" else Investor
            sides.append((key, set(g.session.scalars(query.with_only_columns(table.id)))))
    return lambda row: all(getattr(row, key).id in ids for key, ids in sides)


def in_order(rows: Sequence[Row], sort: tuple[str, bool]) -> list[Row]:
    """Return rows sorted by a column; ties by code."""
    key, descending = sort
    language = locale()
    order = list(PairingState)

    def value(row: Row) -> Any:
        if key == "project":
            return row.project.said(language).casefold()
        if key == "investor":
            return row.investor.said(language).casefold()
        if key == "state":
            return order.index(row.pairing.state)
        return row.pairing.score if row.pairing.score is not None else -1.0

    by_code = sorted(rows, key=lambda row: (row.project.code, row.investor.code))
    return sorted(by_code, key=value, reverse=descending)


def party_rows(rows: Sequence[Row]) -> list[PartyRow]:
    """Return the counts of every selected project and active investor from the standing pairs."""
    session, show = g.session(), g.roadshow
    wishes = wishes_of(session, show)
    projects, investors = project_names(session, show), investor_names(session, show)
    found = []
    for kind, names, query, floor, cap in (
        (
            "project",
            projects,
            select(Project).where(
                Project.roadshow_id == show.id, Project.state == ProjectState.SELECTED
            ),
            show.project_min,
            show.project_max,
        ),
        (
            "investor",
            investors,
            select(Investor).where(
                Investor.roadshow_id == show.id, Investor.state == InvestorState.ACTIVE
            ),
            show.investor_min,
            show.investor_max,
        ),
    ):
        other = "investor" if kind == "project" else "project"
        for party in session.scalars(query):
            stand = [row for row in rows if getattr(row, kind).id == party.id]
            end = 0 if kind == "project" else 1
            found.append(
                PartyRow(
                    kind=kind,
                    name=names[party.id],
                    pinned=sum(row.pairing.state is PairingState.PINNED for row in stand),
                    chosen=len(stand),
                    least=floor if party.min_meetings is None else party.min_meetings,
                    most=cap if party.max_meetings is None else party.max_meetings,
                    score=sum(row.pairing.score or 0.0 for row in stand),
                    asked=sum(
                        said.get(other) in ASKED
                        for pair, said in wishes.items()
                        if pair[end] == party.id
                    ),
                )
            )
    return found
