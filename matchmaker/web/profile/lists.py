"""The lists of projects and of investors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SearchField, SelectField

from matchmaker.core.journey import Role
from matchmaker.core.policy import Action, may
from matchmaker.services import profile
from matchmaker.services.fields import taxonomy
from matchmaker.web.access import needs
from matchmaker.web.lists import (
    active_filters,
    asked_sort,
    columns,
    here,
    known_parameters,
    page_of,
    page_url,
)
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.halves import halves_by_id
from matchmaker.web.text import locale, show_country
from matchmaker.web.trees import TreeSelect
from matchmaker.web.words import choices

MOST_SEARCHED = 120


class Filters(Form):
    """The search and the filters of either list."""

    q = SearchField(_l("Search"))
    field = TreeSelect(_l("Field"))
    country = SelectField(_l("Country or region"), validate_choice=False)
    kind = SelectField(_l("Kind"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    state = SelectField(_l("State"), validate_choice=False)


@bp.get("/r/<slug>/projects")
@needs(Action.SEE_ROADSHOW)
def projects() -> str:
    known_parameters("q", "field", "country", "kind", "stage", "state")
    form = _filters("institution", "project_state")
    wanted = _wanted(form)
    sort = asked_sort(profile.PROJECT_SORTS, "code")
    query = profile.find_projects(
        g.viewer,
        g.roadshow,
        wanted,
        sort=sort[0],
        descending=sort[1],
        chinese=locale() == "zh",
    )
    everything = profile.find_projects(g.viewer, g.roadshow, profile.Wanted())
    _offer_countries(form, everything)
    page = page_of(query)
    open_ids = {one.id for one in page.items if may(g.viewer, Action.SEE_REGISTERED, one)}
    cards = {
        **profile.project_cards(
            g.session(), [one for one in page.items if one.id not in open_ids], registered=False
        ),
        **profile.project_cards(g.session(), [one for one in page.items if one.id in open_ids]),
    }
    runs = g.viewer.has(Role.ORGANISER, g.roadshow.id)
    labels = {
        "title": _("Project"),
        "organisation": _("Organisation"),
        "fields": _("Fields"),
        "stage": _("Stage"),
        "amount": _("Sought"),
    }
    if runs or g.viewer.projects:
        labels["state"] = _("State")
    return render_template(
        "profile/projects.html",
        page=page,
        cards=cards,
        halves=halves_by_id(cards.values()),
        form=form,
        active=active_filters(form),
        clear=here(**dict.fromkeys(form.data), page=None),
        columns=columns(labels, sort, profile.PROJECT_SORTS, numbers=("amount",)),
        page_url=page_url,
        runs=runs,
    )


@bp.get("/r/<slug>/investors")
@needs(Action.TAKE_PART)
def investors() -> str:
    known_parameters("q", "field", "country", "kind", "stage", "state")
    form = _filters("investor_kind", "investor_state")
    wanted = _wanted(form)
    sort = asked_sort(profile.INVESTOR_SORTS, "name")
    query = profile.find_investors(
        g.viewer,
        g.roadshow,
        wanted,
        sort=sort[0],
        descending=sort[1],
        chinese=locale() == "zh",
    )
    _offer_countries(form, profile.find_investors(g.viewer, g.roadshow, profile.Wanted()))
    page = page_of(query)
    cards = profile.investor_cards(g.session(), page.items)
    runs = g.viewer.has(Role.ORGANISER, g.roadshow.id)
    labels = {
        "name": _("Investor"),
        "kind": _("Kind"),
        "fields": _("Fields"),
        "stages": _("Stages"),
        "ticket": _("First ticket"),
    }
    if runs or g.viewer.investors:
        labels["state"] = _("State")
    return render_template(
        "profile/investors.html",
        page=page,
        cards=cards,
        halves=halves_by_id(cards.values()),
        form=form,
        active=active_filters(form),
        clear=here(**dict.fromkeys(form.data), page=None),
        columns=columns(labels, sort, profile.INVESTOR_SORTS),
        page_url=page_url,
        runs=runs,
    )


def _filters(kind: str, states: str) -> Filters:
    form = Filters(request.args)
    anything = [("", _("Any"))]
    form.country.choices = list(anything)
    form.kind.choices = [*anything, *choices(kind)]
    form.stage.choices = [*anything, *choices("stage")]
    form.state.choices = [*anything, *choices(states)]
    if not g.viewer.has(Role.ORGANISER, g.roadshow.id):
        del form.state
    return form


def _offer_countries(form: Filters, query: Any) -> None:
    known = g.session.scalars(profile.countries_of(query)).all()
    named = sorted(((code, show_country(code)) for code in known), key=lambda pair: pair[1])
    form.country.choices = [("", _("Any")), *named]


def _wanted(form: Filters) -> profile.Wanted:
    """Return the filters; a value that is not offered narrows nothing."""
    known: Mapping[str, Any] = {
        name: value for name, value in form.data.items() if value and name != "q"
    }
    if known.get("field") not in taxonomy():
        known = {name: value for name, value in known.items() if name != "field"}
    for name in ("kind", "stage", "state"):
        if name in form and known.get(name) not in dict(form[name].choices):
            known = {key: value for key, value in known.items() if key != name}
    text = "".join(sign for sign in form.q.data or "" if sign.isprintable())
    return profile.Wanted(text=text.strip()[:MOST_SEARCHED], **known)
