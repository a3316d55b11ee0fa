"""``matchmaker evaluate``: rankings judged by decisions, and their model for ``rank --model``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from matchmaker.cli import rank as ranking
from matchmaker.cli.evaluate import command
from matchmaker.core.journey import Phase, ProjectState, Wish
from matchmaker.core.refusal import Refusal
from matchmaker.services import match, preference
from tests.cli.test_rank import INVESTORS, PROJECTS
from tests.committee import make_fair
from tests.services.test_match import ranked


def test_runs_are_judged_and_their_model_is_handed_on(
    session: Session,
    now: Any,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fair = make_fair(session, now, phase=Phase.PREFERENCE)
    vaccine = fair.project("Tumour vaccine", state=ProjectState.SELECTED)
    fair.project("Retinal camera", state=ProjectState.SELECTED, field_code="devices")
    firm = fair.investor("Northern Ventures")
    session.commit()
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", database_url)
    empty = CliRunner().invoke(command, ["fair"])
    assert isinstance(empty.exception, Refusal)
    match.save_setting(session, fair.roadshow, weights={"country": 0.0}, actor=None, now=now)
    ranked(fair)
    preference.set_wish(session, vaccine, firm, "investor", Wish.MUST, actor=None, now=now)
    session.commit()
    output = tmp_path / "judged.json"
    told = CliRunner().invoke(command, ["fair", "--top", "1", "--output", str(output)])
    assert told.exit_code == 0, told.output
    assert "run 1: 2 pairs, stage declared, weights by hand" in told.output
    assert "investors' lists of projects (1, 1 wanted, 0 refused)" in told.output
    assert "projects in a top 1: 1 of 2" in told.output
    values = json.loads(output.read_text("utf-8"))
    assert values[0]["model"]["weights"]["country"] == 0.0
    for name, text in (("projects", PROJECTS), ("investors", INVESTORS)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    again = tmp_path / "again.json"
    given = [f"--{name}={tmp_path / name}.csv" for name in ("projects", "investors")]
    made = CliRunner().invoke(ranking.command, [*given, f"--output={again}", f"--model={output}"])
    assert made.exit_code == 0, made.output
    points = {
        reason["contribution"]
        for row in json.loads(again.read_text("utf-8"))
        for reason in row["reasons"]
        if reason["facet"] == "country"
    }
    assert points == {0.0}
