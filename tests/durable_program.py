"""A worker process for the tests of work that is cut off: does jobs until it is killed.

    python durable_program.py DATABASE FOLDER [STEP]

At the named step of planning or publishing it leaves a file of that name in the folder and waits
there to be killed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from matchmaker.app import create_app
from matchmaker.core import timetable
from matchmaker.services import jobs, meeting
from matchmaker.services.meeting import publishing
from matchmaker.settings import Settings
from matchmaker.store.account import Account
from matchmaker.store.meeting import Timetable


@jobs.job("test-count")
def count(work: jobs.Work) -> dict[str, object]:
    for step in range(4):
        time.sleep(0.03)
        work.progress((step + 1) / 4, "counting")
    return {"counted": work.arguments["number"]}


@jobs.job("test-publish")
def publish(work: jobs.Work) -> dict[str, object]:
    with work.writing() as session:
        version = session.get_one(Timetable, work.arguments["timetable"])
        actor = session.get_one(Account, work.actor_id)
        meeting.publish(session, version, actor=actor, now=work.now())
    return {"published": version.number}


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


def main(url: str, folder: str, step: str = "") -> None:
    if step:
        where, name = STEPS[step]
        setattr(where, name, waiting(getattr(where, name), Path(folder) / step))
    settings = Settings(
        database_url=url, data_dir=Path(folder), mail="file", trusted_hosts=("localhost",)
    )
    create_app(settings).extensions["worker"].run_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
