"""What two texts have in common, as evidence for a reason: words, and the closest passages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from matchmaker.core.similarity.latent import Document
from matchmaker.core.similarity.passages import speaks, stem, tokens, words
from matchmaker.core.similarity.shared import common_runs, is_telling, quoted, sentences
from matchmaker.core.similarity.text import Texts
from matchmaker.core.taxonomy import Taxonomy

ENOUGH_TEXTS = 40  # below it no share of them says that a word is everybody's
EVERYBODYS = 0.12  # share of texts from which a word tells nothing, unless it names a field
LONGER = 1.0  # an expression of two words before each of them
REMEMBERED = 8192  # sentences and expressions that are kept in mind
TERM_OF_ART = 1.5  # a word of the tree of fields is told before another of the same weight


class Passages(NamedTuple):
    """The closest sentences of a project and an investor, by script; empty where none is close."""

    project_latin: str = ""
    investor_latin: str = ""
    project_han: str = ""
    investor_han: str = ""


def field_words(taxonomy: Taxonomy) -> frozenset[str]:
    """Return the stems and the Chinese labels that name fields."""
    labels = [label for code in taxonomy for label in taxonomy[code].labels]
    stems = {stem(word) for label in labels for word in words(label)}
    return frozenset(one for one in stems if is_telling([one])) | {
        label for label in labels if not label.isascii()
    }


def glossary(taxonomy: Taxonomy) -> list[Document]:
    """Return every field as a text in both languages: its names, other names and its parents'."""
    found: list[Document] = []
    for code in taxonomy:
        nodes = [taxonomy[one] for one in taxonomy.path(code)[1:]] or [taxonomy[code]]
        english = [one for node in nodes for one in (node.en, *node.aliases_en)]
        chinese = [one for node in nodes for one in (node.zh, *node.aliases_zh)]
        found.append({"latin": " . ".join(english), "han": "。".join(chinese)})
    return found


def shared_words(
    texts: Texts, offer: Sequence[str], want: Sequence[str], known: frozenset[str], most: int
) -> tuple[str, ...]:
    """Return the telling expressions both texts use, the weightiest first, as the pitch writes.

    At most ``most`` of each language; a word that everybody uses is left out, one that names a
    field never.
    """
    told: list[str] = []
    for script in sorted(texts.vectorizers_, reverse=True):
        find = _latin if script == "latin" else _han
        found = find(texts, offer, want, known)
        kept: list[str] = []
        for _, shown in sorted(found):
            if not any(shown in word or word in shown for word in kept):
                kept.append(shown)
        told += kept[:most]
    return tuple(told)


def _latin(
    texts: Texts, offer: Sequence[str], want: Sequence[str], known: frozenset[str]
) -> list[tuple[float, str]]:
    one, other = (texts.whole("latin", tuple(side)) for side in (offer, want))
    both, at_one, at_other = np.intersect1d(
        one.indices, other.indices, assume_unique=True, return_indices=True
    )
    weights = one.data[at_one] * other.data[at_other]
    written = _written(tuple(offer))
    found = []
    for weight, at in zip(weights, both, strict=True):
        parts = texts.terms_["latin"][at].split()
        is_known = all(part in known for part in parts)
        if is_telling(parts) and (is_known or not _is_everybodys(texts, "latin", " ".join(parts))):
            shown = " ".join(written.get(part, part) for part in parts)
            art = TERM_OF_ART if is_known else 1.0
            found.append((-float(weight) * art * len(parts) ** LONGER, shown))
    return found


@lru_cache(maxsize=REMEMBERED)
def _written(texts: tuple[str, ...]) -> dict[str, str]:
    """Return how a profile itself writes each stem: at its first mention in its last passage."""
    return {stem(one): one for text in texts for one in reversed(tokens(text, "latin"))}


def _han(
    texts: Texts, offer: Sequence[str], want: Sequence[str], known: frozenset[str]
) -> list[tuple[float, str]]:
    spoken = [[one for one in side if speaks(one, "han")] for side in (offer, want)]
    model = texts.vectorizers_["han"]
    found = []
    for run in common_runs(*spoken):
        is_known = _names_field(run, known)
        if not is_known and _is_everybodys(texts, "han", run):
            continue
        at = [model.vocabulary_.get(run[i : i + 2]) for i in range(len(run) - 1)]
        weight = sum(float(model.idf_[one]) for one in at if one is not None) ** 0.5
        found.append((-weight * (TERM_OF_ART if is_known else 1.0), run))
    return found


def _is_everybodys(texts: Texts, script: str, term: str) -> bool:
    model, count = texts.vectorizers_[script], texts.counts_[script]
    at = model.vocabulary_.get(term)
    if at is None or count < ENOUGH_TEXTS:
        return False
    uses = (1 + count) / np.exp(model.idf_[at] - 1.0) - 1
    return bool(uses / count > EVERYBODYS)


def closest_passages(
    texts: Texts, offer: Sequence[str], want: Sequence[str], told: Collection[str]
) -> Passages:
    """Return the sentences that come closest among those which use a told word, by script."""
    found: list[str] = []
    for script in ("latin", "han"):
        own = [one for one in told if one.isascii() == (script == "latin")]
        sides = [_saying(side, script, own) for side in (offer, want)] if own else []
        if not sides or not all(at for _, at in sides):
            found += ["", ""]
            continue
        (offered, own_at), (wanted, want_at) = sides
        near = texts.each(script, offered)[own_at] @ texts.each(script, wanted)[want_at].T
        a, b = np.unravel_index(int(near.toarray().argmax()), near.shape)
        found += [quoted(offered[own_at[a]], script), quoted(wanted[want_at[b]], script)]
    return Passages(*found)


def _saying(
    texts: Sequence[str], script: str, told: Sequence[str]
) -> tuple[tuple[str, ...], list[int]]:
    """Return the sentences of a script, and which use one of the words in any of its forms.

    All of them, because a side's sentences are turned into vectors once for all its pairs.
    """
    spoken = sentences(tuple(one for one in texts if speaks(one, script)))
    if script == "han":
        return spoken, [at for at, one in enumerate(spoken) if any(word in one for word in told)]
    stems = {stem(part) for word in told for part in word.split()}
    return spoken, [at for at, one in enumerate(spoken) if not stems.isdisjoint(_stems(one))]


@lru_cache(maxsize=REMEMBERED)
def _stems(sentence: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(sentence))


@lru_cache(maxsize=REMEMBERED)
def _names_field(run: str, known: frozenset[str]) -> bool:
    return any(run in label or (len(label) > 1 and label in run) for label in known)
