"""Spreadsheets in and out: send, map, check, put right, import, take back; and every export."""

from matchmaker.web.exchange import checking, documents, sending
from matchmaker.web.exchange.blueprint import bp

__all__ = ["bp", "checking", "documents", "sending"]
