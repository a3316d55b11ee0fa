"""The command ``matchmaker``: exit 0 on success, 2 on bad use, 1 with one line otherwise."""

from __future__ import annotations

import importlib
import sys

import click

from matchmaker.core.refusal import Refusal

# command -> module that holds it; a module is loaded only when its command is asked for
COMMANDS = {
    "demo": "demo:command",
    "serve": "serve:serve",
    "worker": "serve:worker",
    "upgrade": "install:upgrade",
    "check": "install:check",
    "administrator": "install:administrator",
    "import": "exchange:import_command",
    "export": "exchange:export_command",
    "rank": "rank:command",
    "evaluate": "evaluate:command",
    "plan": "plan:command",
}


class _Commands(click.Group):
    """Loads a command's module at its first use, so that ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(importlib.import_module(f"matchmaker.cli.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=_Commands)
@click.version_option(package_name="matchmaker")
def group() -> None:
    """Roadshow investment matchmaking: apply, select, prefer, match, pair, meet, outcome."""


def main() -> None:
    """Run the command line; a refusal is one line and exit code 1."""
    try:
        group(standalone_mode=True)
    except Refusal as refusal:
        click.echo(f"matchmaker: {refusal.hint or refusal.reason}", err=True)
        sys.exit(1)
