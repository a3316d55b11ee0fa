"""Spreadsheets in and out: send, map, check, import; and every export."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services.exchange import Mapping, Problem, filing, giving, preparing, survey
from matchmaker.services.exchange.columns import columns
from matchmaker.services.fields import taxonomy
from matchmaker.store.exchange import ExportFile, ImportFile
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.forms.exchange import (
    COLUMNS,
    EXPORTS,
    KINDS,
    PROBLEMS,
    ChoiceForm,
    DoForm,
    SendForm,
    SheetForm,
)
from matchmaker.web.forms.mapping import MappingPage, asked_mapping, mapping_page
from matchmaker.web.lists import known_parameters, page_in, page_url
from matchmaker.web.refusals import SENTENCES, sentence
from matchmaker.web.text import field_name, locale, show_country
from matchmaker.web.words import word

bp = Blueprint("exchange", __name__)
SENTENCES.update(
    {
        "empty-file": _l("The file is empty."),
        "no-rows": _l("There are headings, but no rows under them."),
        "not-a-spreadsheet": _l(
            "This is neither CSV nor XLSX. Open it where it was made and save it as XLSX."
        ),
        "web-page": _l(
            "This is a web page under a spreadsheet's name. Open it and save it as XLSX."
        ),
        "encrypted-sheet": _l("The workbook is protected by a password. Save a copy without one."),
        "broken-sheet": _l(
            "The workbook is damaged or of a kind we cannot read. Save it anew as XLSX or CSV."
        ),
        "broken-text": _l("Line %(line)s holds damaged letters. Save the file anew."),
        "unreadable-text": _l(
            "The text cannot be read: a quotation mark is never closed, or the encoding is unknown."
            " Save it as “CSV UTF-8” or as XLSX."
        ),
        "sheet-too-large": _l(
            "At most %(rows)s rows and %(columns)s columns can be read at once; split the file."
        ),
        "cell-too-long": _l("Row %(row)s has a cell of %(length)s characters; %(limit)s fit."),
        "no-such-sheet": _l("The workbook has no visible sheet of this name."),
        "column-twice": _l("Two headings cannot both become the same column."),
        "bad-mapping": _l("The mapping could not be understood. Please choose again."),
        "taken-already": _l("This table was imported already; please send it anew."),
        "file-is-gone": _l("The table was thrown away before it was imported."),
        "import-refused": _l(
            "Nothing was imported, because some rows need attention. Look at the table again."
        ),
    }
)
_KINDS = {
    "stage": "stage",
    "stages": "stage",
    "round": "round",
    "rounds": "round",
    "instruments": "instrument",
    "evidence": "evidence",
    "lead": "lead",
    "only": "facet",
    "languages": "language",
    "kinds": "institution",
}
"""Columns whose codes are words of a vocabulary."""
SHOWN_ROWS = 8
SHOWN_COLUMNS = 10
PROBLEMS_A_PAGE = 50


@bp.get("/r/<slug>/exchange")
@needs(Action.RUN_ROADSHOW)
def index() -> str:
    return _index(SendForm(formdata=None))


@bp.post("/r/<slug>/imports")
@needs(Action.RUN_ROADSHOW)
def send() -> Response | tuple[str, int]:
    """Keep a table that was sent or pasted, and go on to its mapping."""
    form = SendForm()
    if form.validate_on_submit():
        content, name = _sent(form)
        try:
            file = filing.keep_file(
                g.session(),
                g.roadshow,
                form.kind.data,
                content,
                name,
                actor=access.actor(),
                now=g.now,
            )
        except Refusal as refusal:
            field = form.file if form.file.data else form.text
            field.errors = [*field.errors, sentence(refusal)]
        else:
            return redirect(url_for(".mapping", slug=g.roadshow.slug, file_id=file.id), 303)
    return _index(form), 422


def _file(values: dict[str, Any]) -> ImportFile | None:
    query = select(ImportFile).where(
        ImportFile.roadshow_id == g.roadshow.id, ImportFile.id == values.pop("file_id")
    )
    found: ImportFile | None = g.session.scalars(query).first()
    return found


@bp.get("/r/<slug>/imports/<file_id>")
@needs(Action.RUN_ROADSHOW, _file)
def mapping(file: ImportFile) -> str | Response:
    """Show what each heading becomes, and the words that are not known."""
    known_parameters()
    if file.taken_at is not None:
        return redirect(url_for(".result", slug=g.roadshow.slug, file_id=file.id))
    return _mapping(file, filing.mapping_of(file))


@bp.post("/r/<slug>/imports/<file_id>")
@needs(Action.RUN_ROADSHOW, _file)
def map_again(file: ImportFile) -> Response | tuple[str, int]:
    """Keep the chosen mapping; ask again while words are not settled."""
    form = ChoiceForm()
    if not form.validate_on_submit():
        return _mapping(file, filing.mapping_of(file), form=form), 422
    sheet = filing.sheet_of(file)
    before = filing.mapping_of(file)
    try:
        chosen = asked_mapping(request.form, sheet, before, taxonomy())
    except Refusal as refusal:
        flash(sentence(refusal), "attention")
        return _mapping(file, before, form=form), 422
    filing.save_mapping(g.session(), g.roadshow, file, chosen, now=g.now)
    filing.choose(file, existing=form.existing.data, selected=form.selected.data)
    unsettled = any(
        not word.settled for words in survey(sheet, chosen, taxonomy()).values() for word in words
    )
    target = ".mapping" if unsettled and chosen.columns != before.columns else ".preview"
    return redirect(url_for(target, slug=g.roadshow.slug, file_id=file.id), 303)


@bp.post("/r/<slug>/imports/<file_id>/sheet")
@needs(Action.RUN_ROADSHOW, _file)
def sheet(file: ImportFile) -> Response:
    """Read another sheet of the workbook."""
    form = SheetForm()
    if form.validate_on_submit():
        filing.choose_sheet(g.session(), g.roadshow, file, form.sheet.data or "", now=g.now)
    return redirect(url_for(".mapping", slug=g.roadshow.slug, file_id=file.id), 303)


@bp.get("/r/<slug>/imports/<file_id>/preview")
@needs(Action.RUN_ROADSHOW, _file)
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
        cell_of=_cell,
        labels=COLUMNS,
        page=page_in(checked.problems, PROBLEMS_A_PAGE),
        page_url=page_url,
        told=_told,
        kinds=KINDS,
        form=DoForm(),
    )


@bp.post("/r/<slug>/imports/<file_id>/take")
@needs(Action.RUN_ROADSHOW, _file)
def take(file: ImportFile) -> Response:
    """Import as a job; the page of the job shows how far it is."""
    job = filing.queue_import(g.session(), g.roadshow, file, actor=access.actor(), now=g.now)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@bp.get("/r/<slug>/imports/<file_id>/result")
@needs(Action.RUN_ROADSHOW, _file)
def result(file: ImportFile) -> str:
    known_parameters()
    if file.taken_at is None:
        abort(404)
    return render_template("exchange/result.html", file=file, kinds=KINDS)


@bp.post("/r/<slug>/imports/<file_id>/forget")
@needs(Action.RUN_ROADSHOW, _file)
def forget(file: ImportFile) -> Response:
    filing.forget_file(g.session(), file, actor=access.actor(), now=g.now)
    flash(_("The table is thrown away; nothing was imported."), "confirmed")
    return redirect(url_for(".index", slug=g.roadshow.slug), 303)


@bp.get("/r/<slug>/exports/<kind>.<form>")
@needs(Action.RUN_ROADSHOW)
def download(kind: str, form: str) -> Response:
    known_parameters()
    if kind not in giving.KINDS or form not in giving.offers(kind):
        abort(404)
    if kind in preparing.SLOW:
        return redirect(url_for(".index", slug=g.roadshow.slug))
    document = giving.export(
        g.session, g.roadshow, kind, form, language=locale(), viewer=g.viewer, now=g.now, **_links()
    )
    return _handed(document.content, document.mime, document.filename)


@bp.post("/r/<slug>/exports/<kind>.<form>")
@needs(Action.RUN_ROADSHOW)
def prepare(kind: str, form: str) -> Response:
    """Make a large document as a job; its page leads to the document."""
    if kind not in giving.KINDS or form not in giving.offers(kind):
        abort(404)
    job = preparing.queue_export(
        g.session(),
        g.roadshow,
        kind,
        form,
        language=locale(),
        actor=access.actor(),
        now=g.now,
        **_links(),
    )
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _own_export(values: dict[str, Any]) -> ExportFile | None:
    query = select(ExportFile).where(
        ExportFile.roadshow_id == g.roadshow.id,
        ExportFile.account_id == g.viewer.account_id,
        ExportFile.id == values.pop("file_id"),
    )
    found: ExportFile | None = g.session.scalars(query).first()
    return found


@bp.get("/r/<slug>/exports/ready/<file_id>")
@needs(Action.RUN_ROADSHOW, _own_export)
def ready(made: ExportFile) -> Response:
    known_parameters()
    return _handed(made.content, made.mime, made.name)


def _links() -> dict[str, str]:
    """Return where printed pages lead, and what makes calendar identifiers unique."""
    address = current_app.extensions["settings"].public_url.rstrip("/")
    return {
        "url": address + url_for("home.roadshow", slug=g.roadshow.slug),
        "host": urlsplit(address).hostname or "matchmaker",
    }


def _handed(content: bytes, mime: str, name: str) -> Response:
    return send_file(
        io.BytesIO(content), mimetype=mime, as_attachment=True, download_name=name, max_age=0
    )


# -- showing ----------------------------------------------------------------------------------


def _index(form: SendForm) -> str:
    files = g.session.scalars(
        select(ImportFile)
        .where(ImportFile.roadshow_id == g.roadshow.id)
        .order_by(ImportFile.sent_at.desc(), ImportFile.id)
        .limit(10)
    ).all()
    return render_template(
        "exchange/index.html",
        form=form,
        files=files,
        kinds=KINDS,
        exports=[(kind, *EXPORTS[kind], giving.offers(kind)) for kind in giving.KINDS],
        slow=preparing.SLOW,
    )


def _sent(form: SendForm) -> tuple[bytes, str]:
    if form.file.data:
        return form.file.data.read(), form.file.data.filename or ""
    return (form.text.data or "").encode(), _("pasted table")


def _mapping(file: ImportFile, chosen: Mapping, form: ChoiceForm | None = None) -> str:
    table = filing.sheet_of(file)
    shown: MappingPage = mapping_page(table, chosen, taxonomy(), locale())
    sheets = SheetForm(formdata=None, sheet=table.name)
    sheets.sheet.choices = [(name, name) for name in table.names]
    form = form or ChoiceForm(
        formdata=None,
        existing=file.choices.get("existing", "skip"),
        selected=file.choices.get("selected", False),
    )
    return render_template(
        "exchange/mapping.html",
        file=file,
        table=table,
        shown=shown,
        form=form,
        sheets=sheets,
        kinds=KINDS,
        labels=COLUMNS,
    )


def _cell(row: Any, name: str) -> str:
    """Return what a row says under a column, as it was understood, in the viewer's words."""
    if name == "colleagues":
        return ", ".join(one.name_en or one.name_zh for one in row.people[1:])
    if name.startswith("contact_"):
        found = [getattr(one, name.removeprefix("contact_")) for one in row.people[:1]]
        return ", ".join(", ".join(one) if isinstance(one, tuple) else one for one in found)
    if name == "exclude":
        return ", ".join(f"{word(one.facet, 'facet')}: {one.value}" for one in row.exclude)
    if name in ("ticket", "trl") and not hasattr(row, name):
        low, high = ("ticket_low", "ticket_high") if name == "ticket" else ("trl_min", "trl_max")
        return f"{_plain(getattr(row, low))}–{_plain(getattr(row, high))}"
    value = getattr(row, name, None)
    parts = value if isinstance(value, tuple) else (value,)
    return ", ".join(_word(name, one) for one in parts if one not in (None, ""))


def _word(name: str, value: Any) -> str:
    if name in ("fields", "also_fields"):
        return field_name(value)
    if name in ("country", "countries"):
        return show_country(value)
    kind = _KINDS.get(name)
    return word(value, kind) if kind else _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if isinstance(value, float) else str(value)


def _told(problem: Problem) -> str:
    """Return what is wrong, in the viewer's language."""
    if problem.reason == "refused":
        refusal = Refusal(
            str(problem.facts.get("refusal", "")),
            str(problem.facts.get("hint", "")),
            **problem.facts.get("facts", {}),
        )
        return sentence(refusal)
    try:
        return str(PROBLEMS[problem.reason]) % problem.facts
    except (KeyError, TypeError, ValueError):
        return problem.reason
