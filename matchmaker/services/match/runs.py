"""Ranking runs: asked for, computed by a job, kept with the model and the data that made them.

The model is imported where it is used: pages that only read runs stay quick to start.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import InvestorState, ProjectState
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services import profile as profiles
from matchmaker.services.fields import taxonomy
from matchmaker.services.jobs import Work, enqueue, job
from matchmaker.services.match.decisions import histories, with_history
from matchmaker.services.match.encoders import in_use
from matchmaker.services.match.settings import setting
from matchmaker.services.match.stages import Choice, Known, gather
from matchmaker.store.account import Account
from matchmaker.store.journal import Job
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.profile import Investor, InvestorMandate, Project, ProjectVersion
from matchmaker.store.roadshow import Roadshow

if TYPE_CHECKING:
    from matchmaker.core.match import Ranking

KIND = "match"
MODEL_VERSION = "lifts-4"
TOLD_PAIRS = 20_000  # up to so many pairs every one keeps its reasons
TOLD_RANKS = 25  # beyond, only those this near to the top of either side's list
ROWS_AT_ONCE = 500
MOST_COPIES = 50
BLOCK = 16  # investors explained between two steps of progress

Profiles = tuple[list[Pitch], list[Mandate]]


def queue_run(session: Session, roadshow: Roadshow, *, actor: Account | None, now: datetime) -> Job:
    """Queue a ranking of all pairs; the one under way, if there is one."""
    if not _can_rank(session, roadshow):
        raise Refusal(
            "nothing-to-rank",
            hint="There must be a submitted project and a submitted mandate first.",
        )
    return enqueue(session, KIND, roadshow, actor=actor, now=now, once=True)


def profiles_to_rank(session: Session, roadshow: Roadshow) -> Profiles:
    """Return the selected projects (the submitted ones before any is) and the active mandates."""
    pitches = profiles.pitches(session, roadshow, [ProjectState.SELECTED])
    if not pitches:
        pitches = profiles.pitches(session, roadshow, [ProjectState.SUBMITTED])
    return pitches, profiles.mandates(session, roadshow)


@job(KIND)
def do_run(work: Work) -> Mapping[str, Any]:
    """Rank what the roadshow holds now, and keep the result as a run of its own."""
    with work.reading() as session:
        roadshow = session.get_one(Roadshow, work.roadshow_id)
        for run in runs(session, roadshow):
            if run.data.get("job") == work.job_id:  # a crash after the last transaction
                return {"run": run.id, "pairs": run.pairs}
        pitches, mandates = profiles_to_rank(session, roadshow)
        known = gather(session, roadshow, pitches, mandates)
        data = {"job": work.job_id, **_versions(session, pitches, mandates)}
    started = work.now()
    work.progress(0.05, "ranking")
    choice, ranking = _ranked(known)
    data["fingerprint"] = fingerprint(ranking.pitches, ranking.mandates, ranking.model.get_params())
    data |= _seen(ranking, choice)
    rows = []
    for start in range(0, len(mandates), BLOCK):
        rows += _rows(ranking, start, min(start + BLOCK, len(mandates)))
        if not work.progress(0.1 + 0.8 * (start + BLOCK) / (len(mandates) + BLOCK), "ranking"):
            return {"stopped": True}
    work.progress(0.95, "writing")
    with work.writing() as session:
        run = _keep(session, work, ranking, choice, rows, data, started)
        return {"run": run.id, "pairs": run.pairs}


def _ranked(known: Known) -> tuple[Choice, Ranking]:
    """Choose the stage of the model and rank with it."""
    from matchmaker.core.match import rank  # noqa: PLC0415 -- slow import
    from matchmaker.services.match.trying import choose  # noqa: PLC0415 -- slow import

    choice, base = choose(known)
    if base is None:
        return choice, compute(known.now.pitches, known.now.mandates, choice.parameters())
    model = base.model.reweighted(choice.weights, choice.temperature)
    return choice, rank(base.pitches, base.mandates, taxonomy=taxonomy(), model=model)


def compute(
    pitches: Sequence[Pitch],
    mandates: Sequence[Mandate],
    parameters: Mapping[str, Any] | None = None,
) -> Ranking:
    """Rank profiles by the product's model and taxonomy."""
    from matchmaker.core.match import rank  # noqa: PLC0415 -- slow import
    from matchmaker.core.similarity import ProfileSimilarity  # noqa: PLC0415 -- slow import

    model = ProfileSimilarity(**(parameters or {})).fit(pitches, mandates, taxonomy=taxonomy())
    return rank(pitches, mandates, taxonomy=taxonomy(), model=model)


def fingerprint(
    pitches: Sequence[Pitch], mandates: Sequence[Mandate], parameters: Mapping[str, Any]
) -> str:
    """Return a digest of all that makes the scores; the order of profiles makes no difference."""
    seen = [
        sorted(json.dumps(asdict(one), sort_keys=True, default=sorted) for one in group)
        for group in (pitches, mandates)
    ]
    made_with = json.dumps(parameters, sort_keys=True)
    return hashlib.sha256(json.dumps([MODEL_VERSION, made_with, *seen]).encode()).hexdigest()


def profiles_of_run(session: Session, roadshow: Roadshow, run: MatchRun) -> Profiles:
    """Return the profiles as they are now, with earlier decisions where the run counted them."""
    pitches, mandates = profiles_to_rank(session, roadshow)
    if run.data.get("evidence"):
        mandates = with_history(mandates, histories(session, roadshow))
    return pitches, mandates


def latest_run(session: Session, roadshow: Roadshow) -> MatchRun | None:
    """Return the newest finished run, or None."""
    return session.scalars(_finished(roadshow).limit(1)).first()


def runs(session: Session, roadshow: Roadshow) -> list[MatchRun]:
    """Return the finished runs, the newest first."""
    return list(session.scalars(_finished(roadshow)))


def run_by_number(session: Session, roadshow: Roadshow, number: int) -> MatchRun | None:
    """Return a finished run by its number, or None."""
    return session.scalars(_finished(roadshow).where(MatchRun.number == number)).first()


def is_current(session: Session, roadshow: Roadshow, run: MatchRun) -> bool:
    """Tell whether a ranking made now would be made of the same profiles in the same way."""
    return is_same_model(session, roadshow, run) and saw_profiles(session, roadshow, run)


def is_same_model(session: Session, roadshow: Roadshow, run: MatchRun) -> bool:
    """Tell whether the run was made by this matchmaker's model, the setting that holds now and the
    encoders of this install.
    """
    wanted = setting(session, roadshow)
    return bool(
        run.model.get("version") == MODEL_VERSION
        and run.model.get("setting", 0) == (wanted.number if wanted else 0)
        and run.model.get("parameters", {}).get("encoders", []) == in_use()
    )


def saw_profiles(session: Session, roadshow: Roadshow, run: MatchRun) -> bool:
    """Tell whether the run saw the submitted versions that count now, and no others."""
    projects = _ids(session, Project, roadshow, ProjectState.SELECTED) or _ids(
        session, Project, roadshow, ProjectState.SUBMITTED
    )
    investors = _ids(session, Investor, roadshow, InvestorState.ACTIVE)
    number, mandate = ProjectVersion.number, InvestorMandate.number
    return bool(
        run.data.get("projects") == _newest(session, ProjectVersion.project_id, number, projects)
        and run.data.get("investors")
        == _newest(session, InvestorMandate.investor_id, mandate, investors)
    )


def scores(session: Session, run: MatchRun) -> dict[tuple[str, str], Match]:
    """Return the run's pairs by (project id, investor id)."""
    pairs = session.scalars(select(Match).where(Match.run_id == run.id))
    return {(one.project_id, one.investor_id): one for one in pairs}


def _finished(roadshow: Roadshow) -> Any:
    return (
        select(MatchRun)
        .where(MatchRun.roadshow_id == roadshow.id, MatchRun.finished_at.is_not(None))
        .order_by(MatchRun.number.desc())
    )


def _can_rank(session: Session, roadshow: Roadshow) -> bool:
    project = select(Project.id).where(
        Project.roadshow_id == roadshow.id,
        Project.state.in_([ProjectState.SELECTED, ProjectState.SUBMITTED]),
    )
    investor = select(Investor.id).where(
        Investor.roadshow_id == roadshow.id, Investor.state == InvestorState.ACTIVE
    )
    return all(session.scalars(query.limit(1)).first() for query in (project, investor))


def _versions(
    session: Session, pitches: Sequence[Pitch], mandates: Sequence[Mandate]
) -> dict[str, Any]:
    """Return which version of which profile goes in."""
    project, investor = ProjectVersion.project_id, InvestorMandate.investor_id
    return {
        "projects": _newest(session, project, ProjectVersion.number, [one.id for one in pitches]),
        "investors": _newest(
            session, investor, InvestorMandate.number, [one.id for one in mandates]
        ),
    }


def _seen(ranking: Ranking, choice: Choice) -> dict[str, Any]:
    """Return what organisers are told of the data: how much is known, and what repeats a thesis."""
    from matchmaker.core.match import near_copies  # noqa: PLC0415 -- slow import

    copies = near_copies(ranking.pitches, ranking.mandates)
    return {
        "evidence": {key: len(own) for key, own in sorted(choice.known.items())},
        "copies": [[one.project, one.investor, one.shared] for one in copies[:MOST_COPIES]],
    }


def _ids(session: Session, party: Any, roadshow: Roadshow, state: Any) -> list[str]:
    query = select(party.id).where(party.roadshow_id == roadshow.id, party.state == state)
    return list(session.scalars(query))


def _newest(session: Session, party: Any, number: Any, ids: list[str]) -> dict[str, int]:
    rows = session.execute(select(party, func.max(number)).group_by(party))
    wanted = set(ids)
    return {key: top for key, top in rows if key in wanted and top is not None}


def _rows(ranking: Ranking, start: int, stop: int) -> list[dict[str, Any]]:
    width = len(ranking.projects)
    is_small = len(ranking.investors) * width <= TOLD_PAIRS
    if is_small:
        return [_row(pair) for pair in ranking.explained(start, stop)]
    rows = []
    for row in range(start, stop):
        told = ranking.explained_in(row, _near_top(ranking, row))
        rows += [_row(told.get(at) or ranking.at(row, at)) for at in range(width)]
    return rows


def _near_top(ranking: Ranking, row: int) -> list[int]:
    """Return the projects that stand near the top of either side's list."""
    ranks = zip(ranking.investor_rank[row], ranking.project_rank[row], strict=True)
    return [at for at, pair in enumerate(ranks) if 0 < min(pair) <= TOLD_RANKS]


def _row(pair: Any) -> dict[str, Any]:
    out = pair.outside is not None
    reasons = [pair.outside.row()] if out else [one.row() for one in pair.contributions]
    return {
        "project_id": pair.project,
        "investor_id": pair.investor,
        "score": None if out else round(pair.score, 4),
        "score_investor": None if out else round(pair.score_investor, 4),
        "score_project": None if out else round(pair.score_project, 4),
        "rank_for_investor": pair.investor_rank,
        "rank_for_project": pair.project_rank,
        "excluded": pair.outside.code if out else None,
        "reasons": reasons,
    }


def _keep(
    session: Session,
    work: Work,
    ranking: Ranking,
    choice: Choice,
    rows: list[dict[str, Any]],
    data: dict[str, Any],
    started: datetime,
) -> MatchRun:
    roadshow = session.get_one(Roadshow, work.roadshow_id)
    model = ranking.model
    last = session.scalar(
        select(func.max(MatchRun.number)).where(MatchRun.roadshow_id == roadshow.id)
    )
    actor = session.get(Account, work.actor_id) if work.actor_id else None
    run = MatchRun(
        roadshow_id=roadshow.id,
        number=(last or 0) + 1,
        started_at=started,
        finished_at=work.now(),
        started_by_id=actor.id if actor else None,
        model={
            "version": MODEL_VERSION,
            "stage": choice.stage,
            "by_hand": choice.by_hand,
            "setting": choice.number,
            "trials": list(choice.trials),
            "parameters": model.get_params(),
            "weights": model.weights_,
        },
        data=data,
        pairs=len(rows),
    )
    session.add(run)
    session.flush()
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        session.execute(insert(Match), [{**row, "run_id": run.id} for row in part])
    number, now = run.number, work.now()
    journal.write(
        session, "match.ranked", run, actor=actor, now=now, number=number, pairs=run.pairs
    )
    return run
