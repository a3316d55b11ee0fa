"""The match model: a scikit-learn estimator over pitches and mandates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.core.similarity import facets
from matchmaker.core.similarity.categories import Categories, Floats, Lifts, keep
from matchmaker.core.similarity.deals import Deals, sign
from matchmaker.core.similarity.evidence import (
    Passages,
    closest_passages,
    field_words,
    glossary,
    shared_words,
)
from matchmaker.core.similarity.overlap import Overlaps
from matchmaker.core.similarity.text import Texts
from matchmaker.core.similarity.ticket import Tickets
from matchmaker.core.taxonomy import Taxonomy

ACTIVITY = "activity"
READ = 160  # readings that are kept: of every facet for a dozen blocks of mandates


@dataclass(frozen=True, slots=True)
class Signals:
    """Weighted lifts in nats per facet, investors in rows and projects in columns.

    ``log[f]`` is against the other projects (how well the project fits the mandate); minus
    ``weight[f]`` times ``usual[f]`` it is against the other investors. ``wants[f]`` and
    ``offers[f]`` tell which side said something; where one is silent all is 0: missing neither
    helps nor hurts. ``activity`` is about the investor alone: it counts for the project's side
    and for both together.
    """

    log: dict[str, Floats]
    usual: dict[str, Floats]
    weight: dict[str, Floats]
    wants: dict[str, np.ndarray]
    offers: dict[str, np.ndarray]

    def investor_side(self) -> Floats:
        return np.asarray(sum(log for facet, log in self.log.items() if facet != ACTIVITY))

    def project_side(self) -> Floats:
        total = np.asarray(sum(self.log.values()))
        for facet, usual in self.usual.items():
            total = total - np.outer(self.wants[facet] * self.weight[facet], usual)
        return total

    def activity(self) -> Floats:
        return self.log[ACTIVITY]


class ProfileSimilarity(BaseEstimator):  # type: ignore[misc]
    """Learns base rates, rarity, vocabularies and kinship; tells the lift of any pair.

    weights: facet -> weight, over the defaults of ``facets.WEIGHTS``; prior: observations of
    chance behind every rate; declared: deals that a declared list is worth; related: share of a
    wish that spreads to fields declared together; half_life: years after which a deal counts
    half; temperature: what a nat of all facets together is worth, 1 unless measured on decisions.
    """

    def __init__(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        prior: float = 5.0,
        declared: float = 10.0,
        related: float = 0.4,
        half_life: float = 2.0,
        temperature: float = 1.0,
    ) -> None:
        self.weights = weights
        self.prior = prior
        self.declared = declared
        self.related = related
        self.half_life = half_life
        self.temperature = temperature

    def fit(
        self,
        pitches: Sequence[Pitch],
        mandates: Sequence[Mandate] = (),
        *,
        taxonomy: Taxonomy | None = None,
    ) -> ProfileSimilarity:
        """Learn from public profiles; the order of the arguments' items makes no difference."""
        self.weights_, self.history_weights_ = _tables(self.weights)
        pitches = sorted(pitches, key=lambda one: one.id)
        mandates = sorted(mandates, key=lambda one: one.id)
        self.taxonomy_ = taxonomy if taxonomy is not None else Taxonomy()
        self.field_words_ = field_words(self.taxonomy_)
        self.read_: dict[Any, tuple[tuple[Mandate, ...], Any]] = {}
        self.models_: dict[str, Categories | Overlaps | Tickets | Texts | Deals] = {}
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
            glossary(self.taxonomy_),
        )
        books = [facets.book(one, self.half_life) for one in mandates]
        self.models_["deals"] = Deals(path=self.taxonomy_.path).fit(books)
        counts = [_busy(one) for one in mandates if one.history]
        self.activity_ = float(np.mean(counts)) if counts else None
        self.stage_ = "history" if any(one.history for one in mandates) else "declared"
        self.n_pitches_, self.n_mandates_ = len(pitches), len(mandates)
        return self

    def signals(self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Signals:
        """Return the weighted lifts of every mandate (rows) and pitch (columns), by facet."""
        return self.weigh(self.lifts(pitches, mandates), mandates)

    def lifts(self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> dict[str, Lifts]:
        """Return the lifts by facet before any weight."""
        check_is_fitted(self, "models_")
        return {facet: self._lifts(facet, pitches, mandates) for facet in facets.FACETS}

    def weigh(self, found: Mapping[str, Lifts], mandates: Sequence[Mandate]) -> Signals:
        """Return lifts with this model's weights and its temperature."""
        weight = self._weight(mandates)
        return Signals(
            log={facet: weight[facet][:, None] * one.log for facet, one in found.items()},
            usual={facet: one.usual for facet, one in found.items()},
            weight=weight,
            wants={facet: one.wants for facet, one in found.items()},
            offers={facet: one.offers for facet, one in found.items()},
        )

    def sides(
        self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]
    ) -> tuple[Floats, Floats, Floats]:
        """Return ``investor_side``, ``project_side`` and ``activity`` of the signals.

        One facet at a time, so that a block needs little memory and time.
        """
        check_is_fitted(self, "models_")
        weight = self._weight(mandates)
        fit = np.zeros((len(mandates), len(pitches)))
        activity = fit
        wanting = np.zeros((len(facets.FACETS), len(mandates)))
        usual = np.zeros((len(facets.FACETS), len(pitches)))
        for at, facet in enumerate(facets.FACETS):
            found = self._lifts(facet, pitches, mandates)
            wanting[at], usual[at] = found.wants * weight[facet], found.usual
            if facet == ACTIVITY:
                activity = weight[facet][:, None] * found.log
            elif found.wants.any() and found.offers.any():
                fit += weight[facet][:, None] * found.log
        return fit, fit + activity - wanting.T @ usual, activity

    def reweighted(
        self, weights: Mapping[str, float] | None, temperature: float = 1.0
    ) -> ProfileSimilarity:
        """Return the same fitted model with other weights; nothing is learned again."""
        other = copy(self)
        other.weights, other.temperature = weights, temperature
        other.weights_, other.history_weights_ = _tables(weights)
        return other

    def _weight(self, mandates: Sequence[Mandate]) -> dict[str, Floats]:
        """Return by facet what a nat counts for each mandate."""
        trust = np.array([facets.trust(one, self.half_life, self.declared) for one in mandates])
        return {
            facet: self.temperature
            * ((1 - trust) * self.weights_[facet] + trust * self.history_weights_[facet])
            for facet in facets.FACETS
        }

    def _lifts(self, facet: str, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Lifts:
        if facet == ACTIVITY:
            return self._activity(pitches, mandates)
        model, wants = self.models_[facet], self._wants(facet, mandates)
        if isinstance(model, Categories):
            return model.lifts([facets.offer(facet, one) for one in pitches], wants)
        if isinstance(model, Overlaps):
            return model.lifts([facets.offer_set(facet, one) for one in pitches], wants)
        if isinstance(model, Tickets):
            return model.lifts([one.amount for one in pitches], wants)
        if isinstance(model, Deals):
            return model.lifts([sign(one) for one in pitches], wants)
        return model.lifts([facets.offer_texts(one) for one in pitches], wants)

    def _wants(self, facet: str, mandates: Sequence[Mandate]) -> Any:
        """Return what a facet reads from mandates, kept for the next pitches beside them.

        The mandates are kept beside it: as long as they live, their ids are theirs.
        """
        key = (facet, *map(id, mandates))
        known = self.read_.get(key)
        if known is None:
            known = keep(self.read_, key, (tuple(mandates), self._read(facet, mandates)), READ)
        return known[1]

    def _read(self, facet: str, mandates: Sequence[Mandate]) -> Any:
        model = self.models_[facet]
        if isinstance(model, Categories):
            return model.read([facets.want(facet, one, self.half_life) for one in mandates])
        if isinstance(model, Overlaps):
            return [facets.want_set(facet, one) for one in mandates]
        if isinstance(model, Tickets):
            return [facets.centres(one, self.half_life) for one in mandates]
        if isinstance(model, Deals):
            return [facets.book(one, self.half_life) for one in mandates]
        return [facets.want_texts(one) for one in mandates]

    def __getstate__(self) -> dict[str, Any]:
        """Travel to other processes without what is only kept to save time."""
        state: dict[str, Any] = super().__getstate__()
        return {**state, "read_": {}} if "read_" in state else state

    def shared_words(self, pitch: Pitch, mandate: Mandate, most: int = 5) -> tuple[str, ...]:
        """Return the telling words that both texts use, the strongest first."""
        texts = self.models_["text"]
        assert isinstance(texts, Texts)
        sides = facets.offer_texts(pitch), facets.want_texts(mandate)
        return shared_words(texts, *sides, self.field_words_, most)

    def closest_passages(self, pitch: Pitch, mandate: Mandate, told: Sequence[str]) -> Passages:
        """Return the sentences of both sides with told words that come closest, by script."""
        texts = self.models_["text"]
        assert isinstance(texts, Texts)
        return closest_passages(texts, facets.offer_texts(pitch), facets.want_texts(mandate), told)

    def likeness(self, deals: Sequence[Pitch], pitch: Pitch) -> list[float]:
        """Return how alike each past deal is to a pitch, 0 to 1."""
        model = self.models_["deals"]
        assert isinstance(model, Deals)
        if not deals:
            return []
        found = model.likeness([sign(one) for one in deals], [sign(pitch)])[:, 0]
        return [float(one) for one in found]

    def _activity(self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Lifts:
        """Return how active investors are, against the geometric mean of those on record."""
        is_known = self.activity_ is not None
        known = np.array([bool(one.history) and is_known for one in mandates], dtype=bool)
        busy = np.array([_busy(one) - (self.activity_ or 0.0) for one in mandates])
        return Lifts(
            log=np.repeat(np.where(known, busy, 0.0)[:, None], len(pitches), axis=1),
            usual=np.zeros(len(pitches)),
            wants=known,
            offers=np.full(len(pitches), is_known),
        )


def _tables(weights: Mapping[str, float] | None) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights for declared profiles and for those known from deals alone."""
    unknown = sorted(set(weights or ()) - set(facets.FACETS))
    if unknown:
        raise Refusal("unknown-facet", hint=f"There is no facet {unknown[0]}.", facet=unknown)
    given = dict(weights or {})
    return {**facets.WEIGHTS, **given}, {**facets.HISTORY_WEIGHTS, **given}


def _busy(mandate: Mandate) -> float:
    """Return the log of the recent number of deals."""
    return float(np.log(facets.activity(mandate, facets.ACTIVITY_HALF_LIFE) + 0.5))
