"""How good a run was by what people decided and what came of it, and whom its lists show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.match import calibrate
from matchmaker.core.match.quality import (
    TOP,
    Band,
    Exposure,
    ListQuality,
    bands,
    exposure,
    gini,
    list_quality,
    stability,
)
from matchmaker.core.places import place_path
from matchmaker.core.profile import Pitch
from matchmaker.core.similarity.categories import Floats
from matchmaker.core.similarity.passages import speaks
from matchmaker.services.match.decisions import Decision, Result, decisions, results
from matchmaker.services.match.labels import SIDES, gains_of, labelled_pairs
from matchmaker.services.match.runs import profiles_to_rank
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.roadshow import Roadshow

WORTH_A_MOVE = 1.0  # points of a score; less is no move


@dataclass(frozen=True, eq=False)
class Board:
    """A run's scores, investors in rows and projects in columns, and both sides' ranks."""

    investors: list[str]
    projects: list[str]
    score: Floats
    out: NDArray[np.bool_]
    investor_rank: NDArray[np.int32]
    project_rank: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Predicted against observed by band; ``measured`` tells whether decisions were enough."""

    bands: tuple[Band, ...]
    pairs: int
    wanted: int
    base: float
    slope: float
    measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Meetings with a word on them: how many led on, and how their scores compare.

    ``auc`` is the chance that a meeting that led on had the higher score, None without both kinds.
    """

    meetings: int
    led_on: int
    mean_led: float | None
    mean_other: float | None
    auc: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whom the top places of the other side's lists show. Groups: country, kind, language."""

    side: str
    parties: int
    seen: int
    gini: float
    groups: Mapping[str, tuple[Exposure, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A run against the one before: pairs both have, those that moved by a point or more, the mean
    change in points, the mean share of each investor's top list that stayed, and the stability
    index of all scores (below 0.1 calm, above 0.25 not).
    """

    before: int
    pairs: int
    moved: int
    mean_change: float
    kept: float
    stability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All of it for one run; ``investor`` and ``project`` are None while nobody decided."""

    run: MatchRun
    top: int
    investor: ListQuality | None
    project: ListQuality | None
    scale: Scale
    met: Met
    shown: tuple[Shown, ...]
    drift: Drift | None


def evaluate(session: Session, roadshow: Roadshow, run: MatchRun, *, top: int = TOP) -> Evaluation:
    """Judge a run by all wishes and outcomes of the roadshow as they stand now."""
    board = board_of(session, run)
    decided = decisions(session, roadshow)
    pitches, mandates = profiles_to_rank(session, roadshow)
    qualities = {side: _lists(board, decided, side, top) for side in SIDES}
    return Evaluation(
        run=run,
        top=top,
        investor=qualities["investor"],
        project=qualities["project"],
        scale=_scale(board, decided),
        met=_met(board, results(session, roadshow)),
        shown=(
            _shown("project", board, _groups(pitches), top),
            _shown("investor", board, {"kind": {m.id: m.kind or "" for m in mandates}}, top),
        ),
        drift=_drift(session, roadshow, run, board, top),
    )


def board_of(session: Session, run: MatchRun) -> Board:
    """Return a run's scores as arrays; pairs that the run did not have are out."""
    rows = session.execute(
        select(
            Match.investor_id,
            Match.project_id,
            Match.score,
            Match.rank_for_investor,
            Match.rank_for_project,
        ).where(Match.run_id == run.id)
    ).all()
    investors, projects = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    row_of = {name: at for at, name in enumerate(investors)}
    column_of = {name: at for at, name in enumerate(projects)}
    shape = len(investors), len(projects)
    score, out = np.zeros(shape), np.ones(shape, dtype=bool)
    ranks = np.zeros((2, *shape), dtype=np.int32)
    for investor, project, points, one, other in rows:
        at = row_of[investor], column_of[project]
        score[at], out[at] = points or 0.0, points is None
        ranks[0][at], ranks[1][at] = one or 0, other or 0
    return Board(investors, projects, score, out, ranks[0], ranks[1])


def _lists(board: Board, decided: Sequence[Decision], side: str, top: int) -> ListQuality | None:
    gains, _ = gains_of(decided, side, board.investors, board.projects)
    if side == "investor":
        return list_quality(board.score, board.out, gains, top)
    return list_quality(board.score.T, board.out.T, gains.T, top)


def _scale(board: Board, decided: Sequence[Decision]) -> Scale:
    pairs = labelled_pairs(board.score, board.out, (board.investors, board.projects), decided)
    found = calibrate(pairs.scores, pairs.wanted, pairs.owner)
    return Scale(
        bands=bands(pairs.scores, pairs.wanted, found.predicted),
        pairs=len(pairs.wanted),
        wanted=int(pairs.wanted.sum()),
        base=found.base,
        slope=found.temperature,
        measured=found.loss > 0,
    )


def _met(board: Board, led: Sequence[Result]) -> Met:
    row_of = {name: at for at, name in enumerate(board.investors)}
    column_of = {name: at for at, name in enumerate(board.projects)}
    known = [
        (float(board.score[row_of[one.investor], column_of[one.project]]), one.led_on)
        for one in led
        if one.investor in row_of and one.project in column_of
    ]
    on = np.array([score for score, led_on in known if led_on])
    off = np.array([score for score, led_on in known if not led_on])
    auc = None
    if len(on) and len(off):
        above = on[:, None] - off[None, :]
        auc = float(((above > 0) + 0.5 * (above == 0)).mean())
    return Met(
        meetings=len(known),
        led_on=len(on),
        mean_led=float(on.mean()) if len(on) else None,
        mean_other=float(off.mean()) if len(off) else None,
        auc=auc,
    )


def _shown(side: str, board: Board, groups: Mapping[str, Mapping[str, str]], top: int) -> Shown:
    if side == "project":
        ranks, names, axis = board.investor_rank, board.projects, 0
    else:
        ranks, names, axis = board.project_rank, board.investors, 1
    places = ((ranks > 0) & (ranks <= top)).sum(axis=axis)
    counts = {name: int(count) for name, count in zip(names, places, strict=True)}
    return Shown(
        side=side,
        parties=len(names),
        seen=sum(one > 0 for one in counts.values()),
        gini=gini(places.astype(float)),
        groups={
            key: exposure(counts, {party: one for party, one in of.items() if party in counts})
            for key, of in groups.items()
        },
    )


def _groups(pitches: Sequence[Pitch]) -> dict[str, dict[str, str]]:
    """Return country group, kind and language of each project; the commonest country is its own."""
    home = Counter(one.country for one in pitches if one.country).most_common(1)
    own = home[0][0] if home else ""
    return {
        "country": {one.id: _place(one.country, own) for one in pitches},
        "kind": {one.id: one.kind or "" for one in pitches},
        "language": {one.id: _written(one) for one in pitches},
    }


def _place(country: str | None, home: str) -> str:
    if not country or country == home:
        return country or ""
    return place_path(country)[0]


def _written(pitch: Pitch) -> str:
    """Return in which languages a project's public text is written."""
    scripts = {"latin": "en", "han": "zh"}
    found = [
        code
        for script, code in scripts.items()
        if any(speaks(text, script) for text in pitch.texts)
    ]
    return "+".join(found)


def _drift(
    session: Session, roadshow: Roadshow, run: MatchRun, board: Board, top: int
) -> Drift | None:
    before = session.scalars(
        select(MatchRun)
        .where(
            MatchRun.roadshow_id == roadshow.id,
            MatchRun.finished_at.is_not(None),
            MatchRun.number < run.number,
        )
        .order_by(MatchRun.number.desc())
        .limit(1)
    ).first()
    if before is None:
        return None
    old = board_of(session, before)
    investors = [one for one in board.investors if one in set(old.investors)]
    projects = [one for one in board.projects if one in set(old.projects)]
    now_at = np.ix_(_places(investors, board.investors), _places(projects, board.projects))
    old_at = np.ix_(_places(investors, old.investors), _places(projects, old.projects))
    both = ~board.out[now_at] & ~old.out[old_at]
    change = np.abs(board.score[now_at] - old.score[old_at])[both]
    return Drift(
        before=before.number,
        pairs=int(both.sum()),
        moved=int((change >= WORTH_A_MOVE).sum()),
        mean_change=float(change.mean()) if change.size else 0.0,
        kept=_kept(board.investor_rank[now_at], old.investor_rank[old_at], top),
        stability=stability(old.score[~old.out], board.score[~board.out]),
    )


def _places(wanted: Sequence[str], names: Sequence[str]) -> list[int]:
    at = {name: place for place, name in enumerate(names)}
    return [at[one] for one in wanted]


def _kept(now: NDArray[np.int32], old: NDArray[np.int32], top: int) -> float:
    """Return the mean share of an old top list that is still in the new one."""
    was, is_in = (old > 0) & (old <= top), (now > 0) & (now <= top)
    sizes = was.sum(axis=1)
    if not sizes.any():
        return 1.0
    return float(((was & is_in).sum(axis=1)[sizes > 0] / sizes[sizes > 0]).mean())
