"""Compiles the planner's inner loops in a process beside the demo's: the first time after an
installation that takes as long as everything else together.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

PROJECTS, INVESTORS, SLOTS = 4, 6, 3


def small() -> dict[str, Any]:
    """Return an instance just large enough to need every step of the planner."""
    sides = {"P": PROJECTS, "V": INVESTORS}
    names = {side: [f"{side}{number}" for number in range(count)] for side, count in sides.items()}
    parties = {
        side: [{"id": one, "people": [f"{one}.1"], "max": 3} for one in names[side]]
        for side in sides
    }
    return {
        "projects": parties["P"],
        "investors": parties["V"],
        "people": [
            {"id": f"{one}.1", "languages": ["en"], "away": ["S1"] if one in names["P"] else []}
            for one in names["P"] + names["V"]
        ],
        "slots": [
            {"id": f"S{number}", "start": f"2027-04-15T{9 + number:02}:00:00+08:00", "minutes": 20}
            for number in range(SLOTS)
        ],
        "tables": [{"id": "T1"}, {"id": "T2"}],
        "pairs": [
            {"project": project, "investor": investor, "score": 40 + (3 * left + 5 * right) % 17}
            for left, project in enumerate(names["P"])
            for right, investor in enumerate(names["V"])
        ],
    }


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
    from matchmaker.core.instance import read_instance  # noqa: PLC0415 -- slow import
    from matchmaker.core.timetable import plan  # noqa: PLC0415 -- slow import

    plan(read_instance(small()), time_limit=60.0)


if __name__ == "__main__":
    main()
