"""Words that two texts share and that mean something: what a reason may name.

A stop word, a phrase that every applicant and every fund writes, a number or half a Chinese word
is no reason. English is told in whole words; Chinese in the longest runs that both texts use, cut
where no word goes on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from matchmaker.core.similarity.empty import CUTS, EMPTY, LEFT, RIGHT

LONGEST_QUOTE = {"latin": 110, "han": 48}  # characters of a passage told as evidence
LONGEST_RUN = 12  # Chinese characters of one shared expression
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


def is_telling(stems: Iterable[str]) -> bool:
    """Tell whether an English expression says something: no part of it is empty or a number."""
    parts = list(stems)
    return bool(parts) and all(len(one) > 2 and one not in EMPTY for one in parts)


@lru_cache(maxsize=16384)
def pieces(text: str) -> tuple[str, ...]:
    """Return the runs of Chinese characters of a text, cut where words end for certain."""
    return tuple(
        part for run in _HAN.findall(text) for part in CUTS.split(run) if part and len(part) > 1
    )


def common_runs(offer: Sequence[str], want: Sequence[str]) -> list[str]:
    """Return the longest Chinese expressions that both sides use, in the offer's order."""
    whole, pairs = _searchable(tuple(want))
    if not whole:
        return []
    found: dict[str, None] = {}
    for text in offer:
        for piece in pieces(text):
            found.update(dict.fromkeys(_runs_of(piece, whole, pairs)))
    return list(found)


@lru_cache(maxsize=4096)
def _searchable(texts: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    """Return the pieces of some texts in one string, and every pair of characters in it."""
    whole = "\n".join(piece for text in texts for piece in pieces(text))
    return whole, frozenset(whole[at : at + 2] for at in range(len(whole) - 1))


def _runs_of(piece: str, whole: str, pairs: Collection[str]) -> Iterable[str]:
    at = 0
    while at < len(piece) - 1:
        if piece[at : at + 2] not in pairs:
            at += 1
            continue
        stop = at + 2
        while stop < len(piece) and stop - at < LONGEST_RUN and piece[at : stop + 1] in whole:
            stop += 1
        word = piece[at:stop].lstrip(LEFT).rstrip(RIGHT)
        if len(word) > 1:
            yield word
        at = stop


@lru_cache(maxsize=4096)
def sentences(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sentences of some passages, in order."""
    parts = (part.strip() for text in texts for part in _SENTENCE.split(text))
    return tuple(part for part in parts if part)


def quoted(sentence: str, script: str) -> str:
    """Return a sentence short enough to quote, without its full stop."""
    most = LONGEST_QUOTE[script]
    shown = sentence.rstrip(".。;；!！ ")
    if len(shown) <= most:
        return shown
    cut = shown[:most]
    if script == "latin" and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,，、;；:：") + "…"
