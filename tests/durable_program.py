"""A worker process for ``test_worker``: does short jobs until it is killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from matchmaker.app import create_app
from matchmaker.services import jobs
from matchmaker.settings import Settings


@jobs.job("test-count")
def count(work: jobs.Work) -> dict[str, object]:
    for step in range(4):
        time.sleep(0.03)
        work.progress((step + 1) / 4, "counting")
    return {"counted": work.arguments["number"]}


def main(url: str, folder: str) -> None:
    settings = Settings(
        database_url=url, data_dir=Path(folder), mail="file", trusted_hosts=("localhost",)
    )
    create_app(settings).extensions["worker"].run_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
