"""What a table to be written out is, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matchmaker.core.policy import Viewer
from matchmaker.documents.safe import Cell
from matchmaker.services.selection import known_state
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import Roadshow


@dataclass(frozen=True, slots=True)
class Asked:
    """Which roadshow is written out, in which language, and for whom.

    ``viewer`` None is somebody at the machine itself. A viewer in conflict with a project gets
    nothing of what the others decided about it.
    """

    session: Session
    roadshow: Roadshow
    language: str = "en"
    viewer: Viewer | None = None

    @property
    def hidden(self) -> frozenset[str]:
        """Projects of whose matches and pairings the viewer must not know."""
        return self.viewer.conflicts if self.viewer else frozenset()

    def state_of(self, project: Project) -> str:
        if self.viewer is None:
            return project.state.value
        return known_state(project, self.viewer).value


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of one kind of export."""

    name: str
    headings: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
