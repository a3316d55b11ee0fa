"""Seconds and memory of top 50 lists of both sides, beside nearest neighbours on plain features.

    python tests/benchmarks/match_scale.py [SIZE ...] [--jobs N] [--seed N]

SIZE projects by SIZE investors, with texts, drawn as in ``match_speed.py``. Beside ours:
scikit-learn's NearestNeighbors (brute force, cosine) and ``sparse_dot_topn`` (if installed), over
the same one-hot and TF-IDF features. Each contender runs in a process of its own, blocks in threads
and algebra with one thread in each block, which joblib would also see to in processes; ``prepare``
is fitting and features, ``score`` both sides' lists. Aim at 20,000: within twice the faster one's
score, under 4 GiB.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from match_speed import Cast
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from matchmaker.core.match.best import lists, prepare
from matchmaker.core.similarity import ProfileSimilarity
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.paths import SEEDS

TOP = 50
TICKET_STEPS = 2  # bins in a decade of amounts


def cast(size: int, seed: int) -> tuple[Taxonomy, list[Any], list[Any]]:
    with (Path(SEEDS) / "taxonomy.csv").open(encoding="utf-8-sig", newline="") as file:
        taxonomy = Taxonomy.from_rows(list(csv.DictReader(file)))
    drawn = Cast(taxonomy, seed)
    pitches = [drawn.pitch(at) for at in range(size)]
    return taxonomy, pitches, [drawn.mandate(at) for at in range(size)]


def features(taxonomy: Taxonomy, pitches: list[Any], mandates: list[Any]) -> tuple[Any, Any]:
    """Return unit rows of one-hot values (fields with their ancestors) and TF-IDF of words."""

    def plain(values: dict[str, Any]) -> dict[str, float]:
        return {f"{name}={one}": 1.0 for name, own in values.items() for one in own}

    def up(codes: tuple[str, ...]) -> list[str]:
        return [one for code in codes for one in taxonomy.path(code)]

    def bins(*amounts: float | None) -> list[int]:
        return [round(TICKET_STEPS * float(np.log10(one))) for one in amounts if one]

    offers = [
        plain(
            {
                "field": up(one.fields),
                "country": [one.country],
                "kind": [one.kind],
                "stage": [one.stage],
                "round": [one.round],
                "amount": bins(one.amount),
                "instrument": one.instruments,
                "language": one.languages,
            }
        )
        for one in pitches
    ]
    wants = [
        plain(
            {
                "field": up(one.fields),
                "country": one.countries,
                "kind": one.kinds,
                "stage": one.stages,
                "round": one.rounds,
                "amount": bins(one.ticket.low, one.ticket.high),
                "instrument": one.instruments,
                "language": one.languages,
            }
        )
        for one in mandates
    ]
    hot = DictVectorizer(dtype=np.float32).fit(offers + wants)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
    words.fit([text for one in (*pitches, *mandates) for text in one.texts])
    return tuple(
        normalize(
            sparse.hstack(
                [
                    normalize(hot.transform(rows)),
                    words.transform([" ".join(one.texts) for one in whole]),
                ]
            ).tocsr()
        )
        for rows, whole in ((offers, pitches), (wants, mandates))
    )  # type: ignore[return-value]


Moment = tuple[float, float]


def now() -> Moment:
    """Return seconds on the wall and of the processors."""
    return time.perf_counter(), time.process_time()


def told(started: Moment, prepared: Moment) -> dict[str, float]:
    done = now()
    return {
        "prepare": prepared[0] - started[0],
        "score": done[0] - prepared[0],
        "busy": done[1] - prepared[1],
    }


def ours(size: int, seed: int, jobs: int) -> dict[str, float]:
    taxonomy, pitches, mandates = cast(size, seed)
    started = now()
    model = ProfileSimilarity().fit(pitches, mandates, taxonomy=taxonomy)
    with joblib.parallel_config(backend="threading", n_jobs=jobs):
        read = prepare(pitches, mandates, taxonomy=taxonomy, model=model)
        prepared = now()
        lists(read, TOP)
    return told(started, prepared)


def neighbours(size: int, seed: int, jobs: int) -> dict[str, float]:
    taxonomy, pitches, mandates = cast(size, seed)
    started = now()
    offers, wants = features(taxonomy, pitches, mandates)
    prepared = now()
    for rows, others in ((wants, offers), (offers, wants)):
        found = NearestNeighbors(
            n_neighbors=min(TOP, size), algorithm="brute", metric="cosine", n_jobs=jobs
        ).fit(others)
        found.kneighbors(rows)
    return told(started, prepared)


def top_products(size: int, seed: int, jobs: int) -> dict[str, float]:
    from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415 -- optional

    taxonomy, pitches, mandates = cast(size, seed)
    started = now()
    offers, wants = features(taxonomy, pitches, mandates)
    prepared = now()
    for rows, others in ((wants, offers), (offers, wants)):
        sp_matmul_topn(rows, others.T.tocsr(), top_n=TOP, n_threads=jobs, sort=True)
    return told(started, prepared)


CONTENDERS: dict[str, Callable[[int, int, int], dict[str, float]]] = {
    "ours": ours,
    "NearestNeighbors": neighbours,
    "sparse_dot_topn": top_products,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 5000])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--one", choices=sorted(CONTENDERS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        found = CONTENDERS[given.one](given.sizes[0], given.seed, given.jobs)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**found, "peak": peak}))
        return
    for size in given.sizes:
        for name in CONTENDERS:
            more = ["--one", name, "--jobs", str(given.jobs), "--seed", str(given.seed)]
            command = [sys.executable, __file__, str(size), *more]
            ran = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
            if ran.returncode:
                print(f"{size:6} {name:18} {ran.stderr.strip().splitlines()[-1]}")
                continue
            one = json.loads(ran.stdout.strip().splitlines()[-1])
            print(
                f"{size:6} {name:18} prepare {one['prepare']:7.1f} s, score {one['score']:7.1f} s"
                f" ({one['busy']:.1f} s of processors), peak {one['peak']:6.0f} MiB",
                flush=True,
            )


if __name__ == "__main__":
    main()
