"""Long work under way: how far it is, stopping it, and where its result is."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.journey import JobState
from matchmaker.core.policy import Action
from matchmaker.services import jobs
from matchmaker.store.journal import Job
from matchmaker.store.roadshow import Roadshow
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters, page_of, page_url
from matchmaker.web.refusals import SENTENCES

bp = Blueprint("jobs", __name__)

TITLES = {
    "match": _l("Ranking all pairs"),
    "plan": _l("Planning the timetable"),
    "finish": _l("Finishing a draft"),
    "pairing": _l("Proposing pairings"),
    "limits": _l("Looking for what limits the meetings"),
    "import": _l("Importing"),
    "import-undo": _l("Taking an import back"),
    "export": _l("Making a document"),
    "sweep": _l("Sweeping up after an erasure"),
}
NOTES = {
    "": _l("Working"),
    "reading": _l("Reading the profiles"),
    "ranking": _l("Ranking"),
    "writing": _l("Writing the result"),
    "choosing": _l("Choosing pairs"),
    "placing": _l("Placing meetings"),
    "polishing": _l("Closing gaps"),
    "lifting": _l("Lifting one limit after the other"),
    "proving": _l("Looking for something better"),
    "explaining": _l("Writing down the reasons"),
    "checking": _l("Checking every row"),
    "importing": _l("Importing"),
    "undoing": _l("Taking it back"),
}
BEST_PLAN = _l(
    "%(meetings)s meetings, score %(score)s of at most %(bound)s (%(behind)s%% missing),"
    " %(gaps)s gaps"
)
LEAST_GAPS = _l("%(said)s; no such plan has fewer than %(least)s")
NEXT = {
    "match": "match.overview",
    "plan": "meeting.timetables",
    "finish": "meeting.timetables",
    "pairing": "pairing.board",
    "limits": "meeting.what_if",
    "import": "exchange.index",
    "import-undo": "exchange.index",
    "export": "exchange.index",
}
LIVE = (JobState.QUEUED, JobState.RUNNING)


@bp.get("/jobs/<job_id>")
@needs(Action.SEE_JOB, access.job)
def show(job: Job) -> str:
    _place(job)
    return render_template("jobs/show.html", job=job, shown=view_of(job), next_url=next_url(job))


@bp.get("/jobs/<job_id>/progress")
@needs(Action.SEE_JOB, access.job)
def progress(job: Job) -> tuple[str, int, dict[str, str]]:
    """The part of the page that asks for itself; 286 tells it to stop asking, and the whole page is
    loaded once more: nothing is under way any longer, and nothing can be stopped.
    """
    _place(job)
    page = render_template(
        "jobs/_progress.html", job=job, shown=view_of(job), next_url=next_url(job)
    )
    if job.state in LIVE:
        return page, 200, {}
    return page, 286, {"HX-Refresh": "true"}


@bp.post("/jobs/<job_id>/stop")
@needs(Action.SEE_JOB, access.job)
def stop(job: Job) -> Response:
    jobs.ask_to_stop(g.session(), job, actor=access.actor(), now=g.now)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@bp.get("/r/<slug>/jobs")
@needs(Action.RUN_ROADSHOW)
def index() -> str:
    known_parameters()
    query = (
        select(Job).where(Job.roadshow_id == g.roadshow.id).order_by(Job.queued_at.desc(), Job.id)
    )
    return render_template("jobs/index.html", page=page_of(query), page_url=page_url, titles=TITLES)


def view_of(job: Job) -> dict[str, object]:
    """Return what ``macros/progress.html`` shows of a job."""
    state = {"stopped": "done"}.get(job.state.value, job.state.value)
    return {
        "state": state,
        "done": round(job.done / 10),
        "total": 100 if job.done else 0,
        "step": _step(job) if job.state is JobState.RUNNING else None,
        "left": _left(job),
        "message": _message(job),
    }


def next_url(job: Job) -> str | None:
    """Return where a finished job's result is."""
    given = job.result.get("url")
    if isinstance(given, str) and given.startswith("/"):
        return given
    endpoint = NEXT.get(job.kind)
    return url_for(endpoint, slug=g.roadshow.slug) if endpoint and g.get("roadshow") else None


def _step(job: Job) -> str:
    """Return what is being done and, for a plan, what the best one so far amounts to."""
    said = str(NOTES.get(job.note, NOTES[""]))
    if job.kind not in ("plan", "finish") or not job.facts.get("meetings"):
        return said
    best = f"{said}: {BEST_PLAN % {**job.facts, 'behind': _behind(job)}}"
    least = job.facts.get("least", 0)
    return str(LEAST_GAPS % {"said": best, "least": least}) if least else best


def _behind(job: Job) -> str:
    """Return by how much the best plan so far may be surpassed, in percent of what is possible."""
    bound, score = float(job.facts["bound"]), float(job.facts["score"])
    return f"{100 * max(0.0, bound - score) / bound:.1f}" if bound > 0 else "0"


def _left(job: Job) -> float | None:
    """Return the seconds that are probably left, once there is something to judge by."""
    if job.state is not JobState.RUNNING or job.started_at is None or job.done < 50:
        return None
    passed = (g.now - job.started_at).total_seconds()
    return float(passed * (1000 - job.done) / job.done)


def _message(job: Job) -> str | None:
    if job.state is not JobState.FAILED:
        return None
    known = SENTENCES.get(str(job.result.get("reason", "")))
    return str(known) if known else None


def _place(job: Job) -> None:
    """Show a roadshow's job within its roadshow."""
    if job.roadshow_id is not None and request.view_args is not None:
        g.roadshow = g.session.get(Roadshow, job.roadshow_id)
