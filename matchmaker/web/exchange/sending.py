"""Sending a table and saying what its headings and words become."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services.exchange import Mapping, filing, giving, preparing, survey
from matchmaker.services.fields import taxonomy
from matchmaker.store.exchange import ImportFile
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.exchange.blueprint import bp, sent_file
from matchmaker.web.forms.exchange import COLUMNS, EXPORTS, KINDS, ChoiceForm, SendForm, SheetForm
from matchmaker.web.forms.mapping import MappingPage, asked_mapping, mapping_page
from matchmaker.web.lists import known_parameters
from matchmaker.web.refusals import sentence
from matchmaker.web.text import locale


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


@bp.get("/r/<slug>/imports/<file_id>")
@needs(Action.RUN_ROADSHOW, sent_file)
def mapping(file: ImportFile) -> str | Response:
    """Show what each heading becomes, and the words that are not known."""
    known_parameters()
    if file.taken_at is not None:
        return redirect(url_for(".result", slug=g.roadshow.slug, file_id=file.id))
    return _mapping(file, filing.mapping_of(file))


@bp.post("/r/<slug>/imports/<file_id>")
@needs(Action.RUN_ROADSHOW, sent_file)
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
@needs(Action.RUN_ROADSHOW, sent_file)
def sheet(file: ImportFile) -> Response:
    """Read another sheet of the workbook."""
    form = SheetForm()
    if form.validate_on_submit():
        filing.choose_sheet(g.session(), g.roadshow, file, form.sheet.data or "", now=g.now)
    return redirect(url_for(".mapping", slug=g.roadshow.slug, file_id=file.id), 303)


@bp.post("/r/<slug>/imports/<file_id>/kind")
@needs(Action.RUN_ROADSHOW, sent_file)
def kind(file: ImportFile) -> Response:
    """Read the table as one of another kind."""
    filing.choose_kind(g.session(), g.roadshow, file, request.form.get("kind", ""))
    return redirect(url_for(".mapping", slug=g.roadshow.slug, file_id=file.id), 303)


@bp.post("/r/<slug>/imports/<file_id>/forget")
@needs(Action.RUN_ROADSHOW, sent_file)
def forget(file: ImportFile) -> Response:
    filing.forget_file(g.session(), file, actor=access.actor(), now=g.now)
    flash(_("The table is thrown away; nothing was imported."), "confirmed")
    return redirect(url_for(".index", slug=g.roadshow.slug), 303)


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
