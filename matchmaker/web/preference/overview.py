"""The organisers' overview of who has stated what, and reminding the silent."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, SearchField, SelectField

from matchmaker.core.policy import Action
from matchmaker.core.taxonomy import fold
from matchmaker.services import preference
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import (
    active_filters,
    asked_sort,
    columns,
    known_parameters,
    page_in,
    page_url,
)
from matchmaker.web.preference.blueprint import (
    PER_PAGE,
    ButtonForm,
    bp,
    party_names,
    party_texts,
)
from matchmaker.web.words import word


class OverviewFilter(Form):
    q = SearchField(_l("Name or code"))
    side = SelectField(
        _l("Side"),
        choices=[("", _l("Both")), ("project", _l("Projects")), ("investor", _l("Investors"))],
    )
    silent = SelectField(
        _l("Progress"), choices=[("", _l("Any")), ("yes", _l("Nothing stated yet"))]
    )


@bp.get("/r/<slug>/preferences/overview")
@needs(Action.RUN_ROADSHOW)
def overview() -> str:
    known_parameters("q", "side", "silent")
    form = OverviewFilter(request.args)
    rows = preference.progress(g.session(), g.roadshow)
    names = party_names([row.party for row in rows])
    needle = fold(form.q.data or "")
    shown = [
        row
        for row in rows
        if (not form.side.data or form.side.data == row.side)
        and (not form.silent.data or not row.stated)
        and (not needle or any(needle in fold(text) for text in party_texts(row.party)))
    ]
    sort = asked_sort(("code", "musts", "meets", "noes", "stated"), "code")
    if sort[0] != "code":
        shown.sort(key=lambda row: getattr(row, sort[0]), reverse=sort[1])
    elif sort[1]:
        shown.reverse()
    labels = {
        "code": _("Party"),
        "side": _("Side"),
        "musts": word("must", "wish"),
        "meets": word("meet", "wish"),
        "noes": word("no", "wish"),
        "stated": _("Stated"),
    }
    numbers = ("musts", "meets", "noes", "stated")
    return render_template(
        "preference/overview.html",
        page=page_in(shown, PER_PAGE),
        page_url=page_url,
        columns=columns(labels, sort, ("code", *numbers), numbers),
        form=form,
        active=active_filters(form),
        names=names,
        rows=rows,
        silent=sum(1 for row in rows if not row.stated),
        open=preference.are_open(g.roadshow, g.now),
    )


@bp.route("/r/<slug>/preferences/remind", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def remind() -> str | AnyResponse:
    known_parameters()
    form = ButtonForm()
    if form.validate_on_submit():
        mails = preference.remind_silent(g.session(), g.roadshow, actor=access.actor(), now=g.now)
        flash(
            ngettext("One mail is on its way.", "%(num)s mails are on their way.", mails),
            "confirmed",
        )
        return redirect(url_for(".overview", slug=g.roadshow.slug), 303)
    silent = [row for row in preference.progress(g.session(), g.roadshow) if not row.stated]
    return render_template(
        "preference/remind.html",
        form=form,
        silent=silent,
        open=preference.are_open(g.roadshow, g.now),
        names=party_names([row.party for row in silent]),
    )
