"""Where blocks of a ranking run: threads, processes, or a Dask cluster; a setting says it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import Any

from matchmaker.core.refusal import Refusal

BACKENDS = ("threading", "loky", "multiprocessing", "sequential")
CLUSTER = "dask"


def spread(setting: str) -> AbstractContextManager[Any]:
    """Return the joblib context that a setting asks for.

    ``threading``, ``loky`` (processes), ``multiprocessing``, ``sequential``, or
    ``dask:tcp://scheduler:8786`` for a Dask cluster, which needs the extra ``cluster``.
    """
    from joblib import parallel_config  # noqa: PLC0415 -- slow import

    backend, _, address = setting.partition(":")
    context: AbstractContextManager[Any]
    if backend == CLUSTER and address:
        if find_spec("distributed") is None:
            hint = "Ranking on a Dask cluster needs: pip install 'matchmaker[cluster]'."
            raise Refusal("no-cluster-library", hint=hint)
        context = parallel_config(backend=CLUSTER, scheduler_host=address)
        return context
    if setting not in BACKENDS:
        hint = f"Blocks run by {', '.join(BACKENDS)} or dask:ADDRESS, not by {setting}."
        raise Refusal("unknown-backend", hint=hint)
    context = parallel_config(backend=setting)
    return context
