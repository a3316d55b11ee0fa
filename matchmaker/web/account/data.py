"""What is stored about oneself: seen, taken along, corrected, agreed to, erased; and the text on
privacy that says so.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security.utils import logout_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.documents.csvfile import write_csv
from matchmaker.services import personal
from matchmaker.services.account import normal_email
from matchmaker.services.files import path_of
from matchmaker.services.personal.stored import persons_of
from matchmaker.store.account import Account
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import File, Person, Roadshow
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.account.blueprint import bp
from matchmaker.web.account.telling import told
from matchmaker.web.lists import known_parameters
from matchmaker.web.refusals import sentence

GROUPS = {
    "absence": _l("Times when you cannot meet"),
    "account": _l("Your account"),
    "account_role": _l("Rights over the install"),
    "calendar_feed": _l("Calendar addresses you made"),
    "cda": _l("CDAs you recorded"),
    "conflict": _l("Conflicts of interest"),
    "consent": _l("What you agreed to"),
    "delegate": _l("Firms you act for"),
    "discussion": _l("Remarks in the committee"),
    "disputed_answer": _l("Answers you typed that are not saved yet"),
    "export_file": _l("Documents made for you"),
    "file": _l("Files you sent"),
    "import_file": _l("Tables you imported"),
    "interpreter": _l("Interpreting"),
    "invitation": _l("Invitations"),
    "job": _l("Long work you started"),
    "journal_entry": _l("What you did, in the journal"),
    "mail": _l("Mails to you"),
    "match_run": _l("Rankings you asked for"),
    "match_setting": _l("Settings of the model you made"),
    "mandate_reading": _l("Mandates you read"),
    "meeting_note": _l("Your notes on meetings"),
    "meeting_person": _l("Meetings you sit in"),
    "membership": _l("Roles at roadshows"),
    "outcome": _l("Outcomes you recorded"),
    "pairing": _l("Pairs you decided on"),
    "pairing_round": _l("Rounds of pairing you approved"),
    "person": _l("You as a participant"),
    "preference": _l("Wishes you stated"),
    "project": _l("Applications you decided on"),
    "project_version": _l("Versions you handed in"),
    "investor_mandate": _l("Mandates you handed in"),
    "reading": _l("Profiles you read"),
    "review": _l("Reviews you wrote"),
    "score": _l("Points you gave in reviews"),
    "session_speaker": _l("Sessions you speak in"),
    "team_member": _l("Teams you belong to"),
    "timetable": _l("Timetables you planned or published"),
}


class EraseForm(FlaskForm):  # type: ignore[misc]
    email = StringField(
        _l("Your mail address, to be sure"),
        [InputRequired()],
        description=_l("Type it once more; there is no way back."),
    )

    def validate_email(self, field: Any) -> None:
        if normal_email(field.data or "") != access.actor().email:
            raise ValidationError(_("This is not the address of your account."))


class DoForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: for a button."""


@bp.get("/privacy")
@needs(Action.PUBLIC)
def privacy() -> str:
    """Say what is stored about people, why, for whom and how long."""
    known_parameters()
    return _privacy()


@bp.get("/r/<slug>/privacy")
@needs(Action.SEE_ROADSHOW)
def roadshow_privacy() -> str:
    """The same with what the organisers of a roadshow add."""
    known_parameters()
    return _privacy()


def _privacy() -> str:
    account = access.actor() if g.viewer.signed_in else None
    agreed = account is None or personal.agrees(g.session(), account)
    return render_template("account/privacy.html", agreed=agreed, form=DoForm(formdata=None))


@bp.post("/account/agree")
@needs(Action.SIGNED_IN)
def agree() -> Response:
    personal.give_consent(g.session(), access.actor(), now=g.now)
    flash(_("Thank you; your consent is noted."), "confirmed")
    return redirect(url_for(".stored"), 303)


@bp.get("/account/data")
@needs(Action.SIGNED_IN)
def stored() -> str:
    """Show what is stored about oneself, and what can be done about it."""
    known_parameters()
    account = access.actor()
    found = personal.groups(g.session(), account)
    return render_template(
        "account/data.html",
        persons=[(*one, _seat_url(*one)) for one in _persons(account)],
        groups=[(GROUPS[one.table], one, rows) for one, rows in told(found)],
        consents=personal.consents_of(g.session(), account),
        agreed=personal.agrees(g.session(), account),
        form=DoForm(formdata=None),
    )


@bp.get("/account/data.<form>")
@needs(Action.SIGNED_IN)
def taken(form: str) -> Response:
    """Hand over everything that is stored about oneself."""
    known_parameters()
    account = access.actor()
    if form == "json":
        content = _json(personal.everything(g.session(), account))
        return _handed(content, "application/json", "my-data.json")
    if form != "zip":
        abort(404)
    return _handed(_zip(account), "application/zip", "my-data.zip")


@bp.route("/account/erase", methods=["GET", "POST"])
@needs(Action.SIGNED_IN)
def erase() -> str | Response | tuple[str, int]:
    """Erase oneself: a page of its own, because there is no way back."""
    account = access.actor()
    form = EraseForm()
    if form.validate_on_submit():
        try:
            letters = current_app.extensions["settings"].letter_dir
            personal.erase_account(g.session(), account, letters=letters, actor=account, now=g.now)
        except Refusal as refusal:
            form.email.errors = [*form.email.errors, sentence(refusal)]
        else:
            logout_user()
            flash(_("You are erased. Thank you for having been here."), "confirmed")
            return redirect(url_for("home.index"), 303)
    page = render_template("account/erase.html", form=form, persons=_persons(account))
    return (page, 422) if form.errors else page


def _persons(account: Account) -> list[tuple[Person, Roadshow]]:
    query = (
        select(Person, Roadshow)
        .join(Roadshow, Roadshow.id == Person.roadshow_id)
        .where(Person.id.in_(persons_of(g.session(), account)))
        .order_by(Roadshow.starts_on.desc(), Person.id)
    )
    return [(person, roadshow) for person, roadshow in g.session.execute(query)]


def _seat_url(person: Person, roadshow: Roadshow) -> str:
    """Return where somebody corrects how they appear in a team or firm; empty if in none."""
    for table, party, endpoint in (
        (TeamMember, "project_id", "profile.person_of_project"),
        (Delegate, "investor_id", "profile.person_of_investor"),
    ):
        query = select(table).where(table.person_id == person.id).limit(1)
        seat: Any = g.session.scalars(query).first()
        if seat is not None and person.account_id is not None:
            names = {party: getattr(seat, party), "person_id": person.id}
            return url_for(endpoint, slug=roadshow.slug, **names)
    return ""


def _zip(account: Account) -> bytes:
    """Return everything as JSON, as one table for each kind, and the files one uploaded."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my-data.json", _json(personal.everything(g.session(), account)))
        for group in personal.groups(g.session(), account):
            folder = "about" if group.about else "done"
            headings = list(group.rows[0])
            lines = [[_cell(row[name]) for name in headings] for row in group.rows]
            archive.writestr(f"{folder}/{group.table}.csv", write_csv(headings, lines))
        uploads: Path = current_app.extensions["settings"].upload_dir
        mine = select(File).where(File.uploaded_by_id == account.id).order_by(File.id)
        for file in g.session.scalars(mine):
            path = path_of(uploads, file)
            if path.is_file():
                archive.write(path, f"files/{file.id}-{file.name}")
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1, default=str).encode()


def _handed(content: bytes, mime: str, name: str) -> Response:
    return send_file(
        io.BytesIO(content), mimetype=mime, as_attachment=True, download_name=name, max_age=0
    )
