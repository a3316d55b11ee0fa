"""Roadshow investment matchmaking: apply, select, prefer, match, pair, meet, outcome.

A roadshow's project teams *apply*, a committee *selects*, investors and teams state what they
*prefer*, the service *matches* them with reasons, proposes who should meet (*pair*), places the
meetings in slots and tables (*meet*), and learns from the *outcome*.

Imports go one way: core -> store -> documents -> services -> web. The core is pure (values in,
values out); the store remembers; documents turn values into bytes; services are the verbs; the
web asks, permits, calls and redirects. Only ``app`` and ``cli`` see everything, and only they
commit. ``tests/test_architecture.py`` holds the code to this.
"""
