"""The whole ranking for organisers, as a list and as a heat map; others go to their own list."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from sqlalchemy import Select, or_, select
from werkzeug.wrappers import Response

from matchmaker.core.journey import Role
from matchmaker.core.policy import Action
from matchmaker.services import match as matches
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.profile import Investor, Project
from matchmaker.web.access import ask, needs
from matchmaker.web.lists import (
    asked_sort,
    columns,
    here,
    known_parameters,
    page_in,
    page_of,
    page_url,
)
from matchmaker.web.match import parties
from matchmaker.web.match.blueprint import bp
from matchmaker.web.match.forms import OPEN, OUT, PairsFilter
from matchmaker.web.match.parties import Party
from matchmaker.web.match.saying import outside, short

SORTABLE = ("score", "investor_rank", "project_rank", "score_investor", "score_project")
ROWS_OF_MAP = 40
COLUMNS_OF_MAP = 24


@bp.get("/r/<slug>/matches")
@needs(Action.TAKE_PART)
def overview() -> str | Response:
    """Organisers see all pairs; a party's people are sent to their own list, or choose one."""
    if not g.viewer.has(Role.ORGANISER, g.roadshow.id):
        return _own()
    known_parameters("q", "field", "least", "show")
    run = matches.latest_run(g.session(), g.roadshow)
    form = PairsFilter(request.args)
    form.validate()
    projects, investors = parties.projects(), parties.investors()
    sort = asked_sort(SORTABLE, "-score")
    page = page_of(_query(run, form, projects, investors, sort)) if run else None
    return render_template(
        "match/overview.html",
        run=run,
        saw_profiles=run is not None and matches.saw_profiles(g.session(), g.roadshow, run),
        is_same_model=run is not None and matches.is_same_model(g.session(), g.roadshow, run),
        form=form,
        page=page,
        page_url=page_url,
        columns=_columns(sort),
        projects=projects,
        investors=investors,
        short=short,
        outside=outside,
        clear=here(page=None, q=None, field=None, least=None, show=None),
    )


@bp.get("/r/<slug>/matches/map")
@needs(Action.RUN_ROADSHOW)
def heat() -> str:
    """All scores at a glance: investors down, projects across, both by their mean score."""
    known_parameters("from")
    run = matches.latest_run(g.session(), g.roadshow)
    projects, investors = parties.projects(), parties.investors()
    pairs = _known(run, projects, investors) if run else []
    across = _by_mean(pairs, "project_id")
    asked = request.args.get("from", "0")
    start = int(asked) if asked.isdecimal() and int(asked) < len(across) else 0
    shown = across[start : start + COLUMNS_OF_MAP]
    page = page_in(_by_mean(pairs, "investor_id"), ROWS_OF_MAP)
    return render_template(
        "match/map.html",
        run=run,
        page=page,
        page_url=page_url,
        rows=[_row(investors[one], "investor") for one in page.items],
        columns=[_row(projects[one], "project") for one in shown],
        cells=_cells(pairs, set(page.items), set(shown)),
        earlier=here(**{"from": start - COLUMNS_OF_MAP or None}) if start else None,
        later=here(**{"from": start + COLUMNS_OF_MAP})
        if start + COLUMNS_OF_MAP < len(across)
        else None,
        total=len(across),
    )


def _own() -> str | Response:
    known_parameters()
    session = g.session
    own: list[tuple[str, Any]] = [
        *(("investor", one) for one in _mine(session, Investor, g.viewer.investors)),
        *(("project", one) for one in _mine(session, Project, g.viewer.projects)),
    ]
    if not own:
        ask(Action.RUN_ROADSHOW, g.roadshow)
    if len(own) == 1:
        side, party = own[0]
        values = {"slug": g.roadshow.slug, f"{side}_id": party.id}
        return redirect(url_for(f".for_{side}", **values))
    names = parties.projects() | parties.investors()
    return render_template("match/mine.html", own=own, names=names)


def _mine(session: Any, table: Any, ids: frozenset[str]) -> list[Any]:
    query = select(table).where(table.roadshow_id == g.roadshow.id, table.id.in_(ids))
    return list(session.scalars(query.order_by(table.code)))


def _query(
    run: MatchRun,
    form: PairsFilter,
    projects: dict[str, Party],
    investors: dict[str, Party],
    sort: tuple[str, bool],
) -> Select[Any]:
    query = select(Match).where(Match.run_id == run.id)
    if form.show.data == OUT:
        query = query.where(Match.excluded.is_not(None))
    elif form.show.data in (OPEN, None, ""):
        query = query.where(Match.excluded.is_(None))
    if form.least.data and not form.least.errors:
        query = query.where(Match.score >= form.least.data)
    if form.field.data:
        ids = [one.id for one in projects.values() if parties.in_field(one, form.field.data)]
        query = query.where(Match.project_id.in_(ids))
    if form.q.data:
        text = form.q.data.strip()
        found = [one.id for one in projects.values() if one.has(text)]
        firms = [one.id for one in investors.values() if one.has(text)]
        query = query.where(or_(Match.project_id.in_(found), Match.investor_id.in_(firms)))
    column = {
        "score": Match.score,
        "investor_rank": Match.rank_for_investor,
        "project_rank": Match.rank_for_project,
        "score_investor": Match.score_investor,
        "score_project": Match.score_project,
    }[sort[0]]
    ordered = column.desc().nulls_last() if sort[1] else column.asc().nulls_last()
    return query.order_by(ordered, Match.project_id, Match.investor_id)


def _columns(sort: tuple[str, bool]) -> Any:
    from flask_babel import gettext as _  # noqa: PLC0415 -- the name is local by custom

    labels = {
        "project": _("Project"),
        "investor": _("Investor"),
        "score": _("Score"),
        "score_investor": _("Fits the investor"),
        "score_project": _("Fits the project"),
        "investor_rank": _("Investor's list"),
        "project_rank": _("Project's list"),
        "why": _("Why"),
    }
    return columns(labels, sort, SORTABLE, numbers=("investor_rank", "project_rank"))


def _known(
    run: MatchRun, projects: dict[str, Party], investors: dict[str, Party]
) -> list[tuple[str, str, float | None, str | None]]:
    rows = g.session.execute(
        select(Match.project_id, Match.investor_id, Match.score, Match.excluded).where(
            Match.run_id == run.id
        )
    )
    return [tuple(row) for row in rows if row[0] in projects and row[1] in investors]


def _by_mean(pairs: list[Any], side: str) -> list[str]:
    at = 0 if side == "project_id" else 1
    sums: dict[str, float] = {}
    for pair in pairs:
        sums[pair[at]] = sums.get(pair[at], 0.0) + (pair[2] or 0.0)
    return sorted(sums, key=lambda one: (-sums[one], one))


def _row(party: Party, side: str) -> dict[str, str]:
    values = {"slug": g.roadshow.slug, f"{side}_id": party.id}
    return {"id": party.id, "label": party.label, "url": url_for(f".for_{side}", **values)}


def _cells(pairs: list[Any], rows: set[str], shown: set[str]) -> dict[tuple[str, str], Any]:
    return {
        (investor, project): {
            "score": score,
            "excluded": excluded,
            "url": url_for(".pair", slug=g.roadshow.slug, project_id=project, investor_id=investor),
        }
        for project, investor, score, excluded in pairs
        if investor in rows and project in shown
    }
