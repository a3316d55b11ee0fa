"""Blocks of a ranking run through joblib: threads, processes and a Dask cluster agree."""

from __future__ import annotations

from typing import Any

import joblib
import numpy as np
import pytest

from matchmaker.core.match import Ranking, rank
from matchmaker.core.profile import Mandate, Pitch
from tests.core.profiles import TREE

PITCHES = [
    Pitch(id=f"p{at}", fields=("rna",), texts=(f"lipid delivery to liver {at}",)) for at in range(9)
]
MANDATES = [
    Mandate(id=f"m{at:04}", fields=("rna",), texts=("we fund lipid delivery to the liver",))
    for at in range(600)
]


def ranked(**backend: Any) -> Ranking:
    with joblib.parallel_config(**backend):
        return rank(PITCHES, MANDATES, taxonomy=TREE)


def agree(one: Ranking, other: Ranking) -> None:
    assert np.array_equal(one.score, other.score)
    assert np.array_equal(one.investor_rank, other.investor_rank)
    assert np.array_equal(one.project_rank, other.project_rank)


def test_blocks_in_threads_give_the_same_ranking_as_one_after_the_other() -> None:
    agree(ranked(n_jobs=1), ranked(backend="threading", n_jobs=2))


@pytest.mark.filterwarnings("ignore")  # the cluster library's own remarks on ports and sockets
def test_a_dask_cluster_of_two_workers_gives_the_same_ranking_as_local_threads() -> None:
    distributed = pytest.importorskip(
        "distributed", reason="the cluster extra (matchmaker[cluster]) is not installed"
    )
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        agree(ranked(backend="threading", n_jobs=2), ranked(backend="dask"))
