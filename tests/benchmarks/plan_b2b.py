"""Prints a table of the B2B benchmark (Bofill et al., JAIR 74, 2022): solved, wrong, seconds.

    B2B_BENCH=FOLDER python -m tests.benchmarks.plan_b2b [--every 9] [--from 0] [--seconds 200]

The folder holds ``instances/*.dzn``, ``published.json`` and ``referee.py``.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from tests.benchmarks.adapters_plan import b2b


def load_referee(folder: Path) -> Any:
    """Return the benchmark's own reader and checker."""
    spec = importlib.util.spec_from_file_location("b2b_referee", folder / "referee.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def solve(referee: Any, folder: Path, name: str, spread: int) -> tuple[object, float, float]:
    """Return (breaks, None for infeasible or a text for unproven; CPU seconds; seconds)."""
    problem = referee.load(folder / "instances" / f"{name}.dzn")
    cpu, wall = process_time(), perf_counter()
    found: object
    try:
        slots = b2b(problem, spread)
        found = None if slots is None else referee.check(problem, slots, spread)
    except RuntimeError as error:
        found = str(error)
    return found, process_time() - cpu, perf_counter() - wall


def main() -> None:
    """Solve a sample and compare with the published results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=os.environ.get("B2B_BENCH"))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=200.0)
    chosen = parser.parse_args()
    os.environ["PLAN_SECONDS"] = str(chosen.seconds)
    referee = load_referee(chosen.folder)
    published = referee.published()
    solved = wrong = 0
    cpu_all = slowest = 0.0
    keys = sorted(published)[chosen.first :: chosen.every]
    for name, spread in keys:
        best = {value[1] for value in published[name, spread].values() if value[0] is not None}
        found, cpu, wall = solve(referee, chosen.folder, name, int(spread))
        verdict = "solved" if found in best else "open" if isinstance(found, str) else "WRONG"
        solved += verdict == "solved"
        wrong += verdict == "WRONG"
        cpu_all, slowest = cpu_all + cpu, max(slowest, cpu)
        print(f"{name:<34} d={spread} {found!s:<24} {verdict:<7}{cpu:7.1f} cpu {wall:7.1f} s",
              flush=True)  # fmt: skip
    print(
        f"{solved} of {len(keys)} solved, {wrong} wrong, {cpu_all:.0f} CPU s, slowest {slowest:.0f}"
    )


if __name__ == "__main__":
    main()
