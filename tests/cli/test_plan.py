"""The command ``matchmaker plan`` as a user types it."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.cli.plan import command
from matchmaker.core.instance import as_json, read_instance, read_plan
from matchmaker.core.refusal import Refusal
from matchmaker.core.review import find_clashes
from matchmaker.core.timetable import proof
from tests.core.fairs import tiny
from tests.core.test_review import fair

PUZZLE = 1  # a tiny fair whose best plan no bound alone proves
MATCHMAKER = Path(sys.executable).with_name("matchmaker")


def run(*arguments: str | Path, data: bytes | None = None) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=data)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(as_json(fair())), encoding="utf-8")
    return path


def test_a_plan_is_written_and_the_referee_agrees(instance: Path, tmp_path: Path) -> None:
    result = run(instance, "--output", tmp_path / "plan.json", "--seed", "3")
    assert (0, "") == (result.exit_code, result.output)
    made = read_plan(json.loads((tmp_path / "plan.json").read_text(encoding="utf-8")))
    assert [] == find_clashes(read_instance(json.loads(instance.read_text())), made)
    assert 3 == made.seed


def test_gzip_goes_in_and_out_and_a_dash_is_the_standard_stream(tmp_path: Path) -> None:
    packed = tmp_path / "instance.json.gz"
    packed.write_bytes(gzip.compress(json.dumps(as_json(fair())).encode()))
    assert 0 == run(packed, "--output", tmp_path / "plan.json.gz").exit_code
    written = json.loads(gzip.decompress((tmp_path / "plan.json.gz").read_bytes()))
    shown = json.loads(run("-", "--output", "-", data=packed.read_bytes()).output)
    assert written | {"seconds": 0} == shown | {"seconds": 0}


def test_a_previous_plan_is_kept(instance: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    run(instance, "--output", first)
    limits = "--seed", "9", "--most-disturbed", "0"
    run(instance, "--output", second, "--previous", first, *limits)
    before, after = (json.loads(path.read_text()) for path in (first, second))
    assert before["meetings"] == after["meetings"]
    assert 0 == after["totals"]["disturbed"]
    assert 2 == run(instance, "--output", second, *limits, "--strict").exit_code


def test_a_proof_is_made_of_what_is_too_large_only_if_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "SMALL", 0)
    path, plan = tmp_path / "instance.json", tmp_path / "plan.json"
    path.write_text(json.dumps(as_json(tiny(PUZZLE))), encoding="utf-8")
    found = []
    for more in ((), ("--prove",)):
        assert 0 == run(path, "--output", plan, *more).exit_code
        found.append(json.loads(plan.read_text())["status"])
    assert ["feasible", "optimal"] == found


def test_strict_writes_the_empty_plan_and_refuses(tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    data = as_json(fair())
    for pair in data["pairs"]:
        pair |= {"state": "pinned", "slot": "s0", "table": "T0"}
    path.write_text(json.dumps(data))
    result = run(path, "--output", tmp_path / "plan.json", "--strict")
    assert isinstance(result.exception, Refusal)
    assert "P0/V0, P1/V0 are pinned and cannot all be held." in result.exception.hint
    assert [] == json.loads((tmp_path / "plan.json").read_text())["meetings"]


BAD = {
    "nothing": b"",
    "no JSON": b"{",
    "a number": b"1",
    "not UTF-8": b"\xff\xfe{}",
    "broken gzip": b"\x1f\x8b\x00\x00",
    "not a number": b'{"gap_spread": NaN}',
    "too deep": b"[" * 100_000,
    "two values under one key": b'{"slots": [], "slots": []}',
    "a number of thousands of digits": b'{"gap_spread": 1' + b"0" * 5_000 + b"}",
    "half a character": b'{"name": "\\ud800"}',
    "UTF-16": '{"name": "路演"}'.encode("utf-16"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_files_are_refused(what: str, tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_bytes(BAD[what])
    result = run(path, "--output", tmp_path / "plan.json")
    assert isinstance(result.exception, Refusal)
    assert not any(one in result.exception.hint for one in ("\n", "sys.", "\ud800"))
    assert not (tmp_path / "plan.json").exists()


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        result = run(path, "--output", tmp_path / "plan.json")
        assert isinstance(result.exception, Refusal)
        assert "cannot be read" in result.exception.hint


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("x.json",),
        ("x.json", "--output", "y", "--seed", "-1"),
        ("--wrong",),
        *(("x.json", "--output", "y", "--time-limit", one) for one in ("0", "-1", "nan", "inf")),
    ],
)
def test_bad_use_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert 2 == run(*arguments).exit_code


def test_the_installed_command_prints_one_line_and_exits_with_1(tmp_path: Path) -> None:
    done = subprocess.run(
        [MATCHMAKER, "plan", tmp_path / "none.json", "--output", "-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 1 == done.returncode
    assert [] == done.stderr.splitlines()[1:]
    assert "none.json cannot be read" in done.stderr
    assert done.stdout == ""


def test_tiny_fairs_survive_the_files(tmp_path: Path) -> None:
    for seed in range(5):
        path = tmp_path / "instance.json"
        path.write_text(json.dumps(as_json(tiny(seed))))
        assert 0 == run(path, "--output", tmp_path / "plan.json", "--time-limit", "5").exit_code


FILES = int(os.environ.get("PLAN_FUZZ", "2000"))  # how many
PIECES = (b"", b"\x00", b"\xff\xfe", b'"', b"}", b"[", b"null", b"-1", b"1e999", b"NaN", b"9" * 400,
          b"\xed\xa0\x80", b'"P0/V0"', b'"s0"', b"\x1f\x8b", b'{"a":' * 900)  # fmt: skip
ORIGINALS = [json.dumps(as_json(tiny(seed))).encode() for seed in range(12)]


@settings(max_examples=FILES, deadline=None, database=None, derandomize=True)
@given(
    original=st.sampled_from(ORIGINALS),
    cuts=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.sampled_from(PIECES)),
        min_size=1,
        max_size=3,
    ),
    packed=st.booleans(),
)
def test_broken_files_are_planned_or_refused_in_one_line(
    original: bytes, cuts: list[tuple[float, int, bytes]], packed: bool
) -> None:
    data = original
    for place, length, piece in cuts:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + length :]
    raw = gzip.compress(data)[: -len(cuts)] if packed and len(cuts) > 1 else data
    result = run("-", "--output", "-", "--time-limit", "0.5", data=raw)
    if result.exit_code:
        assert isinstance(result.exception, Refusal), data
        assert "\n" not in result.exception.hint
    else:
        read_plan(json.loads(result.output))
