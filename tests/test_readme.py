"""README says what there is: every command, every setting, two lines to paste."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from matchmaker.cli import COMMANDS, group
from matchmaker.settings import Settings, setting_names

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMAND_LINES = [
    line.partition("#")[0].strip()
    for block in BLOCKS
    for line in block.splitlines()
    if line.startswith("matchmaker ") and "/" not in line.split()[0]
]


def named_commands() -> list[str]:
    """Every command that README shows; alternatives are written ``serve | worker``."""
    found = []
    for line in COMMAND_LINES:
        for part in re.sub(r"\([^)]*\)", "", line.removeprefix("matchmaker ")).split(" | "):
            word = shlex.split(part.replace("[", " ").replace("]", " "))[0]
            if re.fullmatch(r"[a-z]+", word):
                found.append(word)
    return list(dict.fromkeys(found))


def test_readme_names_every_command_and_no_other() -> None:
    assert sorted(COMMANDS) == sorted(named_commands())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_tells_how_it_is_used(name: str) -> None:
    result = CliRunner().invoke(group, [name, "--help"])
    assert 0 == result.exit_code, result.output
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.help


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_readme_shows_options_that_exist(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    shown = {
        option
        for line in COMMAND_LINES
        if re.match(rf"matchmaker {name}\b", line)
        for option in re.findall(r"--[a-z-]+", line)
    }
    assert set() == shown - known


def test_readme_names_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(MATCHMAKER_\w+)` \|([^|]*)\|", README, re.MULTILINE))
    assert sorted(setting_names()) == sorted(rows)
    defaults = Settings()
    for name, told in rows.items():
        value = getattr(defaults, name.removeprefix("MATCHMAKER_").lower())
        if told.strip().startswith("`"):
            plain = ",".join(value) if isinstance(value, tuple) else value
            plain = int(plain) if isinstance(plain, bool) else plain
            assert f"`{plain}`" == told.strip(), name


def test_two_lines_to_paste_stand_in_readme() -> None:
    lines = [line for block in BLOCKS for line in block.splitlines() if "venv .venv" in line]
    assert ["matchmaker demo", "pytest -n auto --dist worksteal"] == [
        re.sub(r"^.*\.venv/bin/", "", line).strip() for line in lines
    ]
