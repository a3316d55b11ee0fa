"""A version of the timetable by people and slots."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from flask import g, render_template, request, url_for

from matchmaker.core.journey import TimetableState
from matchmaker.core.policy import Action
from matchmaker.core.taxonomy import fold
from matchmaker.services.meeting import edit
from matchmaker.services.meeting.edit import Desk
from matchmaker.services.meeting.finish import unplaced
from matchmaker.services.meeting.names import Name, investor_names, project_names
from matchmaker.services.meeting.plans import measure
from matchmaker.store.meeting import Placement, Timetable
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters, page_in, page_url
from matchmaker.web.meeting.blueprint import bp
from matchmaker.web.meeting.forms import FinishForm
from matchmaker.web.meeting.timetables import load
from matchmaker.web.text import locale, show_date

PEOPLE = 40  # a page of the board by people


@bp.get("/r/<slug>/timetables/<int:number>/people")
@needs(Action.RUN_ROADSHOW, load)
def people(timetable: Timetable) -> str:
    known_parameters("q")
    desk = edit.open_desk(g.session(), timetable, now=g.now)
    return render_template("meeting/people.html", **people_of(desk))


def people_of(desk: Desk) -> dict[str, Any]:
    """Return all that the board by people shows."""
    return {
        **shown(desk),
        "timetable": desk.timetable,
        "editable": desk.timetable.state is TimetableState.DRAFT,
        "finish": FinishForm(formdata=None),
        "picked": frozenset(),
    }


def shown(desk: Desk) -> dict[str, Any]:
    """Return the board by people: a row for each person of a party, a column for each slot."""
    session = g.session()
    projects, investors = project_names(session, g.roadshow), investor_names(session, g.roadshow)
    ground, language = desk.drawn.ground, locale()
    tables = {one.id: one.name for one in ground.tables}
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in desk.placements.values():
        # a party of whom no person is known sits there as such
        nameless = [
            party
            for party in (row.project_id, row.investor_id)
            if desk.drawn.knows("person", party)
        ]
        for person in (*row.people, *nameless):
            cells[person, row.slot_id] = _cell(row, person, desk, projects, investors, tables)
    parties = [(one, ground.team.get(one.id, [])) for one in ground.projects]
    parties += [(one, ground.delegates.get(one.id, [])) for one in ground.investors]  # type: ignore[misc]
    names = projects | investors
    rows, seen = [], set()
    asked = fold(request.args.get("q", ""))
    for party, members in parties:
        if not members and (
            not asked or asked in fold(f"{names[party.id].said(language)} {party.code}")
        ):
            rows.append(
                {"id": party.id, "label": names[party.id].brief(language), "by": party.code}
            )
        for person in members:
            label = (person.name_zh or person.name_en) if language == "zh" else person.name_en
            by = names[party.id].brief(language)
            if person.id in seen or (asked and asked not in fold(f"{label} {by} {party.code}")):
                continue
            seen.add(person.id)
            rows.append({"id": person.id, "label": label, "by": by})
    away = {
        (row["id"], slot.id)
        for row in rows
        for slot in ground.slots
        if desk.drawn.name("slot", slot.id)
        in desk.drawn.instance.by_person[desk.drawn.name("person", row["id"])].away
    }
    return {
        "page": page_in(rows, PEOPLE),
        "page_url": page_url,
        "days": [
            (day, list(some))
            for day, some in groupby(ground.slots, key=lambda slot: show_date(slot.starts_at))
        ],
        "columns": ground.slots,
        "cells": cells,
        "away": away,
        "asked": request.args.get("q", ""),
        "waiting": waiting_for(desk),
        "measures": measure(desk.drawn, desk.plan),
    }


def waiting_for(desk: Desk) -> Counter[str]:
    """Return how many pairs without a place each person, or party without people, waits for."""
    ground = desk.drawn.ground
    count: Counter[str] = Counter()
    for project, investor in unplaced(desk):
        sides = ground.team.get(project, []), ground.delegates.get(investor, [])
        people = {one.id for side in sides for one in side}
        count.update(people | {project, investor})
    return count


def _cell(
    row: Placement,
    person: str,
    desk: Desk,
    projects: dict[str, Name],
    investors: dict[str, Name],
    tables: dict[str, str],
) -> dict[str, str]:
    team = {one.id for one in desk.drawn.ground.team.get(row.project_id, [])}
    ours = person in team or person == row.project_id
    other = investors[row.investor_id] if ours else projects[row.project_id]
    return {
        "text": other.brief(locale()),
        "table": tables.get(row.table_id, ""),
        "url": url_for(
            ".seat",
            slug=g.roadshow.slug,
            number=desk.timetable.number,
            project_id=row.project_id,
            investor_id=row.investor_id,
        ),
    }
