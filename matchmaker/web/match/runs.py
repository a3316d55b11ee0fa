"""Ranking runs: asked for, listed, compared."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.words import facet_name
from matchmaker.services import match as matches
from matchmaker.store.match import MatchRun
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters, page_in, page_url
from matchmaker.web.match import parties
from matchmaker.web.match.blueprint import bp
from matchmaker.web.refusals import SENTENCES
from matchmaker.web.text import locale

SENTENCES.update(
    {
        "nothing-to-rank": _l(
            "There must be a submitted project and a submitted mandate before matches are ranked."
        ),
        "no-cluster-library": _l("Ranking on a Dask cluster needs the extra “cluster”."),
        "unknown-backend": _l("The setting of where rankings run names nothing that is known."),
    }
)


@bp.post("/r/<slug>/matches/rank")
@needs(Action.RUN_ROADSHOW)
def rank() -> Response:
    job = matches.queue_run(g.session(), g.roadshow, actor=access.actor(), now=g.now)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@bp.get("/r/<slug>/matches/runs")
@needs(Action.RUN_ROADSHOW)
def runs() -> str:
    known_parameters()
    page = page_in(matches.runs(g.session(), g.roadshow))
    return render_template("match/runs.html", page=page, page_url=page_url)


@bp.get("/r/<slug>/matches/compare")
@needs(Action.RUN_ROADSHOW)
def compare() -> str:
    """What changed between two runs; without numbers, between the last two."""
    known_parameters("before", "after")
    kept = matches.runs(g.session(), g.roadshow)
    after = _asked("after", kept[0] if kept else None)
    earlier = [one for one in kept if after is not None and one.number < after.number]
    before = _asked("before", earlier[0] if earlier else None)
    found = matches.compare_runs(g.session(), before, after) if before and after else None
    return render_template(
        "match/compare.html",
        before=before,
        after=after,
        runs=kept,
        found=found,
        page=page_in(found.moved) if found else None,
        page_url=page_url,
        projects=parties.projects(),
        investors=parties.investors(),
        facet=lambda code: facet_name(code, locale()),
    )


def _asked(name: str, default: MatchRun | None) -> MatchRun | None:
    asked = request.args.get(name, "")
    if not asked:
        return default
    if not asked.isdecimal() or len(asked) > 9:
        abort(404)
    return matches.run_by_number(g.session(), g.roadshow, int(asked)) or abort(404)
