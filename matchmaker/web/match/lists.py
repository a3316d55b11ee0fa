"""One side's ranked list: an investor's projects, a team's investors."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, request
from sqlalchemy import select

from matchmaker.core.journey import Role
from matchmaker.core.policy import Action
from matchmaker.core.words import facet_name
from matchmaker.services import match as matches
from matchmaker.services import profile as profiles
from matchmaker.services.fields import taxonomy
from matchmaker.services.preference import MUST_MEETS, are_open, musts_left, wishes_of
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import chip, here, known_parameters, page_in, page_url
from matchmaker.web.match import parties
from matchmaker.web.match.blueprint import bp
from matchmaker.web.match.forms import VARIED, ListFilter
from matchmaker.web.match.parties import Party
from matchmaker.web.match.saying import names, outside, short, told
from matchmaker.web.text import locale

FILTERS = ("q", "field", "country", "kind", "stage", "order")
MOST_OUT = 50  # excluded pairs told below the list


@bp.get("/r/<slug>/investors/<investor_id>/matches")
@needs(Action.SEE_MATCHES_OF, access.investor)
def for_investor(investor: Investor) -> str:
    known_parameters(*FILTERS)
    card = profiles.investor_cards(g.session(), [investor])[investor.id]
    return _page("investor", investor, card, parties.projects())


@bp.get("/r/<slug>/projects/<project_id>/matches")
@needs(Action.SEE_MATCHES_OF, access.project)
def for_project(project: Project) -> str:
    known_parameters(*FILTERS)
    card = profiles.project_cards(g.session(), [project])[project.id]
    return _page("project", project, card, parties.investors())


@bp.get("/r/<slug>/projects/<project_id>/visibility")
@needs(Action.SEE_MATCHES_OF, access.project)
def visibility(project: Project) -> str:
    """The edits of a card that would bring a project into the most lists."""
    known_parameters()
    return render_template(
        "match/visibility.html",
        project=project,
        card=profiles.project_cards(g.session(), [project])[project.id],
        edits=matches.visibility(g.session(), project),
        facet=lambda code: facet_name(code, locale()),
        value=lambda edit: names(
            "amount" if edit.facet == "ticket" else edit.facet, edit.value, locale()
        ),
    )


@bp.get("/r/<slug>/investors/<investor_id>/matches/draft")
@needs(Action.EDIT_INVESTOR, access.investor)
def draft(investor: Investor) -> str:
    """How the investor's list would move with the mandate that is being written."""
    known_parameters()
    projects = parties.projects()
    found = matches.draft_list(g.session(), investor, among=projects)
    moved = [one for one in found or () if one.before != one.after]
    return render_template(
        "match/draft.html",
        investor=investor,
        card=profiles.investor_cards(g.session(), [investor])[investor.id],
        projects=projects,
        is_ranked=found is not None,
        moved=moved,
        same=len(found or ()) - len(moved),
        page=page_in(moved),
        page_url=page_url,
        told=told,
    )


def _page(side: str, party: Any, card: Any, others: dict[str, Party]) -> str:
    form = ListFilter(request.args)
    is_investor = side == "investor"
    form.offer(
        {one.country for one in others.values() if one.country},
        kinds="institution" if is_investor else "investor_kind",
        with_stage=is_investor,
    )
    run = matches.latest_run(g.session(), g.roadshow)
    pairs = _pairs(side, party, run, others) if run else []
    ranked = [one for one in pairs if one.excluded is None]
    kept = [one for one in ranked if _fits(others[_other(side, one)], form)]
    page = page_in(_varied(side, kept, others) if form.order.data == VARIED else kept)
    return render_template(
        "match/list.html",
        whose=side,
        party=party,
        card=card,
        others=others,
        places={_other(side, one): at for at, one in enumerate(ranked, 1)},
        run=run,
        form=form,
        page=page,
        page_url=page_url,
        active=_active(form),
        clear=here(page=None, **dict.fromkeys(FILTERS)),
        reasons={_other(side, one): short(one.reasons) for one in page.items},
        out=_out(side, pairs),
        outside=outside,
        other=_other,
        wishes=wishes_of(g.session(), party),
        wishes_open=are_open(g.roadshow, g.now) and g.viewer.speaks_for(party.id, g.roadshow.id),
        left=musts_left(g.session(), party),
        most=MUST_MEETS,
    )


def _other(side: str, pair: Match) -> str:
    return pair.project_id if side == "investor" else pair.investor_id


def _pairs(side: str, party: Any, run: MatchRun, others: dict[str, Party]) -> list[Match]:
    own = Match.investor_id if side == "investor" else Match.project_id
    rank = Match.rank_for_investor if side == "investor" else Match.rank_for_project
    query = select(Match).where(Match.run_id == run.id, own == party.id).order_by(rank)
    return [one for one in g.session.scalars(query) if _other(side, one) in others]


def _varied(side: str, kept: list[Match], others: dict[str, Party]) -> list[Match]:
    """Return the list with its first ten varied by field and place."""
    from matchmaker.core.match.variety import traits, varied  # noqa: PLC0415 -- slow import

    parties_ = [others[_other(side, one)] for one in kept]
    own = [traits(one.fields, one.country, taxonomy()) for one in parties_]
    return [kept[at] for at in varied([one.score or 0.0 for one in kept], own)]


def _out(side: str, pairs: list[Match]) -> list[Match]:
    """Return the excluded pairs; a team is not told of an investor's exclusions and conflicts."""
    if side == "project" and not g.viewer.has(Role.ORGANISER, g.roadshow.id):
        return []
    return [one for one in pairs if one.excluded][:MOST_OUT]


def _fits(party: Party, form: ListFilter) -> bool:
    if form.q.data and not party.has(form.q.data.strip()):
        return False
    if form.field.data and not parties.in_field(party, form.field.data):
        return False
    if form.country.data and party.country != form.country.data:
        return False
    if form.kind.data and party.kind != form.kind.data:
        return False
    return not ("stage" in form and form.stage.data and party.stage != form.stage.data)


def _active(form: ListFilter) -> list[tuple[str, str]]:
    chosen = []
    for name in FILTERS:
        if name not in form or not form[name].data:
            continue
        value = form[name].data
        labels = dict(form[name].choices) if name != "q" else {}
        if name != "q" and value not in labels:
            abort(400)
        text = str(labels.get(value, value)).strip()
        chosen.append((chip(form[name], text), here(**{name: None, "page": None})))
    return chosen
