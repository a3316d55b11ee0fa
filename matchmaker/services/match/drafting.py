"""What a mandate's draft would do to the investor's list, before it is handed in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from matchmaker.core.affinity import Outside
from matchmaker.services.match.runs import latest_run
from matchmaker.services.match.why import ranking_now
from matchmaker.services.profile.facts import draft_mandate
from matchmaker.store.profile import Investor
from matchmaker.store.roadshow import Roadshow


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A project in an investor's list: places and scores as they are, and with the draft.

    None where it is excluded; ``outside`` is the rule of the draft that excludes it.
    """

    project_id: str
    before: int | None
    after: int | None
    score_before: float | None
    score_after: float | None
    outside: Outside | None


def draft_list(
    session: Session, investor: Investor, *, among: Collection[str]
) -> list[Placed] | None:
    """Return the list that an investor's draft would have, best first, the excluded last.

    ``among`` are the ids of the projects that may be shown: places are counted among them. Only
    the investor's own row is scored again, with the model of the newest run. None where nothing is
    ranked yet, or the investor is not.
    """
    from matchmaker.core.match import reranked  # noqa: PLC0415 -- slow import
    from matchmaker.core.match.outside import why_outside  # noqa: PLC0415 -- slow import

    roadshow = session.get_one(Roadshow, investor.roadshow_id)
    run = latest_run(session, roadshow)
    now = ranking_now(session, roadshow, run) if run else None
    if now is None or investor.id not in now.investors or not now.projects:
        return None
    row, _ = now.place(investor.id, now.projects[0])
    draft = draft_mandate(session, roadshow, investor)
    own = replace(draft, history=now.mandates[row].history)
    then = reranked(now, own)
    columns = [at for at, project in enumerate(now.projects) if project in among]
    before = _places(now.investor_rank[row], columns)
    after = _places(then.investor_rank[row], columns)
    found = [
        Placed(
            project_id=now.projects[at],
            before=before.get(at),
            after=after.get(at),
            score_before=float(now.score[row, at]) if at in before else None,
            score_after=float(then.score[row, at]) if at in after else None,
            outside=None if at in after else why_outside(own, now.pitches[at], now.taxonomy),
        )
        for at in columns
    ]
    return sorted(found, key=lambda one: (one.after is None, one.after or one.before or 0))


def _places(ranks: np.ndarray, columns: list[int]) -> dict[int, int]:
    """Return the places of some entries among themselves, without the excluded ones."""
    kept = sorted((int(ranks[at]), at) for at in columns if ranks[at])
    return {at: place for place, (_, at) in enumerate(kept, 1)}
