"""One's own timetable: page, paper, calendar; and the calendar's secret address."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Response as FlaskResponse
from flask import abort, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.journey import MeetingState
from matchmaker.core.policy import Action
from matchmaker.services.exchange import printing
from matchmaker.services.meeting import mine as service
from matchmaker.services.meeting.mine import Entry
from matchmaker.services.meeting.names import Name, investor_names, project_names
from matchmaker.services.meeting.plans import published_of
from matchmaker.store.account import Account
from matchmaker.store.meeting import CalendarFeed
from matchmaker.store.roadshow import Person, Roadshow
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import PlainForm
from matchmaker.web.text import local, locale, plain

CALENDAR = "text/calendar; charset=utf-8"


@bp.get("/r/<slug>/my-timetable")
@needs(Action.TAKE_PART)
def mine() -> str:
    known_parameters()
    session = g.session()
    persons = service.persons_of(session, g.roadshow, access.actor())
    entries = service.timetable_of(
        session, g.roadshow, [one.id for one in persons], colleagues=True
    )
    projects, investors = project_names(session, g.roadshow), investor_names(session, g.roadshow)
    zone = ZoneInfo(g.roadshow.zone)
    own = [one for one in entries if one.own and not _is_off(one)]
    return render_template(
        "meeting/mine.html",
        days=[
            (day, [_line(one, projects, investors) for one in some])
            for day, some in groupby(own, key=lambda one: one.starts_at.astimezone(zone).date())
        ],
        colleagues=[_line(one, projects, investors) for one in entries if not one.own],
        off=[_line(one, projects, investors) for one in entries if one.own and _is_off(one)],
        published=published_of(session, g.roadshow),
        feeds=service.feeds_of(session, g.roadshow, access.actor()),
        persons=persons,
        button=PlainForm(formdata=None),
    )


@bp.get("/r/<slug>/my-timetable.pdf")
@needs(Action.TAKE_PART)
def mine_pdf() -> FlaskResponse:
    known_parameters()
    session = g.session()
    edition = printing.edition_of(
        session,
        g.roadshow,
        language=locale(),
        url=url_for(".mine", slug=g.roadshow.slug, _external=True),
        now=g.now,
    )
    persons = _persons_or_404()
    content = printing.print_schedules(session, g.roadshow, edition, persons)
    return attached(content, "application/pdf", f"{g.roadshow.slug}-timetable.pdf")


@bp.get("/r/<slug>/my-timetable.ics")
@needs(Action.TAKE_PART)
def mine_ics() -> FlaskResponse:
    known_parameters()
    content = _calendar(g.roadshow, _persons_or_404(), locale())
    return attached(content, CALENDAR, f"{g.roadshow.slug}.ics")


@bp.post("/r/<slug>/my-timetable/feed")
@needs(Action.TAKE_PART)
def open_feed() -> str | Response:
    """Make a secret address; this answer is the only place that ever shows it."""
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".mine", slug=g.roadshow.slug), 303)
    _row, token = service.open_feed(g.session(), g.roadshow, actor=access.actor(), now=g.now)
    address = url_for(".feed", token=token, _external=True)
    return render_template(
        "meeting/feed.html",
        address=address,
        webcal="webcal:" + address.partition(":")[2],
    )


def load_feed(values: dict[str, Any]) -> CalendarFeed | None:
    """Return a calendar address of the viewer's own."""
    query = select(CalendarFeed).where(
        CalendarFeed.roadshow_id == g.roadshow.id,
        CalendarFeed.id == values.pop("feed_id"),
        CalendarFeed.account_id == g.viewer.account_id,
    )
    return g.session.scalars(query).first()


@bp.post("/r/<slug>/my-timetable/feed/<feed_id>/revoke")
@needs(Action.SIGNED_IN, load_feed)
def revoke_feed(row: CalendarFeed) -> Response:
    if PlainForm().validate_on_submit():
        service.revoke_feed(g.session(), row, actor=access.actor(), now=g.now)
        flash(_("The address works no longer."), "confirmed")
    return redirect(url_for(".mine", slug=g.roadshow.slug), 303)


@bp.get("/calendar/<token>.ics")
@needs(Action.PUBLIC)
def feed(token: str) -> FlaskResponse:
    """The calendar behind a secret address: what its account may see at this moment."""
    session = g.session()
    row = service.feed_by_token(session, token)
    if row is None:
        abort(404)
    roadshow = session.get_one(Roadshow, row.roadshow_id)
    account = session.get_one(Account, row.account_id)
    g.roadshow = roadshow
    persons = service.persons_of(session, roadshow, account)
    answer = FlaskResponse(_calendar(roadshow, persons, account.locale), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, max-age=900"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def attached(content: bytes, mime: str, name: str) -> FlaskResponse:
    """Return a file to be saved."""
    answer = FlaskResponse(content, content_type=mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _calendar(roadshow: Roadshow, persons: list[Person], language: str) -> bytes:
    host = urlsplit(current_app.extensions["settings"].public_url).hostname or "matchmaker"
    return printing.calendar_of(
        g.session(),
        roadshow,
        language="zh" if language.startswith("zh") else "en",
        host=host,
        persons=persons,
        address=lambda seat: url_for(
            ".show", slug=roadshow.slug, meeting_id=seat.id, _external=True
        ),
    )


def _persons_or_404() -> list[Person]:
    persons = service.persons_of(g.session(), g.roadshow, access.actor())
    if not persons:
        abort(404)
    return persons


def _is_off(entry: Entry) -> bool:
    return entry.meeting is not None and entry.meeting.state is MeetingState.CANCELLED


def _line(entry: Entry, projects: dict[str, Name], investors: dict[str, Name]) -> dict[str, Any]:
    """Return an entry as the agenda shows it."""
    line: dict[str, Any] = {
        "kind": entry.kind,
        "starts_at": entry.starts_at,
        "ends_at": entry.ends_at,
        "url": None,
        "text": "",
        "place": "",
        "meeting": entry.meeting,
    }
    if entry.meeting is not None:
        project, investor = (
            projects[entry.meeting.project_id],
            investors[entry.meeting.investor_id],
        )
        other = investor if entry.side == "project" else project
        table = entry.meeting.table
        line |= {
            "title": local(other, "name"),
            "text": local(other, "by") if entry.side == "investor" else local(project, "name"),
            "place": _(", ").join(
                part
                for part in (_("Table %(name)s", name=table.name), plain(table, "room"))
                if part
            ),
            "url": url_for(".show", slug=g.roadshow.slug, meeting_id=entry.meeting.id),
        }
    elif entry.session is not None:
        line |= {
            "title": local(entry.session, "title"),
            "text": _("You speak in this session."),
            "place": local(entry.session, "room"),
        }
    elif entry.pitch is not None:
        line |= {
            "title": local(projects[entry.pitch.project_id], "name"),
            "text": _("Your project pitches."),
            "place": local(entry.pitch, "room"),
        }
    else:
        line |= {"title": _("Away"), "text": entry.absence.reason if entry.absence else ""}
    return line
