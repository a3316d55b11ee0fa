"""How long the demo takes: by stage, ranking all pairs, planning. Run it as a program:

python -m tests.benchmarks.demo
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import select

from matchmaker.cli.demo import demo_settings
from matchmaker.cli.making import build
from matchmaker.core.timetable import plan
from matchmaker.services.match.runs import compute, profiles_to_rank
from matchmaker.services.meeting import instance_of
from matchmaker.store.engine import make_engine, make_sessions
from matchmaker.store.roadshow import Roadshow


def main() -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="matchmaker-demo-") as folder:
        settings = demo_settings(data_dir=Path(folder) / "demo")
        print("the demo, stage by stage (seconds)")
        build(settings, lambda stage, seconds: print(f"  {seconds:7.2f}  {stage}"))
        print(f"  {time.perf_counter() - began:7.2f}  altogether")
        engine = make_engine(settings.store_url)
        with make_sessions(engine)() as session:
            roadshow = session.scalars(select(Roadshow)).one()
            pitches, mandates = profiles_to_rank(session, roadshow)
            instance = instance_of(session, roadshow)
        engine.dispose()
    pairs = len(pitches) * len(mandates)
    print(f"ranking {pairs} pairs with every reason: {_best(_rank, pitches, mandates):.2f} s")
    for limit in (2.0, 20.0):
        began = time.perf_counter()
        found = plan(instance, time_limit=limit)
        print(
            f"planning with at most {limit:.0f} s: {time.perf_counter() - began:.2f} s, "
            f"{found.status}, {len(found.meetings)} meetings of {len(instance.pairs)} pairs, "
            f"score {found.totals.score:.1f} of at most {found.totals.bound:.1f}"
        )


def _rank(pitches: Any, mandates: Any) -> None:
    ranking = compute(pitches, mandates)
    ranking.explained(0, len(mandates))


def _best(work: Any, *arguments: Any, times: int = 3) -> float:
    """The quickest of some runs: other programs only ever make one slower."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work(*arguments)
        spent.append(time.perf_counter() - began)
    return min(spent)


if __name__ == "__main__":
    main()
