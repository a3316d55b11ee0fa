"""A no with a stable reason, a hint and the facts; bugs raise ordinary exceptions."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """The rules say no.

    ``reason`` is a stable code that pages and tests rely on, ``hint`` one sentence that says what
    to do instead, ``facts`` the values behind it.
    """

    def __init__(self, reason: str, hint: str = "", **facts: Any) -> None:
        super().__init__(hint or reason)
        self.reason = reason
        self.hint = hint
        self.facts = facts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and (self.reason, self.hint, self.facts) == (
            other.reason,
            other.hint,
            other.facts,
        )

    __hash__ = Exception.__hash__
