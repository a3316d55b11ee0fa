"""``matchmaker rank``: rank two tables without a database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from babel import Locale

from matchmaker.core.match import Affinity, Ranking, rank
from matchmaker.core.refusal import Refusal
from matchmaker.core.similarity import ProfileSimilarity
from matchmaker.core.taxonomy import Taxonomy, fold
from matchmaker.core.words import Names, money, sentence, vocabulary
from matchmaker.documents.csvfile import write_csv
from matchmaker.documents.jsonfile import write_json
from matchmaker.documents.sheet import read_sheet
from matchmaker.services import exchange
from matchmaker.services.exchange import InvestorRow, ProjectRow
from matchmaker.services.fields import taxonomy as our_taxonomy
from matchmaker.services.match import encoders
from matchmaker.services.match.carrying import Made, made_of_values
from matchmaker.services.match.decisions import with_history
from matchmaker.settings import Settings

ROUGH_RATES = {
    "USD": 1.0,
    "EUR": 1.1,
    "CNY": 0.14,
    "GBP": 1.3,
    "CHF": 1.15,
    "JPY": 0.0067,
    "HKD": 0.128,
    "SGD": 0.75,
    "RUB": 0.011,
    "KRW": 0.00073,
    "SEK": 0.097,
    "DKK": 0.15,
    "NOK": 0.095,
    "CAD": 0.73,
    "AUD": 0.66,
    "INR": 0.012,
}
"""US dollars for one unit; rough is enough, as amounts are compared by orders of magnitude."""
COLUMNS = (
    "investor",
    "project",
    "score",
    "rank",
    "excluded",
    "score_investor",
    "score_project",
    "investor_name",
    "project_name",
    "reasons",
)
DECIMALS = 4  # contributions are rounded so finely that they still sum to the score
SHOWN_PROBLEMS = 20

Row = TypeVar("Row", ProjectRow, InvestorRow)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("rank")
@click.option("--projects", required=True, type=_FILE, help="CSV or XLSX, columns as for import.")
@click.option("--investors", required=True, type=_FILE, help="CSV or XLSX, columns as for import.")
@click.option("--top", type=click.IntRange(min=1), help="Only the best K of each list.")
@click.option(
    "--by",
    type=click.Choice(["investor", "project"]),
    default="investor",
    show_default=True,
    help="Whose lists: each investor's projects, or each project's investors.",
)
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that ends in .csv or .json.",
)
@click.option("--locale", type=click.Choice(["en", "zh"]), default="en", help="Words of reasons.")
@click.option("--model", "made", type=_FILE, help="A run's model, from evaluate --output.")
@click.option(
    "--rate",
    multiple=True,
    metavar="CODE=USD",
    help="US dollars for one unit of CODE; a model brings its own rates.",
)
def command(
    projects: Path,
    investors: Path,
    top: int | None,
    by: str,
    output: Path,
    locale: str,
    made: Path | None,
    rate: tuple[str, ...],
) -> None:
    """Rank every project for every investor, with reasons, without a database."""
    if output.suffix.lower() not in (".csv", ".json"):
        raise click.UsageError("--output must end in .csv or .json.")
    encoders.prepare(Settings.from_env().encoders)
    own = _made_with(made, ROUGH_RATES | dict(_rate(one) for one in rate))
    tree = our_taxonomy()
    project_rows = _those(_read(projects, "projects", tree), projects.name, own.projects)
    investor_rows = _those(_read(investors, "investors", tree), investors.name, own.investors)
    names = exchange.organisation_names(project_rows)
    into: dict[str, Any] = {"rates": own.rates, "reference": own.currency}
    pitches = _distinct([exchange.pitch_of_row(row, **into) for row in project_rows])
    mandates = _distinct(
        [exchange.mandate_of_row(row, **into, organisations=names) for row in investor_rows]
    )
    known = own.evidence
    absent = sorted(set(known) - {one.id for one in mandates})
    if absent:
        click.echo(f"{investors.name}: without {', '.join(absent)}, who decided before", err=True)
    mandates = with_history(mandates, known)
    model = ProfileSimilarity(**own.parameters).fit(pitches, mandates, taxonomy=tree)
    ranking = rank(pitches, mandates, taxonomy=tree, model=model)
    shown = {row.code or f"P{row.row}": row.code or row.name for row in project_rows}
    shown_investors = {row.code or f"I{row.row}": row.code or row.name for row in investor_rows}
    words = vocabulary(tree, partial(_name, own.currency))
    rows = [
        _row(ranking, pair, by, locale, words)
        | {"investor": shown_investors.get(pair.investor, pair.investor)}
        | {"project": shown.get(pair.project, pair.project)}
        for pair in _pairs(ranking, by, top)
    ]
    output.write_bytes(_csv(rows) if output.suffix.lower() == ".csv" else write_json(rows))
    click.echo(
        f"{len(ranking.investors)} investors and {len(ranking.projects)} projects: "
        f"{len(rows)} pairs in {output}"
    )


def _name(currency: str, facet: str, code: str, locale: str) -> str:
    """Return the name of a country or a language, and money in its currency."""
    world = Locale.parse("zh_Hans_CN" if locale == "zh" else "en")
    if facet == "country":
        return world.territories.get(code) or code
    if facet == "language":
        return world.languages.get(code) or code
    if facet == "amount":
        amount = money(float(code), locale)
        return f"{amount}{world.currencies[currency]}" if locale == "zh" else f"{currency} {amount}"
    return code


def _rate(text: str) -> tuple[str, float]:
    code, _, value = text.partition("=")
    try:
        rate = float(value)
    except ValueError:
        rate = 0.0
    if len(code) != 3 or rate <= 0:
        raise click.UsageError(f"--rate wants CODE=USD such as EUR=1.1, not {text}.")
    return code.upper(), rate


def _read(path: Path, kind: str, tree: Taxonomy) -> list[Any]:
    """Return the rows of a table; a word nobody knows stays a word of its own, a bad row goes."""
    sheet = read_sheet(path.read_bytes(), path.name)
    mapping = exchange.guess_mapping(sheet, kind, tree)
    unknown: dict[str, dict[str, str]] = {}
    for column, words in exchange.survey(sheet, mapping, tree).items():
        own = {one.word: fold(one.word).replace(" ", "_") for one in words if not one.settled}
        unknown[column] = {**mapping.values.get(column, {}), **own}
        if own:
            click.echo(f"{path.name}: {column}: taken as they stand: {', '.join(own)}", err=True)
    mapping = replace(mapping, values={**mapping.values, **unknown})
    rows, problems = exchange.read(kind, sheet, mapping, tree)
    blocking = [one for one in problems if one.blocking]
    for problem in blocking[:SHOWN_PROBLEMS]:
        click.echo(f"{path.name}: {exchange.sentence(problem)}", err=True)
    if len(blocking) > SHOWN_PROBLEMS:
        click.echo(f"{path.name}: {len(blocking) - SHOWN_PROBLEMS} more problems", err=True)
    if not rows:
        raise Refusal("no-rows", hint=f"{path.name} holds no {kind} that can be ranked.")
    return rows


def _made_with(path: Path | None, rates: Mapping[str, float]) -> Made:
    """Return what a run was made with, read from a file of evaluate --output."""
    if path is None:
        return Made(parameters={"encoders": encoders.in_use()}, rates=rates)
    try:
        found = json.loads(path.read_text("utf-8"))
        made = made_of_values(found[0] if isinstance(found, list) else found, rates)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        hint = f"{path.name} is not a file of evaluate --output."
        raise Refusal("no-model", hint=hint) from error
    if not made.is_current:
        click.echo(f"{path.name}: profiles have changed since that ranking", err=True)
    return made


def _those(rows: list[Row], name: str, codes: frozenset[str] | None) -> list[Row]:
    """Return the rows of those a run ranked; all where none of them is in the table."""
    kept = [row for row in rows if codes is not None and row.code in codes]
    if codes is None or not kept:
        return rows
    if len(kept) < len(rows):
        click.echo(f"{name}: {len(rows) - len(kept)} left out, who were not ranked then", err=True)
    absent = sorted(codes - {row.code for row in kept})
    if absent:
        click.echo(f"{name}: without {', '.join(absent)}, who were ranked then", err=True)
    return kept


def _distinct(profiles: list[Any]) -> list[Any]:
    return list({one.id: one for one in profiles}.values())


def _pairs(ranking: Ranking, by: str, top: int | None) -> Iterator[Affinity]:
    """Yield the pairs list by list, the best first; excluded ones last, and only in full lists."""
    ranks = ranking.investor_rank if by == "investor" else ranking.project_rank
    kept = []
    for row in range(len(ranking.investors)):
        if top is None:
            kept += ranking.explained(row, row + 1)
            continue
        for column in ((ranks[row] > 0) & (ranks[row] <= top)).nonzero()[0]:
            kept.append(ranking.at(row, int(column), explained=True))
    owners = ranking.investors if by == "investor" else ranking.projects
    lists: dict[str, list[Affinity]] = {owner: [] for owner in owners}
    for pair in kept:
        lists[pair.investor if by == "investor" else pair.project].append(pair)
    last = len(kept) + 1
    for pairs in lists.values():
        yield from sorted(pairs, key=lambda pair: _place(pair, by) or last)


def _place(pair: Affinity, by: str) -> int | None:
    return pair.investor_rank if by == "investor" else pair.project_rank


def _row(ranking: Ranking, pair: Affinity, by: str, locale: str, words: Names) -> dict[str, Any]:
    row, column = ranking.place(pair.investor, pair.project)
    told = [one for one in pair.contributions if one.points or one.code != "missing"]
    reasons = [
        {
            "facet": one.facet,
            "contribution": round(one.points, DECIMALS),
            "text": sentence(one, locale, words),
        }
        for one in told
    ]
    excluded = "" if pair.outside is None else sentence(pair.outside, locale, words)
    if pair.outside is not None:
        reasons = [{"facet": pair.outside.facet, "contribution": 0.0, "text": excluded}]
    return {
        "investor": pair.investor,
        "project": pair.project,
        "score": round(pair.score, DECIMALS),
        "rank": _place(pair, by),
        "excluded": excluded,
        "score_investor": round(pair.score_investor, DECIMALS),
        "score_project": round(pair.score_project, DECIMALS),
        "investor_name": ranking.mandates[row].name,
        "project_name": ranking.pitches[column].name,
        "reasons": reasons,
    }


def _csv(rows: list[dict[str, Any]]) -> bytes:
    cells = (
        [*(row[name] for name in COLUMNS[:-1]), json.dumps(row["reasons"], ensure_ascii=False)]
        for row in rows
    )
    return write_csv(COLUMNS, cells)
