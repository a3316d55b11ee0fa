"""One's own list: whom to meet, by wish and by rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import Form, HiddenField, SearchField, SelectField

from matchmaker.core.journey import InvestorState, Phase, ProjectState, Wish
from matchmaker.core.policy import Action, reached
from matchmaker.core.taxonomy import fold
from matchmaker.services import preference
from matchmaker.services.fields import taxonomy
from matchmaker.services.selection import versions
from matchmaker.services.visibility import visible_investors, visible_projects
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.profile import Investor, Project
from matchmaker.web.access import needs
from matchmaker.web.lists import active_filters, here, known_parameters, page_in, page_url
from matchmaker.web.match.parties import in_field, investors, projects
from matchmaker.web.preference.blueprint import (
    NOTHING,
    PER_PAGE,
    bp,
    party_names,
    party_texts,
)
from matchmaker.web.trees import TreeSelect


class OwnFilter(Form):
    q = SearchField(_l("Name, title or code"))
    wish = SelectField(
        _l("Wish"),
        choices=[
            ("", _l("Any")),
            ("must", _l("Must meet")),
            ("meet", _l("Would meet")),
            ("no", _l("No thanks")),
            (NOTHING, _l("Nothing stated")),
        ],
    )
    field = TreeSelect(_l("Field"))
    party = HiddenField()


@dataclass(frozen=True, slots=True)
class Row:
    """One of the other side on one's own list."""

    other: Project | Investor
    title: Any
    wish: Wish | None
    rank: int | None
    score: float | None


@bp.get("/r/<slug>/preferences")
@needs(Action.TAKE_PART)
def mine() -> str:
    known_parameters("party", "q", "wish", "field")
    parties = _own_parties()
    if not parties:
        return render_template("preference/nobody.html")
    asked = request.args.get("party", "")
    party = next((row for row in parties if row.id == asked), parties[0])
    rows = _rows(party)
    form = OwnFilter(request.args)
    form.party.data = party.id
    needle = fold(form.q.data or "")
    within = _within(party, form.field.data)
    shown = [
        row
        for row in rows
        if (not needle or any(needle in fold(text) for text in _texts(row)))
        and (not form.wish.data or form.wish.data == (row.wish.value if row.wish else NOTHING))
        and (within is None or row.other.id in within)
    ]
    return render_template(
        "preference/mine.html",
        party=party,
        parties=parties,
        names=party_names(parties),
        side=preference.side_of(party),
        page=page_in(shown, PER_PAGE),
        page_url=page_url,
        any_rows=bool(rows),
        form=form,
        active=active_filters(form),
        clear=here(q=None, wish=None, field=None, page=None, options=None),
        stated=sum(1 for row in rows if row.wish),
        left=preference.musts_left(g.session(), party),
        most=preference.MUST_MEETS,
        open=preference.are_open(g.roadshow, g.now),
        speaks=g.viewer.speaks_for(party.id, g.roadshow.id),
        interest=preference.interest(g.session(), party),
    )


def _own_parties() -> list[Project | Investor]:
    """Return the parties of the viewer that take part in this roadshow."""
    projects = g.session.scalars(
        select(Project)
        .where(
            Project.roadshow_id == g.roadshow.id,
            Project.id.in_(g.viewer.projects),
            Project.state == ProjectState.SELECTED,
            Project.told == ProjectState.SELECTED.value,
        )
        .order_by(Project.code)
    )
    investors = g.session.scalars(
        select(Investor)
        .where(
            Investor.roadshow_id == g.roadshow.id,
            Investor.id.in_(g.viewer.investors),
            Investor.state == InvestorState.ACTIVE,
        )
        .order_by(Investor.code)
    )
    return [*investors, *projects]


def _rows(party: Project | Investor) -> list[Row]:
    """Return the other side as far as the viewer may see it: stated first, then by rank."""
    stated = preference.wishes_of(g.session(), party)
    ranks = _ranks(party)
    others: list[Project | Investor]
    if isinstance(party, Investor):
        query = visible_projects(g.viewer, g.roadshow).where(Project.state == ProjectState.SELECTED)
        open_now = reached(g.roadshow.phase, Phase.PREFERENCE)
        others = list(g.session.scalars(query)) if open_now else []
    else:
        query = visible_investors(g.viewer, g.roadshow)
        others = list(g.session.scalars(query.where(Investor.state == InvestorState.ACTIVE)))
    titles = versions(g.session(), others) if isinstance(party, Investor) else {}
    rows = [
        Row(
            other,
            titles.get(other.id),
            stated.get(other.id),
            *ranks.get(other.id, (None, None)),
        )
        for other in others
    ]
    order = [Wish.MUST, Wish.MEET, None, Wish.NO]
    return sorted(rows, key=lambda row: (order.index(row.wish), row.rank or 10**6, row.other.code))


def _ranks(party: Project | Investor) -> dict[str, tuple[int | None, float | None]]:
    """Return the party's ranking from the newest finished run, by the other's id."""
    run = g.session.scalar(
        select(MatchRun.id)
        .where(MatchRun.roadshow_id == g.roadshow.id, MatchRun.finished_at.is_not(None))
        .order_by(MatchRun.number.desc())
        .limit(1)
    )
    if run is None:
        return {}
    own, other, rank = (
        (Match.investor_id, Match.project_id, Match.rank_for_investor)
        if isinstance(party, Investor)
        else (Match.project_id, Match.investor_id, Match.rank_for_project)
    )
    rows = g.session.execute(
        select(other, rank, Match.score).where(Match.run_id == run, own == party.id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _within(party: Project | Investor, code: str | None) -> set[str] | None:
    """Return who of the other side is in a field, or None where every field is asked for."""
    if not code or code not in taxonomy():
        return None
    known = projects() if isinstance(party, Investor) else investors()
    return {one.id for one in known.values() if in_field(one, code)}


def _texts(row: Row) -> tuple[str, ...]:
    title = (row.title.title_en, row.title.title_zh) if row.title else ()
    return (*party_texts(row.other), *title)
