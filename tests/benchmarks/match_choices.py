"""Choices in the ranking that were measured: how both sides join, and how far lists are varied.

    MATCHMAKER_TEST_BENCH=FOLDER python tests/benchmarks/match_choices.py [--only sides variety]

FOLDER as in ``match_quality.py``: who invested in which new company of 2011, where both sides said
yes. ``sides``: nDCG@10 of companies' and investors' lists by each way to join the two sides, as
points (what the product shows before any decision) and as chances of either side, calibrated on
2010. ``variety``: the share of score in maximal marginal relevance, chosen on half of the
investors as the smallest without a loss, and reported on the other half.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from adapters_match import ranked
from sklearn.linear_model import LogisticRegression

from matchmaker.core.match import scale
from matchmaker.core.match.variety import SHARE, traits, varied
from matchmaker.core.taxonomy import Taxonomy

PROFILES = ("declared", "history")
TOP = 10
SHARES = (1.0, 0.98, 0.97, 0.96, 0.95, 0.94, 0.92, 0.9)
LEAST = 0.002  # nDCG: a smaller loss is none
JOINED: Mapping[str, Callable[[Any, Any], Any]] = {
    "harmonic mean (ours)": scale.joint,
    "geometric mean, product": lambda one, other: np.sqrt(one * other),
    "arithmetic mean": lambda one, other: (one + other) / 2.0,
    "minimum": np.minimum,
    "investor's side alone": lambda one, _: one,
    "project's side alone": lambda _, other: other,
}


def load(folder: Path, year: int, profile: str) -> Any:
    """Return the ranking of a year's new companies, and who invested, companies in columns."""
    import bench_ties  # noqa: PLC0415 -- from the folder

    people, items, relevant, context = bench_ties.load(
        str(folder / "data" / "ties_crunchbase"), f"{year}-01-01", f"{year}-12-31", 3, profile
    )
    ranking, rows, columns = ranked(people, items, context)
    at = np.ix_(rows, columns)
    fit, other, activity = ranking.model.sides(ranking.pitches, ranking.mandates)
    return items, relevant, ranking.score[at], (fit + activity)[at], other[at]


def sides(folder: Path, profile: str) -> None:
    import bench_ties  # noqa: PLC0415 -- from the folder

    _, before, _, *earlier = load(folder, 2010, profile)
    _, relevant, _, *nats = load(folder, 2011, profile)
    points = [scale.points(one) for one in nats]
    chances = [_chances(old, before, new) for old, new in zip(earlier, nats, strict=True)]
    print(f"joining both sides, {profile}: nDCG@{TOP} of companies' and of investors' lists")
    for name, join in JOINED.items():
        told = []
        for one, other in (points, chances):
            found = bench_ties.evaluate(join(one, other), relevant, len(one))
            told += [found[whose][f"nDCG@{TOP}"] for whose in ("by_company", "by_investor")]
        print("  {:26} points {:.3f} {:.3f}   chances {:.3f} {:.3f}".format(name, *told))


def _chances(old: Any, relevant: Any, new: Any) -> Any:
    """Return chances by a logistic curve over nats, fitted on old ties."""
    said = np.zeros(old.shape, dtype=bool)
    for column, who in enumerate(relevant):
        said[list(who), column] = True
    curve = LogisticRegression(C=1e6).fit(old.reshape(-1, 1), said.ravel())
    return curve.predict_proba(new.reshape(-1, 1))[:, 1].reshape(new.shape)


def variety(folder: Path) -> None:
    found = np.array([_varied(folder, profile) for profile in PROFILES])
    for profile, halves in zip(PROFILES, found, strict=True):
        print(f"varied lists, {profile}: nDCG@{TOP} and different fields, first and second half")
        for share, one, other in zip(SHARES, *halves, strict=True):
            print("  share {:.2f}   {:.3f} {:.2f}   {:.3f} {:.2f}".format(share, *one, *other))
    first, held = found.mean(axis=0)
    chosen = max(np.flatnonzero(first[:, 0] >= first[0, 0] - LEAST))
    print(
        f"  chosen on the first half of both: {SHARES[chosen]:.2f} (the product has {SHARE:.2f});"
        f" held out: nDCG {held[0, 0]:.3f} -> {held[chosen, 0]:.3f},"
        f" different fields {held[0, 1]:.2f} -> {held[chosen, 1]:.2f}"
    )


def _varied(folder: Path, profile: str) -> list[list[tuple[float, float]]]:
    """Return by half of the investors and by share what ``_lists`` does."""
    items, relevant, score, *_ = load(folder, 2011, profile)
    wanted: dict[int, set[int]] = {}
    for column, who in enumerate(relevant):
        for row in who:
            wanted.setdefault(row, set()).add(column)
    own = [traits(one["fields"], one["country"], Taxonomy()) for one in items]
    fields = [set(one["fields"]) for one in items]
    halves = (sorted(wanted)[::2], sorted(wanted)[1::2])
    return [[_lists(score, half, wanted, own, fields, one) for one in SHARES] for half in halves]


def _lists(
    score: Any, rows: list[int], wanted: Any, own: list[Any], fields: list[Any], share: float
) -> tuple[float, float]:
    """Return nDCG and the number of different fields, mean over the investors' lists."""
    worth = 1.0 / np.log2(np.arange(2, TOP + 2))
    gains, kinds = [], []
    for row in rows:
        top = varied(score[row].tolist(), own, share=share, top=TOP)[:TOP]
        hits = np.array([at in wanted[row] for at in top])
        gains.append(float(worth @ hits / worth[: min(TOP, len(wanted[row]))].sum()))
        kinds.append(len(set().union(*(fields[at] for at in top))))
    return float(np.mean(gains)), float(np.mean(kinds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=["sides", "variety"])
    given = parser.parse_args()
    folder = os.environ.get("MATCHMAKER_TEST_BENCH")
    if not folder:
        parser.error("Set MATCHMAKER_TEST_BENCH to the folder with the benchmarks.")
    sys.path[:0] = [folder]
    if "sides" in given.only:
        for profile in PROFILES:
            sides(Path(folder), profile)
    if "variety" in given.only:
        variety(Path(folder))


if __name__ == "__main__":
    main()
