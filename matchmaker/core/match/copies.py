"""Projects whose text repeats an investor's thesis word by word: to be looked at, not punished."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity.passages import SCRIPTS, speaks, tokens

SHINGLE = {"latin": 5, "han": 8}  # words or characters in a row
ENOUGH = 10  # shared shingles: about fourteen words in a row, or seventeen characters


@dataclass(frozen=True, slots=True)
class NearCopy:
    """A project that shares ``shared`` runs of five words (eight characters) with a thesis."""

    project: str
    investor: str
    shared: int


def near_copies(pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> list[NearCopy]:
    """Return pairs whose texts share at least ten runs, the most first."""
    places: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for mandate in mandates:
        for shingle in _shingles(mandate.texts):
            places[shingle].add(mandate.id)
    counts: Counter[tuple[str, str]] = Counter()
    for pitch in pitches:
        for shingle in _shingles(pitch.texts) & places.keys():
            counts.update((pitch.id, investor) for investor in places[shingle])
    found = [NearCopy(*pair, shared) for pair, shared in counts.items() if shared >= ENOUGH]
    return sorted(found, key=lambda one: (-one.shared, one.project, one.investor))


def _shingles(texts: Sequence[str]) -> set[tuple[str, ...]]:
    found = set()
    for script in SCRIPTS:
        size = SHINGLE[script]
        for text in texts:
            if speaks(text, script):
                said = tokens(text, script)
                found |= {said[at : at + size] for at in range(len(said) - size + 1)}
    return found
