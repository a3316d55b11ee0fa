"""A worker process for the tests of work that is cut off: does jobs until it is killed.

    python durable_program.py DATABASE FOLDER [STEP [TIMETABLE]]

At the named step of planning or publishing it leaves a file of that name in the folder and waits
there to be killed. With a timetable it does nothing but publish that.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from matchmaker.core import timetable
from matchmaker.services import jobs, meeting
from matchmaker.services.meeting import publishing
from matchmaker.settings import Settings
from matchmaker.store.account import Account
from matchmaker.store.engine import make_engine, make_sessions, writing
from matchmaker.store.meeting import Timetable


@jobs.job("test-count")
def count(work: jobs.Work) -> dict[str, object]:
    for step in range(4):
        time.sleep(0.03)
        work.progress((step + 1) / 4, "counting")
    return {"counted": work.arguments["number"]}


def publish(url: str, timetable_id: str) -> None:
    with writing(), make_sessions(make_engine(url))() as session:
        version = session.get_one(Timetable, timetable_id)
        actor = session.get_one(Account, version.drafted_by_id)
        meeting.publish(session, version, actor=actor, now=datetime.now(UTC))
        session.commit()


# what is about to be done at each step
STEPS: dict[str, tuple[Any, str]] = {
    "planning": (timetable, "plan"),
    "ending": (jobs, "finish"),
    "publishing": (publishing, "write_letters"),
}


def waiting(function: Callable[..., Any], sign: Path) -> Callable[..., Any]:
    @wraps(function)
    def wait(*arguments: Any, **options: Any) -> Any:
        sign.touch()
        time.sleep(600)
        return function(*arguments, **options)

    return wait


def main(url: str, folder: str, step: str = "", timetable_id: str = "") -> None:
    if step:
        where, name = STEPS[step]
        setattr(where, name, waiting(getattr(where, name), Path(folder) / step))
    if timetable_id:
        publish(url, timetable_id)
        return
    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import

    settings = Settings(
        database_url=url, data_dir=Path(folder), mail="file", trusted_hosts=("localhost",)
    )
    create_app(settings).extensions["worker"].run_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
