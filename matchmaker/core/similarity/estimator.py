"""The match model: a scikit-learn estimator over pitches and mandates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.core.similarity import facets
from matchmaker.core.similarity.categories import Categories, Floats, Lifts
from matchmaker.core.similarity.overlap import Overlaps
from matchmaker.core.similarity.text import Texts
from matchmaker.core.similarity.ticket import Tickets
from matchmaker.core.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Signals:
    """Weighted lifts in nats per facet, investors in rows and projects in columns.

    ``log[f]`` is against the other projects (how well the project fits the mandate), ``log[f] -
    usual[f]`` against the other investors. ``known[f]`` tells where both sides said something;
    elsewhere both are 0: missing neither helps nor hurts.
    """

    log: dict[str, Floats]
    usual: dict[str, Floats]
    wants: dict[str, np.ndarray]
    offers: dict[str, np.ndarray]

    def investor_side(self) -> Floats:
        return np.asarray(sum(log for facet, log in self.log.items() if facet != "activity"))

    def project_side(self) -> Floats:
        total = np.asarray(sum(self.log.values()))
        for facet, usual in self.usual.items():
            total = total - np.outer(self.wants[facet], usual)
        return total


class ProfileSimilarity(BaseEstimator):  # type: ignore[misc]
    """Learns base rates, rarity, vocabularies and kinship; tells the lift of any pair.

    weights: facet -> weight, over the defaults of ``facets.WEIGHTS``; prior: observations of
    chance behind every rate; declared: deals that a declared list is worth; related: share of a
    wish that spreads to fields declared together; half_life: years after which a deal counts
    half.
    """

    def __init__(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        prior: float = 5.0,
        declared: float = 10.0,
        related: float = 0.4,
        half_life: float = 2.0,
    ) -> None:
        self.weights = weights
        self.prior = prior
        self.declared = declared
        self.related = related
        self.half_life = half_life

    def fit(
        self,
        pitches: Sequence[Pitch],
        mandates: Sequence[Mandate] = (),
        *,
        taxonomy: Taxonomy | None = None,
    ) -> ProfileSimilarity:
        """Learn from public profiles; the order of the arguments' items makes no difference."""
        unknown = sorted(set(self.weights or ()) - set(facets.FACETS))
        if unknown:
            raise Refusal("unknown-facet", hint=f"There is no facet {unknown[0]}.", facet=unknown)
        pitches = sorted(pitches, key=lambda one: one.id)
        mandates = sorted(mandates, key=lambda one: one.id)
        self.taxonomy_ = taxonomy if taxonomy is not None else Taxonomy()
        self.weights_ = {**facets.WEIGHTS, **(self.weights or {})}
        self.models_: dict[str, Categories | Overlaps | Tickets | Texts] = {}
        models = facets.categories(self.taxonomy_, self.prior, self.declared, self.related)
        for facet, model in models.items():
            self.models_[facet] = model.fit(
                [facets.offer(facet, one) for one in pitches],
                [facets.want(facet, one, self.half_life) for one in mandates],
            )
        for facet in facets.OVERLAPPING:
            self.models_[facet] = Overlaps().fit(
                [facets.offer_set(facet, one) for one in pitches],
                [facets.want_set(facet, one) for one in mandates],
            )
        self.models_["ticket"] = Tickets().fit(
            [one.amount for one in pitches],
            [facets.centres(one, self.half_life) for one in mandates],
        )
        self.models_["text"] = Texts().fit(
            [facets.offer_texts(one) for one in pitches],
            [facets.want_texts(one) for one in mandates],
        )
        counts = [facets.activity(one, self.half_life) for one in mandates]
        self.activity_ = float(np.mean(counts)) if counts else 0.0
        self.stage_ = "history" if any(one.history for one in mandates) else "declared"
        self.n_pitches_, self.n_mandates_ = len(pitches), len(mandates)
        return self

    def signals(self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Signals:
        """Return the weighted lifts of every mandate (rows) and pitch (columns), by facet."""
        check_is_fitted(self, "models_")
        found = {facet: self._lifts(facet, pitches, mandates) for facet in facets.FACETS}
        return Signals(
            log={facet: self.weights_[facet] * one.log for facet, one in found.items()},
            usual={facet: self.weights_[facet] * one.usual for facet, one in found.items()},
            wants={facet: one.wants for facet, one in found.items()},
            offers={facet: one.offers for facet, one in found.items()},
        )

    def _lifts(self, facet: str, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Lifts:
        if facet == "activity":
            return self._activity(pitches, mandates)
        model = self.models_[facet]
        if isinstance(model, Categories):
            return model.lifts(
                [facets.offer(facet, one) for one in pitches],
                [facets.want(facet, one, self.half_life) for one in mandates],
            )
        if isinstance(model, Overlaps):
            return model.lifts(
                [facets.offer_set(facet, one) for one in pitches],
                [facets.want_set(facet, one) for one in mandates],
            )
        if isinstance(model, Tickets):
            return model.lifts(
                [one.amount for one in pitches],
                [facets.centres(one, self.half_life) for one in mandates],
            )
        return model.lifts(
            [facets.offer_texts(one) for one in pitches],
            [facets.want_texts(one) for one in mandates],
        )

    def shared_words(self, pitch: Pitch, mandate: Mandate, most: int = 5) -> tuple[str, ...]:
        """Return the words that bring the two texts together, the strongest first."""
        texts = self.models_["text"]
        assert isinstance(texts, Texts)
        return texts.shared(facets.offer_texts(pitch), facets.want_texts(mandate), most)

    def _activity(self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Lifts:
        """Return how active investors are, against the mean; only the project's side sees it."""
        counts = np.array([facets.activity(one, self.half_life) for one in mandates])
        known = np.full(len(mandates), self.activity_ > 0)
        log = np.log((counts + 1.0) / (self.activity_ + 1.0)) if len(mandates) else counts
        return Lifts(
            log=np.repeat(np.where(known, log, 0.0)[:, None], len(pitches), axis=1),
            usual=np.zeros(len(pitches)),
            wants=known,
            offers=np.full(len(pitches), self.activity_ > 0),
        )
