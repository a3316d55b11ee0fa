"""The stepped form of a project and of a mandate: shown, saved, saved while writing."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request
from flask import jsonify as json_answer
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.core.journey import InvestorState
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import files as kept_files
from matchmaker.services import profile
from matchmaker.services.profile.earlier import earlier_mandates
from matchmaker.services.profile.presence import presences
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.profile import meanwhile
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.limits import rule_sentence, suggestions
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty
from matchmaker.web.profile.project_steps import StepForm
from matchmaker.web.profile.saying import mandate_paragraph, said_in
from matchmaker.web.refusals import sentence
from matchmaker.web.trees import whole

LEAKS = {
    "sequence": _l("This looks like a sequence"),
    "structure": _l("This looks like a chemical structure"),
    "personal": _l("This looks like personal data"),
    "figure": _l("This looks like a result"),
    "unfiled": _l("This speaks of something not public"),
}
OPEN_NAMES = {
    "basics": ("title_en", "title_zh"),
    "field": (),
    "summary": tuple(
        f"{name}_{language}"
        for name in (
            *("pitch", "summary", "unmet_need", "differentiation"),
            *("standard", "competitors"),
        )
        for language in ("en", "zh")
    ),
    "money": tuple(
        f"{name}_{language}"
        for name in ("seeking", "use_of_funds", "rights")
        for language in ("en", "zh")
    ),
    "plans": tuple(
        f"{name}_{language}"
        for name in ("ip", "regulatory", "milestone")
        for language in ("en", "zh")
    ),
    "team": ("advisors_en", "advisors_zh"),
    "confidential": (),
}
Answer = str | tuple[str, int] | AnyResponse


@bp.get("/r/<slug>/projects/<project_id>/edit")
@bp.get("/r/<slug>/projects/<project_id>/edit/<step>")
@needs(Action.EDIT_PROJECT, access.project)
def edit_project(project: Project, step: str = "basics") -> Answer:
    return _show(ProjectParty(project), step)


@bp.post("/r/<slug>/projects/<project_id>/edit/<step>")
@needs(Action.EDIT_PROJECT, access.project)
def save_project(project: Project, step: str) -> Answer:
    return _save(ProjectParty(project), step)


@bp.post("/r/<slug>/projects/<project_id>/edit/<step>/draft")
@needs(Action.EDIT_PROJECT, access.project)
def autosave_project(project: Project, step: str) -> Any:
    return _autosave(ProjectParty(project), step)


@bp.get("/r/<slug>/projects/<project_id>/edit/card")
@needs(Action.EDIT_PROJECT, access.project)
def card_project(project: Project) -> str:
    return _card(ProjectParty(project))


@bp.get("/r/<slug>/investors/<investor_id>/edit")
@bp.get("/r/<slug>/investors/<investor_id>/edit/<step>")
@needs(Action.EDIT_INVESTOR, access.investor)
def edit_investor(investor: Investor, step: str = "firm") -> Answer:
    return _show(InvestorParty(investor), step)


@bp.post("/r/<slug>/investors/<investor_id>/edit/<step>")
@needs(Action.EDIT_INVESTOR, access.investor)
def save_investor(investor: Investor, step: str) -> Answer:
    return _save(InvestorParty(investor), step)


@bp.post("/r/<slug>/investors/<investor_id>/edit/<step>/draft")
@needs(Action.EDIT_INVESTOR, access.investor)
def autosave_investor(investor: Investor, step: str) -> Any:
    return _autosave(InvestorParty(investor), step)


@bp.get("/r/<slug>/investors/<investor_id>/edit/card")
@needs(Action.EDIT_INVESTOR, access.investor)
def card_investor(investor: Investor) -> str:
    return _card(InvestorParty(investor))


def _show(party: Party, step: str) -> Answer:
    if step not in party.open_steps():
        abort(404)
    form = party.form(step) if party.steps[step][1] else None
    if form is not None:
        form.revision.data = meanwhile.token(party, step)
    return page(party, step, form)


def page(party: Party, step: str, form: StepForm | None, **shown: Any) -> str:
    """Return the page of a step; whatever was typed stands in the form."""
    if step == "review":
        shown = {
            "needed": party.needed(),
            "useful": party.useful(),
            "halves": party.halves(),
            "answers": _answers(party),
            "spots": spots(party),
            "spoken": _spoken(party),
            **shown,
        }
    if step in ("team", "delegates"):
        shown["people"] = party.people()
    if step == "files":
        from matchmaker.web.profile.files import UploadForm  # noqa: PLC0415 -- it needs this page

        shown["files"] = readable_files(party)
        shown["files_fixed"] = "files" in party.frozen
        shown.setdefault("upload", UploadForm(party.thing, formdata=None))
    shown["spoken_of"] = party.spoken_of(step)
    if step == "limits":
        shown["suggestions"] = suggestions()
        shown["rules"] = [rule_sentence(rule) for rule in party.draft.terms.exclusions]
    if step == "firm" and party.thing.state is InvestorState.DRAFT and party.own:
        shown["offers_earlier"] = bool(earlier_mandates(g.session(), party.thing, actor=g.account))
    steps = party.open_steps()
    at = steps.index(step)
    return render_template(
        "profile/edit.html",
        party=party,
        thing=party.thing,
        step=step,
        form=form,
        steps=party.progress(step),
        before=steps[at - 1] if at else None,
        after=steps[at + 1] if at + 1 < len(steps) else None,
        card=card(party),
        **shown,
    )


def readable_files(party: Party) -> list[Any]:
    """Return the files of the party that the viewer may know of."""
    if not isinstance(party, ProjectParty):
        return []
    found = kept_files.files_of(g.session(), party.thing)
    return [one for one in found if one.tier != "cda" or party.confidential]


def _save(party: Party, step: str) -> Answer:
    form = _form(party, step)
    taken = _take(party, step, form)
    if not form.validate():
        form.revision.data = form.revision.data or meanwhile.token(party, step)
        return page(party, step, form), 422
    names, merged = form.names(), []
    if meanwhile.is_stale(party, step, form):
        merged, both = meanwhile.merge(party, step, form)
        form.revision.data = meanwhile.token(party, step)
        differing = meanwhile.differing(party, step, form, both)
        if differing:
            return page(party, step, form, differing=differing), 409
    try:
        party.save(_values(form, names), party.draft.revision)
    except Refusal as refusal:
        _attach(form, refusal)
        return page(party, step, form), 422
    going = "stay" if taken or whole() else request.form.get("go", "next")
    steps = party.open_steps()
    following = steps[min(steps.index(step) + 1, len(steps) - 1)] if going == "next" else step
    if merged:
        flash(_("Saved. What somebody else changed here meanwhile was kept too."), "confirmed")
    elif going != "next":
        flash(_("Saved."), "confirmed")
    shown = {"options": "all"} if whole() else {}
    return redirect(party.url("edit", step=following, **shown), 303)


def _take(party: Party, step: str, form: StepForm) -> str:
    """Put a field that the texts speak of into the form, if one was pressed; return its code."""
    taken = request.form.get("take", "")
    chosen = form["fields"] if taken and "fields" in form else None
    if chosen is None:
        return ""
    if taken in {one.code for one in party.spoken_of(step)} - {*(chosen.data or ())}:
        chosen.data = [*(chosen.data or ()), taken]
    return taken


def _autosave(party: Party, step: str) -> Response | tuple[Response, int]:
    form = _form(party, step)
    form.validate()
    if meanwhile.is_stale(party, step, form):
        return json_answer(stale=True), 409
    good = [name for name in form.names() if not form[name].errors]
    invalid = [name for name in form.names() if form[name].errors]
    try:
        party.save(_values(form, good), party.draft.revision)
    except Refusal as refusal:
        if refusal.reason == "stale":
            return json_answer(stale=True), 409
        return json_answer(message=sentence(refusal)), 422
    party.draft = party.find_draft()
    return json_answer(revision=meanwhile.token(party, step), invalid=invalid)


def _form(party: Party, step: str) -> StepForm:
    if step not in party.open_steps() or party.steps[step][1] is None:
        abort(404)
    return party.form(step)


def _values(form: StepForm, names: list[str]) -> dict[str, Any]:
    values = {}
    for name in names:
        field = form[name]
        if name == "exclusions":
            values[name] = [rule for row in field if (rule := row.form.rule())]
        else:
            values[name] = field.data
    return values


def _attach(form: StepForm, refusal: Refusal) -> None:
    """Put a refusal beside the field it is about."""
    if refusal.reason == "stale":
        raise refusal
    name = str(refusal.facts.get("field", ""))
    for candidate in (name, f"body_{name}"):
        if candidate in form:
            form[candidate].errors = [*form[candidate].errors, sentence(refusal)]
            return
    raise refusal


def spots(party: Party) -> list[tuple[str, str, str, str, int, bool]]:
    """Return (step, field, question, excerpt with its kind, place, movable) of doubtful words."""
    if not isinstance(party, ProjectParty):
        return []
    where = {
        name: (key, label)
        for key in party.open_steps()
        if (made := party.steps[key][1]) is not None
        for name, (label, _said) in said_in(made(formdata=None), OPEN_NAMES[key]).items()
    }
    return [
        (
            where[spot.name][0],
            spot.name,
            where[spot.name][1],
            f"{LEAKS[spot.leak.kind]}: “{spot.leak.excerpt}”",
            spot.leak.at,
            party.confidential and not spot.name.startswith("title"),
        )
        for spot in profile.leaks_of(party.draft)
    ]


def _spoken(party: Party) -> list[tuple[str, str]]:
    """Return (language, the mandate as a paragraph) in both languages."""
    if isinstance(party, ProjectParty):
        return []
    rules, people = party.draft.terms.exclusions, party.people()
    there = presences(g.session(), g.roadshow, [row.person_id for row in people])
    return [
        (code, mandate_paragraph(card(party), rules, code, party.draft, people, there))
        for code in ("en", "zh")
    ]


@bp.post("/r/<slug>/projects/<project_id>/edit/hide")
@needs(Action.EDIT_PROJECT, access.project)
def hide_sentence(project: Project) -> Answer:
    access.ask(Action.SEE_CONFIDENTIAL, project)
    place = request.form.get("at", "")
    profile.hide_sentence(
        g.session(),
        project,
        request.form.get("name", ""),
        int(place) if place.isascii() and place.isdecimal() and len(place) < 7 else -1,
        actor=g.account,
        now=g.now,
    )
    flash(_("Moved to the confidential summary."), "confirmed")
    return redirect(ProjectParty(project).url("edit", step="review"), 303)


def _answers(party: Party) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return (step, its label, [(question, answer)]) of everything that was said."""
    values = party.values()
    found = []
    for key in party.open_steps():
        label, made = party.steps[key]
        if made is not None:
            form = made(data=values, formdata=None)
            rows = [pair for pair in said_in(form, form.names()).values() if pair[1]]
            found.append((key, str(label), rows))
    return found


def card(party: Party) -> Any:
    """Return the card as participants will see it."""
    if isinstance(party, ProjectParty):
        return profile.project_card(party.thing, party.draft, party.draft.registered)
    return profile.investor_card(party.thing, party.draft)


def _card(party: Party) -> str:
    return render_template("profile/_card.html", party=party, thing=party.thing, card=card(party))
