"""What every page test of pairing and timetable does first."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session


@pytest.fixture(autouse=True)
def one_writer_at_a_time(app: Any, session: Session) -> None:
    """Let go of what the test read or wrote before a request, which may write too."""
    app.before_request_funcs.setdefault(None, []).insert(0, session.commit)
