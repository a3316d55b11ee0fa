"""The grid of layers holds: who may import what, and how large things may grow."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "matchmaker"
LAYERS = {
    "core": {"matchmaker.core"},
    "store": {"matchmaker.core", "matchmaker.store", "matchmaker.paths"},
    "documents": {"matchmaker.core", "matchmaker.documents", "matchmaker.paths"},
    "services": {
        "matchmaker.core",
        "matchmaker.store",
        "matchmaker.documents",
        "matchmaker.services",
        "matchmaker.paths",
    },
    "web": {
        "matchmaker.core",
        "matchmaker.store",
        "matchmaker.documents",
        "matchmaker.services",
        "matchmaker.web",
        "matchmaker.settings",
        "matchmaker.paths",
    },
}
OUTSIDE_CORE = set(sys.stdlib_module_names) | {
    "numpy",
    "scipy",
    "sklearn",
    "ortools",
    "numba",
    "joblib",
}
FORBIDDEN = {
    "store": {"flask", "werkzeug", "wtforms", "flask_wtf", "flask_babel", "sklearn", "ortools"},
    "documents": {"flask", "sqlalchemy", "wtforms", "werkzeug"},
    "services": {"flask", "werkzeug", "wtforms", "flask_wtf", "flask_babel", "jinja2"},
    "web": {"sklearn", "scipy", "ortools", "numba", "numpy"},
}
LONGEST_FILE = 400  # lines: a place to look, not a law; most files are far shorter
LONGEST_FUNCTION = 60


def modules(layer: str) -> list[Path]:
    return sorted((PACKAGE / layer).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_the_layers_below_it(layer: str) -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in modules(layer)
        for name in imports(path)
        if name.startswith("matchmaker")
        and not any(name == base or name.startswith(f"{base}.") for base in LAYERS[layer])
    ]
    assert [] == wrong


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_a_layer_keeps_away_from_libraries_of_others(layer: str) -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in modules(layer)
        for name in imports(path)
        if name.partition(".")[0] in FORBIDDEN[layer]
    ]
    assert [] == wrong


def test_the_core_imports_only_numbers() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in modules("core")
        for name in imports(path)
        if not name.startswith("matchmaker") and name.partition(".")[0] not in OUTSIDE_CORE
    ]
    assert [] == wrong


def test_the_core_reads_neither_clock_nor_environment() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}: {word}"
        for path in modules("core")
        for word in ("os.environ", "datetime.now", "time.time(", "date.today", "getenv")
        if word in path.read_text(encoding="utf-8")
    ]
    assert [] == wrong


def test_importing_the_core_loads_neither_flask_nor_sqlalchemy() -> None:
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in modules("core")
        if path.name != "__init__.py"
    ]
    program = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print([n for n in ('flask', 'sqlalchemy', 'wtforms', 'jinja2') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "[]" == done.stdout.strip()


@pytest.mark.parametrize("layer", ["services", "web"])
def test_only_the_wiring_commits(layer: str) -> None:
    wrong = [
        str(path.relative_to(PACKAGE))
        for path in modules(layer)
        if ".commit()" in path.read_text(encoding="utf-8")
    ]
    assert [] == wrong


def test_pages_do_not_write_rows_themselves() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}: {call}"
        for path in modules("web")
        for call in ("session.add(", "session.delete(", "populate_obj(")
        if call in path.read_text(encoding="utf-8")
    ]
    assert [] == wrong


def test_claims_are_written_in_one_place_only() -> None:
    writers = [
        str(path.relative_to(PACKAGE))
        for layer in ("services", "web")
        for path in modules(layer)
        if "Claim(" in path.read_text(encoding="utf-8")
        or "insert(Claim" in path.read_text(encoding="utf-8")
    ]
    assert ["services/meeting/booking.py"] == writers


def test_no_file_and_no_function_outgrows_its_name() -> None:
    long = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_FILE:
            long.append(f"{path.relative_to(PACKAGE)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno
                if length > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(PACKAGE)}:{node.name}: {length} lines")
    assert [] == long


def test_algebra_takes_one_thread_in_each_process() -> None:
    asked = "import matchmaker.core.match.ranking, threadpoolctl as t; print(t.threadpool_info())"
    free = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    found = subprocess.run(
        [sys.executable, "-c", asked], env=free, capture_output=True, text=True, check=True
    )
    threads = [
        one["num_threads"] for one in ast.literal_eval(found.stdout) if one["user_api"] == "blas"
    ]
    assert set(threads) == {1}


def test_pages_start_without_what_only_counting_needs() -> None:
    slow = {"sklearn", "scipy", "ortools", "numba"}
    asked = "import sys, matchmaker.app; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert slow & set(found.stdout.split()) == set()
