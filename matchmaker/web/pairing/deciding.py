"""Deciding one pair: what it would cost, then doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.journey import InvestorState, PairingState, ProjectState
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import pairing
from matchmaker.services.meeting.names import Name, investor_names, project_names
from matchmaker.services.meeting.reading import newest_run, wishes_of
from matchmaker.store.match import Match
from matchmaker.store.pairing import Pairing
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import kept, known_parameters
from matchmaker.web.pairing.blueprint import bp
from matchmaker.web.pairing.forms import PairForm, PlainForm, SwapForm
from matchmaker.web.refusals import sentence
from matchmaker.web.text import locale

VERBS = ("pin", "forbid", "release")
FILTERS = ("q", "state", "wish", "field", "sought", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A project and an investor of this roadshow."""

    roadshow_id: str
    project: Project
    investor: Investor

    @property
    def project_id(self) -> str:
        return self.project.id

    @property
    def investor_id(self) -> str:
        return self.investor.id

    @property
    def ids(self) -> tuple[str, str]:
        return self.project.id, self.investor.id


def load(values: dict[str, Any]) -> Pair | None:
    """Return the pair if both sides are of this roadshow."""
    project = g.session.get(Project, values.pop("project_id"))
    investor = g.session.get(Investor, values.pop("investor_id"))
    here = g.roadshow.id
    if project is None or investor is None or {project.roadshow_id, investor.roadshow_id} != {here}:
        return None
    return Pair(roadshow_id=here, project=project, investor=investor)


@bp.get("/r/<slug>/pairings/add")
@needs(Action.RUN_ROADSHOW)
def add() -> str | Response | tuple[str, int]:
    """Choose any two parties; the next page tells what pinning them costs."""
    known_parameters("project", "investor")
    form = PairForm(request.args)
    language = locale()
    projects, investors = _parties()
    form.project.choices = [(one.id, f"{one.code} {one.said(language)}") for one in projects]
    form.investor.choices = [(one.id, f"{one.code} {one.said(language)}") for one in investors]
    if request.args and form.validate():
        return redirect(
            url_for(
                ".decide",
                slug=g.roadshow.slug,
                project_id=form.project.data,
                investor_id=form.investor.data,
                verb="pin",
            ),
            303,
        )
    page = render_template("pairing/add.html", form=form)
    return (page, 422) if request.args else page


@bp.route("/r/<slug>/pairings/<project_id>/<investor_id>/<verb>", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, load)
def decide(found: Pair, verb: str) -> str | Response | tuple[str, int]:
    if verb not in VERBS:
        abort(404)
    known_parameters(*FILTERS)
    form = PlainForm()
    do = {"pin": pairing.pin, "forbid": pairing.forbid, "release": pairing.release}[verb]
    said = {
        "pin": _("The pair is pinned."),
        "forbid": _("The pair is forbidden."),
        "release": _("The pair is released."),
    }[verb]
    if form.validate_on_submit():
        do(g.session(), g.roadshow, found.ids, actor=access.actor(), now=g.now)
        flash(said, "confirmed")
        return redirect(_board(), 303)
    cost, refusal = None, None
    try:
        cost = pairing.cost_of(g.session(), g.roadshow, verb, found.ids, now=g.now)  # type: ignore[arg-type]
    except Refusal as no:
        refusal = sentence(no)
    return _page(found, verb, form, cost, refusal)


@bp.route("/r/<slug>/pairings/<project_id>/<investor_id>/swap", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW, load)
def swap(found: Pair) -> str | Response | tuple[str, int]:
    """Let this pair meet instead of another one of either side."""
    known_parameters("out", *FILTERS)
    form = SwapForm(request.form if request.method == "POST" else request.args)
    others = _rivals(found)
    form.out.choices = [(key, label) for key, label in others.items()]
    out: tuple[str, str] | None = None
    if form.out.data in others:
        project, _slash, investor = form.out.data.partition("-")
        out = (project, investor)
    if request.method == "POST" and out is not None and form.validate():
        pairing.swap(g.session(), g.roadshow, out, found.ids, actor=access.actor(), now=g.now)
        flash(_("The pairs are swapped."), "confirmed")
        return redirect(_board(), 303)
    cost, refusal = None, None
    if out is not None:
        try:
            cost = pairing.cost_of(g.session(), g.roadshow, "swap", found.ids, out=out, now=g.now)
        except Refusal as no:
            refusal = sentence(no)
    return _page(found, "swap", form, cost, refusal)


def _page(
    found: Pair, verb: str, form: Any, cost: pairing.Cost | None, refusal: str | None
) -> str | tuple[str, int]:
    session = g.session()
    run = newest_run(session, g.roadshow)
    row = session.scalars(
        select(Pairing).where(
            Pairing.project_id == found.project.id, Pairing.investor_id == found.investor.id
        )
    ).first()
    page = render_template(
        "pairing/decide.html",
        found=found,
        verb=verb,
        form=form,
        cost=cost,
        refusal=refusal,
        board=_board(),
        kept=kept(*FILTERS),
        row=row,
        match=session.get(Match, (run.id, *found.ids)) if run else None,
        wishes=wishes_of(session, g.roadshow).get(found.ids, {}),
        projects=project_names(session, g.roadshow),
        investors=investor_names(session, g.roadshow),
    )
    return (page, 422) if request.method == "POST" else page


def _board() -> str:
    """Return the address of the board as it was narrowed."""
    return url_for(".board", slug=g.roadshow.slug, **kept(*FILTERS))


def _rivals(found: Pair) -> dict[str, str]:
    """Return the standing pairs of either side: ``project-investor`` and their names."""
    session, language = g.session(), locale()
    projects, investors = project_names(session, g.roadshow), investor_names(session, g.roadshow)
    query = select(Pairing).where(
        Pairing.roadshow_id == g.roadshow.id,
        Pairing.state.in_((PairingState.PROPOSED, PairingState.PINNED)),
        (Pairing.project_id == found.project.id) | (Pairing.investor_id == found.investor.id),
    )
    rows = sorted(session.scalars(query), key=lambda row: row.score or 0.0)
    return {
        f"{row.project_id}-{row.investor_id}": (
            f"{projects[row.project_id].brief(language)} – "
            f"{investors[row.investor_id].said(language)} ({row.score or 0:.0f})"
        )
        for row in rows
        if (row.project_id, row.investor_id) != found.ids
    }


def _parties() -> tuple[list[Name], list[Name]]:
    session, here = g.session(), g.roadshow
    projects, investors = project_names(session, here), investor_names(session, here)
    chosen = session.scalars(
        select(Project.id)
        .where(Project.roadshow_id == here.id, Project.state == ProjectState.SELECTED)
        .order_by(Project.code)
    )
    active = session.scalars(
        select(Investor.id)
        .where(Investor.roadshow_id == here.id, Investor.state == InvestorState.ACTIVE)
        .order_by(Investor.code)
    )
    return [projects[one] for one in chosen], [investors[one] for one in active]
