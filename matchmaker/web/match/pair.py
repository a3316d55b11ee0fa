"""One pair: both cards, the score with its reasons, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from matchmaker.core.affinity import Contribution, Outside
from matchmaker.core.journey import Role
from matchmaker.core.policy import Action
from matchmaker.core.words import facet_name
from matchmaker.services import match as matches
from matchmaker.services import profile as profiles
from matchmaker.services.visibility import visible_investors, visible_projects
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.profile import Investor, Project
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.match.blueprint import bp
from matchmaker.web.match.saying import bars, names, told
from matchmaker.web.text import locale

if TYPE_CHECKING:
    from matchmaker.core.match import Change

LEAST_SCALE = 10.0  # points of the longest bar: small reasons stay small
RANKS = (1, 3, 5, 10)  # places that "what would change it" can look for
WANTED = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parties the viewer may know of, and their match in the newest run."""

    roadshow_id: str
    project: Project
    investor: Investor
    run: MatchRun | None
    match: Match | None

    @property
    def project_id(self) -> str:
        return self.project.id

    @property
    def investor_id(self) -> str:
        return self.investor.id


def load(values: dict[str, Any]) -> Pair | None:
    """Return the pair if the viewer may know of both sides."""
    projects = visible_projects(g.viewer, g.roadshow)
    project = g.session.scalars(projects.where(Project.id == values.pop("project_id"))).first()
    investor = g.session.scalars(
        visible_investors(g.viewer, g.roadshow).where(Investor.id == values.pop("investor_id"))
    ).first()
    if project is None or investor is None:
        return None
    run = matches.latest_run(g.session(), g.roadshow)
    match = g.session.get(Match, (run.id, project.id, investor.id)) if run else None
    return Pair(g.roadshow.id, project, investor, run, match)


@bp.get("/r/<slug>/matches/<project_id>/<investor_id>")
@needs(Action.SEE_MATCH, load)
def pair(found: Pair) -> str:
    known_parameters()
    session = g.session()
    reasons = []
    if found.match is not None and found.run is not None and _may_know(found):
        reasons = matches.reasons_of(session, g.roadshow, found.run, found.match)
    return render_template(
        "match/pair.html",
        found=found,
        project=profiles.project_cards(session, [found.project])[found.project.id],
        investor=profiles.investor_cards(session, [found.investor])[found.investor.id],
        bars=bars(reasons),
        scale=max([LEAST_SCALE, *(abs(one.points) for one in reasons if _is_bar(one))]),
        outside=[told(one) for one in reasons] if found.match and found.match.excluded else [],
        may_ask=_owns_the_mandate(found),
        place=_place(found),
        back=_back(found),
    )


@bp.get("/r/<slug>/matches/<project_id>/<investor_id>/change")
@needs(Action.SEE_MATCH, load)
def change(found: Pair) -> str:
    """What would lift the pair; the page asks for it after it has shown the rest."""
    known_parameters("wanted")
    wanted = request.args.get("wanted", WANTED, type=int)
    if wanted not in RANKS:
        abort(400)
    may_ask = _owns_the_mandate(found)
    known, is_known = _change_to(found, wanted) if may_ask else (None, False)
    part = "_change" if request.headers.get("HX-Request") else "change"
    return render_template(
        f"match/{part}.html",
        found=found,
        change=known,
        is_known=is_known,
        may_ask=may_ask,
        said=_said(known) if known else "",
        ranks=RANKS,
        wanted=wanted,
    )


def _change_to(found: Pair, wanted: int) -> tuple[Change | None, bool]:
    """Return the smallest change that lifts the pair to a place, and whether it can be told."""
    if found.match is None or found.run is None:
        return None, True
    rank = found.match.rank_for_investor
    if rank is not None and rank <= wanted:
        return None, True
    session = g.session()
    if matches.ranking_of(session, g.roadshow, found.run) is None:
        return None, False
    known = matches.smallest_change(session, g.roadshow, found.run, found.match, wanted=wanted)
    return known, True


def _is_bar(reason: Contribution | Outside) -> bool:
    return isinstance(reason, Contribution) and reason.facet != "base"


def _owns_the_mandate(found: Pair) -> bool:
    runs = g.viewer.has(Role.ORGANISER, g.roadshow.id)
    return bool(runs or found.investor.id in g.viewer.investors)


def _place(found: Pair) -> int | None:
    """Return the investor's place in the project's list; for its team, among those it sees."""
    if found.match is None or found.match.rank_for_project is None:
        return None
    if found.project.id not in g.viewer.projects:
        return found.match.rank_for_project
    seen = visible_investors(g.viewer, g.roadshow).with_only_columns(Investor.id).order_by(None)
    before = select(func.count()).where(
        Match.run_id == found.match.run_id,
        Match.project_id == found.project.id,
        Match.rank_for_project < found.match.rank_for_project,
        Match.investor_id.in_(seen),
    )
    return 1 + (g.session.scalar(before) or 0)


def _may_know(found: Pair) -> bool:
    """A team is not told which of an investor's own rules shuts it out."""
    return found.match is None or not found.match.excluded or _owns_the_mandate(found)


def _back(found: Pair) -> list[tuple[str, str]]:
    slug = g.roadshow.slug
    if g.viewer.has(Role.ORGANISER, g.roadshow.id):
        return [(_("Matches"), url_for(".overview", slug=slug))]
    if found.investor.id in g.viewer.investors:
        url = url_for(".for_investor", slug=slug, investor_id=found.investor.id)
    else:
        url = url_for(".for_project", slug=slug, project_id=found.project.id)
    return [(_("Matches"), url)]


def _said(change: Change) -> str:
    """Return a change of the mandate as a clause."""
    facet = facet_name(change.facet, locale())
    kind = "amount" if change.facet == "ticket" else change.facet
    value = names(kind, change.value, locale()) if change.value else ""
    return {
        "add": _("if the mandate also named “%(value)s” under %(facet)s", value=value, facet=facet),
        "widen": _(
            "if the mandate's range (%(facet)s) reached %(value)s", value=value, facet=facet
        ),
        "allow": _("if the mandate did not exclude “%(value)s”", value=value),
        "lift": _("if the mandate's list (%(facet)s) were a wish and not a limit", facet=facet),
    }[change.code]
