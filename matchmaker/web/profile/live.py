"""What a draft would do if it were handed in: whom each criterion lets in, what each gap costs.

The pages ask for these pieces after they are shown, because the model has to be there first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.core.journey import Phase
from matchmaker.core.policy import Action, reached
from matchmaker.services import match
from matchmaker.services.profile.facts import draft_mandate
from matchmaker.services.profile.reaching import reach_of
from matchmaker.store.profile import Investor, Project
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.limits import facet_name
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty
from matchmaker.web.profile.stepping import spoken
from matchmaker.web.words import word

FLOOR = 5  # before the projects can be seen, a smaller count might give one of them away
PARTS = {
    "project": {
        "field": ("field", "fields", _l("Field")),
        "country": ("basics", "body_country", _l("Country")),
        "stage": ("field", "stage", _l("Stage")),
        "trl": ("field", "trl", _l("TRL")),
        "round": ("money", "round", _l("Round")),
        "ticket": ("money", "amount", _l("Amount sought")),
        "instrument": ("money", "instruments", _l("What you offer")),
        "language": ("team", "languages", _l("Languages of the meetings")),
    },
    "investor": {
        "field": ("looks", "fields", _l("Field")),
        "country": ("looks", "countries", _l("Countries")),
        "stage": ("looks", "stages", _l("Stages")),
        "round": ("ticket", "rounds", _l("Rounds")),
        "ticket": ("ticket", "ticket_low", _l("First ticket")),
        "instrument": ("ticket", "instruments", _l("Instruments")),
        "language": ("delegates", "languages", _l("Languages of the meetings")),
    },
}
"""Where each part of a profile that the match looks at is asked for: (step, field, name)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion in words; ``below`` is None where nothing ranks lower by it."""

    label: str
    lets_in: str
    below: str | None
    shuts_out: str


@bp.get("/r/<slug>/projects/<project_id>/edit/reach")
@needs(Action.EDIT_PROJECT, access.project)
def reach_project(project: Project) -> str:
    return _reach(ProjectParty(project))


@bp.get("/r/<slug>/investors/<investor_id>/edit/reach")
@needs(Action.EDIT_INVESTOR, access.investor)
def reach_investor(investor: Investor) -> str:
    return _reach(InvestorParty(investor))


def _reach(party: Party) -> str:
    # without a field nobody can hand in, and the model would place what says nothing at all
    silent = not party.draft.fields
    found = None if silent else reach_of(g.session(), g.roadshow, party.thing)
    parts = PARTS[party.kind]
    missing = [(*parts[one.facet], one) for one in found.missing] if found else []
    open_ones = [row for row in missing if row[1] not in party.frozen]
    return _piece(
        "profile/_reach.html",
        party=party,
        reach=found,
        silent=silent,
        missing=open_ones,
        fixed=len(missing) - len(open_ones),
    )


@bp.get("/r/<slug>/investors/<investor_id>/edit/counts")
@needs(Action.EDIT_INVESTOR, access.investor)
def counts_investor(investor: Investor) -> str:
    """How many projects each criterion of the draft lets in, ranks lower and shuts out.

    With ``spoken`` the draft stands below it as a paragraph, in both languages.
    """
    known_parameters("spoken")
    party = InvestorParty(investor)
    value = draft_mandate(g.session(), g.roadshow, investor)
    counts = match.criterion_counts(g.session(), g.roadshow, value)
    rows = []
    for one in counts.criteria:
        hard = one.kind != "list"
        label = word(one.facet, "facet")
        if one.kind == "exclusion":
            label = _("No %(what)s", what=facet_name(one.facet, one.value))
        elif one.kind == "conflict":
            label = _("Organisations you must not meet")
        lets_in = counts.total - one.shuts_out if hard else one.fits + one.silent
        rows.append(
            Row(
                label,
                _shown(lets_in),
                None if hard else _shown(one.misses),
                _shown(one.shuts_out),
            )
        )
    return _piece(
        "profile/_counts.html",
        party=party,
        spoken=spoken(party, party.people()) if request.args.get("spoken") else [],
        rows=rows,
        total=_shown(counts.total),
        open=_shown(counts.open),
    )


def _piece(name: str, **shown: Any) -> str:
    """Return the piece that a page asked for, or a page around it for who has no script."""
    if request.headers.get("HX-Request"):
        return render_template(name, **shown)
    return render_template("profile/live.html", piece=name, **shown)


def _shown(count: int) -> str:
    """Return a count; one that might give a project away only as "fewer than"."""
    if count == 0 or count >= FLOOR or reached(g.roadshow.phase, Phase.PREFERENCE):
        return str(count)
    return f"<{FLOOR}"
