"""Ranked matches: lists for each side, the whole for organisers, one pair, and runs compared."""

from matchmaker.web.match import lists, model, overview, pair, runs
from matchmaker.web.match.blueprint import bp

__all__ = ["bp", "lists", "model", "overview", "pair", "runs"]
