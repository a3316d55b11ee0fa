"""``matchmaker rank``: tables in, ranked pairs with reasons out, no database."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matchmaker.cli.rank import command
from matchmaker.core.refusal import Refusal

PROJECTS = """code,title_en,organisation_en,country,fields,stage,amount,currency
P1,Base editing for deafness,Aalto Institute,FI,Gene therapy,preclinical,3000000,EUR
P2,Handheld retinal camera,Chengdu Hospital,CN,Medical devices,market,2000000,USD
P3,Silent,Nobody Ltd,,,,,
"""
INVESTORS = """code,name_en,fields,countries,stages,ticket_low,ticket_high,currency,exclude
I1,Northern Ventures,gene therapy,FI;DE,preclinical,1000000,5000000,EUR,
I2,Device Fund,medical devices,CN,market,1000000,5000000,USD,field:gene_therapy
"""


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    projects, investors = tmp_path / "projects.csv", tmp_path / "investors.csv"
    projects.write_text(PROJECTS, encoding="utf-8")
    investors.write_text(INVESTORS, encoding="utf-8")
    return projects, investors


def run(tables: tuple[Path, Path], output: Path, *more: str) -> Result:
    given = ["--projects", str(tables[0]), "--investors", str(tables[1]), "--output", str(output)]
    return CliRunner().invoke(command, [*given, *more], catch_exceptions=True)


def test_every_pair_is_told_with_contributions_that_sum_to_its_score(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    output = tmp_path / "out.json"
    assert run(tables, output).exit_code == 0
    rows = json.loads(output.read_text(encoding="utf-8"))
    assert [(row["investor"], row["project"], row["rank"]) for row in rows] == [
        ("I1", "P1", 1),
        ("I1", "P3", 2),
        ("I1", "P2", 3),
        ("I2", "P2", 1),
        ("I2", "P3", 2),
        ("I2", "P1", None),
    ]
    for row in rows:
        told = sum(reason["contribution"] for reason in row["reasons"])
        assert told == pytest.approx(row["score"], abs=0.01)
    assert rows[-1]["excluded"] == "Field: the investor excludes Gene therapy."


def test_a_csv_has_the_same_rows_and_reasons_as_json_text(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    output = tmp_path / "out.csv"
    assert run(tables, output, "--top", "1", "--by", "project", "--locale", "zh").exit_code == 0
    with output.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["project"], row["investor"], row["rank"]) for row in rows] == [
        ("P1", "I1", "1"),
        ("P2", "I2", "1"),
        ("P3", "I1", "1"),
    ]
    assert json.loads(rows[0]["reasons"])[0] == {
        "facet": "base",
        "contribution": 50.0,
        "text": "本次活动的平均配对从50分起算。",
    }


def test_a_word_nobody_knows_still_matches_itself(tmp_path: Path) -> None:
    projects, investors = tmp_path / "p.csv", tmp_path / "i.csv"
    projects.write_text(
        "title_en,organisation_en,fields\nOne,A,Quantum gravity\nTwo,B,Basket weaving\n"
    )
    investors.write_text("name_en,fields\nFund,basket weaving\n")
    output = tmp_path / "out.json"
    assert run((projects, investors), output).exit_code == 0
    assert [row["project"] for row in json.loads(output.read_text())] == ["Two", "One"]


def test_bad_use_and_empty_tables_are_refused(tables: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(tables, tmp_path / "out.pdf").exit_code == 2
    assert run(tables, tmp_path / "out.csv", "--rate", "EUR=much").exit_code == 2
    empty = tmp_path / "empty.csv"
    empty.write_text("title_en,organisation_en\n")
    assert isinstance(run((empty, tables[1]), tmp_path / "out.csv").exception, Refusal)


def test_a_ranking_is_not_repeated_without_the_encoder_it_was_made_with(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    made = tmp_path / "made.json"
    made.write_text('[{"model": {"parameters": {"encoders": ["some-1234"]}, "trials": []}}]')
    no = run(tables, tmp_path / "out.csv", f"--model={made}").exception
    assert isinstance(no, Refusal)
    assert (no.reason, no.facts) == ("no-encoder", {"encoder": "some-1234"})


def test_amounts_are_read_and_told_in_the_currency_of_the_ranking_that_is_repeated(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    made, output = tmp_path / "made.json", tmp_path / "out.json"
    own = {"projects": ["P1"], "investors": ["I1", "I9"], "currency": "EUR", "current": True}
    model = {"parameters": {}, "trials": []}
    made.write_text(json.dumps({"model": model, "profiles": {**own, "rates": {"USD": 0.5}}}))
    told = run(tables, output, f"--model={made}", "--locale=zh")
    assert told.output.splitlines()[:3] == [
        "projects.csv: 2 left out, who were not ranked then",
        "investors.csv: 1 left out, who were not ranked then",
        "investors.csv: without I9, who were ranked then",
    ]
    [row] = json.loads(output.read_text(encoding="utf-8"))
    amount = next(one["text"] for one in row["reasons"] if one["facet"] == "ticket")
    assert amount.startswith("融资金额300万欧元在投资方的单笔投资区间100万欧元至500万欧元之内")
