"""Time left, and telling how far a plan has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far planning has come: the best plan so far and what no plan can surpass.

    ``stage`` is choosing, placing, polishing, proving or explaining. ``least_gaps`` is a number of
    gaps that no plan with these goals undercuts, as far as that is known.
    """

    stage: str
    meetings: int = 0
    score: float = 0.0
    bound: float = 0.0
    gaps: int = 0
    least_gaps: int = 0
    seconds_left: float = 0.0


class Watch:
    """Counts down, and asks the caller whether to go on; a no is remembered."""

    def __init__(
        self, time_limit: float, progress: Callable[[Progress], bool | None] | None
    ) -> None:
        self._start = monotonic()
        self._end = self._start + time_limit
        self._progress = progress
        self.stopped = False
        self.latest = Progress(stage="choosing")

    def report(self, stage: str, **best: float) -> bool:
        """Tell the stage and what is known; return whether to go on. The most gaps that were ever
        said to be the least count.
        """
        told = {
            "meetings": self.latest.meetings,
            "score": self.latest.score,
            "bound": self.latest.bound,
            "gaps": self.latest.gaps,
        } | best
        self.latest = Progress(
            stage=stage,
            meetings=int(told["meetings"]),
            score=told["score"],
            bound=told["bound"],
            gaps=int(told["gaps"]),
            least_gaps=max(self.latest.least_gaps, int(best.get("least_gaps", 0))),
            seconds_left=round(max(0.0, self.left), 3),
        )
        if self._progress is not None and self._progress(self.latest) is False:
            self.stopped = True
        return self.goes_on()

    def look(self, **best: float) -> bool:
        """Tell that the stage goes on; return whether to."""
        return self.report(self.latest.stage, **best)

    def goes_on(self) -> bool:
        """Tell whether time is left and nobody stopped the work."""
        return not self.stopped and self.left > 0

    @property
    def left(self) -> float:
        """The seconds left."""
        return self._end - monotonic()

    @property
    def spent(self) -> float:
        """The seconds since the start."""
        return monotonic() - self._start
