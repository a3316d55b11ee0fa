"""Texts cut up: scripts, words, stems, windows. Pure functions of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

WINDOW = {"latin": 50, "han": 100}  # words, or Chinese characters
STRETCH = {"latin": 100, "han": 200}  # the same of the windows that an encoder reads
SCRIPTS = ("latin", "han")
SHORTEST = 4  # words (or pairs of Chinese characters): anything less is a name, not a text
MOST_REPEATS = 3  # of one word in one profile
REMEMBERED = 16384  # texts whose words are kept in mind
_WORD = re.compile(r"[^\W\d_]+(?:\d+)?|\d+[^\W\d_]+")
_MARKS = ".,;:!?()[]\"'\u2019\u201c\u201d"
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_ENDINGS = tuple(
    re.findall(
        r"\S+",
        "ization ational ations ation ingly ments ment ness ings ing ions ion ies ied "
        "ers ed es er ly al s",
    )
)


def windows(texts: Sequence[str], script: str) -> list[str]:
    """Cut the passages of one pitch, put end to end, into windows of nearly equal length."""
    said = [one for text in texts if speaks(text, script) for one in tokens(text, script)]
    if script == "latin":
        said = _unrepeated(said, MOST_REPEATS)
    return _cut(said, script, WINDOW[script])


def stretches(texts: Sequence[str], script: str) -> list[str]:
    """Cut them into windows twice as long, as they are written: an encoder reads sentences."""
    whole = [text for text in texts if speaks(text, script)]
    if script == "latin":
        said = _unrepeated([word for text in whole for word in text.split()], 2 * MOST_REPEATS)
    else:
        said = [one for text in whole for one in text if not one.isspace()]
    return _cut(said, script, STRETCH[script])


def _cut(said: Sequence[str], script: str, length: int) -> list[str]:
    if not said:
        return []
    glue = " " if script == "latin" else ""
    count = max(1, round(len(said) / length))
    edges = np.linspace(0, len(said), count + 1).astype(int)
    return [glue.join(said[a:b]) for a, b in pairwise(edges)]


def spoken(texts: Sequence[str], script: str) -> list[str]:
    """Return the passages of one mandate that are written in a script."""
    return [text for text in texts if speaks(text, script)]


def _unrepeated(said: Sequence[str], most: int) -> list[str]:
    """Leave out what a text says over and over: one more time tells nothing new."""
    count: Counter[str] = Counter()
    kept = []
    for one in said:
        word = one.lower().strip(_MARKS)
        count[word] += 1
        if count[word] <= most or word in ENGLISH_STOP_WORDS:
            kept.append(one)
    return kept


@lru_cache(maxsize=REMEMBERED)
def speaks(text: str, script: str) -> bool:
    """Tell whether a text is written in a script; a name or a term in passing is no text."""
    latin, han = len(words(text)), len(tokens(text, "han"))
    if script == "latin":
        return latin >= SHORTEST and 2 * latin >= han
    return han >= 2 * SHORTEST and han >= latin


@lru_cache(maxsize=REMEMBERED)
def tokens(text: str, script: str) -> tuple[str, ...]:
    if script == "han":
        return tuple("".join(_HAN.findall(text)))
    return tuple(word for word in _WORD.findall(text.lower()) if not _HAN.match(word))


def words(text: str) -> list[str]:
    words = tokens(text, "latin")
    return [word for word in words if len(word) > 1 and word not in ENGLISH_STOP_WORDS]


def latin_terms(text: str) -> list[str]:
    stems = [stem(word) for word in words(text)]
    return stems + [f"{a} {b}" for a, b in pairwise(stems)]


def han_terms(text: str) -> list[str]:
    return [
        run[at : at + size]
        for run in _HAN.findall(text)
        for size in (2, 3, 4)
        for at in range(len(run) - size + 1)
    ]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
