"""Two versions of a timetable on one page."""

from __future__ import annotations

from flask import abort, g, render_template, request
from sqlalchemy import select

from matchmaker.core.policy import Action
from matchmaker.services.meeting.beside import beside as side_by_side
from matchmaker.services.meeting.names import investor_names, project_names
from matchmaker.store.meeting import Timetable
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.timetables import load


@bp.get("/r/<slug>/timetables/<int:number>/beside")
@needs(Action.RUN_ROADSHOW, load)
def beside(timetable: Timetable) -> str:
    """Show a version beside ``other``, by default the newest of the others."""
    known_parameters("other")
    session = g.session()
    query = select(Timetable).where(
        Timetable.roadshow_id == g.roadshow.id, Timetable.id != timetable.id
    )
    others = session.scalars(query.order_by(Timetable.number.desc())).all()
    asked = request.args.get("other", "")
    other = next((one for one in others if asked in ("", str(one.number))), None)
    if asked and other is None:
        abort(404)
    return render_template(
        "meeting/beside.html",
        timetable=timetable,
        other=other,
        others=others,
        look=side_by_side(session, timetable, other, now=g.now) if other is not None else None,
        projects=project_names(session, g.roadshow),
        investors=investor_names(session, g.roadshow),
    )
