"""Inner loops as machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def inner(function: F) -> F:
    """Compile for the calls of other compiled functions only, which halves the time it takes."""
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def compiled(function: F) -> F:
    """Compile for calls from Python."""
    return _compile(function, no_cfunc_wrapper=True)


def _compile(function: F, **options: bool) -> F:
    """Compile with numba, keeping the machine code on disk where some folder can be written.

    Without reference counts the steps are six times as fast; nothing here makes arrays.
    """
    jit: Any = numba.njit  # its stub knows nothing of _nrt
    for kept in ({"cache": True, "_nrt": False}, {"_nrt": False}):
        try:
            return cast(F, jit(nogil=True, **kept, **options)(function))
        except RuntimeError:  # no folder for the cache
            continue
    return function
