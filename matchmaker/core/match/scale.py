"""From log-lifts to points: 50 is an average pair, about 25 points more are ten times as likely.

Without recorded decisions this is evidence, not a chance: the points say how much more the two
profiles speak for each other than those of an average pair of the same event.
"""

from __future__ import annotations

import numpy as np

from matchmaker.core.similarity.categories import Floats

MIDDLE = 50.0
POINTS_PER_NAT = 25.0 / float(np.log(10.0))
_NODES, _SHARES = np.polynomial.legendre.leggauss(24)


def points(nats: Floats) -> Floats:
    """Return 0-100 points; straight around the middle, bent towards the ends."""
    return np.asarray(MIDDLE + MIDDLE * np.tanh(nats * POINTS_PER_NAT / MIDDLE))


def joint(investor: Floats, project: Floats) -> Floats:
    """Return the harmonic mean of both sides: high only where neither side is low.

    Chosen for that meaning, which explains itself, and not for its accuracy: for who invested in
    whom it orders as well as the geometric and the arithmetic mean, the product and the minimum
    (nDCG@10 of companies' lists .095 declared and .206 with deals by all of them, of investors'
    lists .086-.087 and .103-.105; ``tests/benchmarks/match_choices.py``), as points and as
    calibrated chances alike. Of 452 people whose both sides had decided it was the best of five,
    with intervals that overlap (nDCG@5 .393; product .386, minimum .383, arithmetic .382, one
    side alone .364).
    """
    total = investor + project
    return np.asarray(2.0 * investor * project / np.maximum(total, 1e-12))


def shares(investor: float, project: float) -> tuple[float, float]:
    """Return what a point of either side is worth in the joint score (Aumann-Shapley values).

    The slopes of the harmonic mean, averaged on the way from (50, 50) to the pair's two scores,
    so that side points times shares, summed, are exactly the joint score above 50.
    """
    at = (_NODES + 1.0) / 2.0
    a = MIDDLE + at * (investor - MIDDLE)
    b = MIDDLE + at * (project - MIDDLE)
    square = np.maximum((a + b) ** 2, 1e-12)
    first = float((_SHARES / 2.0) @ (2.0 * b * b / square))
    second = float((_SHARES / 2.0) @ (2.0 * a * a / square))
    return first, second


def slope(nats: float) -> float:
    """Return points per nat on the way from the middle to ``nats``."""
    if abs(nats) < 1e-9:
        return POINTS_PER_NAT
    return float((points(np.array(nats)) - MIDDLE) / nats)
