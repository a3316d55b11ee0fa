"""The committee's pages hang on one blueprint."""

from __future__ import annotations

from flask import Blueprint, g

bp = Blueprint("selection", __name__)


def unknowable() -> frozenset[str]:
    """Return the projects of whose review the viewer must learn nothing, not even by a count."""
    conflicts: frozenset[str] = g.viewer.conflicts
    own: frozenset[str] = g.viewer.projects
    return conflicts | own
