"""``matchmaker upgrade``, ``check`` and ``administrator``: looking after an install."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from matchmaker.core.refusal import Refusal
from matchmaker.settings import Settings
from matchmaker.store import migrate
from matchmaker.store.engine import make_engine, make_sessions, writing


@click.command()
def upgrade() -> None:
    """Bring the database to the newest shape; makes it where there is none."""
    settings = Settings.from_env()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrate.upgrade(make_engine(settings.store_url))
    click.echo("The database is up to date.")


@click.command()
def check() -> None:
    """Check everything that must always hold; names each violation and exits 1 if there is one."""
    from matchmaker.services.invariants import violations  # noqa: PLC0415 -- slow import

    settings = Settings.from_env()
    engine = make_engine(settings.store_url)
    found = []
    if migrate.heads_differ(engine):
        found.append("migrations: the database is not at the newest revision")
    else:
        with make_sessions(engine)() as session:
            found += [f"{one.name}: {one.sentence}" for one in violations(session)]
    for line in found:
        click.echo(line, err=True)
    if found:
        sys.exit(1)
    click.echo("Everything holds.")


@click.command()
@click.argument("email")
@click.password_option(help="At least ten characters.")
def administrator(email: str, password: str) -> None:
    """Make EMAIL an administrator of this install, with an account if it has none."""
    from flask_security import hash_password  # noqa: PLC0415 -- slow import

    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import
    from matchmaker.services import account as accounts  # noqa: PLC0415 -- slow import

    if len(password) < 10:
        raise Refusal("short-password", hint="The password needs at least ten characters.")
    app, now = create_app(Settings.from_env()), datetime.now(UTC)
    with app.app_context(), writing(), app.extensions["sessions"]() as session:
        found = accounts.account_by_email(session, email) or accounts.new_account(
            session,
            email,
            name="",
            password_hash=hash_password(password),
            confirmed=True,
            now=now,
        )
        accounts.make_administrator(session, found, now=now)
        session.commit()
    click.echo(f"{email} is an administrator.")
