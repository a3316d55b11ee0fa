"""Fields that a text speaks of, for its writer to take or leave."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from matchmaker.core.taxonomy import fold
from matchmaker.services.fields import taxonomy

MOST = 6
SHORTEST_LATIN = 3  # letters of a label; "AI" and "EV" are said of too many things
SHORTEST_HAN = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A field and the words of the text that speak of it."""

    code: str
    words: str


def suggested(texts: Iterable[str], taken: Collection[str]) -> list[Suggestion]:
    """Return fields that the texts name, the most telling first, at most ``MOST``.

    A field is left out when it, or anything below it, is taken already; of a field and its
    ancestor only the narrower one is offered.
    """
    tree = taxonomy()
    found: dict[str, tuple[int, str]] = {}
    for text in texts:
        folded = f" {fold(text)} "
        for code, label, key in _labels():
            count = _count(folded, text, key)
            if count:
                before, words = found.get(code, (0, label))
                found[code] = (before + count, words if len(words) >= len(label) else label)
    shut = {up for code in taken for up in tree.path(code)}
    shut |= {up for code in found for up in tree.path(code)[:-1]}
    kept = [code for code in found if code not in shut]
    kept.sort(key=lambda code: (-len(tree.path(code)), -found[code][0], code))
    return [Suggestion(code, found[code][1]) for code in kept[:MOST]]


def _count(folded: str, text: str, key: str) -> int:
    if key.isascii():
        return folded.count(f" {key} ")
    return text.count(key)


@cache
def _labels() -> tuple[tuple[str, str, str], ...]:
    """Return (code, label, what to look for) of every label that is telling enough."""
    tree = taxonomy()
    rows = []
    for code in tree:
        if tree[code].parent is None:
            continue
        for label in tree[code].labels:
            if re.search(r"[\u3400-\u9fff]", label):
                if len(label) >= SHORTEST_HAN:
                    rows.append((code, label, label))
            elif len(key := fold(label)) >= SHORTEST_LATIN and key.isascii():
                rows.append((code, label, key))
    return tuple(rows)
