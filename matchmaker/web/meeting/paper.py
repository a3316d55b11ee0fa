"""Printing for organisers: table cards, schedules, the full grid, a workbook."""

from __future__ import annotations

from flask import Response, abort, g, render_template, url_for

from matchmaker.core.policy import Action
from matchmaker.services.exchange import giving
from matchmaker.services.exchange.seats import shown_timetable
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.mine import attached
from matchmaker.web.text import locale

PAPERS = {
    "table-cards.pdf": ("cards", "pdf"),
    "schedules.pdf": ("schedules", "pdf"),
    "grid.pdf": ("timetable", "pdf"),
    "timetable.xlsx": ("timetable", "xlsx"),
}


@bp.get("/r/<slug>/print")
@needs(Action.RUN_ROADSHOW)
def papers() -> str:
    known_parameters()
    return render_template(
        "meeting/papers.html", timetable=shown_timetable(g.session(), g.roadshow)
    )


@bp.get("/r/<slug>/print/<name>")
@needs(Action.RUN_ROADSHOW)
def paper(name: str) -> Response:
    known_parameters()
    if name not in PAPERS:
        abort(404)
    kind, form = PAPERS[name]
    document = giving.export(
        g.session(),
        g.roadshow,
        kind,
        form,
        language=locale(),
        url=url_for("home.roadshow", slug=g.roadshow.slug, _external=True),
        now=g.now,
    )
    return attached(document.content, document.mime, f"{g.roadshow.slug}-{name}")
