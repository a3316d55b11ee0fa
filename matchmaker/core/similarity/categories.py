"""Smoothed lifts of categories: how much likelier than by chance a pitch of this kind is wanted.

For a mandate ``i`` and a value ``v`` with base rate ``q_v`` among the pitches, the ratio is
``r = (n_i * P_i(v) / q_v + a) / (n_i + a)``: ``n_i`` observations (a declared list counts as
``declared`` of them, each past deal as one), ``a`` observations of pure chance. ``log r`` is the
lift; 0 means "as likely as for any pitch". In a tree, a wish for a node is a wish for everything
below it and, more faintly, for the neighbours that share its ancestors; an ancestor that holds
half of all pitches says little, one that holds few says much, so rarity weighs by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Key = TypeVar("Key")
Value = TypeVar("Value")
Floats = NDArray[np.float64]
Row = tuple[tuple[str, float], ...]
"""Values with weights, the values of one profile for one facet; empty is missing."""

KINSHIP = 0.3  # share of a wish for a node that spreads over its ancestors' subtrees
ANCESTOR_DECAY = 0.5  # each further ancestor gets half of the nearer one's share
CHANCE = 5.0  # observations spread evenly over all known values, so no base rate is zero
RELATED_PRIOR = 5.0  # mandates of pure chance behind every rate of co-declaration
GAINS = 32  # tables of gain that are kept, for the next block or the next single profile
NEGATIVE = 0.5  # a decline says less than a deal: people decline for many reasons


@dataclass(frozen=True, slots=True)
class Want:
    """What one mandate wants in one facet: declared values, counts of deals, and of declines."""

    declared: Row = ()
    deals: Row = ()
    declines: Row = ()

    @property
    def is_known(self) -> bool:
        return bool(self.declared or self.deals or self.declines)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What mandates want in one facet, as arrays; rows are those of ``known`` only.

    ``counts`` and ``totals`` are observations by ``codes``, ``refused`` declines (None: none),
    ``listed`` the declared lists by ``listed_codes``.
    """

    known: NDArray[np.bool_]
    codes: tuple[str, ...]
    counts: Floats
    totals: Floats
    refused: Floats | None
    listed_codes: tuple[str, ...]
    listed: Floats


@dataclass(frozen=True, slots=True)
class Mixes:
    """What pitches are in one facet: ``mix`` has their shares of the ``values`` in rows."""

    values: tuple[str, ...]
    mix: sparse.csr_matrix
    says: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lifts:
    """Log ratios of mandates (rows) by pitches (columns), and what is known on either side.

    ``usual`` is the log of the mean ratio over the mandates of the fit, per pitch: what a usual
    investor would give it; ``unasked`` what a mandate that says nothing counts for the pitch.
    """

    log: Floats
    usual: Floats
    wants: NDArray[np.bool_]
    offers: NDArray[np.bool_]
    unasked: Floats = field(default_factory=lambda: np.zeros(1))


def alone(code: str) -> tuple[str, ...]:
    """Return the path of a value that lies in no tree."""
    return (code,)


@dataclass
class Categories:
    """Learns base rates and co-declaration of one facet; ``lifts`` compares any profiles."""

    path: Callable[[str], tuple[str, ...]] = alone
    order: tuple[str, ...] = ()
    spread: float = 0.0
    prior: float = 5.0
    declared: float = 10.0
    related: float = 0.0
    known: tuple[str, ...] = ()
    base_: dict[str, float] = field(default_factory=dict, init=False)
    below_: dict[str, float] = field(default_factory=dict, init=False)
    floor_: float = field(default=1.0, init=False)
    kin_codes_: tuple[str, ...] = field(default=(), init=False)
    kin_: Floats = field(default_factory=lambda: np.zeros((0, 0)), init=False)
    usual_: dict[str, float] = field(default_factory=dict, init=False)
    usual_chance_: float = field(default=1.0, init=False)
    gains_: dict[tuple[tuple[str, ...], tuple[str, ...]], Floats] = field(
        default_factory=dict, init=False, repr=False
    )

    def fit(self, offers: Sequence[Row], wants: Sequence[Want]) -> Categories:
        """Learn base rates from the pitches and kinship from lists declared together."""
        self.gains_ = {}
        counts: dict[str, float] = {}
        seen = 0
        for row in offers:
            total = sum(weight for _, weight in row)
            seen += bool(row)
            for code, weight in row:
                counts[code] = counts.get(code, 0.0) + weight / total
        codes = sorted({*self.known, *counts, *(c for w in wants for c, _ in w.declared)})
        self.floor_ = CHANCE / max(len(codes), 1) / (seen + CHANCE)
        self.base_ = {code: counts.get(code, 0.0) / (seen + CHANCE) + self.floor_ for code in codes}
        self.below_ = {}
        for code, rate in self.base_.items():
            for ancestor in self.path(code):
                self.below_[ancestor] = self.below_.get(ancestor, 0.0) + rate
        self._doubt(seen + CHANCE)
        self._fit_kin(wants)
        self._fit_usual(wants)
        return self

    def _doubt(self, seen: float) -> None:
        """Add a standard error to every rate: what few pitches tell of rarity is uncertain."""
        for rates in (self.base_, self.below_):
            for code, rate in rates.items():
                rates[code] = rate + float(np.sqrt(max(rate * (1.0 - rate), 0.0) / seen))

    def _fit_kin(self, wants: Sequence[Want]) -> None:
        lists = [[code for code, _ in want.declared] for want in wants if want.declared]
        self.kin_codes_ = tuple(sorted({code for codes in lists for code in codes}))
        place = {code: at for at, code in enumerate(self.kin_codes_)}
        has = np.zeros((len(lists), len(place)))
        for at, codes in enumerate(lists):
            has[at, [place[code] for code in codes]] = 1.0
        self.kin_ = np.zeros((len(place), len(place)))
        if len(place) < 2 or not self.related:
            return
        together = has.T @ has
        usual = has.mean(axis=0)
        rate = (together + RELATED_PRIOR * usual) / (np.diag(together)[:, None] + RELATED_PRIOR)
        np.fill_diagonal(rate, 0.0)
        self.kin_ = rate / rate.sum(axis=1, keepdims=True)

    def _fit_usual(self, wants: Sequence[Want]) -> None:
        known = [want for want in wants if want.is_known]
        self.usual_, self.usual_chance_ = {}, 1.0
        if not known:
            return
        codes = self._want_codes(known)
        counts, totals = self._counts(known, codes)
        shares = counts / (totals + self.prior)[:, None]
        self.usual_ = dict(zip(codes, shares.mean(axis=0).tolist(), strict=True))
        self.usual_chance_ = float(np.mean(self.prior / (totals + self.prior)))

    def read(self, wants: Sequence[Want]) -> Wanted:
        """Return what mandates want as arrays, to be compared with any pitches."""
        rows = [want for want in wants if want.is_known]
        codes = tuple(self._want_codes(rows))
        counts, totals = self._counts(rows, codes)
        refused = None
        if any(want.declines for want in rows):
            refused = _matrix([want.declines for want in rows], codes)
        listed_codes = tuple(sorted({code for want in rows for code, _ in want.declared}))
        return Wanted(
            known=np.array([want.is_known for want in wants], dtype=bool),
            codes=codes,
            counts=counts,
            totals=totals,
            refused=refused,
            listed_codes=listed_codes,
            listed=_matrix([want.declared for want in rows], listed_codes),
        )

    def read_offers(self, offers: Sequence[Row]) -> Mixes:
        """Return what pitches are as arrays, to be compared with any mandates."""
        values = tuple(sorted({code for row in offers for code, _ in row}))
        place = {code: at for at, code in enumerate(values)}
        shares = [[weight / sum(one for _, one in row) for _, weight in row] for row in offers]
        mix = sparse.csr_matrix(
            (
                np.array([one for own in shares for one in own], dtype=float),
                [place[code] for row in offers for code, _ in row],
                np.cumsum([0, *(len(row) for row in offers)]),
            ),
            shape=(len(offers), len(values)),
        )
        return Mixes(values, mix, np.array([bool(row) for row in offers], dtype=bool))

    def lifts(self, offers: Sequence[Row] | Mixes, wants: Sequence[Want] | Wanted) -> Lifts:
        """Return the log ratios of every mandate (rows) for every pitch (columns)."""
        offered = offers if isinstance(offers, Mixes) else self.read_offers(offers)
        wanted = wants if isinstance(wants, Wanted) else self.read(wants)
        log = np.zeros((len(wanted.known), len(offered.says)))
        usual = np.zeros(len(offered.says))
        if offered.values and wanted.known.any():
            lifted = _blend(self._ratios(wanted, offered.values), offered.mix)
            covered = _blended(self._covered(wanted, offered.values), offered.mix) > 0
            np.maximum(lifted, 0.0, out=lifted, where=covered)
            if wanted.known.all():
                log = lifted
            else:
                log[wanted.known] = lifted
            usual = _blend(self._usual(offered.values)[None, :], offered.mix)[0]
            log[:, ~offered.says] = 0.0
            usual[~offered.says] = 0.0
        return Lifts(log=log, usual=usual, wants=wanted.known, offers=offered.says)

    def _ratios(self, wanted: Wanted, values: Sequence[str]) -> Floats:
        gain = self.gain(wanted.codes, values)
        ratio = (wanted.counts @ gain + self.prior) / (wanted.totals + self.prior)[:, None]
        if wanted.refused is not None:
            refused = wanted.refused
            against = (refused @ gain + self.prior) / (refused.sum(axis=1) + self.prior)[:, None]
            ratio = ratio / against**NEGATIVE
        return np.asarray(ratio)

    def _covered(self, wanted: Wanted, values: Sequence[str]) -> Floats:
        """Return for every mandate and value how much of the declared list covers it."""
        place = {code: at for at, code in enumerate(wanted.listed_codes)}
        covers = np.zeros((len(place), len(values)))
        for column, value in enumerate(values):
            covers[[place[one] for one in self.path(value) if one in place], column] = 1.0
        return np.asarray(wanted.listed @ covers)

    def _usual(self, values: Sequence[str]) -> Floats:
        codes = sorted(self.usual_)
        mean = np.array([self.usual_[code] for code in codes])
        if not codes:
            return np.ones(len(values))
        return np.asarray(mean @ self.gain(codes, values) + self.usual_chance_)

    def _want_codes(self, wants: Sequence[Want]) -> list[str]:
        found = {code for want in wants for row in _rows(want) for code, _ in row}
        return sorted(found.union(self.kin_codes_ if self.related else ()))

    def _counts(self, wants: Sequence[Want], codes: Sequence[str]) -> tuple[Floats, Floats]:
        """Return observations per mandate and value, and their totals per mandate."""
        shares = _matrix([want.declared for want in wants], codes)
        total = shares.sum(axis=1, keepdims=True)
        shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
        if self.related and len(self.kin_codes_) > 1:
            at = np.searchsorted(np.asarray(codes), np.asarray(self.kin_codes_))
            known = shares[:, at]
            shares[:, at] = (1 - self.related) * known + self.related * (known @ self.kin_)
        deals = _matrix([want.deals for want in wants], codes)
        counts = np.asarray(self.declared * shares + deals)
        return counts, np.asarray(counts.sum(axis=1))

    def gain(self, codes: Sequence[str], values: Sequence[str]) -> Floats:
        """Return ``P(value | wish for code) / base rate``, codes in rows, values in columns."""
        key = (tuple(codes), tuple(values))
        known = self.gains_.get(key)
        if known is None:
            make = self._ordered_gain if self.order else self._tree_gain
            known = keep(self.gains_, key, make(codes, values), GAINS)
        return known

    def _tree_gain(self, codes: Sequence[str], values: Sequence[str]) -> Floats:
        paths = [self.path(code)[::-1] for code in codes]
        ancestors = sorted({one for path in paths for one in path})
        place = {one: at for at, one in enumerate(ancestors)}
        shares = np.zeros((len(codes), len(ancestors)))
        for row, path in enumerate(paths):
            for ancestor, share in zip(path, _kin_shares(len(path)), strict=True):
                mass = self.below_.get(ancestor, self.floor_)
                shares[row, place[ancestor]] += share / mass
        inside = np.zeros((len(ancestors), len(values)))
        for column, value in enumerate(values):
            own = [place[one] for one in self.path(value) if one in place]
            inside[own, column] = 1.0
        return np.asarray(shares @ inside)

    def _ordered_gain(self, codes: Sequence[str], values: Sequence[str]) -> Floats:
        known = sorted(self.base_)
        rate = np.array([self.base_[code] for code in known])
        near = self._near(codes, known) @ rate
        own = np.array([self.floor_ if code not in self.base_ else 0.0 for code in codes])
        return np.asarray(self._near(codes, values) / (near + own)[:, None])

    def _near(self, codes: Sequence[str], values: Sequence[str]) -> Floats:
        place = {code: at for at, code in enumerate(self.order)}
        near = np.zeros((len(codes), len(values)))
        for row, code in enumerate(codes):
            for column, value in enumerate(values):
                if code in place and value in place:
                    step = (place[code] - place[value]) / self.spread
                    near[row, column] = np.exp(-0.5 * step * step)
                else:
                    near[row, column] = float(code == value)
        return near


def keep(kept: dict[Key, Value], key: Key, value: Value, most: int) -> Value:
    """Keep a value for the next time; a full store is emptied at once, which threads can bear."""
    if len(kept) >= most:
        kept.clear()
    kept[key] = value
    return value


def _rows(want: Want) -> tuple[Row, Row, Row]:
    return want.declared, want.deals, want.declines


def _kin_shares(depth: int) -> list[float]:
    """Return the shares of a node itself and its ancestors, the nearest first."""
    if depth == 1:
        return [1.0]
    raw = [ANCESTOR_DECAY**step for step in range(depth - 1)]
    return [1.0 - KINSHIP, *(KINSHIP * one / sum(raw) for one in raw)]


def _matrix(rows: Sequence[Row], codes: Sequence[str]) -> Floats:
    place = {code: at for at, code in enumerate(codes)}
    dense = np.zeros((len(rows), len(codes)))
    for at, row in enumerate(rows):
        for code, weight in row:
            dense[at, place[code]] += weight
    return dense


def _blended(table: Floats, mix: sparse.csr_matrix) -> Floats:
    """Return the means of a table (mandates by values) over the values of each pitch."""
    return np.ascontiguousarray((mix @ np.ascontiguousarray(table.T)).T)


def _blend(ratio: Floats, mix: sparse.csr_matrix) -> Floats:
    """Return the log of the mean ratio over the values of each pitch."""
    return np.asarray(np.log(np.maximum(_blended(ratio, mix), 1e-12)))
