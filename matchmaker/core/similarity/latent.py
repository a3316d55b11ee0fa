"""Words that occur together mean alike: a latent space learned from the event's own texts.

Profiles that are written in both languages tie the two vocabularies together, so that a Chinese
thesis finds an English project (and the other way round) without any dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from matchmaker.core.similarity.categories import Floats

DIMENSIONS = 80
DOCUMENTS_PER_DIMENSION = 3  # fewer documents carry fewer dimensions
MOST_DOCUMENTS = 6000  # every so-many-th of more: further ones hardly turn the directions
FEWEST_DOCUMENTS = 12  # below it nothing is learned
FAINT = 0.01  # of the strongest direction: weaker ones are rounding, another one at each fit

Document = Mapping[str, str]
"""The text of one profile by script."""


@dataclass
class Latent:
    """Learns directions from documents; ``embed`` places passages of either language."""

    directions_: dict[str, Floats] = field(default_factory=dict, init=False)

    def fit(
        self, vectorizers: Mapping[str, TfidfVectorizer], documents: Sequence[Document]
    ) -> Latent:
        """Learn from whole profiles; with too few of them nothing is learned."""
        self.directions_ = {}
        documents = documents[:: max(1, -(-len(documents) // MOST_DOCUMENTS))]
        if len(documents) < FEWEST_DOCUMENTS or not vectorizers:
            return self
        parts = {
            script: model.transform([one.get(script, "") for one in documents])
            for script, model in vectorizers.items()
        }
        kept = {script: _common(part, vectorizers[script]) for script, part in parts.items()}
        joined = normalize(sparse.hstack([parts[s][:, kept[s]] for s in parts]).tocsr())
        size = min(DIMENSIONS, len(documents) // DOCUMENTS_PER_DIMENSION, joined.shape[1] - 1)
        if size < 2:
            return self
        # a fixed start: a random one would make scores depend on the order of the documents
        _, strength, found = svds(joined, k=size, v0=np.ones(min(joined.shape)), solver="arpack")
        found = found[strength > FAINT * strength.max()]
        start = 0
        for script, part in parts.items():
            stop = start + len(kept[script])
            directions = np.zeros((part.shape[1], len(found)), dtype=np.float32)
            directions[kept[script]] = found[:, start:stop].T
            self.directions_[script] = directions
            start = stop
        return self

    def embed(self, rows: sparse.csr_matrix, script: str) -> Floats:
        """Return unit vectors of TF-IDF rows; a passage of unknown words is the null vector."""
        return np.asarray(normalize(rows @ self.directions_[script]))


def _common(part: sparse.csr_matrix, model: TfidfVectorizer) -> NDArray[np.intp]:
    """Return the columns of single terms (no pairs of words) that at least two documents use."""
    single = [" " not in term for term in model.get_feature_names_out()]
    uses = np.diff(part.tocsc().indptr)
    return np.flatnonzero((uses > 1) & np.array(single)).astype(np.intp)
