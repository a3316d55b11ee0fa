"""The committee's pages hang on one blueprint."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from matchmaker.core.journey import ProjectState
from matchmaker.services import selection
from matchmaker.store.profile import Project

bp = Blueprint("selection", __name__)


@bp.app_context_processor
def _known_state() -> dict[str, Any]:
    """Let every page show a project's state as far as the viewer may know it."""
    return {"known_state": known_state}


def known_state(project: Project) -> ProjectState:
    """Return the state that the viewer may know: a decision is quiet until the team is told."""
    return selection.known_state(project, g.viewer)


def unknowable() -> frozenset[str]:
    """Return the projects of whose review the viewer must learn nothing, not even by a count."""
    conflicts: frozenset[str] = g.viewer.conflicts
    own: frozenset[str] = g.viewer.projects
    return conflicts | own
