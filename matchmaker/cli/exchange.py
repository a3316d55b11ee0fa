"""``matchmaker import`` and ``matchmaker export``: spreadsheets in and out of a roadshow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.documents.jsonfile import write_json
from matchmaker.documents.sheet import Sheet, read_sheet
from matchmaker.services import exchange
from matchmaker.services.exchange import Mapping, Problem
from matchmaker.services.fields import taxonomy
from matchmaker.settings import Settings
from matchmaker.store import migrate
from matchmaker.store.engine import make_engine, make_sessions, writing
from matchmaker.store.roadshow import Roadshow

SHOWN = 50  # problems that are printed; the rest is counted
KINDS = ("projects", "investors", "matches", "pairings", "timetable", "slots", "tables")
PAPER = ("cards", "schedules", "packs")
FORMATS = ("csv", "xlsx", "json", "ics", "pdf")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("roadshow")
@click.argument("kind", type=click.Choice(exchange.KINDS))
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Check every row and change nothing.")
@click.option("--mapping", type=_FILE, help="JSON that says what headings and words become.")
@click.option("--save-mapping", type=_NEW_FILE, help="Write the mapping that is used, to edit it.")
@click.option("--sheet", help="The sheet of a workbook; the first visible one otherwise.")
@click.option(
    "--existing",
    type=click.Choice(["skip", "update", "refuse"]),
    default="skip",
    show_default=True,
    help="What happens to rows that are in the roadshow already.",
)
@click.option("--selected", is_flag=True, help="Select the projects too: a committee has decided.")
def import_command(
    roadshow: str,
    kind: str,
    file: Path,
    dry_run: bool,
    mapping: Path | None,
    save_mapping: Path | None,
    sheet: str | None,
    existing: Any,
    selected: bool,
) -> None:
    """Take the rows of FILE (CSV or XLSX) into ROADSHOW, all of them or none."""
    if selected and kind != "projects":
        raise click.UsageError("--selected is for projects.")
    from matchmaker.services.exchange import taking  # noqa: PLC0415 -- slow import

    tree = taxonomy()
    table = read_sheet(file.read_bytes(), file.name, sheet=sheet)
    used = _mapping(table, kind, tree, mapping)
    if save_mapping is not None:
        save_mapping.write_bytes(write_json(used.as_json()))
    rows, problems = exchange.read(kind, table, used, tree)
    with _roadshow(roadshow) as (session, found):
        problems += taking.check_against(session, found, kind, rows, existing=existing)
        _tell(table, used, problems, tree)
        if any(problem.blocking for problem in problems):
            raise Refusal("import-refused", hint=_refused(problems))
        if dry_run:
            click.echo(f"{len(rows)} rows can be imported; nothing was changed.")
            return
        taken = taking.run_import(
            session,
            found,
            kind,
            rows,
            actor=None,
            now=datetime.now(UTC),
            existing=existing,
            selected=selected,
        )
        session.commit()
    click.echo(
        f"{kind}: {taken.created} new, {taken.updated} updated, "
        f"{taken.skipped} there already and left alone."
    )


@click.command("export")
@click.argument("roadshow")
@click.argument("kind", type=click.Choice([*KINDS, *PAPER]))
@click.option("--format", "form", type=click.Choice(FORMATS), required=True)
@click.option("--output", type=_NEW_FILE, required=True)
@click.option("--locale", type=click.Choice(["en", "zh"]), default="en", help="Language of words.")
def export_command(roadshow: str, kind: str, form: str, output: Path, locale: str) -> None:
    """Write ROADSHOW's projects, investors, matches, pairings or timetable to a file.

    Cards, schedules and packs are pages to print: for each table, person, meeting.
    """
    from matchmaker.services.exchange import giving  # noqa: PLC0415 -- slow import

    if form not in giving.offers(kind):
        raise click.UsageError(f"{kind} come as {', '.join(giving.offers(kind))}, not as {form}.")
    url = Settings.from_env().public_url
    with _roadshow(roadshow, write=False) as (session, found):
        document = giving.export(
            session,
            found,
            kind,
            form,
            language=locale,
            url=f"{url.rstrip('/')}/r/{found.slug}",
            host=urlsplit(url).hostname or "matchmaker",
            now=datetime.now(UTC),
        )
    output.write_bytes(document.content)
    click.echo(f"{output}: {len(document.content):,} bytes.")


@contextmanager
def _roadshow(slug: str, *, write: bool = True) -> Iterator[tuple[Session, Roadshow]]:
    engine = make_engine(Settings.from_env().store_url)
    try:
        old = migrate.heads_differ(engine)
    except OperationalError as error:
        raise Refusal(
            "no-database", hint=f"The database cannot be opened: {error.orig}."
        ) from error
    if old:
        raise Refusal("old-database", hint="The database is not up to date: matchmaker upgrade.")
    sessions = make_sessions(engine)
    try:
        if write:
            with writing(), sessions() as session:
                yield session, _found(session, slug)
        else:
            with sessions() as session:
                yield session, _found(session, slug)
    finally:
        engine.dispose()


def _found(session: Session, slug: str) -> Roadshow:
    found = session.scalars(select(Roadshow).where(Roadshow.slug == slug)).first()
    if found is None:
        known = ", ".join(session.scalars(select(Roadshow.slug).order_by(Roadshow.slug)))
        raise Refusal(
            "no-such-roadshow", hint=f"There is no roadshow {slug}; there is: {known or 'none'}."
        )
    return found


def _mapping(table: Sheet, kind: str, tree: Taxonomy, path: Path | None) -> Mapping:
    if path is None:
        return exchange.guess_mapping(table, kind, tree)
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise Refusal("bad-mapping", hint=f"{path.name} is not JSON: {error}.") from error
    used = Mapping.from_json(data)
    if used.kind != kind:
        raise Refusal("bad-mapping", hint=f"{path.name} is a mapping of {used.kind}.")
    return used


def _tell(table: Sheet, used: Mapping, problems: list[Problem], tree: Taxonomy) -> None:
    ignored = [heading for heading in table.headings if not used.columns.get(heading)]
    if ignored:
        click.echo(f"Columns that are not taken: {', '.join(ignored)}", err=True)
    for column, words in exchange.survey(table, used, tree).items():
        unknown = [f"{word.word} ({word.count})" for word in words if not word.settled]
        if unknown:
            click.echo(f"Words of {column} that are not known: {', '.join(unknown)}", err=True)
    for problem in problems[:SHOWN]:
        click.echo(exchange.sentence(problem), err=True)
    if len(problems) > SHOWN:
        click.echo(f"and {len(problems) - SHOWN} more", err=True)


def _refused(problems: list[Problem]) -> str:
    rows = {problem.row for problem in problems if problem.blocking}
    need = "1 row needs" if len(rows) == 1 else f"{len(rows)} rows need"
    hint = f"Nothing was imported: {need} attention."
    if any(problem.reason == "unknown-word" for problem in problems):
        hint += " Say what unknown words mean with --save-mapping and --mapping."
    return hint
