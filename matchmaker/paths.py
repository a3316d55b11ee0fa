"""Where templates, migrations and seeds are: inside an installed wheel, or beside the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_WHEEL = _PACKAGE / "_data"
_ROOT = _WHEEL if _WHEEL.is_dir() else _PACKAGE.parent

TEMPLATES = _ROOT / "templates"
MIGRATIONS = _ROOT / "migrations"
SEEDS = _ROOT / "seeds"
STATIC = _PACKAGE / "static"
TRANSLATIONS = _PACKAGE / "translations"
