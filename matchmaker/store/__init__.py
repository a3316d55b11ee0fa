"""What is remembered: typed tables, one module a word. Importing the package maps every table."""

from matchmaker.store import (
    account,
    attempt,
    disputed,
    exchange,
    journal,
    match,
    meeting,
    outcome,
    pairing,
    preference,
    profile,
    reading,
    roadshow,
    selection,
)
from matchmaker.store.base import Base

__all__ = [
    "Base",
    "account",
    "attempt",
    "disputed",
    "exchange",
    "journal",
    "match",
    "meeting",
    "outcome",
    "pairing",
    "preference",
    "profile",
    "reading",
    "roadshow",
    "selection",
]
