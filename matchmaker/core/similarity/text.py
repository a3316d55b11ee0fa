"""Free text against free text: words, Chinese characters, and what they mean together.

TF-IDF of word stems (1-2) and of Chinese characters (2-4), beside a latent space of the same
terms. Robust by construction: a project's text is cut into windows of about fifty words and the
*median* window counts, so words stuffed into one place move nothing; the tail of the scale is
squashed, so text can never outweigh the structured facets. Without a language in common the
latent space compares, if profiles in both languages or the names of fields tied it together; else
text is missing, not zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.core.similarity.categories import Floats, Lifts, keep
from matchmaker.core.similarity.latent import Document, Latent
from matchmaker.core.similarity.passages import (
    SCRIPTS,
    han_terms,
    latin_terms,
    speaks,
    windows,
)

CLOSEST = 3  # a thesis is as close as the mean of its three closest passages
SPAN = 0.8  # nats: the most that text can add or take, a factor of two; stuffing buys no rank
LEAST_SPREAD = 0.02
ROWS_AT_ONCE = 2048
MOST_SCALED = 4_000_000  # pairs that tell the scale of closeness; more tell the same
BATCHES = 64  # encoded lists of passages that are kept, for other channels and single profiles
COLUMNS = 12  # sets of pitches whose windows are kept
REMEMBERED = 4096  # texts whose vectors are kept for the reasons of the next pair

Texts_ = Sequence[Sequence[str]]


class Channel(NamedTuple):
    """One way to compare a thesis's script with a pitch's: words, latent, bridge.

    ``latent`` has learned from all profiles, ``bridge`` only from those in both languages and from
    the names of fields: others would teach it to tell the languages apart.
    """

    kind: str
    want: str
    offer: str


@dataclass
class Texts:
    """Learns vocabulary and rarity from public texts; ``lifts`` compares texts with texts."""

    vectorizers_: dict[str, TfidfVectorizer] = field(default_factory=dict, init=False)
    terms_: dict[str, list[str]] = field(default_factory=dict, init=False)
    latent_: Latent = field(default_factory=Latent, init=False)
    bridge_: Latent = field(default_factory=Latent, init=False)
    scale_: dict[Channel, tuple[float, float]] = field(default_factory=dict, init=False)
    counts_: dict[str, int] = field(default_factory=dict, init=False)
    vectors_: dict[tuple[str, str, tuple[str, ...]], sparse.csr_matrix] = field(
        default_factory=dict, init=False, repr=False
    )
    rows_: dict[tuple[str, str, tuple[str, ...]], Any] = field(
        default_factory=dict, init=False, repr=False
    )
    columns_: dict[tuple[str, str, tuple[tuple[str, ...], ...]], tuple[Any, NDArray[np.intp]]] = (
        field(default_factory=dict, init=False, repr=False)
    )

    def __getstate__(self) -> dict[str, Any]:
        """Travel to other processes without what is only kept to save time."""
        return {**vars(self), "vectors_": {}, "rows_": {}, "columns_": {}}

    def fit(self, offers: Texts_, wants: Texts_, glossary: Sequence[Document] = ()) -> Texts:
        """Learn from the passages of pitches and of mandates.

        ``glossary`` says what belongs together in both languages: it ties them where few profiles
        are written in both.
        """
        self.vectorizers_, self.terms_, self.scale_, self.counts_ = {}, {}, {}, {}
        self.vectors_, self.columns_, self.rows_ = {}, {}, {}
        for script in SCRIPTS:
            passages = [part for texts in (*offers, *wants) for part in texts]
            known = [one for one in passages if speaks(one, script)]
            if not known:
                continue
            analyzer = latin_terms if script == "latin" else han_terms
            model = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, dtype=np.float32)
            self.vectorizers_[script] = model.fit(known)
            self.counts_[script] = len(known)
            self.terms_[script] = [str(term) for term in model.get_feature_names_out()]
        documents = _documents(offers, wants)
        self.latent_ = Latent().fit(self.vectorizers_, documents)
        bilingual: list[Document] = [
            one for one in documents if all(one.get(script) for script in SCRIPTS)
        ]
        bilingual += self._known(glossary)
        self.bridge_ = Latent().fit(self.vectorizers_, bilingual)
        sample = wants[:: max(1, -(-len(offers) * len(wants) // MOST_SCALED))]
        for channel in self._channels():
            close, seen = self._compare(channel, offers, sample)
            values = close[seen]
            middle = float(values.mean()) if values.size else 0.0
            spread = float(values.std()) if values.size else 0.0
            self.scale_[channel] = (middle, max(spread, LEAST_SPREAD))
        return self

    def _known(self, documents: Sequence[Document]) -> list[Document]:
        """Return the documents of which each part has words that profiles use."""
        if not documents or not all(script in self.vectorizers_ for script in SCRIPTS):
            return []
        known = np.ones(len(documents), dtype=bool)
        for script in SCRIPTS:
            parts = [one.get(script, "") for one in documents]
            known &= np.diff(self.vectorizers_[script].transform(parts).indptr) > 0
        return [one for one, is_known in zip(documents, known, strict=True) if is_known]

    def similarity(self, offers: Texts_, wants: Texts_) -> tuple[Floats, NDArray[np.bool_]]:
        """Return how close texts are in standard deviations of the fit, and where it is known.

        In a language that both use, words and meaning count alike; only where there is none the
        comparison across languages stands in.
        """
        own = self._mean([one for one in self.scale_ if one.want == one.offer], offers, wants)
        across = [one for one in self.scale_ if one.want != one.offer]
        if not across or own[1].all():
            return own
        other = self._mean(across, offers, wants)
        return np.where(own[1], own[0], other[0]), own[1] | other[1]

    def _mean(
        self, channels: Sequence[Channel], offers: Texts_, wants: Texts_
    ) -> tuple[Floats, NDArray[np.bool_]]:
        total = np.zeros((len(wants), len(offers)))
        count = np.zeros((len(wants), len(offers)))
        for channel in channels:
            close, seen = self._compare(channel, offers, wants)
            middle, spread = self.scale_[channel]
            close -= middle
            close /= spread
            close[~seen] = 0.0
            total += close
            count += seen
        return total / np.maximum(count, 1.0), count > 0

    def lifts(self, offers: Texts_, wants: Texts_) -> Lifts:
        """Return bounded closeness in nats, mandates in rows; 0 is an average pair."""
        close, seen = self.similarity(offers, wants)
        log = np.where(seen, SPAN * np.tanh(close / 3.0), 0.0)
        return Lifts(
            log=log,
            usual=np.zeros(len(offers)),
            wants=np.asarray(seen.any(axis=1)),
            offers=np.asarray(seen.any(axis=0)),
        )

    def whole(self, script: str, texts: tuple[str, ...]) -> sparse.csr_matrix:
        """Return the vector of all that a profile says in a script."""
        return self._kept("whole", script, texts)

    def each(self, script: str, parts: tuple[str, ...]) -> sparse.csr_matrix:
        """Return a vector per part."""
        return self._kept("each", script, parts)

    def _channels(self) -> list[Channel]:
        found = [Channel("words", script, script) for script in self.vectorizers_]
        known = list(self.latent_.directions_)
        found += [Channel("latent", script, script) for script in known]
        tied = list(self.bridge_.directions_)
        return found + [Channel("bridge", a, b) for a in tied for b in tied]

    def _encode(self, kind: str, script: str, parts: Sequence[str]) -> Any:
        key = (kind, script, tuple(parts))
        rows = self.rows_.get(key)
        if rows is None:  # blocks may run in threads: nothing here minds doing a thing twice
            if kind == "words":
                rows = self.vectorizers_[script].transform(parts)
            else:
                words = self._encode("words", script, parts)
                rows = (self.latent_ if kind == "latent" else self.bridge_).embed(words, script)
            keep(self.rows_, key, rows, BATCHES)
        return rows

    def _columns(self, channel: Channel, offers: Texts_) -> tuple[Any, NDArray[np.intp]]:
        """Return the windows of all pitches as columns, and where each pitch's begin."""
        key = (channel.kind, channel.offer, tuple(tuple(texts) for texts in offers))
        kept = self.columns_.get(key)
        if kept is None:
            cut = [windows(texts, channel.offer) for texts in offers]
            offsets = np.cumsum([0, *(len(parts) for parts in cut)]).astype(np.intp)
            flat = [part for parts in cut for part in parts]
            columns = self._encode(channel.kind, channel.offer, flat).T if flat else None
            kept = keep(self.columns_, key, (columns, offsets), COLUMNS)
        return kept

    def _kept(self, kind: str, script: str, texts: tuple[str, ...]) -> sparse.csr_matrix:
        key = (kind, script, texts)
        vector = self.vectors_.get(key)
        if vector is None:
            spoken = [" ".join(one for one in texts if speaks(one, script))]
            parts = spoken if kind == "whole" else texts
            vector = self.vectorizers_[script].transform(parts)
            keep(self.vectors_, key, vector, REMEMBERED)
        return vector

    def _compare(
        self, channel: Channel, offers: Texts_, wants: Texts_
    ) -> tuple[Floats, NDArray[np.bool_]]:
        columns, offsets = self._columns(channel, offers)
        passages = [[one for one in texts if speaks(one, channel.want)] for texts in wants]
        says = np.array([bool(one) for one in passages], dtype=bool)
        seen = says[:, None] & (np.diff(offsets) > 0)
        close = np.zeros((len(wants), len(offers)))
        if not seen.any():
            return close, seen
        flat = [part for parts in passages for part in parts]
        rows = self._encode(channel.kind, channel.want, flat)
        ends = np.cumsum([0, *(len(parts) for parts in passages)])
        for start, stop in _blocks(ends):
            near = _closest(rows[ends[start] : ends[stop]] @ columns, ends[start : stop + 1])
            close[start:stop] = _medians(near, offsets)
        return close, seen


def _documents(offers: Texts_, wants: Texts_) -> list[dict[str, str]]:
    """Return whole profiles by script; a mandate in one language gives each passage alone."""
    found = [{s: " ".join(t for t in texts if speaks(t, s)) for s in SCRIPTS} for texts in offers]
    for texts in wants:
        by_script = {s: [t for t in texts if speaks(t, s)] for s in SCRIPTS}
        if all(by_script.values()):
            found.append({s: " ".join(parts) for s, parts in by_script.items()})
        else:
            found += [{s: part} for s, parts in by_script.items() for part in parts]
    return [one for one in found if any(one.values())]


def _blocks(ends: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Cut the mandates into runs with at most about ROWS_AT_ONCE passages."""
    blocks, start = [], 0
    for at in range(1, len(ends)):
        if ends[at] - ends[start] >= ROWS_AT_ONCE or at == len(ends) - 1:
            blocks.append((start, at))
            start = at
    return blocks


def _closest(similarity: Any, ends: NDArray[np.intp]) -> Floats:
    """Return per mandate the mean over its closest passages, columns as they are."""
    dense = similarity.toarray() if sparse.issparse(similarity) else similarity
    starts, sizes = ends[:-1] - ends[0], np.diff(ends)
    rows = np.zeros((len(sizes), dense.shape[1]), dtype=np.float32)
    for size in np.unique(sizes[sizes > 0]):
        which = np.flatnonzero(sizes == size)
        if size == 1:
            rows[which] = dense[starts[which]]
            continue
        own = dense[starts[which][:, None] + np.arange(size)[None, :]]
        if size > CLOSEST:
            own = np.partition(own, size - CLOSEST, axis=1)[:, size - CLOSEST :]
        rows[which] = own.mean(axis=1)
    return rows


def _medians(near: Floats, offsets: NDArray[np.intp]) -> Floats:
    """Return per pitch the median over its windows."""
    out = np.zeros((len(near), len(offsets) - 1))
    sizes = np.diff(offsets)
    for size in np.unique(sizes[sizes > 0]):
        which = np.flatnonzero(sizes == size)
        parts = [near[:, offsets[which] + step] for step in range(min(size, 3))]
        if size == 1:
            out[:, which] = parts[0]
        elif size == 2:
            out[:, which] = (parts[0] + parts[1]) / 2
        elif size == 3:
            low, high = np.minimum(*parts[:2]), np.maximum(*parts[:2])
            out[:, which] = np.maximum(low, np.minimum(high, parts[2]))
        else:
            columns = offsets[which][:, None] + np.arange(size)[None, :]
            out[:, which] = np.median(near[:, columns], axis=2)
    return out
