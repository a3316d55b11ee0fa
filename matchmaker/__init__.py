"""Roadshow investment matchmaking: apply, select, prefer, match, pair, meet, outcome.

A roadshow's project teams *apply*, a committee *selects*, investors and teams state what they
*prefer*, the service *matches* them with reasons, proposes who should meet (*pair*), places the
meetings in slots and tables (*meet*), and learns from the *outcome*.

Imports go one way: core -> store -> documents -> services -> web. The core is pure (values in,
values out); the store remembers; documents turn values into bytes; services are the verbs; the
web asks, permits, calls and redirects. Only ``app`` and ``cli`` see everything, and only they
commit. ``tests/test_architecture.py`` holds the code to this.
"""

import os

# Pages, blocks and workers run side by side already; threads of one small product that wait for
# each other make a ranking four times as dear, and on a busy machine ten times as slow.
for _algebra in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_algebra, "1")
