"""The taxonomy that this install uses, read once from ``seeds/taxonomy.csv``."""

from __future__ import annotations

import csv
from functools import cache

from matchmaker.core.taxonomy import Taxonomy
from matchmaker.paths import SEEDS


@cache
def taxonomy() -> Taxonomy:
    """Return the taxonomy; the file is read at the first call."""
    with (SEEDS / "taxonomy.csv").open(encoding="utf-8-sig", newline="") as file:
        return Taxonomy.from_rows(list(csv.DictReader(file)))
