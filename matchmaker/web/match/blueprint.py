"""The blueprint that the modules of this folder share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("match", __name__)
