"""Stating a wish from wherever a card stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.core.journey import Wish
from matchmaker.core.policy import Action
from matchmaker.core.refusal import Refusal
from matchmaker.services import preference
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.preference.blueprint import (
    NOTHING,
    bp,
)
from matchmaker.web.refusals import sentence
from matchmaker.web.ways import own_path


@dataclass(frozen=True, slots=True)
class Pair:
    """A project and an investor, and in whose name something is said."""

    project: Project
    investor: Investor
    side: str

    @property
    def project_id(self) -> str:
        return self.project.id

    @property
    def investor_id(self) -> str:
        return self.investor.id

    @property
    def roadshow_id(self) -> str:
        return self.project.roadshow_id


def pair(values: dict[str, Any]) -> Pair | None:
    """Load the pair of an address, if the viewer may know of both."""
    side = values.pop("side")
    project, investor = access.project(values), access.investor(values)
    if project is None or investor is None or side not in preference.SIDES:
        return None
    return Pair(project, investor, side)


@bp.post("/r/<slug>/wishes/<project_id>/<investor_id>/<side>")
@needs(Action.STATE_WISH, pair)
def state(pair: Pair) -> AnyResponse | str:
    """State a wish; ``wish`` is must, meet, no or none, in the form or (to undo) the address."""
    known_parameters("wish")
    asked = request.values.get("wish", "")
    if asked not in {NOTHING, *(wish.value for wish in Wish)}:
        abort(400)
    own = pair.project if pair.side == "project" else pair.investor
    other = pair.investor if pair.side == "project" else pair.project
    before = preference.wishes_of(g.session(), own).get(other.id)
    try:
        row = preference.set_wish(
            g.session(),
            pair.project,
            pair.investor,
            pair.side,
            None if asked == NOTHING else Wish(asked),
            actor=access.actor(),
            now=g.now,
        )
    except Refusal as refusal:
        if request.headers.get("HX-Request") != "true":
            raise
        return _control(pair, before, {"text": sentence(refusal)})
    message = {"text": _said(row.wish if row else None), "undo": _undo(pair, before)}
    if request.headers.get("HX-Request") == "true":
        return _control(pair, row.wish if row else None, message)
    flash(message, "confirmed")
    return redirect(own_path(request.referrer or url_for(".mine", slug=g.roadshow.slug)), 303)


def _control(pair: Pair, wish: Wish | None, message: dict[str, str]) -> Response:
    """Answer htmx with the control as it stands now, and a bar that can take it back."""
    own = pair.project if pair.side == "project" else pair.investor
    page = render_template(
        "preference/_answer.html",
        pair=pair,
        wish=wish,
        left=preference.musts_left(g.session(), own),
        most=preference.MUST_MEETS,
    )
    toast = {**message, "target": f"#wish-{pair.project_id}-{pair.investor_id}"}
    return Response(page, headers={"HX-Trigger": json.dumps({"toast": toast})})


def _undo(pair: Pair, before: Wish | None) -> str:
    return url_for(
        ".state",
        slug=g.roadshow.slug,
        project_id=pair.project_id,
        investor_id=pair.investor_id,
        side=pair.side,
        wish=before.value if before else NOTHING,
    )


def _said(wish: Wish | None) -> str:
    return {
        Wish.MUST: _("Noted: must meet."),
        Wish.MEET: _("Noted: would meet."),
        Wish.NO: _("Noted: no thanks. The other side never learns of it."),
        None: _("Your wish is taken back."),
    }[wish]
