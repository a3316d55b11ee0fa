"""``matchmaker evaluate``: rankings judged by decisions, and their model for ``rank --model``."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from matchmaker.cli import rank as ranking
from matchmaker.cli.evaluate import command
from matchmaker.cli.exchange import export_command as export
from matchmaker.core.journey import Phase, ProjectState, Wish
from matchmaker.core.match import Trial
from matchmaker.core.refusal import Refusal
from matchmaker.services import match, preference
from matchmaker.services.match import trying
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


def test_a_ranking_that_counted_earlier_decisions_is_repeated_from_its_file(
    session: Session,
    now: Any,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = make_fair(
        session,
        now,
        slug="old",
        phase=Phase.PREFERENCE,
        starts_on=date(2026, 5, 10),
        ends_on=date(2026, 5, 12),
    )
    wanted, refused = (
        old.project(name, state=ProjectState.SELECTED, field_code=code)
        for name, code in (("Tumour vaccine", "oncology"), ("Retinal camera", "devices"))
    )
    then = old.investor("Northern Ventures")
    for project, wish in ((wanted, Wish.MUST), (refused, Wish.NO)):
        preference.set_wish(session, project, then, "investor", wish, actor=None, now=now)
    fair = make_fair(session, now, phase=Phase.PREFERENCE)
    for name, code in (("Heart valve", "devices"), ("Leukaemia drug", "oncology")):
        fair.project(name, state=ProjectState.SELECTED, field_code=code)
    investors = [fair.investor(name) for name in ("Northern Ventures", "Southern Fund")]
    fair.project("Not selected", state=ProjectState.SUBMITTED, field_code="devices")
    monkeypatch.setattr(trying, "lists_of", lambda *_: SimpleNamespace(features=np.zeros((1, 13))))
    monkeypatch.setattr(trying, "older", lambda one: one)
    monkeypatch.setattr(trying, "compare", lambda *_: Trial(stage="evidence", reason="won"))
    monkeypatch.setattr(
        trying, "try_learned", lambda *_: (Trial(stage="learned", reason="lost"), None)
    )
    monkeypatch.setattr(trying, "joined", lambda parts: parts)
    run = ranked(fair)
    assert run.data["evidence"] == {investors[0].id: 2}
    session.commit()
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", database_url)
    made, again = tmp_path / "judged.json", tmp_path / "again.json"
    given = [f"--output={again}", f"--model={made}"]
    for kind in ("projects", "investors"):
        table = tmp_path / f"{kind}.csv"
        told = CliRunner().invoke(export, ["fair", kind, "--format=csv", f"--output={table}"])
        assert told.exit_code == 0, told.output
        given.append(f"--{kind}={table}")
    assert CliRunner().invoke(command, ["fair", f"--output={made}"]).exit_code == 0
    told = CliRunner().invoke(ranking.command, given)
    assert (told.exit_code, told.output.split("\n")[0]) == (
        0,
        "projects.csv: 1 left out, who were not ranked then",
    )
    stored = {
        (one.investor.code, one.project.code): one.score
        for one in match.scores(session, run).values()
    }
    found = {
        (one["investor"], one["project"]): one["score"]
        for one in json.loads(again.read_text("utf-8"))
    }
    assert found == pytest.approx(stored, abs=0.001)
    values = json.loads(made.read_text("utf-8"))
    values[0]["evidence"]["investors"] = {
        "F9": values[0]["evidence"]["investors"][investors[0].code]
    }
    values[0]["profiles"]["current"] = False
    made.write_text(json.dumps(values), "utf-8")
    other = CliRunner().invoke(ranking.command, given)
    assert "investors.csv: without F9, who decided before" in other.output
    assert "judged.json: profiles have changed since that ranking" in other.output
    assert {one["score"] for one in json.loads(again.read_text("utf-8"))} != set(found.values())
    preference.set_wish(session, refused, then, "investor", None, actor=None, now=now)
    session.commit()
    assert CliRunner().invoke(command, ["fair", f"--output={made}"]).exit_code == 0
    no = CliRunner().invoke(ranking.command, given).exception
    assert isinstance(no, Refusal)
    assert no.reason == "no-evidence"
    values[0]["model"]["version"] = "older"
    made.write_text(json.dumps(values), "utf-8")
    no = CliRunner().invoke(ranking.command, given).exception
    assert isinstance(no, Refusal)
    assert no.reason == "other-model"
