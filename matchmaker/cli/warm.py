"""Compiles the planner's inner loops in a process beside the demo's: the first time after an
installation that takes as long as everything else together.
"""

from __future__ import annotations

import subprocess
import sys


def begin() -> None:
    """Start such a process; nobody waits for it, and its failing harms nothing."""
    subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "-m", __name__],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Compile what the planner needs; what is done is kept on disk for whoever asks next."""
    from matchmaker.core.timetable import warm  # noqa: PLC0415 -- slow import

    warm()


if __name__ == "__main__":
    main()
