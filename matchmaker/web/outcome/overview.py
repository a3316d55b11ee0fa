"""A party's own meetings; the organisers' funnel and who is silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Form, SearchField, SelectField

from matchmaker.core.journey import OutcomeKind, Role
from matchmaker.core.outcome import LADDER, funnel
from matchmaker.core.policy import Action
from matchmaker.core.taxonomy import fold
from matchmaker.services import outcome
from matchmaker.services.outcome import Followed
from matchmaker.services.selection import versions
from matchmaker.store.meeting import Meeting
from matchmaker.store.profile import ProjectVersion
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
from matchmaker.web.outcome.blueprint import STARS, bp
from matchmaker.web.words import choices, word

PER_PAGE = 50
PATIENCE = timedelta(days=30)  # after which a promising meeting without news is to be followed up
FILTERS = ("q", "kind", "investor_kind", "silent")


class FunnelFilter(Form):
    q = SearchField(_l("Project or investor"))
    kind = SelectField(_l("Outcome"))
    investor_kind = SelectField(_l("Investor kind"))
    silent = SelectField(_l("Feedback"), choices=[("", _l("Any")), ("yes", _l("A side is silent"))])


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button."""


@bp.get("/r/<slug>/outcomes")
@needs(Action.TAKE_PART)
def overview() -> str:
    """An organiser's funnel; a party's own meetings."""
    known_parameters(*FILTERS)
    rows = outcome.followed(g.session(), g.roadshow, g.viewer)
    titles = versions(
        g.session(), list({row.meeting.project_id: row.meeting.project for row in rows}.values())
    )
    if g.viewer.has(Role.ORGANISER, g.roadshow.id):
        return _funnel(rows, titles)
    begun = [row for row in rows if _begun(row.meeting)]
    own = {row.meeting.id: outcome.side_of(row.meeting, g.viewer) or "" for row in begun}
    return render_template(
        "outcome/mine.html",
        started=outcome.started,
        page=page_in(sorted(begun, key=lambda row: bool(row.said)), PER_PAGE),
        page_url=page_url,
        sides=own,
        titles=titles,
        silent=sum(1 for row in begun if not row.said),
        stars=STARS,
        to_come=len(rows) - len(begun),
    )


@bp.route("/r/<slug>/outcomes/ask", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def ask() -> str | Response:
    """Mail everybody who has not said what came of their meetings."""
    known_parameters()
    form = ButtonForm()
    rows = [
        row
        for row in outcome.followed(g.session(), g.roadshow, g.viewer)
        if row.silent and _begun(row.meeting)
    ]
    if form.validate_on_submit():
        mails = outcome.ask_for_outcomes(
            g.session(), g.roadshow, rows, actor=access.actor(), now=g.now
        )
        flash(
            ngettext("One mail is on its way.", "%(num)s mails are on their way.", mails),
            "confirmed",
        )
        return redirect(url_for(".overview", slug=g.roadshow.slug), 303)
    return render_template("outcome/ask.html", form=form, meetings=len(rows))


def _funnel(rows: Sequence[Followed], titles: dict[str, ProjectVersion]) -> str:
    form = FunnelFilter(request.args)
    form.kind.choices = [("", _("Any")), *choices("outcome")]
    form.investor_kind.choices = [("", _("Any")), *choices("investor_kind")]
    shown = [row for row in rows if _fits(row, titles, form)]
    counts = funnel([row.kind for row in shown])
    steps = [
        {"label": _("Meetings"), "value": len(shown)},
        *({"label": word(kind, "outcome"), "value": counts[kind]} for kind in LADDER),
    ]
    sort = asked_sort(("when", "kind", "usefulness"), "when")
    labels = {
        "pair": _("Meeting"),
        "when": _("When"),
        "project": _("The team says"),
        "investor": _("The investor says"),
        "kind": _("Came of it"),
        "usefulness": _("Usefulness"),
    }
    return render_template(
        "outcome/overview.html",
        started=outcome.started,
        page=page_in(_sorted(shown, sort), PER_PAGE),
        page_url=page_url,
        columns=columns(labels, sort, ("when", "kind", "usefulness"), ("usefulness",)),
        form=form,
        active=active_filters(form),
        steps=steps,
        declined=counts[OutcomeKind.DECLINED],
        kinds=_by_kind(shown),
        useful=_useful(shown),
        silent=sum(1 for row in shown if row.silent and _begun(row.meeting)),
        follow=_to_follow(shown),
        titles=titles,
        any_rows=bool(rows),
        mean=_mean,
    )


def _fits(row: Followed, titles: dict[str, ProjectVersion], form: FunnelFilter) -> bool:
    investor, project = row.meeting.investor, row.meeting.project
    title = titles.get(project.id)
    texts = [
        project.code,
        investor.code,
        *(house.name_en for house in (project.organisation, investor.organisation)),
        *(house.name_zh for house in (project.organisation, investor.organisation)),
        *((title.title_en, title.title_zh) if title else ()),
    ]
    needle = fold(form.q.data or "")
    return (
        (not form.kind.data or (row.kind is not None and row.kind.value == form.kind.data))
        and (not form.investor_kind.data or investor.organisation.kind == form.investor_kind.data)
        and (not form.silent.data or bool(row.silent))
        and (not needle or any(needle in fold(text) for text in texts))
    )


def _sorted(rows: list[Followed], sort: tuple[str, bool]) -> list[Followed]:
    key, descending = sort
    order = [None, OutcomeKind.DECLINED, *LADDER]
    keys: dict[str, Any] = {
        "when": lambda row: (row.meeting.start_tick, row.meeting.id),
        "kind": lambda row: order.index(row.kind),
        "usefulness": lambda row: _mean(row) or 0,
    }
    return sorted(rows, key=keys[key], reverse=descending)


def _by_kind(rows: Sequence[Followed]) -> list[dict[str, Any]]:
    """Return per kind of investor: meetings, and how many led to a step."""
    every = Counter(row.meeting.investor.organisation.kind for row in rows)
    led = Counter(row.meeting.investor.organisation.kind for row in rows if row.kind in LADDER)
    return [
        {
            "label": word(kind, "investor_kind"),
            "value": led[kind],
            "text": _("%(chosen)s of %(all)s", chosen=led[kind], all=number),
        }
        for kind, number in sorted(every.items(), key=lambda pair: (-led[pair[0]], pair[0]))
    ]


def _useful(rows: Sequence[Followed]) -> list[dict[str, Any]]:
    """Return how often each usefulness was given, by both sides together."""
    given = Counter(
        said.usefulness for row in rows for said in row.said.values() if said.usefulness
    )
    return [{"label": str(star), "value": given[star]} for star in range(5, 0, -1)]


def _to_follow(rows: Sequence[Followed]) -> list[Followed]:
    """Return meetings that led to a step short of a deal, silent for a month, oldest first."""
    waiting = [
        row
        for row in rows
        if row.kind in LADDER[:-1]
        and max(said.recorded_at for said in row.said.values()) < g.now - PATIENCE
    ]
    return sorted(waiting, key=lambda row: max(said.recorded_at for said in row.said.values()))


def _mean(row: Followed) -> float | None:
    given = [said.usefulness for said in row.said.values() if said.usefulness]
    return sum(given) / len(given) if given else None


def _begun(meeting: Meeting) -> bool:
    return outcome.begun(meeting, g.roadshow, g.now)
