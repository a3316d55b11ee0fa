"""The organisers' board: the ranking with its doubts, the balance, one application in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _

from matchmaker.core.journey import PROJECT_MOVES, ProjectState
from matchmaker.core.policy import Action
from matchmaker.services import selection
from matchmaker.services.fields import taxonomy
from matchmaker.services.selection import Application
from matchmaker.store.profile import Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import (
    active_filters,
    asked_sort,
    columns,
    known_parameters,
    page_in,
    page_url,
)
from matchmaker.web.selection.blueprint import bp, unknowable
from matchmaker.web.selection.forms import BoardFilter, DecisionForm, RemarkForm, any_of
from matchmaker.web.selection.narrowing import says
from matchmaker.web.selection.reviewing import review_scores
from matchmaker.web.text import field_name, show_country
from matchmaker.web.trees import only_known
from matchmaker.web.words import word

PER_PAGE = 50
DECIDABLE = ("submitted", "selected", "waitlisted", "declined")
SORTABLE = ("rank", "title", "mean", "spread", "number", "state")
FILTERS = ("q", "state", "zone", "field", "country", "kind")


def zones() -> dict[str, str]:
    """What an interval's place to the cut is called."""
    return {
        "in": _("Above the cut"),
        "debate": _("To be debated"),
        "out": _("Below the cut"),
        "unsure": _("Too few reviews"),
    }


@bp.get("/r/<slug>/selection")
@needs(Action.RUN_ROADSHOW)
def board() -> str:
    known_parameters(*FILTERS)
    rows = selection.summary(g.session(), g.roadshow, without=unknowable())
    form = _filter_form(rows)
    sort = asked_sort(SORTABLE, "rank")
    shown = _sorted([row for row in rows if _fits(row, form)], sort)
    labels = {
        "pick": _("Pick"),
        "rank": _("Rank"),
        "title": _("Application"),
        "field": _("Field"),
        "mean": _("Mean"),
        "spread": _("Spread"),
        "number": _("Reviews"),
        "interval": _("Rank interval"),
        "state": _("Decision"),
    }
    return render_template(
        "selection/board.html",
        page=page_in(shown, PER_PAGE),
        page_url=page_url,
        columns=columns(labels, sort, SORTABLE, ("rank", "mean", "spread", "number")),
        form=form,
        active=active_filters(form),
        zones=zones(),
        counts=Counter(row.project.state.value for row in rows),
        debate=sum(1 for row in rows if row.standing and row.standing.zone == "debate"),
        balance=_balance(rows),
        hidden=len(unknowable()) > 0,
        untold=len(selection.untold(g.session(), g.roadshow, without=unknowable())),
        any_rows=bool(rows),
    )


@bp.get("/r/<slug>/selection/<project_id>")
@needs(Action.SEE_REVIEWS, access.project)
def application(project: Project) -> str:
    known_parameters()
    session = g.session()
    rows = selection.summary(session, g.roadshow, without=unknowable())
    own = next((row for row in rows if row.project.id == project.id), None)
    return render_template(
        "selection/application.html",
        project=project,
        row=own,
        version=own.version if own else None,
        total=sum(1 for row in rows if row.standing),
        reviews=selection.reviews_of(session, project, g.viewer),
        scores=review_scores(project),
        rubric=selection.criteria(session, g.roadshow),
        remarks=selection.discussion(session, project, g.viewer),
        remark=RemarkForm(formdata=None),
        form=DecisionForm(formdata=None),
        moves=sorted(
            state.value for state in PROJECT_MOVES[project.state] if state.value in DECIDABLE
        ),
        zones=zones(),
    )


def root_of(row: Application) -> str:
    """Return the broad field of an application's first core field, or nothing."""
    for field in row.version.fields:
        if field.code in taxonomy():
            path = taxonomy().path(field.code)
            return path[min(1, len(path) - 1)]
    return ""


def says_field(row: Application, code: str) -> bool:
    """Tell whether one of an application's fields, core or also, is this one or lies below it."""
    tree = taxonomy()
    said = (field.code for field in row.version.fields if field.code in tree)
    return any(tree.covers(code, one) for one in said)


def _filter_form(rows: Sequence[Application]) -> BoardFilter:
    form = BoardFilter(request.args)
    form.state.choices = any_of("project_state", DECIDABLE)
    form.kind.choices = any_of("institution")
    form.zone.choices = [("", _("Any")), *zones().items()]
    only_known(form.field)
    countries = {row.project.organisation.country for row in rows} - {None}
    form.country.choices = [
        ("", _("Any")),
        *sorted(((code, show_country(code)) for code in countries), key=lambda pair: pair[1]),
    ]
    return form


def _fits(row: Application, form: BoardFilter) -> bool:
    house = row.project.organisation
    zone = row.standing.zone if row.standing else "unsure"
    for name, value in (
        ("state", row.project.state.value),
        ("zone", zone),
        ("country", house.country),
        ("kind", house.kind),
    ):
        if form[name].data and form[name].data != value:
            return False
    if form.field.data and not says_field(row, form.field.data):
        return False
    return says(form.q.data, row.project, row.version)


def _sorted(rows: list[Application], sort: tuple[str, bool]) -> list[Application]:
    key, descending = sort
    if key == "rank":
        return rows[::-1] if descending else rows

    def value(row: Application) -> Any:
        if key == "title":
            title = row.version.title_zh if g.locale == "zh" else row.version.title_en
            return (title or row.version.title_en or row.version.title_zh).casefold()
        if key == "state":
            return DECIDABLE.index(row.project.state.value)
        if key == "number":
            return row.submitted
        found = getattr(row.standing, key) if row.standing else None
        return -1.0 if found is None else found

    return sorted(rows, key=value, reverse=descending)


def _balance(rows: Sequence[Application]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return how the selected spread over fields, countries and kinds: ``of`` all applications."""
    found = []
    for title, facet, label in (
        (_("Field"), root_of, lambda code: field_name(code) if code else _("not known")),
        (
            _("Country"),
            lambda row: row.project.organisation.country or "",
            lambda code: show_country(code) or _("not known"),
        ),
        (
            _("Institution kind"),
            lambda row: row.project.organisation.kind,
            lambda code: word(code, "institution"),
        ),
    ):
        every = Counter(facet(row) for row in rows)
        chosen = Counter(facet(row) for row in rows if row.project.state is ProjectState.SELECTED)
        items = [
            {
                "label": label(code),
                "value": chosen[code],
                "text": _("%(chosen)s of %(all)s", chosen=chosen[code], all=number),
            }
            for code, number in every.items()
        ]
        found.append((title, sorted(items, key=lambda item: (-item["value"], item["label"]))))
    return found
