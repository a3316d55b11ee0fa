"""Files made to do harm: each gets a sentence, in five seconds and 300 MB, and nothing runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.services.hostile import BOMBS, HOSTILE, SLIDES, pptx

MOST_SECONDS = 5.0
MOST_MEMORY = 300 * 1024  # kilobytes of resident memory


WATCH = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", *sys.argv[1:]], stdout=1, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""
"""Runs between: what is forked from the tests would count their memory as its own."""


def watched(*arguments: str) -> tuple[bytes, float, int]:
    """Run one of our readers; return what it printed, its processor seconds and its memory."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *arguments],
        capture_output=True,
        timeout=60,
        check=True,
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    seconds, memory = done.stderr.split()
    return done.stdout, float(seconds), int(memory)


def test_the_corpus_has_the_promised_size() -> None:
    assert len(HOSTILE) + len(BOMBS) + len(SLIDES) >= 80


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_within_its_limits(tmp_path: Path, case: str) -> None:
    name, make, reason = HOSTILE[case]
    path = tmp_path / "upload"
    path.write_bytes(make())
    suffix = Path(name.replace("\0", "")).suffix
    printed, seconds, memory = watched("matchmaker.documents.upload", str(path), f"x{suffix}")
    assert reason == json.loads(printed)["reason"]
    assert seconds < MOST_SECONDS
    assert memory < MOST_MEMORY


@pytest.mark.parametrize("what", ["words", "picture"])
@pytest.mark.parametrize("case", BOMBS)
def test_drawing_and_reading_a_bomb_ends_within_its_limits(
    tmp_path: Path, case: str, what: str
) -> None:
    kind, make = BOMBS[case]
    path = tmp_path / "kept"
    path.write_bytes(make())
    more: list[Any] = ["1"] if what == "picture" else []
    printed, seconds, memory = watched("matchmaker.documents.pages", what, str(path), kind, *more)
    assert seconds < MOST_SECONDS + 1
    assert memory < MOST_MEMORY
    assert b"" == printed or printed.startswith((b"[", b"\xff\xd8\xff"))


@pytest.mark.parametrize("case", SLIDES)
def test_a_slide_made_to_hurt_is_drawn_plainer_within_its_limits(tmp_path: Path, case: str) -> None:
    path = tmp_path / "kept"
    path.write_bytes(pptx(SLIDES[case]))
    drawn, seconds, memory = watched(
        "matchmaker.documents.pages", "picture", str(path), "pptx", "1"
    )
    assert drawn.startswith(b"\xff\xd8\xff")
    assert seconds < MOST_SECONDS
    assert memory < MOST_MEMORY
