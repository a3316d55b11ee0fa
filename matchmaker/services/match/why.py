"""Why a pair has its score, and what would change it; computed from the run's own data."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.affinity import Contribution, Outside, reason_of
from matchmaker.services.match.encoders import in_use, usable
from matchmaker.services.match.runs import compute, fingerprint, latest_run, profiles_of_run
from matchmaker.services.visibility import seen_by
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow

if TYPE_CHECKING:
    from matchmaker.core.match import Change, Edit, Ranking
    from matchmaker.core.profile import Mandate, Pitch

FEWEST = 5  # investors: the counts of fewer could be told apart
REMEMBERED = 3  # rankings kept in this process, by the digest of their data
_rankings: OrderedDict[str, Ranking] = OrderedDict()
_lock = Lock()


def reasons_of(
    session: Session, roadshow: Roadshow, run: MatchRun, pair: Match
) -> list[Contribution | Outside]:
    """Return the pair's reasons, kept or (in a large run) computed again.

    Empty where the profiles have changed since the run, so that nothing untrue is told.
    """
    if pair.reasons:
        return [reason_of(row) for row in pair.reasons]
    ranking = ranking_of(session, roadshow, run)
    if ranking is None:
        return []
    found = ranking.affinity(pair.investor_id, pair.project_id)
    return [found.outside] if found.outside else list(found.contributions)


def smallest_change(
    session: Session, roadshow: Roadshow, run: MatchRun, pair: Match, *, wanted: int
) -> Change | None:
    """Return the smallest change of the mandate that lifts the project to the wanted rank.

    None where no single change lifts it; Refusal-free: also None when profiles have changed.
    """
    from matchmaker.core.match import what_if  # noqa: PLC0415 -- slow import

    ranking = ranking_of(session, roadshow, run)
    if ranking is None:
        return None
    return what_if(ranking, pair.investor_id, pair.project_id, wanted=wanted)


def ranking_of(session: Session, roadshow: Roadshow, run: MatchRun) -> Ranking | None:
    """Return the run's ranking, computed again from the same data; None if they have changed, or
    an encoder that it was made with is gone.
    """
    digest = str(run.data.get("fingerprint"))
    with _lock:
        if digest in _rankings:
            _rankings.move_to_end(digest)
            return _rankings[digest]
    pitches, mandates = profiles_of_run(session, roadshow, run)
    parameters = run.model.get("parameters", {})
    if not usable(parameters) or fingerprint(pitches, mandates, parameters) != digest:
        return None
    return _computed(digest, pitches, mandates, parameters)


def ranking_now(session: Session, roadshow: Roadshow, run: MatchRun) -> Ranking:
    """Return the profiles as they are now, ranked with the model of a run."""
    pitches, mandates = profiles_of_run(session, roadshow, run)
    parameters = dict(run.model.get("parameters", {}))
    if not usable(parameters):
        parameters["encoders"] = in_use()
    digest = fingerprint(pitches, mandates, parameters)
    with _lock:
        ranking = _rankings.get(digest)
    return ranking or _computed(digest, pitches, mandates, parameters)


def visibility(session: Session, project: Project, *, most: int = 5) -> list[Edit] | None:
    """Return the edits of a project's card that would bring it into the most investors' lists.

    Counted with the model of the newest run on the profiles as they are now; only counts leave
    this function, and none of a firm that the team may not know of: it would tell that there is
    one. None where the project is not ranked, or fewer than ``FEWEST`` investors are counted.
    """
    from matchmaker.core.match import coach  # noqa: PLC0415 -- slow import

    roadshow = session.get_one(Roadshow, project.roadshow_id)
    run = latest_run(session, roadshow)
    if run is None:
        return None
    seen = set(session.scalars(select(Investor.id).where(seen_by(project))))
    ranking = ranking_now(session, roadshow, run)
    counted = seen & set(ranking.investors)
    if len(counted) < FEWEST or project.id not in ranking.projects:
        return None
    return coach(ranking, project.id, most=most, among=counted)


def _computed(
    digest: str,
    pitches: Sequence[Pitch],
    mandates: Sequence[Mandate],
    parameters: Mapping[str, Any],
) -> Ranking:
    ranking = compute(pitches, mandates, parameters)
    with _lock:
        _rankings[digest] = ranking
        while len(_rankings) > REMEMBERED:
            _rankings.popitem(last=False)
    return ranking
