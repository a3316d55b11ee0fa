"""The match model: a scikit-learn estimator over pitches and mandates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.core.similarity import facets
from matchmaker.core.similarity.categories import Categories, Floats, Lifts, keep
from matchmaker.core.similarity.deals import Deals, sign
from matchmaker.core.similarity.encoders import encoder_named
from matchmaker.core.similarity.evidence import (
    Passages,
    closest_passages,
    field_words,
    glossary,
    shared_words,
)
from matchmaker.core.similarity.overlap import Overlaps
from matchmaker.core.similarity.reading import FEW, Offers, Wants, hot, kinds
from matchmaker.core.similarity.signals import ACTIVITY, Signals
from matchmaker.core.similarity.silence import Silence, counted, learned, sample
from matchmaker.core.similarity.text import Texts
from matchmaker.core.similarity.ticket import Tickets
from matchmaker.core.taxonomy import Taxonomy

READ = 16  # readings of either side that are kept, for the next profiles beside them


class ProfileSimilarity(BaseEstimator):  # type: ignore[misc]
    """Learns base rates, rarity, vocabularies and kinship; tells the lift of any pair.

    weights: facet -> weight, over the defaults of ``facets.WEIGHTS``; prior: observations of
    chance behind every rate; declared: deals that a declared list is worth; related: share of a
    wish that spreads to fields declared together; half_life: years after which a deal counts
    half; temperature: what a nat of all facets together is worth, 1 unless measured on decisions;
    encoders: names of those that tell the sense of texts too, see ``encoders.register``.
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
        encoders: Sequence[str] = (),
    ) -> None:
        self.weights = weights
        self.prior = prior
        self.declared = declared
        self.related = related
        self.half_life = half_life
        self.temperature = temperature
        self.encoders = encoders

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
        self.offers_: dict[tuple[int, ...], Offers] = {}
        self.wants_: dict[tuple[int, ...], Wants] = {}
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
        self.models_["text"] = Texts(tuple(map(encoder_named, self.encoders))).fit(
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
        self.silence_ = dict.fromkeys(self.models_, Silence())
        self.silence_ = self._silences(sample(pitches), sample(mandates))
        return self

    def signals(self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Signals:
        """Return the weighted lifts of every mandate (rows) and pitch (columns), by facet."""
        return self.weigh(self.lifts(pitches, mandates), mandates)

    def lifts(self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> dict[str, Lifts]:
        """Return the lifts by facet before any weight."""
        offers, wants = self.read_offers(pitches), self.read_wants(mandates)
        found = {}
        for facet in facets.FACETS:
            one = self._lifts(facet, offers, wants)
            found[facet] = Lifts(
                log=offers.spread(facet, one.log),
                usual=offers.spread(facet, one.usual),
                wants=one.wants,
                offers=offers.spread(facet, one.offers),
                unasked=offers.spread(facet, one.unasked),
            )
        return found

    def weigh(self, found: Mapping[str, Lifts], mandates: Sequence[Mandate]) -> Signals:
        """Return lifts with this model's weights and its temperature."""
        weight = self._weight(self.read_wants(mandates))
        return Signals(
            log={facet: weight[facet][:, None] * one.log for facet, one in found.items()},
            usual={facet: one.usual for facet, one in found.items()},
            unasked={facet: one.unasked for facet, one in found.items()},
            weight=weight,
            wants={facet: one.wants for facet, one in found.items()},
            offers={facet: one.offers for facet, one in found.items()},
        )

    def sides(
        self, pitches: Sequence[Pitch] | Offers, mandates: Sequence[Mandate] | Wants
    ) -> tuple[Floats, Floats, Floats]:
        """Return ``investor_side``, ``project_side`` and ``activity`` of the signals.

        Facets with few kinds of pitches are added up kind by kind and spread over the pitches by
        one product of matrices. ``activity`` has one column.
        """
        offers, wants = self.read_offers(pitches), self.read_wants(mandates)
        weight = self._weight(wants)
        speaking = np.zeros((2, len(facets.FACETS), len(wants.mandates)))
        theirs = np.zeros((2, len(facets.FACETS), len(offers.pitches)))
        fit = np.zeros((len(wants.mandates), len(offers.pitches)))
        few: dict[str, Floats] = {}
        for at, facet in enumerate(facets.FACETS):
            found = self._lifts(facet, offers, wants)
            speaking[:, at] = found.wants * weight[facet], ~found.wants * weight[facet]
            theirs[:, at] = offers.spread(facet, np.array([-found.usual, found.unasked]))
            if facet == ACTIVITY:
                activity = weight[facet][:, None] * found.log
            elif facet in offers.few:
                few[facet] = weight[facet][:, None] * found.log
            elif found.wants.any():
                offers.add(facet, found.log, weight[facet], fit)
        if few:
            fit += np.hstack([few[facet] for facet in offers.few]) @ offers.hot
        beside = np.concatenate(speaking).T @ np.concatenate(theirs)
        beside += fit
        beside += activity
        return fit, beside, activity

    def reweighted(
        self, weights: Mapping[str, float] | None, temperature: float = 1.0
    ) -> ProfileSimilarity:
        """Return the same fitted model with other weights; nothing is learned again."""
        other = copy(self)
        other.weights, other.temperature = weights, temperature
        other.weights_, other.history_weights_ = _tables(weights)
        return other

    def read_offers(self, pitches: Sequence[Pitch] | Offers) -> Offers:
        """Return pitches as all facets read them, to be compared with any mandates.

        What was read is kept together with the pitches, so that their ids are theirs alone.
        """
        if isinstance(pitches, Offers):
            return pitches
        check_is_fitted(self, "models_")
        key = tuple(map(id, pitches))
        known = self.offers_.get(key)
        return known or keep(self.offers_, key, self._read_offers(pitches), READ)

    def read_wants(self, mandates: Sequence[Mandate] | Wants) -> Wants:
        """Return mandates as all facets read them, to be compared with any pitches."""
        if isinstance(mandates, Wants):
            return mandates
        check_is_fitted(self, "models_")
        key = tuple(map(id, mandates))
        return self.wants_.get(key) or keep(self.wants_, key, self._read_wants(mandates), READ)

    def _weight(self, wants: Wants) -> dict[str, Floats]:
        """Return by facet what a nat counts for each mandate."""
        trust = wants.trust
        return {
            facet: self.temperature
            * ((1 - trust) * self.weights_[facet] + trust * self.history_weights_[facet])
            for facet in facets.FACETS
        }

    def _lifts(self, facet: str, offers: Offers, wants: Wants) -> Lifts:
        """Return the lifts of every mandate (rows) and kind of pitch (columns) in one facet."""
        if facet == ACTIVITY:
            return self._activity(wants.mandates)
        found = self.models_[facet].lifts(offers.kinds[facet], wants.said[facet])
        return counted(found, self.silence_[facet])

    def _silences(
        self, pitches: Sequence[Pitch], mandates: Sequence[Mandate]
    ) -> dict[str, Silence]:
        """Return what silence counts by facet; a record of deals is nobody's statement."""
        found = self.lifts(pitches, mandates)
        told = {facet: learned(found[facet]) for facet in self.models_}
        told["deals"] = replace(told["deals"], investor=0.0)
        return told

    def _read_offers(self, pitches: Sequence[Pitch]) -> Offers:
        read: dict[str, Any] = {"text": [facets.offer_texts(one) for one in pitches]}
        at: dict[str, Any] = {"text": None, ACTIVITY: np.zeros(len(pitches), dtype=np.intp)}
        for facet in self.models_:
            if facet != "text":
                read[facet], at[facet] = kinds([facets.offered(facet, one) for one in pitches])
        few = tuple(one for one in self.models_ if at[one] is not None and len(read[one]) <= FEW)
        spread = hot([at[one] for one in few], [len(read[one]) for one in few], len(pitches))
        for facet, model in self.models_.items():
            if isinstance(model, Categories | Tickets | Texts):
                read[facet] = model.read_offers(read[facet])
        return Offers(tuple(pitches), read, at, few, spread)

    def _read_wants(self, mandates: Sequence[Mandate]) -> Wants:
        trust = [facets.trust(one, self.half_life, self.declared) for one in mandates]
        said = {facet: self._read(facet, mandates) for facet in self.models_}
        return Wants(tuple(mandates), said, np.array(trust))

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
        return model.read_wants([facets.want_texts(one) for one in mandates])

    def __getstate__(self) -> dict[str, Any]:
        """Travel to other processes without what is only kept to save time."""
        state: dict[str, Any] = super().__getstate__()
        return {**state, "offers_": {}, "wants_": {}} if "models_" in state else state

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

    def compares_texts(self, pitch: Pitch, mandate: Mandate) -> bool:
        """Tell whether both sides' texts can be compared at all."""
        texts = self.models_["text"]
        assert isinstance(texts, Texts)
        return texts.compares(facets.offer_texts(pitch), facets.want_texts(mandate))

    def likeness(self, deals: Sequence[Pitch], pitch: Pitch) -> list[float]:
        """Return how alike each past deal is to a pitch, 0 to 1."""
        model = self.models_["deals"]
        assert isinstance(model, Deals)
        if not deals:
            return []
        found = model.likeness([sign(one) for one in deals], [sign(pitch)])[:, 0]
        return [float(one) for one in found]

    def _activity(self, mandates: Sequence[Mandate]) -> Lifts:
        """Return how active investors are, against the geometric mean of those on record."""
        is_known = self.activity_ is not None
        known = np.array([bool(one.history) and is_known for one in mandates], dtype=bool)
        busy = np.array([_busy(one) - (self.activity_ or 0.0) for one in mandates])
        return Lifts(
            log=np.where(known, busy, 0.0)[:, None],
            usual=np.zeros(1),
            wants=known,
            offers=np.array([is_known]),
            unasked=np.zeros(1),
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
