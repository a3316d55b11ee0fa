"""The board of pairs and the counts of parties."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matchmaker.core.journey import PairingState
from matchmaker.core.policy import Action
from matchmaker.services import jobs, pairing
from matchmaker.services.meeting.names import investor_names, project_names
from matchmaker.services.meeting.reading import newest_run
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import (
    active_filters,
    asked_sort,
    columns,
    kept,
    known_parameters,
    page_in,
    page_url,
)
from matchmaker.web.meeting.saying import Speaker
from matchmaker.web.pairing.blueprint import bp
from matchmaker.web.pairing.deciding import FILTERS
from matchmaker.web.pairing.forms import ApproveForm, PairsFilter, PartiesFilter, PlainForm
from matchmaker.web.pairing.rows import counts, fits, in_fields, in_order, party_rows, read_rows
from matchmaker.web.trees import only_known

SORTABLE = ("project", "investor", "score", "state")
PER_PAGE = 50


@bp.get("/r/<slug>/pairings")
@needs(Action.RUN_ROADSHOW)
def board() -> str:
    known_parameters(*FILTERS)
    form = PairsFilter(request.args)
    sort = asked_sort(SORTABLE, "-score")
    only_known(form.field, form.sought)
    values = {name: form[name].data for name in FILTERS}
    filtered = any(values.values())
    within = in_fields(form.field.data, form.sought.data)
    rows = [
        row
        for row in read_rows(left_out=filtered)
        if not filtered or (fits(row, values) and within(row))
    ]
    labels = {
        "project": _("Project"),
        "investor": _("Investor"),
        "score": _("Score"),
        "wishes": _("Wishes"),
        "state": _("Decision"),
        "act": _("Decide"),
    }
    return render_template(
        "pairing/board.html",
        page=page_in(in_order(rows, sort), PER_PAGE),
        page_url=page_url,
        columns=columns(labels, sort, SORTABLE, ("score",)),
        form=form,
        active=active_filters(form),
        filtered=filtered,
        counts=counts(),
        kept=kept(*FILTERS),
        **_standing(),
    )


@bp.get("/r/<slug>/pairings/parties")
@needs(Action.RUN_ROADSHOW)
def parties() -> str:
    known_parameters("kind", "q", "standing")
    form = PartiesFilter(request.args)
    kind = form.kind.data = "investor" if form.kind.data == "investor" else "project"
    rows = [
        row
        for row in party_rows(read_rows(left_out=False))
        if row.kind == kind and row.fits(form.q.data or "", form.standing.data or "")
    ]
    sort = asked_sort(("name", "chosen", "score", "asked"), "chosen")
    labels = {
        "name": _("Investor") if kind == "investor" else _("Project"),
        "chosen": _("Meetings"),
        "bounds": _("Least and most"),
        "score": _("Sum of scores"),
        "asked": _("Asked for by"),
    }
    return render_template(
        "pairing/parties.html",
        kind=kind,
        form=form,
        active=active_filters(form),
        page=page_in(_sorted(rows, sort), PER_PAGE),
        page_url=page_url,
        columns=columns(
            labels, sort, ("name", "chosen", "score", "asked"), ("chosen", "score", "asked")
        ),
        **_standing(),
    )


@bp.route("/r/<slug>/pairings/propose", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def propose() -> str | Response:
    """Propose anew; a page of its own when there is something to lose."""
    form = PlainForm()
    if form.validate_on_submit():
        job = jobs.enqueue(
            g.session(), "pairing", g.roadshow, actor=access.actor(), now=g.now, once=True
        )
        return redirect(url_for("jobs.show", job_id=job.id), 303)
    newest = pairing.newest_round(g.session(), g.roadshow)
    number = counts()
    return render_template(
        "pairing/propose.html",
        form=form,
        round=newest,
        pinned=number[PairingState.PINNED.value],
        forbidden=number[PairingState.FORBIDDEN.value],
        run=newest_run(g.session(), g.roadshow),
    )


@bp.route("/r/<slug>/pairings/approve", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def approve() -> str | Response:
    form = ApproveForm()
    newest = pairing.newest_round(g.session(), g.roadshow)
    if form.validate_on_submit():
        number = form.number.data
        pairing.approve(
            g.session(),
            g.roadshow,
            number=int(number) if number.isdecimal() and len(number) < 9 else -1,
            actor=access.actor(),
            now=g.now,
        )
        flash(_("The pairings are approved. Now plan the timetable."), "confirmed")
        return redirect(url_for("meeting.timetables", slug=g.roadshow.slug), 303)
    if newest is None or newest.approved_at is not None:
        return redirect(url_for(".board", slug=g.roadshow.slug), 303)
    form.number.data = str(newest.number)
    return render_template(
        "pairing/approve.html",
        form=form,
        round=newest,
        counts=counts(),
        floors=_speaker().floor,
    )


def _standing() -> dict[str, Any]:
    """Return what the head of both pages tells of the newest round."""
    newest = pairing.newest_round(g.session(), g.roadshow)
    run = newest_run(g.session(), g.roadshow)
    return {
        "round": newest,
        "run": run,
        "outdated": bool(newest and run and newest.run_id != run.id),
        "speaker": _speaker(),
    }


def _speaker() -> Speaker:
    session = g.session()
    return Speaker(project_names(session, g.roadshow), investor_names(session, g.roadshow))


def _sorted(rows: list[Any], sort: tuple[str, bool]) -> list[Any]:
    key, descending = sort
    language = g.locale

    def value(row: Any) -> Any:
        return row.name.said(language).casefold() if key == "name" else getattr(row, key)

    by_code = sorted(rows, key=lambda row: row.name.code)
    return sorted(by_code, key=value, reverse=descending)
