"""``matchmaker import`` and ``export``: exit codes, one line of reason, nothing half done."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from matchmaker.cli import group
from matchmaker.core.refusal import Refusal
from matchmaker.documents.sheet import read_sheet
from matchmaker.services import account as accounts
from matchmaker.services.roadshow import create_roadshow
from matchmaker.store.engine import make_engine, make_sessions, writing
from matchmaker.store.migrate import upgrade

TIP = "Say what unknown words mean with --save-mapping and --mapping."
TABLE = "Investor,Country,Sectors\nRhine Capital,DE,Biotech\nTaihu Fund,CN,细胞治疗\n"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """A data folder with one roadshow, ``spring``."""
    monkeypatch.setenv("MATCHMAKER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("MATCHMAKER_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    engine = make_engine(f"sqlite:///{tmp_path / 'matchmaker.sqlite3'}")
    upgrade(engine)
    now = datetime(2027, 3, 1, tzinfo=UTC)
    with writing(), make_sessions(engine)() as session:
        account = accounts.new_account(
            session, "org@example.org", name="Org", password_hash="x", confirmed=True, now=now
        )
        create_roadshow(
            session,
            "spring",
            {
                "name_en": "Spring",
                "name_zh": "",
                "starts_on": date(2027, 5, 1),
                "ends_on": date(2027, 5, 2),
                "zone": "Asia/Shanghai",
            },
            organiser=account,
            actor=account,
            now=now,
        )
        session.commit()
    engine.dispose()
    (tmp_path / "list.csv").write_text(TABLE)
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    """Return the exit code and everything that was said; a refusal is what ``main`` makes of it."""
    result = CliRunner().invoke(group, words)
    if isinstance(result.exception, Refusal):
        return 1, result.output + result.exception.hint
    return result.exit_code, result.output


def exported() -> list[tuple[str, ...]]:
    code, _ = run("export", "spring", "investors", "--format", "csv", "--output", "out.csv")
    assert code == 0
    return [row.cells[:2] for row in read_sheet(Path("out.csv").read_bytes()).rows]


def test_a_dry_run_checks_and_changes_nothing(install):
    code, said = run("import", "spring", "investors", "list.csv", "--dry-run")
    assert (code, said) == (0, "2 rows can be imported; nothing was changed.\n")
    with pytest.raises(Refusal, match="no rows"):
        exported()


def test_an_import_comes_out_of_the_export(install):
    assert run("import", "spring", "investors", "list.csv") == (
        0,
        "investors: 2 new, 0 updated, 0 there already and left alone.\n",
    )
    assert exported() == [("I001", "Rhine Capital"), ("I002", "Taihu Fund")]
    code, said = run("import", "spring", "investors", "list.csv")
    assert code == 0
    assert said.endswith("investors: 0 new, 0 updated, 2 there already and left alone.\n")
    assert run("import", "spring", "investors", "list.csv", "--existing", "refuse")[0] == 1


def test_a_bad_row_is_named_and_nothing_is_imported(install):
    (install / "list.csv").write_text(f"{TABLE}Third,Atlantis,Frobnication\n")
    code, said = run("import", "spring", "investors", "list.csv", "--save-mapping", "map.json")
    assert code == 1
    assert said.splitlines() == [
        "Words of country that are not known: Atlantis (1)",
        "Words of fields that are not known: Frobnication (1)",
        "row 4, “Country”: “Atlantis” is not known here; say what it means, or ignore it.",
        "row 4, “Sectors”: “Frobnication” is not known here; say what it means, or ignore it.",
        f"Nothing was imported: 1 row needs attention. {TIP}",
    ]
    mapping = json.loads((install / "map.json").read_text())
    mapping["values"] = {"country": {"Atlantis": ""}, "fields": {"Frobnication": "oncology"}}
    (install / "map.json").write_text(json.dumps(mapping))
    assert run("import", "spring", "investors", "list.csv", "--mapping", "map.json")[0] == 0
    assert len(exported()) == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", "spring", "wine", "list.csv"), 2),
        (("import", "spring", "investors", "missing.csv"), 2),
        (("import", "spring", "investors", "list.csv", "--selected"), 2),
        (("import", "autumn", "investors", "list.csv"), 1),
        (("import", "spring", "investors", "list.csv", "--mapping", "list.csv"), 1),
        (("import", "spring", "investors", "empty.csv"), 1),
        (("export", "spring", "projects", "--format", "ics", "--output", "x.ics"), 2),
        (("export", "spring", "projects", "--format", "doc", "--output", "x.doc"), 2),
        (("export", "autumn", "projects", "--format", "csv", "--output", "x.csv"), 1),
    ],
)
def test_bad_use_is_two_and_a_refusal_is_one(install, words, code):
    (install / "empty.csv").write_bytes(b"")
    assert run(*words)[0] == code


@pytest.mark.parametrize("command", ["import", "export"])
def test_each_has_help(command):
    code, said = run(command, "--help")
    assert code == 0
    assert "ROADSHOW" in said


def test_a_database_that_is_not_there_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("MATCHMAKER_DATA_DIR", str(tmp_path / "nowhere"))
    code, said = run("export", "x", "projects", "--format", "csv", "--output", "x.csv")
    assert (code, said.startswith("The database cannot be opened")) == (1, True)
