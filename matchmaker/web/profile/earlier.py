"""Taking over last time's mandate: what it said, in a paragraph and answer by answer, then yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matchmaker.core.policy import Action
from matchmaker.services import profile
from matchmaker.services.profile import earlier
from matchmaker.store.profile import Investor
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.limits import rule_words
from matchmaker.web.profile.party import InvestorParty
from matchmaker.web.profile.saying import mandate_paragraph, said_in
from matchmaker.web.text import locale


@dataclass(frozen=True, slots=True)
class Preview:
    """One mandate that could be taken over, as a person reads it."""

    source: earlier.Earlier
    spoken: str
    answers: list[tuple[str, str, str]]
    """(question, what the draft says now, what it would say)"""


@bp.get("/r/<slug>/investors/<investor_id>/earlier")
@needs(Action.EDIT_INVESTOR, access.investor)
def earlier_mandates(investor: Investor) -> str:
    party = InvestorParty(investor)
    found = earlier.earlier_mandates(g.session(), investor, actor=g.account)
    return render_template(
        "profile/earlier.html",
        party=party,
        investor=investor,
        previews=[_preview(party, one) for one in found],
    )


@bp.post("/r/<slug>/investors/<investor_id>/earlier")
@needs(Action.EDIT_INVESTOR, access.investor)
def take_over(investor: Investor) -> Response:
    source = request.form.get("source", "")
    earlier.take_over(g.session(), investor, source, actor=g.account, now=g.now)
    flash(_("Taken over into your draft. Look through it, then hand it in."), "confirmed")
    return redirect(InvestorParty(investor).url("edit", step="review"), 303)


def _preview(party: InvestorParty, one: earlier.Earlier) -> Preview:
    card = profile.investor_card(one.investor, one.mandate)
    rules = one.mandate.terms.exclusions
    values = profile.mandate_values(one.mandate, terms=True)
    values["exclusions"] = [
        dict(zip(("what", "unless"), rule_words(rule), strict=True)) for rule in rules
    ]
    return Preview(
        one,
        mandate_paragraph(card, rules, "zh" if locale() == "zh" else "en"),
        _differences(party, values),
    )


def _differences(party: InvestorParty, values: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the answers that taking over would change."""
    found, now = [], party.values()
    for _label, made in party.steps.values():
        if made is None:
            continue
        before, after = (made(data=one, formdata=None) for one in (now, values))
        names = [name for name in after.names() if name in values]
        texts = said_in(before, names)
        for name, (question, then) in said_in(after, names).items():
            if then != texts[name][1]:
                found.append((question, texts[name][1], then))
    return found
