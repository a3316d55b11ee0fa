"""Decks and other files: uploaded into a tier, given out as attachments that run nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.documents.pages import MARK
from matchmaker.services import deck as decks
from matchmaker.services import files as kept_files
from matchmaker.services import profile
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import File
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.party import ProjectParty
from matchmaker.web.profile.show import tiers
from matchmaker.web.profile.stepping import page
from matchmaker.web.refusals import sentence
from matchmaker.web.words import choices

SANDBOX = "sandbox; default-src 'none'"


class UploadForm(FlaskForm):  # type: ignore[misc]
    upload = FileField(_l("File"), [FileRequired(_l("Please choose a file."))])
    tier = SelectField(_l("Who may read it"), default="registered")

    def __init__(self, project: Project, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        opened = tiers(project)
        self.tier.choices = [(code, label) for code, label in choices("tier") if opened[code]]


def one_file(values: dict[str, Any]) -> Project | None:
    """Load the project of the address, and the file into ``g``: one that the viewer may read."""
    project = access.project(values)
    file_id = values.pop("file_id")
    if project is None:
        return None
    g.file = g.session.scalars(
        select(File).where(File.project_id == project.id, File.id == file_id)
    ).first()
    if g.file is None or not tiers(project).get(g.file.tier):
        return None
    return project


@bp.post("/r/<slug>/projects/<project_id>/files")
@needs(Action.EDIT_PROJECT, access.project)
def upload_file(project: Project) -> str | tuple[str, int] | AnyResponse:
    form, party = UploadForm(project), ProjectParty(project)
    profile.refuse_frozen(g.session(), project, ("files",), actor=g.account, now=g.now)
    if form.validate_on_submit():
        try:
            kept_files.keep_file(
                g.session(),
                project,
                form.upload.data.stream,
                form.upload.data.filename or "",
                form.tier.data,
                folder=current_app.extensions["settings"].upload_dir,
                most_bytes=current_app.extensions["settings"].max_upload_mb * 1024 * 1024,
                actor=g.account,
                now=g.now,
            )
        except Refusal as refusal:
            form.upload.errors = [*form.upload.errors, sentence(refusal)]
        else:
            flash(_("The file is kept."), "confirmed")
            return redirect(party.url("edit", step="files"), 303)
    return page(party, "files", None, upload=form), 422


@bp.post("/r/<slug>/projects/<project_id>/files/<file_id>")
@needs(Action.EDIT_PROJECT, one_file)
def change_file(project: Project) -> AnyResponse:
    profile.refuse_frozen(g.session(), project, ("files",), actor=g.account, now=g.now)
    if request.form.get("go") == "remove":
        folder = current_app.extensions["settings"].upload_dir
        kept_files.remove_file(g.session(), g.file, folder=folder, actor=g.account, now=g.now)
        flash(_("The file is removed."), "confirmed")
    else:
        tier = request.form.get("tier", "")
        if not tiers(project).get(tier):
            abort(403)
        kept_files.set_tier(g.session(), g.file, tier, actor=g.account, now=g.now)
        flash(_("Saved."), "confirmed")
    return redirect(ProjectParty(project).url("edit", step="files"), 303)


@bp.get("/r/<slug>/projects/<project_id>/files/<file_id>")
@needs(Action.SEE_PROJECT, one_file)
def download_file(project: Project) -> Response:
    """Give the bytes out as an attachment: never shown here, never run here."""
    file: File = g.file
    path = kept_files.path_of(current_app.extensions["settings"].upload_dir, file).resolve()
    if not path.is_file():
        abort(404)
    answer = send_file(path, mimetype=file.mime, as_attachment=True, download_name=project.code)
    answer.headers["Content-Disposition"] = disposition(file.name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/r/<slug>/projects/<project_id>/files/<file_id>/pages")
@needs(Action.SEE_PROJECT, one_file)
def deck(project: Project) -> str:
    """The pages of a file, one below the other, with their words."""
    file: File = g.file
    return render_template(
        "profile/deck.html",
        project=project,
        card=profile.project_cards(g.session(), [project], registered=False).get(project.id),
        file=file,
        pictures=decks.pictures(file),
        sketched=decks.is_sketched(file),
        mark=MARK,
        words=decks.words_of(g.session(), file),
    )


@bp.get("/r/<slug>/projects/<project_id>/files/<file_id>/pages/<int:number>.jpg")
@needs(Action.SEE_PROJECT, one_file)
def deck_page(project: Project, number: int) -> Response:
    """The picture of a page: drawn by us, so that nothing of the file itself is ever shown."""
    del project
    folder = current_app.extensions["settings"].upload_dir
    try:
        path = decks.picture_of(folder, g.file, number).resolve()
    except Refusal:
        abort(404)
    answer = send_file(path, mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def disposition(name: str) -> str:
    """Return the header that saves a file under its name, with a plain one for old readers."""
    stem, ending = name.rsplit(".", 1)
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in stem)[:80]
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"
