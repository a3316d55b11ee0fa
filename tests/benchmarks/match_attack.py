"""How far stuffed keywords carry a project up, on the projects and theses of ``seeds/``.

    python tests/benchmarks/match_attack.py [--theses N]

For each thesis the projects at half and at nine tenths of its list copy from it: its 20 strongest
words, the same ten times over, 60 words of it word by word; in front of their text and behind it.
Aim: an attacked project enters a top 10 in at most 10 % of trials. With ``MATCHMAKER_ENCODERS``
set texts are compared by these encoders too.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace

import numpy as np

from matchmaker.core.match.ranking import score_block
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity import ProfileSimilarity
from matchmaker.documents.sheet import read_sheet
from matchmaker.paths import SEEDS
from matchmaker.services import exchange
from matchmaker.services.fields import taxonomy
from matchmaker.services.match import encoders
from matchmaker.settings import Settings

TOP = 10
COPIED = 60
KEYWORDS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--theses", type=int, default=17)
    given = parser.parse_args()
    pitches, mandates = _cast()
    encoders.prepare(Settings.from_env().encoders)
    model = ProfileSimilarity(encoders=encoders.in_use())
    model.fit(pitches, mandates, taxonomy=taxonomy())
    theses = [one for one in mandates if len(_words(one)) >= KEYWORDS][: given.theses]
    hits: Counter[str] = Counter()
    trials: Counter[str] = Counter()
    for mandate in theses:
        order = np.argsort(-_scores(model, pitches, mandate), kind="stable")
        for depth in (0.5, 0.9):
            victim = int(order[int(depth * len(order))])
            for name, text in _attacks(mandate).items():
                for front in (True, False):
                    place = _attacked(model, pitches, mandate, victim, text, front=front)
                    trials[name] += 1
                    hits[name] += place <= TOP
    for name, count in trials.items():
        print(f"{name:24} {hits[name]:3} of {count} trials in the top {TOP}")
    print(f"{'all':24} {hits.total() / trials.total():.1%}")


def _cast() -> tuple[list[Pitch], list[Mandate]]:
    rows = {}
    for kind in ("projects", "investors"):
        path = SEEDS / f"{kind}.csv"
        rows[kind], _ = exchange.read(
            kind, read_sheet(path.read_bytes(), path.name), None, taxonomy()
        )
    return (
        [exchange.pitch_of_row(row) for row in rows["projects"]],
        [
            replace(exchange.mandate_of_row(row), only=frozenset(), exclusions=())
            for row in rows["investors"]
        ],
    )


def _words(mandate: Mandate) -> list[str]:
    return [word for text in mandate.texts for word in text.split() if word.isascii()]


def _attacks(mandate: Mandate) -> dict[str, str]:
    words = _words(mandate)
    longest = sorted(dict.fromkeys(words), key=lambda word: -len(word))[:KEYWORDS]
    return {
        "20 keywords": " ".join(longest),
        "20 keywords ten times": " ".join(longest * 10),
        "60 words copied": " ".join(words[:COPIED]),
    }


def _attacked(
    model: ProfileSimilarity,
    pitches: list[Pitch],
    mandate: Mandate,
    victim: int,
    text: str,
    *,
    front: bool,
) -> int:
    """Return the place of the victim after its text was stuffed."""
    honest = pitches[victim].texts
    texts = (text, *honest) if front else (*honest, text)
    changed = list(pitches)
    changed[victim] = replace(pitches[victim], texts=texts)
    scores = _scores(model, changed, mandate)
    return int((scores > scores[victim]).sum()) + 1


def _scores(model: ProfileSimilarity, pitches: list[Pitch], mandate: Mandate) -> np.ndarray:
    return score_block(model, taxonomy(), pitches, [mandate])[0][0]


if __name__ == "__main__":
    main()
