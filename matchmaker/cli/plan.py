"""``matchmaker plan``: a timetable from a file, without a database."""

from __future__ import annotations

import gzip
import io
import json
import math
import sys
import zlib
from pathlib import Path
from typing import Any

import click

from matchmaker.core.instance import Plan, read_instance, read_plan
from matchmaker.core.refusal import Refusal
from matchmaker.core.timetable import plan

MOST_DIGITS = 30  # of a whole number; any of them is refused with its place
LARGEST = 512 * 2**20  # bytes of JSON; the largest conference measured takes 40 million


@click.command("plan")
@click.argument("instance", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--output", required=True, type=click.Path(path_type=Path, allow_dash=True),
              help="Where the plan goes; - is standard output.")  # fmt: skip
@click.option("--previous", type=click.Path(path_type=Path),
              help="The plan people have: as little of it as possible is changed.")  # fmt: skip
@click.option("--time-limit", type=click.FloatRange(0.1, 86_400), default=20.0, show_default=True,
              callback=lambda _c, _o, seconds: _a_time(seconds), help="Seconds.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 10**9), default=0, show_default=True,
              help="Another seed may find another plan that is as good.")  # fmt: skip
@click.option("--most-disturbed", type=click.IntRange(min=0), metavar="N",
              help="With --previous: at most N people lose or change a time, but for those whose "
              "meeting cannot stay.")  # fmt: skip
@click.option(
    "--prove",
    is_flag=True,
    help="Go on to the time limit, if need be, to prove that no plan is better.",
)
@click.option("--strict", is_flag=True, help="Place every pinned and chosen pair, or nothing.")
def command(
    instance: Path,
    output: Path,
    previous: Path | None,
    time_limit: float,
    seed: int,
    most_disturbed: int | None,
    *,
    prove: bool,
    strict: bool,
) -> None:
    """Plan who meets whom, when and where, from INSTANCE (JSON, or JSON compressed by gzip).

    Reads and writes the JSON that README describes.
    """
    if strict and most_disturbed is not None:
        raise click.UsageError("--strict and --most-disturbed exclude each other.")
    made = plan(
        read_instance(_read(instance)),
        previous=None if previous is None else read_plan(_read(previous)),
        time_limit=time_limit,
        seed=seed,
        most_disturbed=most_disturbed,
        strict=strict,
        prove=True if prove else None,
    )
    _write(output, made)
    if strict and made.status == "infeasible":
        sentences = " ".join(clash.sentence for clash in made.clashes)
        raise Refusal("plan-infeasible", hint=f"No plan holds everything decided. {sentences}")


def _read(path: Path) -> Any:
    """Return the JSON values of a file; - is standard input."""
    name = str(path)
    try:
        raw = sys.stdin.buffer.read(LARGEST + 1) if name == "-" else path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = _unpacked(raw)
        if len(raw) > LARGEST:
            raise Refusal("file-too-large", hint=f"{name} is too large.", file=name)
        return json.loads(
            raw.decode("utf-8-sig"),
            parse_constant=_no_constant,
            parse_int=_whole,
            object_pairs_hook=_object,
        )
    except OSError as error:
        hint = f"{name} cannot be read: {error.strerror or error}."
        raise Refusal("unreadable-file", hint=hint, file=name) from None
    except (UnicodeDecodeError, EOFError, zlib.error):
        hint = f"{name} is not JSON in UTF-8, plain or compressed by gzip."
        raise Refusal("not-json", hint=hint, file=name) from None
    except (ValueError, RecursionError) as error:
        raise Refusal("not-json", hint=f"{name} is not JSON: {error}.", file=name) from None


def _unpacked(raw: bytes) -> bytes:
    """Return what gzip packed, a little over the limit at most."""
    with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
        return packed.read(LARGEST + 1)


def _a_time(seconds: float) -> float:
    """Refuse what is no number, which no range does."""
    if math.isnan(seconds):
        raise click.BadParameter("nan is no number of seconds.")
    return seconds


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits is too large")
    return int(digits)


def _object(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of two values under one key none is taken for the right one."""
    values = dict(items)
    if len(values) < len(items):
        names = [name for name, _value in items]
        twice = next(name for name in values if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in an object")
    return values


def _write(path: Path, made: Plan) -> None:
    text = json.dumps(made.as_json(), ensure_ascii=False, indent=1) + "\n"
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    try:
        if path.suffix == ".gz":
            path.write_bytes(gzip.compress(text.encode(), mtime=0))
        else:
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        hint = f"{path} cannot be written: {error.strerror or error}."
        raise Refusal("unwritable-file", hint=hint, file=str(path)) from None
