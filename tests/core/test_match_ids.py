"""What a profile is called inside says nothing: other ids give the same scores."""

from __future__ import annotations

import csv
import random
from dataclasses import replace

import numpy as np

from matchmaker.core.match import rank
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.paths import SEEDS

TOLERANCE = 1e-6  # points of a score: sums of the same numbers in another order


def texts(name: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    with (SEEDS / name).open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row[one] for one in columns if row[one]) for row in csv.DictReader(file)]


def renamed(scores: np.ndarray, names: list[str], given: list[str]) -> np.ndarray:
    """Return rows or columns in the order in which their ids were given."""
    return np.array([scores[names.index(one)] for one in given])


def test_scores_do_not_depend_on_ids() -> None:
    tree = Taxonomy.from_rows(
        list(csv.DictReader((SEEDS / "taxonomy.csv").open(encoding="utf-8-sig", newline="")))
    )
    pitches = [
        Pitch(id=f"p{at:03}", texts=one)
        for at, one in enumerate(texts("projects.csv", ("summary_en", "summary_zh")))
    ]
    mandates = [
        Mandate(id=f"m{at:03}", texts=one)
        for at, one in enumerate(texts("investors.csv", ("thesis_en", "thesis_zh")))
    ]
    mixed = random.Random(2)
    other_pitches = [replace(one, id=f"{mixed.random()}") for one in pitches]
    other_mandates = [replace(one, id=f"{mixed.random()}") for one in mandates]
    first = rank(pitches, mandates, taxonomy=tree)
    second = rank(other_pitches, other_mandates, taxonomy=tree)
    by_row = renamed(second.score, list(second.investors), [one.id for one in other_mandates])
    again = renamed(by_row.T, list(second.projects), [one.id for one in other_pitches]).T
    assert np.allclose(first.score, again, atol=TOLERANCE)
