"""Seconds and memory of ranking all pairs, with texts.

    python tests/benchmarks/match_speed.py [PROJECTS INVESTORS] [--seed N]

The profiles are drawn from the product's own taxonomy and vocabularies; each has about 120
words. Aim: 500 projects by 2,000 investors under 10 s and under 1 GiB on 2 cores; one changed
profile in under 100 ms.
"""

from __future__ import annotations

import argparse
import csv
import resource
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from matchmaker.core import profile
from matchmaker.core.match import Ranking, rank, reranked
from matchmaker.core.profile import Mandate, Pitch, Ticket
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.paths import SEEDS

COUNTRIES = ("CN", "US", "DE", "FI", "NL", "RU", "GB", "JP")
WORDS_PER_TEXT = 120
VOCABULARY = 4000
TIMES = 7


class Cast:
    """Draws profiles; the same seed draws the same cast."""

    def __init__(self, taxonomy: Taxonomy, seed: int) -> None:
        self.codes = list(taxonomy)
        self.random = np.random.default_rng(seed)
        self.words = [f"term{chr(97 + at % 26)}{at}" for at in range(VOCABULARY)]
        rarity = 1.0 / (np.arange(VOCABULARY) + 10.0)
        self.rarity = rarity / rarity.sum()

    def some(self, values: tuple[str, ...] | list[str], most: int) -> tuple[str, ...]:
        count = min(int(self.random.integers(1, most + 1)), len(values))
        return tuple(str(one) for one in self.random.choice(values, count, replace=False))

    def text(self) -> str:
        return " ".join(self.random.choice(self.words, WORDS_PER_TEXT, p=self.rarity))

    def pitch(self, at: int) -> Pitch:
        return Pitch(
            id=f"P{at:05}",
            fields=self.some(self.codes, 3),
            country=self.some(COUNTRIES, 1)[0],
            kind=self.some(profile.INSTITUTION_KINDS, 1)[0],
            stage=self.some(profile.STAGES, 1)[0],
            trl=int(self.random.integers(1, 10)),
            round=self.some(profile.ROUNDS, 1)[0],
            amount=float(10 ** self.random.uniform(5, 8)),
            instruments=self.some(profile.INSTRUMENTS, 2),
            languages=self.some(("en", "zh"), 2),
            texts=(self.text(),),
        )

    def mandate(self, at: int) -> Mandate:
        low = float(10 ** self.random.uniform(5, 7))
        return Mandate(
            id=f"I{at:05}",
            fields=self.some(self.codes, 5),
            countries=self.some((*COUNTRIES, "150"), 4),
            kinds=self.some(profile.INSTITUTION_KINDS, 3),
            stages=self.some(profile.STAGES, 3),
            rounds=self.some(profile.ROUNDS, 3),
            ticket=Ticket(low=low, high=low * 8),
            instruments=self.some(profile.INSTRUMENTS, 2),
            languages=self.some(("en", "zh"), 2),
            texts=(self.text(),),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="?", type=int, default=500)
    parser.add_argument("investors", nargs="?", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with (Path(SEEDS) / "taxonomy.csv").open(encoding="utf-8-sig", newline="") as file:
        taxonomy = Taxonomy.from_rows(list(csv.DictReader(file)))
    cast = Cast(taxonomy, given.seed)
    pitches = [cast.pitch(at) for at in range(given.projects)]
    mandates = [cast.mandate(at) for at in range(given.investors)]
    before, busy = time.perf_counter(), time.process_time()
    ranking = rank(pitches, mandates, taxonomy=taxonomy)
    seconds, busy = time.perf_counter() - before, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{given.projects} x {given.investors}: {seconds:.1f} s"
        f" ({busy:.1f} s of processor time), peak {peak:.0f} MiB"
    )
    one_changed(ranking, cast)


def one_changed(ranking: Ranking, cast: Cast) -> None:
    """Rank one changed mandate and one changed project anew; a full run has to agree."""
    mandate = replace(cast.mandate(0), id=ranking.investors[len(ranking.investors) // 2])
    pitch = replace(cast.pitch(0), id=ranking.projects[len(ranking.projects) // 2])
    for changed in (mandate, pitch):
        took, busy = [], []
        for _ in range(TIMES):
            before, worked = time.perf_counter(), time.process_time()
            again = reranked(ranking, changed)
            took.append(1000 * (time.perf_counter() - before))
            busy.append(1000 * (time.process_time() - worked))
        whole = rank(again.pitches, again.mandates, taxonomy=again.taxonomy, model=ranking.model)
        agrees = bool(
            np.allclose(whole.score, again.score)
            and np.array_equal(whole.investor_rank, again.investor_rank)
            and np.array_equal(whole.project_rank, again.project_rank)
        )
        print(
            f"one changed {type(changed).__name__.lower()}: median {np.median(took):.0f} ms"
            f" ({np.median(busy):.0f} ms of processor time, first {busy[0]:.0f} ms);"
            f" a full run {'agrees' if agrees else 'DIFFERS'}"
        )


if __name__ == "__main__":
    main()
