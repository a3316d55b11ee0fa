"""Quality of the ranking on public data, beside what is published, in one run.

    MATCHMAKER_TEST_BENCH=FOLDER python tests/benchmarks/match_quality.py [--only declared ...]

FOLDER holds ``bench_ties.py``, ``bench_goldstandard.py`` and ``data/``. The figures beside ours
are those that the folder's README gives for the same people and items.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REFERENCES = {
    "declared": (
        ("checklist 40/20/20/20", 0.038, 0.053),
        ("one-hot cosine", 0.053, 0.052),
        ("TF-IDF of tokens, cosine", 0.057, 0.058),
        ("lifts, 4 fitted weights", 0.083, 0.077),
    ),
    "history": (
        ("popularity", 0.047, 0.004),
        ("one-hot cosine", 0.104, 0.084),
        ("network diffusion", 0.138, 0.069),
        ("naive Bayes with prior", 0.180, 0.088),
        ("two logistic heads", 0.196, 0.092),
    ),
}
TEXT_REFERENCES = (("TPMS", 0.291), ("SPECTER+MFR", 0.289), ("TF-IDF, 3 closest", 0.281))


def ties(folder: Path, profile: str) -> None:
    """Print nDCG@10 of companies' lists of investors, and of investors' lists of companies."""
    bench, adapters = _modules()
    people, items, relevant, context = bench["ties"].load(
        str(folder / "data" / "ties_crunchbase"), "2011-01-01", "2011-12-31", 3, profile
    )
    started = time.perf_counter()
    scores = adapters.tie_scores(people, items, context)
    seconds = time.perf_counter() - started
    found = bench["ties"].evaluate(scores, relevant, len(people))
    print(f"ties, {profile} ({len(people)} investors x {len(items)} companies)")
    for name, company, investor in REFERENCES[profile]:
        print(f"  {name:28} company {company:.3f}  investor {investor:.3f}")
    company, investor = found["by_company"], found["by_investor"]
    print(
        f"  {'ours':28} company {company['nDCG@10']:.3f}  investor {investor['nDCG@10']:.3f}"
        f"  ({seconds:.1f} s; coverage {company['coverage']:.2f} and {investor['coverage']:.2f},"
        f" Gini {company['gini']:.2f} and {investor['gini']:.2f})"
    )


def texts(folder: Path) -> None:
    """Print the loss of ordering texts for people, lower is better."""
    bench, adapters = _modules()
    root = str(folder / "data" / "goldstandard")
    found, _ = bench["goldstandard"].run_scorer(root, adapters.text_scores)
    print("gold standard of expertise, loss")
    for name, loss in TEXT_REFERENCES:
        print(f"  {name:28} {loss:.3f}")
    print(f"  {'ours':28} {found['loss']:.3f}  (95% {found['loss_ci95']})")


def _modules() -> tuple[dict[str, Any], Any]:
    names = ("ties", "goldstandard")
    found = {name: importlib.import_module(f"bench_{name}") for name in names}
    return found, importlib.import_module("adapters_match")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=["declared", "history", "text"])
    given = parser.parse_args()
    folder = os.environ.get("MATCHMAKER_TEST_BENCH")
    if not folder:
        parser.error("Set MATCHMAKER_TEST_BENCH to the folder with the benchmarks.")
    sys.path[:0] = [str(HERE), folder]
    for name in given.only:
        if name == "text":
            texts(Path(folder))
        else:
            ties(Path(folder), name)


if __name__ == "__main__":
    main()
