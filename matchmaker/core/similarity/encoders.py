"""Encoders: what tells the sense of a text as a vector, where an install has one.

The match model knows them by name only, so that a run says with what it was made. Which there are
is the install's matter: it registers them before anything is ranked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.refusal import Refusal

SENSE = "sense "  # a kind of vectors: this, and the encoder's name


class Encoder(Protocol):
    """Turns texts into vectors; travels to other processes, and is loaded only where it is used.

    ``within``: compares texts in one language better than their words do; ``across``: places a
    text and its translation beside each other.
    """

    @property
    def name(self) -> str: ...

    @property
    def within(self) -> bool: ...

    @property
    def across(self) -> bool: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 for each text."""
        ...


_known: dict[str, Encoder] = {}


def register(encoder: Encoder) -> None:
    """Make an encoder known by its name; another of that name takes its place."""
    _known[encoder.name] = encoder


def encoder_named(name: str) -> Encoder:
    """Return a registered encoder. Raises Refusal ``no-encoder`` where it is not there."""
    if name not in _known:
        raise Refusal(
            "no-encoder",
            hint=f"This ranking compares texts by the encoder {name}, which is not here: name it "
            "in MATCHMAKER_ENCODERS.",
            encoder=name,
        )
    return _known[name]


def translates(encoder: Encoder, pairs: Sequence[Mapping[str, str]], share: float = 0.5) -> bool:
    """Tell whether for that share of texts by script the translation is the closest of all."""
    if not pairs:
        return False
    latin, han = (encoder.encode([pair[script] for pair in pairs]) for script in ("latin", "han"))
    found = (latin @ han.T).argmax(axis=1)
    return bool((found == np.arange(len(pairs))).mean() >= share)
