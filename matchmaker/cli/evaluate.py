"""``matchmaker evaluate``: how good past rankings were by what people decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import click

from matchmaker.cli.exchange import _roadshow as opened
from matchmaker.core.refusal import Refusal
from matchmaker.documents.jsonfile import write_json
from matchmaker.services import match as matches
from matchmaker.services.match.carrying import evidence_of_run, profiles_of
from matchmaker.services.match.evaluation import Evaluation, Shown, evaluate

DECIMALS = 4
WHOSE = {"investor": "investors' lists of projects", "project": "projects' lists of investors"}


@click.command("evaluate")
@click.argument("roadshow")
@click.option(
    "--runs",
    "most",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="How many of the newest rankings.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Places of a list that count.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A JSON file for all figures, with each run's model for rank --model.",
)
def command(roadshow: str, most: int, top: int, output: Path | None) -> None:
    """Judge the newest rankings of ROADSHOW by its wishes and outcomes.

    Prints precision, recall and nDCG of both sides' lists beside those of a random order, wanted
    pairs predicted and observed by band of score, what came of meetings, how evenly the lists
    show everybody, and what changed since the ranking before.
    """
    with opened(roadshow, write=False) as (session, found):
        runs = matches.runs(session, found)[:most]
        if not runs:
            raise Refusal("no-run", hint="Nothing has been ranked yet.")
        judged = [evaluate(session, found, run, top=top) for run in runs]
        for one in judged:
            for line in _lines(one):
                click.echo(line)
        if output is not None:
            told = [
                _values(one)
                | {
                    "profiles": profiles_of(session, found, one.run),
                    "evidence": evidence_of_run(session, found, one.run),
                }
                for one in judged
            ]
            output.write_bytes(write_json(told))


def _lines(one: Evaluation) -> Iterator[str]:
    run = one.run
    yield (
        f"run {run.number}: {run.pairs} pairs, stage {run.model.get('stage')}"
        f"{', weights by hand' if run.model.get('by_hand') else ''}"
    )
    for trial in run.model.get("trials", ()):
        yield f"  stage {trial['stage']}: {trial['reason']}{_figures(trial)}"
    for side, lists in (("investor", one.investor), ("project", one.project)):
        if lists is None:
            yield f"  {WHOSE[side]}: nobody has stated a wish yet"
            continue
        yield (
            f"  {WHOSE[side]} ({lists.lists}, {lists.wanted} wanted, {lists.refused} refused):"
            f" precision@{one.top} {lists.precision:.3f} (chance {lists.chance_precision:.3f}),"
            f" recall@{one.top} {lists.recall:.3f},"
            f" nDCG@{one.top} {lists.ndcg:.3f} (chance {lists.chance_ndcg:.3f}),"
            f" AUC {_or_none(lists.auc)}"
        )
    yield from _scale(one)
    met = one.met
    yield (
        f"  meetings with a word on them: {met.meetings}, led on {met.led_on};"
        f" mean score {_or_none(met.mean_led, 1)} against {_or_none(met.mean_other, 1)},"
        f" AUC {_or_none(met.auc)}"
    )
    for shown in one.shown:
        yield from _shown(shown, one.top)
    drift = one.drift
    if drift is not None:
        yield (
            f"  since run {drift.before}: {drift.moved} of {drift.pairs} pairs moved, by"
            f" {drift.mean_change:.2f} points in the mean; {drift.kept:.0%} of the top lists"
            f" stayed; stability index {drift.stability:.3f}"
        )


def _figures(trial: dict[str, Any]) -> str:
    if trial["found"] is None:
        return f" ({trial['decisions']} decisions, {trial['lists']} held-out lists)"
    name = "loss" if trial["stage"] == "calibrated" else "nDCG"
    return f" ({name} {trial['found']:.3f} against {trial['against']:.3f})"


def _scale(one: Evaluation) -> Iterator[str]:
    scale = one.scale
    if not scale.measured:
        yield (
            f"  scale: {scale.wanted} wanted pairs are too few to compare predicted and observed;"
            " scores are evidence from profiles, 50 an average pair"
        )
        return
    yield f"  scale: a nat of score was worth {scale.slope:.2f} ({scale.pairs} pairs)"
    for band in scale.bands:
        if band.predicted is not None and band.observed is not None:
            yield (
                f"    {band.low:3.0f}-{band.high:3.0f}: {band.pairs:6} pairs,"
                f" predicted {band.predicted:.3f}, observed {band.observed:.3f}"
            )


def _shown(shown: Shown, top: int) -> Iterator[str]:
    whose = "projects" if shown.side == "project" else "investors"
    yield (f"  {whose} in a top {top}: {shown.seen} of {shown.parties}, Gini {shown.gini:.2f}")
    for name, groups in shown.groups.items():
        told = (f"{one.group or '?'} {one.mean:.1f} ({one.seen}/{one.parties})" for one in groups)
        yield f"    mean places by {name}: {', '.join(told)}"


def _or_none(value: float | None, decimals: int = 3) -> str:
    return "-" if value is None else f"{value:.{decimals}f}"


def _values(one: Evaluation) -> dict[str, Any]:
    values = {
        name: asdict(part) if is_dataclass(part) and not isinstance(part, type) else part
        for name in ("investor", "project", "scale", "met", "drift")
        if (part := getattr(one, name)) is not None
    }
    values |= {"run": one.run.number, "top": one.top, "model": one.run.model}
    values["shown"] = [asdict(shown) for shown in one.shown]
    rounded: dict[str, Any] = _rounded(values)
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
