"""Saving a step: by its button, and while somebody writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, g, redirect, request
from flask import jsonify as json_answer
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services.profile.people import move_colleague_up
from matchmaker.web import access
from matchmaker.web.profile import disputing, meanwhile
from matchmaker.web.profile.party import Party
from matchmaker.web.profile.step import StepForm
from matchmaker.web.profile.stepping import page
from matchmaker.web.refusals import sentence
from matchmaker.web.trees import whole

Answer = str | tuple[str, int] | AnyResponse


def save(party: Party, step: str) -> Answer:
    """Answer a step that was sent: on to the next one, or back with what is wrong with it."""
    form = form_of(party, step)
    taken = _take(party, step, form)
    dropped = {*request.form.getlist("theirs"), *request.form.get("drop", "").split()}
    meanwhile.take(party, form, dropped)
    sent = form.revision.data
    form.revision.data = request.form.get("compared") or sent
    before = meanwhile.opened(party, step, form)
    done = meanwhile.changed(form, before)
    if not form.validate():
        form.revision.data = sent
        return _wrong(party, step, form, before, done - dropped)
    names, merged = form.names(), []
    if meanwhile.is_stale(party, step, form):
        merged, both = meanwhile.merge(party, step, form)
        if differing := meanwhile.differing(party, step, form, both):
            # while somebody compares, what is saved while writing leaves these answers alone
            shown = {name: before[name] for name, *_texts in differing if name in before}
            disputing.keep(party, step, before, done - dropped)
            if before:
                form.revision.data = meanwhile.token(party, step, shown)
            told = disputing.told(party, step, form, differing, done - dropped) | {"unsaved": []}
            return page(party, step, form, **told), 409
    try:
        with g.session.begin_nested():  # what is refused leaves nothing beside what is kept of it
            party.save(_values(form, names), party.draft.revision)
    except Refusal as refusal:
        _attach(form, refusal)
        form.revision.data = sent
        return _wrong(party, step, form, before, done - dropped)
    disputing.settle(party, step, form, done | dropped)
    moved = _move_up(party)
    going = (
        "stay"
        if taken or moved or whole() or "drop" in request.form
        else request.form.get("go", "next")
    )
    steps = party.open_steps()
    following = steps[min(steps.index(step) + 1, len(steps) - 1)] if going == "next" else step
    if merged:
        flash(_("Saved. What somebody else changed here meanwhile was kept too."), "confirmed")
    elif going != "next":
        flash(_("Saved."), "confirmed")
    shown = {"options": "all"} if whole() else {}
    return redirect(party.url("edit", step=following, **shown), 303)


def _wrong(
    party: Party, step: str, form: StepForm, before: Mapping[str, str], typed: set[str]
) -> Answer:
    """Return the page of a step that cannot be saved; what was typed is kept all the same."""
    disputing.keep(party, step, before, typed)
    form.revision.data = form.revision.data or meanwhile.token(party, step)
    return page(party, step, form, **disputing.told_again(party, step, form, typed)), 422


def _move_up(party: Party) -> bool:
    """Let a colleague change places with the one before, if that was pressed."""
    if not (wanted := request.form.get("up")):
        return False
    person = next((row.person for row in party.people() if row.person_id == wanted), None)
    if person is None:
        return False
    access.ask(Action(f"lead_{party.kind}"), party.thing)
    move_colleague_up(g.session(), party.thing, person)
    return True


def _take(party: Party, step: str, form: StepForm) -> str:
    """Put a field that the texts speak of into the form, if one was pressed; return its code."""
    taken = request.form.get("take", "")
    chosen = form["fields"] if taken and "fields" in form else None
    if chosen is None:
        return ""
    if taken in {one.code for one in party.spoken_of(step)} - {*(chosen.data or ())}:
        chosen.data = [*(chosen.data or ()), taken]
    return taken


def autosave(party: Party, step: str) -> Response | tuple[Response, int]:
    """Save what is good; of an answer that somebody else changed too, neither text is touched.

    The page goes on showing what it showed, so its revision keeps telling on what it was opened.
    """
    form = form_of(party, step)
    form.validate()
    taken, both, shown = [], [], {}
    before = meanwhile.opened(party, step, form)
    done = meanwhile.changed(form, before)
    if meanwhile.is_stale(party, step, form):
        taken, both = meanwhile.merge(party, step, form)
        both = [name for name, *_texts in meanwhile.differing(party, step, form, both)]
        if not before:
            disputing.keep(party, step, before, both)
            return json_answer(stale=True), 409
        shown = {name: before[name] for name in (*taken, *both)}
    names = [name for name in form.names() if name not in both]
    invalid = [name for name in names if form[name].errors]
    good = [name for name in names if name not in invalid]
    try:
        with g.session.begin_nested():
            party.save(_values(form, good), party.draft.revision)
    except Refusal as refusal:
        disputing.keep(party, step, before, done)
        if refusal.reason == "stale":
            return json_answer(stale=True), 409
        return json_answer(message=sentence(refusal)), 422
    only_here = disputing.keep(party, step, before, {*both, *done.intersection(invalid)})
    disputing.settle(party, step, form, done, left=[*both, *invalid])
    party.draft = party.find_draft()
    return json_answer(  # no 409 for "both": it would take back what was saved beside them
        revision=meanwhile.token(party, step, shown),
        invalid=invalid,
        wrong=[form[name].label.text for name in invalid],
        theirs=[form[name].label.text for name in taken],
        both=[form[name].label.text for name in both],
        only_here=[form[name].label.text for name in sorted(only_here)],
    )


def form_of(party: Party, step: str) -> StepForm:
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
