"""Where a card stands, the viewer's own parties can say what they wish of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from sqlalchemy import select

from matchmaker.core.journey import InvestorState, ProjectState, Wish
from matchmaker.services.preference import are_open
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Investor, Project


@dataclass(frozen=True, slots=True)
class Ask:
    """One of the viewer's parties and what it has said of the card's party so far."""

    project_id: str
    investor_id: str
    side: str
    wish: Wish | None
    who: str
    open: bool


def asks_about_project(project: Project) -> list[Ask]:
    """Return an ask for each firm the viewer acts for; none for a project that is not selected."""
    own = g.viewer.investors - g.viewer.reads_only
    if project.state is not ProjectState.SELECTED or not own:
        return []
    firms = g.session.scalars(
        select(Investor)
        .where(
            Investor.roadshow_id == g.roadshow.id,
            Investor.id.in_(own),
            Investor.state == InvestorState.ACTIVE,
        )
        .order_by(Investor.code)
    ).all()
    said = _said("investor", Preference.project_id == project.id)
    return [
        _ask(project.id, firm.id, "investor", said.get((project.id, firm.id)), firm)
        for firm in firms
    ]


def asks_about_investor(investor: Investor) -> list[Ask]:
    """Return an ask for each selected project on whose team the viewer is."""
    own = g.viewer.projects - g.viewer.reads_only
    if investor.state is not InvestorState.ACTIVE or not own:
        return []
    projects = g.session.scalars(
        select(Project)
        .where(
            Project.roadshow_id == g.roadshow.id,
            Project.id.in_(own),
            Project.state == ProjectState.SELECTED,
        )
        .order_by(Project.code)
    ).all()
    said = _said("project", Preference.investor_id == investor.id)
    return [
        _ask(one.id, investor.id, "project", said.get((one.id, investor.id)), one)
        for one in projects
    ]


def _said(side: str, about: object) -> dict[tuple[str, str], Wish]:
    rows = g.session.execute(
        select(Preference.project_id, Preference.investor_id, Preference.wish).where(
            Preference.side == side, about
        )
    )
    return {(project, investor): wish for project, investor, wish in rows}


def _ask(
    project_id: str, investor_id: str, side: str, wish: Wish | None, own: Project | Investor
) -> Ask:
    body = own.organisation
    who = f"{own.code} {body.name_en or body.name_zh}"
    return Ask(project_id, investor_id, side, wish, who, are_open(g.roadshow, g.now))
