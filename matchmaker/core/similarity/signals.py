"""What a comparison of profiles yields: weighted lifts by facet, and both sides' sums of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.core.similarity.categories import Floats

ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Signals:
    """Weighted lifts in nats per facet, investors in rows and projects in columns.

    ``log[f]`` is against the other projects (how well the project fits the mandate). ``wants[f]``
    and ``offers[f]`` tell which side said something; where both are silent all is 0, where one is
    see ``silence``. ``activity`` is about the investor alone: it counts for the project's side and
    for both together.
    """

    log: dict[str, Floats]
    usual: dict[str, Floats]
    unasked: dict[str, Floats]
    weight: dict[str, Floats]
    wants: dict[str, np.ndarray]
    offers: dict[str, np.ndarray]

    def investor_side(self) -> Floats:
        return np.asarray(sum(log for facet, log in self.log.items() if facet != ACTIVITY))

    def project_side(self) -> Floats:
        return np.asarray(sum(self.against(facet) for facet in self.log))

    def against(self, facet: str) -> Floats:
        """Return what a facet counts for the projects: as ``log``, against the other investors."""
        weight, wants = self.weight[facet], self.wants[facet]
        return np.asarray(
            self.log[facet]
            - np.outer(weight * wants, self.usual[facet])
            + np.outer(weight * ~wants, self.unasked[facet])
        )

    def activity(self) -> Floats:
        return self.log[ACTIVITY]
