"""Free text against free text: TF-IDF of words (1-2) and of Chinese characters (2-4).

Robust by construction: a project's text is cut into windows of about fifty words and the *median*
window counts, so words stuffed into one place move nothing; the tail of the scale is squashed,
so text can never outweigh the structured facets. Languages are compared only with themselves;
without a common language text is missing, not zero.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from matchmaker.core.similarity.categories import Floats, Lifts

WINDOW = {"latin": 50, "han": 100}  # words, or Chinese characters
CLOSEST = 3  # a thesis is as close as the mean of its three closest passages
SCRIPTS = ("latin", "han")
SPAN = 1.2  # nats: the most that text can add or take, about a factor of three
SHORTEST = 4  # words (or pairs of Chinese characters): anything less is a name, not a text
ROWS_AT_ONCE = 2048
REMEMBERED = 4096  # texts whose vectors are kept for the reasons of the next pair
_WORD = re.compile(r"[^\W\d_]+(?:\d+)?|\d+[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_ENDINGS = tuple(
    re.findall(
        r"\S+",
        "ization ational ations ation ingly ments ment ness ings ing ions ion ies ied "
        "ers ed es er ly al s",
    )
)


@dataclass
class Texts:
    """Learns vocabulary and rarity from public texts; ``lifts`` compares texts with texts."""

    vectorizers_: dict[str, TfidfVectorizer] = field(default_factory=dict, init=False)
    terms_: dict[str, list[str]] = field(default_factory=dict, init=False)
    vectors_: dict[tuple[str, tuple[str, ...]], sparse.csr_matrix] = field(
        default_factory=dict, init=False, repr=False
    )
    columns_: dict[str, tuple[Any, Any, NDArray[np.intp]]] = field(
        default_factory=dict, init=False, repr=False
    )
    centre_: dict[str, float] = field(default_factory=dict, init=False)
    spread_: dict[str, float] = field(default_factory=dict, init=False)

    def fit(self, offers: Sequence[Sequence[str]], wants: Sequence[Sequence[str]]) -> Texts:
        """Learn from the passages of pitches and of mandates."""
        self.vectorizers_, self.centre_, self.spread_ = {}, {}, {}
        self.terms_, self.vectors_, self.columns_ = {}, {}, {}
        for script in SCRIPTS:
            passages = [part for texts in (*offers, *wants) for part in texts]
            known = [one for one in passages if _speaks(one, script)]
            if not known:
                continue
            analyzer = _latin_terms if script == "latin" else _han_terms
            model = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, dtype=np.float32)
            self.vectorizers_[script] = model.fit(known)
            self.terms_[script] = [str(term) for term in model.get_feature_names_out()]
            similarity, seen = self._compare(script, offers, wants)
            values = similarity[seen]
            self.centre_[script] = float(values.mean()) if values.size else 0.0
            self.spread_[script] = (float(values.std()) if values.size else 0.0) or 0.05
        return self

    def similarity(
        self, offers: Sequence[Sequence[str]], wants: Sequence[Sequence[str]]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return how close texts are in standard deviations of the fit, and where it is known."""
        total = np.zeros((len(wants), len(offers)))
        count = np.zeros((len(wants), len(offers)))
        for script in self.vectorizers_:
            close, seen = self._compare(script, offers, wants)
            total += np.where(seen, (close - self.centre_[script]) / self.spread_[script], 0.0)
            count += seen
        return total / np.maximum(count, 1.0), count > 0

    def lifts(self, offers: Sequence[Sequence[str]], wants: Sequence[Sequence[str]]) -> Lifts:
        """Return bounded closeness in nats, mandates in rows; 0 is an average pair."""
        close, seen = self.similarity(offers, wants)
        log = np.where(seen, SPAN * np.tanh(close / 3.0), 0.0)
        return Lifts(
            log=log,
            usual=np.zeros(len(offers)),
            wants=np.asarray(seen.any(axis=1)),
            offers=np.asarray(seen.any(axis=0)),
        )

    def shared(self, offer: Sequence[str], want: Sequence[str], most: int) -> tuple[str, ...]:
        """Return the words both texts use that weigh most, as the pitch writes them."""
        found: list[tuple[float, str]] = []
        for script in self.vectorizers_:
            both = self._vector(script, tuple(offer)).multiply(self._vector(script, tuple(want)))
            terms = self.terms_[script]
            both = both.tocoo()
            found += [(-float(w), terms[at]) for w, at in zip(both.data, both.col, strict=True)]
        written = {_stem(w): w for text in offer for w in reversed(_tokens(text, "latin"))}
        words: list[str] = []
        for _, term in sorted(found):
            shown = " ".join(written.get(part, part) for part in term.split())
            if not any(shown in word or word in shown for word in words):
                words.append(shown)
        return tuple(words[:most])

    def _columns(
        self, script: str, offers: Sequence[Sequence[str]]
    ) -> tuple[sparse.csc_matrix | None, NDArray[np.intp]]:
        """Return the windows of all pitches as columns, and where each pitch's begin."""
        key = tuple(tuple(texts) for texts in offers)
        if self.columns_.get(script, (None,))[0] != key:
            windows = [_windows(texts, script) for texts in offers]
            offsets = np.cumsum([0, *(len(parts) for parts in windows)]).astype(np.intp)
            flat = [part for parts in windows for part in parts]
            columns = self.vectorizers_[script].transform(flat).T.tocsc() if flat else None
            self.columns_[script] = (key, columns, offsets)
        return self.columns_[script][1:]

    def _vector(self, script: str, texts: tuple[str, ...]) -> sparse.csr_matrix:
        key = (script, texts)
        if key not in self.vectors_:
            if len(self.vectors_) >= REMEMBERED:
                self.vectors_.clear()
            whole = " ".join(one for one in texts if _speaks(one, script))
            self.vectors_[key] = self.vectorizers_[script].transform([whole])
        return self.vectors_[key]

    def _compare(
        self, script: str, offers: Sequence[Sequence[str]], wants: Sequence[Sequence[str]]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        model = self.vectorizers_[script]
        columns, offsets = self._columns(script, offers)
        passages = [[one for one in texts if _speaks(one, script)] for texts in wants]
        says = np.array([bool(one) for one in passages], dtype=bool)
        seen = says[:, None] & (np.diff(offsets) > 0)
        close = np.zeros((len(wants), len(offers)))
        if not seen.any():
            return close, seen
        assert columns is not None
        rows = model.transform([part for parts in passages for part in parts])
        ends = np.cumsum([0, *(len(parts) for parts in passages)])
        for start, stop in _blocks(ends):
            near = _closest((rows[ends[start] : ends[stop]] @ columns), ends[start : stop + 1])
            close[start:stop] = _medians(near, offsets)
        return close, seen


def _blocks(ends: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Cut the mandates into runs with at most about ROWS_AT_ONCE passages."""
    blocks, start = [], 0
    for at in range(1, len(ends)):
        if ends[at] - ends[start] >= ROWS_AT_ONCE or at == len(ends) - 1:
            blocks.append((start, at))
            start = at
    return blocks


def _closest(similarity: sparse.csr_matrix, ends: NDArray[np.intp]) -> Floats:
    """Return per mandate the mean over its closest passages, columns as they are."""
    dense = similarity.toarray()
    rows = np.zeros((len(ends) - 1, dense.shape[1]), dtype=np.float32)
    for at in range(len(ends) - 1):
        own = dense[ends[at] - ends[0] : ends[at + 1] - ends[0]]
        if len(own) > CLOSEST:
            own = np.partition(own, len(own) - CLOSEST, axis=0)[-CLOSEST:]
        if len(own):
            rows[at] = own.mean(axis=0)
    return rows


def _medians(near: Floats, offsets: NDArray[np.intp]) -> Floats:
    """Return per pitch the median over its windows."""
    out = np.zeros((len(near), len(offsets) - 1))
    sizes = np.diff(offsets)
    for size in np.unique(sizes[sizes > 0]):
        which = np.flatnonzero(sizes == size)
        columns = offsets[which][:, None] + np.arange(size)[None, :]
        out[:, which] = np.median(near[:, columns], axis=2)
    return out


def _windows(texts: Sequence[str], script: str) -> list[str]:
    """Cut the passages of one pitch, put end to end, into windows of nearly equal length."""
    tokens = [one for text in texts if _speaks(text, script) for one in _tokens(text, script)]
    if not tokens:
        return []
    glue = " " if script == "latin" else ""
    count = max(1, round(len(tokens) / WINDOW[script]))
    edges = np.linspace(0, len(tokens), count + 1).astype(int)
    return [glue.join(tokens[a:b]) for a, b in pairwise(edges)]


@lru_cache(maxsize=REMEMBERED)
def _speaks(text: str, script: str) -> bool:
    """Tell whether a text is written in a script; a name or a term in passing is no text."""
    latin, han = len(_words(text)), len(_tokens(text, "han"))
    if script == "latin":
        return latin >= SHORTEST and 2 * latin >= han
    return han >= 2 * SHORTEST and han >= latin


@lru_cache(maxsize=REMEMBERED)
def _tokens(text: str, script: str) -> tuple[str, ...]:
    if script == "han":
        return tuple("".join(_HAN.findall(text)))
    return tuple(word for word in _WORD.findall(text.lower()) if not _HAN.match(word))


def _words(text: str) -> list[str]:
    words = _tokens(text, "latin")
    return [word for word in words if len(word) > 1 and word not in ENGLISH_STOP_WORDS]


def _latin_terms(text: str) -> list[str]:
    stems = [_stem(word) for word in _words(text)]
    return stems + [f"{a} {b}" for a, b in pairwise(stems)]


def _han_terms(text: str) -> list[str]:
    return [
        run[at : at + size]
        for run in _HAN.findall(text)
        for size in (2, 3, 4)
        for at in range(len(run) - size + 1)
    ]


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
