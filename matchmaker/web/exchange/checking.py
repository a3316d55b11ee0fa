"""Looking at a table before it is imported, putting it right, importing it and taking it back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import profile
from matchmaker.services.exchange import Problem, filing, fixing, undoing
from matchmaker.services.exchange.columns import columns
from matchmaker.services.fields import taxonomy
from matchmaker.store.exchange import ImportFile
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.exchange.blueprint import bp, sent_file
from matchmaker.web.exchange.saying import show_cell, show_word, told
from matchmaker.web.forms.exchange import COLUMNS, KINDS, DoForm
from matchmaker.web.lists import known_parameters, page_in, page_url
from matchmaker.web.refusals import sentence

SHOWN_ROWS = 8
SHOWN_COLUMNS = 10
SHOWN_TWINS = 20
PROBLEMS_A_PAGE = 50
COMPARED = {
    "projects": (
        *("title_en", "title_zh", "organisation_en", "organisation_zh", "country", "website"),
        *("fields", "stage", "round", "amount", "currency", "contact_name_en", "contact_email"),
    ),
    "investors": (
        *("name_en", "name_zh", "kind", "country", "website", "fields", "stages", "rounds"),
        *("ticket_low", "ticket_high", "currency", "contact_name_en", "contact_email"),
    ),
}
_CELL = re.compile(r"cell-(\d{1,6})-(\d{1,3})")
_ROW = re.compile(r"(drop|same)-(\d{1,6})")


@bp.get("/r/<slug>/imports/<file_id>/preview")
@needs(Action.RUN_ROADSHOW, sent_file)
def preview(file: ImportFile) -> str | Response:
    """Show the first rows as they were understood, and every problem with its cell."""
    known_parameters()
    if file.taken_at is not None:
        return redirect(url_for(".result", slug=g.roadshow.slug, file_id=file.id))
    checked = filing.check_file(g.session, g.roadshow, file)
    shown = [column for column in columns(file.kind) if checked.mapping.heading_of(column)]
    return render_template(
        "exchange/preview.html",
        file=file,
        checked=checked,
        shown=shown[:SHOWN_COLUMNS],
        rows=checked.rows[:SHOWN_ROWS],
        cell_of=show_cell,
        labels=COLUMNS,
        page=page_in(_with_cells(checked), PROBLEMS_A_PAGE),
        page_url=page_url,
        twins=_twins(file, checked),
        told=told,
        kinds=KINDS,
        likely=_likely(file, checked),
        form=DoForm(),
    )


@bp.post("/r/<slug>/imports/<file_id>/cells")
@needs(Action.RUN_ROADSHOW, sent_file)
def fix(file: ImportFile) -> Response:
    """Keep cells that were corrected in the page, and rows that are left out."""
    if file.taken_at is not None:
        return redirect(url_for(".result", slug=g.roadshow.slug, file_id=file.id), 303)
    if request.form.get("forget"):
        fixing.forget_fixes(file)
        flash(_("The table is as it was sent."), "confirmed")
        return _checked_again(file)
    sheet = filing.sent_sheet(file)
    cells: dict[tuple[int, str], str] = {}
    for name, text in request.form.items():
        found = _CELL.fullmatch(name)
        if found and int(found[2]) < len(sheet.headings):
            cells[int(found[1]), sheet.headings[int(found[2])]] = text
    dropped = {row for verb, row, _ in _answers() if verb == "drop"}
    before = fixing.fixes_of(file)
    try:
        fixing.fix_cells(file, sheet, cells, dropped)
    except Refusal as refusal:
        flash(sentence(refusal), "attention")
        return _checked_again(file)
    if fixing.fixes_of(file) == before:
        flash(_("Nothing was changed."), "waiting")
    else:
        flash(_("Your corrections are kept; every row was checked again."), "confirmed")
    return _checked_again(file)


@bp.post("/r/<slug>/imports/<file_id>/same")
@needs(Action.RUN_ROADSHOW, sent_file)
def same(file: ImportFile) -> Response:
    """Keep what rows that look like something known turned out to be."""
    if file.taken_at is not None:
        return redirect(url_for(".result", slug=g.roadshow.slug, file_id=file.id), 303)
    others = {one.row: one.other for one in filing.check_file(g.session, g.roadshow, file).twins}
    answers = {
        row: {"merge": others[row], "drop": "", "new": fixing.NEW}[answer]
        for verb, row, answer in _answers()
        if verb == "same" and row in others and answer in ("merge", "drop", "new")
    }
    try:
        fixing.say_same(file, answers)
    except Refusal as refusal:
        flash(sentence(refusal), "attention")
    else:
        flash(_("Your answers are kept; every row was checked again."), "confirmed")
    return _checked_again(file)


@bp.post("/r/<slug>/imports/<file_id>/take")
@needs(Action.RUN_ROADSHOW, sent_file)
def take(file: ImportFile) -> Response:
    """Import as a job; the page of the job shows how far it is."""
    job = filing.queue_import(g.session(), g.roadshow, file, actor=access.actor(), now=g.now)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@bp.get("/r/<slug>/imports/<file_id>/result")
@needs(Action.RUN_ROADSHOW, sent_file)
def result(file: ImportFile) -> str:
    """Tell what came of an import; for an hour it can be taken back from here."""
    known_parameters()
    if file.taken_at is None:
        abort(404)
    return render_template(
        "exchange/result.html",
        file=file,
        kinds=KINDS,
        undone=datetime.fromisoformat(file.result["undone"]) if "undone" in file.result else None,
        until=file.taken_at + undoing.WITHIN if undoing.can_undo(file, g.now) else None,
        form=DoForm(),
    )


@bp.post("/r/<slug>/imports/<file_id>/undo")
@needs(Action.RUN_ROADSHOW, sent_file)
def undo(file: ImportFile) -> Response:
    """Take the import back as a job."""
    try:
        job = filing.queue_undo(g.session(), g.roadshow, file, actor=access.actor(), now=g.now)
    except Refusal as refusal:
        flash(sentence(refusal), "attention")
        return redirect(url_for(".result", slug=g.roadshow.slug, file_id=file.id), 303)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _likely(file: ImportFile, checked: filing.Checked) -> str:
    if all(problem.row for problem in checked.blocking):
        return ""
    return filing.likely_kind(checked.sheet, file.kind, taxonomy())


def _checked_again(file: ImportFile) -> Response:
    return redirect(url_for(".preview", slug=g.roadshow.slug, file_id=file.id), 303)


def _answers() -> list[tuple[str, int, str]]:
    found = ((_ROW.fullmatch(name), text) for name, text in request.form.items())
    return [(one[1], int(one[2]), text) for one, text in found if one]


def _with_cells(checked: filing.Checked) -> list[tuple[Problem, int | None, str, bool]]:
    """Return each problem with the place and the text of its cell, if the page can change it,
    and whether it is the first of its row on the list.
    """
    places = {heading: place for place, heading in enumerate(checked.sheet.headings)}
    rows = {row.number: row for row in checked.sheet.rows}
    found: list[tuple[Problem, int | None, str, bool]] = []
    seen: set[tuple[int, int | None]] = set()
    for problem in checked.problems:
        place = places.get(problem.heading) if problem.blocking and problem.row in rows else None
        if (problem.row, place) in seen:
            place = None  # a cell has one field, whatever is wrong with it
        seen.add((problem.row, place))
        text = "" if place is None else rows[problem.row].cells[place]
        first = problem.blocking and (problem.row, -1) not in seen
        seen |= {(problem.row, -1)} if problem.blocking else set()
        found.append((problem, place, text, first and problem.row in rows))
    return found


def _twins(file: ImportFile, checked: filing.Checked) -> list[dict[str, Any]]:
    """Return rows that look like something known, side by side with it."""
    every = {row.row: row for row in checked.rows}
    known = {thing.id: thing for thing, _, _ in checked.standing.named}
    pairs = []
    for twin in checked.twins[:SHOWN_TWINS]:
        row = every.get(twin.row) or checked.gone.get(twin.row)
        answer = checked.fixes.same.get(twin.row, "")
        number = twin.other.removeprefix(fixing.MERGED)
        other = every.get(int(number)) if number != twin.other else known.get(twin.other)
        if row is None or other is None:
            continue
        pairs.append(
            {
                "row": twin.row,
                "other": number if number != twin.other else "",
                "answer": "merge" if answer == twin.other else answer,
                "lines": _side_by_side(file.kind, row, other),
            }
        )
    return pairs


def _side_by_side(kind: str, row: Any, other: Any) -> list[tuple[str, str, str]]:
    is_row = not isinstance(other, Project | Investor)
    values = {} if is_row else _values(other)
    lines = []
    for name in COMPARED[kind]:
        said = show_cell(row, name)
        there = show_cell(other, name) if is_row else _shown(name, values.get(name))
        if said or there:
            lines.append((name, said, there))
    return lines


def _values(party: Project | Investor) -> dict[str, Any]:
    body = party.organisation
    if isinstance(party, Project):
        version = profile.current_version(party)
        values = profile.project_values(version, confidential=False) if version else {}
        people = [one.person for one in party.team]
        values |= {"organisation_en": body.name_en, "organisation_zh": body.name_zh}
    else:
        mandate = profile.current_mandate(party)
        values = profile.mandate_values(mandate, terms=False) if mandate else {}
        people = [one.person for one in party.delegates]
        values |= {"name_en": body.name_en, "name_zh": body.name_zh}
    for person in people[:1]:
        values |= {"contact_name_en": person.name_en, "contact_email": person.email}
    body_values = {"kind": body.kind, "country": body.country}
    return {**values, **body_values, "website": values.get("website") or body.website}


def _shown(name: str, value: Any) -> str:
    if name in ("amount", "ticket_low", "ticket_high") and value is not None:
        value = float(value)
    parts = value if isinstance(value, list | tuple) else (value,)
    return ", ".join(show_word(name, one) for one in parts if one not in (None, ""))
