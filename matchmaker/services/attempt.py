"""How often somebody may try to sign in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matchmaker.store.attempt import Attempt


def count_attempt(
    session: Session, limits: Mapping[str, int], *, within: timedelta, now: datetime
) -> bool:
    """Count a try for each key of ``limits``; return False where a key has had its number.

    The window moves: a key's tries of the last ``within`` count. Nothing is counted for a try
    that is refused, so who waits is let in again. What is older is forgotten.
    """
    session.execute(delete(Attempt).where(Attempt.at <= now - within))
    query = select(Attempt.key, func.count()).where(Attempt.key.in_(limits)).group_by(Attempt.key)
    seen = {row[0]: row[1] for row in session.execute(query)}
    if any(seen.get(key, 0) >= most for key, most in limits.items()):
        return False
    session.add_all(Attempt(key=key, at=now) for key in limits)
    session.flush()
    return True
