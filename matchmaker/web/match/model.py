"""The model card: what ranks, on what data, how good it was, whom it shows; and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import numbers
from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, FloatField
from wtforms.validators import InputRequired, NumberRange

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.core.words import facet_name
from matchmaker.services import match as matches
from matchmaker.services.match.settings import HEAVIEST
from matchmaker.store.match import MatchRun
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.match import parties
from matchmaker.web.match.blueprint import bp
from matchmaker.web.refusals import SENTENCES, sentence
from matchmaker.web.text import LOCALES, locale, show_country
from matchmaker.web.words import word

SENTENCES.update(
    {
        "unknown-facet": _l("There is no such facet."),
        "bad-weight": _l("A weight goes from 0 to %(most)s."),
        "no-weight": _l("At least one weight has to be above 0."),
        "nothing-to-undo": _l("No setting of the ranking was ever changed."),
    }
)
STAGES = {
    "evidence": _l("Decisions of earlier roadshows"),
    "learned": _l("Weights learned from decisions"),
    "calibrated": _l("Scale fitted to decisions"),
}
WHY = {
    "won": _l("On: it wins on decisions that it has not seen."),
    "lost": _l("Off: it does not win on decisions that it has not seen."),
    "unclear": _l("Off: on decisions that it has not seen, the difference may be luck."),
    "few-decisions": _l("Off: too few wishes are on record to learn from."),
    "few-lists": _l("Off: too few lists have wishes new enough to judge it."),
    "no-evidence": _l("Off: nobody here decided anything at an earlier roadshow."),
    "too-large": _l("Off: there are too many pairs to try it."),
    "by-hand": _l("Off: the weights are set by hand."),
    "refused": _l("Off: the organisers refuse it."),
}
AS_IT_IS = _l("Off: scores at face value predict as well.")
LANGUAGES = {
    "en": _l("English only"),
    "zh": _l("Chinese only"),
    "en+zh": _l("English and Chinese"),
}


@bp.app_template_filter("percent")
def show_percent(value: float) -> str:
    """Write a share of 1 in whole per cent."""
    return str(numbers.format_percent(value, locale=LOCALES[locale()]))


class StagesForm(FlaskForm):  # type: ignore[misc]
    """Which later stages may turn on by themselves."""

    evidence = BooleanField(STAGES["evidence"])
    learned = BooleanField(STAGES["learned"])
    calibrated = BooleanField(STAGES["calibrated"])


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button."""


def _weights_form(values: Mapping[str, float]) -> Any:
    """Return a form with one number a facet."""
    fields = {
        facet: FloatField(
            facet_name(facet, locale()),
            [InputRequired(), NumberRange(min=0, max=HEAVIEST)],
        )
        for facet in values
    }
    return type("WeightsForm", (FlaskForm,), fields)(data=dict(values))


@bp.get("/r/<slug>/matches/model")
@needs(Action.RUN_ROADSHOW)
def model() -> str:
    known_parameters()
    from matchmaker.services.match.card import facet_cards  # noqa: PLC0415 -- slow import
    from matchmaker.services.match.evaluation import evaluate  # noqa: PLC0415 -- slow import

    run = matches.latest_run(g.session(), g.roadshow)
    row = matches.setting(g.session(), g.roadshow)
    return render_template(
        "match/model.html",
        run=run,
        told=evaluate(g.session(), g.roadshow, run) if run else None,
        cards=facet_cards(g.session(), g.roadshow, run) if run else [],
        copies=_copies(run) if run else [],
        setting=row,
        form=StagesForm(data={name: getattr(row, name, True) for name in STAGES}),
        button=ButtonForm(),
        facet=lambda code: facet_name(code, locale()),
        stages=STAGES,
        why=_why,
        group=group_name,
    )


@bp.route("/r/<slug>/matches/model/weights", methods=["GET", "POST"])
@needs(Action.RUN_ROADSHOW)
def weights() -> str | Response | tuple[str, int]:
    """Change the weights of facets: who would move is shown before anything is kept."""
    known_parameters()
    row = matches.setting(g.session(), g.roadshow)
    shipped = matches.default_weights()
    form = _weights_form({**shipped, **(row.weights if row else {})})
    found = None
    if form.validate_on_submit():
        given = {facet: form[facet].data for facet in shipped}
        try:
            if "save" in request.form:
                return _saved(given)
            found = _preview(given)
        except Refusal as refusal:
            form.form_errors.append(sentence(refusal))
    partial = request.headers.get("HX-Request") and not form.errors
    page = render_template(
        "match/_preview.html" if partial else "match/weights.html",
        form=form,
        shipped=shipped,
        by_hand=bool(row and row.weights),
        preview=found,
        projects=parties.projects() if found else {},
        investors=parties.investors() if found else {},
        heaviest=HEAVIEST,
    )
    return (page, 422) if form.errors else page


def _preview(given: Mapping[str, float]) -> Any:
    from matchmaker.services.match.preview import preview  # noqa: PLC0415 -- slow import

    return preview(g.session(), g.roadshow, given)


def _saved(given: Mapping[str, float]) -> Response:
    matches.save_setting(g.session(), g.roadshow, weights=given, actor=access.actor(), now=g.now)
    return _again(_("The weights are set. Pairs are ranked again with them."))


@bp.post("/r/<slug>/matches/model/stages")
@needs(Action.RUN_ROADSHOW)
def stages() -> Response:
    """Allow or refuse the later stages."""
    known_parameters()
    form = StagesForm()
    if form.validate_on_submit():
        allowed = {name: bool(form[name].data) for name in STAGES}
        matches.save_setting(g.session(), g.roadshow, **allowed, actor=access.actor(), now=g.now)
        return _again(_("Your choice holds. Pairs are ranked again with it."))
    return redirect(url_for(".model", slug=g.roadshow.slug), 303)


@bp.post("/r/<slug>/matches/model/undo")
@needs(Action.RUN_ROADSHOW)
def undo() -> Response:
    """Take the newest setting back."""
    known_parameters()
    matches.undo_setting(g.session(), g.roadshow, actor=access.actor(), now=g.now)
    return _again(_("The last change is taken back. Pairs are ranked again without it."))


def _again(text: str) -> Response:
    """Rank again if there is something to rank, and say what was done."""
    session = g.session()
    try:
        job = matches.queue_run(session, g.roadshow, actor=access.actor(), now=g.now)
    except Refusal:
        job = None
    undo_url = url_for(".undo", slug=g.roadshow.slug)
    flash({"text": text, "undo": undo_url}, "confirmed")
    if job is not None:
        return redirect(url_for("jobs.show", job_id=job.id), 303)
    return redirect(url_for(".model", slug=g.roadshow.slug), 303)


def _why(trial: Mapping[str, Any]) -> str:
    """Return why a stage is on or off."""
    if trial["stage"] == "calibrated" and trial["reason"] == "lost":
        return str(AS_IT_IS)
    return str(WHY[trial["reason"]])


def _copies(run: MatchRun) -> list[tuple[Any, Any, int]]:
    """Return projects that repeat a thesis: both sides' names and how many runs they share."""
    projects, investors = parties.projects(), parties.investors()
    return [
        (projects[project], investors[investor], shared)
        for project, investor, shared in run.data.get("copies", ())
        if project in projects and investor in investors
    ]


def group_name(kind: str, side: str, code: str) -> str:
    """Return the viewer's word for a group of the exposure tables."""
    if not code:
        return _("not known")
    if kind == "country":
        return show_country(code)
    if kind == "language":
        return str(LANGUAGES.get(code, code))
    return word(code, "institution" if side == "project" else "investor_kind")
