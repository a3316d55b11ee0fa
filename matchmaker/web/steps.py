"""What a viewer's home page says: the next step by role and phase, and where to go else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, select

from matchmaker.core.journey import (
    InvestorState,
    MeetingState,
    Phase,
    ProjectState,
    Role,
    TimetableState,
)
from matchmaker.core.policy import Action, may, reached
from matchmaker.services.meeting.names import project_names
from matchmaker.services.selection import known_state
from matchmaker.store.match import MatchRun
from matchmaker.store.meeting import Meeting, Timetable
from matchmaker.store.outcome import Outcome
from matchmaker.store.pairing import Pairing, PairingRound
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Investor, Project
from matchmaker.store.selection import Review
from matchmaker.web.agenda import called, next_meetings
from matchmaker.web.text import locale, show_datetime
from matchmaker.web.waiting import journey, waiting
from matchmaker.web.words import word


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next: a sentence, where, and by when."""

    title: str
    url: str | None = None
    action: str | None = None
    until: str | None = None


def role_page() -> dict[str, Any]:
    """Return what the home page of the viewer's roles shows."""
    roadshow, viewer = g.roadshow, g.viewer
    steps: list[Step] = []
    if viewer.has(Role.ORGANISER, roadshow.id):
        steps += _organiser_steps()
    if viewer.has(Role.INVESTOR, roadshow.id):
        steps += _investor_steps()
    if viewer.has(Role.TEAM, roadshow.id):
        steps += _team_steps()
    if viewer.has(Role.REVIEWER, roadshow.id):
        steps += _reviewer_steps()
    return {
        "steps": steps or [Step(_("There is nothing to do for you at the moment."))],
        "agenda_items": next_meetings(),
        **(_overview() if viewer.has(Role.ORGANISER, roadshow.id) else {}),
        "places": _places(),
    }


def _to(endpoint: str, **values: Any) -> str | None:
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, slug=g.roadshow.slug, **values)


def _until(moment: datetime | None) -> str | None:
    return _("until %(moment)s, venue time", moment=show_datetime(moment)) if moment else None


def _count(query: Any) -> int:
    return g.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _published() -> bool:
    query = select(Timetable.id).where(
        Timetable.roadshow_id == g.roadshow.id, Timetable.state == TimetableState.PUBLISHED
    )
    return g.session.scalar(query) is not None


# -- organisers ---------------------------------------------------------------------------------


def _organiser_steps() -> Iterator[Step]:
    phase = g.roadshow.phase
    forward = _to("roadshow.organise")
    if phase is Phase.DRAFT:
        yield Step(_("Fill in the settings, then open the call."), _to("roadshow.settings"))
    elif phase is Phase.CALL:
        yield Step(
            _("Invite teams, investors and reviewers while the call is open."),
            _to("roadshow.invite"),
            _("Invite"),
            _until(g.roadshow.applications_until),
        )
    elif phase is Phase.SELECTION:
        yield _selection_step()
    elif phase is Phase.PREFERENCE:
        yield _ranking_step()
    elif phase is Phase.PAIRING:
        yield _pairing_step()
    elif phase is Phase.MEETING:
        yield Step(_("Run the day: who is here, which meetings are on."), _to("meeting.day"))
    elif phase is Phase.OUTCOME:
        yield Step(_("See what came of the meetings."), _to("outcome.overview"))
    else:
        yield Step(_("This roadshow is closed."), forward)


def _selection_step() -> Step:
    waiting = _count(
        select(Project.id).where(
            Project.roadshow_id == g.roadshow.id,
            Project.state == ProjectState.SUBMITTED,
            Project.id.not_in(g.viewer.conflicts),
        )
    )
    if waiting:
        title = ngettext(
            "One application waits for a decision.",
            "%(num)s applications wait for a decision.",
            waiting,
        )
        return Step(title, _to("selection.board"), _("Decide"))
    return Step(
        _("Every application is decided. Tell the teams, then ask both sides for preferences."),
        _to("roadshow.organise"),
    )


def _ranking_step() -> Step:
    run = g.session.scalar(select(MatchRun.id).where(MatchRun.roadshow_id == g.roadshow.id))
    if run is None:
        return Step(
            _("Rank all pairs, so that both sides see whom they fit."), _to("match.overview")
        )
    return Step(
        _("Both sides state their preferences. See who has not yet."),
        _to("preference.overview"),
        until=_until(g.roadshow.preferences_until),
    )


def _pairing_step() -> Step:
    approved = g.session.scalar(
        select(PairingRound.id).where(
            PairingRound.roadshow_id == g.roadshow.id, PairingRound.approved_at.is_not(None)
        )
    )
    if approved is None:
        return Step(_("Look at the proposed pairings and approve them."), _to("pairing.board"))
    if not _published():
        return Step(_("Plan the timetable and publish it."), _to("meeting.timetables"))
    return Step(
        _("The timetable is published. Change it here if you must."), _to("meeting.timetables")
    )


def _overview() -> dict[str, Any]:
    return {"journey": journey(), "waiting": waiting(), "counters": _counters()}


def _counters() -> list[tuple[str, str, str | None]]:
    here = g.roadshow.id
    projects = select(Project.id).where(Project.roadshow_id == here)
    counted = [
        (
            _("Applications"),
            _count(projects.where(Project.state != ProjectState.DRAFT)),
            "profile.projects",
        ),
        (
            _("Selected"),
            _count(
                projects.where(
                    Project.state == ProjectState.SELECTED,
                    Project.id.not_in(g.viewer.conflicts),
                )
            ),
            "selection.board",
        ),
        (
            _("Investors"),
            _count(
                select(Investor.id).where(
                    Investor.roadshow_id == here, Investor.state == InvestorState.ACTIVE
                )
            ),
            "profile.investors",
        ),
        (
            _("Preferences"),
            _count(select(Preference.id).where(Preference.roadshow_id == here)),
            "preference.overview",
        ),
        (
            _("Pairings"),
            _count(
                select(Pairing.id).where(
                    Pairing.roadshow_id == here, Pairing.state.in_(("proposed", "pinned"))
                )
            ),
            "pairing.board",
        ),
        (
            _("Meetings"),
            _count(
                select(Meeting.id).where(
                    Meeting.roadshow_id == here, Meeting.state != MeetingState.CANCELLED
                )
            ),
            "meeting.timetables",
        ),
    ]
    return [(label, str(number), _to(endpoint)) for label, number, endpoint in counted]


# -- parties ------------------------------------------------------------------------------------


def _investor_steps() -> Iterator[Step]:
    rows = g.session.scalars(
        select(Investor).where(
            Investor.roadshow_id == g.roadshow.id, Investor.id.in_(g.viewer.investors)
        )
    ).all()
    if not rows and may(g.viewer, Action.REGISTER_INVESTOR, g.roadshow):
        yield Step(_("Register what you look for."), _to("profile.register"), _("Register"))
    for row in rows:
        name = called(row.organisation)
        if row.state is InvestorState.DRAFT and row.id not in g.viewer.reads_only:
            yield Step(
                _("Finish and submit the mandate of %(name)s.", name=name),
                _to("profile.show_investor", investor_id=row.id),
            )
        elif row.state is InvestorState.ACTIVE:
            yield from _party_steps("investor", row.id)


def _team_steps() -> Iterator[Step]:
    rows = g.session.scalars(
        select(Project).where(
            Project.roadshow_id == g.roadshow.id, Project.id.in_(g.viewer.projects)
        )
    ).all()
    until = _until(g.roadshow.applications_until)
    if not rows and may(g.viewer, Action.APPLY, g.roadshow):
        yield Step(_("Apply with your project."), _to("profile.apply"), _("Apply"), until)
    for row in rows:
        state = known_state(row, g.viewer)
        if state is ProjectState.DRAFT and row.id not in g.viewer.reads_only:
            yield Step(
                _("Finish and submit the profile of %(code)s.", code=row.code),
                _to("profile.show_project", project_id=row.id),
                until=until,
            )
        elif state is ProjectState.SELECTED:
            yield from _party_steps("project", row.id)
        else:
            yield Step(
                _(
                    "Your project %(code)s is: %(state)s.",
                    code=row.code,
                    state=word(state, "project_state"),
                ),
                _to("profile.show_project", project_id=row.id),
            )


def _party_steps(side: str, party_id: str) -> Iterator[Step]:
    phase = g.roadshow.phase
    if _published() and not reached(phase, Phase.OUTCOME):
        yield Step(_("Your timetable is out."), _to("meeting.mine"), _("See it"))
        if phase is Phase.MEETING and party_id not in g.viewer.reads_only:
            yield from _outcome_step(side, party_id, Meeting.state == MeetingState.HELD)
    elif party_id in g.viewer.reads_only:
        return
    elif phase in (Phase.PREFERENCE, Phase.PAIRING):
        yield _wish_step(side, party_id)
    elif reached(phase, Phase.OUTCOME):
        yield from _outcome_step(side, party_id, Meeting.state != MeetingState.CANCELLED)


def _wish_step(side: str, party_id: str) -> Step:
    column = Preference.investor_id if side == "investor" else Preference.project_id
    said = _count(select(Preference.id).where(column == party_id, Preference.side == side))
    title = (
        ngettext(
            "You have stated one preference. Rank more while you can.",
            "You have stated %(num)s preferences. Rank more while you can.",
            said,
        )
        if said
        else _("Say whom you must meet, would meet, or would not.")
    )
    return Step(title, _to("match.overview"), until=_until(g.roadshow.preferences_until))


def _outcome_step(side: str, party_id: str, over: ColumnElement[bool]) -> Iterator[Step]:
    column = Meeting.investor_id if side == "investor" else Meeting.project_id
    told = select(Outcome.meeting_id).where(Outcome.side == side)
    silent = _count(
        select(Meeting.id).where(
            column == party_id,
            over,
            Meeting.id.not_in(told),
        )
    )
    if silent:
        yield Step(
            ngettext(
                "Tell what came of one meeting.", "Tell what came of %(num)s meetings.", silent
            ),
            _to("outcome.overview"),
        )


# -- reviewers and everybody ----------------------------------------------------------------------


def _reviewer_steps() -> Iterator[Step]:
    open_ones = _count(
        select(Review.id).where(
            Review.roadshow_id == g.roadshow.id,
            Review.reviewer_id == g.viewer.account_id,
            Review.submitted_at.is_(None),
        )
    )
    if open_ones:
        yield Step(
            ngettext(
                "One application waits for your review.",
                "%(num)s applications wait for your review.",
                open_ones,
            ),
            _to("selection.mine"),
            _("Review"),
        )


def _places() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the viewer's own parties, to open them."""
    rows = []
    titles = project_names(g.session(), g.roadshow, g.viewer.projects) if g.viewer.projects else {}
    for project in g.session.scalars(
        select(Project).where(
            Project.roadshow_id == g.roadshow.id, Project.id.in_(g.viewer.projects)
        )
    ):
        url = _to("profile.show_project", project_id=project.id)
        title = titles[project.id].said(locale())
        label = title if title == project.code else f"{project.code} {title}"
        rows.append((label, url, word(known_state(project, g.viewer), "project_state")))
    for investor in g.session.scalars(
        select(Investor).where(
            Investor.roadshow_id == g.roadshow.id, Investor.id.in_(g.viewer.investors)
        )
    ):
        url = _to("profile.show_investor", investor_id=investor.id)
        name = called(investor.organisation)
        rows.append((name, url, word(investor.state, "investor_state")))
    shown = [(label, url, text) for label, url, text in rows if url]
    return [(_("Yours"), shown)] if shown else []
