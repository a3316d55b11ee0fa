"""Free text against free text: words, Chinese characters, and what they mean together.

TF-IDF of word stems (1-2) and of Chinese characters (2-4), beside a latent space of the same
terms. Robust by construction: a project's text is cut into windows of about fifty words and the
*median* window counts, so words stuffed into one place move nothing; the tail of the scale is
squashed, so text can never outweigh the structured facets. Without a language in common the
latent space compares, if profiles in both languages or the names of fields tied it together; else
text is missing, not zero. Where the install has encoders, the sense of whole passages counts as
much as all of that together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.core.similarity.categories import Floats, Lifts, keep
from matchmaker.core.similarity.closeness import (
    Listed,
    Parts,
    blocks,
    closest,
    medians,
    products,
    size,
)
from matchmaker.core.similarity.encoders import SENSE, Encoder
from matchmaker.core.similarity.latent import Document, Latent
from matchmaker.core.similarity.passages import (
    SCRIPTS,
    han_terms,
    latin_terms,
    speaks,
    spoken,
    stretches,
    windows,
)

SPAN = 0.8  # nats: the most that text can add or take, a factor of two; stuffing buys no rank
LEAST_SPREAD = 0.02
MOST_SCALED = 4_000_000  # pairs that tell the scale of closeness; more tell the same
REMEMBERED = 4096  # texts whose vectors are kept for the reasons of the next pair

Texts_ = Sequence[Sequence[str]]
Cut = Callable[[Sequence[str], str], list[str]]
"""Cuts what one profile says in a script into the parts that are compared."""


class Channel(NamedTuple):
    """One way to compare a thesis's script with a pitch's: words, latent, bridge, an encoder.

    ``latent`` has learned from all profiles, ``bridge`` only from those in both languages and from
    the names of fields: others would teach it to tell the languages apart.
    """

    kind: str
    want: str
    offer: str


@dataclass
class Texts:
    """Learns vocabulary and rarity from public texts; ``lifts`` compares texts with texts."""

    encoders: tuple[Encoder, ...] = ()
    vectorizers_: dict[str, TfidfVectorizer] = field(default_factory=dict, init=False)
    terms_: dict[str, list[str]] = field(default_factory=dict, init=False)
    latent_: Latent = field(default_factory=Latent, init=False)
    bridge_: Latent = field(default_factory=Latent, init=False)
    scale_: dict[Channel, tuple[float, float]] = field(default_factory=dict, init=False)
    counts_: dict[str, int] = field(default_factory=dict, init=False)
    vectors_: dict[tuple[str, str, tuple[str, ...]], sparse.csr_matrix] = field(
        default_factory=dict, init=False, repr=False
    )

    def __getstate__(self) -> dict[str, Any]:
        """Travel to other processes without what is only kept to save time."""
        return {**vars(self), "vectors_": {}}

    def fit(self, offers: Texts_, wants: Texts_, glossary: Sequence[Document] = ()) -> Texts:
        """Learn from the passages of pitches and of mandates.

        ``glossary`` says what belongs together in both languages: it ties them where few profiles
        are written in both.
        """
        self.vectorizers_, self.terms_, self.scale_, self.counts_ = {}, {}, {}, {}
        self.vectors_ = {}
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
        ours, theirs = self.read_offers(offers), self.read_wants(sample)
        for channel in self._channels():
            close, seen = self._compare(channel, ours, theirs)
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

    def read_offers(self, offers: Texts_) -> Parts:
        """Return the windows of pitches as vectors, to be compared with any mandates."""
        read = self._read(offers, windows, stretches)
        for key, vectors in read.vectors.items():
            if sparse.issparse(vectors):
                read.vectors[key] = Listed.of(vectors)
        return read

    def read_wants(self, wants: Texts_) -> Parts:
        """Return the passages of mandates as vectors, to be compared with any pitches."""
        return self._read(wants, spoken, spoken)

    def similarity(self, offers: Parts, wants: Parts) -> tuple[Floats, NDArray[np.bool_]]:
        """Return how close texts are in standard deviations of the fit, and where it is known.

        In a language that both use, words and meaning count alike; only where there is none the
        comparison across languages stands in.
        """
        own = self._told([one for one in self.scale_ if one.want == one.offer], offers, wants)
        across = [one for one in self.scale_ if one.want != one.offer]
        if not across or own[1].all():
            return own
        other = self._told(across, offers, wants)
        return np.where(own[1], own[0], other[0]), own[1] | other[1]

    def _told(
        self, channels: Sequence[Channel], offers: Parts, wants: Parts
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return what words tell; where encoders tell something too, the mean of both."""
        encoded = [one for one in channels if one.kind.startswith(SENSE)]
        if not encoded:
            return self._mean(channels, offers, wants)
        plain = [one for one in channels if one not in encoded]
        words, said = self._mean(plain, offers, wants)
        sense, told = self._mean(encoded, offers, wants)
        return (words + sense) / np.maximum(1.0, said.astype(float) + told), said | told

    def _mean(
        self, channels: Sequence[Channel], offers: Parts, wants: Parts
    ) -> tuple[Floats, NDArray[np.bool_]]:
        total = np.zeros(size(offers, wants))
        count = np.zeros(size(offers, wants), dtype=np.int8)
        for channel in channels:
            close, seen = self._compare(channel, offers, wants)
            middle, spread = self.scale_[channel]
            close -= middle
            close /= spread
            if not seen.all():
                close[~seen] = 0.0
            total += close
            count += seen
        np.divide(total, count, out=total, where=count > 1)
        return total, count > 0

    def lifts(self, offers: Texts_ | Parts, wants: Texts_ | Parts) -> Lifts:
        """Return bounded closeness in nats, mandates in rows; 0 is an average pair."""
        offers = offers if isinstance(offers, Parts) else self.read_offers(offers)
        wants = wants if isinstance(wants, Parts) else self.read_wants(wants)
        close, seen = self.similarity(offers, wants)
        close /= 3.0  # 0 stays 0, where nothing was said
        np.tanh(close, out=close)
        close *= SPAN
        return Lifts(
            log=close,
            usual=np.zeros(seen.shape[1]),
            wants=wants.speaks,
            offers=offers.speaks,
        )

    def compares(self, offer: Sequence[str], want: Sequence[str]) -> bool:
        """Tell whether two texts have a language in common, or something that ties theirs."""
        return any(
            any(speaks(one, channel.offer) for one in offer)
            and any(speaks(one, channel.want) for one in want)
            for channel in self.scale_
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
        found += [Channel("bridge", a, b) for a in tied for b in tied]
        scripts = list(self.vectorizers_)
        return found + [
            Channel(SENSE + encoder.name, a, b)
            for encoder in self.encoders
            for a in scripts
            for b in scripts
            if (encoder.within if a == b else encoder.across)
        ]

    def _read(self, texts: Texts_, cut: Cut, broadly: Cut) -> Parts:
        vectors: dict[tuple[str, str], Any] = {}
        starts, broad = {}, {}
        for script in SCRIPTS:
            starts[script], flat = _cut(texts, cut, script)
            if self.encoders:
                broad[script], wide = _cut(texts, broadly, script)
            if not flat or script not in self.vectorizers_:
                continue
            words = vectors["words", script] = self.vectorizers_[script].transform(flat)
            for kind, space in (("latent", self.latent_), ("bridge", self.bridge_)):
                if script in space.directions_:
                    vectors[kind, script] = space.embed(words, script)
            for encoder in self.encoders:
                vectors[SENSE + encoder.name, script] = encoder.encode(wide)
        return Parts(vectors, starts, broad)

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
        self, channel: Channel, offers: Parts, wants: Parts
    ) -> tuple[Floats, NDArray[np.bool_]]:
        seen = wants.says(channel.want)[:, None] & offers.says(channel.offer)
        close = np.zeros(seen.shape)
        rows = wants.vectors.get((channel.kind, channel.want))
        columns = offers.vectors.get((channel.kind, channel.offer))
        if rows is None or columns is None:
            return close, seen
        ends = wants.begin(channel.kind, channel.want)
        begin = offers.begin(channel.kind, channel.offer)
        for start, stop in blocks(ends):
            near = closest(
                products(rows[ends[start] : ends[stop]], columns), ends[start : stop + 1]
            )
            close[start:stop] = medians(near, begin)
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


def _cut(texts: Texts_, cut: Cut, script: str) -> tuple[NDArray[np.intp], list[str]]:
    """Return the parts of all texts one after the other, and where each text's begin."""
    parts = [cut(one, script) for one in texts]
    starts = np.cumsum([0, *(len(one) for one in parts)]).astype(np.intp)
    return starts, [part for one in parts for part in one]
